"""Adds up what each stage takes of each frame."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Iterator

import numpy as np


class Stopwatch:
    """Milliseconds of each stage, frame by frame."""

    def __init__(self) -> None:
        self._running: dict[str, float] = defaultdict(float)
        self._frames: list[dict[str, float]] = []

    @contextlib.contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Time what happens inside; several times in a frame add up."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._running[stage] += (time.perf_counter() - start) * 1e3

    def end_frame(self) -> None:
        """Close the sums of this frame and begin those of the next."""
        self._frames.append(dict(self._running))
        self._running.clear()

    def forget(self) -> None:
        """Drop what was measured while everything was still warming up."""
        self._frames.clear()
        self._running.clear()

    def percentile(self, stage: str, percent: float) -> float | None:
        """Return a percentile over the frames in which the stage ran, in ms; None if in none."""
        values = [frame[stage] for frame in self._frames if stage in frame]
        return float(np.percentile(values, percent)) if values else None
