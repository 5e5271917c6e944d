"""The photos in the dialog that adds a person, one beneath the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.arrays import Float32Array
from desktop_app.recognition.people import Origin
from desktop_app.services.enrolment import is_repeated
from desktop_app.ui.enrolment.enrolment_words import given_label
from desktop_app.ui.enrolment.photo_row import PhotoRow
from desktop_app.vision.types import Face


class PhotoRows(QStackedWidget):
    """Rows that scroll; while there are none, a place to drop photos on.

    Attributes:
        changed: the faces to enrol are others.
        left_out: the path of a photo that was taken out, or None for a face without a file.

    """

    changed = Signal()
    left_out = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[PhotoRow] = []
        self._enrolled: list[Float32Array] = []
        drop_here = QLabel(self.tr("Drop photos here"))
        drop_here.setAlignment(Qt.AlignmentFlag.AlignCenter)
        drop_here.setFrameShape(QFrame.Shape.StyledPanel)
        drop_here.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        inside = QWidget()
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addStretch()
        self._scrolled = QScrollArea()
        self._scrolled.setAccessibleName(self.tr("Pictures of the person"))
        self._scrolled.setWidget(inside)
        self._scrolled.setWidgetResizable(True)
        self._scrolled.setFrameShape(QFrame.Shape.NoFrame)
        self._scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.addWidget(drop_here)
        self.addWidget(self._scrolled)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 7)

    @property
    def rows(self) -> tuple[PhotoRow, ...]:
        """In the order in which they came."""
        return tuple(self._rows)

    @property
    def faces(self) -> list[Face]:
        """The faces to enrol."""
        return [face for row in self._rows if (face := row.face) is not None]

    @property
    def controls(self) -> list[QWidget]:
        """What the keyboard reaches, in reading order."""
        return [control for row in self._rows for control in row.controls]

    def add_given(self, faces: Sequence[Face], *, origin: Origin) -> None:
        """Append a row for each of some faces that were picked before."""
        for number, face in enumerate(faces, start=1):
            row = self.add(given_label(origin, number=number, count=len(faces)))
            row.show_faces([face])
            row.leave_out.setVisible(len(faces) > 1)

    def add(self, label: str, *, path: Path | None = None) -> PhotoRow:
        """Append a row for a photo, or for a face without a file."""
        row = PhotoRow(label, path=path)
        row.changed.connect(self._take_change)
        row.left_out.connect(lambda: self._leave_out(row))
        self._rows.append(row)
        self._layout.insertWidget(self._layout.count() - 1, row)
        self.setCurrentWidget(self._scrolled)
        return row

    def set_enrolled(self, vectors: Sequence[Float32Array]) -> None:
        """Leave out pictures of which these, each of shape (d,), are enrolled already."""
        self._enrolled = list(vectors)
        before = len(self.faces)
        self._refuse_repeats()
        if len(self.faces) != before:
            self.changed.emit()

    def call_in_doubt(self, faces: Sequence[Face]) -> None:
        """Mark the rows whose faces do not look like the others."""
        doubted = {id(face) for face in faces}
        sentence = self.tr("This face does not look like the others.")
        for row in self._rows:
            row.call_in_doubt(sentence if id(row.face) in doubted else "")

    def show_what_needs_attention(self) -> None:
        """Scroll to the first row of which nothing is used, or whose face is in doubt."""
        needy = next((row for row in self._rows if row.needs_attention), None)
        if needy is not None:
            # Where it is, is known only once new rows have their places.
            QTimer.singleShot(0, needy, lambda: self._scroll_to(needy))

    def _scroll_to(self, row: PhotoRow) -> None:
        if row in self._rows:
            # The area learns of the room that new rows want by a message, perhaps after this.
            self._layout.activate()
            QCoreApplication.sendEvent(self._scrolled, QEvent(QEvent.Type.LayoutRequest))
            self._scrolled.verticalScrollBar().setValue(row.y())

    def _leave_out(self, row: PhotoRow) -> None:
        self._rows.remove(row)
        self._layout.removeWidget(row)
        row.deleteLater()
        if not self._rows:
            self.setCurrentIndex(0)
        self.left_out.emit(row.path)
        self._take_change()

    def _take_change(self) -> None:
        self._refuse_repeats()
        self.changed.emit()

    def _refuse_repeats(self) -> None:
        listed: list[Float32Array] = []
        for row in self._rows:
            face = row.usable_face
            refusal = ""
            if face is not None and is_repeated(face.embedding.vector, self._enrolled):
                refusal = self.tr(
                    "The face looks just as it does in a picture that is enrolled already. It "
                    "adds nothing and is left out."
                )
            elif face is not None and is_repeated(face.embedding.vector, listed):
                refusal = self.tr(
                    "The face looks just as it does in a picture that is listed already. It "
                    "adds nothing and is left out."
                )
            elif face is not None:
                listed.append(face.embedding.vector)
            row.refuse(refusal)
