from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import factories
from desktop_app.errors import NoFaceFound, PhotoUnreadable
from desktop_app.recognition.operating_point import operating_point
from desktop_app.services.verification import verify

ANNA = factories.embedding(1)
RATE = 1e-3


class Two:
    """Stands in for the networks: first one face, then the other."""

    def __init__(self, *faces, calibration):
        self._faces = list(faces)
        self.embedder = SimpleNamespace(calibration=calibration)

    def find_faces(self, pixels):
        face = self._faces.pop(0)
        return [] if face is None else [face]


@pytest.fixture
def photos(tmp_path):
    paths = (tmp_path / "a.png", tmp_path / "b.png")
    for path in paths:
        Image.new("L", (8, 8)).save(path)
    return paths


def verified(photos, *faces, calibration=None):
    pipeline = Two(*faces, calibration=calibration or factories.calibration())
    return verify(pipeline, *photos, false_match_rate=RATE)


def at(similarity, **options):
    return factories.face(look=factories.at_similarity(ANNA, similarity), **options)


def thresholds():
    point = operating_point(factories.calibration(), false_name_rate=RATE)
    return point.unsure, point.identify


def test_two_faces_are_the_same_from_where_strangers_reach_no_more_often_than_asked(photos):
    _, identify = thresholds()
    same = verified(photos, factories.face(look=ANNA), at(identify + 0.3))
    assert same.same is True
    assert same.similarity == pytest.approx(identify + 0.3, abs=1e-5)
    assert "fewer than one in 1,000 pairs of strangers" in same.reason


def test_between_the_thresholds_nothing_is_said(photos):
    unsure, identify = thresholds()
    found = verified(photos, factories.face(look=ANNA), at((unsure + identify) / 2))
    assert found.same is None
    assert "strangers sometimes are as well" in found.reason


def test_two_faces_that_are_no_more_alike_than_strangers_are_not_the_same(photos):
    found = verified(photos, factories.face(look=ANNA), at(-0.1))
    assert found.same is False
    assert found.confidence < 0.5


@pytest.mark.parametrize("which", [0, 1])
def test_a_face_that_cannot_be_judged_is_not_judged_however_alike(photos, which):
    faces = [factories.face(look=ANNA), factories.face(look=ANNA)]
    faces[which] = factories.face(look=ANNA, box=(0, 0, 10, 12))
    found = verified(photos, *faces)
    assert found.same is None
    assert found.similarity == pytest.approx(1.0)
    assert photos[which].name in found.reason
    assert "too small" in found.reason


def test_without_a_calibration_the_similarity_is_all_that_is_said(photos):
    pipeline = Two(factories.face(look=ANNA), at(0.9), calibration=None)
    found = verify(pipeline, *photos, false_match_rate=RATE)
    assert (found.same, found.confidence) == (None, None)
    assert found.similarity == pytest.approx(0.9, abs=1e-5)


def test_a_poor_face_is_compared_all_the_same(photos):
    face = factories.face(look=ANNA, overall=0.2)
    assert verified(photos, factories.face(look=ANNA), face).same is True


def test_a_photo_without_a_face_or_none_at_all_is_named(photos, tmp_path):
    with pytest.raises(NoFaceFound, match=r"b\.png"):
        verified(photos, factories.face(), None)
    with pytest.raises(PhotoUnreadable, match=r"c\.png"):
        verified((photos[0], tmp_path / "c.png"), factories.face(), factories.face())


def test_calibrations_are_even_at_one_half(photos):
    """The confidence rises with the similarity and passes one half where the odds are even."""
    confidences = [
        verified(photos, factories.face(look=ANNA), at(float(value))).confidence
        for value in np.linspace(-0.2, 0.9, 12)
    ]
    assert confidences == sorted(confidences)
    assert confidences[0] < 0.5 < confidences[-1]
