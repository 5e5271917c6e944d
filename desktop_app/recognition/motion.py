"""How boxes move: where a face will be when the next frame comes."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array

# A movement dies away within this time unless it is seen to go on, seconds to 1/e: people who
# walk stop and turn.
_PERSISTENCE = 0.7
# How much of what a prediction missed by is put down to a change of speed; the rest is jitter of
# the detector.
_CHANGE_OF_SPEED = 0.5


class Motion:
    """A box that moves at a speed of its own and changes its size at one, both dying away."""

    __slots__ = ("_speed", "_state", "_time")

    def __init__(self, box: Float32Array, *, timestamp: float) -> None:
        """Begin at rest. Args: box: (x1, y1, x2, y2), pixels; timestamp: seconds."""
        self._state = _state_of(box)
        self._speed = np.zeros(4, np.float64)
        self._time = timestamp

    def box_at(self, timestamp: float) -> Float32Array:
        """Return where the box will be, (x1, y1, x2, y2), float32, pixels.

        Args:
            timestamp: seconds, not before the last one observed.

        """
        elapsed = max(timestamp - self._time, 0.0)
        reach = _PERSISTENCE * (1.0 - np.exp(-elapsed / _PERSISTENCE))
        return _box_of(self._state + self._speed * reach)

    def observe(self, box: Float32Array, *, timestamp: float) -> None:
        """Learn where the box is now."""
        elapsed = timestamp - self._time
        if elapsed > 0.0:
            missed = _state_of(box) - _state_of(self.box_at(timestamp))
            self._speed *= np.exp(-elapsed / _PERSISTENCE)
            self._speed += _CHANGE_OF_SPEED * missed / elapsed
        self._state = _state_of(box)
        self._time = timestamp


def _state_of(box: Float32Array) -> Float64Array:
    """Return middle and size (x, y, w, h) of a box."""
    corners = box.astype(np.float64)
    return np.concatenate([(corners[:2] + corners[2:]) / 2, corners[2:] - corners[:2]])


def _box_of(state: Float64Array) -> Float32Array:
    half = np.maximum(state[2:], 1.0) / 2
    return np.concatenate([state[:2] - half, state[:2] + half]).astype(np.float32)


def overlaps(a: Float32Array, b: Float32Array) -> Float32Array:
    """Return how much of their union boxes share.

    Args:
        a: shape (m, 4).
        b: shape (n, 4).

    Returns:
        Intersection over union, 0 to 1, shape (m, n).

    """
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=2)
    union = _areas(a)[:, None] + _areas(b)[None, :] - shared
    # Two boxes of no area have no union.
    result: Float32Array = shared / np.maximum(union, np.float32(1e-6))
    return result


def distance_in_widths(a: Float32Array, b: Float32Array) -> float:
    """Return how far the middles of two boxes are apart, in widths of the wider."""
    apart = float(np.linalg.norm(a[:2] + a[2:] - b[:2] - b[2:])) / 2
    return apart / max(float(a[2] - a[0]), float(b[2] - b[0]), 1.0)


def _areas(boxes: Float32Array) -> Float32Array:
    areas: Float32Array = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0), axis=1)
    return areas
