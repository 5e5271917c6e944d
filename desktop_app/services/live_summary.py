"""What a run over a stream adds up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from desktop_app.recognition.types import decided_name
from desktop_app.services.live import FrameResult


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of a run.

    Attributes:
        frames: that the source gave.
        processed: that were looked at.
        p50, p95: milliseconds a processed frame took.
        faces_per_frame: mean number of faces in a processed frame.
        names: in how many frames each name was shown.
        label_changes: how often a track that had a name lost it or took another.

    """

    frames: int
    processed: int
    p50: float
    p95: float
    faces_per_frame: float
    names: dict[str, int]
    label_changes: int


class SummaryBuilder:
    """Adds up results one by one."""

    def __init__(self) -> None:
        self._seconds: list[float] = []
        self._faces = 0
        self._frames = 0
        self._names: Counter[str] = Counter()
        self._shown: dict[int, str | None] = {}
        self._changes = 0

    def add(self, result: FrameResult) -> None:
        """Take the next result."""
        self._seconds.append(result.seconds)
        self._frames = result.frame.index + 1
        present = [track for track in result.tracks if not track.coasting]
        self._faces += len(present)
        for track in present:
            name = decided_name(track.decision)
            before = self._shown.get(track.id)
            self._changes += before is not None and name != before
            self._shown[track.id] = name
        self._names.update(
            {name for track in present if (name := decided_name(track.decision)) is not None}
        )

    def summary(self) -> Summary:
        """Return the figures so far."""
        milliseconds = 1000 * np.array(self._seconds or [0.0])
        processed = len(self._seconds)
        return Summary(
            frames=self._frames,
            processed=processed,
            p50=float(np.percentile(milliseconds, 50)),
            p95=float(np.percentile(milliseconds, 95)),
            faces_per_frame=self._faces / processed if processed else 0.0,
            names=dict(sorted(self._names.items())),
            label_changes=self._changes,
        )
