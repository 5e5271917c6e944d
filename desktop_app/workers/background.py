"""The one way to do work beside the window and hear of its end in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop_app.errors import KnownError
from desktop_app.workers.priority import Rank, step_back

T = TypeVar("T")
_log = logging.getLogger(__name__)


class RunnerClosed(RuntimeError):
    """Work came after the runner was closed: the application is being left."""


class BackgroundRunner(QObject):
    """Runs work on one thread of its own, in order, and calls back on the thread it lives on.

    The database has one of these, so that no two statements ever meet; everything else that
    takes time has another.

    Attributes:
        failed: an exception that no ``failure`` callback took.

    """

    failed = Signal(object)
    _done = Signal(object)

    def __init__(self, name: str, *, inline: bool = False, parent: QObject | None = None) -> None:
        """Args: inline: run work at once in the caller's thread, for tests."""
        super().__init__(parent)
        self._executor = None if inline else _one_thread(name)
        self._closed = False
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        *,
        success: Callable[[T], object] | None = None,
        failure: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do ``work`` in the background, then call ``success`` or ``failure`` here.

        An exception without a ``failure`` callback goes out through :attr:`failed`. After
        :meth:`close` nothing is started and nothing is called back.
        """
        if self._closed:
            return
        if self._executor is None:
            self._finish(_settled(work), success, failure)
            return
        future = self._executor.submit(work)
        # The signal carries the outcome across; a callback that was garbage collected
        # meanwhile is kept alive by it.
        future.add_done_callback(lambda settled: self._emit_done(settled, success, failure))

    def call(self, work: Callable[[], T]) -> T:
        """Do ``work`` in the background and wait for what it returns.

        For other threads than the window's, which must never wait.

        Raises:
            RunnerClosed: it was closed before the work was begun.

        """
        if self._closed:
            raise RunnerClosed
        if self._executor is None:
            return work()
        try:
            return self._executor.submit(work).result()
        except CancelledError:
            raise RunnerClosed from None
        except RuntimeError:
            if not self._closed:
                raise
            raise RunnerClosed from None

    def close(self) -> None:
        """Finish what runs, drop what waits, and call back no more."""
        self._closed = True
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def drain(self) -> None:
        """Finish all that was asked for, then close: what was to be saved is saved."""
        self._closed = True
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=False)

    def _emit_done(self, settled: Future[Any], *callbacks: Any) -> None:
        if not self._closed:
            self._done.emit((settled, *callbacks))
        elif not settled.cancelled() and settled.exception() is not None:
            _log.error("work failed while the application closed", exc_info=settled.exception())

    @Slot(object)
    def _deliver(self, settled: tuple[Future[Any], Any, Any]) -> None:
        if not self._closed:
            self._finish(*settled)

    def _finish(
        self,
        future: Future[Any],
        success: Callable[[Any], object] | None,
        failure: Callable[[Exception], object] | None,
    ) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            if success is not None:
                success(future.result())
            return
        if not isinstance(error, Exception):
            raise error
        if not isinstance(error, KnownError):
            _log.error("background work failed", exc_info=error)
        (failure or self.failed.emit)(error)


def _one_thread(name: str) -> ThreadPoolExecutor:
    # Networks that are loaded on it start threads, which inherit that they step back.
    return ThreadPoolExecutor(
        max_workers=1, thread_name_prefix=name, initializer=step_back, initargs=(Rank.HELPER,)
    )


def _settled(work: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    try:
        future.set_result(work())
    except Exception as error:  # noqa: BLE001 - handed to the callback, as the executor does
        future.set_exception(error)
    return future
