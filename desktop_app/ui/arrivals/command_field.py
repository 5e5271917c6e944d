"""A field for a program and its arguments, as one writes them in a line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class CommandField(QLineEdit):
    """Arguments are parted as in a shell, by quotes and spaces; nothing else means anything.

    Attributes:
        chosen: the arguments, the program first; empty for none. Sent when the field is left.

    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("None"))
        self.setClearButtonEnabled(True)
        self._command: tuple[str, ...] = ()
        self.editingFinished.connect(self._choose)

    def show_command(self, command: Sequence[str]) -> None:
        """Show what is chosen, unless somebody is typing."""
        self._command = tuple(command)
        if not self.isModified():
            self.setText(shlex.join(command))

    def hideEvent(self, event: QHideEvent) -> None:
        """Take what was typed also where the dialog is closed over it."""
        if self.isModified():
            self._choose()
        super().hideEvent(event)

    def _choose(self) -> None:
        try:
            # A backslash is what it is: paths of Windows have many.
            reader = shlex.shlex(self.text(), posix=True, punctuation_chars=False)
            reader.whitespace_split, reader.commenters, reader.escape = True, "", ""
            command = tuple(reader)
        except ValueError:
            # A quote is still open.
            self.setToolTip(self.tr("A quotation mark has no end; it is not used like this."))
            return
        self.setToolTip("")
        self.setModified(False)
        if command != self._command:
            self._command = command
            self.chosen.emit(command)
