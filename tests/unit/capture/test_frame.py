import numpy as np
import pytest

from desktop_app.capture.frame import Frame


def frame(**changes):
    values = {"index": 0, "timestamp": 0.0, "source_id": "test"}
    return Frame(**{"pixels": np.zeros((4, 6, 3), np.uint8)} | values | changes)


def test_the_pixels_of_a_frame_cannot_be_written_but_the_array_given_still_can():
    pixels = np.zeros((4, 6, 3), np.uint8)
    taken = frame(pixels=pixels)
    with pytest.raises(ValueError, match="read-only"):
        taken.pixels[0, 0] = 1
    pixels[0, 0] = 1


def test_size_is_width_then_height():
    assert frame().size == (6, 4)


@pytest.mark.parametrize(
    ("pixels", "error", "words"),
    [
        (np.zeros((4, 6), np.uint8), ValueError, r"\(None, None, 3\), got \(4, 6\)"),
        (np.zeros((4, 6, 4), np.uint8), ValueError, r"got \(4, 6, 4\)"),
        (np.zeros((4, 6, 3), np.float32), TypeError, "uint8, got float32"),
        ([[[0, 0, 0]]], TypeError, "got list"),
    ],
)
def test_other_pixels_are_refused_with_what_was_expected_and_what_came(pixels, error, words):
    with pytest.raises(error, match=words):
        frame(pixels=pixels)


def test_a_negative_index_is_refused():
    with pytest.raises(ValueError, match="got -1"):
        frame(index=-1)
