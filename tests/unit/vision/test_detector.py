"""Which searches a picture gets; the network is played by hand."""

import numpy as np
import pytest

from desktop_app.vision.detector import CombinedDetector
from desktop_app.vision.effort import LIVE
from desktop_app.vision.yunet import YuNet

COARSE, FINE, PADDED = (640, 360), (960, 540), (640, 360)
BESIDE = 192


class Network:
    """Writes down how large a picture it was given, and finds a face in one search of them all."""

    def __init__(self, finds_in=None):
        self._finds_in = finds_in
        self.searched = []

    def rows(self, picture, *, least_score):
        self.searched.append(picture.shape[1::-1])
        found = len(self.searched) == self._finds_in
        x, y, w, h = 200, 100, 100, 120
        row = [x, y, w, h, *[x + w / 2, y + h / 2] * 5, 0.9]
        return np.array([row] if found else [], np.float32).reshape(-1, 15)


def find(network, **expected):
    pixels = np.full((720, 1280, 3), 90, np.uint8)
    return CombinedDetector(finder=YuNet(network), refiner=None).find(
        pixels, effort=LIVE, **expected
    )


@pytest.fixture
def somebody():
    return np.array([[600, 300, 700, 420]], np.float32)


def test_a_frame_without_faces_is_searched_whole_fine_and_padded():
    network = Network()
    assert find(network) == []
    assert network.searched == [COARSE, FINE, PADDED]


def test_where_an_expected_face_is_gone_no_search_is_made_twice(somebody):
    network = Network()
    assert find(network, expected=somebody) == []
    beside, *others = network.searched
    assert max(beside) <= BESIDE
    assert others == [COARSE, FINE, PADDED]


def test_whoever_has_come_so_near_as_to_fill_the_frame_is_found_where_somebody_was(somebody):
    network = Network(finds_in=4)
    assert len(find(network, expected=somebody)) == 1
