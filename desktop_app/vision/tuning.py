"""How many threads each network is to use on this machine: measured, since no rule holds for all.

On two cores of their own, two threads take two thirds of the time of one; where the second core is
shared with others, or is the other half of the first, they may take longer than one.

LiteRT's other choice, without its XNNPACK delegate, is not tried: it took 2.8 times as long for the
embedder and 5 times for the detector, and the wheels bring no other delegate.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable

import numpy as np

from desktop_app import machine
from desktop_app.arrays import Float64Array
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.manifest import ModelCatalog
from desktop_app.vision.threads import ONE_EACH, Threads
from desktop_app.vision.types import AlignedFace
from desktop_app.vision.yunet_network import YuNetNetwork

_CANDIDATES = (1, 2, 4)
#: No measurement says more.
MOST_THREADS = max(_CANDIDATES)
_LOOKS = 2
_WARM_UP, _TIMES = 2, 7
# More threads than one must be worth this much: the others of the application want some too.
_WORTH = 0.9
# What the detector is measured on: a wide picture at the side of its coarse search.
_PICTURE = (360, 640)
_SCORE = 0.75


def measure_threads(catalog: ModelCatalog, *, cores: int | None = None) -> Threads:
    """Try both networks with several numbers of threads; takes a fraction of a second.

    Args:
        catalog: where they are.
        cores: how many we may use; asked of the system where it is not given.

    Raises:
        ModelError: a network cannot be used.

    """
    most = cores or machine.cores()
    candidates = [number for number in _CANDIDATES if number <= most] or [1]
    if candidates == [1]:
        return ONE_EACH
    noise = np.random.default_rng(0)
    spec = catalog.embedder()
    crop = noise.integers(0, 255, (spec.size, spec.size, 3)).astype(np.uint8)
    upright: Float64Array = np.eye(2, 3)
    face = AlignedFace(crop, upright)
    picture = noise.integers(0, 255, (*_PICTURE, 3)).astype(np.uint8)

    def detecting(number: int) -> Callable[[], object]:
        network = YuNetNetwork(catalog.get("yunet"), threads=number)
        return lambda: network.rows(picture, least_score=_SCORE)

    def embedding(number: int) -> Callable[[], object]:
        network = Embedder(spec, threads=number)
        return lambda: network.embed(face)

    return Threads(
        detector=fewest_that_pay(candidates, detecting),
        embedder=fewest_that_pay(candidates, embedding),
        # Of more cores, the window and the cameras want some too.
        looks=min(most, _LOOKS),
    )


def fewest_that_pay(
    candidates: Iterable[int],
    prepared: Callable[[int], Callable[[], object]],
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> int:
    """Return the number of threads beyond which more gain too little.

    They take turns, and the quickest turn of each counts: what others do on the machine meanwhile
    lengthens turns of them all, and shortens none.

    Args:
        candidates: numbers of threads, ascending; 1 or more of them.
        prepared: for a number, what is to be run.
        clock: seconds.

    """
    runs = {number: prepared(number) for number in candidates}
    for run in runs.values():
        for _ in range(_WARM_UP):
            run()
    least = dict.fromkeys(runs, math.inf)
    for _ in range(_TIMES):
        for number, run in runs.items():
            start = clock()
            run()
            least[number] = min(least[number], clock() - start)
    chosen, *others = runs
    for number in others:
        if least[number] < _WORTH * least[chosen]:
            chosen = number
    return chosen
