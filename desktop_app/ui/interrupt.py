"""Ctrl+C in the terminal closes the window as its own button does."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class InterruptWatcher(QObject):
    """Python handles signals between its own instructions, and Qt's event loop runs none.

    The interpreter writes a byte to a socket when a signal comes, and that wakes the loop.
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
        self._interrupted()

    def _drain(self) -> None:
        # Reading runs Python, and with it the handler.
        while True:
            try:
                if not self._reader.recv(64):
                    return
            except (BlockingIOError, InterruptedError):
                return
