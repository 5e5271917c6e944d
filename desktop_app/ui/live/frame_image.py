"""A frame as Qt paints it fastest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from desktop_app.arrays import UInt8Array


def image_for(pixels: UInt8Array, *, width: float) -> QImage:
    """Return a frame as an image that is worth scaling to a width while it is painted.

    Qt works out each pixel of a scaled RGB888 image by itself, which takes three times as long as
    to convert the frame first. A frame of more than twice the size would lose lines on its way and
    is made smaller by a whole factor, as the mean of its pixels.

    Args:
        pixels: RGB, uint8, shape (h, w, 3).
        width: what it is painted at, pixels of the screen.

    Returns:
        A copy, RGB32, not narrower than ``width`` where the frame is not.

    """
    factor = min(int(pixels.shape[1] / max(1.0, width)), pixels.shape[0])
    if factor > 1:
        from desktop_app.opencv import cv2

        # Whole squares of pixels: anything else takes ten times as long.
        rows, columns = pixels.shape[0] // factor, pixels.shape[1] // factor
        whole = pixels[: rows * factor, : columns * factor]
        small = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
        pixels = np.asarray(small, np.uint8)
    height, width_now = pixels.shape[:2]
    borrowed = QImage(
        pixels.data, width_now, height, pixels.strides[0], QImage.Format.Format_RGB888
    )
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)
