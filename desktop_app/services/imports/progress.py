"""How far an import is, how fast it goes, and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

# Over how many photos the rate is taken: long enough to be steady, short enough to follow.
_WINDOW = 60
# Before that, a rate would be of the networks' first breath.
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """A moment of an import.

    Attributes:
        done: photos that are examined.
        total: photos there are.
        rate: photos a second; None while it is not known.

    """

    done: int
    total: int
    rate: float | None = None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take; None while it is not known."""
        return (self.total - self.done) / self.rate if self.rate else None


class ProgressMeter:
    """Counts photos and takes the time; the rate is that of the newest."""

    def __init__(self, total: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Args: total: photos there are. clock: in seconds."""
        self._total = total
        self._clock = clock
        self._done = 0
        self._times: deque[float] = deque([clock()], maxlen=_WINDOW + 1)

    def step(self) -> ImportProgress:
        """Count one photo more."""
        self._done += 1
        self._times.append(self._clock())
        return self.now()

    def now(self) -> ImportProgress:
        """Return where it stands."""
        steps, took = len(self._times) - 1, self._times[-1] - self._times[0]
        rate = steps / took if steps >= _FEWEST and took > 0 else None
        return ImportProgress(self._done, self._total, rate)
