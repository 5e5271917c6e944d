"""From a frame to who is in it: ours and the peers', on the same frames in turn.

Each frame is decoded once and given to one contestant after the other before the next is decoded.
So whatever else the machine does hits all alike, and each finds the processor's caches as full of
other things as between two frames of a camera. The order changes with each frame, so that nobody
is always first or always behind the same other. What a contestant gets is in the order of colours
that its own documentation feeds it; the conversion is not timed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

import numpy as np

from benchmarks.crowd import crowd
from desktop_app.arrays import UInt8Array
from desktop_app.capture.frame import Frame
from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.services.live import LiveRecogniser
from desktop_app.services.runtime import policy_for
from desktop_app.vision.manifest import EmbedderSpec
from desktop_app.vision.pipeline import FacePipeline

# Enough people for the search to count.
_TEMPLATES, _EACH = 1_000, 5
_FALSE_NAME_RATE = 1e-3
_WARM_UP = 3
Progress = Callable[[int], None]


class Contestant(Protocol):
    """A way from frames to faces that are recognised.

    Attributes:
        key: what its figures are called in JSON.
        label: what people call it.

    """

    key: str
    label: str

    def prepare(self, frame: Frame) -> Callable[[], int]:
        """Return the work on a frame, which gives how many faces it found; this is not timed."""

    def begin(self) -> None:
        """Forget what was seen while warming up."""


@dataclass(slots=True)
class Tally:
    """What was measured of one contestant, frame by frame."""

    milliseconds: list[float] = field(default_factory=list)
    faces: list[int] = field(default_factory=list)

    def add(self, work: Callable[[], int]) -> None:
        """Do the work on a frame, and add what it took and gave."""
        started = time.perf_counter()
        faces = work()
        self.milliseconds.append((time.perf_counter() - started) * 1e3)
        self.faces.append(faces)

    @property
    def mean(self) -> float:
        """Milliseconds a frame."""
        return float(np.mean(self.milliseconds))

    def percentile(self, percent: float) -> float:
        """Return a percentile of the milliseconds a frame."""
        return float(np.percentile(self.milliseconds, percent))

    @property
    def faces_per_frame(self) -> float:
        """Faces found in a frame, on average."""
        return float(np.mean(self.faces))


class Kenspeckle:
    """What the live window runs: faces followed, described when it matters, searched for."""

    key = "kenspeckle"
    label = "Kenspeckle, live"

    def __init__(self, pipeline: FacePipeline) -> None:
        self._pipeline = pipeline
        self._policy = live_policy(pipeline.embedder)
        self._gallery = live_gallery(pipeline.embedder)
        self.begin()

    def begin(self) -> None:
        """Follow nobody yet, as when the window is given a source."""
        self._live = LiveRecogniser(self._pipeline, self._policy)

    def prepare(self, frame: Frame) -> Callable[[], int]:
        """Return the work on a frame; faces that it does not show count for nothing."""

        def work() -> int:
            result = self._live.process(frame, self._gallery)
            return sum(not track.coasting for track in result.tracks)

        return work


def live_gallery(embedder: EmbedderSpec) -> Gallery:
    """Return a made-up crowd that faces are searched among."""
    return crowd(
        templates=_TEMPLATES,
        each=_EACH,
        embedder=embedder.key,
        dimension=embedder.dimension,
    )


def live_policy(embedder: EmbedderSpec) -> DecisionPolicy:
    """Return the policy by which names are given unless the user chose another."""
    return policy_for(embedder, false_name_rate=_FALSE_NAME_RATE)


def take_turns(
    contestants: Sequence[Contestant],
    frames: Iterable[Frame],
    *,
    only: dict[str, frozenset[int]],
    progress: Progress,
) -> dict[str, Tally]:
    """Let contestants work on the same frames, one frame after the other.

    Args:
        contestants: they are warmed up on the first frames, which they then see again.
        frames: in their order.
        only: by key, on which frames a slow one works; the others work on all.
        progress: told how many frames are done.

    Returns:
        By key, in the order of the contestants.

    """
    tallies = {contestant.key: Tally() for contestant in contestants}
    done = 0
    for frame in _warmed_up(contestants, frames):
        for contestant in _order(contestants, done):
            if contestant.key in only and done not in only[contestant.key]:
                continue
            tallies[contestant.key].add(contestant.prepare(frame))
        done += 1
        progress(done)
    return tallies


def _order(contestants: Sequence[Contestant], turn: int) -> Sequence[Contestant]:
    """Return them so that everybody is first as often, and behind others in turn."""
    rounds, first = divmod(turn, len(contestants))
    order = (*contestants[first:], *contestants[:first])
    return order[::-1] if rounds % 2 else order


def _warmed_up(contestants: Sequence[Contestant], frames: Iterable[Frame]) -> Iterable[Frame]:
    """Give the frames from the first one on, once everybody has worked on some of them."""
    rest = iter(frames)
    first = list(islice(rest, _WARM_UP))
    for contestant in contestants:
        for frame in first:
            contestant.prepare(frame)()
        contestant.begin()
    gc.collect()
    yield from first
    yield from rest


def bgr(frame: Frame) -> UInt8Array:
    """Return a frame in OpenCV's order of colours."""
    return np.ascontiguousarray(frame.pixels[:, :, ::-1])
