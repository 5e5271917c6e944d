"""From five points to the crop that an embedder reads."""

from __future__ import annotations

import math

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, UInt8Array
from desktop_app.vision.resizing import halve, halvings
from desktop_app.vision.types import AlignedFace

# Where InsightFace's alignment puts the five points in a crop of 112×112, which SFace and most
# embedders since were trained on (insightface/utils/face_align.py, `arcface_dst`).
ARCFACE_TEMPLATE: Float64Array = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]
)
ARCFACE_SIZE = 112
_PLANE = np.array([1.0, 1.0j])


def template_for(size: int, *, margin: float = 0.0) -> Float64Array:
    """Return the five points for a square crop.

    Args:
        size: side of the crop, pixels.
        margin: fraction of the side to leave free around the usual crop, 0 to below 1; FaceNets
            trained on loosely cut faces want some.

    Returns:
        float64, shape (5, 2).

    """
    inner = size * (1.0 - margin)
    return ARCFACE_TEMPLATE * (inner / ARCFACE_SIZE) + (size - inner) / 2


def similarity_transform(
    source: Float32Array | Float64Array, target: Float32Array | Float64Array
) -> Float64Array:
    """Return the rotation, scale and shift that take ``source`` nearest to ``target``.

    Least squares over all points, without reflection: Umeyama, "Least-squares estimation of
    transformation parameters between two point patterns", IEEE TPAMI 13(4), 1991. In the plane a
    point is a complex number, and rotation with scale a factor, so that no SVD is needed.

    Args:
        source: shape (n, 2).
        target: shape (n, 2).

    Returns:
        float64, shape (2, 3): takes (x, y, 1) to (x, y).

    Raises:
        ValueError: the source points all lie in one place.

    """
    source_points = np.asarray(source, np.float64)
    target_points = np.asarray(target, np.float64)
    source_mean, target_mean = source_points.mean(axis=0), target_points.mean(axis=0)
    here = (source_points - source_mean) @ _PLANE
    there = (target_points - target_mean) @ _PLANE
    spread = float(np.vdot(here, here).real)
    if spread < 1e-12 * len(here):
        raise ValueError("points that all lie in one place have no scale")
    factor = complex(np.vdot(here, there)) / spread
    linear = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.column_stack([linear, target_mean - linear @ source_mean])


def apply_transform(transform: Float64Array, points: Float32Array | Float64Array) -> Float64Array:
    """Return points, shape (n, 2), taken through a transform of shape (2, 3)."""
    result: Float64Array = points @ transform[:, :2].T + transform[:, 2]
    return result


def invert_transform(transform: Float64Array) -> Float64Array:
    """Return the transform that leads back.

    Raises:
        ValueError: it brings everything to one line or point.

    """
    (a, b), (c, d) = transform[:, :2].tolist()
    area = a * d - b * c
    if area == 0.0:
        raise ValueError("what has no area has no way back")
    linear = np.array([[d / area, -b / area], [-c / area, a / area]])
    return np.column_stack([linear, -linear @ transform[:, 2]])


def crop(pixels: UInt8Array, transform: Float64Array, *, size: int) -> UInt8Array:
    """Return what lies under a transform, black where the picture has nothing.

    A face much larger than the crop is first halved as often as it takes: sampling it with a
    stride of several pixels would turn pores and noise into false detail. Halving takes neighbours
    two by two, which costs a seventh of weighing every pixel for a fraction.

    Args:
        pixels: RGB, uint8, shape (h, w, 3).
        transform: float64, shape (2, 3).
        size: side of the result.

    Returns:
        RGB, uint8, shape (size, size, 3).

    """
    from desktop_app.opencv import cv2

    (a, b), (c, d) = transform[:, :2].tolist()
    scale = math.sqrt(abs(a * d - b * c))
    if 0.0 < scale < 0.5:
        pixels, transform = _halved(pixels, transform, scale=scale, size=size)
    warped = cv2.warpAffine(pixels, transform, (size, size), flags=cv2.INTER_LINEAR)
    return np.asarray(warped, np.uint8)


def _halved(
    pixels: UInt8Array, transform: Float64Array, *, scale: float, size: int
) -> tuple[UInt8Array, Float64Array]:
    """Cut out the neighbourhood of the crop and bring it to less than twice the crop's scale."""
    left, top, right, bottom = _seen(pixels, transform, size=size)
    times = halvings(scale)
    across, down = (right - left) >> times, (bottom - top) >> times
    if across < 1 or down < 1:
        return pixels, transform
    factor = 2**times
    piece = pixels[top : top + down * factor, left : left + across * factor]
    # Pixel centres: x_small = (x - left + 0.5) / factor - 0.5, and back.
    corner = np.array([left, top]) + (factor - 1) / 2
    linear = transform[:, :2] * factor
    shift = transform[:, :2] @ corner + transform[:, 2]
    return halve(piece, times=times), np.column_stack([linear, shift])


def _seen(pixels: UInt8Array, transform: Float64Array, *, size: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what a crop shows of a picture, with some room."""
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [size, 0], [0, size], [size, size]], np.float64)
    seen = apply_transform(invert_transform(transform), corners)
    left, top = np.maximum(np.floor(seen.min(axis=0)).astype(int) - 2, 0)
    right, bottom = np.minimum(np.ceil(seen.max(axis=0)).astype(int) + 2, (width, height))
    return int(left), int(top), int(right), int(bottom)


def align(
    pixels: UInt8Array, points: Float32Array, *, template: Float64Array, size: int
) -> AlignedFace:
    """Cut a face out so that its five points lie on the template.

    Args:
        pixels: RGB, uint8, shape (h, w, 3).
        points: float32, shape (5, 2), pixels.
        template: float64, shape (5, 2), pixels of the crop.
        size: side of the crop.

    """
    transform = similarity_transform(points, template)
    return AlignedFace(crop(pixels, transform, size=size), transform)


def mirrored(face: AlignedFace) -> AlignedFace:
    """Return the crop as a mirror shows it."""
    side = face.pixels.shape[1]
    flip = np.array([[-1.0, 0.0, side - 1.0], [0.0, 1.0, 0.0]])
    linear = flip[:, :2] @ face.transform[:, :2]
    shift = flip[:, :2] @ face.transform[:, 2] + flip[:, 2]
    return AlignedFace(np.ascontiguousarray(face.pixels[:, ::-1]), np.column_stack([linear, shift]))
