"""Judges a live source by when its pictures came: is it silent, does it hang, does it repeat."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.capture.stream import SILENCE

# Looks are fractions of a second apart. With a longer gap between two, the machine slept, or this
# process was held: silence meanwhile says nothing about the source.
_GAP = 2.0
# What a source may take to send again after such a gap, seconds.
_GRACE = 3.0
# A source that sends a picture every other second is not lost in between, one that sends none for
# so many of its own intervals is; nor is more waited for than until a stream gives itself up.
_INTERVALS = 2.5
_LONGEST_SILENCE = SILENCE
# Some send several pictures and then none for a second: their interval is the longest of so many.
_RECENT = 10
# With fewer known it is not said yet how the source sends; so many seconds it may take anyhow.
_ENOUGH_KNOWN = 5
_AT_FIRST = 1.5
# To what the patience with a network camera grows that now and then sends the same picture.
_STILL_AT_MOST = 10.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a source may take, seconds.

    Attributes:
        lost_after: without a frame, after which a live source counts as lost.
        still_after: without any change, after which a camera may be stuck.
        opening_limit: to its first frame.

    """

    lost_after: float = 0.8
    still_after: float = 0.8
    opening_limit: float = 20.0


class Watched(Protocol):
    """What is asked of a capture worker; moments as ``time.monotonic`` tells the time."""

    @property
    def spec(self) -> SourceSpec:
        """What it reads."""

    @property
    def frames_read(self) -> int:
        """How many frames came."""

    @property
    def last_frame_at(self) -> float | None:
        """When the newest came."""

    @property
    def last_change_at(self) -> float | None:
        """When one came last that was another picture than the one before."""

    @property
    def waiting_since(self) -> float | None:
        """Since when the source has not answered."""

    @property
    def hangs_in_read(self) -> bool:
        """Whether a picture was waited for too long."""


class Watchdog:
    """Looked through several times a second, on one thread.

    Attributes:
        is_silent: the source sends nothing, for longer than it usually takes from one picture to
            the next.
        is_hung: it does not even say that there is nothing. Its thread is stuck.
        is_still: it sends, but the same picture over and over. A sensor's noise changes some pixel
            of every picture.

    """

    def __init__(self, *, patience: Patience, clock: Callable[[], float]) -> None:
        """Args: clock: seconds, of the same clock as the sources' moments."""
        self.is_silent = False
        self.is_hung = False
        self.is_still = False
        self._patience = patience
        self._clock = clock
        self._looked_at: float | None = None
        self._awake_since = -math.inf
        self._source: Watched | None = None
        self._begin(None)

    def look(self, source: Watched | None) -> None:
        """Judge a source anew.

        Args:
            source: what is shown; None where nothing is.

        """
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at > _GAP:
            self._awake_since = now
        self._looked_at = now
        if source is not self._source:
            self._begin(source)
        if source is None or not source.spec.is_live:
            return
        self._measure(source)
        self.is_silent = self._is_silent(source)
        self.is_hung = self._is_hung(source)
        self._take_stillness(source)

    def pause(self) -> None:
        """Take no offence at the time until the next look."""
        self._looked_at = None

    def elapsed(self, since: float) -> float:
        """Return how long ago something was, seconds; only what passed since a gap counts."""
        return self._clock() - max(since, self._awake_since)

    def _begin(self, source: Watched | None) -> None:
        self._source = source
        self.is_silent = self.is_hung = self.is_still = False
        self._frames = 0
        self._frame_at: float | None = None
        self._intervals: deque[float] = deque(maxlen=_RECENT)
        self._still_after = self._patience.still_after

    def _measure(self, source: Watched) -> None:
        """Find out how long it takes from one frame to the next."""
        frames, frame_at = source.frames_read, source.last_frame_at
        if frames == self._frames or frame_at is None:
            return
        if self._frame_at is not None:
            # Not a share of it, where several came between two looks: they may have come together.
            self._intervals.append(frame_at - self._frame_at)
        self._frames, self._frame_at = frames, frame_at

    @property
    def _interval(self) -> float:
        """How long it usually takes from one picture to the next, at most, seconds."""
        if len(self._intervals) < _RECENT:
            return max(self._intervals, default=0.0)
        # One long pause makes nobody patient with the next.
        return sorted(self._intervals)[-2]

    def _is_silent(self, source: Watched) -> bool:
        if source.last_frame_at is None:
            return False
        usual = min(_INTERVALS * self._interval, _LONGEST_SILENCE)
        if len(self._intervals) < _ENOUGH_KNOWN:
            usual = max(usual, _AT_FIRST)
        return self.elapsed(source.last_frame_at) > max(self._patience.lost_after, usual)

    def _is_hung(self, source: Watched) -> bool:
        since = source.waiting_since
        if since is None or self.elapsed(-math.inf) < _GRACE:
            return False
        return source.hangs_in_read or self.elapsed(since) > self._patience.opening_limit

    def _take_stillness(self, source: Watched) -> None:
        changed_at, frame_at = source.last_change_at, source.last_frame_at
        if changed_at is None or frame_at is None:
            return
        was_still = self.is_still
        # Not the time since: a source that sends nothing does not send the same. Nor does one whose
        # pictures come slowly send the same again and again after two of them.
        enough = max(self._still_after, _INTERVALS * self._interval)
        self.is_still = frame_at - changed_at > enough
        if was_still and not self.is_still and source.spec.kind is SourceKind.STREAM:
            # Its encoder leaves out what hardly moves. Said each time, nobody would believe it.
            self._still_after = min(2 * self._still_after, _STILL_AT_MOST)
