"""What it was measured on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from desktop_app import __version__

_PACKAGES = ("opencv-contrib-python", "ai-edge-litert", "mediapipe", "numpy")
# From so much other work on, for each core, times say little.
_BUSY = 0.5


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, and how busy others kept it.

    Attributes:
        processor: its name.
        cores: how many of them we may use.
        load: how many programs wanted to run at once in the last minute, when measuring began;
            None where the system does not tell.
        system: with its release.
        versions: of Kenspeckle, Python and the packages that matter.

    """

    processor: str
    cores: int
    load: float | None
    system: str
    versions: dict[str, str]

    @property
    def is_busy(self) -> bool:
        """Whether others want much of it."""
        return self.load is not None and self.load > _BUSY * self.cores


def this_machine() -> Machine:
    """Look at the machine."""
    return Machine(
        processor=_processor(),
        cores=_cores(),
        load=_load(),
        system=f"{platform.system()} {platform.release()}",
        versions={
            "kenspeckle": __version__,
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in _PACKAGES},
        },
    )


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if sys.platform == "darwin":
        asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    # A container may have fewer than the machine.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _load() -> float | None:
    # On Windows psutil begins to count with its first call, and would say that there is none.
    return None if sys.platform == "win32" else round(psutil.getloadavg()[0], 2)
