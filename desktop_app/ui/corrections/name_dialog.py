"""Asks for a name that nobody has yet."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import InvalidName
from desktop_app.recognition.people import LONGEST_NAME, clean_name, name_key
from desktop_app.ui.error_dialog import sentence_for


class NameDialog(QDialog):
    """One field; the button waits for a name that can be used."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        title: str,
        question: str,
        name: str,
        taken: Collection[str],
        then: Callable[[str], object],
    ) -> None:
        """Prepare.

        Args:
            parent: Qt's.
            title: of the window, and what its button says.
            question: a sentence above the field.
            name: what is in the field at first.
            taken: ``name_key`` of the names that are.
            then: gets the name.

        """
        super().__init__(parent)
        self._taken = frozenset(taken)
        self._then = then
        self.setWindowTitle(title)
        sentence, self.complaint = QLabel(question), QLabel()
        self.field = QLineEdit(name)
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setAccessibleName(self.tr("Name"))
        self.field.textChanged.connect(self._update)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.take_button = buttons.addButton(title, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for label in (sentence, self.complaint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for widget in (sentence, self.field, self.complaint):
            layout.addWidget(widget)
        layout.addStretch()
        layout.addWidget(buttons)
        # Only a button that is in the dialog already becomes its default.
        self.take_button.setDefault(True)
        self.field.selectAll()
        self._update()
        width = self.fontMetrics().averageCharWidth() * 56
        # With room for the sentences however they break.
        self.resize(width, layout.totalHeightForWidth(width))

    def _update(self) -> None:
        text, complaint = self.field.text(), ""
        try:
            if name_key(clean_name(text)) in self._taken:
                complaint = self.tr("Somebody has this name.")
        except InvalidName as error:
            complaint = sentence_for(error) if text.strip() else ""
            self.take_button.setEnabled(False)
        else:
            self.take_button.setEnabled(not complaint)
        self.complaint.setText(complaint)

    def _take(self) -> None:
        if self.take_button.isEnabled():
            name = clean_name(self.field.text())
            self.accept()
            self._then(name)
