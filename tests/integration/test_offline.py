"""Nothing is sent anywhere: the system calls of a whole run are read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

CONNECT = re.compile(r"connect\(\d+, \{sa_family=(AF_\w+)")


@pytest.fixture
def photo(tmp_path, astronaut) -> Path:
    path = tmp_path / "collins.png"
    Image.fromarray(astronaut).save(path)
    return path


def families(trace: Path) -> set[str]:
    return set(CONNECT.findall(trace.read_text(encoding="utf-8", errors="replace")))


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("command", [["enrol", "Eileen"], ["identify", "--json"]])
def test_no_command_connects_to_anything_but_local_sockets(tmp_path, photo, command):
    trace = tmp_path / "trace"
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace)),
            *(sys.executable, "-m", "desktop_app", "--data-dir", str(tmp_path / "data")),
            *(*command, str(photo)),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if "ptrace" in done.stderr and done.returncode != 0:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert families(trace) <= {"AF_UNIX"}


def test_the_trace_is_read_as_strace_writes_it(tmp_path):
    trace = tmp_path / "trace"
    trace.write_text(
        "7 connect(3, {sa_family=AF_INET, sin_port=htons(443)}, 16) = -1 EINPROGRESS\n"
        '7 connect(4, {sa_family=AF_UNIX, sun_path="/tmp/.X11-unix/X0"}, 20) = 0\n',
        encoding="utf-8",
    )
    assert families(trace) == {"AF_INET", "AF_UNIX"}


def test_no_python_code_of_the_pipeline_opens_a_socket(pipeline, astronaut, monkeypatch):
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError(f"a connection was asked for: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert len(pipeline.find_faces(astronaut)) == 1
