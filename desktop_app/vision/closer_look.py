"""A second reading of the five points, by YuNet on the upright face at sizes that suit it."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.alignment import crop, invert_transform, similarity_transform, template_for
from desktop_app.vision.rows import best_near, mapped, mirrored
from desktop_app.vision.yunet import YuNet

# Side of the crop, and how much of it is left around the face. Of the sizes and their combinations
# that were tried, these two together came out best for half profiles (docs/adr/0004).
_CROPS = ((112, 0.3), (224, 0.55))
# A face this far from the crop's middle, in sides, is a neighbour.
_FARTHEST = 0.2


class CloserLook:
    """Looks again at a face that was found. Used by one thread at a time."""

    def __init__(self, finder: YuNet) -> None:
        self._finder = finder

    def read(self, pixels: UInt8Array, points: Float32Array) -> Float32Array | None:
        """Return the five points again, or None where nothing like a face is seen there.

        The mean over several sizes and over both hands: each reading is off by some pixels, and
        not in the same direction.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            points: as they were found, float32, shape (5, 2).

        """
        readings = []
        for side, margin in _CROPS:
            transform = similarity_transform(points, template_for(side, margin=margin))
            upright = crop(pixels, transform, size=side)
            views = (
                self._finder.search(upright, 1.0),
                mirrored(self._finder.search(upright[:, ::-1], 1.0), width=side),
            )
            for rows in views:
                row = best_near(rows, side / 2, reach=_FARTHEST * side)
                if row is not None:
                    readings.append(mapped(row, invert_transform(transform))[4:14].reshape(5, 2))
        if not readings:
            return None
        mean: Float32Array = np.mean(readings, axis=0).astype(np.float32)
        return mean
