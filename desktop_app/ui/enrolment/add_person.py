"""Give a name to faces: from photo files, or from faces that were picked already."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.capture.photo import read_photo
from desktop_app.errors import KnownError
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import Origin
from desktop_app.services.enrolment import enrolled_vectors
from desktop_app.services.people import GalleryChange
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.enrolment.enrolment_words import what_happens, what_is_doubted
from desktop_app.ui.enrolment.name_field import NameField
from desktop_app.ui.enrolment.photo_queue import PhotoQueue
from desktop_app.ui.enrolment.photo_row import PhotoRow
from desktop_app.ui.enrolment.photo_rows import PhotoRows
from desktop_app.ui.enrolment.resemblance import Resemblance, doubted_among, resemblance
from desktop_app.ui.enrolment.suggestion_bar import SuggestionBar
from desktop_app.ui.error_dialog import sentence_for, show_error
from desktop_app.ui.photos.choose_photos import choose_photos, dropped_paths
from desktop_app.ui.privacy.consent_fields import ConsentFields
from desktop_app.vision.types import Face

# More would not help: the best few decide, and each is looked at by a person here.
MOST_PHOTOS = 50


class AddPersonDialog(QDialog):
    """Adds a person, or pictures to a person; nothing is saved before *Add* is pressed.

    Attributes:
        enrolled: the ``GalleryChange``, and the ``Gallery`` as it was before.

    """

    enrolled = Signal(object, object)

    def __init__(
        self,
        context: AppContext,
        parent: QWidget | None = None,
        *,
        faces: Sequence[Face] = (),
        origin: Origin = Origin.PHOTO,
        name: str = "",
    ) -> None:
        """Prepare.

        Args:
            context: shared services.
            parent: Qt's.
            faces: those to enrol; without any, photos are asked for.
            origin: of all faces.
            name: whose faces they are said to be; can still be changed.

        """
        super().__init__(parent)
        self._context = context
        self._origin = origin
        self._given = bool(faces)
        self._resembles: Resemblance | None = None
        self._saving = False
        self._queue = PhotoQueue(context, self._look, limit=MOST_PHOTOS, parent=self)
        self._queue.found.connect(self._found)
        self._queue.failed.connect(self._failed)
        self._queue.empty.connect(self._nothing_in)
        self._queue.progressed.connect(self._progressed)

        self.setWindowTitle(self.tr("Add a person"))
        layout = QVBoxLayout(self)
        if not faces:
            layout.addLayout(self._make_chooser())
            self.setAcceptDrops(True)
        self.pictures = PhotoRows()
        self.pictures.changed.connect(self._faces_changed)
        self.pictures.left_out.connect(self._left_out)
        layout.addWidget(self.pictures, 1)
        layout.addLayout(self._make_name())
        self.suggestion = SuggestionBar()
        self.suggestion.taken.connect(self._take_suggestion)
        layout.addWidget(self.suggestion)
        layout.addLayout(self._make_buttons())
        # Only a button that is in the dialog already becomes its default.
        self.add_button.setDefault(True)
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        # Narrower, and sentences would need more lines than the layout keeps.
        self.setMinimumWidth(letter * 56)
        self.resize(letter * 72, line * (17 if faces else 30))

        self.name.setText(name)
        self._take_people()
        context.gallery_changed.connect(self._take_people)
        context.engine_failed.connect(self._update)
        self.pictures.add_given(faces, origin=origin)
        self._put_tabs_in_order()
        (self.name if faces else self.choose_button).setFocus()
        self._update()

    @property
    def rows(self) -> tuple[PhotoRow, ...]:
        """The photos, in the order in which they came."""
        return self.pictures.rows

    def add_photos(self, paths: Sequence[Path]) -> None:
        """Look for faces in these photos, and in those of these folders."""
        self._queue.add(paths)

    def done(self, result: int) -> None:
        """Qt's. However the dialog ends, nothing is read any more."""
        self._queue.cancel()
        super().done(result)

    def reject(self) -> None:
        """Qt's. What is being saved can no longer be called off, and the dialog closes itself."""
        if not self._saving:
            super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt's."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt's."""
        event.acceptProposedAction()
        self.add_photos(dropped_paths(event.mimeData()))

    def _make_chooser(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.hint = QLabel(
            self.tr(
                "Choose photos in which the person is seen clearly. One is enough to begin; "
                "three in different light are better."
            )
        )
        self.hint.setWordWrap(True)
        self.choose_button = QPushButton(self.tr("&Choose photos…"))
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(lambda: choose_photos(self, self.add_photos))
        row.addWidget(self.hint, 1)
        row.addWidget(self.choose_button)
        return row

    def _make_name(self) -> QFormLayout:
        self.name = NameField()
        self.name.textChanged.connect(self._take_name)
        self.name.entered.connect(self._save)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Name"), self.name)
        self.consent = ConsentFields(folded=True)
        form.addRow(self.consent)
        return form

    def _make_buttons(self) -> QVBoxLayout:
        self.doubt, self.summary = QLabel(), QLabel()
        for label in (self.doubt, self.summary):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button = box.button(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        self.add_button = box.addButton(self.tr("&Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        box.accepted.connect(self._save)
        layout = QVBoxLayout()
        for widget in (self.doubt, self.summary, box):
            layout.addWidget(widget)
        return layout

    def _left_out(self, path: Path | None) -> None:
        if path is not None:
            self._queue.forget(path)
        self.name.setFocus()

    def _look(self, path: Path) -> list[Face]:
        pipeline = self._context.pipeline
        assert pipeline is not None
        return pipeline.find_faces(read_photo(path))

    def _found(self, path: Path, faces: Sequence[Face]) -> None:
        self.pictures.add(path.name, path=path).show_faces(faces)
        self._put_tabs_in_order()

    def _failed(self, path: Path, error: Exception) -> None:
        self.pictures.add(path.name, path=path).show_problem(sentence_for(error))
        if not isinstance(error, KnownError):
            show_error(self, error)
        self._put_tabs_in_order()

    def _nothing_in(self, path: Path) -> None:
        self.pictures.add(path.name, path=path).show_problem(
            self.tr("There are no photos in this folder.")
        )
        self._put_tabs_in_order()

    def _put_tabs_in_order(self) -> None:
        """Let the keyboard reach the photos before the name: Qt's order is that of creation."""
        order: list[QWidget] = [] if self._given else [self.choose_button]
        order += self.pictures.controls
        order += [self.name, *self.consent.controls, self.suggestion.button]
        order += [self.add_button, self.cancel_button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _progressed(self) -> None:
        if self._queue.left_over:
            self.hint.setText(
                self.tr(
                    "Only the first %n photos are looked at. More would not make Kenspeckle surer.",
                    "",
                    MOST_PHOTOS,
                )
            )
        if not self._queue.waiting:
            self.pictures.show_what_needs_attention()
            if self.pictures.faces and not self.name.text():
                self.name.setFocus()
        self._update()

    def _faces_changed(self) -> None:
        faces, policy = self.pictures.faces, self._context.policy
        self._resembles = resemblance(faces, gallery=self._context.gallery, policy=policy)
        doubted = doubted_among(faces, policy=policy)
        self.pictures.call_in_doubt(doubted or ())
        self.doubt.setText(what_is_doubted(len(doubted or ())))
        self.doubt.setVisible(doubted is not None)
        self._update()

    def _take_people(self, _change: GalleryChange | None = None) -> None:
        change = self._context.last_change
        self.name.set_people(change.people if change is not None else ())
        self._take_name()
        self._faces_changed()

    def _take_name(self) -> None:
        gallery = self._context.gallery
        if gallery is not None:
            self.pictures.set_enrolled(enrolled_vectors(gallery, self.name.existing))
        self._update()

    def _take_suggestion(self, name: str) -> None:
        self.name.setText(name)
        self.name.setFocus()

    def _update(self) -> None:
        count, waiting = len(self.pictures.faces), self._queue.waiting
        name, existing = self.name.name, self.name.existing
        self.add_button.setEnabled(bool(name and count) and not waiting and not self._saving)
        trouble = None if self._context.is_ready else self._context.trouble
        self.summary.setText(
            trouble
            or self.name.complaint
            or what_happens(
                name=name,
                exists=existing is not None,
                faces=count,
                photos=len(self.rows),
                waiting=waiting,
            )
        )
        similar = self._resembles
        is_taken = similar is not None and existing == similar.identity
        self.suggestion.suggest(None if is_taken else similar)

    def _save(self) -> None:
        if not self.add_button.isEnabled():
            return
        self._saving = True
        self._update()
        before = self._context.gallery
        self._context.enrol(
            self.name.text(),
            self.pictures.faces,
            origin=self._origin,
            consent=self.consent.consent,
            success=while_alive(self, lambda change: self._saved(change, before)),
            failure=while_alive(self, self._not_saved),
        )

    def _saved(self, change: GalleryChange, before: Gallery | None) -> None:
        self.enrolled.emit(change, before)
        self.accept()

    def _not_saved(self, error: Exception) -> None:
        self._saving = False
        self._update()
        show_error(self, error)
