"""Every error that reaches the window goes through here, so that none is shown over and over."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from desktop_app.ui.error_dialog import sentence_for, show_error

# After somebody closed the box, the same error is only said at the foot of the window, seconds.
_QUIET = 120.0
_STATUS_MS = 8000


class ErrorRoute(QObject):
    """Shows an error in a box the first time, and at the foot of the window when it repeats."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shown_at: dict[tuple[type[Exception], str], float] = {}

    @Slot(object)
    def take(self, error: Exception) -> None:
        """Show an error."""
        key = (type(error), str(error))
        now = time.monotonic()
        before = self._shown_at.get(key)
        if before is not None and now - before < _QUIET:
            self._window.statusBar().showMessage(sentence_for(error), _STATUS_MS)
            return
        self._shown_at[key] = now
        show_error(self._window, error)
