"""What it costs that a large gallery is sealed: to open it, to read it, to enrol somebody.

::

    python -m benchmarks.sealing --folder DIR

The sealed gallery is made in the folder where it is not there yet, and an open one of it. The two
take turns, and what is compared are neighbours, so that a busy machine is busy for both. What the
system's keychain takes comes on top, and is measured in docs/adr/0010.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.crowd import DIMENSION, EMBEDDER, FolderKeychain, open_crowd, unit
from db.gallery_file import GalleryFile
from db.key_slots import Keys
from db.rekeying import rekey
from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.vision.types import Embedding

T = TypeVar("T")
Figures = dict[str, list[float]]
_PICTURES = 5


def two_galleries(folder: Path, *, people: int, each: int) -> tuple[Path, Path]:
    """Return an open gallery and a sealed one of the same people; they are made only once."""
    sealed = folder / f"{people}x{each}.db"
    open_crowd(folder, people=people, each=each).close()
    unsealed = folder / f"{people}x{each} open.db"
    if not unsealed.exists():
        unfinished = unsealed.with_suffix(".part")
        shutil.copy(sealed, unfinished)
        with closing(GalleryFile.open(unfinished, keys=_keys(folder))) as file:
            rekey(file, Keys(), forget_old=False)
        unfinished.rename(unsealed)
    return unsealed, sealed


def measure(path: Path, figures: Figures, *, run: int) -> None:
    """Open a gallery, read it, and enrol somebody new with a few pictures."""
    rng = np.random.default_rng(run)
    repository = _timed(
        figures["open"], lambda: GalleryRepository.open(path, keys=_keys(path.parent))
    )
    with closing(repository):
        _timed(
            figures["snapshot"],
            lambda: repository.snapshot(embedder=EMBEDDER, dimension=DIMENSION),
        )
        _timed(figures["people"], lambda: repository.people(embedder=EMBEDDER))
        samples = [_sample(rng) for _ in range(_PICTURES)]
        somebody = _timed(
            figures[f"enrol, {_PICTURES} pictures"],
            lambda: repository.acts.enrol(f"Somebody new {run}", samples),
        )
        repository.acts.remove(somebody.id)
        repository.acts.empty_bin()


def _sample(rng: np.random.Generator) -> NewSample:
    pixels = rng.integers(0, 256, (112, 112, 3), np.uint8)
    return NewSample(pixels, Embedding(unit(rng, DIMENSION), EMBEDDER), 0.9, Origin.LIVE)


def _timed(into: list[float], work: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = work()
    into.append((time.perf_counter() - started) * 1e3)
    return result


def _keys(folder: Path) -> Keys:
    return Keys(keychain=FolderKeychain(folder))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sealing", description="Measure what sealing costs."
    )
    parser.add_argument("--folder", type=Path, help="keeps the galleries for another time")
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--each", type=int, default=5, help="pictures a person (default: 5)")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    figures: tuple[Figures, Figures] = (defaultdict(list), defaultdict(list))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        paths = two_galleries(folder, people=options.people, each=options.each)
        # The first run warms up.
        for run in range(options.runs + 1):
            for path, found in zip(paths, figures, strict=True):
                measure(path, found if run else defaultdict(list), run=run)
        sizes = [path.stat().st_size for path in paths]
        started = time.perf_counter()
        with closing(GalleryFile.open(paths[1], keys=_keys(folder))) as file:
            rekey(file, _keys(folder))
        rotation = time.perf_counter() - started
    opened, sealed = figures
    print(f"{options.people:,} people, {options.people * options.each:,} pictures")
    print(f"{'ms, median':24}{'open':>10}{'sealed':>10}{'more':>10}{'ratio':>8}")
    for what in opened:
        pairs = list(zip(opened[what], sealed[what], strict=True))
        more = statistics.median(after - before for before, after in pairs)
        ratio = statistics.median(after / before for before, after in pairs)
        middles = [statistics.median(side) for side in zip(*pairs, strict=True)]
        print(f"{what:24}{middles[0]:>10.1f}{middles[1]:>10.1f}{more:>10.1f}{ratio:>8.2f}")
    print(f"{'size, MB':24}{sizes[0] / 1e6:>10.1f}{sizes[1] / 1e6:>10.1f}")
    print(f"a new key: {rotation:.1f} s")


if __name__ == "__main__":
    main()
