"""The mesh by MediaPipe's Face Landmarker: in whose pixels, and how it ends."""

import numpy as np
import pytest
from skimage import data

from desktop_app.services.runtime import load_models
from desktop_app.vision.mediapipe_mesh import MediaPipeMesh

# The astronaut's five points, as YuNet finds them.
POINTS = np.array([[205, 103], [246, 104], [224, 127], [203, 140], [245, 141]], np.float32)
RIGHT_EYE, LEFT_EYE, NOSE_TIP = (33, 133), (362, 263), 4


@pytest.fixture
def mesh():
    reader = MediaPipeMesh(load_models().get("face_landmarker"))
    yield reader
    reader.close()


def test_the_mesh_lies_on_the_face_in_the_pixels_of_the_picture(mesh):
    found = mesh.under(data.astronaut(), POINTS)
    eyes = [found[list(corners), :2].mean(axis=0) for corners in (RIGHT_EYE, LEFT_EYE)]
    np.testing.assert_allclose(eyes, POINTS[:2], atol=4)
    np.testing.assert_allclose(found[NOSE_TIP, :2], POINTS[2], atol=4)


def test_where_nobody_is_it_sees_nothing(mesh):
    assert mesh.under(np.full((200, 200, 3), 127, np.uint8), POINTS - 100) is None


def test_it_may_be_closed_twice(mesh):
    mesh.close()
    mesh.close()
