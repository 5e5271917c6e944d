import numpy as np
import pytest

from desktop_app.vision.alignment import ARCFACE_TEMPLATE
from desktop_app.vision.quality import assess
from desktop_app.vision.types import AlignedFace, DetectedFace, Detection, Landmarks, Pose

GRAIN = np.random.default_rng(5).integers(0, 256, (112, 112, 1)).astype(np.uint8).repeat(3, axis=2)


def quality_of(*, pixels=GRAIN, yaw=0.0, pitch=0.0, score=0.95, eyes=60.0):
    points = (ARCFACE_TEMPLATE * (eyes / 35.24)).astype(np.float32)
    face = DetectedFace(
        Detection(np.array([0, 0, 200, 240], np.float32), score),
        Landmarks(points, Pose(yaw, pitch, 0.0)),
    )
    return assess(face, AlignedFace(pixels, np.array([[1.0, 0, 0], [0, 1.0, 0]])))


def test_a_near_sharp_frontal_face_has_nothing_to_wish_for():
    assert quality_of().overall == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("yaw", "pitch", "expected"),
    [
        *((20, 0, 1.0), (55, 0, 0.5), (-55, 0, 0.5), (90, 0, 0.0)),
        *((0, 30, 1.0), (0, 52.5, 0.5), (0, -52.5, 0.5), (0, 80, 0.0)),
        (55, 52.5, 0.25),
    ],
)
def test_turning_and_nodding_both_cost_quality(yaw, pitch, expected):
    assert quality_of(yaw=yaw, pitch=pitch).pose == pytest.approx(expected)


@pytest.mark.parametrize(("eyes", "expected"), [(6, 0.0), (23, 0.5), (40, 1.0), (200, 1.0)])
def test_size_is_told_from_the_distance_between_the_eyes(eyes, expected):
    assert quality_of(eyes=eyes).size == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("score", "expected"), [(0.5, 0.0), (0.7, 0.5), (1.0, 1.0)])
def test_a_doubtful_detection_costs_quality(score, expected):
    assert quality_of(score=score).score == pytest.approx(expected)


def test_a_blurred_face_is_not_sharp_and_a_dark_one_is_not_called_blurred():
    from desktop_app.opencv import cv2

    smooth = cv2.GaussianBlur(GRAIN.astype(np.float32), (0, 0), 6)
    # As much contrast as before: it is the detail that is lacking.
    blurred = np.clip((smooth - smooth.mean()) / smooth.std() * 60 + 128, 0, 255).astype(np.uint8)
    dark = (GRAIN * 0.05).astype(np.uint8)
    assert quality_of(pixels=blurred).sharpness < 0.3
    assert quality_of(pixels=blurred).exposure == 1.0
    assert quality_of(pixels=dark).sharpness > 0.9
    assert quality_of(pixels=dark).exposure < 0.1


def test_a_crop_of_one_colour_is_neither_sharp_nor_exposed():
    quality = quality_of(pixels=np.full((112, 112, 3), 128, np.uint8))
    assert (quality.sharpness, quality.exposure, quality.overall) == (0.0, 0.0, 0.0)


def test_what_surrounds_a_face_says_nothing_about_it():
    framed = GRAIN.copy()
    framed[:20] = framed[:, :16] = framed[:, -16:] = 255
    assert quality_of(pixels=framed).exposure == quality_of().exposure
