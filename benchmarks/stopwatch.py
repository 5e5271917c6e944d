"""Adds up what each stage takes of each frame."""

from __future__ import annotations

import contextlib
import time
from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np


class Stopwatch:
    """Milliseconds of each stage, frame by frame."""

    def __init__(self) -> None:
        self._running: dict[str, float] = defaultdict(float)
        self._frames: list[dict[str, float]] = []
        self._calls: Counter[str] = Counter()

    @contextlib.contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Time what happens inside; several times in a frame add up."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._running[stage] += (time.perf_counter() - start) * 1e3
            self._calls[stage] += 1

    def end_frame(self) -> None:
        """Close the sums of this frame and begin those of the next."""
        self._frames.append(dict(self._running))
        self._running.clear()

    def forget(self) -> None:
        """Drop what was measured while everything was still warming up."""
        self._frames.clear()
        self._running.clear()
        self._calls.clear()

    def mean(self, stage: str) -> float:
        """Return the mean over all frames, in ms."""
        return float(np.mean(self._milliseconds(stage)))

    def percentile(self, stage: str, percent: float) -> float:
        """Return a percentile over all frames, in ms."""
        return float(np.percentile(self._milliseconds(stage), percent))

    def calls(self, stage: str) -> float:
        """Return how often a stage ran in a frame, on average."""
        return self._calls[stage] / len(self._frames)

    def _milliseconds(self, stage: str) -> list[float]:
        """Return what a stage took of each frame; nothing of those that did without it."""
        return [frame.get(stage, 0.0) for frame in self._frames]
