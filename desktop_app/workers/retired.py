"""Capture threads that were asked to end and have not yet."""

from __future__ import annotations

import logging
import time

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.capture.source import SourceSpec
from desktop_app.workers.capture_worker import CaptureWorker

_log = logging.getLogger(__name__)

_LOOK_MS = 200


class Retired(QObject):
    """Holds them until they have ended: a device can hang, and be held by a thread that does."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Args: parent: Qt's owner."""
        super().__init__(parent)
        self._workers: list[CaptureWorker] = []
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def add(self, worker: CaptureWorker) -> None:
        """Ask a worker to end."""
        worker.stop()
        self._workers.append(worker)
        self._timer.start()

    def holder_of(self, spec: SourceSpec) -> CaptureWorker | None:
        """Return who may still have a source open, which cannot be opened twice."""
        for worker in reversed(self._workers):
            if worker.spec == spec and worker.is_running:
                return worker
        return None

    @property
    def is_empty(self) -> bool:
        """Whether all have ended."""
        self._look()
        return not self._workers

    def wait(self, *, timeout: float) -> bool:
        """Wait for all; return whether all have ended.

        Args:
            timeout: seconds; who hangs longer is left behind and dies with the process.

        """
        self._timer.stop()
        deadline = time.monotonic() + timeout
        for worker in self._workers:
            worker.wait(timeout=max(0.0, deadline - time.monotonic()))
        left = [worker for worker in self._workers if worker.is_running]
        for worker in left:
            _log.warning("a %s hangs and is left behind", worker.spec.kind.value)
        self._workers.clear()
        return not left

    @Slot()
    def _look(self) -> None:
        self._workers = [worker for worker in self._workers if worker.is_running]
        if not self._workers:
            self._timer.stop()
