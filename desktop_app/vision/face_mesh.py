"""What reads a mesh off a face, and where that mesh lies in the picture."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, UInt8Array
from desktop_app.vision.alignment import apply_transform, invert_transform


class FaceMesh(Protocol):
    """Reads the 478 points of MediaPipe's face mesh. Used by one thread at a time."""

    def under(self, pixels: UInt8Array, points: Float32Array) -> Float32Array | None:
        """Return the mesh of the face that five points lie on, or None where none is seen there.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            points: as in ``Landmarks.points``, not all in one place.

        Returns:
            float32, shape (478, 3), as in ``Landmarks.mesh``.

        """

    def close(self) -> None:
        """Let go of the networks. May be called more than once."""


def in_picture(mesh: Float64Array, transform: Float64Array) -> Float32Array:
    """Return the mesh of a crop in the pixels of its picture.

    Args:
        mesh: shape (478, 3), pixels of the crop, z in the scale of x.
        transform: takes (x, y, 1) of the picture to (x, y) of the crop, shape (2, 3).

    Returns:
        float32, shape (478, 3).

    """
    back = invert_transform(transform)
    scale = float(np.sqrt(abs(np.linalg.det(back[:, :2]))))
    flat = apply_transform(back, mesh[:, :2])
    return np.column_stack([flat, mesh[:, 2] * scale]).astype(np.float32)
