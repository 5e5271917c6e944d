"""What the machine has for us."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

_CPU_INFO = Path("/proc/cpuinfo")


def processor() -> str:
    """Return the processor's name, or its kind where the system does not tell its name."""
    try:
        name = _name()
    except (OSError, ValueError, subprocess.SubprocessError):
        name = ""
    return name or platform.machine()


def cores() -> int:
    """Return how many cores this process may use: a container may have fewer than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load() -> float | None:
    """Return how many programs wanted to run at once in the last minute.

    None where the system does not tell.
    """
    if sys.platform == "win32":
        # There psutil begins to count with its first call, and would say that there is none.
        return None
    return round(os.getloadavg()[0], 2)


def _name() -> str:
    if sys.platform == "linux":
        # platform.processor() is empty there.
        for line in _CPU_INFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if sys.platform == "darwin":
        asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        done = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout.strip()
    return platform.processor()
