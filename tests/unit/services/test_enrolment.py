import dataclasses

import numpy as np
import pytest
from PIL import Image

import factories
from desktop_app.errors import EnrolledAlready, FaceUnjudgeable, NoFaceFound, SeveralFacesFound
from desktop_app.recognition.types import Reason
from desktop_app.services.enrolment import (
    described_again,
    examine_photos,
    face_to_enrol,
    face_to_refute,
    is_repeated,
    main_faces,
    quality_problem,
)
from desktop_app.vision.effort import PHOTO
from desktop_app.vision.pipeline import PipelineClosed
from desktop_app.vision.types import DetectedFace

PIXELS = np.zeros((480, 640, 3), np.uint8)


class Faces:
    """Stands in for the networks."""

    def __init__(self, *faces):
        self._faces = list(faces)

    def find_faces(self, pixels):
        return self._faces


class CloserLook:
    """Stands in for the networks: finds these faces, and describes each as it is."""

    def __init__(self, *faces):
        self._faces = faces
        self.efforts = []

    def find(self, pixels, *, effort):
        self.efforts.append(effort)
        return [DetectedFace(face.detection, face.landmarks) for face in self._faces]

    def describe(self, pixels, found, *, effort):
        self.efforts.append(effort)
        (face,) = [face for face in self._faces if face.detection is found.detection]
        return face


class NotAFaceAfterAll(CloserLook):
    def describe(self, pixels, found, *, effort):
        return None


class Closed:
    def find(self, pixels, *, effort):
        raise PipelineClosed


class OneAfterAnother:
    """Stands in for the networks: another face in each picture."""

    def __init__(self, faces):
        self._faces = iter(faces)

    def find_faces(self, pixels):
        return [next(self._faces)]


def with_eyes_apart(distance, **options):
    face = factories.face(**options)
    points = np.array(face.landmarks.points)
    middle = points[:2].mean(axis=0)
    points[:2] = middle + np.array([[-distance / 2, 0], [distance / 2, 0]])
    return dataclasses.replace(
        face, landmarks=dataclasses.replace(face.landmarks, points=points.astype(np.float32))
    )


@pytest.mark.parametrize(
    ("yaw", "problem"), [(0.0, Reason.TOO_SMALL), (30.0, Reason.TOO_SMALL), (-60.0, None)]
)
def test_eyes_near_each_other_speak_of_a_small_face_only_while_it_looks_here(yaw, problem):
    assert quality_problem(with_eyes_apart(12.0, yaw=yaw)) is problem


def test_a_second_face_somewhat_smaller_makes_it_a_photo_of_several():
    first, second = factories.face(), factories.face(box=(300, 100, 370, 184))
    assert main_faces([first, second]) == [first, second]
    with pytest.raises(SeveralFacesFound, match="2 faces"):
        face_to_enrol(Faces(first, second), PIXELS, label="a.jpg")


def test_a_second_face_of_less_than_half_the_size_is_background():
    first, second = factories.face(), factories.face(box=(300, 100, 340, 158))
    assert main_faces([first, second]) == [first]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("size", Reason.TOO_SMALL),
        ("sharpness", Reason.BLURRED),
        ("pose", Reason.TURNED_AWAY),
        ("score", Reason.NOT_CLEARLY_A_FACE),
    ],
)
def test_a_poor_face_is_refused_for_its_worst_part(part, reason):
    face = factories.face(overall=0.5)
    poor = dataclasses.replace(face, quality=dataclasses.replace(face.quality, **{part: 0.01}))
    assert quality_problem(face) is None
    assert quality_problem(poor) is reason


@pytest.mark.parametrize(("similarity", "repeated"), [(0.93, False), (0.95, True), (1.0, True)])
def test_a_picture_hardly_different_from_one_enrolled_adds_nothing(similarity, repeated):
    known = factories.embedding(1)
    face = factories.at_similarity(known, similarity)
    assert is_repeated(face.vector, [factories.unit_vector(9), known.vector]) is repeated
    assert not is_repeated(face.vector, [])


