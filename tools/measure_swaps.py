"""Exchange one person for another before the camera, and count at whose face a name stands.

    python tools/measure_swaps.py FOLDER [--pairs 500] [--scene NAME …] [--once] [--json FILE]

FOLDER has one sub-folder of photos a person, as LFW has. Somebody who is enrolled with the photo
that is shown stands before the camera and is named; then a stranger takes their place, in each of
the ways of ``tools/swapping/scenes.py``. The gallery holds nobody else, and a stranger may be named
once in 1,000: the easiest case for a wrong name. The same seed draws the same pairs and pictures.

What is counted: pairs in which the name stood at the stranger on the other's track (*kept*), or
faded, because the other was there last (*faded*), or on a track of their own, by their own looks
(*earned*: what was asked for); the share of frames in which whoever is enrolled is to be seen
without the name, and in which a face is to be seen that has no box; and the seconds from when the
stranger is to be seen to the first box at them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np
from swapping.from_memory import FromMemory
from swapping.heads import Head
from swapping.scenes import SCENES, Scene, Stage
from swapping.tally import Played, Summary, summary_of

from desktop_app.capture.photo import PHOTO_SUFFIXES, read_photo
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Identity
from desktop_app.services.evaluation.photos import subject_of
from desktop_app.services.live import LiveRecogniser
from desktop_app.services.runtime import load_models, policy_for
from desktop_app.vision.effort import LIVE
from desktop_app.vision.types import Face

_FALSE_NAME_RATE = 0.001
_SAID_EVERY = 20.0


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("--pairs", type=int, default=500, help="how many (%(default)s)")
    parser.add_argument("--scene", choices=SCENES, nargs="+", default=list(SCENES))
    parser.add_argument("--rate", type=float, default=30.0, help="frames a second (%(default)g)")
    parser.add_argument("--once", action="store_true", help="describe each head only once")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", metavar="FILE", type=Path)
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        parser.error(f"there is no folder {arguments.folder}")
    people = _people(arguments.folder)
    if len(people) < 2:
        parser.error(f"{arguments.folder} has no photos of two people in sub-folders")
    summaries: dict[str, Summary] = {}
    with closing(_loaded()) as pipeline:
        for name in arguments.scene:
            pairs = _pairs(people, count=arguments.pairs, seed=arguments.seed)
            played = _play_all(pipeline, pairs, SCENES[name], arguments)
            summaries[name] = summary_of(played)
            print(_row(name, summaries[name]), flush=True)
    if arguments.json is not None:
        figures = {name: asdict(summary) for name, summary in summaries.items()}
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


def _loaded() -> FromMemory:
    pipeline = FromMemory.load(load_models())
    assert isinstance(pipeline, FromMemory)
    return pipeline


def _people(folder: Path) -> list[list[Path]]:
    """Return the photos of each person of whom there are any."""
    folders = sorted(path for path in folder.iterdir() if path.is_dir())
    people = [sorted(path for path in own.iterdir() if _is_photo(path)) for own in folders]
    return [photos for photos in people if photos]


def _is_photo(path: Path) -> bool:
    return path.suffix.lower() in PHOTO_SUFFIXES and path.is_file()


def _pairs(people: list[list[Path]], *, count: int, seed: int) -> Iterator[tuple[Path, Path]]:
    """Give photos of two people each, as many pairs as are wanted."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        one, other = random.choice(len(people), 2, replace=False)
        first, second = (people[who][random.integers(len(people[who]))] for who in (one, other))
        yield first, second


def _play_all(
    pipeline: FromMemory,
    pairs: Iterator[tuple[Path, Path]],
    scene: Scene,
    arguments: argparse.Namespace,
) -> list[Played]:
    stage = Stage(seed=arguments.seed)
    played: list[Played] = []
    said = time.monotonic()
    for one, other in pairs:
        subjects = [_subject(pipeline, path, height=scene.height) for path in (one, other)]
        if subjects[0] is not None and subjects[1] is not None:
            played.append(_play(pipeline, stage, scene, (subjects[0], subjects[1]), arguments))
        if time.monotonic() - said > _SAID_EVERY:
            said = time.monotonic()
            print(f"{len(played)} pairs: {_row('', summary_of(played))}", file=sys.stderr)
    return played


def _subject(pipeline: FromMemory, path: Path, *, height: float) -> tuple[Head, Face] | None:
    photo = read_photo(path)
    size = photo.shape[1], photo.shape[0]
    face = subject_of(pipeline.find_faces(photo, effort=LIVE), size=size)
    return None if face is None else (Head.of(photo, face, height=height), face)


def _play(
    pipeline: FromMemory,
    stage: Stage,
    scene: Scene,
    subjects: tuple[tuple[Head, Face], tuple[Head, Face]],
    arguments: argparse.Namespace,
) -> Played:
    heads = (subjects[0][0], subjects[1][0])
    face = subjects[0][1]
    gallery = Gallery(
        embedder=face.embedding.embedder,
        matrix=face.embedding.vector[None],
        identity_ids=np.array([1], np.int64),
        identities={1: Identity(1, "somebody")},
    )
    policy = policy_for(pipeline.embedder, false_name_rate=_FALSE_NAME_RATE)
    recogniser = LiveRecogniser(pipeline, policy)
    played = Played()
    for shown in stage.play(scene, heads, rate=arguments.rate):
        if arguments.once:
            pipeline.there = [(box, subjects[who][1]) for who, box in shown.boxes.items()]
        played.add(scene, shown, recogniser.process(shown.frame, gallery))
    pipeline.there = ()
    return played


def _row(name: str, summary: Summary) -> str:
    return (
        f"{name:16} {summary.pairs:4} pairs; kept {summary.kept} (≤ {summary.longest_kept} frames),"
        f" faded {summary.faded}, earned {summary.earned}; name missing {summary.lost:.2%},"
        f" box missing {summary.bare:.2%}; box at the stranger after"
        f" {summary.seen_p95:.2f} s (p95), ≤ {summary.seen_most:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
