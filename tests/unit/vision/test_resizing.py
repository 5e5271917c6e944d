"""Pictures are made smaller without moving what is in them."""

import numpy as np
import pytest

from desktop_app.vision.resizing import halve, halvings, resized


def slope(width, height):
    """Red says how far to the right a pixel is, green how far down, from 0 to 250."""
    across = np.tile((np.arange(width) + 0.5) / width * 250, (height, 1))
    down = np.tile(((np.arange(height) + 0.5) / height * 250)[:, None], (1, width))
    return np.stack([across, down, np.full_like(across, 90)], axis=2).round().astype(np.uint8)


@pytest.mark.parametrize(
    "size", [(640, 360), (960, 540), (213, 119), (1000, 90), (1, 1), (1280, 720), (1600, 900)]
)
def test_everything_stays_in_its_place(size):
    width, height = size
    small = resized(slope(1283, 721), width=width, height=height)
    assert small.shape == (height, width, 3)
    expected = slope(width, height).astype(float)
    # A pixel of the smaller picture, and rounding.
    assert np.abs(small - expected).max() <= 250 / min(width, height, 250) + 2


def test_a_picture_of_that_size_is_handed_through():
    picture = slope(64, 48)
    assert resized(picture, width=64, height=48) is picture


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (3, 2), (900, 1)])
def test_slivers_are_resized_too(size):
    width, height = size
    picture = np.full((height, width, 3), 50, np.uint8)
    assert (resized(picture, width=7, height=5) == 50).all()


@pytest.mark.parametrize(("scale", "times"), [(1.5, 0), (1.0, 0), (0.51, 0), (0.5, 1), (0.1, 3)])
def test_what_is_left_after_halving_is_between_a_half_and_one(scale, times):
    assert halvings(scale) == times


def test_each_pixel_is_the_mean_of_those_that_it_stands_for():
    picture = np.random.default_rng(0).integers(0, 255, (16, 24, 3)).astype(np.uint8)
    means = picture.reshape(4, 4, 6, 4, 3).mean(axis=(1, 3))
    assert np.abs(halve(picture, times=2) - means).max() <= 1.0
    assert halve(picture, times=0) is picture
