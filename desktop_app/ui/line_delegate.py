"""How a line of people or photos is painted: a picture, a name, and a detail beneath it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.recognition.people import LONGEST_NAME
from desktop_app.ui.icons import icon_pixmap

Index = QModelIndex | QPersistentModelIndex
DETAIL_ROLE = Qt.ItemDataRole.UserRole + 1
# Name of an icon that goes before the detail; None for none.
SIGN_ROLE = Qt.ItemDataRole.UserRole + 2


class LineDelegate(QStyledItemDelegate):
    """Grows with the font; mirrored where people write from right to left."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        """Args: elide: which part of a name goes where there is no room for all of it."""
        super().__init__(parent)
        self._elide = elide

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Qt's."""
        line = option.fontMetrics.lineSpacing()
        return QSize(line * 8, max(self.cover_side(option.font), 2 * line) + line // 2)

    @staticmethod
    def cover_side(font: QFont) -> int:
        """Return the side of a cover, pixels."""
        return round(QFontMetrics(font).lineSpacing() * 2.4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt's."""
        self.initStyleOption(option, index)
        option.text = ""
        option.icon = QIcon()
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDecoration
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)

        painter.save()
        cover, text = self._parts(option)
        self._paint_cover(painter, option, cover, index.data(Qt.ItemDataRole.DecorationRole))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.setPen(option.palette.color(role))
        name = option.fontMetrics.elidedText(str(index.data()), self._elide, text.width())
        self._paint_line(painter, option, text, name, above=True)
        # The colour of placeholders has too little contrast on a selected line.
        if not selected:
            painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        sign = index.data(SIGN_ROLE)
        if sign is not None:
            text = self._paint_sign(painter, option, text, sign)
        self._paint_line(painter, option, text, str(index.data(DETAIL_ROLE)), above=False)
        painter.restore()

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index
    ) -> QWidget:
        """Qt's."""
        editor = QLineEdit(parent)
        editor.setMaxLength(LONGEST_NAME)
        editor.setAccessibleName(self.tr("New name"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Qt's."""
        assert isinstance(editor, QLineEdit)
        editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        """Qt's."""
        # All of the text's place, or the old name would show above and below the new one.
        editor.setGeometry(self._parts(option)[1])

    def _parts(self, option: QStyleOptionViewItem) -> tuple[QRect, QRect]:
        gap = option.fontMetrics.lineSpacing() // 3
        side = self.cover_side(option.font)
        whole = option.rect.adjusted(gap, 0, -gap, 0)
        cover = QRect(whole.x(), whole.center().y() - side // 2, side, side)
        text = whole.adjusted(side + 2 * gap, 0, 0, 0)
        direction = option.direction
        return (
            QStyle.visualRect(direction, option.rect, cover),
            QStyle.visualRect(direction, option.rect, text),
        )

    @staticmethod
    def _paint_cover(
        painter: QPainter, option: QStyleOptionViewItem, place: QRect, cover: QImage | None
    ) -> None:
        if cover is None:
            painter.fillRect(place, option.palette.color(QPalette.ColorRole.Midlight))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = cover.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        whole = QRect(QPoint(), size)
        whole.moveCenter(place.center())
        painter.drawImage(whole, cover)

    @staticmethod
    def _paint_sign(
        painter: QPainter, option: QStyleOptionViewItem, place: QRect, name: str
    ) -> QRect:
        """Paint an icon before the detail, in its colour; return the place beside it."""
        line = option.fontMetrics.lineSpacing()
        side = round(line * 0.9)
        pixmap = icon_pixmap(
            name,
            size=side,
            colour=painter.pen().color(),
            ratio=painter.device().devicePixelRatioF(),
        )
        spot = QRect(place.x(), place.center().y() + (line - side) // 2, side, side)
        painter.drawPixmap(QStyle.visualRect(option.direction, place, spot), pixmap)
        rest = place.adjusted(side + line // 4, 0, 0, 0)
        return QStyle.visualRect(option.direction, place, rest)

    @staticmethod
    def _paint_line(
        painter: QPainter,
        option: QStyleOptionViewItem,
        place: QRect,
        text: str,
        *,
        above: bool,
    ) -> None:
        line = option.fontMetrics.lineSpacing()
        middle = place.center().y()
        top = middle - line if above else middle
        # AlignLeading rather than left: an Arabic name in an English window stays in its column.
        left_to_right = option.direction == Qt.LayoutDirection.LeftToRight
        side = Qt.AlignmentFlag.AlignLeft if left_to_right else Qt.AlignmentFlag.AlignRight
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(
            QRect(place.x(), top, place.width(), line),
            side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter,
            shown,
        )
