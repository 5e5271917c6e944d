"""The program as a user starts it: a process of its own, on a real X server."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clip(tmp_path, astronaut) -> Path:
    """Half a second with a face in it."""
    from desktop_app.opencv import cv2

    path = tmp_path / "clip ä.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30, (512, 512))
    if not writer.isOpened():
        pytest.skip("OpenCV cannot write clips here")
    for _ in range(15):
        writer.write(np.ascontiguousarray(astronaut[..., ::-1]))
    writer.release()
    return path


@pytest.fixture
def command(tmp_path) -> list[str]:
    """Starts the window under an X server of its own."""
    xvfb = shutil.which("xvfb-run")
    if xvfb is None or shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    return [
        *(xvfb, "-a", "-s", "-screen 0 1280x800x24"),
        *(sys.executable, "-m", "desktop_app"),
        *("--data-dir", str(tmp_path / "data ä")),
    ]


def environment(**more: str) -> dict[str, str]:
    without = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    return without | {"QT_QPA_PLATFORM": "xcb", "QT_FATAL_WARNINGS": "0"} | more


def test_the_window_opens_on_a_clip_paints_it_and_closes_cleanly(command, clip, tmp_path):
    picture = tmp_path / "window.png"
    done = subprocess.run(
        [*command, "--source", str(clip)],
        env=environment(KENSPECKLE_QUIT_AFTER="6", KENSPECKLE_SCREENSHOT=str(picture)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    from PIL import Image

    with Image.open(picture) as image:
        pixels = np.asarray(image.convert("RGB"))
    # The astronaut's suit is orange, and nothing of the window is.
    red, green, blue = (pixels[..., channel].astype(int) for channel in range(3))
    assert ((red > 150) & (red - blue > 80) & (red - green > 40)).mean() > 0.01


def test_ctrl_c_closes_the_window_cleanly(command, tmp_path):
    with subprocess.Popen(
        [*command, "--verbose"],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    ) as process:
        try:
            for line in process.stderr:
                if "engine ready" in line:
                    break
            os.kill(window_process(process.pid), signal.SIGINT)
            rest = process.stderr.read()
            assert process.wait(timeout=60) == 0
            assert "closed" in rest
            assert "Traceback" not in rest
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def window_process(xvfb_run: int) -> int:
    """The number of the process that xvfb-run started for us."""
    children = Path(f"/proc/{xvfb_run}/task/{xvfb_run}/children").read_text().split()
    # By its program: a copy of xvfb-run, on its way to become ours, has our name in its words too.
    (ours,) = [
        pid
        for pid in children
        if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(os.fsencode(sys.executable))
    ]
    return int(ours)


def test_a_time_to_quit_that_is_no_number_is_refused_in_one_line(command):
    done = subprocess.run(
        command,
        env=environment(KENSPECKLE_QUIT_AFTER="soon"),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "KENSPECKLE_QUIT_AFTER" in done.stderr


@pytest.mark.parametrize("moment", ["listening", "window shown"])
def test_an_interrupt_while_everything_loads_closes_quietly(command, tmp_path, moment):
    """Half of Qt runs in callbacks that would swallow a KeyboardInterrupt, or print it."""
    with subprocess.Popen(
        [*command, "--verbose"],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    ) as process:
        try:
            if moment == "listening":
                window = wait_for_window_process(process.pid)
                wait_for_handler(window)
            else:
                next(line for line in process.stderr if moment in line)
                window = window_process(process.pid)
            os.kill(window, signal.SIGINT)
            rest = process.stderr.read()
            assert process.wait(timeout=60) in {0, 128 + signal.SIGINT}
            assert "Traceback" not in rest
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for_window_process(xvfb_run: int) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            return window_process(xvfb_run)
        threading.Event().wait(0.01)
    raise AssertionError("the window's process did not start")


def wait_for_handler(process: int) -> None:
    """Wait until the process catches SIGTERM, which Python by itself does not."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        caught = int(re.search(r"^SigCgt:\s*(\w+)", status, re.MULTILINE)[1], 16)
        if caught >> (signal.SIGTERM - 1) & 1:
            return
        threading.Event().wait(0.005)
    raise AssertionError("signals are not listened for")
