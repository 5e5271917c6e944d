"""What it was measured on."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass

from desktop_app import __version__, machine

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
        processor=machine.processor(),
        cores=machine.cores(),
        load=machine.load(),
        system=f"{platform.system()} {platform.release()}",
        versions={
            "kenspeckle": __version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in _PACKAGES},
        },
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        # The same modules come in packages of other names too: tflite-runtime, opencv-python.
        return "not installed"
