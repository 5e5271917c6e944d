import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import factories
from desktop_app.capture.frame import Frame
from desktop_app.errors import (
    EnrolledAlready,
    FaceTooPoor,
    FileNotWritable,
    NoFaceFound,
    SeveralFacesFound,
)
from desktop_app.recognition.decision import CalibratedPolicy
from desktop_app.recognition.negatives import Negatives
from desktop_app.recognition.types import Identified, Negative, Reason, Unknown, Unsure, Unusable
from desktop_app.services import live as live_service
from desktop_app.services.annotation import write_annotated
from desktop_app.services.enrolment import (
    examine_photo,
    examine_photos,
    face_to_enrol,
    main_faces,
    quality_problem,
)
from desktop_app.services.identification import IdentificationService, decide_faces
from desktop_app.services.live import FrameResult, LiveRecogniser, TrackView
from desktop_app.services.live_summary import SummaryBuilder
from desktop_app.vision.types import DetectedFace, Face

ANNA, BEN = factories.embedding(1), factories.embedding(2)
PIXELS = np.zeros((480, 640, 3), np.uint8)


class Faces:
    """Stands in for the networks: gives the faces it was told to give, picture after picture."""

    def __init__(self, *pictures):
        self.pictures = list(pictures)
        self.shown: dict[int, Face] = {}
        self.described = 0
        self._near = None
        self._faces_near = []

    def find_faces(self, pixels, **effort):
        return self.pictures.pop(0) if len(self.pictures) > 1 else self.pictures[0]

    def find(self, pixels, **effort):
        # Where it was searched near by first, it is the same picture still.
        faces = self.find_faces(pixels) if pixels is not self._near else self._faces_near
        return self._found(faces)

    def find_near(self, pixels, expected):
        self._near = pixels
        self._faces_near = self.find_faces(pixels)
        return self._found(self._faces_near)

    def _found(self, faces):
        found = [DetectedFace(face.detection, face.landmarks) for face in faces]
        self.shown = {id(one): face for one, face in zip(found, faces, strict=True)}
        return found

    def look_at(self, pixels, found):
        self.described += len(found)
        return [self.shown[id(one)] for one in found]


def policy(rate: float = 1e-2) -> CalibratedPolicy:
    return CalibratedPolicy(factories.calibration(), false_name_rate=rate)


def test_the_one_face_of_a_photo_is_taken():
    face = factories.face()
    assert face_to_enrol(Faces([face]), PIXELS, label="a.jpg") is face


def test_a_face_far_in_the_background_does_not_make_a_portrait_a_group():
    face = factories.face(box=(0, 0, 200, 240))
    behind = factories.face(box=(400, 0, 440, 60))
    assert face_to_enrol(Faces([face, behind]), PIXELS, label="a.jpg") is face
    assert main_faces([]) == []


def test_nobody_and_several_are_refused():
    with pytest.raises(NoFaceFound, match=r"a\.jpg"):
        face_to_enrol(Faces([]), PIXELS, label="a.jpg")
    two = [factories.face(), factories.face(box=(300, 100, 400, 220))]
    with pytest.raises(SeveralFacesFound, match="There are 2 faces"):
        face_to_enrol(Faces(two), PIXELS, label="a.jpg")


def test_a_poor_face_is_refused_with_the_reason_unless_allowed():
    face = factories.face(overall=0.2)
    with pytest.raises(FaceTooPoor, match="it is"):
        face_to_enrol(Faces([face]), PIXELS, label="a.jpg")
    assert face_to_enrol(Faces([face]), PIXELS, label="a.jpg", allow_low_quality=True) is face


def test_a_small_face_is_recognised_but_not_enrolled():
    face = factories.face(box=(0, 0, 40, 48))
    assert quality_problem(face) is Reason.TOO_SMALL
    assert isinstance(
        decide_faces([face], factories.gallery({"Anna": [ANNA]}), policy())[0].decision,
        Unknown | Identified | Unsure,
    )


def photos_of(tmp_path, *looks):
    from PIL import Image

    paths = [tmp_path / f"{number}.png" for number in range(len(looks))]
    for path in paths:
        Image.new("RGB", (64, 48)).save(path)
    return Faces(*[[factories.face(look=look)] for look in looks]), paths


