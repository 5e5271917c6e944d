"""Looking for faces where they are expected: around the boxes that they had a moment ago."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from desktop_app.arrays import BoolArray, Float32Array, UInt8Array
from desktop_app.vision.rows import NMS_IOU, SCORE, overlaps, shifted, without_duplicates
from desktop_app.vision.yunet import SCORE_THRESHOLD, YuNet

# Searches a picture around each of several boxes; returns rows for each.
SearchAround = Callable[[UInt8Array, Float32Array], Sequence[Float32Array]]

NOWHERE: Float32Array = np.empty((0, 4), np.float32)
_NOTHING: Float32Array = np.empty((0, SCORE + 1), np.float32)
# The side that an expected face has in its search, pixels: large enough for YuNet to place its
# points well. Around it there is room for it to move by most of its own width.
_FACE = 80
_ROOM = 2.4
# The sides of the squares that are searched, of which each has tensors of its own.
SMALLEST, LARGEST, _STEP = 128, 192, 32
# A small face is enlarged no more than this: beyond, there is nothing more to see.
_MOST_ENLARGED = 1.5
# A face that was there a moment ago and is a little less clear now (it turns, blinks, moves) is
# still the same. Elsewhere it takes a clear face to begin with one.
_LEAST_SCORE_AGAIN = 0.5
_SAME_PLACE = 0.4


def search_regions(
    around: SearchAround, pixels: UInt8Array, expected: Float32Array
) -> Float32Array:
    """Return the faces around the boxes that are expected, and in the same picture near them.

    Args:
        around: searches the regions.
        pixels: RGB, uint8, shape (h, w, 3).
        expected: boxes (x1, y1, x2, y2), float32, shape (n, 4), pixels.

    Returns:
        Rows, see :mod:`desktop_app.vision.rows`, by falling score.

    """
    found = around(pixels, expected)
    return _clear_enough(np.concatenate([*found, _NOTHING]), expected)


def search_all(
    finder: YuNet,
    around: SearchAround,
    pixels: UInt8Array,
    expected: Float32Array,
    *,
    longest_side: int,
) -> Float32Array:
    """Return the faces of a picture, with those at the expected boxes that are less clear.

    A face that is found around its box is reported as it was found there: in the search of the
    whole it is seen at another size, and its box and points would jump to and fro. Of its two
    scores it has the better one.

    Args:
        finder: searches the picture.
        around: searches the regions.
        pixels: RGB, uint8, shape (h, w, 3).
        expected: as for :func:`search_regions`.
        longest_side: the picture is searched at no more than this many pixels a side.

    """
    known = search_regions(around, pixels, expected)
    found = _clear_enough(
        finder.rows(pixels, longest_side=longest_side, least_score=_LEAST_SCORE_AGAIN), expected
    )
    new = []
    for row in found:
        same = overlaps(row, known) > NMS_IOU
        if same.any():
            known[same, SCORE] = np.maximum(known[same, SCORE], row[SCORE])
        else:
            new.append(row)
    return np.stack([*known, *new]) if len(known) or new else found


def search_around(finder: YuNet, pixels: UInt8Array, box: Float32Array) -> Float32Array:
    """Return the faces around one box, less clear ones too.

    Args:
        finder: searches.
        pixels: RGB, uint8, shape (h, w, 3).
        box: (x1, y1, x2, y2), float32, pixels.

    """
    height, width = pixels.shape[:2]
    size = max(float(box[2] - box[0]), float(box[3] - box[1]), 1.0)
    scale = min(_FACE / size, _MOST_ENLARGED)
    side = min(max(math.ceil(_ROOM * size * scale / _STEP) * _STEP, SMALLEST), LARGEST)
    half = side / scale / 2
    middle = (box[:2] + box[2:]) / 2
    left, top = (max(0, round(float(place) - half)) for place in middle)
    right = min(width, round(float(middle[0]) + half))
    bottom = min(height, round(float(middle[1]) + half))
    if right - left < 2 or bottom - top < 2:
        return _NOTHING
    region = pixels[top:bottom, left:right]
    # Rounded edges may make it a pixel too large for the tensors of this size.
    fitting = min(scale, side / (right - left), side / (bottom - top))
    rows = shifted(
        finder.search(region, fitting, least_score=_LEAST_SCORE_AGAIN), across=left, down=top
    )
    return rows[_whole(rows, (left, top, right, bottom), picture=(width, height))]


def _whole(
    rows: Float32Array, region: tuple[int, int, int, int], *, picture: tuple[int, int]
) -> BoolArray:
    """Return which boxes lie inside a region: others are cut off by its edge.

    At an edge that is the picture's too, nothing more of a face is to be had.
    """
    # By more than rounding.
    low = np.array(region[:2], np.float32) + 1.0
    high = np.array(region[2:], np.float32) - 1.0
    low[low <= 1.0] = -np.inf
    high[high >= np.array(picture) - 1.0] = np.inf
    inside = (rows[:, :2] >= low) & (rows[:, :2] + rows[:, 2:4] <= high)
    return np.asarray(inside.all(axis=1))


def _clear_enough(rows: Float32Array, expected: Float32Array) -> Float32Array:
    """Keep the clear faces, and of the others those that were expected where they are."""
    rows = without_duplicates(rows)
    boxes = np.column_stack([expected[:, :2], expected[:, 2:] - expected[:, :2]])
    kept = [
        row
        for row in rows
        if row[SCORE] >= SCORE_THRESHOLD
        or (len(boxes) and float(overlaps(row, boxes).max()) >= _SAME_PLACE)
    ]
    return np.stack(kept) if kept else rows[:0]
