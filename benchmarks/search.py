"""How long a search takes, as a multiple of comparing the templates alone.

::

    python -m benchmarks.search

The floor is ``matrix @ probe``: no exact search can do without it, and it can be no faster than the
memory that the matrix is read from. Searches and products take turns, so that a machine whose speed
drifts does the same to both.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import psutil

from benchmarks.crowd import DIMENSION, EMBEDDER, crowd, unit
from desktop_app.vision.types import Embedding

_SIZES = (1_000, 25_000, 100_000)
_WARM_UP = 5
_MOST_PAIRS, _FEWEST_PAIRS = 300, 25
# So that no size takes longer than another: templates compared in all.
_COMPARED = 30_000_000
_BYTES = 4
# What making a gallery needs at its height, as a multiple of its matrix.
_AT_ITS_HEIGHT = 4


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """Medians of one search.

    Attributes:
        templates, people: how many there are.
        ms: of a search.
        floor_ms: of the product of matrix and probe alone.
        ratio: the median of the pairs.
        floor_gb_per_s: at what rate that product reads the matrix, gigabytes a second.

    """

    templates: int
    people: int
    ms: float
    floor_ms: float
    ratio: float
    floor_gb_per_s: float


def has_room(templates: int) -> bool:
    """Tell whether there is memory for a gallery of that size without swapping."""
    matrix = templates * DIMENSION * _BYTES
    return bool(psutil.virtual_memory().available > _AT_ITS_HEIGHT * matrix)


def measure(
    *, templates: int, each: int = 5, uneven: bool = False, pairs: int | None = None
) -> SearchFigures:
    """Search a gallery in memory.

    Args:
        templates: how many it has.
        each: how many each person has.
        uneven: people have any number, ``each`` on average.
        pairs: how many searches are timed; by default fewer of a large gallery.

    """
    gallery = crowd(templates=templates, each=each, uneven=uneven)
    rng = np.random.default_rng(1)
    count = pairs or min(max(_COMPARED // templates, _FEWEST_PAIRS), _MOST_PAIRS)
    probes = [Embedding(vector, EMBEDDER) for vector in unit(rng, count + _WARM_UP, DIMENSION)]
    searches, floors = [], []
    for probe in probes:
        floors.append(_milliseconds(partial(np.matmul, gallery.matrix, probe.vector)))
        searches.append(_milliseconds(partial(gallery.search, probe)))
    ratios = [a / b for a, b in zip(searches[_WARM_UP:], floors[_WARM_UP:], strict=True)]
    floor = statistics.median(floors[_WARM_UP:])
    return SearchFigures(
        templates=gallery.template_count,
        people=gallery.size.people,
        ms=statistics.median(searches[_WARM_UP:]),
        floor_ms=floor,
        ratio=statistics.median(ratios),
        floor_gb_per_s=gallery.matrix.nbytes / floor / 1e6,
    )


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.search", description="Measure how long a search takes."
    )
    parser.add_argument("--templates", type=int, nargs="+", default=_SIZES, metavar="N")
    parser.add_argument("--each", type=int, default=5, help="templates a person (default: 5)")
    parser.add_argument("--pairs", type=int, help="searches timed (default: depends on the size)")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    if min(*options.templates, options.each, options.pairs or 1) < 1:
        parser.error("numbers must be 1 or more")
    rows = [
        (each, measure(templates=count, each=options.each, uneven=uneven, pairs=options.pairs))
        for count in options.templates
        for uneven, each in ((False, f"{options.each}"), (True, f"about {options.each}"))
    ]
    if options.json:
        print(json.dumps([{"each": each, **asdict(row)} for each, row in rows]))
        return
    print(f"{'templates':>10}{'people':>9}{'each':>9}{'search ms':>12}{'floor ms':>11}{'ratio':>8}")
    for each, row in rows:
        print(
            f"{row.templates:>10,}{row.people:>9,}{each:>9}"
            f"{row.ms:>12.3f}{row.floor_ms:>11.3f}{row.ratio:>8.2f}"
        )


if __name__ == "__main__":
    main()
