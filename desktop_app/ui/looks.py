"""How each kind of decision looks on a picture: colour, line and sign, never colour alone."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from desktop_app.recognition.types import Decision, Identified, Unknown, Unsure


class Sign(enum.Enum):
    """The shape drawn before a label's text."""

    TICK = "tick"
    QUESTION = "question"
    RING = "ring"
    SLASH = "slash"


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, line and sign of one kind of decision."""

    colour: QColor
    dashes: tuple[float, ...]
    sign: Sign
    width: float

    def pen(self, *, extra: float = 0.0) -> QPen:
        """Return the pen of a box, thicker by ``extra`` pixels."""
        pen = QPen(self.colour, self.width + extra)
        if self.dashes:
            # Round ends make dots of dashes without length.
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setDashPattern(list(self.dashes))
        return pen


# Dashes and gaps in widths of the line; none is a solid line.
IDENTIFIED = Look(QColor("#4fd08b"), (), Sign.TICK, 3.0)
UNSURE = Look(QColor("#ffc14d"), (4.0, 3.0), Sign.QUESTION, 2.5)
UNKNOWN = Look(QColor("#9fc7ff"), (0.01, 2.4), Sign.RING, 3.0)
UNUSABLE = Look(QColor("#c9cdd2"), (5.0, 3.5, 0.01, 3.5), Sign.SLASH, 1.5)


def look_of(decision: Decision) -> Look:
    """Return how a decision looks."""
    if isinstance(decision, Identified):
        return IDENTIFIED
    if isinstance(decision, Unsure):
        return UNSURE
    if isinstance(decision, Unknown):
        return UNKNOWN
    return UNUSABLE


def draw_sign(painter: QPainter, sign: Sign, area: QRectF, colour: QColor) -> None:
    """Draw a sign inside a square."""
    side = area.width()
    painter.save()
    pen = QPen(colour, max(1.6, side * 0.14))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)

    def at(x: float, y: float) -> QPointF:
        return QPointF(area.x() + x * side, area.y() + y * side)

    match sign:
        case Sign.TICK:
            painter.drawPolyline(QPolygonF([at(0.12, 0.55), at(0.4, 0.82), at(0.9, 0.2)]))
        case Sign.QUESTION:
            painter.drawArc(QRectF(at(0.25, 0.05), at(0.75, 0.52)), -80 * 16, 260 * 16)
            painter.drawLine(at(0.5, 0.53), at(0.5, 0.66))
            painter.drawPoint(at(0.5, 0.92))
        case Sign.RING:
            painter.drawEllipse(QRectF(at(0.15, 0.15), at(0.85, 0.85)))
        case Sign.SLASH:
            painter.drawEllipse(QRectF(at(0.1, 0.1), at(0.9, 0.9)))
            painter.drawLine(at(0.25, 0.75), at(0.75, 0.25))
    painter.restore()
