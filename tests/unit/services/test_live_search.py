"""Where in a live picture faces are looked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import factories
from desktop_app.recognition.decision import CalibratedPolicy
from desktop_app.services.live import FrameResult, LiveRecogniser
from desktop_app.vision.types import DetectedFace, Face

RATE = 30
HERE, ELSEWHERE = (100.0, 100.0, 200.0, 220.0), (400.0, 200.0, 500.0, 320.0)


class Room:
    """A camera's view of one person at most, and the networks that look at it."""

    def __init__(self) -> None:
        self.box: Sequence[float] | None = HERE
        self.size = (640, 480)
        # Of each frame, how it was searched: "near" where faces are expected, or "whole".
        self.searches: list[list[str]] = []
        self._recogniser = LiveRecogniser(
            self, CalibratedPolicy(factories.calibration(), false_name_rate=1e-2)
        )

    def show(self, frames: int = 1) -> FrameResult:
        """Show some frames; return what is known about the last."""
        for _ in range(frames):
            index = len(self.searches)
            self.searches.append([])
            frame = factories.frame(index, timestamp=index / RATE, size=self.size)
            result = self._recogniser.process(frame, factories.gallery({}))
        return result

    def find(self, pixels, *, effort, expected=None) -> list[DetectedFace]:
        self.searches[-1].append("whole")
        return [DetectedFace(face.detection, face.landmarks) for face in self._faces()]

    def find_near(self, pixels, expected) -> list[DetectedFace]:
        self.searches[-1].append("near")
        low, high = expected[:, :2], expected[:, 2:]
        return [
            DetectedFace(face.detection, face.landmarks)
            for face in self._faces()
            if ((low < face.detection.box[2:]) & (face.detection.box[:2] < high)).all(axis=1).any()
        ]

    def look_at(self, pixels, found) -> list[Face | None]:
        return [self._faces()[0] for _ in found]

    def _faces(self) -> list[Face]:
        return [] if self.box is None else [factories.face(1, box=self.box)]


@pytest.fixture
def room() -> Room:
    """Somebody has been there for a third of a second, and has just been searched for whole."""
    made = Room()
    made.show(frames=RATE // 3)
    while made.searches[-1] != ["whole"]:
        made.show()
    return made


def seen(result: FrameResult) -> list[tuple[float, ...]]:
    return [tuple(np.round(track.box)) for track in result.tracks if not track.coasting]


def test_whoever_stays_is_looked_for_there_and_nowhere_else(room):
    room.show(frames=4)
    assert room.searches[-4:] == [["near"]] * 4


def test_whoever_jumps_out_of_the_place_is_found_in_the_same_frame(room):
    room.show()
    room.box = ELSEWHERE
    assert seen(room.show()) == [ELSEWHERE]
    assert room.searches[-2:] == [["near"], ["near", "whole"]]


@pytest.mark.parametrize("place", [HERE, ELSEWHERE])
def test_where_nobody_is_left_whoever_comes_is_found_in_the_first_frame_that_shows_them(
    room, place
):
    room.box = None
    room.show(frames=2)
    room.box = place
    assert seen(room.show()) == [place]
    assert room.searches[-3:] == [["near", "whole"], ["whole"], ["whole"]]


def test_whoever_does_not_come_back_is_not_waited_for_long(room):
    room.box = None
    while room.show().tracks:
        assert "whole" in room.searches[-1]
    room.show(frames=RATE)
    whole = ["whole" in searched for searched in room.searches[-RATE:]]
    assert sum(whole) == 2


def test_in_a_picture_of_another_size_nobody_is_taken_for_whoever_had_those_pixels(room):
    before = room.show()
    room.size = (1280, 960)
    after = room.show()
    assert room.searches[-1] == ["whole"]
    assert seen(after) == [HERE]
    assert {track.id for track in after.tracks}.isdisjoint(track.id for track in before.tracks)
