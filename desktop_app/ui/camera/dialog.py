"""Adds a person by the camera: it says what to do, takes the pictures, and asks for a name."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.capture.source import SourceKind
from desktop_app.recognition.gallery import Gallery
from desktop_app.services.guidance.guided import Guidance
from desktop_app.services.guidance.hints import Hint
from desktop_app.services.guidance.shots import ENOUGH_SHOTS, Shot
from desktop_app.services.people import GalleryChange
from desktop_app.ui.alive import while_alive
from desktop_app.ui.camera.guide import EnrolmentGuide
from desktop_app.ui.camera.hint import HintLabel
from desktop_app.ui.camera.shots import ShotList
from desktop_app.ui.camera.source import EnrolmentSource, OpenSource
from desktop_app.ui.camera.view import EnrolmentView
from desktop_app.ui.camera.words import end_text, hint_text, outcome_text, progress_text
from desktop_app.ui.context import AppContext
from desktop_app.ui.enrolment.name_field import NameField
from desktop_app.ui.enrolment.resemblance import resemblance
from desktop_app.ui.enrolment.suggestion_bar import SuggestionBar
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.live.source_chooser import CameraList
from desktop_app.ui.privacy.consent_fields import ConsentFields
from desktop_app.workers.feed import Feed, LiveState
from desktop_app.workers.live_session import LiveSession


class CameraEnrolmentDialog(QDialog):
    """Nothing is saved before *Add* is pressed.

    Attributes:
        enrolled: the ``GalleryChange``, and the ``Gallery`` as it was before.
        photos_wanted: somebody would rather choose photos.

    """

    enrolled = Signal(object, object)
    photos_wanted = Signal()

    def __init__(
        self,
        context: AppContext,
        session: LiveSession,
        parent: QWidget | None = None,
        *,
        feed: Feed,
        cameras: CameraList,
        open_source: OpenSource,
    ) -> None:
        """Prepare.

        Args:
            context: shared services.
            session: rests meanwhile.
            parent: Qt's.
            feed: gives the picture.
            cameras: finds the cameras.
            open_source: shows a source.

        """
        super().__init__(parent)
        self._context = context
        self._feed = feed
        self._saving = False
        self._is_over = False
        self._guide = EnrolmentGuide(context, session, feed, self)
        self._guide.guided.connect(self._take_guidance)
        self._guide.shots_changed.connect(self._shots_changed)
        self.source = EnrolmentSource(
            context,
            self._feed,
            cameras=cameras,
            open_source=open_source,
            has_pictures=lambda: bool(self._guide.enrolment.kept),
            window=self,
        )
        self.source.photos_wanted.connect(self._go_to_photos)
        self.setWindowTitle(self.tr("Add a person from the camera"))
        self.hint = HintLabel()
        self.progress = QLabel()
        self.progress.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.progress.setWordWrap(True)
        self._make_view()
        self._make_name()
        self._lay_out()
        self._feed.frame_ready.connect(self._take_frame)
        self._feed.source_changed.connect(self._take_source)
        self._feed.state_changed.connect(self._say_end)
        context.settings_changed.connect(self._take_source)
        context.gallery_changed.connect(self._take_people)
        context.engine_failed.connect(self._update)
        self._take_source()
        self._take_frame()
        self._take_people()
        self.view.setFocus()
        self._guide.begin()
        self.source.begin()

    @property
    def guide(self) -> EnrolmentGuide:
        """What leads through the shots."""
        return self._guide

    def done(self, result: int) -> None:
        """Qt's. However the dialog ends, nothing is looked at any more."""
        self._guide.end()
        if result != QDialog.DialogCode.Accepted:
            self.source.undo()
        super().done(result)

    def reject(self) -> None:
        """Qt's. What is being saved can no longer be called off, and the dialog closes itself."""
        if not self._saving:
            super().reject()

    def _make_view(self) -> None:
        self.view = EnrolmentView()
        self.view.take_wanted.connect(self._guide.take_now)
        self.take_button = _button(self.tr("Take a picture &now"))
        self.take_button.setToolTip(self.tr("Take a picture as you look now (Space)"))
        self.take_button.clicked.connect(self._guide.take_now)
        self.skip_button = _button(self.tr("&Skip this one"))
        self.skip_button.setToolTip(self.tr("Go on with what comes next"))
        self.skip_button.clicked.connect(self._guide.skip)
        self.shots = ShotList()
        self.shots.again_wanted.connect(self._retake)
        self.shots.leaving_wanted.connect(self._guide.leave_out)

    def _make_name(self) -> None:
        self.name = NameField()
        self.name.textChanged.connect(self._take_name)
        self.name.entered.connect(self._save)
        self.consent = ConsentFields(folded=True)
        self.suggestion = SuggestionBar()
        self.suggestion.taken.connect(self._take_suggestion)
        self.suggestion.hide()
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button = box.button(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        self.add_button = box.addButton(self.tr("&Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        box.accepted.connect(self._save)
        self._box = box

    def _lay_out(self) -> None:
        under = QHBoxLayout()
        under.addWidget(self.take_button)
        under.addWidget(self.skip_button)
        under.addStretch()
        under.addWidget(self.source.button)
        left = QVBoxLayout()
        left.addWidget(self.view, 1)
        left.addWidget(self.progress)
        left.addLayout(under)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Na&me"), self.name)
        form.addRow(self.consent)
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.shots, 1)
        right.addLayout(form)
        right.addWidget(self.suggestion)
        right.addWidget(self.summary)
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        side.setFixedWidth(letter * 42)
        side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        middle = QHBoxLayout()
        middle.addLayout(left, 1)
        middle.addWidget(side)
        layout = QVBoxLayout(self)
        layout.addWidget(self.source.bar)
        layout.addWidget(self.hint)
        layout.addLayout(middle, 1)
        layout.addWidget(self._box)
        # Only a button that is in the dialog already becomes its default.
        self.add_button.setDefault(True)
        # As large as there is room for: whoever sits farther away is to read it too.
        room = self.screen().availableSize()
        self.resize(min(letter * 200, room.width() - 40), min(line * 52, room.height() - 80))
        order: list[QWidget] = [self.view, self.take_button, self.skip_button, self.source.button]
        order += [*self.shots.controls, self.name, *self.consent.controls]
        order += [self.suggestion.button, self.add_button, self.cancel_button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    @Slot()
    def _take_frame(self) -> None:
        self.view.show_frame(self._feed.frame)

    @Slot()
    def _take_source(self) -> None:
        spec = self._feed.spec
        # Only a camera is a mirror: in a clip, left is left.
        is_camera = spec is not None and spec.kind is SourceKind.CAMERA
        self.view.set_mirrored(mirrored=self._context.settings.mirror and is_camera)
        self._take_frame()
        if self._feed.frame is None:
            self.view.show_guidance(None)
        self._update()

    @Slot(object)
    def _take_guidance(self, guidance: Guidance) -> None:
        self.view.show_guidance(guidance)
        text = hint_text(guidance)
        if self._feed.state is LiveState.ENDED:
            self._say_end()
        else:
            self.hint.say_if_it_lasts(text)
            self.view.setAccessibleDescription(text)
        self.skip_button.setEnabled(not self._guide.enrolment.is_over)
        self.take_button.setEnabled(not self._guide.enrolment.is_full)
        over = guidance.hint is Hint.ENOUGH
        if over and not self._is_over and not self.name.hasFocus():
            if self._feed.state is not LiveState.ENDED:
                self.hint.say(text)
            self.name.setFocus()
        self._is_over = over

    @Slot()
    def _shots_changed(self) -> None:
        enrolment = self._guide.enrolment
        self.shots.show_shots(enrolment.shots)
        self.source.say_end()
        self._say_end()
        self._update()

    @Slot()
    def _say_end(self) -> None:
        """At the end of a clip, ask for nothing that cannot come any more."""
        if self._feed.state is LiveState.ENDED:
            text = end_text(any_kept=bool(self._guide.enrolment.kept))
            self.hint.say(text)
            self.view.setAccessibleDescription(text)

    def _retake(self, shot: Shot) -> None:
        self._guide.retake(shot)
        self.view.setFocus()

    @Slot()
    def _take_people(self, _change: GalleryChange | None = None) -> None:
        change = self._context.last_change
        self.name.set_people(change.people if change is not None else ())
        self._take_name()

    @Slot()
    def _take_name(self) -> None:
        self._guide.add_to(self.name.existing)
        self._update()

    def _take_suggestion(self, name: str) -> None:
        self.name.setText(name)
        self.name.setFocus()

    @Slot()
    def _update(self) -> None:
        enrolment, context = self._guide.enrolment, self._context
        kept = enrolment.kept
        existing = self.name.existing
        self.progress.setText(progress_text(kept=len(kept), enough=ENOUGH_SHOTS))
        ready = bool(kept and self.name.name) and context.is_ready
        self.add_button.setEnabled(ready and not self._saving)
        trouble = None if context.is_ready else context.trouble
        self.summary.setText(
            trouble
            or self.name.complaint
            or outcome_text(
                name=self.name.name,
                exists=existing is not None,
                kept=len(kept),
                refused=len(enrolment.shots) - len(kept),
            )
        )
        if trouble is not None or not context.is_ready:
            self.hint.say(trouble or self.tr("Getting ready to recognise faces…"))
        similar = resemblance(
            [shot.face for shot in enrolment.shots if shot.refused is None],
            gallery=context.gallery,
            policy=context.policy,
        )
        is_taken = similar is not None and existing == similar.identity
        self.suggestion.suggest(None if is_taken else similar)

    def _go_to_photos(self) -> None:
        self.reject()
        self.photos_wanted.emit()

    def _save(self) -> None:
        if not self.add_button.isEnabled():
            return
        self._saving = True
        self._update()
        before: Gallery | None = self._context.gallery
        self._context.enrol(
            self.name.text(),
            [shot.face for shot in self._guide.enrolment.kept],
            origin=self._guide.origin,
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


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    return button
