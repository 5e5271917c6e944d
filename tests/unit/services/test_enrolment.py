import dataclasses

import numpy as np
import pytest

import factories
from desktop_app.errors import SeveralFacesFound
from desktop_app.recognition.types import Reason
from desktop_app.services.enrolment import face_to_enrol, main_faces, quality_problem

PIXELS = np.zeros((480, 640, 3), np.uint8)


class Faces:
    """Stands in for the networks."""

    def __init__(self, *faces):
        self._faces = list(faces)

    def find_faces(self, pixels):
        return self._faces


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
