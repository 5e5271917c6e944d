"""Notices a picture that stands still: a stuck driver repeats its last one for ever."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import UInt8Array

# So many whole rows tell nearly every live picture from the one before: 10 µs at 1920×1080, where
# every 16th pixel of every 16th row took 96 (what takes time is to fetch lines of 64 bytes).
_ROWS = 16
# Where those rows are alike, all others are compared, 0.5 ms at 1920×1080, but only so often: what
# compresses a dark picture leaves noise in few places. Seconds.
_THOROUGH_EVERY = 0.25
# Rows compared at once: a difference ends the search.
_AT_ONCE = 64
# A sensor with a cap on it gives values up to here, but for a few pixels that are always bright.
_BLACK = 32
_BRIGHT_PIXELS = 0.001


class ChangeWatch:
    """Compares each picture with the last one that was different, exactly.

    A sensor's noise changes some pixel of every picture. What stands still without being broken: a
    camera with a lid (black, and often exactly so), a virtual camera that shows a card, a network
    camera whose encoder leaves out what hardly moves.

    Attributes:
        last_change_at: when the picture last was another one; None before the first.
        is_black: whether nothing in it is brighter than a covered sensor's noise. Seldom judged: it
            may lag behind by a quarter of a second.

    """

    def __init__(self) -> None:
        self.last_change_at: float | None = None
        self.is_black = False
        self._reference: UInt8Array | None = None
        self._thorough_at = -np.inf

    def look(self, pixels: UInt8Array, *, now: float) -> bool:
        """Take a picture; return whether it is another one than before, as far as was looked.

        Args:
            pixels: RGB, uint8, (h, w, 3), not written to any more; it is kept, not copied.
            now: as ``time.monotonic`` tells the time.

        """
        thorough = now - self._thorough_at >= _THOROUGH_EVERY
        if thorough:
            self._thorough_at = now
            self.is_black = _is_black(_some_rows(pixels))
        reference = self._reference
        changed = reference is None or _differ(pixels, reference, thorough=thorough)
        if changed:
            self._reference = pixels
            self.last_change_at = now
        return changed


def _some_rows(pixels: UInt8Array) -> UInt8Array:
    return pixels[:: max(1, len(pixels) // _ROWS)]


def _differ(pixels: UInt8Array, reference: UInt8Array, *, thorough: bool) -> bool:
    if not np.array_equal(_some_rows(pixels), _some_rows(reference)):
        return True
    return thorough and any(
        not np.array_equal(pixels[top : top + _AT_ONCE], reference[top : top + _AT_ONCE])
        for top in range(0, len(pixels), _AT_ONCE)
    )


def _is_black(rows: UInt8Array) -> bool:
    return int(np.count_nonzero(rows > _BLACK)) <= _BRIGHT_PIXELS * rows.size
