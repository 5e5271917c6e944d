"""What is kept about a person beside pictures: name, note, groups, consent."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import KnownError
from desktop_app.recognition.people import LONGEST_NAME, Person
from desktop_app.services.people import GalleryChange
from desktop_app.services.privacy.consent import local_day
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for, show_error
from desktop_app.ui.leave_watch import LeaveWatch
from desktop_app.ui.people.groups_field import GroupsField
from desktop_app.ui.privacy.consent_fields import ConsentFields
from desktop_app.ui.privacy.consent_words import consent_sentences


class DetailsPage(QScrollArea):
    """Each field is saved when it is left, and can be undone like any other act."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._person: Person | None = None
        self._consent_touched = False
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.complaint = _sentence()
        self.complaint.hide()
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setPlaceholderText(self.tr("Anything worth knowing about this person"))
        self.note.setFixedHeight(self.fontMetrics().lineSpacing() * 5)
        self.groups = GroupsField()
        self.consent = ConsentFields()
        self.consent_text = _sentence()
        self._lay_out()
        self.name.returnPressed.connect(self._save_name)
        for widget, save in (
            (self.name, self._save_name),
            (self.note, self._save_note),
            (self.groups.field, self.groups.take_typed),
            (self.consent, self._save_consent),
        ):
            LeaveWatch(widget).left.connect(save)
        self.name.textEdited.connect(lambda _text: self.complaint.hide())
        self.groups.chosen.connect(self._save_groups)
        self.consent.changed.connect(self._consent_changed)

    def show_person(self, person: Person, *, groups: Iterable[str]) -> None:
        """Show what is kept; a field that somebody is changing stays as it is.

        Args:
            person: who.
            groups: those there are, to be offered.

        """
        before, self._person = self._person, person
        if before is None or self._typed_name() in (before.identity.name, person.identity.name):
            self.name.setText(person.identity.name)
            self.complaint.hide()
        # Not where it says the same: the cursor would jump.
        was_kept = before is None or self._typed_note() == before.note
        if was_kept and self._typed_note() != person.note:
            self.note.setPlainText(person.note)
        self.groups.set_known(set(groups))
        self.groups.show_groups(person.groups)
        if not self._consent_touched:
            if person.consent != self.consent.consent:
                self.consent.show_consent(person.consent)
            self._say_consent()

    def save(self) -> None:
        """Save what was changed and not yet left; what cannot be saved, the error route tells.

        A name that was complained of already is let go.
        """
        if self.complaint.isHidden():
            self._save_name(failure=self._fail)
        self._save_note()
        self.groups.take_typed()
        self._save_consent()

    def go_to(self, part: QWidget) -> None:
        """Put the keyboard into one of the fields, and show it."""
        part.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(part)

    def _lay_out(self) -> None:
        page = QWidget()
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(self.tr("N&ame"), self.name)
        form.addRow(self.complaint)
        form.addRow(self.tr("No&te"), self.note)
        form.addRow(self.tr("&Groups"), self.groups)
        label = form.labelForField(self.groups)
        assert isinstance(label, QLabel), "the row was made with a text"
        label.setBuddy(self.groups.field)
        box = QGroupBox(self.tr("Consent"))
        inside = QVBoxLayout(box)
        inside.addWidget(self.consent)
        inside.addWidget(self.consent_text)
        layout = QVBoxLayout(page)
        layout.addLayout(form)
        layout.addWidget(box)
        layout.addStretch()
        self.setWidget(page)
        self.setWidgetResizable(True)
        # The colour of the tab, not that of a list.
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _typed_name(self) -> str:
        return " ".join(self.name.text().split())

    def _typed_note(self) -> str:
        return self.note.toPlainText().strip()

    def _save_name(self, failure: Callable[[Exception], object] | None = None) -> None:
        person, name = self._person, self._typed_name()
        if person is not None and name != person.identity.name:
            self._context.rename(
                person.identity.id,
                name,
                failure=failure or while_alive(self, self._complain_about_name),
            )

    def _complain_about_name(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            show_error(self, error)
            return
        self.complaint.setText(sentence_for(error))
        self.complaint.show()
        self.name.setAccessibleDescription(self.complaint.text())

    def _save_note(self) -> None:
        person, note = self._person, self._typed_note()
        if person is not None and note != person.note:
            self._context.change_people(
                lambda people: people.set_note(person.identity.id, note), failure=self._fail
            )

    def _save_groups(self, groups: tuple[str, ...]) -> None:
        person = self._person
        if person is not None:
            self._context.change_people(
                lambda people: people.set_groups(person.identity.id, groups), failure=self._fail
            )

    def _consent_changed(self) -> None:
        self._consent_touched = True
        self._say_consent()

    def _save_consent(self) -> None:
        person, consent = self._person, self.consent.consent
        if person is None or consent is None or not self._consent_touched:
            return
        if consent == person.consent:
            self._consent_touched = False
            return

        def saved(_change: GalleryChange) -> None:
            # Until then what is typed stays, and somebody may have typed on.
            if self.consent.consent == consent:
                self._consent_touched = False

        self._context.change_people(
            lambda people: people.set_consent(person.identity.id, consent),
            success=while_alive(self, saved),
            failure=self._fail,
        )

    def _say_consent(self) -> None:
        consent = self.consent.consent
        if self._person is not None and consent is not None:
            name = self._person.identity.name
            self.consent_text.setText(consent_sentences(name, consent, local_day()))

    def _fail(self, error: Exception) -> None:
        self._context.failed.emit(error)


def _sentence() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
