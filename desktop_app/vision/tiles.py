"""Small faces in large photos: searched piece by piece, at the size they have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from desktop_app.arrays import BoolArray, Float32Array, UInt8Array
from desktop_app.vision.rows import face_of, row_of, shifted, without_duplicates
from desktop_app.vision.types import DetectedFace
from desktop_app.vision.yunet import LARGEST_IN_FINE_SEARCH, YuNet

# A face that was found this small in the search of the whole photo is not the smallest there is:
# YuNet finds those of 15 pixels there one time in three, and those of 40 always.
_SMALL = 40.0
# The side of a piece, and how much of it the next one covers again: no face that is searched for is
# larger than that.
_SIDE = 1600
_SHARED = LARGEST_IN_FINE_SEARCH
# A photo is searched at no more than this a side, which bounds the time: 24 pieces.
_LONGEST = 7680


def search_tiles(
    finder: YuNet, pixels: UInt8Array, found: Sequence[DetectedFace], *, longest_side: int
) -> list[DetectedFace]:
    """Return the faces of a photo with those that are too small for the search of the whole.

    Photos in which no face is small are not searched again: of a crowd, the nearest are found.

    Args:
        finder: what searched the whole photo.
        pixels: RGB, uint8, shape (h, w, 3).
        found: what it found.
        longest_side: the size it searched at.

    """
    height, width = pixels.shape[:2]
    longest = max(height, width)
    smallest = min((face.detection.height for face in found), default=math.inf)
    if longest <= longest_side or smallest * longest_side / longest > _SMALL:
        return list(found)
    scale = min(1.0, _LONGEST / longest)
    side = round(_SIDE / scale)
    rows = [row_of(face) for face in found]
    for left, top in _corners(width, height, side=side, shared=round(_SHARED / scale)):
        piece = pixels[top : top + side, left : left + side]
        seen = shifted(finder.search(piece, scale), across=left, down=top)
        seen = seen[_whole(seen, left=left, top=top, side=side, photo=(width, height))]
        rows += list(seen[(seen[:, 2:4] * scale <= LARGEST_IN_FINE_SEARCH).all(axis=1)])
    return [face_of(row) for row in without_duplicates(np.stack(rows))]


def _whole(
    rows: Float32Array, *, left: int, top: int, side: int, photo: tuple[int, int]
) -> BoolArray:
    """Return which boxes do not reach an edge of the piece inside the photo: others are cut off.

    They are whole in the next piece.
    """
    low, high = rows[:, :2], rows[:, :2] + rows[:, 2:4]
    begins = np.array([left, top])
    ends = np.minimum(begins + side, photo)
    sound_low = (low > begins) | (begins == 0)
    sound_high = (high < ends) | (ends == np.array(photo))
    whole: BoolArray = (sound_low & sound_high).all(axis=1)
    return whole


def _corners(width: int, height: int, *, side: int, shared: int) -> Iterator[tuple[int, int]]:
    """Give the corners of pieces that cover a photo and overlap by ``shared`` at least."""
    for top in _starts(height, side=side, shared=shared):
        for left in _starts(width, side=side, shared=shared):
            yield left, top


def _starts(length: int, *, side: int, shared: int) -> list[int]:
    if length <= side:
        return [0]
    count = math.ceil((length - shared) / (side - shared))
    return [round(place) for place in np.linspace(0, length - side, count)]
