"""Finds the system libraries that a window needs, before Qt aborts for want of them.

Wheels bring nearly all they need, but not what belongs to the system: OpenGL, the X11 and
Wayland clients, fonts. Where one of these is missing, importing Qt or OpenCV ends in a traceback
and opening a window ends in ``abort()``. Here each is simply opened, which takes a few
milliseconds for all of them together and asks the very loader that will be asked again.

Imports neither Qt nor anything else that could be missing. ``tools/system_packages.py`` asks it
too, for ``make``.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop_app.errors import LibraryMissing, NoDisplay
from desktop_app.paths import is_frozen

Opener = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class SystemLibrary:
    """A library that the system brings.

    Attributes:
        soname: what the loader knows it by.
        package: the package of Debian and Ubuntu that holds it.

    """

    soname: str
    package: str


class MissingLibrary(SystemLibrary):
    """A system library that cannot be opened."""

    __slots__ = ()


def _libraries(table: str) -> tuple[SystemLibrary, ...]:
    return tuple(SystemLibrary(*line.split()) for line in table.strip().splitlines())


#: MediaPipe and LiteRT are linked to these, and so even the command line needs them.
ENGINE_LIBRARIES = _libraries("""
    libstdc++.so.6          libstdc++6
    libEGL.so.1             libegl1
    libGLESv2.so.2          libgles2
""")
#: OpenCV is linked to these for windows that we never open. What the installer brings is not.
OPENCV_LIBRARIES = _libraries("""
    libz.so.1               zlib1g
    libglib-2.0.so.0        libglib2.0-0
    libgthread-2.0.so.0     libglib2.0-0
    libxcb.so.1             libxcb1
    libGL.so.1              libgl1
""")
#: Qt's own libraries are linked to these, and to OpenCV's.
QT_LIBRARIES = _libraries("""
    libX11.so.6             libx11-6
    libdbus-1.so.3          libdbus-1-3
    libfontconfig.so.1      libfontconfig1
    libfreetype.so.6        libfreetype6
    libxkbcommon.so.0       libxkbcommon0
    libzstd.so.1            libzstd1
""")
#: Qt's plug-in for X11 is linked to these.
X11_LIBRARIES = _libraries("""
    libX11-xcb.so.1         libx11-xcb1
    libxcb-cursor.so.0      libxcb-cursor0
    libxcb-glx.so.0         libxcb-glx0
    libxcb-icccm.so.4       libxcb-icccm4
    libxcb-image.so.0       libxcb-image0
    libxcb-keysyms.so.1     libxcb-keysyms1
    libxcb-randr.so.0       libxcb-randr0
    libxcb-render.so.0      libxcb-render0
    libxcb-render-util.so.0 libxcb-render-util0
    libxcb-shape.so.0       libxcb-shape0
    libxcb-shm.so.0         libxcb-shm0
    libxcb-sync.so.1        libxcb-sync1
    libxcb-util.so.1        libxcb-util1
    libxcb-xfixes.so.0      libxcb-xfixes0
    libxcb-xkb.so.1         libxcb-xkb1
    libxkbcommon-x11.so.0   libxkbcommon-x11-0
""")
#: Qt's plug-in for Wayland is linked to these.
WAYLAND_LIBRARIES = _libraries("""
    libwayland-client.so.0  libwayland-client0
    libwayland-cursor.so.0  libwayland-cursor0
    libwayland-egl.so.1     libwayland-egl1
