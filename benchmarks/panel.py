"""How the panel of people bears five thousand of them, beside fifty.

::

    python -m benchmarks.panel --folder DIR

The galleries, sealed and with a picture of each face, are made in the folder where they are not
there yet. Small and large take turns. What is timed in the window ends with everything painted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from benchmarks.crowd import DIMENSION, EMBEDDER, name_of, open_crowd
from desktop_app.paths import DataDir
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.services.runtime import load_models, policy_for
from desktop_app.settings import Settings
from desktop_app.ui.context import AppContext
from desktop_app.ui.people.people_panel import PeoplePanel
from desktop_app.workers.background import BackgroundRunner

_FALSE_NAME_RATE = 1e-3
_WIDTH, _HEIGHT = 320, 900
# As a wheel that is turned fast: some six pictures at a time.
_SCROLL = 300
_MOST_STEPS = 400
Figures = dict[str, list[float]]


class Crowd:
    """A gallery of so many people, and what reading it takes."""

    def __init__(self, folder: Path, *, people: int, each: int) -> None:
        self.repository = open_crowd(folder, people=people, each=each)
        self.service = PeopleService(self.repository, embedder=EMBEDDER, dimension=DIMENSION)
        self.change = GalleryChange(self.service.gallery, self.service.people())
        self.policy = policy_for(load_models().embedder(), false_name_rate=_FALSE_NAME_RATE)
        self.typed = name_of(people // 2)

    def read(self, figures: Figures) -> None:
        """Time the questions to the database, and who looks like whom."""
        snapshot = self.repository.snapshot
        figures["database: people"].append(
            milliseconds(lambda: self.repository.people(embedder=EMBEDDER))
        )
        figures["database: snapshot"].append(
            milliseconds(lambda: snapshot(embedder=EMBEDDER, dimension=DIMENSION))
        )
        figures["lookalikes"].append(milliseconds(lambda: self.service.lookalikes(self.policy)))


class Window:
    """A panel on the screen, with threads of its own as in the application."""

    def __init__(self, crowd: Crowd, folder: Path) -> None:
        self._crowd = crowd
        self._runners = BackgroundRunner("database"), BackgroundRunner("general")
        database, general = self._runners
        self._context = AppContext(
            data_dir=DataDir(folder), settings=Settings(), database=database, general=general
        )
        self._panel = PeoplePanel(self._context)
        self._panel.resize(_WIDTH, _HEIGHT)
        self._panel.show()
        QApplication.processEvents()

    def measure(self, figures: Figures) -> None:
        """Open it, scroll to the end and back, search, and rename somebody."""
        figures["open"].append(milliseconds(lambda: self._take(self._crowd.change)))
        started = time.perf_counter()
        while not self._shows_covers():
            QApplication.processEvents()
        figures["covers on screen"].append((time.perf_counter() - started) * 1e3)
        _keep_slowest(figures, "scroll", self._scroll())
        _keep_slowest(figures, "type", self._type())
        somebody = self._crowd.change.people[0]
        renamed = replace(somebody, identity=replace(somebody.identity, name="!"))
        people = (renamed, *self._crowd.change.people[1:])
        change = replace(self._crowd.change, people=people, identity=renamed.identity)
        figures["rename"].append(milliseconds(lambda: self._take(change)))

    def close(self) -> None:
        """Close it and its threads."""
        for runner in self._runners:
            runner.close()
        self._panel.close()
        self._panel.deleteLater()
        QApplication.processEvents()

    def _take(self, change: GalleryChange) -> None:
        self._context.people, self._context.policy = self._crowd.service, self._crowd.policy
        self._context.last_change = change
        self._context.gallery_changed.emit(change)
        QApplication.processEvents()

    def _shows_covers(self) -> bool:
        view = self._panel.view
        indexes = [view.indexAt(QPoint(9, y)) for y in range(9, view.viewport().height(), 9)]
        return all(
            index.data(Qt.ItemDataRole.DecorationRole) is not None
            for index in indexes
            if index.isValid()
        )

    def _scroll(self) -> list[tuple[float, float]]:
        """Turn the wheel to the end, or as far as it takes to know."""
        bar = self._panel.view.verticalScrollBar()
        steps = min(bar.maximum() // _SCROLL + 1, _MOST_STEPS)
        places = [bar.maximum() * step // steps for step in range(1, steps + 1)]

        def go(place: int) -> None:
            bar.setValue(place)
            QApplication.processEvents()

        return [both_times(partial(go, place)) for place in places]

    def _type(self) -> list[tuple[float, float]]:
        """Type a name letter by letter, and delete it again."""
        name = self._crowd.typed
        typed = [name[:end] for end in (*range(1, len(name) + 1), *range(len(name) - 1, -1, -1))]

        def search(text: str) -> None:
            self._panel.search.setText(text)
            QApplication.processEvents()

        return [both_times(partial(search, text)) for text in typed]


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def both_times(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long some work takes, and how long of that this thread was at work."""
    busy = time.thread_time()
    passed = milliseconds(work)
    return passed, (time.thread_time() - busy) * 1e3


def _keep_slowest(figures: Figures, what: str, steps: list[tuple[float, float]]) -> None:
    # Whatever else the machine does makes some step wait; the window's own work tells it apart.
    passed, busy = zip(*steps, strict=True)
    figures[f"{what}, slowest step"].append(max(passed))
    figures[f"{what}, most own work"].append(max(busy))


def measure(folder: Path, *, people: tuple[int, int], each: int, runs: int) -> list[Figures]:
    """Return what was measured with few people and with many, a figure a run."""
    crowds = [Crowd(folder, people=count, each=each) for count in people]
    figures: list[Figures] = [defaultdict(list), defaultdict(list)]
    # The first run warms up.
    for run in range(runs + 1):
        for crowd, found in zip(crowds, figures, strict=True):
            window = Window(crowd, folder)
            window.measure(found if run else defaultdict(list))
            window.close()
    for _ in range(runs):
        for crowd, found in zip(crowds, figures, strict=True):
            crowd.read(found)
    for crowd in crowds:
        crowd.repository.close()
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.panel", description="Measure the panel of people."
    )
    parser.add_argument("--folder", type=Path, help="keeps the galleries for another time")
    parser.add_argument("--people", type=int, nargs=2, default=(50, 5000), metavar="N")
    parser.add_argument("--each", type=int, default=5, help="pictures a person (default: 5)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    QApplication([])
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        few, many = measure(
            folder, people=tuple(options.people), each=options.each, runs=options.runs
        )
    rows = [
        {
            "what": what,
            "few": statistics.median(few[what]),
            "many": statistics.median(many[what]),
            "worst": max(many[what]),
            "ratio": statistics.median(b / a for a, b in zip(few[what], many[what], strict=True)),
        }
        for what in few
    ]
    if options.json:
        print(json.dumps(rows))
        return
    few_people, many_people = options.people
    print(f"{'ms':24}{few_people:>10,}{many_people:>10,}{'worst':>10}{'ratio':>8}")
    for row in rows:
        cells = "".join(f"{row[key]:>10.1f}" for key in ("few", "many", "worst"))
        print(f"{row['what']:24}{cells}{row['ratio']:>8.2f}")


if __name__ == "__main__":
    main()
