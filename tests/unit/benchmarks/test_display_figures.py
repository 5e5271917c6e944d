"""What `benchmarks.display` counts, and the source that it plays."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from desktop_app.errors import CameraLost, ClipUnreadable

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def checkout_on_the_path(monkeypatch):
    """The package of an editable install from before there was one of benchmarks has none."""
    monkeypatch.syspath_prepend(str(ROOT))


def of_benchmarks(name):
    return importlib.import_module(f"benchmarks.{name}")


def paint(at_ms: float, *, index: int, lag: int | None = 0):
    lag_ms = None if lag is None else lag / 30 * 1000
    return of_benchmarks("paint_log").Paint(at_ms / 1000, 2.0, index, lag, lag_ms)


def test_an_interval_of_more_than_fifty_milliseconds_is_a_stutter_and_said_with_its_moment():
    times = [0, 33, 83, 134, 167]
    paints = [paint(5000 + at, index=index) for index, at in enumerate(times)]
    figures = of_benchmarks("paint_log").summary(paints, [])
    (stutter,) = figures["stutters"]
    assert stutter == {"at_s": 0.134, "ms": 51.0, "frame": 3}
    assert figures["interval_ms"]["max"] == 51.0
    assert figures["paints"] == 5


def test_boxes_are_late_from_the_third_frame_on_and_paints_without_boxes_do_not_count():
    lags = [0, 1, 2, 3, 4, None]
    paints = [paint(33 * index, index=index, lag=lag) for index, lag in enumerate(lags)]
    figures = of_benchmarks("paint_log").summary(paints, [1.5])
    assert figures["lag_above"] == 2
    assert figures["labelled"] == 5
    assert figures["lag_frames"]["max"] == 4
    assert figures["repaints"] == 1


def test_nothing_painted_has_no_figures():
    figures = of_benchmarks("paint_log").summary([], [])
    assert figures["interval_ms"] is figures["lag_frames"] is None
    assert figures["stutters"] == []


def jpegs(count: int) -> list[bytes]:
    from desktop_app.opencv import cv2

    return [
        cv2.imencode(".jpg", np.full((24, 32, 3), (0, 0, 20 * i), np.uint8))[1].tobytes()
        for i in range(count)
    ]


def test_a_looped_clip_begins_again_at_its_end_and_its_time_goes_on():
    source = of_benchmarks("looped_clip").LoopedClip(
        jpegs(3), frame_rate=2000, source_id="camera:0"
    )
    source.open()
    frames = [source.read() for _ in range(7)]
    source.close()
    for frame in frames:
        # Red, by its place in the clip.
        assert frame.pixels[..., 0].mean() == pytest.approx(20 * (frame.index % 3), abs=3)
        assert frame.timestamp == pytest.approx(frame.index / 2000)
    indices = [frame.index for frame in frames]
    assert indices == sorted(set(indices))
    assert len(source.delivered) == 7


def test_a_looped_clip_leaves_out_the_frames_that_nobody_fetched(monkeypatch):
    clock = iter([0.0, 0.35, 0.35])
    source = of_benchmarks("looped_clip").LoopedClip(jpegs(2), frame_rate=10, source_id="camera:0")
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    source.open()
    assert source.read().index == 3


def test_a_looped_clip_that_is_not_open_sends_nothing():
    source = of_benchmarks("looped_clip").LoopedClip(jpegs(1), frame_rate=10, source_id="camera:0")
    with pytest.raises(CameraLost):
        source.read()


def test_what_is_no_clip_is_refused(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_text("no clip")
    with pytest.raises(ClipUnreadable):
        of_benchmarks("looped_clip").pictures_of(path)


def test_a_system_that_counts_no_load_is_measured_without(monkeypatch, capsys):
    """As Windows: ``os`` has no ``getloadavg`` there."""
    display = of_benchmarks("display")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(os, "getloadavg", raising=False)

    def wait(_until, _seconds):
        # The clock may be a coarse one, and something is divided by what passed.
        began = time.monotonic()
        while time.monotonic() == began:
            pass

    monkeypatch.setattr(display, "_wait", wait)
    result = display._observe(
        SimpleNamespace(session=SimpleNamespace(processed=0)),
        SimpleNamespace(forget=lambda: None, paints=[], repaints=[]),
        SimpleNamespace(delivered=[]),
        seconds=0.0,
        photos=None,
    )
    assert result["load_before"] is result["load_after"] is None
    display._print(result)
    assert "load" not in capsys.readouterr().out
