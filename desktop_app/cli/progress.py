"""A line on the terminal that says how far a long command is."""

from __future__ import annotations

import sys
import time

from desktop_app.services.imports.progress import ImportProgress

_EVERY = 0.2  # seconds
_MINUTE, _HOUR = 60, 3600


class ProgressLine:
    """Rewrites one line of stderr; says nothing where that is a file or a pipe."""

    def __init__(self) -> None:
        self._shown = False
        self._last = 0.0
        self._speaks = sys.stderr.isatty()

    def show(self, progress: ImportProgress) -> None:
        """Say how far it is, a few times a second at most."""
        now = time.monotonic()
        if not self._speaks or now - self._last < _EVERY:
            return
        self._last, self._shown = now, True
        print(f"\r\033[K{progress_words(progress)}", end="", file=sys.stderr, flush=True)  # noqa: T201

    def clear(self) -> None:
        """Leave the line to others."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201
            self._shown = False


def progress_words(progress: ImportProgress) -> str:
    """Return ``1,204 of 3,321 photos, 6.1 a second, 6 min left``."""
    words = f"{progress.done:,} of {progress.total:,} photos"
    if progress.rate is None or progress.seconds_left is None:
        return words
    return f"{words}, {progress.rate:.1f} a second, {_time_words(progress.seconds_left)} left"


def _time_words(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{seconds / _HOUR:.1f} h"
