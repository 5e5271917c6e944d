"""The live picture with a labelled box on every face; faces can be clicked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.live.frame_image import image_for
from desktop_app.ui.live.motion import Box, BoxMotion
from desktop_app.ui.live.overlay import Mark, paint_marks
from desktop_app.ui.looks import look_of
from desktop_app.ui.menu_key import turned_into_menu_key
from desktop_app.ui.words import click_means, decision_text, enter_means

if TYPE_CHECKING:
    from desktop_app.capture.frame import Frame
    from desktop_app.services.live import FrameResult, TrackView

_GROUND = QColor("#101415")
# So many rows of the screen Qt scales itself.
_BAND = 90
# Over a picture that is old, its faces included.
_SHADE = QColor(16, 20, 21, 150)


class LiveView(QWidget):
    """Paints the newest frame and what is known of the faces in it.

    Attributes:
        face_chosen: a ``TrackView`` that was clicked, or chosen with the arrow keys and Enter, and
            where on the screen.
        menu_wanted: the same, where somebody wants to know what can be done about the face.
        painted: a frame was painted, with :attr:`marks_painted` labels on it.

    """

    face_chosen = Signal(object, QPoint)
    menu_wanted = Signal(object, QPoint)
    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mirrored = False
        self.dimmed = False
        self.frames_painted = 0
        self.marks_painted = 0
        self._frame: Frame | None = None
        self._image: QImage | None = None
        self._image_width = 0.0
        self._painted_frame: Frame | None = None
        self._motion = BoxMotion()
        self._hovered: int | None = None
        self._focused: int | None = None
        self.setMinimumSize(QSize(200, 150))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Live picture"))
        self._describe()

    @property
    def frame(self) -> Frame | None:
        """What is shown."""
        return self._frame

    @property
    def marked_frame(self) -> Frame | None:
        """What the boxes were found in that are shown; the frame shown may be a newer one."""
        result = self._motion.result_for(self._frame) if self._frame is not None else None
        return result.frame if result is not None else None

    def sizeHint(self) -> QSize:
        """Return the usual size of a webcam's picture."""
        return QSize(640, 480)

    def show_frame(self, frame: Frame | None) -> None:
        """Show a frame; None clears the view."""
        self._frame = frame
        self._image = None
        if frame is None:
            self._motion.clear()
            self._hovered = self._focused = None
        self.update()

    def show_result(self, result: FrameResult) -> None:
        """Mark the faces of a result from now on."""
        self.learn(result)
        self.update()

    def learn(self, result: FrameResult) -> None:
        """Mark the faces of a result from the next paint on."""
        self._motion.take(result)
        self._describe()

    def forget_faces(self) -> None:
        """Drop all marks: another source is shown."""
        self._motion.clear()
        self._hovered = self._focused = None
        self._describe()
        self.update()

    def set_mirrored(self, *, mirrored: bool) -> None:
        """Show the picture as a mirror does; labels stay readable."""
        if mirrored != self.mirrored:
            self.mirrored = mirrored
            self.update()

    def set_dimmed(self, *, dimmed: bool) -> None:
        """Show that the picture is old: no newer one comes."""
        if dimmed != self.dimmed:
            self.dimmed = dimmed
            self.update()

    def faces(self) -> list[tuple[TrackView, QRectF]]:
        """Return the faces on the picture shown, each with its box in this widget."""
        if self._frame is None:
            return []
        area = self.picture_area()
        return [
            (track, self._to_widget(box, area))
            for track, box in self._motion.tracks_for(self._frame)
        ]

    def frame_of(self, track: TrackView) -> Frame | None:
        """Return the frame in which a track's box is that of its face; None where it is unseen.

        Args:
            track: one of :meth:`faces`, before anything newer is shown.

        """
        return self._motion.frame_of(track)

    def picture_area(self) -> QRectF:
        """Return where the picture is painted, in this widget."""
        if self._frame is None:
            return QRectF(self.rect())
        width, height = self._frame.size
        scale = min(self.width() / width, self.height() / height)
        # On whole pixels of the screen: a picture that fits as it is, is copied as it is.
        unit = 1 / self.devicePixelRatioF()
        area = QRectF(0, 0, *(round(side * scale / unit) * unit for side in (width, height)))
        left, top = (self.width() - area.width()) / 2, (self.height() - area.height()) / 2
        area.moveTo(round(left / unit) * unit, round(top / unit) * unit)
        return area

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the frame, then boxes, then labels."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), _GROUND)
        frame = self._frame
        if frame is None:
            return
        area = self.picture_area()
        self._paint_picture(painter, frame, area)
        marks = [
            Mark(
                box=box,
                text=decision_text(track.decision),
                look=look_of(track.decision),
                faded=track.coasting,
                highlighted=track.id in {self._hovered, self._focused},
            )
            for track, box in self.faces()
        ]
        painter.setLayoutDirection(self.layoutDirection())
        paint_marks(painter, marks, bounds=area, font=self.font())
        if self.dimmed:
            painter.fillRect(area, _SHADE)
        if self.hasFocus() and self._focused is None:
            painter.setPen(QPen(self.palette().accent().color(), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
        if frame is not self._painted_frame:
            self._painted_frame = frame
            self.frames_painted += 1
        self.marks_painted = len(marks)
        self.painted.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which face a click would take."""
        track = self._face_at(event.position())
        hovered = track.id if track is not None else None
        self.setToolTip("" if track is None else click_means(track.decision))
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(
                Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor
            )
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the face that was clicked."""
        track = self._face_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and track is not None:
            self.face_chosen.emit(track, event.globalPosition().toPoint())
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Say what can be done about the face under the pointer, or the keyboard's."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            chosen = self._focused_face()
        else:
            track = self._face_at(QPointF(event.pos()))
            chosen = (track, event.globalPos()) if track is not None else None
        if chosen is None:
            super().contextMenuEvent(event)
        else:
            self.menu_wanted.emit(*chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from face to face with the arrow keys; Enter chooses."""
        if turned_into_menu_key(event, self):
            return
        faces = sorted(self.faces(), key=lambda entry: entry[1].center().x())
        ids = [track.id for track, _ in faces]
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right} and ids:
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            if self._focused in ids:
                self._focused = ids[(ids.index(self._focused) + step) % len(ids)]
            else:
                self._focused = ids[0 if step > 0 else -1]
            self._describe()
            self.update()
            return
        chosen = self._focused_face()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and chosen is not None:
            self.face_chosen.emit(*chosen)
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave the face that the keyboard was on, but not for its menu."""
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._focused = None
        super().focusOutEvent(event)

    def _focused_face(self) -> tuple[TrackView, QPoint] | None:
        """Return the face that the keyboard is on, and where on the screen its menu goes."""
        for track, box in self.faces():
            if track.id == self._focused:
                # Beneath it, so that the face is seen while the menu is open.
                return track, self.mapToGlobal(box.bottomLeft().toPoint())
        return None

    def _paint_picture(self, painter: QPainter, frame: Frame, area: QRectF) -> None:
        width = area.width() * self.devicePixelRatioF()
        if self._image is None or self._image_width != width:
            self._image, self._image_width = image_for(frame.pixels, width=width), width
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.mirrored:
            flip = QTransform.fromTranslate(area.left() + area.right(), 0).scale(-1, 1)
            painter.setTransform(flip, combine=True)
        # More rows at once are scaled by a pool of Qt's, for which the window waits: no sooner done
        # where cores are free, and two or three times later where they are not.
        band = _BAND / self.devicePixelRatioF()
        for number in range(math.ceil(area.height() / band)):
            top = area.top() + number * band
            painter.setClipRect(QRectF(area.left(), top, area.width(), band))
            painter.drawImage(area, self._image)
        painter.restore()

    def _to_widget(self, box: Box, area: QRectF) -> QRectF:
        if self._frame is None:
            return QRectF()
        width, _ = self._frame.size
        left, top, right, bottom = box
        if self.mirrored:
            left, right = width - right, width - left
        scale = area.width() / width
        return QRectF(
            QPointF(area.left() + left * scale, area.top() + top * scale),
            QPointF(area.left() + right * scale, area.top() + bottom * scale),
        )

    def _face_at(self, position: QPointF) -> TrackView | None:
        hits = [(box.width(), track) for track, box in self.faces() if box.contains(position)]
        # The smaller of two boxes over each other: the larger can be clicked elsewhere.
        return min(hits, key=lambda hit: hit[0])[1] if hits else None

    def _describe(self) -> None:
        faces = [track for track, _ in self.faces()]
        focused = [track for track in faces if track.id == self._focused]
        if focused:
            text = enter_means(focused[0].decision)
        elif faces:
            texts = [decision_text(track.decision) for track in faces]
            text = self.tr("%n face(s): {faces}", "", len(texts)).format(faces="; ".join(texts))
        else:
            text = self.tr("No face is seen.")
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
