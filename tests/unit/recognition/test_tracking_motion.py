"""Where boxes go, and what a glance tells."""

import numpy as np
import pytest

import factories
from desktop_app.recognition.motion import Motion, distance_in_widths, overlaps
from desktop_app.recognition.thumbnail import thumbnail

POINTS = factories.face(box=(100, 100, 200, 200)).landmarks.points


def box(x: float, y: float = 100.0, side: float = 100.0) -> np.ndarray:
    return np.array([x, y, x + side, y + side], np.float32)


def walker(*, speed: float = 300.0, seconds: float = 1.0) -> Motion:
    motion = Motion(box(0), timestamp=0.0)
    for step in range(1, int(seconds * 30) + 1):
        motion.observe(box(speed * step / 30), timestamp=step / 30)
    return motion


def test_a_box_that_moves_is_expected_further_along():
    assert walker().box_at(1.1) == pytest.approx(box(330), abs=4)


def test_a_movement_that_is_not_seen_any_more_dies_away():
    motion = walker()
    near, far = motion.box_at(1.5)[0] - 300, motion.box_at(11.0)[0] - 300
    assert 90 < near < 150
    assert near < far < 250


def test_a_box_at_rest_stays_and_one_that_comes_nearer_grows():
    motion = Motion(box(0), timestamp=0.0)
    assert motion.box_at(3.0) == pytest.approx(box(0))
    for step in range(1, 20):
        motion.observe(box(0, side=100 + 5 * step), timestamp=step / 30)
    grown = motion.box_at(20 / 30)
    assert grown[2] - grown[0] == pytest.approx(200, abs=3)


def test_two_frames_of_one_time_do_no_harm():
    motion = Motion(box(0), timestamp=1.0)
    motion.observe(box(40), timestamp=1.0)
    assert motion.box_at(1.0) == pytest.approx(box(40))


def test_a_box_never_shrinks_to_nothing():
    motion = Motion(box(0, side=100), timestamp=0.0)
    for step in range(1, 5):
        motion.observe(box(0, side=100 - 20 * step), timestamp=step / 30)
    left, top, right, bottom = motion.box_at(1.0)
    assert right > left
    assert bottom > top


def test_overlap_is_what_is_shared_of_the_union():
    shared = overlaps(np.stack([box(0), box(500)]), np.stack([box(0), box(50), box(100)]))
    assert shared == pytest.approx(np.array([[1, 1 / 3, 0], [0, 0, 0]]), abs=1e-6)


def test_distance_is_counted_in_faces():
    assert distance_in_widths(box(0), box(250)) == pytest.approx(2.5)


def test_a_glance_minds_neither_brightness_nor_contrast_nor_place():
    rng = np.random.default_rng(0)
    picture = np.repeat(np.repeat(rng.integers(60, 160, (20, 20, 3)), 15, 0), 15, 1)
    glance = thumbnail(picture.astype(np.uint8), POINTS)
    darker = thumbnail((picture * 0.7 + 10).astype(np.uint8), POINTS)
    assert glance @ darker > 0.99
    moved = thumbnail(np.roll(picture, 7, axis=1).astype(np.uint8), POINTS + np.float32([7, 0]))
    assert glance @ moved > 0.99
    other = np.repeat(np.repeat(rng.integers(60, 160, (20, 20, 3)), 15, 0), 15, 1)
    assert glance @ thumbnail(other.astype(np.uint8), POINTS) < 0.5


def test_a_glance_at_nothing_is_like_nothing():
    blank = thumbnail(np.full((300, 300, 3), 90, np.uint8), POINTS)
    assert not blank.any()


def test_a_face_at_the_edge_has_a_thumbnail_too():
    picture = np.random.default_rng(0).integers(0, 255, (150, 150, 3)).astype(np.uint8)
    assert np.linalg.norm(thumbnail(picture, POINTS)) == pytest.approx(1.0, abs=1e-5)
