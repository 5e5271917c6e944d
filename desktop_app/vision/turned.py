"""Photos that lie on their side or stand on their head, and faces that do so in one that does not.

YuNet often finds such a face all the same, but takes it for an upright one: its points are wrong,
and its score is lower than it would be the right way up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, UInt8Array
from desktop_app.vision.alignment import apply_transform
from desktop_app.vision.types import DetectedFace
from desktop_app.vision.yunet import YuNet, face_of_row, row_of_face, without_duplicates

# What is seen as clearly as this is upright.
_CLEARLY_UPRIGHT = 0.9
# The right way up, a face scores higher by this at least; faces that are upright do not elsewhere.
_LEAD = 0.03
# A doubtful face is looked at in a square this many times its box, at this side.
_ROOM = 2.0
_SIDE = 192
_WHOLE_SIDE = 640


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
        return _search_turned(finder, pixels, turn, longest_side=longest_side) if turn else []
    turned = [_turned_look(finder, pixels, face) for face in found]
    (common, count), *_ = Counter(turn for turn, _ in turned).most_common(1)
    if common and 2 * count > len(found):
        # It is the photo that lies on its side; upright, more may be found.
        return _search_turned(finder, pixels, common, longest_side=longest_side)
    # What was taken for a face beside one may be the same one, once it is looked at turned.
    rows = np.stack([row_of_face(face) for _, face in turned])
    return [face_of_row(row) for row in without_duplicates(rows)]


def _turned_look(finder: YuNet, pixels: UInt8Array, face: DetectedFace) -> tuple[int, DetectedFace]:
    """Return by how many quarter turns a face is best seen, and the face as it is seen then."""
    if face.detection.score >= _CLEARLY_UPRIGHT:
        return 0, face
    from desktop_app.opencv import cv2

    middle = (face.detection.box[:2] + face.detection.box[2:]) / 2
    side = max(1.0, _ROOM * max(face.detection.width, face.detection.height))
    scale = _SIDE / side
    corner = middle - side / 2
    transform = np.array([[scale, 0.0, -corner[0] * scale], [0.0, scale, -corner[1] * scale]])
    area = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    square = cv2.warpAffine(
        pixels, transform, (_SIDE, _SIDE), flags=area, borderMode=cv2.BORDER_REPLICATE
    )
    best_turn, best = 0, face
    score_to_beat = face.detection.score
    for turn in range(4):
        view = cv2.cvtColor(np.ascontiguousarray(np.rot90(square, turn)), cv2.COLOR_RGB2BGR)
        rows = _in_the_middle(finder.search(view, 1.0))
        if not len(rows):
            continue
        row = rows[int(np.argmax(rows[:, 14]))]
        if turn == 0:
            score_to_beat = max(score_to_beat, float(row[14]))
        elif row[14] >= score_to_beat + _LEAD:
            back = _back_from(turn, width=_SIDE, height=_SIDE)
            seen = _mapped(face_of_row(row), back)
            away = np.column_stack([transform[:, :2] / scale**2, corner])
            best_turn, best = turn, _mapped(seen, away)
            score_to_beat = float(row[14])
    return best_turn, best


def _in_the_middle(rows: Float32Array) -> Float32Array:
    middles = rows[:, :2] + rows[:, 2:4] / 2
    near: Float32Array = rows[np.linalg.norm(middles - _SIDE / 2, axis=1) < _SIDE / 5]
    return near


def _turn_that_shows_most(finder: YuNet, pixels: UInt8Array) -> int:
    """Return the number of quarter turns after which most faces are seen, 0 where none is."""
    from desktop_app.opencv import cv2

    height, width = pixels.shape[:2]
    scale = min(1.0, _WHOLE_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    best_turn, most = 0, 0.0
    for turn in (1, 3, 2):
        view = cv2.cvtColor(np.ascontiguousarray(np.rot90(small, turn)), cv2.COLOR_RGB2BGR)
        seen = float(without_duplicates(finder.search(view, 1.0))[:, 14].sum())
        if seen > most:
            best_turn, most = turn, seen
    return best_turn


def _search_turned(
    finder: YuNet, pixels: UInt8Array, turn: int, *, longest_side: int
) -> list[DetectedFace]:
    height, width = pixels.shape[:2]
    back = _back_from(turn, width=width, height=height)
    turned = np.ascontiguousarray(np.rot90(pixels, turn))
    return [_mapped(face, back) for face in finder.detect(turned, longest_side=longest_side)]


def _back_from(turn: int, *, width: int, height: int) -> Float64Array:
    """Return the transform from a picture after ``np.rot90`` to the picture before, (2, 3)."""
    # np.rot90 by one turn takes (x, y) to (y, width - 1 - x).
    one = np.array([[0.0, -1.0, width - 1.0], [1.0, 0.0, 0.0]])
    two = np.array([[-1.0, 0.0, width - 1.0], [0.0, -1.0, height - 1.0]])
    three = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, height - 1.0]])
    return (one, two, three)[turn - 1]


def _mapped(face: DetectedFace, transform: Float64Array) -> DetectedFace:
    """Return a face in other coordinates; its box stays along the axes."""
    left, top, right, bottom = face.detection.box
    corners = apply_transform(transform, np.array([[left, top], [right, bottom]], np.float64))
    low, high = corners.min(axis=0), corners.max(axis=0)
    points = apply_transform(transform, face.landmarks.points)
    row = [*low, *(high - low), *points.ravel(), face.detection.score]
    return face_of_row(np.array(row, np.float32))
