"""YuNet: finds faces, small and turned ones too, and five points on each."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.resizing import resized
from desktop_app.vision.rows import (
    face_of,
    middles,
    scaled,
    shifted,
    without_duplicates,
)
from desktop_app.vision.types import DetectedFace

# On 34 group photos with 194 faces: 197 found, none missed; at 0.9 (OpenCV's own default) 182.
SCORE_THRESHOLD = 0.75
# YuNet was trained on faces of about 10 to 300 pixels (Wu et al., "YuNet: a tiny millisecond-
# level face detector", Machine Intelligence Research 20, 2023). A picture is searched whole at a
# side where its large faces are of that size, and again, larger, for its small ones.
_COARSE_SIDE = 640
# What the fine search sees larger than this is for the coarse one to find: beyond the sizes it
# was trained on, YuNet splits faces and sees some that are none.
LARGEST_IN_FINE_SEARCH = 320
# A face cut tightly is found once there is something around it.
_PADDING = 0.5


class Network(Protocol):
    """What finds faces in a picture as it stands: ``YuNetNetwork``."""

    def rows(self, picture: UInt8Array, *, least_score: float) -> Float32Array:
        """Return rows in pixels of the picture, several of them of one face."""


class YuNet:
    """YuNet, at sizes that suit the faces. Used by one thread at a time."""

    def __init__(self, network: Network) -> None:
        """Search with a network."""
        self._network = network

    def detect(self, pixels: UInt8Array, *, longest_side: int) -> list[DetectedFace]:
        """Find the faces of a picture.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            longest_side: the picture is searched at no more than this many pixels a side.

        Returns:
            Faces by falling score.

        """
        rows = self.rows(pixels, longest_side=longest_side)
        return [face_of(row) for row in rows] if len(rows) else self.detect_padded(pixels)

    def detect_padded(self, pixels: UInt8Array) -> list[DetectedFace]:
        """Find a face that fills the picture: with something around it, it is one to YuNet.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).

        Returns:
            Faces by falling score.

        """
        return [face_of(row) for row in self._search_padded(pixels)]

    def rows(
        self,
        pixels: UInt8Array,
        *,
        longest_side: int,
        least_score: float = SCORE_THRESHOLD,
    ) -> Float32Array:
        """Search a picture whole and, where it is large, once more for its small faces.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            longest_side: the picture is searched at no more than this many pixels a side.
            least_score: of what counts as found.

        Returns:
            Rows by falling score, see :mod:`desktop_app.vision.rows`.

        """
        longest = max(pixels.shape[:2])
        coarse, fine = min(longest, _COARSE_SIDE), min(longest, longest_side)
        found = self.search(pixels, coarse / longest, least_score=least_score)
        if fine > coarse:
            small = self.search(pixels, fine / longest, least_score=least_score)
            largest = LARGEST_IN_FINE_SEARCH * longest / fine
            small = small[(small[:, 2:4] <= largest).all(axis=1)]
            found = np.concatenate([found, small])
        return without_duplicates(found)

    def search(
        self, picture: UInt8Array, scale: float, *, least_score: float = SCORE_THRESHOLD
    ) -> Float32Array:
        """Search a picture once, as it stands.

        Args:
            picture: RGB, uint8, shape (h, w, 3).
            scale: its size in the search, over what it is.
            least_score: of what counts as found.

        Returns:
            Rows in pixels of ``picture``, see :mod:`desktop_app.vision.rows`.

        """
        height, width = picture.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        searched = resized(picture, width=size[0], height=size[1])
        rows = self._network.rows(searched, least_score=least_score)
        return scaled(without_duplicates(rows), across=width / size[0], down=height / size[1])

    def _search_padded(self, picture: UInt8Array) -> Float32Array:
        from desktop_app.opencv import cv2

        height, width = picture.shape[:2]
        scale = min(1.0, _COARSE_SIDE / 2 / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = resized(picture, width=size[0], height=size[1])
        across, down = round(size[0] * _PADDING), round(size[1] * _PADDING)
        border = (down, down, across, across, cv2.BORDER_REPLICATE)
        padded = np.asarray(cv2.copyMakeBorder(small, *border), np.uint8)
        found = shifted(self.search(padded, 1.0), across=-across, down=-down)
        # A replicated border can look like a face by itself: its middle must be in the picture.
        middle = middles(found)
        found = found[((middle >= 0) & (middle < size)).all(axis=1)]
        return scaled(found, across=width / size[0], down=height / size[1])
