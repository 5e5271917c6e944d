"""What `kenspeckle bench` takes, and what it refuses."""

from __future__ import annotations

import importlib.util

import pytest

from desktop_app.cli.arguments import parse
from desktop_app.cli.main import run


def no_window(options):
    raise AssertionError("the window was opened")


def test_a_source_counts_before_and_after_the_command():
    after = parse(["bench", "--source", "clip.mp4"], window=no_window)
    before = parse(["--source", "clip.mp4", "bench"], window=no_window)
    assert (before.source, after.source) == ("clip.mp4", "clip.mp4")
    assert parse(["bench"], window=no_window).source is None


def test_all_parts_are_measured_unless_some_are_named():
    assert len(parse(["bench"], window=no_window).arguments.only) == 5
    named = parse(["bench", "--only", "search", "memory"], window=no_window)
    assert named.arguments.only == ["search", "memory"]


@pytest.mark.parametrize("words", [["--frames", "0"], ["--frames", "x"], ["--only", "x"]])
def test_what_cannot_be_measured_is_refused(words, capsys):
    with pytest.raises(SystemExit) as end:
        parse(["bench", *words], window=no_window)
    assert end.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_a_camera_is_not_measured_on(capsys):
    assert run(["bench", "--source", "camera:0"], window=no_window) == 2
    assert "measures on a video file" in capsys.readouterr().err


def test_a_build_without_benchmarks_says_how_to_come_by_them(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert run(["bench"], window=no_window) == 2
    said = capsys.readouterr().err
    assert "leaves its benchmarks out" in said
    assert "pip install 'kenspeckle[bench]'" in said
    assert said.count("\n") == 1
