"""A second reading of the five points, by YuNet on the upright face at sizes that suit it."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, UInt8Array
from desktop_app.vision.alignment import crop, invert_transform, similarity_transform, template_for
from desktop_app.vision.rows import mapped, middles, mirrored
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
            template = template_for(side, margin=margin)
            transform = similarity_transform(points, template)
            upright = crop(pixels, transform, size=side)
            views = (
                self._finder.search(upright, 1.0),
                mirrored(self._finder.search(upright[:, ::-1], 1.0), width=side),
            )
            for rows in views:
                row = _row_of_same_face(rows, template.mean(axis=0), side=side)
                if row is not None:
                    readings.append(mapped(row, invert_transform(transform))[4:14].reshape(5, 2))
        if not readings:
            return None
        mean: Float32Array = np.mean(readings, axis=0).astype(np.float32)
        return mean


def _row_of_same_face(
    rows: Float32Array, middle: Float64Array, *, side: int
) -> Float32Array | None:
    """Return the row whose points are where the face's are, None where there is no such row.

    The nearest, and not the best: a neighbour who is seen a little better would move the mean of
    the readings to between the two.

    Args:
        rows: of a crop.
        middle: of the face's five points in it, x and y.
        side: of the crop, pixels.

    """
    near = rows[np.linalg.norm(middles(rows) - side / 2, axis=1) < _FARTHEST * side]
    if not len(near):
        return None
    apart = np.linalg.norm(near[:, 4:14].reshape(-1, 5, 2).mean(axis=1) - middle, axis=1)
    nearest: Float32Array = near[int(np.argmin(apart))]
    return nearest
