"""What the installed application carries, and what it leaves behind."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def contents():
    path = ROOT / "tools" / "installer_contents.py"
    spec = importlib.util.spec_from_file_location("installer_contents", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def models(tmp_path):
    (tmp_path / "net.tflite").write_bytes(b"network")
    digest = hashlib.sha256(b"network").hexdigest()
    (tmp_path / "manifest.toml").write_text(
        f'[[model]]\nname = "net"\nfile = "net.tflite"\nsha256 = "{digest}"\n', encoding="utf-8"
    )
    return tmp_path


@pytest.mark.parametrize(
    "place",
    [
        "cv2/qt/plugins/platforms/libqxcb.so",
        "ai_edge_litert/vendors/qualcomm/compiler/libLiteRtCompilerPlugin_Qualcomm.so",
        "ai_edge_litert/libLiteRtWebGpuAccelerator.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6\\plugins\\platforms\\qminimalegl.dll",
        "PySide6\\plugins\\imageformats\\qwebp.dll",
        "PySide6/Qt/plugins/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
        "PySide6/Qt/plugins/wayland-shell-integration/libivi-shell.so",
        "PySide6/QtDBus.abi3.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "alembic/templates/generic/env.py",
        "libstdc++.so.6",
        "numpy-2.4.6.dist-info/RECORD",
    ],
)
def test_what_is_plainly_unused_stays_out(contents, place):
    assert contents.is_left_out(place)


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
        "PySide6/Qt/lib/libQt6DBus.so.6",
        "keyring-25.7.0.dist-info/METADATA",
        "keyring-25.7.0.dist-info/licenses/LICENSE",
        "mediapipe/tasks/c/libmediapipe.so",
        "ai_edge_litert/_pywrap_litert_interpreter_wrapper.so",
        "ai_edge_litert/libpywrap_litert_common.so",
        "models/sface.tflite",
        "resources/style.qss",
        "db/migrations/env.py",
    ],
)
def test_what_is_used_stays_in(contents, place):
    assert not contents.is_left_out(place)


def test_a_library_goes_with_the_last_file_that_needs_it(contents):
    entries = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/s/libqxcb.so", "BINARY"),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/s/libqgtk3.so", "BINARY"),
        ("PySide6/Qt/lib/libQt6XcbQpa.so.6", "/s/libQt6XcbQpa.so.6", "BINARY"),
        ("libxcb-cursor.so.0", "/s/libxcb-cursor.so.0", "BINARY"),
        ("libgtk-3.so.0", "/s/libgtk-3.so.0", "BINARY"),
        ("libpango-1.0.so.0", "/s/libpango-1.0.so.0", "BINARY"),
        ("libpython3.11.so.1.0", "/s/libpython3.11.so.1.0", "BINARY"),
        ("numpy/_core/_multiarray_umath.so", "/s/_multiarray_umath.so", "EXTENSION"),
    ]
    needs = {
        "/s/libqxcb.so": ["libQt6XcbQpa.so.6"],
        "/s/libQt6XcbQpa.so.6": ["libxcb-cursor.so.0"],
        "/s/libqgtk3.so": ["libgtk-3.so.0"],
        "/s/libgtk-3.so.0": ["libpango-1.0.so.0"],
    }
    kept = contents.without_the_unused(entries, needs_of=lambda path: needs.get(path, []))
    assert [place for place, _, _ in kept] == [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/lib/libQt6XcbQpa.so.6",
        "libxcb-cursor.so.0",
        "libpython3.11.so.1.0",
        "numpy/_core/_multiarray_umath.so",
    ]


def test_a_link_goes_with_what_it_points_to(contents):
    entries = [
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("libQt6EglFs.so.6", "PySide6/Qt/lib/libQt6EglFs.so.6", "SYMLINK"),
        ("cv2/libavif.so", "../opencv.libs/libavif.so", "SYMLINK"),
        ("resources/style.qss", "/s/style.qss", "DATA"),
    ]
    places = ["PySide6/Qt/lib/libQt6Gui.so.6", "opencv.libs/libavif.so"]
    kept = contents.without_dangling_links(entries, places=places)
    assert [place for place, _, _ in kept] == [
        "libQt6Gui.so.6",
        "cv2/libavif.so",
        "resources/style.qss",
    ]


def test_what_the_project_depends_on_comes_with_its_name_and_licence(contents):
    told = {"opencv-contrib-python": "opencv-python-headless"}  # as tools/slim_opencv.py has it
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[<>=!]", line)[0] for line in project["dependencies"]]
    packed = [*contents.DISTRIBUTIONS, *contents.DISTRIBUTIONS_WITH_THEIR_OWN]
    wanted = {canonical(told.get(name, name)) for name in names}
    assert wanted == {canonical(name) for name in packed}


def canonical(name: str) -> str:
    return name.lower().replace("_", "-")


def test_models_are_packed_with_their_manifest(contents, models):
    packed = contents.checked_models(models)
    assert [(Path(path).name, folder) for path, folder in packed] == [
        ("manifest.toml", "models"),
        ("net.tflite", "models"),
    ]


def test_our_own_models_are_what_the_manifest_says(contents):
    names = {Path(path).name for path, _ in contents.checked_models(ROOT / "models")}
    assert {"manifest.toml", "sface.tflite", "face_landmarker.task", "yunet.tflite"} <= names


def test_a_model_with_one_byte_changed_is_not_packed(contents, models):
    (models / "net.tflite").write_bytes(b"netwOrk")
    with pytest.raises(SystemExit, match=r"net\.tflite has SHA-256"):
        contents.checked_models(models)


def test_a_model_that_is_missing_is_noticed(contents, models):
    (models / "net.tflite").unlink()
    with pytest.raises(SystemExit, match=r"net\.tflite is missing"):
        contents.checked_models(models)


def test_a_folder_without_a_manifest_is_not_packed(contents, tmp_path):
    with pytest.raises(SystemExit, match=r"manifest\.toml is missing"):
        contents.checked_models(tmp_path)
