"""Ctrl+C in the terminal closes the window as its own button does."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class InterruptWatcher(QObject):
    """Turns signals into events.

    Python runs a signal's handler between any two of its instructions, in the middle of a write
    to the log too, and not at all while Qt's loop runs none. But the interpreter also writes a
    byte to a socket when a signal comes; the loop hears of that when it is free.
    """

    def __init__(self, interrupted: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._interrupted = interrupted
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        self._wakeup_before = signal.set_wakeup_fd(self._writer.fileno())
        self._handlers_before = {
            number: signal.signal(number, self._handle)
            for number in (signal.SIGINT, signal.SIGTERM)
        }

    def close(self) -> None:
        """Give the signals back."""
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _handle(self, _number: int, _frame: object) -> None:
        """Do nothing: it is enough that no ``KeyboardInterrupt`` is raised."""

    def _drain(self) -> None:
        came = False
        try:
            while self._reader.recv(64):
                came = True
        except (BlockingIOError, InterruptedError):
            pass
        if came:
            self._interrupted()
