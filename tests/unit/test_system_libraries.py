"""What is missing is found before Qt aborts, and named with the command that brings it."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app import system_libraries as system
from desktop_app.errors import LibraryMissing, NoDisplay

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="wheels bring all on other systems"
)

# What every Linux has that runs Python at all.
_OF_THE_C_LIBRARY = re.compile(r"(lib(c|m|dl|pthread|rt|util|gcc_s)|ld-linux[\w-]*)\.so\.")
# What we load, or Qt loads for us. Other plug-ins are for screens that no desktop has.
_LOADED = {
    "PySide6": (
        "Qt/plugins/platforms/libqxcb.so",
        "Qt/plugins/platforms/libqoffscreen.so",
        "Qt/plugins/platforms/libqwayland.so",
        "Qt/plugins/xcbglintegrations/*.so",
        "Qt/plugins/imageformats/libq[jsgw]*.so",
        "Qt/plugins/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
        "Qt/plugins/wayland-shell-integration/*.so",
        "Qt/lib/libQt6XcbQpa.so.6",
        "Qt/lib/libQt6Core.so.6",
        "Qt/lib/libQt6DBus.so.6",
        "Qt/lib/libQt6Gui.so.6",
        "Qt/lib/libQt6Svg.so.6",
        "Qt/lib/libQt6Widgets.so.6",
        "Qt*.abi3.so",
    ),
    "cv2": ("*.so", "../opencv*.libs/libQt5[CGW]*", "../opencv*.libs/lib[ax]*"),
    "mediapipe": ("tasks/c/*.so",),
    "ai_edge_litert": ("_pywrap_litert_interpreter_wrapper.so", "libpywrap_litert_common.so"),
}


def opener_without(*sonames: str):
    def open_library(name: str) -> object:
        if name in sonames:
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        return object()

    return open_library


@pytest.fixture
def debian(monkeypatch):
    monkeypatch.setattr(
        platform, "freedesktop_os_release", lambda: {"ID": "ubuntu", "ID_LIKE": "debian"}
    )
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def test_nothing_is_missing_where_everything_opens():
    assert system.missing_libraries(opener=opener_without()) == []


def test_a_library_that_does_not_open_is_named_with_its_package():
    missing = system.missing_libraries(opener=opener_without("libxcb-cursor.so.0"))
    assert [(library.soname, library.package) for library in missing] == [
        ("libxcb-cursor.so.0", "libxcb-cursor0")
    ]


def test_what_is_named_is_what_is_absent_and_not_what_is_linked_to_it():
    def open_library(name: str) -> object:
        if name in {"libxcb.so.1", "libxcb-cursor.so.0", "libxcb-image.so.0"}:
            raise OSError("libxcb.so.1: cannot open shared object file: No such file or directory")
        return object()

    missing = system.missing_libraries(opener=open_library)
    assert [library.package for library in missing] == ["libxcb1"]


def test_the_real_loader_is_asked():
    absent = system.SystemLibrary("libnobody-has-this.so.9", "nobody")
    present = system.SystemLibrary("libc.so.6", "libc6")
    assert [m.soname for m in system.missing_libraries([absent, present])] == [absent.soname]


def test_other_systems_have_nothing_to_look_for(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert system.missing_libraries(opener=opener_without("libGL.so.1")) == []
    system.check_window_system({})


def test_the_command_names_each_package_once(debian):
    missing = system.missing_libraries(
        opener=opener_without("libglib-2.0.so.0", "libgthread-2.0.so.0", "libEGL.so.1")
    )
    assert system.install_command(missing) == (
        "sudo apt-get update && sudo apt-get install --yes libegl1 libglib2.0-0"
    )


def test_fedora_is_asked_for_the_library_itself(monkeypatch, debian):
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "fedora"})
    missing = system.missing_libraries(opener=opener_without("libxcb-cursor.so.0"))
    assert system.install_command(missing) == "sudo dnf install 'libxcb-cursor.so.0()(64bit)'"


def test_an_unknown_system_is_told_what_to_look_for(monkeypatch, debian):
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "gentoo"})
    monkeypatch.setattr(shutil, "which", lambda name: None)
    missing = system.missing_libraries(opener=opener_without("libxcb-cursor.so.0"))
    assert system.install_command(missing).endswith("install what holds libxcb-cursor.so.0")


def test_nothing_is_installed_for_an_ordinary_user(debian):
    assert not system.is_root_on_debian()


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"DISPLAY": ""},
        {"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "wayland-0"},
        {"QT_QPA_PLATFORM": "wayland", "DISPLAY": ":0"},
    ],
)
def test_without_a_screen_no_window_is_tried(environ):
    with pytest.raises(NoDisplay):
        system.check_window_system(environ, opener=opener_without())


@pytest.mark.parametrize("platform_name", ["offscreen", "minimal", "offscreen:size=800x600;xcb"])
def test_a_window_on_no_screen_needs_none(platform_name):
    system.check_window_system({"QT_QPA_PLATFORM": platform_name}, opener=opener_without())


def test_a_window_on_no_screen_does_not_need_the_libraries_of_x11():
    environ = {"QT_QPA_PLATFORM": "offscreen"}
    system.check_window_system(environ, opener=opener_without("libxcb-cursor.so.0"))
    with pytest.raises(LibraryMissing):
        system.check_window_system(environ, opener=opener_without("libGL.so.1"))


def test_all_that_is_missing_is_named_at_once(debian):
    opener = opener_without("libxcb-cursor.so.0", "libEGL.so.1")
    with pytest.raises(LibraryMissing) as caught:
        system.check_window_system({"DISPLAY": ":0"}, opener=opener)
    assert str(caught.value).endswith("apt-get install --yes libegl1 libxcb-cursor0")


def test_on_a_wayland_desktop_either_way_to_a_window_is_enough():
    environ = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    system.check_window_system(environ, opener=opener_without("libxcb-cursor.so.0"))
    system.check_window_system(environ, opener=opener_without("libwayland-cursor.so.0"))
    with pytest.raises(LibraryMissing, match=r"libxcb-cursor\.so\.0"):
        system.check_window_system(
            environ, opener=opener_without("libxcb-cursor.so.0", "libwayland-cursor.so.0")
        )


def test_the_command_line_does_not_need_the_libraries_of_a_window():
    system.check_engine(opener=opener_without("libfontconfig.so.1", "libxcb-cursor.so.0"))
    with pytest.raises(LibraryMissing, match=r"libGLESv2\.so\.2"):
        system.check_engine(opener=opener_without("libGLESv2.so.2"))


def test_the_command_line_of_the_installer_needs_even_less(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    system.check_engine(opener=opener_without("libGL.so.1", "libglib-2.0.so.0", "libxcb.so.1"))


def test_a_screen_where_nobody_answers_is_no_screen():
    if system.missing_libraries():
        pytest.skip("libraries of X11 are missing here")
    with pytest.raises(NoDisplay):
        system.check_window_system({"DISPLAY": ":59983"})


def test_a_screen_that_answers_is_one():
    if system.missing_libraries() or not shutil.which("Xvfb"):
        pytest.skip("Xvfb or libraries of X11 are missing here")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        system.check_window_system({"DISPLAY": f":{number}"})
    finally:
        server.terminate()
        server.wait()


def test_looking_needs_nothing_that_could_be_missing():
    code = (
        "import sys, desktop_app.system_libraries;"
        "print(sorted({'PySide6', 'cv2', 'numpy', 'mediapipe'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_lists_hold_every_system_library_that_our_wheels_are_linked_to():
    files = [
        path
        for package, patterns in _LOADED.items()
        for pattern in patterns
        for path in _package_folder(package).glob(pattern)
    ]
    assert len(files) > 20
    site = _package_folder("PySide6").parent
    brought = {path.name for path in site.rglob("*.so*")}
    needed = {
        name
        for path in files
        for name in _needed(path)
        if name not in brought and not _OF_THE_C_LIBRARY.match(name)
    }
    listed = {
        library.soname
        for library in system.EVERYWHERE + system.X11_LIBRARIES + system.WAYLAND_LIBRARIES
    }
    assert needed - listed == set()
    assert listed - needed == set()


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _needed(path: Path) -> list[str]:
    """Read DT_NEEDED of a 64-bit little-endian ELF file."""
    data = path.read_bytes()
    assert data[:6] == b"\x7fELF\x02\x01", path
    (section_offset,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    sections = [
        struct.unpack_from("<IIQQQQIIQQ", data, section_offset + index * size)
        for index in range(count)
    ]
    dynamic = next(section for section in sections if section[1] == 6)
    strings = sections[dynamic[6]][4]
    entries = struct.iter_unpack("<qQ", data[dynamic[4] : dynamic[4] + dynamic[5]])
    names = (strings + value for tag, value in entries if tag == 1)
    return [data[start : data.index(b"\0", start)].decode() for start in names]
