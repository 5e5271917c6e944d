"""Labelled boxes, painted over a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from desktop_app.ui.live.label_layout import place_labels
from desktop_app.ui.live.mark_art import PAD, SIGN, Label, paint_box, paint_label
from desktop_app.ui.looks import Look

_COASTING_OPACITY = 0.55
_HIGHLIGHT = QColor(255, 255, 255, 28)
# How much thicker the line is where the pointer or the keyboard is, pixels.
_HIGHLIGHT_EXTRA = 1.5
# Of the corners: of a small box, this share of its shorter side; pixels at the most.
_RADIUS_SHARE, _RADIUS = 0.12, 10.0


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
    mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    labels = [_label(mark, metrics, bounds, mirrored=mirrored) for mark in marks]
    places = place_labels([mark.box for mark in marks], [label.size for label in labels], bounds)
    for mark, label, place in zip(marks, labels, places, strict=True):
        painter.setOpacity(_COASTING_OPACITY if mark.faded else 1.0)
        paint_label(painter, place.topLeft(), label, font)
    painter.restore()


def _label(mark: Mark, metrics: QFontMetricsF, bounds: QRectF, *, mirrored: bool) -> Label:
    line = metrics.height()
    # The sign, and what is left free before, between and behind.
    beside = line * (SIGN + 3 * PAD)
    room = max(0.0, bounds.width() - beside)
    text = metrics.elidedText(mark.text, Qt.TextElideMode.ElideRight, room)
    size = QSizeF(metrics.horizontalAdvance(text) + beside, line * (1 + PAD))
    return Label(text, mark.look, size.boundedTo(bounds.size()), line, mirrored)


def _paint_box(painter: QPainter, mark: Mark) -> None:
    painter.setOpacity(_COASTING_OPACITY if mark.faded else 1.0)
    radius = min(_RADIUS, min(mark.box.width(), mark.box.height()) * _RADIUS_SHARE)
    if mark.highlighted:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_HIGHLIGHT)
        painter.drawRoundedRect(mark.box, radius, radius)
    extra = _HIGHLIGHT_EXTRA if mark.highlighted else 0.0
    paint_box(painter, mark.box, mark.look, radius=radius, extra=extra)
