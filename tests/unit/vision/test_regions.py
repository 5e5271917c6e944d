"""Looking for faces where they were; what YuNet sees is played by hand."""

import numpy as np
import pytest

from desktop_app.vision.regions import (
    LARGEST,
    SMALLEST,
    search_all,
    search_around,
    search_regions,
)
from desktop_app.vision.yunet import YuNet

PICTURE = np.zeros((720, 1280, 3), np.uint8)


class Painted:
    """Stands in for the network: sees bright squares, as sure of each as it is bright."""

    def __init__(self):
        self.searched = []

    def rows(self, picture, *, least_score):
        from desktop_app.opencv import cv2

        self.searched.append(picture.shape[1::-1])
        grey = np.ascontiguousarray(picture[..., 0])
        count, labels, stats, _ = cv2.connectedComponentsWithStats((grey > 30).astype(np.uint8))
        rows = []
        for label in range(1, count):
            x, y, w, h = (float(value) for value in stats[label][:4])
            score = float(np.median(grey[labels == label])) / 255
            if score >= least_score:
                rows.append([x, y, w, h, *[x + w / 2, y + h / 2] * 5, score])
        return np.array(rows, np.float32).reshape(-1, 15)


@pytest.fixture
def network():
    return Painted()


@pytest.fixture
def finder(network):
    return YuNet(network)


def one_by_one(finder):
    return lambda pixels, boxes: [search_around(finder, pixels, box) for box in boxes]


def search_near(finder, pixels, boxes):
    return search_regions(one_by_one(finder), pixels, boxes)


def search_whole(finder, pixels, boxes):
    return search_all(finder, one_by_one(finder), pixels, boxes, longest_side=960)


def picture(*squares):
    """Squares of (left, top, side, score)."""
    pixels = PICTURE.copy()
    for left, top, side, score in squares:
        pixels[top : top + side, left : left + side] = round(255 * score)
    return pixels


def expected(*squares):
    boxes = [(left, top, left + side, top + side) for left, top, side in squares]
    return np.array(boxes, np.float32).reshape(-1, 4)


def boxes(rows):
    return [tuple(round(float(value)) for value in row[:4]) for row in rows]


def test_a_face_that_moved_is_found_in_pixels_of_the_picture(finder, network):
    rows = search_near(finder, picture((520, 330, 80, 0.9)), expected((500, 310, 80)))
    assert rows[0, :4] == pytest.approx((520, 330, 80, 80), abs=3)
    assert len(network.searched) == 1
    assert max(network.searched[0]) <= LARGEST


def test_for_a_small_face_little_is_searched(finder, network):
    rows = search_near(finder, picture((520, 330, 24, 0.9)), expected((516, 326, 26)))
    assert rows[0, :4] == pytest.approx((520, 330, 24, 24), abs=2)
    assert max(network.searched[0]) <= SMALLEST


def test_the_larger_the_face_the_more_its_surroundings_are_reduced(finder, network):
    rows = search_near(finder, picture((400, 200, 320, 0.9)), expected((390, 190, 330)))
    assert rows[0, :4] == pytest.approx((400, 200, 320, 320), abs=8)
    assert max(network.searched[0]) <= LARGEST


def test_a_face_that_is_less_clear_than_before_is_found_again(finder):
    pixels = picture((500, 300, 80, 0.6))
    assert len(search_near(finder, pixels, expected((500, 300, 80)))) == 1


def test_a_face_that_is_not_clear_is_none_where_nobody_was(finder):
    pixels = picture((500, 300, 60, 0.9), (580, 300, 50, 0.6))
    assert len(search_near(finder, pixels, expected((500, 300, 60)))) == 1
    assert len(search_whole(finder, pixels, expected((500, 300, 60)))) == 1


def test_neighbours_that_both_look_for_are_found_once(finder):
    pixels = picture((500, 300, 60, 0.9), (580, 310, 60, 0.8))
    rows = search_near(finder, pixels, expected((500, 300, 60), (580, 310, 60)))
    assert len(rows) == 2


def test_what_the_edge_of_the_surroundings_cuts_off_is_no_face(finder):
    pixels = picture((500, 300, 80, 0.9), (590, 300, 80, 0.9))
    rows = search_near(finder, pixels, expected((500, 300, 80)))
    assert rows[:, :4] == pytest.approx(np.array([[500, 300, 80, 80]]), abs=3)


def test_at_the_edge_of_the_picture_a_face_is_found_as_far_as_it_is_in_it(finder):
    rows = search_near(finder, picture((0, 0, 60, 0.9)), expected((-20, -10, 80)))
    assert boxes(rows) == [(0, 0, 60, 60)]


def test_a_face_expected_outside_the_picture_is_not_looked_for(finder, network):
    assert len(search_near(finder, PICTURE, expected((1500, 900, 40)))) == 0
    assert network.searched == []


def test_the_search_of_the_whole_finds_who_came_in_and_keeps_the_others_where_they_were_seen(
    finder,
):
    pixels = picture((100, 100, 80, 0.9), (900, 500, 60, 0.8))
    rows = search_whole(finder, pixels, expected((104, 104, 80)))
    near = search_near(finder, pixels, expected((104, 104, 80)))
    assert len(rows) == 2
    np.testing.assert_array_equal(rows[0], near[0])
    assert rows[1, :4] == pytest.approx((900, 500, 60, 60), abs=4)


def test_nothing_is_found_where_nothing_is(finder):
    assert search_whole(finder, PICTURE, expected()).shape == (0, 15)
    assert search_near(finder, PICTURE, expected((5, 5, 50))).shape == (0, 15)


def test_a_face_that_is_seen_better_in_the_whole_picture_has_the_score_it_has_there():
    class Nearsighted(Painted):
        def rows(self, picture, *, least_score):
            found = super().rows(picture, least_score=least_score)
            if max(picture.shape[:2]) <= LARGEST:
                found[:, 14] -= 0.2
            return found

    finder = YuNet(Nearsighted())
    pixels, where = picture((500, 300, 60, 0.8)), expected((500, 300, 60))
    near, whole = (
        search_near(finder, pixels, where),
        search_whole(finder, pixels, where),
    )
    assert near[:, 14] == pytest.approx([0.6], abs=0.01)
    assert whole[:, 14] == pytest.approx([0.8], abs=0.01)
    assert boxes(near) == boxes(whole)
