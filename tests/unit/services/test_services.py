from pathlib import Path

import numpy as np
import pytest

import factories
from desktop_app.errors import FaceTooPoor, NoFaceFound, SeveralFacesFound
from desktop_app.recognition.decision import CalibratedPolicy
from desktop_app.recognition.types import Identified, Reason, Unknown, Unsure, Unusable
from desktop_app.services.enrolment import examine_photo, face_to_enrol, main_faces, quality_problem
from desktop_app.services.identification import IdentificationService, decide_faces
from desktop_app.services.live import LiveRecogniser
from desktop_app.services.live_summary import SummaryBuilder

ANNA, BEN = factories.embedding(1), factories.embedding(2)
PIXELS = np.zeros((480, 640, 3), np.uint8)


class Faces:
    """Stands in for the networks: gives the faces it was told to give, picture after picture."""

    def __init__(self, *pictures):
        self.pictures = list(pictures)

    def find_faces(self, pixels, **effort):
        return self.pictures.pop(0) if len(self.pictures) > 1 else self.pictures[0]


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


def test_an_unreadable_photo_is_an_outcome_and_no_exception(tmp_path):
    outcome = examine_photo(Faces([]), tmp_path / "missing.jpg")
    assert outcome.face is None
    assert "missing.jpg" in str(outcome.error)


def test_each_face_of_a_photo_is_decided_for_itself():
    gallery = factories.gallery({"Anna": [ANNA]})
    faces = [
        factories.face(look=ANNA),
        factories.face(look=ANNA, box=(300, 100, 400, 220)),
        factories.face(look=BEN, box=(450, 100, 550, 220)),
        factories.face(look=BEN, box=(0, 0, 10, 12)),
    ]
    results = IdentificationService(Faces(faces), policy()).identify(PIXELS, gallery)
    kinds = [type(result.decision) for result in results]
    # Anna twice: photos show mirrors and collages.
    assert kinds[:2] == [Identified, Identified]
    assert kinds[3] is Unusable


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


def test_the_summary_of_nothing_is_all_zero():
    summary = SummaryBuilder().summary()
    assert (summary.frames, summary.faces_per_frame, summary.p95) == (0, 0.0, 0.0)


def test_copies_with_boxes_keep_their_label_inside_the_picture(tmp_path):
    from PIL import Image

    from desktop_app.services.annotation import write_annotated

    pixels = np.full((200, 300, 3), 255, np.uint8)
    boxes = [(-20.0, -20.0, 40.0, 40.0), (250.0, 150.0, 330.0, 230.0)]
    faces = [
        (np.array(box, np.float32), "A name that is rather long", Unknown(None, 1.0))
        for box in boxes
    ]
    target = write_annotated(pixels, faces, source=Path("x/photo.png"), folder=tmp_path / "new")
    with Image.open(target) as copy:
        assert (np.asarray(copy) < 120).sum() > 2000