def test_the_same_picture_is_taken_once_among_the_photos_and_once_for_all(tmp_path):
    again = factories.at_similarity(ANNA, 0.99995)
    other = factories.at_similarity(ANNA, 0.9, seed=5)
    people = factories.gallery({"Anna": [ANNA], "Ben": [BEN]})
    networks, paths = photos_of(tmp_path, again, other, other, BEN)
    outcomes = list(examine_photos(networks, paths, gallery=people, identity=people.identities[1]))
    # Ben's own picture is another matter: who enrols it as Anna may mean it.
    assert [outcome.face is not None for outcome in outcomes] == [False, True, False, True]
    assert [isinstance(outcome.error, EnrolledAlready) for outcome in outcomes] == [
        *(True, False, True, False)
    ]


def test_nobody_has_pictures_before_they_are_enrolled(tmp_path):
    people = factories.gallery({"Ben": [BEN]})
    networks, paths = photos_of(tmp_path, BEN)
    (outcome,) = examine_photos(networks, paths, gallery=people, identity=None)
    assert outcome.face is not None


def test_an_unreadable_photo_is_an_outcome_and_no_exception(tmp_path):
    outcome = examine_photo(Faces([]), tmp_path / "missing.jpg")
    assert outcome.face is None
    assert "missing.jpg" in str(outcome.error)


def test_each_face_of_a_photo_is_decided_for_itself():
    gallery = factories.gallery({"Anna": [ANNA]})
    stranger = factories.at_similarity(ANNA, 0.0)
    faces = [
        factories.face(look=ANNA),
        factories.face(look=ANNA, box=(300, 100, 400, 220)),
        factories.face(look=stranger, box=(450, 100, 550, 220)),
        factories.face(look=stranger, box=(0, 0, 10, 12)),
    ]
    results = IdentificationService(Faces(faces), policy()).identify(PIXELS, gallery)
    kinds = [type(result.decision) for result in results]
    # Anna twice: photos show mirrors and collages.
    assert kinds[:2] == [Identified, Identified]
    assert kinds[2:] == [Unknown, Unusable]


def live(*pictures, gallery=None):
    recogniser = LiveRecogniser(Faces(*pictures), policy())
    people = gallery or factories.gallery({"Anna": [ANNA]})
    return [recogniser.process(factories.frame(index), people) for index in range(len(pictures))]


def test_a_known_face_is_named_from_the_third_frame_on():
    results = live(*[[factories.face(look=ANNA)]] * 5)
    kinds = [type(result.tracks[0].decision) for result in results]
    assert kinds == [Unsure, Unsure, Identified, Identified, Identified]


def test_a_track_that_is_not_seen_is_coasting_and_keeps_its_decision():
    face = [factories.face(look=ANNA)]
    *_, last = live(face, face, face, [])
    (track,) = last.tracks
    assert track.coasting
    assert isinstance(track.decision, Identified)


def test_one_name_is_on_one_live_face_at_a_time():
    pair = [
        factories.face(look=ANNA),
        factories.face(look=factories.at_similarity(ANNA, 0.8), box=(400, 100, 500, 220)),
    ]
    *_, last = live(pair, pair, pair, pair)
    kinds = [type(track.decision) for track in last.tracks]
    assert kinds == [Identified, Unsure]


def test_a_changed_gallery_counts_from_the_next_frame():
    recogniser = LiveRecogniser(Faces([factories.face(look=BEN)]), policy())
    before = factories.gallery({"Anna": [ANNA]})
    for index in range(4):
        recogniser.process(factories.frame(index), before)
    after = factories.gallery({"Anna": [ANNA], "Ben": [BEN]})
    (track,) = recogniser.process(factories.frame(5), after).tracks
    assert isinstance(track.decision, Identified)
    assert track.decision.match.identity.name == "Ben"


# A picture of something, so that a glance at a place in it is like the next glance.
SCENE = np.kron(
    np.random.default_rng(0).integers(0, 255, (12, 16, 3)), np.ones((40, 40, 1))
).astype(np.uint8)


def scene(index: int) -> Frame:
    return Frame(pixels=SCENE, index=index, timestamp=index / 30, source_id="test")


def followed(networks: Faces, gallery, *, frames: int) -> tuple[LiveRecogniser, FrameResult]:
    recogniser = LiveRecogniser(networks, policy())
    for index in range(frames):
        result = recogniser.process(scene(index), gallery)
    return recogniser, result


def test_a_settled_face_is_rarely_described():
    networks = Faces([factories.face(look=ANNA)])
    _, result = followed(networks, factories.gallery({"Anna": [ANNA]}), frames=60)
    assert isinstance(result.tracks[0].decision, Identified)
    assert networks.described <= 12


