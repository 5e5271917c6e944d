"""What a run over a stream adds up to."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from desktop_app.recognition.types import decided_name
from desktop_app.services.live import FrameResult

# Times are counted in bins, each this many times as wide as the one before: percentiles of a
# camera that runs for months take no more room than those of a clip, and are right to 1 %.
_BIN_RATIO = 1.02


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of a run.

    Attributes:
        frames: that the source gave.
        processed: that were looked at.
        p50, p95: milliseconds a processed frame took, right to 1 %; 0 without frames.
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
    """Adds up results one by one, in room that does not grow with their number."""

    def __init__(self) -> None:
        self._times: Counter[int] = Counter()
        self._faces = 0
        self._frames = 0
        self._names: Counter[str] = Counter()
        self._shown: dict[int, str | None] = {}
        self._changes = 0

    def add(self, result: FrameResult) -> None:
        """Take the next result."""
        self._times[_bin_of(result.seconds)] += 1
        self._frames = result.frame.index + 1
        present = [track for track in result.tracks if not track.coasting]
        self._faces += len(present)
        for track in present:
            name = decided_name(track.decision)
            before = self._shown.get(track.id)
            self._changes += before is not None and name != before
            self._shown[track.id] = name
        # An id never comes back once its track has ended.
        alive = {track.id for track in result.tracks}
        self._shown = {key: name for key, name in self._shown.items() if key in alive}
        self._names.update(
            {name for track in present if (name := decided_name(track.decision)) is not None}
        )

    def summary(self) -> Summary:
        """Return the figures so far."""
        processed = self._times.total()
        return Summary(
            frames=self._frames,
            processed=processed,
            p50=1000 * self._percentile(0.50),
            p95=1000 * self._percentile(0.95),
            faces_per_frame=self._faces / processed if processed else 0.0,
            names=dict(sorted(self._names.items())),
            label_changes=self._changes,
        )

    def _percentile(self, share: float) -> float:
        """Return the time, seconds, that this share of the frames did not exceed."""
        wanted = math.ceil(share * self._times.total())
        counted = 0
        for number in sorted(self._times):
            counted += self._times[number]
            if counted >= wanted:
                return _middle_of(number)
        return 0.0


def _bin_of(seconds: float) -> int:
    # No clock tells a millionth of a second from nothing.
    return math.floor(math.log(max(seconds, 1e-6), _BIN_RATIO))


def _middle_of(number: int) -> float:
    return math.pow(_BIN_RATIO, number + 0.5)
