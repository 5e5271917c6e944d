import io
import os
import sys
from pathlib import Path

import pytest

from desktop_app.cli.terminal import OutputClosed, complain, say, say_json, speak_utf8
from desktop_app.errors import FileNotWritable, KnownError, UsageError

FULL_DISK = Path("/dev/full")


@pytest.fixture
def unread(monkeypatch):
    """Put a pipe that nobody reads in a stream's place."""
    streams = []

    def put(name: str) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        streams.append(os.fdopen(writing, "w", encoding="utf-8"))
        monkeypatch.setattr(sys, name, streams[-1])

    yield put
    for stream in streams:
        # Raises where something is left in it that cannot be written.
        stream.close()


def test_a_line_that_nobody_reads_ends_the_command_and_leaves_nothing_in_the_stream(unread):
    unread("stdout")
    with pytest.raises(OutputClosed):
        say("a line")


@pytest.mark.skipif(not FULL_DISK.exists(), reason="there is no disk that is always full")
def test_output_to_a_full_disk_is_a_known_trouble(monkeypatch):
    with FULL_DISK.open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(FileNotWritable, match="“stdout” cannot be written: No space left"):
            say("a line")


def test_a_trouble_that_nobody_reads_changes_nothing(unread):
    unread("stderr")
    complain(UsageError(reason="so it is"))


def test_a_trouble_is_one_line_also_where_its_sentence_has_several(capsys):
    complain(KnownError(reason="one\ntwo"))
    assert capsys.readouterr().err == "kenspeckle: one two\n"


def test_names_of_any_script_are_said_on_streams_of_any_encoding(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    speak_utf8()
    say("مريم “顔”")
    assert raw.getvalue().decode("utf-8").splitlines() == ["مريم “顔”"]


def test_json_keeps_names_readable_and_refuses_what_is_no_json(capsys):
    say_json({"name": "Åsa"})
    assert capsys.readouterr().out == '{"name": "Åsa"}\n'
    with pytest.raises(ValueError, match="Out of range"):
        say_json({"similarity": float("nan")})
