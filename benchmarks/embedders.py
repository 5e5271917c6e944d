"""The embedder alone, beside OpenCV's, on the same aligned crops in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.peers import OpenCvRecogniser
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.types import AlignedFace

_PAIRS = 150
_WARM_UP = 5


@dataclass(frozen=True, slots=True)
class EmbedderFigures:
    """Medians of one face.

    Attributes:
        ours: milliseconds.
        theirs: milliseconds of OpenCV's; None where it is not here.
        ratio: how many times as long theirs takes, the median over the crops.
        crops: how many different crops there were.

    """

    ours: float
    theirs: float | None
    ratio: float | None
    crops: int


def compare_embedders(
    crops: list[AlignedFace], *, ours: Embedder, theirs: OpenCvRecogniser | None
) -> EmbedderFigures:
    """Embed crops by both in turn; who goes first changes with each.

    Args:
        crops: one at least; they are gone through again until there are enough.
        ours: with as many threads as it has in the window.
        theirs: with as many as OpenCV takes.

    """
    took_ours: list[float] = []
    took_theirs: list[float] = []
    # SFace reads BGR there.
    turned = [np.ascontiguousarray(crop.pixels[:, :, ::-1]) for crop in crops]
    for number in range(-_WARM_UP, _PAIRS):
        crop, same = crops[number % len(crops)], turned[number % len(crops)]
        turns: list[tuple[list[float], Callable[[], object]]] = [
            (took_ours, partial(ours.embed, crop))
        ]
        if theirs is not None:
            turns.append((took_theirs, partial(theirs.feature, same)))
        for times, work in turns[:: -1 if number % 2 else 1]:
            started = time.perf_counter()
            work()
            times.append((time.perf_counter() - started) * 1e3)
    mine, others = np.array(took_ours[_WARM_UP:]), np.array(took_theirs[_WARM_UP:])
    return EmbedderFigures(
        ours=float(np.median(mine)),
        theirs=float(np.median(others)) if others.size else None,
        ratio=float(np.median(others / mine)) if others.size else None,
        crops=len(crops),
    )
