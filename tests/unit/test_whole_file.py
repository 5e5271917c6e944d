"""Files that are there whole or not at all."""

import os
import signal
import subprocess
import sys

import pytest

from desktop_app.errors import FileNotWritable
from desktop_app.whole_file import parts_of, whole_file

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and links of POSIX")

WRITE = """
import sys
from pathlib import Path
from desktop_app.whole_file import parts_of, whole_file
with whole_file(Path(sys.argv[1])) as unfinished:
    unfinished.write_bytes(b"faces")
    (parts_of(unfinished) / "more").write_bytes(b"names")
    print("written", flush=True)
    sys.stdin.readline()
"""


def writing(path) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "written\n"
    return process


@POSIX
def test_what_a_killed_process_left_goes_with_the_next_file_in_that_folder(tmp_path):
    killed = writing(tmp_path / "anna.zip")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(list(tmp_path.iterdir())) == 2

    with whole_file(tmp_path / "bruno.zip") as unfinished:
        unfinished.write_bytes(b"whole")

    assert [file.name for file in tmp_path.iterdir()] == ["bruno.zip"]


def test_what_another_process_is_writing_stays(tmp_path):
    other = writing(tmp_path / "anna.zip")

    with whole_file(tmp_path / "bruno.zip") as unfinished:
        unfinished.write_bytes(b"whole")
    other.communicate("\n", timeout=60)

    assert (tmp_path / "anna.zip").read_bytes() == b"faces"
    assert (tmp_path / "bruno.zip").read_bytes() == b"whole"
    assert len(list(tmp_path.iterdir())) == 2


def test_what_breaks_off_leaves_the_file_before_and_nothing_beside_it(tmp_path):
    path = tmp_path / "anna.zip"
    path.write_bytes(b"before")

    def write() -> None:
        with whole_file(path) as unfinished:
            (parts_of(unfinished) / "more").write_bytes(b"names")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_place_of_the_file_is_a_known_trouble(tmp_path):
    (tmp_path / "anna.zip").mkdir()
    with pytest.raises(FileNotWritable), whole_file(tmp_path / "anna.zip"):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["anna.zip"]


@POSIX
def test_what_a_link_points_to_is_replaced_and_a_pipe_is_written_to(tmp_path):
    link, target, pipe = tmp_path / "link", tmp_path / "target", tmp_path / "pipe"
    link.symlink_to(target)
    with whole_file(link) as unfinished:
        unfinished.write_bytes(b"whole")
    assert link.is_symlink()
    assert target.read_bytes() == b"whole"
    os.mkfifo(pipe)
    with whole_file(pipe) as unfinished:
        assert unfinished == pipe
