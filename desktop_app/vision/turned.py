"""Photos that lie on their side or stand on their head, and faces that do so in one that does not.

YuNet often finds such a face all the same, but takes it for an upright one: its points are wrong,
and its score is lower than it would be the right way up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from desktop_app.arrays import Float64Array, UInt8Array
from desktop_app.vision.alignment import crop, invert_transform
from desktop_app.vision.rows import (
    SCORE,
    best_near,
    face_of,
    mapped,
    row_of,
    without_duplicates,
)
from desktop_app.vision.types import DetectedFace
from desktop_app.vision.yunet import YuNet

# What is seen as clearly as this is upright.
_CLEARLY_UPRIGHT = 0.9
# The right way up, a face scores higher by this at least; faces that are upright do not elsewhere.
_LEAD = 0.03
# A doubtful face is looked at in a square this many times its box, at this side; what is this far
# from its middle, in sides, is another one.
_ROOM = 2.0
_SIDE = 192
_FARTHEST = 0.2
_WHOLE_SIDE = 640
# In a photo that shows nothing upright, a face that is seen once it is turned is seen well; of 418
# pieces of group photos without a face, two had "faces" below this.
_LEAST_TURNED = 0.8


def set_upright(
    finder: YuNet, pixels: UInt8Array, found: Sequence[DetectedFace], *, longest_side: int
) -> list[DetectedFace]:
    """Return the faces of a photo with those put right that are not upright in it.

    Args:
        finder: what found them.
        pixels: RGB, uint8, shape (h, w, 3).
        found: faces; none makes it look at the whole photo turned.
        longest_side: the photo is searched at no more than this many pixels a side.

    """
    if not found:
        turn = _turn_that_shows_most(finder, pixels)
        faces = _search_turned(finder, pixels, turn, longest_side=longest_side) if turn else []
        return [face for face in faces if face.detection.score >= _LEAST_TURNED]
    looks = [_turned_look(finder, pixels, face) for face in found]
    (common, count), *_ = Counter(turn for turn, _ in looks).most_common(1)
    faces = [face for _, face in looks]
    if common and 2 * count > len(found):
        # It is the photo that lies on its side: that way up, more may be found.
        faces += _search_turned(finder, pixels, common, longest_side=longest_side)
    # What was taken for a face beside one may be the same one, once it is looked at turned.
    rows = np.stack([row_of(face) for face in faces])
    return [face_of(row) for row in without_duplicates(rows)]


def _turned_look(finder: YuNet, pixels: UInt8Array, face: DetectedFace) -> tuple[int, DetectedFace]:
    """Return by how many quarter turns a face is best seen, and the face as it is seen then."""
    if face.detection.score >= _CLEARLY_UPRIGHT:
        return 0, face
    middle = (face.detection.box[:2] + face.detection.box[2:]) / 2
    side = max(1.0, _ROOM * max(face.detection.width, face.detection.height))
    scale = _SIDE / side
    corner = middle - side / 2
    transform = np.array([[scale, 0.0, -corner[0] * scale], [0.0, scale, -corner[1] * scale]])
    square = crop(pixels, transform, size=_SIDE)
    best_turn, best = 0, face
    to_beat = face.detection.score
    for turn in range(4):
        view = np.ascontiguousarray(np.rot90(square, turn))
        row = best_near(finder.search(view, 1.0), _SIDE / 2, reach=_FARTHEST * _SIDE)
        if row is None:
            continue
        if turn == 0:
            to_beat = max(to_beat, float(row[SCORE]))
        elif row[SCORE] >= to_beat + _LEAD:
            in_square = mapped(row, _back_from(turn, width=_SIDE, height=_SIDE))
            best_turn, best = turn, face_of(mapped(in_square, invert_transform(transform)))
            to_beat = float(row[SCORE])
    return best_turn, best


def _turn_that_shows_most(finder: YuNet, pixels: UInt8Array) -> int:
    """Return the number of quarter turns after which most faces are seen, 0 where none is."""
    from desktop_app.opencv import cv2

    height, width = pixels.shape[:2]
    scale = min(1.0, _WHOLE_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    best_turn, most = 0, 0.0
    for turn in (1, 3, 2):
        rows = finder.search(np.ascontiguousarray(np.rot90(small, turn)), 1.0)
        seen = float(without_duplicates(rows)[:, SCORE].sum())
        if seen > most:
            best_turn, most = turn, seen
    return best_turn


def _search_turned(
    finder: YuNet, pixels: UInt8Array, turn: int, *, longest_side: int
) -> list[DetectedFace]:
    height, width = pixels.shape[:2]
    back = _back_from(turn, width=width, height=height)
    turned = np.ascontiguousarray(np.rot90(pixels, turn))
    found = finder.detect(turned, longest_side=longest_side)
    return [face_of(mapped(row_of(face), back)) for face in found]


def _back_from(turn: int, *, width: int, height: int) -> Float64Array:
    """Return the transform from a picture after ``np.rot90`` to the picture before, (2, 3)."""
    # np.rot90 by one turn takes (x, y) to (y, width - 1 - x).
    one = np.array([[0.0, -1.0, width - 1.0], [1.0, 0.0, 0.0]])
    two = np.array([[-1.0, 0.0, width - 1.0], [0.0, -1.0, height - 1.0]])
    three = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, height - 1.0]])
    return (one, two, three)[turn - 1]
