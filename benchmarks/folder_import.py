"""How fast a folder of people is imported, as a multiple of the pipeline's own speed.

::

    python -m benchmarks.folder_import FOLDER [--photos N]

The floor is ``find_faces(read_photo(path))`` for each photo and nothing else: no choice of a face,
no gallery. Both read the same photos, block by block in turns, so that a machine whose speed
drifts does the same to both; which goes first changes with each block. The import's time is all
of it: beginning, staging, and the one transaction that enrols everybody.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from db.repository import GalleryRepository
from desktop_app.capture.photo import read_photo
from desktop_app.errors import KnownError
from desktop_app.services.imports.faces import ImportRules
from desktop_app.services.imports.folder_import import FolderImport
from desktop_app.services.imports.layout import FolderPlan, plan_folder
from desktop_app.services.imports.report import counts_by_code
from desktop_app.services.people import PeopleService
from desktop_app.services.runtime import load_pipeline
from desktop_app.vision.pipeline import FacePipeline

_BLOCK = 20
Result = dict[str, float | int | dict[str, int]]


def measure(plan: FolderPlan, pipeline: FacePipeline, gallery: Path) -> Result:
    """Import a folder into a new gallery, and do the pipeline's part alone beside it."""
    photos = [path for person in plan.people for path in person.photos]
    with closing(GalleryRepository.open(gallery)) as repository:
        spec = pipeline.embedder
        people = PeopleService(repository, embedder=spec.key, dimension=spec.dimension)
        job = FolderImport(
            plan,
            file=people.file,
            gallery=people.gallery,
            pipeline=pipeline,
            rules=ImportRules(),
        )
        took = floor = 0.0
        with closing(job), closing(job.examine()) as examining:
            for number, start in enumerate(range(0, len(photos), _BLOCK)):
                block = photos[start : start + _BLOCK]
                if number % 2:
                    floor += _alone(pipeline, block)
                started = time.perf_counter()
                for _ in itertools.islice(examining, len(block)):
                    pass
                took += time.perf_counter() - started
                if not number % 2:
                    floor += _alone(pipeline, block)
            started = time.perf_counter()
            for _ in examining:
                raise AssertionError("there were more photos than the plan has")
            _, imported = job.enrol(people)
            enrolling = time.perf_counter() - started
        took += enrolling
        findings = repository.integrity()
        if findings:
            raise AssertionError(findings)
    return {
        "photos": len(photos),
        "people": imported.people,
        "pictures": imported.pictures,
        "refused": counts_by_code(job.reports),
        "seconds": took,
        "seconds_enrolling": enrolling,
        "rate": len(photos) / took,
        "floor_seconds": floor,
        "floor_rate": len(photos) / floor,
        "ratio": floor / took,
    }


def _alone(pipeline: FacePipeline, photos: list[Path]) -> float:
    started = time.perf_counter()
    for path in photos:
        pipeline.find_faces(read_photo(path))
    return time.perf_counter() - started


def _first(plan: FolderPlan, photos: int) -> FolderPlan:
    """Return the people who come first, with about so many photos."""
    people, count = [], 0
    for person in plan.people:
        if count >= photos:
            break
        people.append(person)
        count += len(person.photos)
    return FolderPlan(plan.folder, tuple(people))


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.folder_import",
        description="Measure how fast a folder of people is imported.",
    )
    parser.add_argument("folder", type=Path, help="with a sub-folder of photos for each person")
    parser.add_argument("--photos", type=int, help="about how many (default: all)")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    if options.photos is not None and options.photos < 1:
        parser.error("--photos must be 1 or more")
    try:
        plan = plan_folder(options.folder)
    except KnownError as error:
        print(error, file=sys.stderr)
        return 2
    if options.photos is not None:
        plan = _first(plan, options.photos)
    with closing(load_pipeline()) as pipeline, tempfile.TemporaryDirectory() as folder:
        result = measure(plan, pipeline, Path(folder) / "gallery.db")
    if options.json:
        print(json.dumps(result))
        return 0
    print(f"{result['photos']} photos, {result['pictures']} pictures of {result['people']} people")
    print(f"refused: {result['refused']}")
    print(f"import    {result['seconds']:8.1f} s  {result['rate']:6.2f} photos a second")
    print(
        f"pipeline  {result['floor_seconds']:8.1f} s  {result['floor_rate']:6.2f} photos a second"
    )
    print(f"enrolling at the end: {result['seconds_enrolling']:.2f} s")
    print(f"ratio {result['ratio']:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
