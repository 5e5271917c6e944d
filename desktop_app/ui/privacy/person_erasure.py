"""Erases a person for good: says what goes, asks twice, and shows the proof."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import ErasureIncomplete
from desktop_app.recognition.people import name_key
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.services.privacy.erasure import Erased, erase, finish_erasing, without_sources_of
from desktop_app.settings import with_sources
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.ui.words import isolated


def erase_person(context: AppContext, parent: QWidget, identity: Identity) -> None:
    """Open the question and return at once."""
    dialog = ErasureDialog(context, identity, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


class ErasureDialog(QDialog):
    """Three pages: the question, the work, the proof.

    Attributes:
        name: where the person's name is to be typed.
        erase_button: can be pressed once it is.
        result_text: what was proved, or why it could not be.

    """

    def __init__(self, context: AppContext, identity: Identity, parent: QWidget) -> None:
        """Args: identity: whom; enrolled or in the bin."""
        super().__init__(parent)
        self._context = context
        self._identity = identity
        self._gone = False
        self.setWindowTitle(self.tr("Erase {name}").format(name=identity.name))
        self.name = QLineEdit()
        self.result_text = QPlainTextEdit()
        self.result_text.setReadOnly(True)
        self.result_text.setTabChangesFocus(True)
        self.result_text.setAccessibleName(self.tr("What was proved"))
        self.question, self.work = self._question(), self._work()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.erase_button = self.buttons.addButton(
            self.tr("&Erase for good"), QDialogButtonBox.ButtonRole.DestructiveRole
        )
        # Return is for what the name was typed for, and for nothing before.
        self.erase_button.setDefault(True)
        self.erase_button.setEnabled(False)
        self.erase_button.clicked.connect(self._erase)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.buttons.rejected.connect(self.reject)
        self._layout = layout = QVBoxLayout(self)
        for page in (self.question, self.work, self.result_text):
            layout.addWidget(page)
        layout.addWidget(self.buttons)
        self.name.textChanged.connect(self._compare)
        self._turn_to(self.question)
        self.name.setFocus()

    def reject(self) -> None:
        """Close, but not while it works: what is begun is finished, and the proof is to be seen."""
        if self.work.isHidden():
            super().reject()

    def _turn_to(self, page: QWidget) -> None:
        for each in (self.question, self.work, self.result_text):
            each.setVisible(each is page)
        width = self.fontMetrics().averageCharWidth() * 72
        needed = self._layout.totalHeightForWidth(width)
        self.resize(width, max(needed, self.fontMetrics().lineSpacing() * 22))

    def _question(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        name = isolated(self._identity.name)
        title = _text(self.tr("Erase {name} for good?").format(name=name))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        what = _text(
            self.tr(
                "All that Kenspeckle keeps of {name} goes: {pictures} and what was learned from "
                "them, faces that were said not to be theirs, when they were seen, notes, groups "
                "and consent, also what is in the bin, and the copies of all that in the backups. "
                "Where the same look at their face is kept among strangers in the history, or as "
                "not somebody else’s, it goes, too. Other people stay as they are. This cannot be "
                "undone."
            ).format(name=name, pictures=self._pictures())
        )
        beyond = _text(
            self.tr(
                "Photos on this computer, files that were exported, and backups that were made to "
                "another place stay where they are."
            )
        )
        label = QLabel(self.tr("To erase them, &type the name:"))
        label.setBuddy(self.name)
        shown = _text(self._identity.name)
        self.name.setAccessibleName(self.tr("Name of the person to erase"))
        self.name.setAccessibleDescription(what.text())
        for widget in (title, what, beyond, label, shown, self.name):
            layout.addWidget(widget)
        layout.addStretch()
        return page

    def _pictures(self) -> str:
        change = self._context.last_change
        for person in () if change is None else change.people:
            if person.identity.id == self._identity.id:
                return self.tr("%n picture(s)", None, person.sample_count)
        return self.tr("all pictures")

    def _work(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        text = _text(
            self.tr("Erasing, overwriting, and searching every byte for what might be left…")
        )
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(text.text())
        layout.addWidget(text)
        layout.addWidget(self.bar)
        layout.addStretch()
        return page

    @Slot(str)
    def _compare(self, typed: str) -> None:
        same = name_key(" ".join(typed.split())) == name_key(self._identity.name)
        self.erase_button.setEnabled(same)

    @Slot()
    def _erase(self) -> None:
        context = self._context
        people = context.people
        if people is None:
            return
        self._turn_to(self.work)
        self.buttons.setEnabled(False)
        without = without_sources_of(context.settings, [self._identity.name])
        if without != context.settings:
            context.change_settings(**with_sources(without.sources))
        context.database.run(
            self._work_on(people),
            success=while_alive(self, self._show_proof),
            failure=while_alive(self, self._show_failure),
        )

    def _work_on(self, people: PeopleService) -> Callable[[], Erased]:
        identity, data_dir = self._identity, self._context.data_dir
        if self._gone:
            return lambda: finish_erasing(people.file, identity.name, data_dir=data_dir)
        return lambda: erase(people.file, identity.id, data_dir=data_dir)

    def _show_proof(self, erased: Erased) -> None:
        self._tell_everybody()
        self.erase_button.hide()
        self._show(proof_words(erased, self._identity.name))

    def _show_failure(self, error: Exception) -> None:
        if isinstance(error, ErasureIncomplete):
            self._gone = True
        self._tell_everybody()
        self.erase_button.setText(self.tr("Try &again"))
        self._show(sentence_for(error))

    def _show(self, text: str) -> None:
        self.result_text.setPlainText(text)
        self.buttons.setEnabled(True)
        # Closing cancels nothing any more.
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(self.tr("&Close"))
        cancel.setAutoDefault(True)
        cancel.setFocus()
        self._turn_to(self.result_text)

    def _tell_everybody(self) -> None:
        def read_again(people: PeopleService) -> GalleryChange:
            return people.reread(forget_steps=True)

        if self._context.people is not None:
            self._context.change_people(read_again)


def proof_words(erased: Erased, name: str) -> str:
    """Return what an erasure proved, a paragraph for each thing."""

    translate = QCoreApplication.translate
    proof = erased.proof
    # The tool that collects texts reads no more than a name where a number stands.
    alike, others, namesakes = erased.alike, proof.others, erased.namesakes
    words = [translate("ErasureDialog", "{name} is erased.").format(name=isolated(name))]
    if alike:
        words.append(
            translate(
                "ErasureDialog",
                "Their face was also kept without their name, among strangers in the history or "
                "as not somebody else’s, and went from there: %n time(s).",
                None,
                alike,
            )
        )
    words.append(
        translate(
            "ErasureDialog",
            "Afterwards {files} files with {megabytes} MB were searched, byte for byte, for "
            "{searched} things: the name in every way to write it, and parts of each picture and "
            "template.",
        ).format(
            files=proof.files,
            megabytes=f"{proof.bytes / 1e6:.1f}",
            searched=f"{proof.searched:,}",
        )
    )
    shared = dict.fromkeys(finding.path for finding in proof.found if finding.is_shared)
    if shared:
        words.append(
            translate(
                "ErasureDialog",
                "Somebody else is enrolled by the very same picture; look through the pictures of "
                "others and remove it there. It was found in:",
            )
            + "".join(f"\n{path}" for path in shared)
        )
    files = dict.fromkeys(finding.path for finding in proof.found if not finding.is_shared)
    if files:
        words.append(
            translate(
                "ErasureDialog",
                "Something of them was found in files that cannot be cleaned; delete these files "
                "if you can spare them:",
            )
            + "".join(f"\n{path}" for path in files)
        )
    if proof.unread:
        words.append(
            translate("ErasureDialog", "These files cannot be read, and were not searched:")
            + "".join(f"\n{path}" for path in proof.unread)
        )
    if proof.holds:
        words.append(translate("ErasureDialog", "Nothing was found."))
    if others:
        words.append(
            translate(
                "ErasureDialog",
                "Told apart by where they lie: %n place(s) where the name is somebody else’s, or a "
                "part of a longer word.",
                None,
                others,
            )
        )
    if namesakes:
        words.append(
            translate(
                "ErasureDialog",
                "Still enrolled or in the bin: %n person(s) of the same name.",
                None,
                namesakes,
            )
        )
    words.append(
        translate(
            "ErasureDialog",
            "What no program can promise: a disk, above all an SSD, a snapshot of the system or a "
            "copy that somebody else made may still hold older data.",
        )
    )
    return "\n\n".join(words)


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
