"""What is measured inside the process: rates, latencies, threads of Python, objects."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from desktop_app.ui.main_window import MainWindow
from desktop_app.workers.feed import Feed, LiveState
from soaking.cameras import StandInCamera

_MIB = 2**20


class Meter(QObject):
    """Counts from one :meth:`take` to the next; keeps nothing, so that it does not grow itself."""

    def __init__(
        self,
        window: MainWindow,
        feeds: Sequence[Feed],
        cameras: Sequence[StandInCamera],
        *,
        parent: QObject | None = None,
    ) -> None:
        """Begin to count.

        Args:
            window: whose pictures are painted.
            feeds: what shows the cameras, in the same order.
            cameras: which.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self._window = window
        self._feeds = feeds
        self._heap = _Heap()
        self._label_ms: list[float] = []
        self._recognition_ms: list[float] = []
        self._longest_gap = 0.0
        self._recognised = 0
        self._painted_at: float | None = None
        self._painted = self._count_painted()
        self._taken_at = time.monotonic()
        window.view.painted.connect(self._note_painted)
        for feed, camera in zip(feeds, cameras, strict=True):
            feed.result_ready.connect(lambda f=feed, c=camera: self._note_result(f, c))

    def take(self) -> dict[str, object]:
        """Return what was counted since the last time, and what there is now.

        Nothing here may hold what another thread works with: a list of all that Python knows made
        LiteRT refuse to run, and tuples that were being built could not grow.
        """
        now, painted = time.monotonic(), self._count_painted()
        elapsed = max(1e-3, now - self._taken_at)
        taken: dict[str, object] = {
            "painted_rate": (painted - self._painted) / elapsed,
            "recognised_rate": self._recognised / elapsed,
            "playing": sum(feed.state is LiveState.PLAYING for feed in self._feeds),
            "longest_gap_ms": self._longest_gap * 1000,
            "label_ms_p50": _percentile(self._label_ms, 50),
            "label_ms_p95": _percentile(self._label_ms, 95),
            "recognition_ms_p50": _percentile(self._recognition_ms, 50),
            "python_threads": sorted(thread.name for thread in threading.enumerate()),
            "python_blocks": sys.getallocatedblocks(),
            "widgets": len(QApplication.allWidgets()),
            **self._heap.sizes(),
        }
        self._painted, self._taken_at = painted, now
        self._recognised, self._longest_gap = 0, 0.0
        self._label_ms, self._recognition_ms = [], []
        return taken

    def trim(self) -> bool:
        """Have the C library give back what it can; whether it can be asked to."""
        return self._heap.trim()

    def _count_painted(self) -> int:
        return self._window.grid.frames_painted

    @Slot()
    def _note_painted(self) -> None:
        now = time.monotonic()
        # Minimised, frozen or lost, nothing is painted, which is as it should be.
        if self._painted_at is not None and now - self._painted_at < 1.0:
            self._longest_gap = max(self._longest_gap, now - self._painted_at)
        self._painted_at = now

    def _note_result(self, feed: Feed, camera: StandInCamera) -> None:
        self._recognised += 1
        if feed.result is not None:
            self._label_ms.append(camera.age(feed.result.frame.timestamp) * 1000)
            self._recognition_ms.append(feed.result.seconds * 1000)


class _Mallinfo2(ctypes.Structure):
    """``struct mallinfo2`` of glibc 2.33, see mallinfo(3); bytes but for the counts."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


class _Heap:
    """Tells what is in use from what was freed and not given back; glibc alone says it."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._info = getattr(library, "mallinfo2", None)
        self._trim = getattr(library, "malloc_trim", None)
        if self._info is not None:
            self._info.restype = _Mallinfo2

    def sizes(self) -> dict[str, object]:
        """Return what is malloc'ed, and what is free inside the heaps, MiB."""
        if self._info is None:
            return {}
        info = self._info()
        return {
            "heap_used_mb": (info.uordblks + info.hblkhd) / _MIB,
            "heap_free_mb": info.fordblks / _MIB,
        }

    def trim(self) -> bool:
        """Give free pages back to the system."""
        if self._trim is None:
            return False
        self._trim(0)
        return True


def _percentile(values: Sequence[float], share: int) -> float | None:
    return float(np.percentile(values, share)) if values else None
