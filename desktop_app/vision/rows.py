"""YuNet's rows: x, y, w, h of a box, x and y of five points, and a score.

float32, shape (n, 15), pixels.
"""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array
from desktop_app.vision.alignment import apply_transform
from desktop_app.vision.pose import estimate_pose
from desktop_app.vision.types import DetectedFace, Detection, Landmarks

SCORE = 14
# Rows whose boxes share more of their union than this are of one face.
NMS_IOU = 0.3
# In a mirror the subject's right is left.
_MIRRORED_ORDER = [1, 0, 2, 4, 3]


def face_of(row: Float32Array) -> DetectedFace:
    """Return what a row, shape (15,), says."""
    x, y, w, h = (float(value) for value in row[:4])
    box = np.array([x, y, x + w, y + h], np.float32)
    # YuNet's order is ours: the subject's right eye first, which is on the picture's left.
    points = row[4:14].reshape(5, 2).astype(np.float32)
    return DetectedFace(
        Detection(box, float(np.clip(row[SCORE], 0.0, 1.0))),
        Landmarks(points, estimate_pose(points)),
    )


def row_of(face: DetectedFace) -> Float32Array:
    """Return a face as YuNet would have said it, shape (15,)."""
    left, top, right, bottom = face.detection.box
    points = face.landmarks.points.ravel()
    row = [left, top, right - left, bottom - top, *points, face.detection.score]
    return np.array(row, np.float32)


def middles(rows: Float32Array) -> Float32Array:
    """Return the middles of the boxes, shape (n, 2)."""
    return np.asarray(rows[:, :2] + rows[:, 2:4] / 2, np.float32)


def best_near(rows: Float32Array, middle: float, *, reach: float) -> Float32Array | None:
    """Return the row with the highest score whose middle is near a point of the diagonal.

    Args:
        rows: of a square picture.
        middle: x and y of the point.
        reach: how far a middle may be from it, pixels.

    """
    near = rows[np.linalg.norm(middles(rows) - middle, axis=1) < reach]
    if not len(near):
        return None
    best: Float32Array = near[int(np.argmax(near[:, SCORE]))].copy()
    return best


def scaled(rows: Float32Array, *, across: float, down: float) -> Float32Array:
    """Return rows in a picture that is so many times as wide and as high."""
    result = rows.copy()
    result[:, 0:14:2] *= across
    result[:, 1:14:2] *= down
    return result


def shifted(rows: Float32Array, *, across: float, down: float) -> Float32Array:
    """Return rows moved by so many pixels to the right and down."""
    result = rows.copy()
    result[:, [0, *range(4, 14, 2)]] += across
    result[:, [1, *range(5, 14, 2)]] += down
    return result


def mirrored(rows: Float32Array, *, width: int) -> Float32Array:
    """Return rows found in a mirror, as they are in front of it; the picture is ``width`` wide."""
    result = rows.copy()
    result[:, 0] = width - rows[:, 0] - rows[:, 2]
    points = rows[:, 4:14].reshape(-1, 5, 2)[:, _MIRRORED_ORDER].copy()
    points[..., 0] = width - 1 - points[..., 0]
    result[:, 4:14] = points.reshape(-1, 10)
    return result


def mapped(row: Float32Array, transform: Float64Array) -> Float32Array:
    """Return a row in other coordinates; its box stays along the axes.

    Args:
        row: shape (15,).
        transform: takes (x, y, 1) there; float64, shape (2, 3).

    """
    x, y, w, h = (float(value) for value in row[:4])
    box = np.array([[x, y], [x + w, y], [x, y + h], [x + w, y + h]])
    corners = apply_transform(transform, box)
    low, high = corners.min(axis=0), corners.max(axis=0)
    points = apply_transform(transform, row[4:14].reshape(5, 2))
    return np.array([*low, *(high - low), *points.ravel(), row[SCORE]], np.float32)


def overlaps(row: Float32Array, others: Float32Array) -> Float32Array:
    """Return which share of their union a box has in common with each of others, shape (n,)."""
    low = np.maximum(row[:2], others[:, :2])
    high = np.minimum(row[:2] + row[2:4], others[:, :2] + others[:, 2:4])
    shared = np.prod(np.maximum(high - low, 0.0), axis=1)
    union = np.prod(row[2:4]) + np.prod(others[:, 2:4], axis=1) - shared
    return np.asarray(shared / np.maximum(union, 1e-9), np.float32)


def without_duplicates(rows: Float32Array) -> Float32Array:
    """Keep the best of rows that cover one face, which each of several searches may have found."""
    if len(rows) < 2:
        return rows
    left = rows[np.argsort(-rows[:, SCORE], kind="stable")]
    kept: list[Float32Array] = []
    while len(left):
        kept.append(left[0])
        left = left[1:][overlaps(left[0], left[1:]) <= NMS_IOU]
    return np.stack(kept)
