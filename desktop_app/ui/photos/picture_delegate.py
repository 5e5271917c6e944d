"""How a picture of a face is painted in a list: one that is chosen stays as clear as the others."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex


class PictureDelegate(QStyledItemDelegate):
    """Draws a frame around what is chosen; Qt would tint it, and faces could not be compared."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt's."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_Selected

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt's."""
        # Asked first: Qt's own paint may well leave its mark on the option.
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        super().paint(painter, option, index)
        if not selected:
            return
        width = max(2.0, option.fontMetrics.lineSpacing() / 6)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(option.palette.color(QPalette.ColorRole.Highlight), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        inset = width / 2
        painter.drawRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset))
        painter.restore()
