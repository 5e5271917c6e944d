"""Where things are. The one module that knows how we were installed: frozen, wheel or checkout."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# Where a wheel puts models/ and resources/. Not inside the package: in an editable install that
# folder would shadow the checkout.
_WHEEL_DATA = _PACKAGE.parent / "kenspeckle_data"


def is_frozen() -> bool:
    """Whether we run from a build of the installer."""
    return bool(getattr(sys, "frozen", False))


def bundle_dir() -> Path | None:
    """Return the folder that a build of the installer lies in; None where we are no build."""
    return Path(getattr(sys, "_MEIPASS", _PACKAGE.parent)) if is_frozen() else None


def build_kind() -> str:
    """Return how we were installed: ``frozen``, ``wheel`` or ``checkout``."""
    if is_frozen():
        return "frozen"
    return "wheel" if _WHEEL_DATA.is_dir() else "checkout"


def _data_folder(name: str) -> Path:
    """Return a folder of data files: at the root of a build or a checkout, else from the wheel."""
    bundle = bundle_dir()
    if bundle is not None:
        return bundle / name
    return (_WHEEL_DATA if _WHEEL_DATA.is_dir() else _PACKAGE.parent) / name


def models_dir() -> Path:
    """Return the folder with the model files and their manifest."""
    return _data_folder("models")


def resources_dir() -> Path:
    """Return the folder with icons and style sheets."""
    return _data_folder("resources")


def default_data_dir() -> Path:
    """Return the folder for a user's data where they named none."""
    import platformdirs

    return Path(platformdirs.user_data_dir("Kenspeckle", appauthor=False))


@dataclass(frozen=True, slots=True)
class DataDir:
    """A user's folder: gallery, backups, settings, log.

    Attributes:
        root: the folder; made when something is first written.

    """

    root: Path

    @property
    def gallery(self) -> Path:
        """The file with the enrolled people."""
        return self.root / "gallery.db"

    @property
    def settings_file(self) -> Path:
        """What the user chose."""
        return self.root / "settings.json"

    @property
    def machine_file(self) -> Path:
        """What was measured of this machine; may be deleted at any time."""
        return self.root / "machine.json"

    @property
    def log_file(self) -> Path:
        """What happened; never a name together with an embedding."""
        return self.root / "kenspeckle.log"
