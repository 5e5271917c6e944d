"""Faces that are less clear than it takes to begin with one, and looks that show no face."""

from collections.abc import Sequence

import numpy as np
import pytest

import factories
from desktop_app.recognition.track import Sighting
from desktop_app.recognition.tracker import Tracker
from desktop_app.vision.types import DetectedFace, Face

CLEAR, LESS = 0.9, 0.6


class Film:
    """Frames a 30th of a second apart, of faces that look the same at a glance throughout."""

    def __init__(self) -> None:
        self._tracker = Tracker()
        self._frames = 0
        self.looks = 0

    def show(self, *faces: Face, blind: bool = False) -> list[int]:
        """Show a frame; return the ids of the tracks that are seen. Blind looks show no face."""
        known = {}
        sightings = []
        for number, face in enumerate(faces):
            found = DetectedFace(face.detection, face.landmarks)
            known[id(found)] = face
            sightings.append(Sighting(found, factories.unit_vector(number, dimension=256)))

        def describe(asked: Sequence[DetectedFace]) -> list[Face | None]:
            self.looks += len(asked)
            return [None if blind else known[id(found)] for found in asked]

        tracks = self._tracker.update(
            sightings,
            timestamp=self._frames / 30,
            describe=describe,
            glance=lambda _points: np.zeros(256, np.float32),
        )
        self._frames += 1
        return [track.id for track in tracks if track.seen_now]


def anna(score: float) -> Face:
    return factories.face(1, score=score)


def test_whoever_was_seen_well_may_be_less_clear_for_a_while():
    film = Film()
    for _ in range(10):
        film.show(anna(CLEAR))
    assert all(film.show(anna(LESS)) == [1] for _ in range(30))


def test_what_was_taken_for_a_face_once_is_not_taken_for_one_ever_after():
    film = Film()
    film.show(anna(CLEAR))
    seen = [film.show(anna(LESS)) for _ in range(30)]
    assert seen[:3] == [[1]] * 3
    assert not any(seen[3:])


def test_a_less_clear_face_begins_no_track():
    film = Film()
    assert film.show(anna(LESS)) == []
    assert film.show(anna(CLEAR)) == [1]


def test_a_face_that_there_was_no_time_for_may_be_less_clear_when_there_is():
    film = Film()
    crowd = [factories.face(n, box=(130 * n, 0, 130 * n + 100, 100)) for n in range(6)]
    seen = film.show(*crowd)
    waiting = len(crowd) - len(seen)
    assert waiting > 0
    last = factories.face(5, box=(650, 0, 750, 100), score=LESS)
    assert len(film.show(*crowd[:5], last)) == len(crowd)


def test_a_less_clear_face_is_followed_and_not_looked_at_for_a_second():
    film = Film()
    for _ in range(20):
        film.show(anna(CLEAR))
    before = film.looks
    while film.looks == before:
        film.show(anna(CLEAR))
    assert all(film.show(anna(LESS)) == [1] for _ in range(29))
    assert film.looks == before + 1
    film.show(anna(LESS))
    film.show(anna(LESS))
    assert film.looks == before + 2


@pytest.mark.parametrize(("looks", "goes_on"), [(1, True), (2, True), (3, False)])
def test_a_look_that_shows_no_face_is_overlooked_but_not_time_after_time(looks, goes_on):
    film = Film()
    for _ in range(20):
        film.show(anna(CLEAR))
    before = film.looks
    seen = []
    while film.looks < before + looks:
        seen = film.show(anna(CLEAR), blind=True)
    assert bool(seen) == goes_on


def test_looks_that_show_no_face_are_counted_from_the_last_that_did():
    film = Film()
    for blind in [False, True, True, False] * 5:
        before = film.looks
        while film.looks == before:
            seen = film.show(anna(CLEAR), blind=blind)
        assert seen == [1]
