import numpy as np
import pytest

from db.pictures import decode_png, encode_png
from db.types import DamagedValueError


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (112, 112, 3), np.uint8)


def test_a_picture_comes_back_without_loss(pixels: np.ndarray) -> None:
    assert np.array_equal(decode_png(encode_png(pixels)), pixels)


def test_a_part_cut_out_of_a_larger_picture_is_stored_as_it_is_seen(pixels: np.ndarray) -> None:
    part = pixels[10:50:2, ::-1]
    assert np.array_equal(decode_png(encode_png(part)), part)


def test_a_truncated_picture_counts_as_damage(pixels: np.ndarray) -> None:
    whole = encode_png(pixels)
    for length in (0, 4, 40, len(whole) // 2):
        with pytest.raises(DamagedValueError):
            decode_png(whole[:length])


def test_a_picture_with_wrong_bytes_counts_as_damage(pixels: np.ndarray) -> None:
    data = bytearray(encode_png(pixels))
    data[200:300] = bytes(100)
    with pytest.raises(DamagedValueError):
        decode_png(bytes(data))