""")
EVERYWHERE = ENGINE_LIBRARIES + OPENCV_LIBRARIES + QT_LIBRARIES
_BY_SONAME = {library.soname: library for library in EVERYWHERE + X11_LIBRARIES + WAYLAND_LIBRARIES}


def missing_libraries(
    libraries: Iterable[SystemLibrary] = EVERYWHERE + X11_LIBRARIES,
    *,
    opener: Opener = ctypes.CDLL,
) -> list[MissingLibrary]:
    """Return those that cannot be opened; none on Windows and macOS, where wheels bring all.

    Args:
        libraries: which to try; by default what a window on X11 needs.
        opener: opens a library by name, or raises OSError.

    """
    if not sys.platform.startswith("linux"):
        return []
    missing: dict[str, MissingLibrary] = {}
    for library in libraries:
        try:
            opener(library.soname)
        except OSError as error:
            # The loader begins with what it did not find, which may be another library that
            # this one is linked to. In a build, PyInstaller wraps what it said.
            said = str(error.__cause__ or error)
            absent = _BY_SONAME.get(said.partition(":")[0], library)
            missing[absent.soname] = MissingLibrary(absent.soname, absent.package)
    return list(missing.values())


def install_command(missing: Sequence[SystemLibrary]) -> str:
    """Return the one command that installs them, for the system that we run on."""
    sudo = "" if _is_root() else "sudo "
    if _is_debian():
        packages = " ".join(sorted({library.package for library in missing}))
        return f"{sudo}apt-get update && {sudo}apt-get install --yes {packages}"
    # Fedora's and openSUSE's packages state the libraries that they hold.
    bits = "()(64bit)" if sys.maxsize > 2**32 else ""
    names = sorted({library.soname for library in missing})
    for manager in ("dnf", "zypper"):
        if shutil.which(manager):
            return f"{sudo}{manager} install " + " ".join(f"'{name}{bits}'" for name in names)
    return "the package manager of this system, and install what holds " + ", ".join(names)


def is_root_on_debian() -> bool:
    """Whether the command could be run here and now, and nobody asked: a container, mostly."""
    return _is_root() and _is_debian()


def check_engine(*, opener: Opener = ctypes.CDLL) -> None:
    """Make sure that OpenCV, MediaPipe and LiteRT can be imported.

    Raises:
        LibraryMissing: they cannot, and these system libraries are why.

    """
    opencv = () if is_frozen() else OPENCV_LIBRARIES
    _refuse(missing_libraries(ENGINE_LIBRARIES + opencv, opener=opener))


def check_window_system(environ: Mapping[str, str], *, opener: Opener = ctypes.CDLL) -> None:
    """Make sure that Qt will be able to open a window.

    Args:
        environ: where DISPLAY, WAYLAND_DISPLAY and QT_QPA_PLATFORM are looked up.
        opener: opens a library by name, or raises OSError.

    Raises:
        NoDisplay: there is no screen, or nobody answers at the one that is named.
        LibraryMissing: there is one, but Qt would not load.

    """
    if not sys.platform.startswith("linux"):
        return
    named = [name.partition(":")[0] for name in environ.get("QT_QPA_PLATFORM", "").split(";")]
    wanted = [name for name in named if name]
    if wanted and wanted[0] != "xcb" and not wanted[0].startswith("wayland"):
        _refuse(missing_libraries(EVERYWHERE, opener=opener))
        return
    ways: list[tuple[tuple[SystemLibrary, ...], Callable[[], bool]]] = []
    if environ.get("DISPLAY") and (not wanted or "xcb" in wanted):
        ways.append((X11_LIBRARIES, lambda: _x11_answers(environ["DISPLAY"], opener)))
    if environ.get("WAYLAND_DISPLAY") and (
        not wanted or any(name.startswith("wayland") for name in wanted)
    ):
        ways.append((WAYLAND_LIBRARIES, lambda: _wayland_answers(environ, opener)))
    if not ways:
        raise NoDisplay
    # On a Wayland desktop both are there, and one is enough.
    lacking = [missing_libraries(libraries, opener=opener) for libraries, _ in ways]
    usable = [answers for missing, (_, answers) in zip(lacking, ways, strict=True) if not missing]
    # All at once, so that one command mends all.
    needed = EVERYWHERE if usable else EVERYWHERE + ways[0][0]
    _refuse(missing_libraries(needed, opener=opener))
    if not any(answers() for answers in usable):
        raise NoDisplay


def _x11_answers(display: str, opener: Opener) -> bool:
    """Connect as Qt does, which also asks for the right to."""
    xcb = opener("libxcb.so.1")
    if not isinstance(xcb, ctypes.CDLL):
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = (ctypes.c_void_p,)
    xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(os.fsencode(display), None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


def _wayland_answers(environ: Mapping[str, str], opener: Opener) -> bool:
    wayland = opener("libwayland-client.so.0")
    if not isinstance(wayland, ctypes.CDLL):
        return True
    wayland.wl_display_connect.restype = ctypes.c_void_p
    wayland.wl_display_connect.argtypes = (ctypes.c_char_p,)
    wayland.wl_display_disconnect.argtypes = (ctypes.c_void_p,)
    display = wayland.wl_display_connect(os.fsencode(environ["WAYLAND_DISPLAY"]))
    if not display:
        return False
    wayland.wl_display_disconnect(display)
    return True


def _refuse(missing: Sequence[MissingLibrary]) -> None:
    if missing:
        names = ", ".join(library.soname for library in missing)
        raise LibraryMissing(libraries=names, command=install_command(missing))


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_debian() -> bool:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    return "debian" in family and shutil.which("apt-get") is not None
