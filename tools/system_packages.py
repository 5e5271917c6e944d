"""Installs the system libraries that are missing, or names the one command that does.

``python tools/system_packages.py run|test|engine|installer``, called by ``make``. Installs by
itself only as root on Debian or Ubuntu, which is what a fresh container is; nobody's machine is
changed behind their back. Exit code 2 where something is missing that nothing works without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

from desktop_app import system_libraries as system


@dataclass(frozen=True)
class Purpose:
    """What a verb of ``make`` needs.

    Attributes:
        libraries: without these it cannot work.
        wished: with these more of it works.
        programs: like ``libraries``, for programs: name, and the package that holds it.
        wished_programs: like ``wished``, for programs.
        lacking: what to say where only wishes are open; None leaves it to the application.

    """

    libraries: tuple[system.SystemLibrary, ...] = ()
    wished: tuple[system.SystemLibrary, ...] = ()
    programs: tuple[tuple[str, str], ...] = ()
    wished_programs: tuple[tuple[str, str], ...] = ()
    lacking: str | None = None


def _shared_python() -> tuple[system.SystemLibrary, ...]:
    """Return what PyInstaller packs of Python: Debian's own links it into the program instead."""
    if sys.base_prefix != "/usr":
        return ()
    name = f"libpython{sys.version_info.major}.{sys.version_info.minor}"
    return (system.SystemLibrary(f"{name}.so.1.0", name),)


_ELF_TOOLS = (("objdump", "binutils"), ("objcopy", "binutils"), ("strip", "binutils"))
PURPOSES = {
    "engine": Purpose(system.ENGINE_LIBRARIES + system.OPENCV_LIBRARIES),
    # Whether it is X11's libraries that a window needs, the application knows.
    "run": Purpose(wished=system.EVERYWHERE + system.X11_LIBRARIES),
    "test": Purpose(
        system.EVERYWHERE,
        wished=system.X11_LIBRARIES,
        wished_programs=(("Xvfb", "xvfb"), ("strace", "strace"), ("dbus-daemon", "dbus")),
        lacking="Tests with a real window, a network to watch or a keychain's bus are skipped",
    ),
    # Libraries that are missing here would be missing in what is built.
    "installer": Purpose(
        system.EVERYWHERE + system.X11_LIBRARIES + system.WAYLAND_LIBRARIES + _shared_python(),
        programs=_ELF_TOOLS,
    ),
}


def _missing_programs(programs: tuple[tuple[str, str], ...]) -> list[system.SystemLibrary]:
    return [
        system.SystemLibrary(name, package) for name, package in programs if not shutil.which(name)
    ]


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        print(f"usage: system_packages.py {'|'.join(PURPOSES)}", file=sys.stderr)
        return 2
    if not sys.platform.startswith("linux"):
        return 0
    purpose = PURPOSES[arguments[0]]

    def needed() -> list[system.SystemLibrary]:
        return [*system.missing_libraries(purpose.libraries), *_missing_programs(purpose.programs)]

    def wished() -> list[system.SystemLibrary]:
        return [
            *system.missing_libraries(purpose.wished),
            *_missing_programs(purpose.wished_programs),
        ]

    missing = [*needed(), *wished()]
    if not missing:
        return 0
    command = system.install_command(missing)
    names = ", ".join(library.soname for library in missing)
    if system.is_root_on_debian():
        print(f"Installing what the system lacks: {names}", file=sys.stderr)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(
            command, shell=True, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return 0
        print(done.stdout, done.stderr, file=sys.stderr)
    elif not needed():
        if purpose.lacking:
            print(f"{purpose.lacking}, for want of {names}. Run: {command}", file=sys.stderr)
        return 0
    print(f"The system lacks {names}. Run: {command}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
