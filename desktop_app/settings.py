"""What the user chose. A damaged or newer file never keeps the application from starting."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from desktop_app.errors import FolderNotWritable

VERSION = 1
THEMES = ("system", "light", "dark")
# How often a stranger may be named: 1 in 100, 1 in 1,000, 1 in 10,000 looks.
FALSE_NAME_RATES = (1e-2, 1e-3, 1e-4)
# How many days the history is kept; 0 is for ever.
HISTORY_DAYS = (7, 30, 90, 365, 0)
# Minutes that somebody was not seen before they arrive.
ARRIVAL_MINUTES = (5, 30, 120, 480)
# Minutes that nobody touches the windows before they lock; 0 is never.
LOCK_MINUTES = (0, 5, 15, 60)
# How many days what was removed waits in the bin; 0 is until somebody empties it.
BIN_DAYS = (7, 30, 90, 0)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices that outlive the window.

    Attributes:
        source: what the live view shows, as ``SourceSpec`` writes it; None until one is chosen.
        more_sources: what it shows beside that.
        theme: one of ``THEMES``.
        mirror: show a camera's picture as a mirror does.
        false_name_rate: one of ``FALSE_NAME_RATES``, the FPIR that names are given at.
        history: keep who was seen when.
        history_strangers: also those who got no name.
        history_pictures: with a picture of each.
        history_days: one of ``HISTORY_DAYS``.
        arrival_minutes: one of ``ARRIVAL_MINUTES``.
        arrival_banner, arrival_sound: say in the window, or by a sound, who arrives.
        arrival_command: a program to run then, and its arguments; empty for none.
        lock_after_minutes: one of ``LOCK_MINUTES``.
        told_unsealed: do not say again that the gallery is not sealed.
        bin_days: one of ``BIN_DAYS``.
        automatic_backups: copy the gallery once a day where something was changed.
        save_power: look for faces less often while the machine runs on its battery.
        camera_formats: the size and rate that each camera is asked for, as ``CameraFormat`` writes
            them, by the camera's name; one that is not there is asked for what usually suits.

    """

    source: str | None = None
    more_sources: tuple[str, ...] = ()
    theme: str = "system"
    mirror: bool = True
    false_name_rate: float = 1e-3
    history: bool = True
    history_strangers: bool = True
    history_pictures: bool = False
    history_days: int = 30
    arrival_minutes: int = 30
    arrival_banner: bool = False
    arrival_sound: bool = False
    arrival_command: tuple[str, ...] = ()
    lock_after_minutes: int = 0
    told_unsealed: bool = False
    bin_days: int = 30
    automatic_backups: bool = True
    save_power: bool = True
    camera_formats: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            object.__setattr__(self, "theme", "system")
        if self.false_name_rate not in FALSE_NAME_RATES:
            object.__setattr__(self, "false_name_rate", 1e-3)
        if self.history_days not in HISTORY_DAYS or isinstance(self.history_days, bool):
            object.__setattr__(self, "history_days", 30)
        if self.arrival_minutes not in ARRIVAL_MINUTES:
            object.__setattr__(self, "arrival_minutes", 30)
        if self.lock_after_minutes not in LOCK_MINUTES:
            object.__setattr__(self, "lock_after_minutes", 0)
        if self.bin_days not in BIN_DAYS or isinstance(self.bin_days, bool):
            object.__setattr__(self, "bin_days", 30)
        for name in ("arrival_command", "more_sources"):
            texts = tuple(getattr(self, name))
            if not all(isinstance(text, str) for text in texts):
                texts = ()
            object.__setattr__(self, name, texts)
        formats = {
            name: text for name, text in self.camera_formats.items() if isinstance(text, str)
        }
        object.__setattr__(self, "camera_formats", formats)

    @property
    def sources(self) -> tuple[str, ...]:
        """All that the live view shows."""
        return (*(() if self.source is None else (self.source,)), *self.more_sources)

    def with_changes(self, **changes: Any) -> Settings:
        """Return a copy with other values."""
        return replace(self, **changes)


def with_sources(sources: Sequence[str]) -> dict[str, Any]:
    """Return the changes to settings by which these are all that the live view shows."""
    return {"source": next(iter(sources), None), "more_sources": tuple(sources[1:])}


def load_settings(path: Path) -> Settings:
    """Read settings; what is missing or makes no sense has its default."""
    data = _stored(path)
    kinds: dict[str, type | tuple[type, ...]] = {
        "source": (str, type(None)),
        "more_sources": list,
        "theme": str,
        "mirror": bool,
        "false_name_rate": float,
        "history": bool,
        "history_strangers": bool,
        "history_pictures": bool,
        "history_days": int,
        "arrival_minutes": int,
        "arrival_banner": bool,
        "arrival_sound": bool,
        "arrival_command": list,
        "lock_after_minutes": int,
        "told_unsealed": bool,
        "bin_days": int,
        "automatic_backups": bool,
        "save_power": bool,
        "camera_formats": dict,
    }
    known = {
        name: data[name]
        for name in (setting.name for setting in fields(Settings))
        if name in data and isinstance(data[name], kinds[name])
    }
    return Settings(**known)


def save_settings(settings: Settings, path: Path) -> None:
    """Write settings whole or not at all.

    What a newer version wrote there beside ours stays, with its version: whoever goes back to
    that version finds their choices again.

    Raises:
        FolderNotWritable: the folder cannot be written to; the old file is as it was.

    """
    stored = _stored(path)
    version = stored.get("version")
    newer = isinstance(version, int) and version > VERSION
    stored |= {"version": version if newer else VERSION, **asdict(settings)}
    # ASCII: a path may hold bytes that are no text, which UTF-8 refuses and JSON can escape.
    text = json.dumps(stored, indent=2)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".settings-", suffix=".json")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FolderNotWritable(path=path.parent, reason=error.strerror) from error


def _stored(path: Path) -> dict[str, Any]:
    """Return what the file holds; nothing where it is missing or no settings."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("settings %s cannot be read and are not used: %s", path, error)
        return {}
    return data if isinstance(data, dict) else {}
