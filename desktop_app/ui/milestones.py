"""How long it took from the start of the process until the user saw something; for the log."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

_log = logging.getLogger(__name__)
_imported_at = time.monotonic()


def since_start() -> float:
    """Return the seconds since the process started.

    Where the system does not tell (only Linux does here), since this module was imported.
    """
    try:
        stat = Path("/proc/self/stat").read_text(encoding="utf-8")
        # Field 22, counted from after the command's name, which may hold spaces.
        ticks = int(stat.rpartition(")")[2].split()[19])
        started = ticks / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, AttributeError, ValueError, IndexError):
        return time.monotonic() - _imported_at


class Milestones:
    """Logs each milestone once."""

    def __init__(self) -> None:
        self._passed: set[str] = set()

    def pass_by(self, name: str) -> None:
        """Log that a milestone was reached, the first time."""
        if name not in self._passed:
            self._passed.add(name)
            _log.info("%s after %.2f s", name, since_start())
