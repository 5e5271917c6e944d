import numpy as np
import pytest

from desktop_app.vision import pose as pose_module
from desktop_app.vision.pose import estimate_pose


def seen_from(*, yaw: float = 0, pitch: float = 0, roll: float = 0) -> np.ndarray:
    """The canonical face turned, then projected without perspective; y counts downwards."""
    y, p, r = np.radians([yaw, pitch, roll])
    about_up = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_ears = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    about_sight = np.array([[np.cos(r), np.sin(r), 0], [-np.sin(r), np.cos(r), 0], [0, 0, 1]])
    turned = pose_module._CANONICAL @ (about_sight @ about_up @ about_ears).T
    return (turned[:, :2] * [7.0, -7.0] + [320, 240]).astype(np.float32)


def test_a_face_that_looks_into_the_camera_has_no_angle():
    found = estimate_pose(seen_from())
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((0, 0, 0), abs=1e-4)


@pytest.mark.parametrize("yaw", [-70, -30, 15, 60])
def test_turning_to_ones_own_left_is_positive_yaw(yaw):
    assert estimate_pose(seen_from(yaw=yaw)).yaw == pytest.approx(yaw, abs=0.01)


@pytest.mark.parametrize("pitch", [-40, 25])
def test_looking_up_is_positive_pitch(pitch):
    assert estimate_pose(seen_from(pitch=pitch)).pitch == pytest.approx(pitch, abs=0.01)


@pytest.mark.parametrize("roll", [-120, -20, 45, 170])
def test_leaning_clockwise_in_the_picture_is_positive_roll(roll):
    points = seen_from(roll=roll)
    assert estimate_pose(points).roll == pytest.approx(roll, abs=0.01)
    if 0 < roll < 90:
        # Clockwise: the subject's right eye, on the picture's left, is the higher one.
        assert points[0, 1] < points[1, 1]


def test_angles_together_are_told_apart():
    found = estimate_pose(seen_from(yaw=35, pitch=-15, roll=10))
    assert (found.yaw, found.pitch) == pytest.approx((35, -15), abs=6)
