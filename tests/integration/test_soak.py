"""The soak run on the real application, as short as it can be; a real one takes hours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


def soak(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name[:3] != "QT_"}
    return subprocess.run(
        [sys.executable, "tools/soak.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def clip(tmp_path, astronaut) -> Path:
    from desktop_app.opencv import cv2

    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15, (512, 512))
    if not writer.isOpened():
        pytest.skip("OpenCV cannot write clips here")
    for _ in range(15):
        writer.write(np.ascontiguousarray(astronaut[..., ::-1]))
    writer.release()
    return path


@pytest.mark.slow
def test_a_run_takes_down_what_the_application_holds_and_what_became_of_it(clip, tmp_path):
    report = tmp_path / "report.json"
    paces = ("--sample-every", "1", "--act-every", "0.2", "--lose-every", "2", "--lasting", "1.5")
    done = soak(*(str(clip), "--minutes", "0.25", "--cameras", "2", "--json", str(report)), *paces)
    assert report.is_file(), done.stderr
    found = json.loads(report.read_text("utf-8"))
    assert found["errors"] == []
    assert found["ended"]["threads_left"] == []
    assert found["ended"]["openings_left"] == 0
    for key in ("rss_mb", "os_threads", "handles", "python_blocks", "widgets"):
        assert all(sample[key] > 0 for sample in found["samples"]), key
    for key in ("painted_rate", "recognised_rate"):
        assert any(sample[key] > 0 for sample in found["samples"]), key
    assert max(sample["playing"] for sample in found["samples"]) == 2
    assert found["losses"][0]["trouble"] == "is unplugged"
    assert {"enrol", "minimise"} <= set(found["ended"]["acts"])
    verdict = {one["what"]: one["status"] for one in found["verdict"]}
    assert verdict["memory (RSS)"] == "too_short"
    assert done.returncode == (1 if "bad" in verdict.values() else 0)


def test_a_clip_that_is_not_there_is_refused():
    done = soak("no such clip.mp4")
    assert done.returncode == 2
    assert "no such clip.mp4" in done.stderr
