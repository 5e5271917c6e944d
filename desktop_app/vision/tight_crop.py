"""A face that fills the photo, where nothing was found: the last attempt."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.vision.rows import SCORE, face_of, mirrored, overlaps, scaled, shifted
from desktop_app.vision.types import DetectedFace
from desktop_app.vision.yunet import YuNet

# Sides at which a tightly cut face is looked for, with and without room around it.
_SIDES = (128, 160, 320, 480)
_ROOM = (0.0, 0.5)
# Found as badly as this in two of these searches, it may be a face; the closer look decides.
_LEAST_SCORE = 0.6
_LEAST_AGREEING = 2
_SAME_PLACE = 0.4
# A face that fills less of the picture than this is no tightly cut one.
_LEAST_SHARE = 0.25


def find_filling(finder: YuNet, pixels: UInt8Array) -> list[DetectedFace]:
    """Return the one face that may fill a photo, if several doubtful searches agree on it.

    Args:
        finder: what found nothing.
        pixels: RGB, uint8, shape (h, w, 3).

    """
    from desktop_app.opencv import cv2

    height, width = pixels.shape[:2]
    # No search sees more of it than this.
    scale = min(1.0, max(_SIDES) / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    hits = [
        row
        for room in _ROOM
        for row in _searched(finder, picture, room=room)
        if row[2] * row[3] >= _LEAST_SHARE * size[0] * size[1]
    ]
    if not hits:
        return []
    rows = np.stack(hits)
    best = rows[int(np.argmax(rows[:, SCORE]))]
    if (overlaps(best, rows) >= _SAME_PLACE).sum() < _LEAST_AGREEING:
        return []
    return [face_of(scaled(best[None], across=width / size[0], down=height / size[1])[0])]


def _searched(finder: YuNet, picture: UInt8Array, *, room: float) -> Float32Array:
    """Return the rows of all sizes and both hands, with so much of each side around the photo."""
    from desktop_app.opencv import cv2

    height, width = picture.shape[:2]
    down, across = round(height * room), round(width * room)
    border = (down, down, across, across)
    padded = np.asarray(cv2.copyMakeBorder(picture, *border, cv2.BORDER_REPLICATE), np.uint8)
    mirror = np.asarray(cv2.flip(padded, 1), np.uint8)
    found = []
    for side in _SIDES:
        scale = side / max(height, width)
        found.append(finder.search(padded, scale, least_score=_LEAST_SCORE))
        rows = finder.search(mirror, scale, least_score=_LEAST_SCORE)
        found.append(mirrored(rows, width=padded.shape[1]))
    return shifted(np.concatenate(found), across=-across, down=-down)
