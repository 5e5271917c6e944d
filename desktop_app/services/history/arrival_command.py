"""Runs a program that the user chose when somebody arrives; no shell reads what it is given."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path, PureWindowsPath

from desktop_app.errors import CommandFailed, CommandUnsafe
from desktop_app.paths import bundle_dir
from desktop_app.services.history.arrivals import Arrival
from desktop_app.services.privacy.protection import NEW_PASSPHRASE, PASSPHRASE

# Seconds after which it is ended.
TIME_LIMIT = 30.0
# Whoever comes while so many run is not told of: a program that hangs must not pile up.
MOST_AT_ONCE = 3

# Lists of folders that a build of the installer puts its own into, itself or through a package.
_SEARCHED = (
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "PATH",
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "QT_QPA_FONTDIR",
    "QML2_IMPORT_PATH",
)
# What its starter tells itself.
_STARTERS_OWN = "_PYI_"

_PLACES = re.compile(r"\{(name|time|source)\}")


def filled(command: Sequence[str], arrival: Arrival) -> list[str]:
    """Return the arguments, with ``{name}``, ``{time}`` and ``{source}`` in them filled in.

    Each stays one argument whatever the name holds, nothing in a name is taken for a place, and
    the program itself has none. A name that would begin an argument with a dash gets a space
    before it, so that no program takes somebody for an option.
    """
    values = {
        "name": arrival.identity.name,
        "time": arrival.time.astimezone().isoformat(timespec="seconds"),
        "source": arrival.source,
    }
    return [*command[:1], *(_filled_in(part, values) for part in command[1:])]


def _filled_in(part: str, values: dict[str, str]) -> str:
    text = _PLACES.sub(lambda place: values[place[1]], part).replace("\0", "")
    options = ("-", "/") if sys.platform == "win32" else ("-",)
    return f" {text}" if text.startswith(options) and not part.startswith(options) else text


class ArrivalCommand:
    """Starts the program and watches over it without waiting for it. For one thread."""

    def __init__(self, *, time_limit: float = TIME_LIMIT) -> None:
        self._time_limit = time_limit
        self._running: list[tuple[subprocess.Popen[bytes], float]] = []

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._running)

    def run(self, command: Sequence[str], arrival: Arrival) -> bool:
        """Start it; say whether it was, which it is not while too many run.

        Raises:
            CommandFailed: it cannot be started.
            CommandUnsafe: what it is could be changed by somebody's name.

        """
        if PureWindowsPath(command[0]).suffix.lower() in {".bat", ".cmd"}:
            # Windows runs these through its shell, which reads arguments its own way.
            raise CommandUnsafe(command=command[0])
        if len(self._running) >= MOST_AT_ONCE:
            return False
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell, and the user chose it
                filled(command, arrival),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment_of(os.environ, bundle=bundle_dir()),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CommandFailed(command=command[0], reason=reason) from error
        self._running.append((process, time.monotonic()))
        return True

    def look(self) -> list[CommandFailed]:
        """End what runs for too long, and return what went wrong since the last look."""
        troubles = []
        running = []
        for process, started in self._running:
            code = process.poll()
            program = str(process.args[0]) if isinstance(process.args, list) else ""
            if code is None and time.monotonic() - started < self._time_limit:
                running.append((process, started))
            elif code is None:
                _end(process)
                reason = f"it took longer than {self._time_limit:g} seconds and was ended"
                troubles.append(CommandFailed(command=program, reason=reason))
            elif code:
                reason = f"it ended with the code {code}"
                troubles.append(CommandFailed(command=program, reason=reason))
        self._running = running
        return troubles

    def close(self) -> None:
        """Let what runs run on for itself; it is nothing that the window's end should cut off."""
        for process, _ in self._running:
            # Said to be over, or Python warns of a process that nobody waited for.
            process.returncode = process.poll() or 0
        self._running = []


def environment_of(ours: Mapping[str, str], *, bundle: Path | None) -> dict[str, str]:
    """Return the variables that are another program's business.

    Passphrases are not, nor is where a build of the installer keeps its own libraries and Qt's
    plug-ins: a program that loads these instead of its own does not start.

    Args:
        ours: all of ours.
        bundle: the folder of the build; None where this is none.

    """
    theirs = {
        name: value for name, value in ours.items() if name not in {PASSPHRASE, NEW_PASSPHRASE}
    }
    if bundle is None:
        return theirs
    theirs = {name: value for name, value in theirs.items() if not name.startswith(_STARTERS_OWN)}
    for name in _SEARCHED:
        # What the build's starter found where it put its own folder before it.
        value = theirs.pop(f"{name}_ORIG", theirs.get(name, ""))
        places = value.split(os.pathsep)
        left = [place for place in places if place and not Path(place).is_relative_to(bundle)]
        theirs.pop(name, None)
        if left:
            theirs[name] = os.pathsep.join(left)
    return theirs


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        # With whatever it started: its session is its own.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=1.0)
