from collections.abc import Sequence

import numpy as np
import pytest

import factories
from desktop_app.arrays import Float32Array
from desktop_app.recognition.decision import CalibratedPolicy
from desktop_app.recognition.fusion import Evidence, one_name_each
from desktop_app.recognition.track import Sighting, Track
from desktop_app.recognition.tracker import Tracker
from desktop_app.recognition.types import Identified, Reason, Unknown, Unsure, Unusable
from desktop_app.vision.types import DetectedFace, Embedding, Face

NOTHING: Float32Array = np.zeros(256, np.float32)
ANNA, BEN = factories.embedding(1), factories.embedding(2)


def at(x: float, y: float = 100.0, side: float = 100.0) -> tuple[float, float, float, float]:
    return (x, y, x + side, y + side)


def policy() -> CalibratedPolicy:
    return CalibratedPolicy(factories.calibration(), false_name_rate=1e-2)


def looks(evidence: Evidence, *faces) -> Evidence:
    """Takes looks in at 30 a second, after those that it holds."""
    for step, face in enumerate(faces, start=evidence.looks):
        evidence.add(face, timestamp=step / 30)
    return evidence


class Film:
    """Frames that a tracker sees; what a closer look would show is known beforehand."""

    def __init__(self) -> None:
        self.tracker = Tracker()
        self.described: list[Embedding] = []

    def show(
        self,
        *faces: Face,
        timestamp: float,
        glimpses: Sequence[int] = (),
        where_it_went: int | None = None,
    ) -> dict[int, Face]:
        """Show a frame; return the face of each track that is seen.

        A glimpse is the seed of a thumbnail; where none is given, each person has their own. What
        the frame shows along the landmarks of the last one is nothing, or that of a seed.
        """
        known = {}
        sightings = []
        for index, face in enumerate(faces):
            seed = glimpses[index] if glimpses else int(1e6 * abs(face.embedding.vector[0]))
            sighting = Sighting(
                DetectedFace(face.detection, face.landmarks),
                factories.unit_vector(seed, dimension=256),
            )
            known[id(sighting.found)] = face
            sightings.append(sighting)

        def describe(found: DetectedFace) -> Face | None:
            face = known[id(found)]
            self.described.append(face.embedding)
            return face if face.detection.score else None

        def looks(found: Sequence[DetectedFace]) -> list[Face | None]:
            return [describe(one) for one in found]

        def glance(_points: Float32Array) -> Float32Array:
            if where_it_went is None:
                return NOTHING
            return factories.unit_vector(where_it_went, dimension=256)

        tracks = self.tracker.update(sightings, timestamp=timestamp, describe=looks, glance=glance)
        return {track.id: known[id(track.sighting.found)] for track in tracks if track.seen_now}


def test_a_face_that_moves_a_little_keeps_its_track():
    film = Film()
    for step in range(20):
        seen = film.show(factories.face(look=ANNA, box=at(10 * step)), timestamp=step / 30)
    assert list(seen) == [1]


def test_two_faces_keep_their_tracks_in_whatever_order_they_are_found():
    film = Film()
    anna, ben = factories.face(look=ANNA, box=at(0)), factories.face(look=BEN, box=at(300))
    assert film.show(anna, ben, timestamp=0.0) == {1: anna, 2: ben}
    assert film.show(ben, anna, timestamp=0.1) == {1: anna, 2: ben}


def test_another_person_in_the_same_place_is_another_track():
    film = Film()
    film.show(factories.face(look=ANNA, box=at(0)), timestamp=0.0)
    ben = factories.face(look=BEN, box=at(0))
    assert film.show(ben, timestamp=0.1) == {2: ben}


def test_two_people_who_cross_do_not_swap_tracks():
    film = Film()
    for step in range(21):
        left, right = at(20.0 * step), at(400 - 20.0 * step)
        anna, ben = factories.face(look=ANNA, box=left), factories.face(look=BEN, box=right)
        assert film.show(anna, ben, timestamp=step / 30) == {1: anna, 2: ben}


def test_a_face_that_is_away_for_a_moment_comes_back_to_its_track():
    film = Film()
    for step in range(5):
        film.show(factories.face(look=ANNA, box=at(0)), timestamp=step / 30)
    assert film.show(timestamp=0.4) == {}
    assert list(film.show(factories.face(look=ANNA, box=at(150)), timestamp=0.8)) == [1]


