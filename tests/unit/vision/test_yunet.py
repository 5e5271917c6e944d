"""How the searches of different fineness are put together; the network is played by hand."""

import numpy as np
import pytest

from desktop_app.vision.yunet import YuNet


class Network:
    """Gives the boxes (x, y, w, h, score) that it was told to, for each size of picture."""

    def __init__(self, boxes):
        self._boxes = boxes
        self.searched = []

    def rows(self, picture, *, least_score):
        self.searched.append(picture.shape[1::-1])
        boxes = [box for box in self._boxes.get(self.searched[-1], []) if box[4] >= least_score]
        rows = [[x, y, w, h, *[x + w / 2, y + h / 2] * 5, score] for x, y, w, h, score in boxes]
        return np.array(rows, np.float32).reshape(-1, 15)


@pytest.fixture
def searching():
    def make(boxes):
        network = Network(boxes)
        return YuNet(network), network

    return make


def found(detector, *, size, longest_side=1920):
    width, height = size
    faces = detector.detect(np.zeros((height, width, 3), np.uint8), longest_side=longest_side)
    return [face.detection.box.tolist() for face in faces]


def test_a_large_picture_is_searched_whole_and_again_for_its_small_faces(searching):
    detector, network = searching(
        {
            (640, 320): [(10, 20, 100, 120, 0.9)],
            (1920, 960): [(900, 300, 40, 50, 0.8)],
        }
    )
    boxes = found(detector, size=(3840, 1920))
    assert network.searched == [(640, 320), (1920, 960)]
    # Both in pixels of the picture itself.
    assert boxes == [[60, 120, 660, 840], [1800, 600, 1880, 700]]


def test_what_the_fine_search_sees_large_is_left_to_the_coarse_one(searching):
    detector, _ = searching(
        {
            (640, 640): [(0, 0, 10, 10, 0.9)],
            (1920, 1920): [
                (500, 500, 330, 200, 0.95),
                (500, 1000, 200, 330, 0.95),
                (1000, 1000, 310, 310, 0.95),
            ],
        }
    )
    boxes = found(detector, size=(1920, 1920))
    assert boxes == [[1000, 1000, 1310, 1310], [0, 0, 30, 30]]


def test_a_face_that_both_searches_see_is_one_face_the_better_seen(searching):
    detector, _ = searching(
        {
            (640, 640): [(100, 100, 60, 60, 0.8)],
            (1280, 1280): [(198, 202, 120, 118, 0.9)],
        }
    )
    assert found(detector, size=(1280, 1280)) == [[198, 202, 318, 320]]


def test_a_small_picture_is_searched_once(searching):
    detector, network = searching({(600, 400): [(10, 20, 100, 120, 0.9)]})
    assert found(detector, size=(600, 400)) == [[10, 20, 110, 140]]
    assert network.searched == [(600, 400)]


def test_where_nothing_is_found_the_picture_is_searched_with_room_around_it(searching):
    # 200×100 with half of each side on either side; the second box has its middle in the border.
    detector, network = searching(
        {
            (400, 200): [(120, 60, 80, 80, 0.9), (10, 10, 80, 80, 0.9)],
        }
    )
    assert found(detector, size=(200, 100)) == [[20, 10, 100, 90]]
    assert network.searched == [(200, 100), (400, 200)]
