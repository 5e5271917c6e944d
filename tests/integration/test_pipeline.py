"""The real networks on real, public-domain photographs."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from desktop_app.vision.effort import LIVE


def one(pipeline, pixels, **options):
    (face,) = pipeline.find_faces(np.ascontiguousarray(pixels), **options)
    return face


def resized(pixels: np.ndarray, side: int) -> np.ndarray:
    picture = Image.fromarray(pixels)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    if max(picture.size) < side:
        factor = side / max(picture.size)
        picture = picture.resize((round(picture.width * factor), round(picture.height * factor)))
    return np.asarray(picture)


@pytest.fixture(scope="module")
def collins(pipeline, astronaut):
    return one(pipeline, astronaut)


def test_a_face_is_found_where_it_is(collins):
    x1, y1, x2, y2 = collins.detection.box
    assert 160 < x1 < 200 < 250 < x2 < 290
    assert 40 < y1 < 90 < 160 < y2 < 200
    assert collins.detection.score > 0.9


def test_the_landmarks_are_the_subjects_right_and_left_in_order(collins):
    right_eye, left_eye, nose, right_mouth, left_mouth = collins.landmarks.points
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]
    assert right_eye[1] < nose[1] < right_mouth[1]
    assert collins.landmarks.mesh is not None


def test_two_photos_of_two_people_are_far_apart(collins, pipeline, hopper):
    other = one(pipeline, hopper)
    assert collins.embedding.similarity(other.embedding) < 0.25


@pytest.mark.parametrize("side", [256, 1024, 3000])
def test_the_same_face_is_the_same_at_any_size_of_photo(collins, pipeline, astronaut, side):
    face = one(pipeline, resized(astronaut, side))
    assert collins.embedding.similarity(face.embedding) > (0.6 if side < 512 else 0.95)


@pytest.mark.parametrize("degrees", [-30, 20])
def test_a_head_that_leans_is_aligned_upright(collins, pipeline, astronaut, degrees):
    turned = np.asarray(Image.fromarray(astronaut).rotate(degrees, Image.Resampling.BICUBIC))
    face = one(pipeline, turned)
    assert face.landmarks.pose.roll == pytest.approx(collins.landmarks.pose.roll - degrees, abs=5)
    assert collins.embedding.similarity(face.embedding) > 0.85


@pytest.mark.parametrize("degrees", [60, 90, 150, 180, 270])
def test_a_photo_that_lies_on_its_side_shows_the_same_face(collins, pipeline, astronaut, degrees):
    picture = Image.fromarray(astronaut).rotate(degrees, Image.Resampling.BICUBIC)
    face = one(pipeline, np.asarray(picture))
    lean = (collins.landmarks.pose.roll - degrees - face.landmarks.pose.roll + 180) % 360 - 180
    assert lean == pytest.approx(0, abs=5)
    assert face.landmarks.pose.yaw == pytest.approx(collins.landmarks.pose.yaw, abs=8)
    assert collins.embedding.similarity(face.embedding) > 0.95


def test_one_who_stands_on_her_head_beside_one_who_does_not(collins, pipeline, astronaut, hopper):
    beside = np.zeros((600, 1024, 3), np.uint8)
    beside[:512, :512] = astronaut[::-1, ::-1]
    beside[:, 512:] = hopper
    faces = pipeline.find_faces(beside)
    assert len(faces) == 2
    upside_down = min(faces, key=lambda face: face.detection.box[0])
    assert collins.embedding.similarity(upside_down.embedding) > 0.95
    assert abs(upside_down.landmarks.pose.roll) > 150
    upright = max(faces, key=lambda face: face.detection.box[0])
    assert one(pipeline, hopper).embedding.similarity(upright.embedding) > 0.95


def test_a_mirrored_photo_shows_the_same_face(collins, pipeline, astronaut):
    """Photos are embedded in both hands, so that it hardly matters in which one came."""
    assert collins.embedding.similarity(one(pipeline, astronaut[:, ::-1]).embedding) > 0.98


def test_a_face_that_fills_the_picture_is_found(collins, pipeline, astronaut):
    x1, y1, x2, y2 = collins.detection.box.astype(int)
    face = one(pipeline, astronaut[y1:y2, x1:x2])
    assert collins.embedding.similarity(face.embedding) > 0.85


def test_the_quick_look_of_live_video_describes_the_same_face(collins, pipeline, astronaut):
    face = one(pipeline, astronaut, effort=LIVE)
    assert collins.embedding.similarity(face.embedding) > 0.95


def test_a_blurred_face_has_less_quality_and_says_so(collins, pipeline, astronaut):
    from PIL import ImageFilter

    blurred = Image.fromarray(astronaut).filter(ImageFilter.GaussianBlur(4))
    face = one(pipeline, np.asarray(blurred))
    assert face.quality.overall < collins.quality.overall - 0.15
    assert face.quality.weakest == "sharpness"


def test_a_dark_face_has_less_quality_but_is_not_called_blurred(collins, pipeline, astronaut):
    dark = (astronaut * 0.08).astype(np.uint8)
    face = one(pipeline, dark)
    assert face.quality.overall < collins.quality.overall
    assert face.quality.weakest == "exposure"


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((1, 4000, 3), np.uint8),
        np.full((480, 640, 3), 255, np.uint8),
        np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8),
    ],
    ids=["one pixel", "one line", "white", "noise"],
)
def test_nothing_is_found_where_nothing_is(pipeline, pixels):
    assert pipeline.find_faces(pixels) == []


def test_several_faces_come_largest_first(pipeline, astronaut, hopper):
    canvas = np.zeros((800, 1400, 3), np.uint8)
    small, large = resized(hopper, 300), resized(astronaut, 800)
    canvas[: large.shape[0], : large.shape[1]] = large
    canvas[: small.shape[0], 900 : 900 + small.shape[1]] = small
    faces = pipeline.find_faces(canvas)
    assert len(faces) == 2
    heights = [face.detection.height for face in faces]
    assert heights == sorted(heights, reverse=True)


def test_the_mesh_of_a_neighbour_is_not_taken_for_ones_own(pipeline, collins, astronaut, hopper):
    """Cheek to cheek, so that in the crop of one face the mesh sees the other."""

    def cut(pixels, face):
        picture = Image.fromarray(pixels).crop(face.detection.box.astype(int).tolist())
        return picture.resize((round(picture.width * 200 / picture.height), 200))

    left, right = cut(astronaut, collins), cut(hopper, one(pipeline, hopper))
    pair = Image.new("RGB", (left.width + right.width + 200, 400), (128, 128, 128))
    pair.paste(left, (100, 100))
    pair.paste(right, (100 + left.width, 100))
    faces = sorted(pipeline.find_faces(np.array(pair)), key=lambda face: face.detection.box[0])
    assert len(faces) == 2
    border = 100 + left.width
    assert faces[0].landmarks.points[:, 0].max() < border < faces[1].landmarks.points[:, 0].min()
    assert faces[0].embedding.similarity(collins.embedding) > 0.6
    assert faces[0].embedding.similarity(faces[1].embedding) < 0.3


def test_importing_mediapipe_leaves_no_stand_in_for_matplotlib_behind():
    code = (
        "from desktop_app.vision.mediapipe_import import import_mediapipe;"
        "import_mediapipe(); import sys;"
        "assert 'matplotlib' not in sys.modules and 'sounddevice' not in sys.modules;"
        "import matplotlib.pyplot; assert hasattr(matplotlib.pyplot, 'plot')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_opencv_leaves_the_variables_of_others_as_they_were():
    code = (
        "import os; os.environ['QT_QPA_FONTDIR'] = '/mine'; os.environ.pop('LD_LIBRARY_PATH', 0);"
        "from desktop_app.opencv import cv2;"
        "assert 'QT_QPA_PLATFORM_PLUGIN_PATH' not in os.environ, os.environ;"
        "assert os.environ['QT_QPA_FONTDIR'] == '/mine';"
        "assert 'LD_LIBRARY_PATH' not in os.environ, os.environ"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
