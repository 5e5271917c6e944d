"""Which faces get a closer look, and when."""

import dataclasses

import numpy as np
import pytest

import factories
from desktop_app.recognition.attention import Claim, Motive, most_urgent, motive_of
from desktop_app.recognition.track import Sighting, Track
from desktop_app.recognition.types import Identified, Unknown, Unsure
from desktop_app.vision.types import DetectedFace

GLIMPSE = factories.unit_vector(1, dimension=256)
NOW = 10.0


def sighting(*, side: float = 100.0, yaw: float = 0.0) -> Sighting:
    face = factories.face(box=(0, 0, side, side), yaw=yaw)
    return Sighting(DetectedFace(face.detection, face.landmarks), GLIMPSE)


def settled(*, last_look: float = NOW - 0.05, seen: Sighting | None = None) -> Track:
    """A track that has had all its first looks, the last one just now."""
    seen = seen or sighting()
    track = Track.begin(1, seen, factories.face(), timestamp=NOW - 1.0)
    for step in range(4):
        track.see(seen, timestamp=NOW - 0.9 + step / 10)
        track.describe(factories.face(), timestamp=NOW - 0.9 + step / 10)
    track.decision = Unknown(None, 1.0)
    track.last_described = last_look
    return track


def motive(track: Track, seen: Sighting | None = None, *, alike=1.0, certain=True):
    return motive_of(track, seen or sighting(), alike=alike, certain=certain, timestamp=NOW)


def test_a_settled_face_is_left_alone_until_its_next_look_is_due():
    assert motive(settled()) is None
    assert motive(settled(last_look=NOW - 0.29)) is None
    assert motive(settled(last_look=NOW - 0.31)) is Motive.DUE


def test_a_picture_that_changes_abruptly_is_a_cut_whatever_else():
    assert motive(settled(), alike=0.5) is Motive.CUT
    assert motive(settled(), alike=0.5, certain=False) is Motive.CUT


def test_what_is_abrupt_depends_on_how_much_the_face_moves():
    calm, lively = settled(), settled()
    calm.stir, lively.stir = 0.001, 0.03
    assert motive(calm, alike=0.92) is Motive.CUT
    assert motive(lively, alike=0.92) is None
    # A change too small to be another person's face is none, and a large one always is.
    assert motive(calm, alike=0.96) is None
    lively.stir = 0.5
    assert motive(lively, alike=0.8) is Motive.CUT


def test_the_change_of_a_picture_is_learnt_from_frame_to_frame():
    track = settled()
    for step in range(20):
        track.see(sighting(), timestamp=NOW + step / 30)
    calm = track.stir
    other = Sighting(sighting().found, factories.unit_vector(2, dimension=256))
    track.see(other, timestamp=NOW + 1)
    assert calm < 0.01 < track.stir


def test_a_face_that_may_be_anothers_is_looked_at():
    assert motive(settled(), certain=False) is Motive.UNCERTAIN


def test_a_young_track_is_looked_at_in_every_frame():
    track = Track.begin(1, sighting(), factories.face(), timestamp=NOW)
    for _ in range(4):
        assert motive(track) is Motive.YOUNG
        track.describe(factories.face(), timestamp=NOW)
    track.decision = Unknown(None, 1.0)
    assert motive(track) is None


def test_a_look_unlike_those_before_calls_for_another_at_once():
    track = settled()
    track.describe(factories.face(99), timestamp=NOW)
    assert motive(track) is Motive.CONFLICT


def test_a_face_that_nobody_is_sure_of_is_looked_at_more_often():
    track = settled(last_look=NOW - 0.15)
    assert motive(track) is None
    track.decision = Unsure((), None)
    assert motive(track) is Motive.UNSURE


@pytest.mark.parametrize("worse", [sighting(side=50), sighting(yaw=60)])
def test_a_face_seen_clearly_better_than_ever_is_looked_at(worse):
    track = settled(seen=worse)
    assert motive(track, sighting()) is Motive.BETTER
    assert motive(settled(), worse) is None


def test_a_frame_has_time_for_four_and_the_most_urgent_come_first():
    claims = [Claim(index, Motive.DUE, 0.3) for index in range(6)]
    claims += [Claim(6, Motive.CUT, 0.1), Claim(7, Motive.NEW, 0.0)]
    claims += [Claim(8, Motive.DUE, 0.9)]
    assert [claim.index for claim in most_urgent(claims)] == [7, 6, 8, 0]


def test_many_new_faces_share_few_frames():
    left = [Claim(index, Motive.NEW, 0.0) for index in range(40)]
    numbers = []
    while left:
        chosen = most_urgent(left)
        numbers.append(len(chosen))
        left = [claim for claim in left if claim not in chosen]
    # At ten frames a second all are known within 0.6 s, and no frame bears a third of 40 twice.
    assert numbers == [14, 9, 6, 4, 4, 3]


def test_only_what_nobody_can_tell_without_a_closer_look_must_have_one():
    assert {motive for motive in Motive if motive.must} == {
        *(Motive.NEW, Motive.CUT, Motive.UNCERTAIN)
    }


def test_somebody_elses_name_is_not_inherited():
    anna, ben = factories.embedding(1), factories.embedding(2)
    match = factories.match("Anna", 0.9)
    track = Track.begin(1, sighting(), factories.face(look=anna), timestamp=0.0)
    for step in range(1, 8):
        track.describe(factories.face(look=anna), timestamp=step / 30)
    track.decision = Identified(match, 0.9, (match,))
    track.describe(factories.face(look=ben), timestamp=8 / 30)
    assert isinstance(track.decision, Identified)
    for step in range(9, 13):
        track.describe(factories.face(look=ben), timestamp=step / 30)
    assert track.decision == Unsure((), None)
    assert track.evidence.likeness(factories.face(look=ben)) > 0.95


def test_the_face_of_a_track_is_the_newest_that_was_described():
    first, second = factories.face(1), factories.face(1, overall=0.5)
    track = Track.begin(1, sighting(), first, timestamp=0.0)
    moved = sighting(side=90)
    track.see(moved, timestamp=0.1)
    assert track.face is first
    assert np.array_equal(track.box, moved.box)
    track.describe(second, timestamp=0.1)
    assert track.face is second
    assert dataclasses.replace(track.face, embedding=track.evidence.embedding)