def test_a_face_that_is_away_for_long_ends_its_track():
    film = Film()
    film.show(factories.face(look=ANNA), timestamp=0.0)
    assert list(film.show(factories.face(look=ANNA), timestamp=5.0)) == [2]


def test_numbers_are_never_used_again_even_after_a_reset():
    film = Film()
    film.show(factories.face(look=ANNA), timestamp=0.0)
    film.tracker.reset()
    assert list(film.show(factories.face(look=ANNA), timestamp=0.0)) == [2]


def test_a_settled_face_is_described_a_few_times_a_second_and_not_in_every_frame():
    film = Film()
    for step in range(60):
        seen = film.show(factories.face(look=ANNA, box=at(2 * step)), timestamp=step / 30)
        film.tracker.tracks[0].decision = Unknown(None, 1.0)
    assert list(seen) == [1]
    assert 8 <= len(film.described) <= 14


def test_after_a_cut_no_frame_shows_the_old_track_on_somebody_else():
    film = Film()
    for step in range(30):
        film.show(factories.face(look=ANNA, box=at(0)), timestamp=step / 30)
    for step in range(30, 60):
        ben = factories.face(look=BEN, box=at(0))
        assert film.show(ben, timestamp=step / 30) == {2: ben}


def test_who_takes_a_place_unseen_at_a_glance_is_found_out_within_a_moment():
    film = Film()
    for step in range(30):
        film.show(factories.face(look=ANNA, box=at(0)), timestamp=step / 30, glimpses=[7])
    shown = [
        film.show(factories.face(look=BEN, box=at(0)), timestamp=step / 30, glimpses=[7])
        for step in range(30, 60)
    ]
    taken_for_anna = sum(1 in seen for seen in shown)
    assert taken_for_anna <= 10
    assert list(shown[-1]) == [2]


def test_a_face_that_is_hidden_while_it_walks_comes_back_to_its_track_further_along():
    film = Film()
    for step in range(60):
        face = factories.face(look=ANNA, box=at(8.0 * step))
        # From frame 20 to 47, which is 0.9 s and more than two widths of the face.
        hidden = 20 <= step < 47
        seen = film.show(*([] if hidden else [face]), timestamp=step / 30)
        assert list(seen) == ([] if hidden else [1])


def test_who_comes_out_from_where_another_hid_is_another_track():
    film = Film()
    for step in range(30):
        film.show(factories.face(look=ANNA, box=at(0)), timestamp=step / 30, glimpses=[7])
    # So like Anna that it would pass for her in an unbroken view.
    like = factories.face(look=factories.at_similarity(ANNA, 0.48), box=at(0))
    assert list(film.show(like, timestamp=1.5, glimpses=[7])) == [2]
    assert list(film.show(factories.face(look=ANNA, box=at(0)), timestamp=1.6)) == [1]


def test_people_who_meet_and_turn_back_keep_their_tracks():
    film = Film()
    for step in range(41):
        # They come so near that each is where the other is expected, had they walked on.
        apart = 10.0 + 10.0 * abs(20 - step)
        anna = factories.face(look=ANNA, box=at(300 - apart / 2))
        ben = factories.face(look=BEN, box=at(300 + apart / 2))
        assert film.show(anna, ben, timestamp=step / 30) == {1: anna, 2: ben}


def test_people_who_pass_between_two_frames_keep_their_tracks():
    film = Film()
    for step in range(20):
        # Each is exactly where the other was a frame ago, and nothing led up to it.
        left, right = (ANNA, BEN) if step < 15 else (BEN, ANNA)
        first = factories.face(look=left, box=at(200))
        second = factories.face(look=right, box=at(330))
        anna, ben = (first, second) if step < 15 else (second, first)
        seen = film.show(first, second, timestamp=step / 30)
        assert seen == {1: anna, 2: ben}


def test_of_two_in_one_place_the_one_who_is_seen_keeps_the_own_track():
    film = Film()
    for step in range(41):
        anna = factories.face(look=ANNA, box=at(10.0 * step))
        ben = factories.face(look=BEN, box=at(400 - 10.0 * step))
        # The detector gives one box where two faces are nearly in one place; Ben is in front.
        faces = [ben] if abs(20 - step) <= 4 else [anna, ben]
        seen = film.show(*faces, timestamp=step / 30)
        assert seen == {1: anna, 2: ben} if len(faces) == 2 else seen == {2: ben}


