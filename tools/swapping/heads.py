"""Heads cut out of photos, to be put into pictures at any place and size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.types import Face

# Half axes of the ellipse that is cut out, and of its soft edge, in heights of the face's box: hair
# and ears belong to a head.
_ACROSS, _DOWN = 0.62, 0.8
_SOFT = 0.15
_SIDE = 2.0


@dataclass(frozen=True, eq=False, slots=True)
class Head:
    """Somebody's head in a photo.

    Attributes:
        pixels: the photo, RGB, uint8, shape (h, w, 3), at the size that the head is to have.
        box: of the face, (x1, y1, x2, y2), float32, pixels of that photo.

    """

    pixels: UInt8Array
    box: Float32Array

    @classmethod
    def of(cls, photo: UInt8Array, face: Face, *, height: float) -> Head:
        """Return a head whose face is so many pixels high."""
        from desktop_app.opencv import cv2

        box = face.detection.box
        scale = height / face.detection.height
        size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
        how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
        return cls(np.asarray(cv2.resize(photo, size, interpolation=how), np.uint8), box * scale)

    @property
    def height(self) -> float:
        """Of the face's box, pixels."""
        return float(self.box[3] - self.box[1])

    def box_at(self, middle: tuple[float, float]) -> Float32Array:
        """Return where the face is once it was put somewhere, (x1, y1, x2, y2)."""
        half = (self.box[2:] - self.box[:2]) / 2
        place = np.array(middle, np.float32)
        return np.concatenate([place - half, place + half])

    def put_into(
        self, picture: UInt8Array, middle: tuple[float, float], *, opacity: float = 1.0
    ) -> None:
        """Paint it over a picture, which is written to; what lies beyond its edges is left out.

        Args:
            picture: RGB, uint8, shape (h, w, 3).
            middle: of the face's box, pixels; between them too.
            opacity: 0 to 1.

        """
        from desktop_app.opencv import cv2

        side = round(_SIDE * self.height)
        left, top = (int(np.floor(place - side / 2)) for place in middle)
        own = (self.box[:2] + self.box[2:]) / 2
        x, y = middle[0] - left, middle[1] - top
        shift = np.array([[1.0, 0.0, x - own[0]], [0.0, 1.0, y - own[1]]])
        border = cv2.BORDER_REPLICATE
        patch = cv2.warpAffine(self.pixels, shift, (side, side), borderMode=border)
        down, across = np.mgrid[:side, :side].astype(np.float32)
        radius = np.hypot((across - x) / _ACROSS, (down - y) / _DOWN) / self.height
        mask = opacity * np.clip((1.0 - radius) / _SOFT, 0.0, 1.0)[..., None]
        low_x, low_y = max(0, -left), max(0, -top)
        high_x = min(side, picture.shape[1] - left)
        high_y = min(side, picture.shape[0] - top)
        if low_x >= high_x or low_y >= high_y:
            return
        under = picture[top + low_y : top + high_y, left + low_x : left + high_x]
        part = np.s_[low_y:high_y, low_x:high_x]
        mixed = under + mask[part] * (patch[part].astype(np.float32) - under)
        under[:] = np.round(mixed).astype(np.uint8)