def test_a_face_said_not_to_be_annas_loses_the_name_in_the_next_frame_unlooked_at():
    networks = Faces([factories.face(look=ANNA)])
    people = factories.gallery({"Anna": [ANNA]})
    recogniser, result = followed(networks, people, frames=20)
    (track,) = result.tracks
    assert isinstance(track.decision, Identified)
    described = networks.described
    negatives = Negatives.build([Negative(1, 1, track.probe)], dimension=ANNA.dimension)
    corrected = dataclasses.replace(people, negatives=negatives)
    (track,) = recogniser.process(scene(20), corrected).tracks
    assert networks.described == described
    assert not isinstance(track.decision, Identified)
    # And has it back once that is taken back.
    (track,) = recogniser.process(scene(21), people).tracks
    assert isinstance(track.decision, Identified)


def test_a_face_that_is_hidden_follows_the_gallery_too():
    networks = Faces(*[[factories.face(look=ANNA)]] * 10, [])
    people = factories.gallery({"Anna": [ANNA]})
    recogniser, _ = followed(networks, people, frames=10)
    (track,) = recogniser.process(scene(10), people).tracks
    assert isinstance(track.decision, Identified)
    (track,) = recogniser.process(scene(11), factories.gallery({})).tracks
    assert not isinstance(track.decision, Identified)


def test_the_probe_of_a_track_is_what_was_searched():
    _, result = followed(
        Faces([factories.face(look=factories.at_similarity(ANNA, 0.7))]),
        factories.gallery({"Anna": [ANNA]}),
        frames=5,
    )
    (track,) = result.tracks
    assert isinstance(track.decision, Identified)
    assert track.probe is not None
    assert track.probe.similarity(ANNA) == pytest.approx(track.decision.match.similarity)


def test_the_box_of_a_track_is_the_newest_and_its_face_the_newest_that_was_described():
    first = factories.face(look=ANNA)
    moved = factories.face(look=ANNA, box=(100.5, 100, 200.5, 220))
    networks = Faces(*[[first]] * 19, [moved])
    recogniser, _ = followed(networks, factories.gallery({}), frames=19)
    described = networks.described
    (track,) = recogniser.process(scene(19), factories.gallery({})).tracks
    assert np.array_equal(track.box, moved.detection.box)
    assert networks.described == described
    assert track.face is first


def test_no_name_stands_where_its_bearer_is_hidden_by_somebody_else():
    people = factories.gallery({"Anna": [ANNA]})
    anna, ben = [factories.face(look=ANNA)], [factories.face(look=BEN)]
    *_, last = live(*[anna] * 10, ben, gallery=people)
    assert [(track.coasting, type(track.decision)) for track in last.tracks] == [
        (True, Unsure),
        (False, Unsure),
    ]


def test_a_still_picture_of_a_crowd_leaves_nobody_out():
    crowd = [
        factories.face(number, box=(60.0 * number, 0, 60.0 * number + 50, 60))
        for number in range(12)
    ]
    networks = Faces(crowd)
    recogniser = LiveRecogniser(networks, policy())
    gallery = factories.gallery({"Anna": [crowd[11].embedding]})
    assert len(recogniser.process(scene(0), gallery).tracks) == 4
    settled = recogniser.settle(scene(0), gallery)
    assert sum(isinstance(track.decision, Identified) for track in settled.tracks) == 1
    assert len(settled.tracks) == 12


def test_the_summary_counts_faces_names_and_changes():
    anna, stranger = [factories.face(look=ANNA)], []
    builder = SummaryBuilder()
    for result in live(anna, anna, anna, anna, stranger):
        builder.add(result)
    summary = builder.summary()
    assert (summary.frames, summary.processed) == (5, 5)
    assert summary.names == {"Anna": 2}
    assert summary.faces_per_frame == pytest.approx(0.8)
    assert summary.label_changes == 0


def test_a_name_that_goes_is_a_change_of_label():
    from dataclasses import replace

    anna = [factories.face(look=ANNA)]
    results = live(anna, anna, anna, anna)
    lost = replace(results[3], tracks=(replace(results[3].tracks[0], decision=Unsure((), None)),))
    builder = SummaryBuilder()
    for result in [*results, lost]:
        builder.add(result)
    assert builder.summary().label_changes == 1


def result_of(index: int, *, seconds: float, track_id: int):
    face = factories.face()
    track = TrackView(track_id, face.detection.box, Unknown(None, 1.0), face, coasting=False)
    return FrameResult(factories.frame(index), (track,), seconds)


def test_percentiles_are_right_to_one_per_cent():
    seconds = np.random.default_rng(0).lognormal(mean=-3.0, sigma=0.5, size=2000)
    builder = SummaryBuilder()
    for index, one in enumerate(seconds):
        builder.add(result_of(index, seconds=float(one), track_id=1))
    summary = builder.summary()
    assert summary.p50 == pytest.approx(1000 * np.percentile(seconds, 50), rel=0.011)
    assert summary.p95 == pytest.approx(1000 * np.percentile(seconds, 95), rel=0.011)