def test_faces_in_each_others_way_that_resemble_each_other_are_told_apart_in_every_frame():
    film = Film()
    for step in range(20):
        anna = factories.face(look=ANNA, box=at(0))
        # They share a fifth of their union from the tenth frame on.
        ben = factories.face(look=BEN, box=at(max(65.0, 400 - 35.0 * step)))
        before = len(film.described)
        seen = film.show(anna, ben, timestamp=step / 30, glimpses=(7, 7))
        assert seen == {1: anna, 2: ben}
        if step >= 10:
            assert len(film.described) == before + 2


def test_faces_in_each_others_way_that_differ_at_a_glance_need_no_closer_look_each_time():
    film = Film()
    for step in range(30):
        anna, ben = factories.face(look=ANNA, box=at(0)), factories.face(look=BEN, box=at(65))
        assert film.show(anna, ben, timestamp=step / 30) == {1: anna, 2: ben}
    # As often as an unsure face is, of 60 times that each was seen.
    assert len(film.described) < 30


def test_who_was_exchanged_while_in_each_others_way_is_told_apart():
    film = Film()
    for step in range(30):
        anna, ben = factories.face(look=ANNA, box=at(0)), factories.face(look=BEN, box=at(65))
        film.show(anna, ben, timestamp=step / 30)
    anna, ben = factories.face(look=ANNA, box=at(65)), factories.face(look=BEN, box=at(0))
    assert film.show(anna, ben, timestamp=1.0) == {1: anna, 2: ben}


def test_when_everybody_changes_at_once_nobody_is_taken_for_another_for_want_of_time():
    film = Film()
    for step in range(20):
        faces = [factories.face(number, box=at(130.0 * number)) for number in range(8)]
        before = film.show(*faces, timestamp=step / 30)
    others = [factories.face(50 + number, box=at(130.0 * number)) for number in range(8)]
    after = film.show(*others, timestamp=20 / 30)
    assert len(before) == 8
    assert len(after) == 4
    assert not set(before) & set(after)


def test_after_a_jump_a_face_is_expected_where_it_is():
    film = Film()
    for step in range(40):
        face = factories.face(look=ANNA, box=at(0 if step < 30 else 250))
        assert list(film.show(face, timestamp=step / 30)) == [1]
        film.tracker.tracks[0].decision = Unknown(None, 1.0)
        if step == 30:
            before = len(film.described)
    # Once because it was due, and not because it was looked for beyond.
    assert len(film.described) <= before + 1


def test_a_track_of_too_few_looks_for_a_name_is_not_waited_for():
    film = Film()
    film.show(factories.face(look=ANNA), timestamp=0.0)
    for step in range(1, 9):
        film.show(timestamp=step / 30)
    assert len(film.tracker.tracks) == 1
    film.show(timestamp=10 / 30)
    assert film.tracker.tracks == ()


@pytest.mark.parametrize("rate", [1, 3, 30])
def test_a_face_comes_of_age_however_slowly_its_frames_come(rate):
    film = Film()
    for step in range(4):
        # Every other frame comes a bit late.
        late = 0.3 * (step % 2)
        seen = film.show(factories.face(look=ANNA), timestamp=(step + late) / rate)
        assert list(seen) == [1]
    assert not film.tracker.tracks[0].evidence.is_young


@pytest.mark.parametrize("rate", [1, 3])
@pytest.mark.parametrize("looks_before", [2, 6])
def test_where_frames_come_slowly_one_may_miss_a_face_but_not_many(rate, looks_before):
    film = Film()
    for step in range(looks_before):
        film.show(factories.face(look=ANNA), timestamp=step / rate)
    film.show(timestamp=looks_before / rate)
    seen = film.show(factories.face(look=ANNA), timestamp=(looks_before + 1) / rate)
    assert list(seen) == [1]
    for step in range(looks_before + 2, looks_before + 6):
        film.show(timestamp=step / rate)
    assert film.tracker.tracks == ()


def test_who_is_gone_after_a_stall_is_not_waited_for_longer():
    film = Film()
    for step in range(10):
        film.show(timestamp=step / 30)
    film.show(factories.face(look=ANNA), timestamp=10 / 30)
    film.show(timestamp=10 / 30 + 0.4)
    assert film.tracker.tracks == ()


