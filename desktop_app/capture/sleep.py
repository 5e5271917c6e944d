"""Notices that the machine slept: what a camera did before says nothing about it after."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

# Clocks are read one after the other, and Windows' goes in steps of 16 ms.
_LEAST = 1.0


def seconds_asleep(*, platform: str = sys.platform) -> float:
    """Return how long the machine has slept since some moment before this process began, seconds.

    The difference of a clock that goes on while the machine sleeps and one that does not. The
    wall clock would do for neither: people and time servers set it.
    """
    if platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    if platform == "darwin":
        # The names differ, and so does the meaning: there, CLOCK_MONOTONIC goes on.
        awake = time.CLOCK_UPTIME_RAW  # type: ignore[attr-defined, unused-ignore]
        return time.clock_gettime(time.CLOCK_MONOTONIC) - time.clock_gettime(awake)
    if platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
        kernel.GetTickCount64.restype = ctypes.c_ulonglong
        awake = ctypes.c_ulonglong()
        kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake))
        return float(kernel.GetTickCount64() / 1e3 - awake.value / 1e7)
    return 0.0


class SleepWatch:
    """Tells, from time to time, whether the machine slept since it was last asked."""

    def __init__(self, *, asleep: Callable[[], float] = seconds_asleep) -> None:
        """Args: asleep: seconds slept in all."""
        self._asleep = asleep
        self._before = asleep()

    def slept(self) -> float:
        """Return for how many seconds; 0.0 where it did not. Costs a microsecond."""
        before, self._before = self._before, self._asleep()
        slept = self._before - before
        return slept if slept >= _LEAST else 0.0
