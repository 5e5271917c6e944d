"""Exceptions that nobody caught: logged where they happen, shown in the window."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal

_log = logging.getLogger(__name__)


class ErrorHooks(QObject):
    """Hooks for the main thread and all others.

    They run in whichever thread failed, so they only log and emit a signal; a slot on the GUI
    thread shows the error.

    Attributes:
        caught: the exception.

    """

    caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Take over both hooks."""
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread

    def remove(self) -> None:
        """Give both hooks back, to whoever had them before."""
        sys.excepthook, threading.excepthook = self._before

    def take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an exception and pass it on; one that ends the process goes to Python's own hook."""
        if not isinstance(error, Exception):
            self._before[0](kind, error, trace)
            return
        _log.error("not caught", exc_info=(kind, error, trace))
        try:
            self.caught.emit(error)
        except RuntimeError:
            # Qt is gone already; the log has it.
            self._before[0](kind, error, trace)

    def _take_from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.take(args.exc_type, args.exc_value, args.exc_traceback)
