"""The mesh network alone: the real file, read as MediaPipe reads it."""

import hashlib
import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from skimage import data

from desktop_app.errors import ModelUnusable
from desktop_app.services.runtime import load_models
from desktop_app.vision.mediapipe_mesh import MediaPipeMesh
from desktop_app.vision.mesh_network import MeshNetwork

# The astronaut's five points, as YuNet finds them.
POINTS = np.array([[205, 103], [246, 104], [224, 127], [203, 140], [245, 141]], np.float32)
EYES = float(np.linalg.norm(POINTS[1] - POINTS[0]))


@pytest.fixture(scope="module")
def mesh():
    return MeshNetwork(load_models().get("face_landmarker"), threads=1)


def seen_by_mediapipe(pixels, points):
    reader = MediaPipeMesh(load_models().get("face_landmarker"))
    try:
        return reader.under(pixels, points)
    finally:
        reader.close()


def quarter_turned(points, *, height):
    """Return where points lie after ``np.rot90(picture, -1)``."""
    return np.stack([height - 1 - points[:, 1], points[:, 0]], axis=1)


@pytest.mark.parametrize("is_turned", [False, True])
def test_it_agrees_with_mediapipe_about_where_every_point_of_a_face_is(mesh, is_turned):
    pixels, points = data.astronaut(), POINTS
    if is_turned:
        points = quarter_turned(points, height=len(pixels))
        pixels = np.ascontiguousarray(np.rot90(pixels, -1))
    found, expected = mesh.under(pixels, points), seen_by_mediapipe(pixels, points)
    apart = np.linalg.norm(found[:, :2] - expected[:, :2], axis=1) / EYES
    assert np.median(apart) < 0.03
    assert apart.max() < 0.2
    # Depth too, whose zero lies somewhere inside the head.
    assert np.corrcoef(found[:, 2], expected[:, 2])[0, 1] > 0.98
    assert np.ptp(found[:, 2]) == pytest.approx(np.ptp(expected[:, 2]), rel=0.15)


def test_colours_count_as_red_green_blue(mesh):
    pixels = data.astronaut()
    expected = seen_by_mediapipe(pixels, POINTS)
    as_it_is, swapped = (mesh.under(view, POINTS) for view in (pixels, pixels[..., ::-1].copy()))
    misses = [np.abs(found - expected)[:, :2].mean() for found in (as_it_is, swapped)]
    assert misses[0] < misses[1]


def test_where_nobody_is_it_sees_nothing(mesh):
    noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3)).astype(np.uint8)
    for pixels in (noise, np.zeros_like(noise), data.astronaut()[200:500, :300].copy()):
        assert mesh.under(pixels, POINTS - 50) is None


def test_a_face_after_none_is_read_as_the_same_face_before(mesh):
    before = mesh.under(data.astronaut(), POINTS)
    assert mesh.under(np.zeros((300, 300, 3), np.uint8), POINTS) is None
    np.testing.assert_array_equal(mesh.under(data.astronaut(), POINTS), before)


def bundle_of(tmp_path, members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)
    return file_of(tmp_path, buffer.getvalue())


def file_of(tmp_path, content):
    path = tmp_path / "face.task"
    path.write_bytes(content)
    shipped = load_models().get("face_landmarker")
    return replace(shipped, path=path, sha256=hashlib.sha256(content).hexdigest())


def member_of_the_shipped_bundle(name):
    with zipfile.ZipFile(load_models().get("face_landmarker").path) as bundle:
        return bundle.read(name)


def test_a_file_that_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(ModelUnusable, match="it holds no face_landmarks_detector"):
        MeshNetwork(file_of(tmp_path, b"not a zip"), threads=1)


def test_a_bundle_without_the_network_is_refused(tmp_path):
    with pytest.raises(ModelUnusable, match="it holds no face_landmarks_detector"):
        MeshNetwork(bundle_of(tmp_path, {"other.tflite": b""}), threads=1)


def test_a_bundle_with_another_network_in_its_place_is_refused(tmp_path):
    detector = member_of_the_shipped_bundle("face_detector.tflite")
    model = bundle_of(tmp_path, {"face_landmarks_detector.tflite": detector})
    with pytest.raises(ModelUnusable, match="no tensor of"):
        MeshNetwork(model, threads=1)
