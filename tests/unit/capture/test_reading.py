import threading

import pytest

import factories
from desktop_app.capture import reading
from desktop_app.capture.reading import every_frame, newest_frames
from desktop_app.errors import CameraLost, CameraNotFound


class Source:
    """Gives frames until they are used up, then ends, fails or hangs."""

    source_id = "test"
    frame_rate = 30.0

    def __init__(self, count, *, opening=None, end=None, hang=None):
        self.left = count
        self.count = count
        self.opening, self.end, self.hang = opening, end, hang
        self.closed = 0

    def open(self):
        if self.opening:
            raise self.opening

    def read(self):
        if not self.left:
            if self.hang:
                self.hang.wait(30)
            if self.end:
                raise self.end
            return None
        self.left -= 1
        return factories.frame(self.count - self.left - 1)

    def close(self):
        self.closed += 1


def test_every_frame_of_a_clip_comes_in_order_and_it_is_closed():
    source = Source(7)
    assert [frame.index for frame in every_frame(source)] == list(range(7))
    assert source.closed == 1


def test_a_clip_is_closed_when_the_reader_stops_early():
    source = Source(7)
    frames = every_frame(source)
    next(frames)
    frames.close()
    assert source.closed == 1


def test_of_a_camera_the_newest_frame_comes_and_none_twice():
    source = Source(200)
    seen = [frame.index for frame in newest_frames(source)]
    assert seen == sorted(set(seen))
    assert source.closed == 1


def test_a_camera_that_cannot_be_opened_says_so_in_the_callers_thread():
    with pytest.raises(CameraNotFound):
        next(newest_frames(Source(0, opening=CameraNotFound(source="camera:0"))))


def test_a_camera_that_fails_says_so_in_the_callers_thread():
    with pytest.raises(CameraLost):
        list(newest_frames(Source(3, end=CameraLost(source="camera:0"))))


def test_a_camera_that_hangs_is_called_lost(monkeypatch):
    monkeypatch.setattr(reading, "_PATIENCE", 0.05)
    release = threading.Event()
    try:
        with pytest.raises(CameraLost):
            list(newest_frames(Source(3, hang=release)))
    finally:
        release.set()
