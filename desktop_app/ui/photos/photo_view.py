"""A photo with a labelled box on every face; faces can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.services.identification import FaceResult
from desktop_app.ui.live.overlay import Mark, paint_marks
from desktop_app.ui.looks import look_of
from desktop_app.ui.words import click_means, decision_text


class PhotoView(QWidget):
    """Fits a photo into whatever room there is.

    Attributes:
        face_clicked: index of the face, and where on the screen.
        menu_wanted: the same, where somebody wants to know what can be done about the face.

    """

    face_clicked = Signal(int, QPoint)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._scaled = QPixmap()
        self._photo_size = QSizeF()
        self._faces: tuple[FaceResult, ...] = ()
        self._highlighted: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Photo"))

    def sizeHint(self) -> QSize:
        """Qt's."""
        return QSize(480, 360)

    def minimumSizeHint(self) -> QSize:
        """Qt's."""
        return QSize(160, 120)

    def show_photo(self, image: QImage, *, photo_size: QSize) -> None:
        """Show a photo, without faces until they are known.

        Args:
            image: the photo, perhaps made smaller.
            photo_size: of the photo itself, in whose pixels the boxes are.

        """
        self._image = image
        self._photo_size = QSizeF(photo_size)
        self._scaled = QPixmap()
        self._faces = ()
        self._highlighted = None
        self.update()

    def show_faces(self, faces: Sequence[FaceResult]) -> None:
        """Mark these faces."""
        self._faces = tuple(faces)
        self.setAccessibleDescription(
            ", ".join(decision_text(result.decision) for result in self._faces)
        )
        self.update()

    def highlight(self, face: int | None) -> None:
        """Make one face stand out."""
        self._highlighted = face
        self.update()

    def face_area(self, face: int) -> QRectF:
        """Return where a face is in this widget."""
        left, top, right, bottom = (float(v) for v in self._faces[face].face.detection.box)
        area = self._picture_area()
        scale = area.width() / self._photo_size.width()
        return QRectF(
            area.left() + left * scale,
            area.top() + top * scale,
            (right - left) * scale,
            (bottom - top) * scale,
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt's."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._image.isNull():
            return
        area = self._picture_area()
        painter.drawPixmap(area.topLeft(), self._scaled_to(area.size()))
        marks = [
            Mark(
                box=self.face_area(number),
                text=decision_text(result.decision),
                look=look_of(result.decision),
                highlighted=number == self._highlighted,
            )
            for number, result in enumerate(self._faces)
        ]
        paint_marks(painter, marks, bounds=area, font=self.font())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's."""
        face = self._face_at(event.position())
        over = face is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        self.setToolTip("" if face is None else click_means(self._faces[face].decision))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's."""
        face = self._face_at(event.position())
        if face is not None and event.button() == Qt.MouseButton.LeftButton:
            self.face_clicked.emit(face, event.globalPosition().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt's."""
        face = self._face_at(QPointF(event.pos()))
        if face is None:
            super().contextMenuEvent(event)
        else:
            self.menu_wanted.emit(face, event.globalPos())

    def _face_at(self, position: QPointF) -> int | None:
        hit = [n for n in range(len(self._faces)) if self.face_area(n).contains(position)]
        # Of faces that overlap, the smaller is the one that could not be clicked otherwise.
        return min(hit, key=lambda n: self.face_area(n).width(), default=None)

    def _picture_area(self) -> QRectF:
        size = self._photo_size.scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRectF(QPointF(), size)
        area.moveCenter(QRectF(self.rect()).center())
        return area

    def _scaled_to(self, size: QSizeF) -> QPixmap:
        ratio = self.devicePixelRatioF()
        wanted = (size * ratio).toSize()
        if self._scaled.size() != wanted:
            self._scaled = QPixmap.fromImage(
                self._image.scaled(
                    wanted,
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
            self._scaled.setDevicePixelRatio(ratio)
        return self._scaled
