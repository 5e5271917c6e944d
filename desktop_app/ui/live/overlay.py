"""Labelled boxes, painted over a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from desktop_app.ui.live.label_layout import place_labels
from desktop_app.ui.looks import Look, draw_sign

_BACKING = QColor(12, 16, 18, 215)
_HALO = QColor(0, 0, 0, 170)
_TEXT = QColor("#ffffff")
_COASTING_OPACITY = 0.55


@dataclass(frozen=True, slots=True)
class Mark:
    """One face to be marked, in the coordinates that are painted in.

    Attributes:
        box: around the face.
        text: what is known of it, in one line.
        look: how that looks.
        faded: the face is not seen at the moment; its place is a guess.
        highlighted: the pointer or the keyboard is on it.

    """

    box: QRectF
    text: str
    look: Look
    faded: bool = False
    highlighted: bool = False


def paint_marks(painter: QPainter, marks: Sequence[Mark], *, bounds: QRectF, font: QFont) -> None:
    """Paint boxes, then labels over all boxes.

    Args:
        painter: paints on the widget or image.
        marks: what to paint.
        bounds: the picture's area; labels stay inside.
        font: of the labels.

    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(bounds)
    for mark in marks:
        _paint_box(painter, mark)
    metrics = QFontMetricsF(font)
    texts = [_fitted(mark.text, metrics, bounds) for mark in marks]
    sizes = [_label_size(text, metrics, bounds) for text in texts]
    painter.setFont(font)
    places = place_labels([mark.box for mark in marks], sizes, bounds)
    for mark, text, place in zip(marks, texts, places, strict=True):
        _paint_label(painter, mark, text, place, metrics)
    painter.restore()


def _padding(metrics: QFontMetricsF) -> float:
    return metrics.height() * 0.3


def _label_size(text: str, metrics: QFontMetricsF, bounds: QRectF) -> QSizeF:
    pad = _padding(metrics)
    width = metrics.horizontalAdvance(text) + metrics.height() * 0.8 + 3 * pad
    height = metrics.height() + pad
    return QSizeF(min(width, bounds.width()), min(height, bounds.height()))


def _fitted(text: str, metrics: QFontMetricsF, bounds: QRectF) -> str:
    room = bounds.width() - metrics.height() * 0.8 - 3 * _padding(metrics)
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, room))


def _paint_box(painter: QPainter, mark: Mark) -> None:
    painter.setOpacity(_COASTING_OPACITY if mark.faded else 1.0)
    extra = 1.5 if mark.highlighted else 0.0
    radius = min(10.0, mark.box.width() * 0.12)
    # The dark line under the coloured one keeps it visible on a picture of the same colour.
    painter.setPen(QPen(_HALO, mark.look.width + extra + 2.0))
    painter.setBrush(
        QColor(255, 255, 255, 28) if mark.highlighted else QColor(Qt.GlobalColor.transparent)
    )
    painter.drawRoundedRect(mark.box, radius, radius)
    painter.setPen(mark.look.pen(extra=extra))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(mark.box, radius, radius)


def _paint_label(
    painter: QPainter, mark: Mark, text: str, place: QRectF, metrics: QFontMetricsF
) -> None:
    painter.setOpacity(_COASTING_OPACITY if mark.faded else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BACKING)
    painter.drawRoundedRect(place, 4, 4)
    pad = _padding(metrics)
    side = metrics.height() * 0.8
    mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    sign_left = place.right() - pad - side if mirrored else place.left() + pad
    sign_area = QRectF(QPointF(sign_left, place.center().y() - side / 2), QSizeF(side, side))
    draw_sign(painter, mark.look.sign, sign_area, mark.look.colour)
    room = QRectF(place)
    if mirrored:
        room.setRight(sign_left - pad)
    else:
        room.setLeft(sign_left + side + pad)
    painter.setPen(_TEXT)
    alignment = Qt.AlignmentFlag.AlignVCenter | (
        Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
    )
    painter.drawText(room, alignment | Qt.TextFlag.TextSingleLine, text)
