"""What goes into the installed application and what stays out; ``build_installer.spec`` asks.

Apart from PyInstaller, so that tests can ask too.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

#: (place in the application, file it is copied from, kind), as PyInstaller lists things.
Entry = tuple[str, str, str]

#: Python modules that are imported by something we use, on ways that we never take.
MODULES_LEFT_OUT = (
    # `kenspeckle bench` says that it takes an installation with pip.
    "benchmarks",
    # MediaPipe draws with the one and records with the other; we do neither
    # (desktop_app.vision.mediapipe_import puts empty modules in their place).
    "matplotlib",
    "sounddevice",
    "_sounddevice",
    "mediapipe.tasks.python.benchmark",
    "mediapipe.tasks.python.test",
    "scipy",
    "tkinter",
    # Nothing here talks to anybody over a network.
    "ssl",
    "_ssl",
    "tensorflow",
    "jax",
    "openvino",
    "pandas",
    "IPython",
    "pytest",
    "setuptools",
    "pip",
    "PIL.ImageTk",
    "PIL._imagingtk",
    "PIL.ImageQt",
    "numpy.f2py",
    "numpy.fft",
    "numpy.testing",
    "numpy._core._multiarray_tests",
    # Help for people who type it into Python.
    "pydoc",
    "pydoc_data",
    "cv2.gapi",
    "ai_edge_litert.aot",
    "ai_edge_litert.tools",
)

#: Modules that nothing imports where PyInstaller could see it.
MODULES_WITH_SUBMODULES = (
    "db",  # env.py of the migrations, which is data
    "desktop_app",  # much of it is imported inside functions, by design
)
HIDDEN_MODULES = (
    "ai_edge_litert.interpreter",
    "alembic.context",
    "alembic.op",
    "logging.config",
    "mediapipe",
    "sqlalchemy.dialects.sqlite",
)

#: What ``kenspeckle doctor`` tells the versions of, and Help > About the licences.
DISTRIBUTIONS = (
    "PySide6_Essentials",
    "SQLAlchemy",
    "XlsxWriter",
    "ai-edge-litert",
    "alembic",
    "mediapipe",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "platformdirs",
    "psutil",
)
#: The same for libraries that bring others with them, other ones on each system.
DISTRIBUTIONS_WITH_THEIR_OWN = ("cryptography", "keyring")

_LEFT_OUT = tuple(
    re.compile(pattern)
    for pattern in (
        # The system's graphics drivers are loaded into our process and may need a newer one.
        r"lib(stdc\+\+|gcc_s)\.so",
        # Every desktop has these, in the version that fits its X server, its fonts and its bus.
        # desktop_app.system_libraries looks for them.
        r"lib(X11|X11-xcb|Xau|Xdmcp|fontconfig|freetype|expat|dbus-1)\.so",
        # Plug-ins of the Qt 5 that some of OpenCV's wheels bring for windows of their own.
        r"cv2/qt/",
        # What compiles networks for particular chips, and runs them on graphics cards.
        r"ai_edge_litert/(vendors|tools|aot)/",
        r"ai_edge_litert/(libLiteRt|libLiteRtWebGpuAccelerator)\.\w+$",
        r"ai_edge_litert/pywrap_genai_ops\.",
        # Ways of showing a window that no desktop has, and a theme that would bring all of GTK.
        r"PySide6/(Qt/)?plugins/platforms/(lib)?q(eglfs|linuxfb|minimalegl|vnc|vkkhrdisplay)",
        r"PySide6/(Qt/)?plugins/platformthemes/libqgtk3",
        r"PySide6/(Qt/)?plugins/(egldeviceintegrations|generic|networkinformation|tls)/",
        r"PySide6/(Qt/)?plugins/(wayland-graphics-integration-server|qmltooling|sqldrivers)/",
        # Widgets are painted in memory; OpenGL under Wayland is for those that draw with it.
        r"PySide6/(Qt/)?plugins/wayland-graphics-integration-client/",
        r"PySide6/(Qt/)?plugins/platforminputcontexts/(lib)?qtvirtualkeyboard",
        # Shells of cars and kiosks, and one that all desktops have given up.
        r"PySide6/(Qt/)?plugins/wayland-shell-integration/lib(fullscreen-shell|ivi|qt-shell|wl-shell)",
        # Photos are read by Pillow and OpenCV; Qt is left what desktops hand over as pictures.
        r"PySide6/(Qt/)?plugins/imageformats/(lib)?q(pdf|tga|wbmp|icns|tiff|webp|gif)",
        r"PySide6/(Qt/)?qml/",
        r"PySide6/(QtDBus|QtNetwork|QtOpenGL|QtQml|QtQuick)\.",
        # Our own texts are English; Qt's in another language beside them would be a muddle.
        r"PySide6/(Qt/)?translations/",
        # Windows: a renderer for machines without OpenGL; widgets paint without either.
        r"PySide6/opengl32sw\.dll$",
        # Templates for new migrations, tests, headers, type stubs.
        r"alembic/templates/",
        r".*\.(pyi|h|hpp|c|cc|pxd|pyx|lib|a)$",
        r"(.*/)?tests?/",
        # Of what says how a package is called, its lists of files: nothing is uninstalled here.
        r"[^/]+\.dist-info/(RECORD$|sboms/)",
    )
)

#: Folders whose files are libraries, of use only if something else is linked to them.
_LIBRARY_FOLDERS = re.compile(r"(PySide6/Qt/lib|[\w.]+\.libs|shiboken6|)$")


def is_left_out(place: str) -> bool:
    """Whether a file is left out of the application, by its place in it."""
    return any(pattern.match(_posix(place)) for pattern in _LEFT_OUT)


def without_the_unused(
    entries: Iterable[Entry], *, needs_of: Callable[[str], Iterable[str]]
) -> list[Entry]:
    """Return the binaries that are wanted, and the libraries that those are linked to.

    A plug-in that is left out leaves behind the libraries that were collected for it. So only
    libraries that a kept file needs, directly or through others, are kept.

    Args:
        entries: all that was collected.
        needs_of: gives the file names of the libraries that a file is linked to.

    """
    wanted = [entry for entry in entries if not is_left_out(entry[0])]
    by_name: dict[str, list[Entry]] = {}
    for entry in wanted:
        by_name.setdefault(posixpath.basename(_posix(entry[0])), []).append(entry)
    kept: dict[str, Entry] = {}
    waiting = [entry for entry in wanted if not _is_library(entry)]
    while waiting:
        entry = waiting.pop()
        if entry[0] in kept:
            continue
        kept[entry[0]] = entry
        for name in needs_of(entry[1]):
            waiting.extend(by_name.get(posixpath.basename(_posix(name)), ()))
    return [entry for entry in wanted if entry[0] in kept]


def without_dangling_links(entries: Iterable[Entry], *, places: Iterable[str]) -> list[Entry]:
    """Return the entries less the symbolic links to what was left out.

    Args:
        entries: all that is left of the data; a link's source is its target, seen from its folder.
        places: of the files that are in the application beside them.

    """
    there = {_posix(place) for place in places}
    return [
        (place, source, kind)
        for place, source, kind in entries
        if kind != "SYMLINK"
        or posixpath.normpath(posixpath.join(posixpath.dirname(_posix(place)), _posix(source)))
        in there
    ]


def _posix(place: str) -> str:
    return place.replace("\\", "/")


def _is_library(entry: Entry) -> bool:
    place, _, kind = entry
    if kind not in {"BINARY", "SYMLINK"}:
        return False
    folder, name = posixpath.split(_posix(place))
    # The interpreter itself is loaded by the launcher, which is no entry.
    is_interpreter = re.match(r"(lib)?python3", name, re.IGNORECASE)
    return bool(_LIBRARY_FOLDERS.match(folder)) and not is_interpreter


def checked_models(folder: Path) -> list[tuple[str, str]]:
    """Return the model files with their manifest, as PyInstaller's ``datas``.

    Raises:
        SystemExit: a file is missing, or is not the one that the manifest describes.

    """
    manifest = folder / "manifest.toml"
    if not manifest.is_file():
        raise SystemExit(f"{manifest} is missing: there are no models to pack")
    described = dict(_described(tomllib.loads(manifest.read_text(encoding="utf-8"))))
    if not described:
        raise SystemExit(f"{manifest} describes no file")
    for name, expected in described.items():
        path = folder / name
        if not path.is_file():
            raise SystemExit(f"{path} is missing, but the manifest describes it")
        actual = hashlib.sha256(path.read_bytes()).hexdigest()
        if actual != expected:
            raise SystemExit(f"{path} has SHA-256 {actual}, the manifest says {expected}")
    files = [manifest, *(folder / name for name in described), folder / "README.md"]
    return [(str(path), "models") for path in files if path.is_file()]


def _described(node: Any) -> Iterable[tuple[str, str]]:
    """Give (file, sha256) of every table that has both, however deep it lies."""
    if isinstance(node, dict):
        if isinstance(node.get("file"), str) and isinstance(node.get("sha256"), str):
            yield node["file"], node["sha256"]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _described(part)
