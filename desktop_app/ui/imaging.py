"""From arrays of pixels to what Qt paints."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap


def to_qimage(pixels: np.ndarray) -> QImage:
    """Return an image that owns its data.

    Args:
        pixels: RGB, uint8, shape (h, w, 3).

    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(f"expected uint8 (h, w, 3), got {pixels.dtype} {pixels.shape}")
    height, width, _ = pixels.shape
    contiguous = np.ascontiguousarray(pixels)
    # The QImage only borrows the array's memory; copy() is what outlives the array.
    return QImage(contiguous.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def to_pixmap(pixels: np.ndarray) -> QPixmap:
    """Return a pixmap of RGB uint8 (h, w, 3) pixels. On the GUI thread only."""
    return QPixmap.fromImage(to_qimage(pixels))


def thumbnail(pixels: np.ndarray, size: QSize) -> QImage:
    """Return a smaller copy that fits into ``size`` (pixels) with its proportions kept.

    May be called on any thread.
    """
    height, width = pixels.shape[:2]
    # A photo of 100 megapixels is not copied whole only to be made small.
    step = max(1, min(width // (2 * size.width()), height // (2 * size.height())))
    return to_qimage(pixels[::step, ::step]).scaled(
        size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
