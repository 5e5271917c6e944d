"""A face as a few grey pixels: too little to know somebody by, enough to see a cut."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.alignment import crop, similarity_transform, template_for

_SIDE = 16
# Some hair and background belong to it: without them strangers resemble each other more.
_MARGIN = 0.3
# Below this standard deviation, of 255, there is nothing but rounding.
_FLAT = 0.5
# The same for what is left of one of length 1 inside its rim.
_LEAST_RANGE = 1e-3
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


def thumbnail(pixels: UInt8Array, points: Float32Array) -> Float32Array:
    """Return a face, upright, as 16×16 grey pixels without their mean and contrast.

    Args:
        pixels: RGB, uint8, shape (h, w, 3).
        points: of the landmarks, float32, shape (5, 2), pixels.

    Returns:
        A vector of length 1, float32, shape (256,); of zeros where all is of one brightness.
        The product of two is their normalised correlation, −1 to 1.

    """
    # One pixel more on each side, where the crop may fade into the black beyond it.
    transform = similarity_transform(points, template_for(_SIDE, margin=_MARGIN) + 1.0)
    inner = crop(pixels, transform, size=_SIDE + 2)[1:-1, 1:-1]
    grey = inner.reshape(-1, 3).astype(np.float32) @ _LUMA
    grey -= grey.mean()
    length = float(np.linalg.norm(grey))
    if length < _FLAT * _SIDE:
        return np.zeros_like(grey)
    normalised: Float32Array = grey / np.float32(length)
    return normalised


def alike(one: Float32Array, other: Float32Array) -> float:
    """Return how alike two thumbnails are, −1 to 1, where one may be a pixel beside the other.

    Landmarks jitter by a few pixels from search to search, which on a small face is a pixel of
    its thumbnail; a cut is more than that.

    Args:
        one: from :func:`thumbnail`.
        other: likewise.

    """
    from desktop_app.opencv import cv2

    middle = one.reshape(_SIDE, _SIDE)[1:-1, 1:-1]
    if float(np.ptp(middle)) < _LEAST_RANGE:
        # A flat one is like nothing; to OpenCV it is like everything.
        return 0.0
    found = cv2.matchTemplate(other.reshape(_SIDE, _SIDE), middle, cv2.TM_CCOEFF_NORMED)
    return float(found.max())
