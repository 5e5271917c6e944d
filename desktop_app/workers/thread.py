"""What capture and recognition have in common: a thread that can be asked to stop, and awaited."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import KnownError

_log = logging.getLogger(__name__)


class Worker(QObject):
    """A daemon thread with signals.

    Not a ``QThread``: a device can hang for ever inside ``read()``, where nothing can reach it.
    A ``QThread`` in that state aborts the process when it is destroyed; a daemon thread lets the
    process leave. A worker that is not stuck always ends when asked, and is awaited.

    Attributes:
        failed: the exception that ended the work.
        finished: the thread is about to end, for whatever reason.

    """

    failed = Signal(object)
    finished = Signal()

    def __init__(self, name: str) -> None:
        # No parent: an abandoned worker outlives the window that started it.
        super().__init__()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to work; once only."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end, without waiting for it."""
        self._stopping.set()

    def wait(self, *, timeout: float) -> bool:
        """Wait until the thread has ended; return whether it has.

        Args:
            timeout: seconds.

        """
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_running(self) -> bool:
        """Whether the thread is alive."""
        return self._thread.is_alive()

    def _work(self) -> None:
        """Do what the thread is for; every sub-class says what."""
        raise NotImplementedError

    def _take_failure(self, error: Exception) -> None:
        """Hear of the exception before anybody else; for sub-classes."""

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - handed to whoever listens
            if not isinstance(error, KnownError):
                _log.exception("%s failed", self._thread.name)
            self._take_failure(error)
            self._tell(self.failed, error)
        finally:
            self._tell(self.finished)

    def _tell(self, signal: Any, *arguments: object) -> None:
        _ignoring_teardown(lambda: signal.emit(*arguments))


def _ignoring_teardown(emit: Callable[[], None]) -> None:
    try:
        emit()
    except RuntimeError:
        # Qt is gone: the process is leaving while a device still held the thread.
        _log.debug("a worker outlived the window")
