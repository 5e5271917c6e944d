"""From the pixels of a crop to those of its picture."""

import numpy as np

from desktop_app.vision.face_mesh import in_picture
from desktop_app.vision.types import MESH_POINTS


def test_a_mesh_is_carried_back_with_its_depth_in_the_scale_of_the_picture():
    # The crop is the picture doubled, a quarter turned and shifted.
    transform = np.array([[0.0, -2.0, 30.0], [2.0, 0.0, 10.0]])
    in_crop = np.tile([32.0, 18.0, 6.0], (MESH_POINTS, 1))
    found = in_picture(in_crop, transform)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.tile([4.0, -1.0, 3.0], (MESH_POINTS, 1)), atol=1e-5)
