"""The picture that somebody who is being enrolled looks into, as into a mirror."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.capture.frame import Frame
from desktop_app.services.guidance.agenda import Step, StepState
from desktop_app.services.guidance.guided import Guidance
from desktop_app.services.guidance.hints import Hint
from desktop_app.services.guidance.looks import Oval, oval_in
from desktop_app.services.guidance.poses import Wanted

_GROUND = QColor("#101415")
_SHADE = QColor(16, 20, 21, 150)
_TRACK = QColor(255, 255, 255, 120)
_DONE = QColor("#63d0c1")
_PASSED = QColor(255, 255, 255, 200)
# Between two parts of the ring, degrees.
_GAP = 8.0
# The way each arrow points in the picture as the camera sees it.
_WAYS = {
    Wanted.LEFT: (1.0, 0.0),
    Wanted.FAR_LEFT: (1.0, 0.0),
    Wanted.RIGHT: (-1.0, 0.0),
    Wanted.FAR_RIGHT: (-1.0, 0.0),
    Wanted.UP: (0.0, -1.0),
    Wanted.DOWN: (0.0, 1.0),
}


class EnrolmentView(QWidget):
    """Paints the newest frame, the oval with its ring, and an arrow.

    Attributes:
        take_wanted: the space bar was pressed.

    """

    take_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mirrored = False
        self._frame: Frame | None = None
        self._guidance: Guidance | None = None
        self.setMinimumSize(QSize(240, 180))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Live picture"))

    def sizeHint(self) -> QSize:
        """Return the usual size of a webcam's picture."""
        return QSize(640, 480)

    def show_frame(self, frame: Frame | None) -> None:
        """Show a frame; None clears the view."""
        self._frame = frame
        self.update()

    def show_guidance(self, guidance: Guidance | None) -> None:
        """Show the ring, and where the head belongs; None shows neither."""
        self._guidance = guidance
        self.update()

    def set_mirrored(self, *, mirrored: bool) -> None:
        """Show the picture as a mirror does."""
        self.mirrored = mirrored
        self.update()

    def arrow(self) -> tuple[float, float] | None:
        """Return which way the arrow points on the screen, x to the right and y down."""
        guidance = self._guidance
        if guidance is None or guidance.wanted is None or guidance.hint is not Hint.AS_WANTED:
            return None
        way = _WAYS.get(guidance.wanted)
        if way is None:
            return None
        return (-way[0] if self.mirrored else way[0]), way[1]

    def oval_area(self) -> QRectF:
        """Return the oval in this widget."""
        if self._guidance is not None:
            oval = self._guidance.oval
        else:
            oval = oval_in(self._frame.size if self._frame is not None else (4, 3))
        return self._to_widget(oval, self._picture_area())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a picture with the space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.take_wanted.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the frame, then everything on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), _GROUND)
        frame = self._frame
        if frame is not None:
            self._paint_frame(painter, frame)
            self._paint_guidance(painter)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _picture_area(self) -> QRectF:
        width, height = self._frame.size if self._frame is not None else (4, 3)
        scale = min(self.width() / width, self.height() / height)
        area = QRectF(0, 0, width * scale, height * scale)
        area.moveCenter(QRectF(self.rect()).center())
        return area

    def _to_widget(self, oval: Oval, area: QRectF) -> QRectF:
        x = 1.0 - oval.x if self.mirrored else oval.x
        size = QSize(0, 0).toSizeF()
        size.setWidth(2 * oval.half_width * area.width())
        size.setHeight(2 * oval.half_height * area.height())
        place = QRectF(QPointF(0, 0), size)
        place.moveCenter(
            QPointF(area.left() + x * area.width(), area.top() + oval.y * area.height())
        )
        return place

    def _paint_frame(self, painter: QPainter, frame: Frame) -> None:
        width, height = frame.size
        # Borrowed memory: the frame outlives this paint.
        image = QImage(
            frame.pixels.data, width, height, frame.pixels.strides[0], QImage.Format.Format_RGB888
        )
        area = self._picture_area()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.mirrored:
            flip = QTransform.fromTranslate(area.left() + area.right(), 0).scale(-1, 1)
            painter.setTransform(flip, combine=True)
        painter.drawImage(area, image)
        painter.restore()

    def _paint_guidance(self, painter: QPainter) -> None:
        oval, area = self.oval_area(), self._picture_area()
        shade = QPainterPath()
        shade.addRect(area)
        hole = QPainterPath()
        hole.addEllipse(oval)
        painter.save()
        painter.setClipRect(area)
        painter.fillPath(shade.subtracted(hole), _SHADE)
        guidance = self._guidance
        if guidance is not None:
            self._paint_ring(painter, oval, guidance)
            arrow = self.arrow()
            if arrow is not None:
                self._paint_arrow(painter, oval, arrow)
        painter.restore()

    def _paint_ring(self, painter: QPainter, oval: QRectF, guidance: Guidance) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # A ground of its own: what is behind may have any colour.
        painter.setPen(QPen(_SHADE, 1.6 * self._unit()))
        painter.drawEllipse(oval)
        if not guidance.inside:
            # Nothing fills while the head is elsewhere: the way there is what counts.
            painter.setPen(QPen(_PASSED, 0.5 * self._unit(), Qt.PenStyle.DashLine))
            painter.drawEllipse(oval)
            return
        each = 360.0 / len(guidance.steps)
        for number, step in enumerate(guidance.steps):
            # Qt counts from three o'clock against the clock, in sixteenths of a degree.
            begin = 90.0 - number * each - _GAP / 2
            self._paint_step(painter, oval, step, begin=begin, length=each - _GAP)
            if step.wanted is guidance.wanted and step.state is not StepState.TAKEN:
                self._paint_arc(painter, oval, _DONE, begin, (each - _GAP) * step.held, wide=True)

    def _paint_step(
        self, painter: QPainter, oval: QRectF, step: Step, *, begin: float, length: float
    ) -> None:
        match step.state:
            case StepState.TAKEN:
                self._paint_arc(painter, oval, _DONE, begin, length, wide=True)
                self._paint_tick(painter, oval, begin - length / 2)
            case StepState.ASKED:
                self._paint_arc(painter, oval, _TRACK, begin, length, wide=True)
            case _:
                self._paint_arc(painter, oval, _PASSED, begin, length, wide=False)

    def _paint_arc(
        self,
        painter: QPainter,
        oval: QRectF,
        colour: QColor,
        begin: float,
        length: float,
        *,
        wide: bool,
    ) -> None:
        if length <= 0:
            return
        unit = self._unit()
        pen = QPen(colour, unit * (1.0 if wide else 0.25))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(oval, round(begin * 16), -round(length * 16))

    def _paint_tick(self, painter: QPainter, oval: QRectF, degrees: float) -> None:
        path = QPainterPath()
        path.arcMoveTo(oval, degrees)
        at, unit = path.currentPosition(), self._unit()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_DONE)
        painter.drawEllipse(at, 1.3 * unit, 1.3 * unit)
        pen = QPen(_GROUND, 0.35 * unit)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        tick = [QPointF(-0.6, 0.05), QPointF(-0.15, 0.5), QPointF(0.6, -0.45)]
        painter.drawPolyline(QPolygonF([at + point * unit for point in tick]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_arrow(self, painter: QPainter, oval: QRectF, way: tuple[float, float]) -> None:
        unit = 2.2 * self._unit()
        along, across = QPointF(*way), QPointF(-way[1], way[0])
        reach = QPointF(way[0] * oval.width() / 2, way[1] * oval.height() / 2)
        # Inside the oval: beside it there may be no room.
        tip = oval.center() + reach - along * unit
        points = [
            tip,
            tip - along * unit + across * unit,
            tip - along * unit + across * (0.4 * unit),
            tip - along * (2.2 * unit) + across * (0.4 * unit),
            tip - along * (2.2 * unit) - across * (0.4 * unit),
            tip - along * unit - across * (0.4 * unit),
            tip - along * unit - across * unit,
        ]
        painter.setPen(QPen(_GROUND, 1.5))
        painter.setBrush(QColor("#ffffff"))
        painter.drawPolygon(QPolygonF(points))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _unit(self) -> float:
        """Return the width of the ring, pixels."""
        return max(6.0, min(self.width(), self.height()) / 48)
