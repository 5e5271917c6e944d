import numpy as np
import pytest

from desktop_app.vision import pose as pose_module
from desktop_app.vision.pose import estimate_pose, shape_error


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


def looking(*, yaw: float, pitch: float, roll: float) -> np.ndarray:
    """The canonical face with its nose and its crown where the definitions of the angles say.

    Yaw and pitch say where the nose points once the head is upright again, roll where the crown
    leans in the picture.
    """
    y, p, r = np.radians([yaw, pitch, roll])
    out = np.array([np.sin(y) * np.cos(p), np.sin(p), np.cos(y) * np.cos(p)])
    up = np.array([0.0, 1.0, 0.0])
    up[2] = -(up @ out) / out[2]
    up /= np.linalg.norm(up)
    lean = np.array([[np.cos(r), np.sin(r), 0], [-np.sin(r), np.cos(r), 0], [0, 0, 1]])
    out, up = lean @ out, lean @ up
    turned = pose_module._CANONICAL @ np.array([np.cross(up, out), up, out])
    return (turned[:, :2] * [7.0, -7.0] + [320, 240]).astype(np.float32)


@pytest.mark.parametrize(
    ("yaw", "pitch", "roll"), [(35, -15, 10), (-50, 20, -30), (20, 40, 80), (-10, -5, 150)]
)
def test_angles_together_are_told_apart(yaw, pitch, roll):
    found = estimate_pose(looking(yaw=yaw, pitch=pitch, roll=roll))
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((yaw, pitch, roll), abs=0.01)


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(0, 0, 0), (60, -20, 30), (-90, 0, 100)])
def test_a_face_has_the_shape_of_one_from_wherever_it_is_seen(yaw, pitch, roll):
    assert shape_error(seen_from(yaw=yaw, pitch=pitch, roll=roll)) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(
    "points",
    [
        # A mouth that crosses the line of the eyes, points in a row, and in one place.
        [[0, 0], [50, 0], [25, 30], [10, 50], [40, -50]],
        [[0, 0], [10, 0], [20, 0], [30, 0], [40, 0]],
        [[5, 5]] * 5,
    ],
)
def test_points_that_no_face_has_are_far_from_its_shape(points):
    assert shape_error(np.array(points, np.float32)) > 0.25