def test_successive_frames_of_a_clip_make_one_template_and_a_later_look_another(tmp_path):
    """What a burst of the camera gives: alike from picture to picture, drifting over time."""
    first = factories.embedding(1)
    looks = [factories.at_similarity(first, value, seed=5) for value in (1.0, 0.99, 0.97, 0.9)]
    paths = []
    for number in range(len(looks)):
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", (64, 48)).save(paths[-1])
    outcomes = examine_photos(
        OneAfterAnother([factories.face(look=look) for look in looks]),
        paths,
        gallery=factories.gallery({"Ben": [factories.embedding(2)]}),
        identity=None,
    )
    assert [outcome.face is not None for outcome in outcomes] == [True, False, False, True]


def test_what_adds_nothing_is_refused_with_a_sentence_that_says_what_would():
    text = str(EnrolledAlready(path="a.jpg"))
    assert "a.jpg" in text
    assert "other light" in text


# Faces said not to be somebody's


def test_a_face_too_poor_for_a_template_is_good_enough_to_be_held_against_a_name():
    face = factories.face(overall=0.2)
    assert quality_problem(face) is not None
    assert face_to_refute(Faces(face), PIXELS, label="a.jpg") is face


def test_a_face_that_is_never_named_is_not_held_against_a_name():
    with pytest.raises(FaceUnjudgeable, match=r"a\.jpg.*too small.*never given a name"):
        face_to_refute(Faces(factories.face(box=(0, 0, 12, 14))), PIXELS, label="a.jpg")


def test_of_several_faces_nothing_says_which_is_not_theirs():
    two = factories.face(), factories.face(box=(300, 100, 400, 220))
    with pytest.raises(SeveralFacesFound, match="2 faces"):
        face_to_refute(Faces(*two), PIXELS, label="a.jpg")
    with pytest.raises(NoFaceFound):
        face_to_refute(Faces(), PIXELS, label="a.jpg")


# Faces of the live picture, before they are enrolled

GLANCE = factories.face(look=factories.embedding(1))
LIKE_IT = factories.at_similarity(GLANCE.embedding, 0.9)
BOX = GLANCE.detection.box


def test_a_face_of_the_live_picture_is_found_and_described_again_as_in_a_photo():
    better = factories.face(box=(98, 103, 203, 219), look=LIKE_IT)
    networks = CloserLook(better)
    assert described_again(networks, PIXELS, GLANCE, box=BOX) is better
    assert networks.efforts == [PHOTO, PHOTO]


def test_of_several_faces_the_one_in_the_box_is_described_again():
    beside = factories.face(box=(150, 100, 260, 220), look=LIKE_IT)
    better = factories.face(box=(98, 103, 203, 219), look=LIKE_IT)
    assert described_again(CloserLook(beside, better), PIXELS, GLANCE, box=BOX) is better


def test_where_the_face_has_moved_since_it_was_described_its_box_counts():
    moved = np.array([400, 100, 500, 220], np.float32)
    there = factories.face(box=moved, look=LIKE_IT)
    elsewhere = factories.face(look=LIKE_IT)
    assert described_again(CloserLook(elsewhere, there), PIXELS, GLANCE, box=moved) is there


@pytest.mark.parametrize(
    "networks",
    [
        CloserLook(),
        CloserLook(factories.face(box=(300, 100, 400, 220), look=LIKE_IT)),
        CloserLook(factories.face(look=factories.at_similarity(GLANCE.embedding, 0.45))),
        CloserLook(factories.face(look=LIKE_IT, overall=0.2)),
        NotAFaceAfterAll(factories.face(look=LIKE_IT)),
        Closed(),
    ],
    ids=["not found", "elsewhere", "somebody else", "too poor to enrol", "no face", "closed"],
)
def test_a_face_that_is_not_seen_better_stays_as_it_was(networks):
    assert described_again(networks, PIXELS, GLANCE, box=BOX) is GLANCE


def test_of_two_descriptions_too_poor_to_enrol_the_more_careful_one_counts():
    poor = dataclasses.replace(GLANCE, quality=factories.quality(0.2))
    better = factories.face(look=LIKE_IT, overall=0.3)
    assert described_again(CloserLook(better), PIXELS, poor, box=BOX) is better
