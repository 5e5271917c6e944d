"""How somebody is to look while they are enrolled, and whether they do."""

from __future__ import annotations

import enum
from collections.abc import Sequence

import numpy as np

from desktop_app.vision.types import Landmarks, Pose

# How a head is held, degrees. One that looks straight seems to be lowered or raised by up to 28 in
# 98 of 100 photos of LFW: cameras stand above and below, and no two faces are alike.
_STRAIGHT_YAW, _STRAIGHT_PITCH = 10.0, 28.0
# From here on it is beside how it was held in the picture that looks straight.
_TURNED = (12.0, 28.0)
_FAR_TURNED = (_TURNED[1], 60.0)
_RAISED = (9.0, 40.0)
# How far it may turn the other way meanwhile.
_ASIDE = 20.0


class Wanted(enum.Enum):
    """How somebody is to look. Left and right are their own."""

    STRAIGHT = "straight"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    FAR_LEFT = "far left"
    FAR_RIGHT = "far right"


AHEAD = Pose(0.0, 0.0, 0.0)


def meets(wanted: Wanted, pose: Pose, *, straight: Pose) -> bool:
    """Whether a head is held as wanted.

    Args:
        wanted: how.
        pose: how it is held.
        straight: how it was held when it looked straight.

    """
    if wanted is Wanted.STRAIGHT:
        return abs(pose.yaw) <= _STRAIGHT_YAW and abs(pose.pitch) <= _STRAIGHT_PITCH
    along, aside = _turn(wanted, pose, straight)
    near, far = _range(wanted)
    return near <= along <= far and aside <= _ASIDE


def is_too_far(wanted: Wanted, pose: Pose, *, straight: Pose) -> bool:
    """Whether a head is turned as wanted, and beyond."""
    return wanted is not Wanted.STRAIGHT and (_turn(wanted, pose, straight)[0] > _range(wanted)[1])


def _range(wanted: Wanted) -> tuple[float, float]:
    if wanted in {Wanted.UP, Wanted.DOWN}:
        return _RAISED
    return _TURNED if wanted in {Wanted.LEFT, Wanted.RIGHT} else _FAR_TURNED


def _turn(wanted: Wanted, pose: Pose, straight: Pose) -> tuple[float, float]:
    """Return how far a head is turned the way that is wanted, and how far another, degrees."""
    yaw, pitch = pose.yaw - straight.yaw, pose.pitch - straight.pitch
    match wanted:
        case Wanted.LEFT | Wanted.FAR_LEFT:
            return yaw, abs(pitch)
        case Wanted.RIGHT | Wanted.FAR_RIGHT:
            return -yaw, abs(pitch)
        case Wanted.UP:
            return pitch, abs(yaw)
        case _:
            return -pitch, abs(yaw)


def farthest_moved(looks: Sequence[Landmarks]) -> float:
    """Return how far five points were from where they are now, in distances between the eyes.

    Args:
        looks: of one face, newest last; at least one.

    """
    newest = looks[-1]
    steps = [np.linalg.norm(look.points - newest.points, axis=1).mean() for look in looks]
    return float(max(steps)) / max(newest.eye_distance, 1.0)
