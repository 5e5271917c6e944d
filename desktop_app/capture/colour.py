"""From the layouts that OpenCV hands out to the one that everything else reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.arrays import UInt8Array


def rgb_from_opencv(picture: npt.NDArray[Any]) -> UInt8Array:
    """Convert what OpenCV decoded to RGB.

    Args:
        picture: grey (h, w) or (h, w, 1), BGR (h, w, 3) or BGRA (h, w, 4); 8 or 16 bits. The
            alpha of a camera carries nothing and is dropped.

    Returns:
        RGB, uint8, (h, w, 3), contiguous, in memory of its own.

    Raises:
        ValueError: it is no picture of these kinds.

    """
    if picture.dtype == np.uint16:
        picture = (picture >> 8).astype(np.uint8)
    channels = 1 if picture.ndim == 2 else picture.shape[-1]
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or channels not in (1, 3, 4):
        raise ValueError(f"expected a picture, got {picture.dtype} of shape {picture.shape}")
    from desktop_app.opencv import cv2

    code = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}[channels]
    return np.asarray(cv2.cvtColor(picture, code), dtype=np.uint8)
