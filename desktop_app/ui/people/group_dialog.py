"""Asks for the group that several people are to belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import InvalidName
from desktop_app.recognition.people import LONGEST_NAME, Person, clean_name, name_key
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.ui.words import names_in_a_sentence


class GroupDialog(QDialog):
    """One field, which offers the groups that there are."""

    def __init__(
        self,
        people: Sequence[Person],
        parent: QWidget | None = None,
        *,
        known: Sequence[str],
        then: Callable[[str], object],
    ) -> None:
        """Args: people: who is to join. known: groups. then: gets the group."""
        super().__init__(parent)
        self._then = then
        self.setWindowTitle(self.tr("Add to a group"))
        text = self.tr("To which group do {names} belong as well?")
        names = names_in_a_sentence([person.identity.name for person in people])
        question = QLabel(text.format(names=names))
        self.complaint = QLabel()
        self.field = QLineEdit()
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setAccessibleName(self.tr("Group"))
        self.field.setPlaceholderText(self.tr("A class, a department…"))
        completer = QCompleter(sorted(known, key=name_key), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.field.setCompleter(completer)
        self.field.textChanged.connect(self._update)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.add_button = buttons.addButton(
            self.tr("&Add to the group"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for label in (question, self.complaint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for widget in (question, self.field, self.complaint):
            layout.addWidget(widget)
        layout.addStretch()
        layout.addWidget(buttons)
        # Only a button that is in the dialog already becomes its default.
        self.add_button.setDefault(True)
        self._update()
        width = self.fontMetrics().averageCharWidth() * 56
        # With room for the sentence however it breaks.
        self.resize(width, layout.totalHeightForWidth(width))

    def _update(self) -> None:
        text = self.field.text()
        try:
            clean_name(text)
        except InvalidName as error:
            self.add_button.setEnabled(False)
            self.complaint.setText(sentence_for(error) if text.strip() else "")
        else:
            self.add_button.setEnabled(True)
            self.complaint.clear()
        self.complaint.setVisible(bool(self.complaint.text()))

    def _take(self) -> None:
        if self.add_button.isEnabled():
            self._then(clean_name(self.field.text()))
            self.accept()
