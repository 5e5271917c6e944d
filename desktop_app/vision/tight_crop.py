"""A face that fills the photo, where nothing was found: the last attempt."""

from __future__ import annotations

from typing import Any

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.types import DetectedFace
from desktop_app.vision.yunet import YuNet, face_of_row

# Sides at which a tightly cut face is looked for, with and without room around it.
_SIDES = (128, 160, 320, 480)
_ROOM = (0.0, 0.5)
# Found as badly as this in two of these searches, it is a face: of 390 profiles of CFP that are
# cut tightly, this finds the one that all other searches miss.
_LEAST_SCORE = 0.6
_LEAST_AGREEING = 2
_SAME_PLACE = 0.4
# A face that fills less of the picture than this is no tightly cut one.
_LEAST_SHARE = 0.25


def find_filling(finder: YuNet, pixels: UInt8Array) -> list[DetectedFace]:
    """Return the one face that fills a photo, if several doubtful searches agree on it.

    Args:
        finder: what found nothing.
        pixels: RGB, uint8, shape (h, w, 3).

    """
    from desktop_app.opencv import cv2

    height, width = pixels.shape[:2]
    hits: list[Float32Array] = []
    for room in _ROOM:
        down, across = round(height * room), round(width * room)
        border = (down, down, across, across)
        padded = np.asarray(cv2.copyMakeBorder(pixels, *border, cv2.BORDER_REPLICATE), np.uint8)
        for side in _SIDES:
            for hand in (1, -1):
                rows = _search_at(finder, padded[:, ::hand], side * (1 + 2 * room))
                if hand == -1:
                    rows = _mirrored(rows, width=padded.shape[1])
                rows[:, [0, *range(4, 14, 2)]] -= across
                rows[:, [1, *range(5, 14, 2)]] -= down
                hits += [row for row in rows if _fills(row, width=width, height=height)]
    if not hits:
        return []
    rows = np.stack(hits)
    best = rows[int(np.argmax(rows[:, 14]))]
    agreeing = [row for row in rows if _overlap(row, best) >= _SAME_PLACE]
    return [face_of_row(best)] if len(agreeing) >= _LEAST_AGREEING else []


def _search_at(finder: YuNet, picture: UInt8Array, side: float) -> Float32Array:
    from desktop_app.opencv import cv2

    scale = side / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small: Any = cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
    rows = finder.search(cv2.cvtColor(small, cv2.COLOR_RGB2BGR), 1.0, least_score=_LEAST_SCORE)
    rows[:, 0:14:2] *= picture.shape[1] / size[0]
    rows[:, 1:14:2] *= picture.shape[0] / size[1]
    return rows


def _mirrored(rows: Float32Array, *, width: int) -> Float32Array:
    """Return rows that were found in a mirror, as they are in front of it."""
    mirrored = rows.copy()
    mirrored[:, 0] = width - rows[:, 0] - rows[:, 2]
    points = rows[:, 4:14].reshape(-1, 5, 2)[:, [1, 0, 2, 4, 3]].copy()
    points[..., 0] = width - 1 - points[..., 0]
    mirrored[:, 4:14] = points.reshape(-1, 10)
    return mirrored


def _fills(row: Float32Array, *, width: int, height: int) -> bool:
    return float(row[2] * row[3]) >= _LEAST_SHARE * width * height


def _overlap(a: Float32Array, b: Float32Array) -> float:
    """Return the share of their union that two rows' boxes have in common."""
    low = np.maximum(a[:2], b[:2])
    high = np.minimum(a[:2] + a[2:4], b[:2] + b[2:4])
    shared = float(np.prod(np.maximum(high - low, 0.0)))
    return shared / float(a[2] * a[3] + b[2] * b[3] - shared)
