import numpy as np
import pytest

from desktop_app.vision.alignment import (
    ARCFACE_TEMPLATE,
    align,
    apply_transform,
    crop,
    invert_transform,
    similarity_transform,
    template_for,
)


def turned(
    points: np.ndarray, *, degrees: float, scale: float, shift: tuple[float, float]
) -> np.ndarray:
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scale * points @ rotation.T + shift


@pytest.mark.parametrize("degrees", [0, 30, 90, 180, -135])
def test_a_turned_and_scaled_face_is_brought_back_exactly(degrees):
    seen = turned(ARCFACE_TEMPLATE, degrees=degrees, scale=3.7, shift=(812.0, -40.0))
    transform = similarity_transform(seen, ARCFACE_TEMPLATE)
    np.testing.assert_allclose(apply_transform(transform, seen), ARCFACE_TEMPLATE, atol=1e-9)


def test_the_fit_has_the_least_squares_of_all_similarities():
    rng = np.random.default_rng(3)
    seen = turned(ARCFACE_TEMPLATE, degrees=12, scale=1.4, shift=(5, 9)) + rng.normal(0, 4, (5, 2))
    fitted = similarity_transform(seen, ARCFACE_TEMPLATE)
    least = ((apply_transform(fitted, seen) - ARCFACE_TEMPLATE) ** 2).sum()
    for _ in range(200):
        a, b, x, y = rng.normal(0, [1e-3, 1e-3, 0.05, 0.05])
        other = fitted + np.array([[a, -b, x], [b, a, y]])
        assert ((apply_transform(other, seen) - ARCFACE_TEMPLATE) ** 2).sum() > least


def test_a_mirrored_face_is_not_mirrored_back():
    mirrored = ARCFACE_TEMPLATE * [-1, 1]
    assert np.linalg.det(similarity_transform(mirrored, ARCFACE_TEMPLATE)[:, :2]) > 0


def test_points_in_one_place_are_refused():
    with pytest.raises(ValueError, match="no scale"):
        similarity_transform(np.zeros((5, 2)), ARCFACE_TEMPLATE)


def test_a_transform_and_its_inverse_cancel_out():
    transform = np.array([[1.2, -0.4, 30.0], [0.4, 1.2, -8.0]])
    there = apply_transform(transform, ARCFACE_TEMPLATE)
    np.testing.assert_allclose(
        apply_transform(invert_transform(transform), there), ARCFACE_TEMPLATE, atol=1e-9
    )


def test_a_margin_leaves_the_face_in_the_middle_and_smaller():
    plain, loose = template_for(160), template_for(160, margin=0.25)
    np.testing.assert_allclose(loose - 80, (plain - 80) * 0.75)


def blob(size: int, x: float, y: float, width: float) -> np.ndarray:
    across, down = np.meshgrid(np.arange(size), np.arange(size))
    light = 255 * np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * width**2))
    return np.repeat(light[..., None], 3, axis=2).astype(np.uint8)


def brightest(pixels: np.ndarray) -> np.ndarray:
    light = pixels[..., 0].astype(float)
    rows, columns = np.indices(light.shape)
    return np.array([(columns * light).sum(), (rows * light).sum()]) / light.sum()


@pytest.mark.parametrize("shrink", [0.9, 0.3, 0.1])
def test_what_lies_under_a_point_stays_under_it_however_much_the_face_is_shrunk(shrink):
    picture = blob(800, 410.0, 377.0, 6 / shrink)
    transform = np.array([[shrink, 0.0, 56 - 400 * shrink], [0.0, shrink, 56 - 380 * shrink]])
    seen = brightest(crop(picture, transform, size=112))
    np.testing.assert_allclose(
        seen, apply_transform(transform, np.array([[410.0, 377.0]]))[0], atol=0.1
    )


def test_fine_stripes_of_a_large_face_become_grey_and_not_false_stripes():
    stripes = np.zeros((1200, 1200, 3), np.uint8)
    stripes[:, ::2] = 255
    shrunk = crop(stripes, np.array([[0.1, 0, 0], [0, 0.1, 0]], np.float64), size=112)
    assert np.ptp(shrunk[20:90, 20:90]) < 30


def test_a_face_half_outside_the_picture_is_cut_with_black():
    picture = np.full((100, 100, 3), 200, np.uint8)
    points = (ARCFACE_TEMPLATE - [80, 0]).astype(np.float32)
    aligned = align(picture, points, template=ARCFACE_TEMPLATE, size=112)
    assert aligned.pixels[50, 5].tolist() == [0, 0, 0]
    assert aligned.pixels[50, 105].tolist() == [200, 200, 200]


@pytest.mark.parametrize("corner", [(500.0, 50.0), (-900.0, 50.0), (40.0, 800.0)])
def test_a_large_face_beside_the_picture_is_all_black(corner):
    picture = np.full((100, 100, 3), 200, np.uint8)
    transform = np.array([[0.2, 0, -0.2 * corner[0]], [0, 0.2, -0.2 * corner[1]]])
    assert not crop(picture, transform, size=16).any()
