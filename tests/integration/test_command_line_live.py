"""``live --headless`` on a clip, the real networks and a real gallery."""

from __future__ import annotations

import subprocess
import sys

import pytest


def test_live_headless_looks_at_every_frame_and_sums_up(run, photos, clip):
    run("enrol", "Eileen", photos["collins"])
    assert run("live", "--source", clip, "--headless", "--json") == 0
    *frames, last = run.lines
    assert [line["frame"] for line in frames] == list(range(40))
    assert frames[20]["t"] == pytest.approx(1.0, abs=0.01)
    named = [track["name"] for line in frames for track in line["tracks"]]
    assert named[:2] == [None, None]
    assert set(named[3:]) == {"Eileen"}
    assert len({track["id"] for line in frames for track in line["tracks"]}) == 1
    summary = last["summary"]
    assert (summary["frames"], summary["processed"], summary["label_changes"]) == (40, 40, 0)
    assert summary["names"] == {"Eileen": 38}
    assert summary["faces_per_frame"] == 1.0
    assert 0 < summary["ms_per_frame"]["p50"] <= summary["ms_per_frame"]["p95"]


def test_live_stops_after_the_frames_asked_for(run, clip):
    assert run("live", "--source", clip, "--headless", "--json", "--max-frames", "7") == 0
    assert len(run.lines) == 8


def test_a_clip_that_is_none_is_a_known_trouble(run, photos):
    assert run("live", "--source", photos["nobody"].parent, "--headless") == 2
    assert "cannot be played" in run.err


def test_a_camera_that_is_not_there_is_a_known_trouble(run):
    assert run("live", "--source", "camera:77", "--headless") == 2
    assert "There is no camera" in run.err


def test_a_long_run_sees_what_another_process_enrols(run, photos, clip, monkeypatch):
    from desktop_app.cli import opened
    from desktop_app.services.live import LiveRecogniser

    run("enrol", "Hopper", photos["hopper"])
    monkeypatch.setattr(opened, "_LOOK_AGAIN", 0.0)
    look = LiveRecogniser.process

    def enrol_meanwhile(self, frame, gallery):
        if frame.index == 5:
            subprocess.run(
                [
                    *(sys.executable, "-m", "desktop_app", "--data-dir", str(run.data)),
                    *("enrol", "Eileen", str(photos["collins"])),
                ],
                check=True,
                capture_output=True,
            )
        return look(self, frame, gallery)

    monkeypatch.setattr(LiveRecogniser, "process", enrol_meanwhile)
    assert run("live", "--source", clip, "--headless", "--json", "--max-frames", "12") == 0
    names = [[track["name"] for track in line["tracks"]] for line in run.lines[:-1]]
    assert names[5] == [None]
    assert names[-1] == ["Eileen"]


def test_more_frames_than_can_be_counted_are_all_frames(run, clip):
    assert run("live", "--source", clip, "--headless", "--max-frames", 10**30, "--json") == 0
    frames = run.lines[:-1]
    assert run.lines[-1]["summary"]["processed"] == len(frames) > 0
