"""Asks for the passphrase of a backup: a new one, or the one that it has."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.locking.passphrase_field import PassphraseField


class _PassphraseDialog(QDialog):
    """What both have: a sentence, fields, buttons.

    Attributes:
        chosen: the passphrase; empty where none is wanted.
        field: where it is typed.

    """

    chosen = Signal(str)

    def __init__(self, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QLabel(sentence)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        self.field = PassphraseField()
        self.form = QFormLayout()
        self.form.addRow(self.tr("&Passphrase"), self.field)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(self.form)
        layout.addWidget(self.field.show_box)
        layout.addWidget(self.buttons)
        self.field.textChanged.connect(self._look)
        self._look()

    @property
    def is_complete(self) -> bool:
        """Whether what was typed can be used."""
        return bool(self.field.text())

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the sentence needs, once all rows are there."""
        super().showEvent(event)
        width = self.fontMetrics().averageCharWidth() * 64
        layout = self.layout()
        if layout is not None:
            self.resize(width, layout.totalHeightForWidth(width))

    @Slot()
    def _look(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.is_complete)

    @Slot()
    def _accept(self) -> None:
        if self.is_complete:
            self.chosen.emit(self.field.take())
            self.accept()


class AskPassphrase(_PassphraseDialog):
    """Asks for the one that a backup has."""

    def __init__(self, why: str, parent: QWidget) -> None:
        """Args: why: a sentence on why it is needed."""
        super().__init__(why, parent)
        self.setWindowTitle(self.tr("Passphrase of the backup"))


class NewPassphrase(_PassphraseDialog):
    """Asks for one that a backup is to have, twice; it may have none.

    Attributes:
        again: where it is typed the second time.

    """

    def __init__(self, parent: QWidget) -> None:
        self.again = PassphraseField()
        super().__init__(
            QCoreApplication.translate(
                "NewPassphrase",
                "The gallery is sealed, and the backup will be. Where only this computer’s "
                "keychain opens it, it is of no use on another computer, or when this one is "
                "lost: a passphrase opens it anywhere. Leave it empty to add none. One that is "
                "forgotten cannot be found out by anybody.",
            ),
            parent,
        )
        self.setWindowTitle(self.tr("Passphrase for the backup"))
        self.form.addRow(self.tr("The same &again"), self.again)
        self.again.show_with(self.field.show_box)
        self.again.textChanged.connect(self._look)

    @property
    def is_complete(self) -> bool:
        """Whether both are the same, or nothing was typed at all."""
        same: bool = self.field.text() == self.again.text()
        blank = bool(self.field.text()) and not self.field.text().strip()
        return same and not blank
