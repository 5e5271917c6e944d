"""What happens in front of the camera: somebody with a name, and a stranger in their place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.capture.frame import Frame
from swapping.heads import Head

WIDTH, HEIGHT = 448, 288
_MIDDLE = WIDTH / 2
# Somebody at rest sways by so many pixels, and so often a second.
_SWAY, _SWAYS = 1.2, (0.4, 1.3)
# Standard deviation of a webcam's noise, of 255.
_NOISE = 2.5
_NOISES = 8
NAMED, STRANGER = 0, 1
# When something begins to happen, seconds: until then a name is there.
CHANGE = 0.8
_LONGEST_LEAD = 0.3


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a head is in a picture.

    Attributes:
        who: ``NAMED`` or ``STRANGER``.
        x: of the middle of the face, pixels.
        opacity: 0 to 1.

    """

    who: int
    x: float
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens.

    Attributes:
        seconds: how long it takes.
        named_until: until when whoever has a name is surely still to be told from the stranger,
            seconds.
        stranger_from: from when the stranger is there for everybody to see, seconds.
        heads: who is where at a time, those behind first.
        height: of the faces' boxes, pixels.
        backdrops: whether the backdrop changes with the person, as it does in a cut.

    """

    seconds: float
    named_until: float
    stranger_from: float
    heads: Callable[[float], tuple[Placed, ...]]
    height: float = 100.0
    backdrops: bool = False


def _exchanged(seconds: float) -> tuple[Placed, ...]:
    return (Placed(NAMED if seconds < CHANGE else STRANGER, _MIDDLE),)


def _dissolving(seconds: float) -> tuple[Placed, ...]:
    done = min(max((seconds - CHANGE) / 0.5, 0.0), 1.0)
    return (Placed(NAMED, _MIDDLE, float(done < 1.0)), Placed(STRANGER, _MIDDLE, done))


def _crossing(seconds: float) -> tuple[Placed, ...]:
    done = _eased((seconds - CHANGE) / 1.4)
    return (
        Placed(NAMED, WIDTH * (0.2 + 0.6 * done)),
        Placed(STRANGER, WIDTH * (0.8 - 0.6 * done)),
    )


def _pushed_out(seconds: float) -> tuple[Placed, ...]:
    # The one comes in as the other leaves, a head apart, and stops where the other was.
    done = _eased((seconds - CHANGE) / 1.0)
    way = 0.75 * WIDTH
    return (Placed(NAMED, _MIDDLE + way * done), Placed(STRANGER, _MIDDLE - way * (1.0 - done)))


def _hidden(seconds: float) -> tuple[Placed, ...]:
    # Out to the right; 0.4 s later somebody else comes in from there.
    gone, come = _eased((seconds - CHANGE) / 0.6), _eased((seconds - CHANGE - 1.0) / 0.6)
    way = 0.75 * WIDTH
    return (
        Placed(NAMED, _MIDDLE + way * gone),
        Placed(STRANGER, _MIDDLE + way * (1.0 - come)),
    )


def _eased(part: float) -> float:
    """Return how much of a way is done, where one starts and stops gently."""
    return (1.0 - math.cos(math.pi * min(max(part, 0.0), 1.0))) / 2


SCENES = {
    "exchanged": Scene(1.8, CHANGE, CHANGE, _exchanged),
    "exchanged, small": Scene(1.8, CHANGE, CHANGE, _exchanged, height=40.0),
    "cut": Scene(1.8, CHANGE, CHANGE, _exchanged, backdrops=True),
    "dissolve": Scene(2.8, CHANGE, CHANGE + 0.5, _dissolving),
    "crossing": Scene(3.0, math.inf, 0.0, _crossing),
    "one in, one out": Scene(2.8, math.inf, CHANGE, _pushed_out),
    "one out, one in": Scene(3.2, math.inf, CHANGE + 0.6, _hidden),
}


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """A frame, and whose faces are in it.

    Attributes:
        frame: the picture.
        time: of the scene, seconds; below 0 before it has begun.
        boxes: of the faces of which half or more is to be seen, by ``NAMED`` and ``STRANGER``.

    """

    frame: Frame
    time: float
    boxes: dict[int, Float32Array]


class Stage:
    """Plays scenes, the same ones for the same seed."""

    def __init__(self, *, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        noise = self._random.normal(0.0, _NOISE, (_NOISES, HEIGHT, WIDTH, 3))
        self._noises = np.round(noise).astype(np.int16)
        self._backdrops = [_backdrop(self._random), _backdrop(self._random)]

    def play(self, scene: Scene, heads: tuple[Head, Head], *, rate: float) -> Iterator[Shown]:
        """Give the frames of a scene.

        Args:
            scene: what happens.
            heads: of whom has a name, and of the stranger, of the height that the scene wants.
            rate: frames a second.

        """
        phases = self._random.uniform(0.0, 2.0 * math.pi, (2, 2, len(_SWAYS)))
        # What happens does not wait for a frame in which everybody is looked for.
        lead = self._random.uniform(0.0, _LONGEST_LEAD)
        for index in range(round((lead + scene.seconds) * rate)):
            time = index / rate - lead
            placed = [one for one in scene.heads(time) if one.opacity > 0.0]
            backdrop = placed[-1].who if scene.backdrops else 0
            picture = self._backdrops[backdrop].copy()
            boxes: dict[int, Float32Array] = {}
            for one in placed:
                angles = 2.0 * math.pi * time * np.array(_SWAYS) + phases[one.who]
                sway = _SWAY * np.sin(angles).sum(axis=1)
                middle = (one.x + float(sway[0]), HEIGHT / 2 + float(sway[1]))
                heads[one.who].put_into(picture, middle, opacity=one.opacity)
                box = heads[one.who].box_at(middle)
                if one.opacity > 0.5:
                    boxes = {who: below for who, below in boxes.items() if _seen(below, box)}
                    if 0.0 <= middle[0] < WIDTH:
                        boxes[one.who] = box
            yield Shown(self._framed(picture, index, index / rate), time, boxes)

    def _framed(self, picture: UInt8Array, index: int, timestamp: float) -> Frame:
        noise = self._noises[self._random.integers(_NOISES)]
        noise = np.roll(noise, int(self._random.integers(WIDTH)), axis=1)
        pixels = np.clip(picture.astype(np.int16) + noise, 0, 255).astype(np.uint8)
        return Frame(pixels, index, timestamp, "scene")


def _seen(below: Float32Array, above: Float32Array) -> bool:
    """Tell whether half of a face or more is to be seen beside one in front of it."""
    shared = np.minimum(below[2:], above[2:]) - np.maximum(below[:2], above[:2])
    covered = float(np.prod(np.maximum(shared, 0.0)) / np.prod(below[2:] - below[:2]))
    return covered <= 0.5


def _backdrop(random: np.random.Generator) -> UInt8Array:
    """Return a wall with some furniture, out of focus."""
    from desktop_app.opencv import cv2

    coarse = random.integers(40, 200, (6, 9, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)
