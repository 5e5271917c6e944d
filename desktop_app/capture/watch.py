"""Watches over what a live source sends: is it old, is it stuck, did the machine sleep."""

from __future__ import annotations

import enum
import math

from desktop_app.arrays import UInt8Array
from desktop_app.capture.changes import ChangeWatch
from desktop_app.capture.pace import Pace
from desktop_app.capture.sleep import SleepWatch
from desktop_app.capture.source import SourceKind

# A camera that repeats its picture for as long is opened again, once: that wakes a stuck driver.
STUCK_AFTER = 3.0
# One that this did not help is left in peace, until it was live for so many seconds without ever
# standing still as long as that. A virtual camera that shows one card after another never is.
_LIVE_AGAIN_AFTER = 30.0


class Verdict(enum.Enum):
    """What is to be done with a picture, or with its source."""

    SHOW = "show"
    OLD = "old"
    SLEPT = "slept"
    STUCK = "stuck"


class LiveWatch:
    """Judges the pictures of one live source, also over several openings of it.

    Attributes:
        changes: when the picture last was another one, and whether it is black.
        pace: how fast pictures come.

    """

    def __init__(self, kind: SourceKind, *, sleep: SleepWatch | None = None) -> None:
        """Args: kind: of the source; sleep: knows whether the machine slept."""
        self.changes = ChangeWatch()
        self.pace = Pace()
        self._sleep = sleep or SleepWatch()
        # The encoder of a network camera leaves out what hardly moves.
        self._may_be_stuck = kind is SourceKind.CAMERA
        self._is_in_peace = False
        self._live_since = -math.inf
        self._reopened_at = -math.inf

    def begin(self) -> None:
        """Take note that the source was opened."""
        self.pace.restart()
        self._sleep.slept()

    def judge(self, pixels: UInt8Array, *, now: float) -> Verdict:
        """Take a picture.

        Args:
            pixels: RGB, uint8, (h, w, 3); kept, not copied.
            now: when it came, as ``time.monotonic`` tells the time.

        Returns:
            ``OLD`` for one that piled up somewhere and is not worth showing; ``SLEPT`` and
            ``STUCK`` where the source is better opened again.

        """
        if self._sleep.slept():
            # What a camera sends after it, if anything, is old, torn or green for a while.
            return Verdict.SLEPT
        is_old = self.pace.note(now)
        changed_at = self.changes.last_change_at
        if self.changes.look(pixels, now=now):
            self._take_change(now, after=now if changed_at is None else changed_at)
        elif self._is_stuck(now):
            self._reopened_at = now
            return Verdict.STUCK
        return Verdict.OLD if is_old else Verdict.SHOW

    def _take_change(self, now: float, *, after: float) -> None:
        if now - after > STUCK_AFTER:
            self._live_since = now
        elif now - self._live_since > _LIVE_AGAIN_AFTER:
            self._is_in_peace = False

    def _is_stuck(self, now: float) -> bool:
        since = self.changes.last_change_at
        if not self._may_be_stuck or self._is_in_peace or self.changes.is_black or since is None:
            return False
        if now - max(since, self._reopened_at) <= STUCK_AFTER:
            return False
        # Opening it again changed nothing: it is a virtual camera, and this is what it has to show.
        self._is_in_peace = since <= self._reopened_at
        return not self._is_in_peace