def test_a_summary_needs_no_more_room_for_a_long_run_than_for_a_short_one():
    import pickle

    def room(frames: int) -> int:
        builder = SummaryBuilder()
        for index in range(frames):
            # A new face every other frame, and times between 10 and 50 ms.
            seconds = 0.01 + 0.04 * (index % 97) / 97
            builder.add(result_of(index, seconds=seconds, track_id=index // 2))
        return len(pickle.dumps(builder))

    assert room(10_000) < 1.3 * room(200)


def test_a_track_that_is_hidden_for_a_moment_has_not_ended():
    from dataclasses import replace

    anna = [factories.face(look=ANNA)]
    results = live(anna, anna, anna, anna)
    (track,) = results[3].tracks
    hidden = replace(results[3], tracks=(replace(track, coasting=True),))
    lost = replace(results[3], tracks=(replace(track, decision=Unsure((), None)),))
    builder = SummaryBuilder()
    for result in [*results, hidden, lost]:
        builder.add(result)
    assert builder.summary().label_changes == 1


def test_the_summary_of_nothing_is_all_zero():
    summary = SummaryBuilder().summary()
    assert (summary.frames, summary.faces_per_frame, summary.p95) == (0, 0.0, 0.0)


@pytest.mark.parametrize("below", ["", "further/down"])
def test_a_file_where_copies_should_go_is_called_one(tmp_path, below):
    (tmp_path / "new").write_text("a letter", encoding="utf-8")
    pixels = np.zeros((20, 30, 3), np.uint8)
    with pytest.raises(FileNotWritable, match="a file is where the folder would be") as refused:
        write_annotated(pixels, [], source=Path("a.png"), folder=tmp_path / "new" / below)
    assert "free some space" not in str(refused.value)


def test_a_picture_that_stands_still_is_judged_as_a_photo_is():
    recogniser = LiveRecogniser(Faces([factories.face(look=ANNA)]), policy())
    gallery = factories.gallery({"Anna": [ANNA]})
    frame = factories.frame(0)
    (track,) = recogniser.process(frame, gallery).tracks
    assert isinstance(track.decision, Unsure)
    (track,) = recogniser.settle(frame, gallery).tracks
    assert isinstance(track.decision, Identified)
    # The stream going on after all, nobody is named on one look.
    (track,) = recogniser.process(factories.frame(1), gallery).tracks
    assert isinstance(track.decision, Unsure)


def test_a_still_picture_follows_the_gallery_and_counts_no_look_twice():
    recogniser = LiveRecogniser(Faces([factories.face(look=BEN)]), policy())
    nobody = factories.gallery({"Anna": [ANNA]})
    for index in range(4):
        last = factories.frame(index)
        recogniser.process(last, nobody)
    after = factories.gallery({"Anna": [ANNA], "Ben": [BEN]})
    (track,) = recogniser.settle(last, after).tracks
    assert isinstance(track.decision, Identified)
    (track,) = recogniser.settle(last, nobody).tracks
    assert not isinstance(track.decision, Identified)


def test_a_fresh_recogniser_judges_a_still_picture_that_it_never_saw():
    recogniser = LiveRecogniser(Faces([factories.face(look=ANNA)]), policy())
    (track,) = recogniser.settle(factories.frame(9), factories.gallery({"Anna": [ANNA]})).tracks
    assert isinstance(track.decision, Identified)


def test_of_two_who_are_out_of_sight_one_keeps_the_name_and_none_that_somebody_in_sight_carries():
    def named(similarity):
        match = factories.match("Anna", similarity, number=7)
        return Identified(match=match, confidence=0.9, candidates=(match,))

    def track(number, *, left, seen_now):
        box = np.array([left, 0, left + 100, 100], np.float32)
        return SimpleNamespace(id=number, box=box, seen_now=seen_now)

    away = [track(1, left=0, seen_now=False), track(2, left=300, seen_now=False)]
    decisions = {1: named(0.6), 2: named(0.7), 3: named(0.5)}
    shown = live_service._beside_each_other(away, decisions, bearers={})
    assert [number for number in shown if isinstance(shown[number], Identified)] == [2]
    here = track(3, left=600, seen_now=True)
    shown = live_service._beside_each_other([*away, here], decisions, bearers={7: 2})
    assert [number for number in shown if isinstance(shown[number], Identified)] == [3]
