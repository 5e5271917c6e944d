"""How long a search takes, as a multiple of comparing the templates alone.

::

    python -m benchmarks.search

The floor is ``matrix @ probe``: no exact search can do without it. Searches and products take
turns, so that a machine whose speed drifts does the same to both.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.crowd import DIMENSION, EMBEDDER, crowd, unit
from desktop_app.vision.types import Embedding

_SIZES = (1_000, 25_000, 100_000)
_WARM_UP = 5
Row = dict[str, str | int | float]


def measure(*, templates: int, each: int, uneven: bool, pairs: int) -> Row:
    """Return medians in ms, and the median ratio of the pairs."""
    gallery = crowd(templates=templates, each=each, uneven=uneven)
    rng = np.random.default_rng(1)
    probes = [Embedding(vector, EMBEDDER) for vector in unit(rng, pairs + _WARM_UP, DIMENSION)]
    searches, floors = [], []
    for probe in probes:
        floors.append(_milliseconds(partial(np.matmul, gallery.matrix, probe.vector)))
        searches.append(_milliseconds(partial(gallery.search, probe)))
    ratios = [a / b for a, b in zip(searches[_WARM_UP:], floors[_WARM_UP:], strict=True)]
    return {
        "templates": gallery.template_count,
        "people": gallery.size.people,
        "each": f"about {each}" if uneven else str(each),
        "search": statistics.median(searches[_WARM_UP:]),
        "floor": statistics.median(floors[_WARM_UP:]),
        "ratio": statistics.median(ratios),
    }


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
    parser.add_argument("--pairs", type=int, default=300, help="searches timed (default: 300)")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    if min(*options.templates, options.each, options.pairs) < 1:
        parser.error("numbers must be 1 or more")
    rows = [
        measure(templates=count, each=options.each, uneven=uneven, pairs=options.pairs)
        for count in options.templates
        for uneven in (False, True)
    ]
    if options.json:
        print(json.dumps(rows))
        return
    print(f"{'templates':>10}{'people':>9}{'each':>9}{'search ms':>12}{'floor ms':>11}{'ratio':>8}")
    for row in rows:
        print(
            f"{row['templates']:>10,}{row['people']:>9,}{row['each']:>9}"
            f"{row['search']:>12.3f}{row['floor']:>11.3f}{row['ratio']:>8.2f}"
        )


if __name__ == "__main__":
    main()
