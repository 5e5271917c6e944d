"""Which frames of a stream are searched whole, and which only where faces were a moment ago."""

from __future__ import annotations

import functools
from collections.abc import Collection

import numpy as np

from desktop_app.arrays import BoolArray, Float32Array, Int64Array, UInt8Array
from desktop_app.recognition.motion import overlaps

# Seconds after which a picture is searched whole again, for somebody who came in: while somebody
# is followed and something moves beside them, while nothing does; while nobody is followed but
# something moves, and while nothing does.
WHOLE_EVERY = 0.19
_UNMOVED_EVERY = 0.36
_EMPTY_EVERY = 0.06
_STILL_EVERY = 0.5
# A glance is so many pixels across and down. One has changed by this much, of 255: several times
# the noise of a webcam in a dim room.
_GLANCE = (64, 36)
_CHANGED_BY = 32
# The share of pixels that have, where something moves, and where it is another picture altogether.
_MOVES, _CUT = 0.01, 0.5
# So many have where somebody moves beside those who are followed. Whoever is too small or too much
# like the background to touch as many is found a little later.
_MOVE_BESIDE = 4
# Where a head and its hair move, from the middle of its box, in sides of the box.
_OF_A_HEAD = 0.7
# A face found here continues what was expected there.
_SAME_PLACE = 0.2


class SearchPlan:
    """Says when a whole frame is to be searched. One per source; used by one thread."""

    def __init__(self) -> None:
        self._whole_at: float | None = None
        self._glance: UInt8Array | None = None
        self._glance_of_whole: UInt8Array | None = None

    def wants_whole(
        self, pixels: UInt8Array, *, timestamp: float, followed: Float32Array, waits: bool
    ) -> bool:
        """Tell whether the next frame is to be searched whole.

        Args:
            pixels: RGB, uint8, shape (h, w, 3).
            timestamp: of the frame, seconds.
            followed: boxes (x1, y1, x2, y2), shape (n, 4), pixels, of those in sight.
            waits: whether somebody who was followed is waited for, or in sight.

        """
        before, self._glance = self._glance, _glance(pixels)
        if self._whole_at is None or not 0.0 <= timestamp - self._whole_at < _STILL_EVERY:
            return True
        if _share_changed(before, self._glance) >= _CUT:
            return True
        waited = timestamp - self._whole_at
        if len(followed):
            return waited >= _UNMOVED_EVERY or (
                waited >= WHOLE_EVERY and self._moves_beside(followed, pixels.shape[:2])
            )
        # While the name of whoever was lost is still there, nobody may stand in its place unseen.
        return waits or (
            # Against the frame that was searched: what creeps in changes little from frame to
            # frame.
            waited >= _EMPTY_EVERY and _share_changed(self._glance_of_whole, self._glance) >= _MOVES
        )

    def _moves_beside(self, followed: Float32Array, shape: tuple[int, ...]) -> bool:
        """Tell whether anything but their heads moved since a frame was searched whole."""
        if self._glance is None or self._glance_of_whole is None:
            return True
        changed = _changed(self._glance_of_whole, self._glance)
        rows, columns = _places(*shape)
        for left, top, right, bottom in followed.tolist():
            reach = _OF_A_HEAD * max(right - left, bottom - top)
            across = np.abs(columns - (left + right) / 2) < reach
            changed &= ~(across & (np.abs(rows - (top + bottom) / 2) < reach))
        return int(changed.sum()) >= _MOVE_BESIDE

    def note_whole(self, *, timestamp: float) -> None:
        """Take note that the newest frame was searched whole."""
        self._whole_at = timestamp
        self._glance_of_whole = self._glance


def any_missed(expected: Float32Array, found: Collection[Float32Array]) -> bool:
    """Tell whether a face was not found where it was expected.

    Args:
        expected: boxes (x1, y1, x2, y2), shape (n, 4), pixels.
        found: boxes.

    """
    if not len(expected):
        return False
    if not found:
        return True
    return bool((overlaps(expected, np.stack([*found])).max(axis=1) < _SAME_PLACE).any())


def _glance(pixels: UInt8Array) -> UInt8Array:
    """Return some pixels in green, of which brightness is mostly made."""
    seen: UInt8Array = pixels[*_places(*pixels.shape[:2]), 1]
    return seen


@functools.lru_cache(maxsize=16)
def _places(height: int, width: int) -> tuple[Int64Array, Int64Array]:
    """Return the rows and columns of a glance, each in a shape that the other fits."""
    rows = np.linspace(0, height - 1, _GLANCE[1]).astype(np.int64)
    columns = np.linspace(0, width - 1, _GLANCE[0]).astype(np.int64)
    return rows[:, None], columns[None]


def _changed(before: UInt8Array, after: UInt8Array) -> BoolArray:
    apart: BoolArray = np.abs(before.astype(np.int16) - after) > _CHANGED_BY
    return apart


def _share_changed(before: UInt8Array | None, after: UInt8Array) -> float:
    return 1.0 if before is None else float(_changed(before, after).mean())
