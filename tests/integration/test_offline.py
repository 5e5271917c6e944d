"""Nothing is sent anywhere: the system calls of a whole run are read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

# A call that opens a connection, or sends without one, and the family of where it goes to.
SENT = re.compile(r"\b(?:connect|sendto|sendmsg|sendmmsg)\(\d+, .*?sa_family=(AF_\w+)", re.ASCII)
# Between processes of this machine, and to its own kernel (to list network interfaces).
LOCAL = {"AF_UNIX", "AF_NETLINK"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, astronaut, hopper) -> Path:
    """Photos, a list of pairs and a clip; the commands keep their data in it, one after another."""
    from desktop_app.opencv import cv2

    folder = tmp_path_factory.mktemp("offline")
    (folder / "data").mkdir()
    for name, pixels in (("collins", astronaut), ("hopper", hopper)):
        Image.fromarray(pixels).save(folder / f"{name}.png")
    pairs = ["collins,collins,1", "collins,hopper,0", "hopper,hopper,1", "hopper,collins,0"]
    rows = "".join(f"{pair.replace(',', '.png,', 2)}\n" for pair in pairs)
    (folder / "pairs.csv").write_text(f"a,b,same\n{rows}", encoding="utf-8")
    clip = cv2.VideoWriter(
        str(folder / "clip.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (512, 512)
    )
    for _ in range(3):
        clip.write(cv2.cvtColor(astronaut, cv2.COLOR_RGB2BGR))
    clip.release()
    return folder


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    "command",
    [
        "enrol Eileen collins.png",
        "identify collins.png --json",
        "verify collins.png hopper.png",
        "live --source clip.avi --headless --json",
        "people list",
        "evaluate pairs --images . --pairs pairs.csv",
        "doctor",
    ],
)
def test_no_command_reaches_beyond_this_machine(folder, tmp_path, command):
    trace = tmp_path / "trace"
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-s", "0", "-e", "trace=connect,sendto,sendmsg,sendmmsg"),
            *("-o", str(trace), sys.executable, "-m", "desktop_app"),
            *("--data-dir", str(folder / "data"), *command.split()),
        ],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    if "ptrace" in done.stderr and done.returncode != 0:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert families(trace) <= LOCAL


def families(trace: Path) -> set[str]:
    return set(SENT.findall(trace.read_text(encoding="utf-8", errors="replace")))


def test_the_trace_is_read_as_strace_writes_it(tmp_path):
    """With the very calls, so that a strace that writes otherwise is noticed."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    code = (
        "import socket\n"
        "udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "udp.sendto(b'x', ('127.0.0.1', 9))\n"
        "six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)\n"
        "try: six.sendmsg([b'x'], [], 0, ('::1', 9))\n"
        "except OSError: pass\n"
        "unix = socket.socket(socket.AF_UNIX)\n"
        "unix.connect_ex('/nowhere')\n"
    )
    trace = tmp_path / "trace"
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-s", "0", "-e", "trace=connect,sendto,sendmsg,sendmmsg"),
            *("-o", str(trace), sys.executable, "-c", code),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if "ptrace" in done.stderr and done.returncode != 0:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    assert families(trace) == {"AF_INET", "AF_INET6", "AF_UNIX"}


def test_no_python_code_of_the_pipeline_opens_a_socket(pipeline, astronaut, monkeypatch):
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError(f"a connection was asked for: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert len(pipeline.find_faces(astronaut)) == 1