def test_in_frames_that_are_far_apart_nobody_is_followed():
    film = Film()
    for step in range(5):
        seen = film.show(factories.face(look=ANNA), timestamp=5.0 * step)
        assert list(seen) == [step + 1]


def test_what_a_closer_look_shows_to_be_no_face_is_left_alone_for_a_moment():
    film = Film()
    pattern = factories.face(5, score=0.0)
    for step in range(15):
        assert film.show(pattern, timestamp=step / 30) == {}
    # At 0.0 and 0.27 s, not fifteen times.
    assert len(film.described) == 2


def test_in_a_crowd_everybody_has_a_track_within_a_third_of_a_second():
    film = Film()
    crowd = [factories.face(number, box=at(130.0 * number)) for number in range(24)]
    counts = []
    for step in range(10):
        before = len(film.described)
        seen = film.show(*crowd, timestamp=step / 30)
        counts.append(len(film.described) - before)
    assert len(seen) == 24
    assert max(counts) <= 8


def test_a_last_frame_leaves_nobody_waiting():
    tracker = Tracker()
    faces = [factories.face(number, box=at(130.0 * number)) for number in range(12)]
    known = {id(face.detection): face for face in faces}
    sightings = [
        Sighting(
            DetectedFace(face.detection, face.landmarks),
            factories.unit_vector(number, dimension=256),
        )
        for number, face in enumerate(faces)
    ]

    def describe(found: DetectedFace) -> Face:
        return known.pop(id(found.detection))

    def looks(found: Sequence[DetectedFace]) -> list[Face]:
        return [describe(one) for one in found]

    assert (
        len(
            tracker.update(sightings, timestamp=0.0, describe=looks, glance=lambda _points: NOTHING)
        )
        == 4
    )
    assert len(tracker.catch_up(timestamp=0.0, describe=looks)) == 12
    # Nobody was looked at twice, or taking them from those known would have failed.
    assert len(tracker.catch_up(timestamp=0.0, describe=looks)) == 12


def test_nobody_is_named_on_the_first_look():
    gallery = factories.gallery({"Anna": [ANNA]})
    evidence = looks(Evidence(), factories.face(look=ANNA))
    start = Unsure((), None)
    assert evidence.decide(gallery, policy(), previous=start) == start
    looks(evidence, factories.face(look=ANNA), factories.face(look=ANNA))
    decision = evidence.decide(gallery, policy(), previous=start)
    assert isinstance(decision, Identified)


def test_one_bad_look_does_not_take_a_name_away():
    gallery = factories.gallery({"Anna": [ANNA]})
    evidence = looks(Evidence(), *[factories.face(look=ANNA) for _ in range(5)])
    named = evidence.decide(gallery, policy(), previous=Unsure((), None))
    evidence.add(factories.face(look=BEN, overall=0.3), timestamp=0.2)
    assert isinstance(evidence.decide(gallery, policy(), previous=named), Identified)


def test_many_looks_at_a_stranger_do_not_add_up_to_a_name():
    gallery = factories.gallery({"Anna": [ANNA]})
    rng = np.random.default_rng(5)
    evidence = looks(
        Evidence(),
        *[factories.face(look=factories.embedding(int(rng.integers(10, 99)))) for _ in range(30)],
    )
    assert isinstance(evidence.decide(gallery, policy(), previous=Unsure((), None)), Unknown)


def test_a_good_look_weighs_more_than_a_poor_one():
    evidence = looks(
        Evidence(), factories.face(look=ANNA, overall=0.9), factories.face(look=BEN, overall=0.2)
    )
    mean = evidence.embedding
    assert mean is not None
    assert mean.similarity(ANNA) > 0.9 > 0.3 > mean.similarity(BEN)


def test_a_name_holds_while_the_evidence_is_merely_unsure():
    gallery = factories.gallery({"Anna": [ANNA]})
    evidence = looks(
        Evidence(), *[factories.face(look=factories.at_similarity(ANNA, 0.15)) for _ in range(4)]
    )
    fresh = evidence.decide(gallery, policy(), previous=Unsure((), None))
    assert isinstance(fresh, Unsure)
    match = factories.match("Anna", 0.3)
    named = Identified(match, 0.9, (match,))
    assert isinstance(evidence.decide(gallery, policy(), previous=named), Identified)


