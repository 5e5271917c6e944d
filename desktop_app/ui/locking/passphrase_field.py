"""A field for a passphrase, with a box that shows what is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit

# Keyboards on a screen neither learn nor complete it, and begin with no capital letter.
_HINTS = (
    Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
)


class PassphraseField(QLineEdit):
    """Shows dots, to the eye and to a screen reader, unless its box is ticked.

    Attributes:
        show_box: shows what is typed here, and in fields that were given to :meth:`show_with`.

    """

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(_HINTS)
        self.show_box = QCheckBox(self.tr("&Show"))
        self.show_box.setAccessibleName(self.tr("Show the passphrase"))
        self.show_with(self.show_box)

    def show_with(self, box: QCheckBox) -> None:
        """Show what is typed while a box is ticked."""
        box.toggled.connect(
            lambda on: self.setEchoMode(
                QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password
            )
        )

    def take(self) -> str:
        """Return what was typed, and show and keep nothing of it."""
        typed = self.text()
        self.forget()
        return typed

    def forget(self) -> None:
        """Show and keep nothing."""
        self.show_box.setChecked(False)
        # Unlike selecting and deleting, it cannot be undone.
        self.clear()
