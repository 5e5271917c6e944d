"""Writes down every paint of the live view: when, at what cost, and how old its boxes are."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, Slot

from desktop_app.ui.live.live_view import LiveView

# Longer than this between two frames is seen as a stutter, ms.
STUTTER_MS = 50.0
# A box may be so many frames behind its picture.
MOST_LAG = 2


@dataclass(frozen=True, slots=True)
class Paint:
    """One frame painted for the first time.

    Attributes:
        at: when it was done, seconds of ``time.monotonic``.
        cost: what the paint took, ms.
        index: of the frame.
        lag: how many frames before it the one is that its boxes are of; None where it has none.
        lag_ms: the same in the time of the source.

    """

    at: float
    cost: float
    index: int
    lag: int | None
    lag_ms: float | None


class PaintLog(QObject):
    """Listens to a live view while it exists."""

    def __init__(self, view: LiveView) -> None:
        super().__init__(view)
        self.paints: list[Paint] = []
        self.repaints: list[float] = []
        self._view = view
        self._began = 0.0
        self._last: object = None
        view.installEventFilter(self)
        view.painted.connect(self._take)

    def forget(self) -> None:
        """Begin anew."""
        self.paints.clear()
        self.repaints.clear()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note when a paint begins."""
        if event.type() == QEvent.Type.Paint:
            self._began = time.monotonic()
        return False

    @Slot()
    def _take(self) -> None:
        now = time.monotonic()
        cost = (now - self._began) * 1e3
        frame, marked = self._view.frame, self._view.marked_frame
        if frame is None or frame is self._last:
            self.repaints.append(cost)
            return
        self._last = frame
        known = marked is not None and self._view.marks_painted
        self.paints.append(
            Paint(
                at=now,
                cost=cost,
                index=frame.index,
                lag=frame.index - marked.index if known and marked else None,
                lag_ms=(frame.timestamp - marked.timestamp) * 1e3 if known and marked else None,
            )
        )


def summary(paints: list[Paint], repaints: list[float]) -> dict[str, Any]:
    """Return what a run showed, in ms and frames, with each stutter and when it was."""
    begin = paints[0].at if paints else 0.0
    times = np.array([paint.at for paint in paints])
    gaps = np.diff(times) * 1e3
    lags = [paint.lag for paint in paints if paint.lag is not None]
    costs = [paint.cost for paint in paints]
    return {
        "paints": len(paints),
        "repaints": len(repaints),
        "interval_ms": percentiles(gaps),
        "stutters": [
            {"at_s": round(after.at - begin, 3), "ms": round(float(gap), 1), "frame": after.index}
            for after, gap in zip(paints[1:], gaps, strict=True)
            if gap > STUTTER_MS
        ],
        "cost_ms": percentiles(costs),
        "repaint_cost_ms": percentiles(repaints),
        "lag_frames": percentiles(lags),
        "lag_ms": percentiles([paint.lag_ms for paint in paints if paint.lag_ms is not None]),
        "lag_above": sum(lag > MOST_LAG for lag in lags),
        "labelled": len(lags),
    }


def percentiles(values: Any) -> dict[str, float] | None:
    """Return the middle and the tail; None of nothing."""
    if not len(values):
        return None
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    figures = {"p50": p50, "p95": p95, "p99": p99, "max": np.max(values)}
    return {name: round(float(value), 2) for name, value in figures.items()}