def test_a_name_does_not_hold_against_another_best_candidate():
    gallery = factories.gallery({"Anna": [ANNA], "Ben": [BEN]})
    evidence = looks(
        Evidence(), *[factories.face(look=factories.at_similarity(BEN, 0.15)) for _ in range(4)]
    )
    match = factories.match("Anna", 0.3)
    named = Identified(match, 0.9, (match,))
    assert not isinstance(evidence.decide(gallery, policy(), previous=named), Identified)


def test_a_track_of_useless_looks_says_why():
    evidence = looks(Evidence(), *[factories.face(box=(0, 0, 12, 14)) for _ in range(5)])
    gallery = factories.gallery({"Anna": [ANNA]})
    decision = evidence.decide(gallery, policy(), previous=Unsure((), None))
    assert decision == Unusable(Reason.TOO_SMALL)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_two_live_tracks_never_carry_one_name_and_the_more_similar_keeps_it(order):
    near, far = factories.match("Anna", 0.7), factories.match("Anna", 0.6)
    decisions = {1: Identified(near, 0.99, (near,)), 2: Identified(far, 0.95, (far,))}
    shown = one_name_each([(number, decisions[number]) for number in order])
    assert isinstance(shown[1], Identified)
    assert shown[2] == Unsure((far,), 0.95)


def test_a_name_does_not_jump_between_two_who_are_as_like_it_as_each_other():
    def named(similarity):
        match = factories.match("Anna", similarity, number=7)
        return Identified(match=match, confidence=0.9, candidates=(match,))

    for first, second in ((0.70, 0.71), (0.71, 0.70), (0.70, 0.74)):
        shown = one_name_each([(1, named(first)), (2, named(second))], bearers={7: 1})
        assert [isinstance(shown[number], Identified) for number in (1, 2)] == [True, False]
    shown = one_name_each([(1, named(0.68)), (2, named(0.74))], bearers={7: 1})
    assert [isinstance(shown[number], Identified) for number in (1, 2)] == [False, True]
    # Whoever bore it and is gone bars nobody.
    shown = one_name_each([(2, named(0.6))], bearers={7: 1})
    assert isinstance(shown[2], Identified)


def looks_after(change, *, where_it_went):
    """Return how many closer looks a frame takes in which the thumbnail of a settled face changed.

    Args:
        change: the frame's own thumbnail, a seed; 7 is what it was before.
        where_it_went: what it shows along the landmarks of the frame before, a seed.

    """
    film = Film()
    for step in range(6):
        film.show(factories.face(look=ANNA, box=at(0)), timestamp=step / 30, glimpses=[7])
    before = len(film.described)
    film.show(
        factories.face(look=ANNA, box=at(3)),
        timestamp=0.2,
        glimpses=[change],
        where_it_went=where_it_went,
    )
    return len(film.described) - before


def test_landmarks_that_jitter_are_no_cut():
    assert looks_after(8, where_it_went=7) == 0
    assert looks_after(8, where_it_went=9) == 1
    assert looks_after(7, where_it_went=9) == 0


def test_along_which_landmarks_a_frame_is_seen_again():
    tracker, asked = Tracker(), []

    def glance(points):
        asked.append(points)
        return NOTHING

    for left, seed in ((100, 7), (112, 8)):
        face = factories.face(look=ANNA, box=at(left))
        sighting = Sighting(
            DetectedFace(face.detection, face.landmarks), factories.unit_vector(seed, dimension=256)
        )
        tracker.update(
            [sighting],
            timestamp=left / 1000,
            describe=lambda _found, face=face: [face],
            glance=glance,
        )
    before = factories.face(look=ANNA, box=at(100)).landmarks.points
    np.testing.assert_allclose(asked, [before + np.array([12, 0])], atol=1e-4)


def test_a_picture_that_became_another_little_by_little_is_not_excused():
    one, other = (factories.unit_vector(seed, dimension=256) for seed in (7, 9))
    halfway = ((one + other) / np.linalg.norm(one + other)).astype(np.float32)
    face = factories.face(look=ANNA, box=at(0))
    found = DetectedFace(face.detection, face.landmarks)
    track = Track.begin(1, Sighting(found, one), face, timestamp=0.0)
    track.see(Sighting(found, halfway), timestamp=0.1)
    assert track.alike_where_it_went(track.box, lambda _points: halfway) == 0.0
    track.describe(face, timestamp=0.1)
    assert track.alike_where_it_went(track.box, lambda _points: halfway) > 0.99
