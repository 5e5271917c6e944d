"""Kills what changes a gallery at random moments, and looks at what is left.

    python tools/kill_at_random.py [--rounds 50] [--seed 1] [ACT ...]

An act is done by a process of its own, which is killed (SIGKILL) after a random part of the time
that the act takes. Afterwards the gallery must open, be whole by SQLite's own check, and hold
either what it held before or what the act was to make of it: nothing half done. Where doing it
again makes sense, it is done again, and must then have its full effect. Each line says how many
rounds were killed in the middle; the exit code is 1 if one left anything else.

Nothing is recognised: an import's networks are stand-ins that know a face by its photo's colour.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PIL import Image

from db.events import EventLog
from db.key_slots import Keys
from db.rekeying import rekey
from db.repository import GalleryRepository
from db.staging import Staging
from desktop_app.arrays import UInt8Array
from desktop_app.errors import NoSuchPerson
from desktop_app.keychain import Keychain
from desktop_app.paths import DataDir
from desktop_app.recognition.events import EventChange, EventLook, EventState, Outcome
from desktop_app.recognition.people import NegativeSample, NewSample, Origin, Sample
from desktop_app.recognition.staging import StagedPhoto
from desktop_app.services.backups import create as create_backup
from desktop_app.services.backups import restore as restore_backup
from desktop_app.services.imports.faces import ImportRules
from desktop_app.services.imports.folder_import import FolderImport
from desktop_app.services.imports.layout import plan_folder
from desktop_app.services.people import PeopleService
from desktop_app.services.privacy.erasure import erase, finish_erasing
from desktop_app.vision.types import (
    AlignedFace,
    DetectedFace,
    Detection,
    Embedding,
    Face,
    Landmarks,
    Pose,
    Quality,
)

EMBEDDER, DIMENSION = "sface", 128
ERASED = "Erasmus Quandt"
PEOPLE, SAMPLES = 20, 25
FIRST_SEEN = datetime(2026, 3, 1, 9, tzinfo=UTC)
# Whose import was cut short, and has nothing to do with any act.
UNFINISHED = "elsewhere"


class FileKeychain:
    """A keychain that outlives a process that is killed: a file for each key."""

    name = "files"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def get(self, name: str) -> bytes | None:
        """Return a key."""
        path = self._folder / name
        return path.read_bytes() if path.exists() else None

    def set(self, name: str, key: bytes) -> None:
        """Keep a key."""
        partial = self._folder / f"{name}.partial"
        partial.write_bytes(key)
        partial.replace(self._folder / name)

    def delete(self, name: str) -> None:
        """Forget a key."""
        (self._folder / name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gallery and its keys lie."""

    folder: Path

    @property
    def gallery(self) -> Path:
        """The file."""
        return self.folder / "gallery.db"

    @property
    def keychain(self) -> Keychain:
        """What opens it."""
        return FileKeychain(self.folder / "keys")

    def open(self) -> GalleryRepository:
        """Open the gallery."""
        return GalleryRepository.open(self.gallery, keys=Keys(keychain=self.keychain))


def nobody(numbers: np.random.Generator) -> NewSample:
    """Return a face that is nobody's."""
    vector = numbers.standard_normal(DIMENSION).astype(np.float32)
    blocks = numbers.integers(0, 256, (14, 14, 3), np.uint8)
    return NewSample(
        pixels=blocks.repeat(8, axis=0).repeat(8, axis=1),
        embedding=Embedding(vector / np.linalg.norm(vector), EMBEDDER),
        quality=0.5,
        origin=Origin.PHOTO,
    )


def visits(numbers: np.random.Generator) -> Iterator[EventChange]:
    """Give a visit of everybody, and one of a stranger."""
    for number, identity_id in enumerate((*range(1, PEOPLE + 1), None)):
        began, one = FIRST_SEEN + timedelta(hours=number), nobody(numbers)
        yield EventChange(
            EventState(
                key=number,
                identity_id=identity_id,
                began=began,
                ended=began + timedelta(minutes=5),
                source="Door",
                outcome=Outcome.UNKNOWN if identity_id is None else Outcome.NAMED,
                look=EventLook(one.pixels, one.embedding),
            )
        )


def fill(place: Place) -> None:
    """Make a sealed gallery of people who are nobody, two backups, and photos to import."""
    numbers = np.random.default_rng(5)
    with closing(place.open()) as repository:
        repository.acts.enrol_all(
            {
                f"{ERASED if number == 0 else 'Person'} {number}".removesuffix(" 0"): [
                    nobody(numbers) for _ in range(SAMPLES)
                ]
                for number in range(PEOPLE)
            }
        )
        for identity_id in range(1, PEOPLE, 2):
            one = nobody(numbers)
            repository.acts.add_negative(
                identity_id, pixels=one.pixels, embedding=one.embedding, origin=Origin.LIVE
            )
            repository.acts.set_groups(identity_id, ["Odd"])
        EventLog(repository.file).write(list(visits(numbers)))
        staging = Staging(repository.file)
        unfinished = staging.begin(UNFINISHED, total=2, rules="", left_out=())
        staged = StagedPhoto("Elsa", "elsa.png", b"0" * 32, sample=nobody(numbers))
        staging.put(unfinished, [staged])
        for _ in range(2):
            create_backup(repository.file)
        repository.acts.rename(4, "Renamed since the backups")
    for person in range(12):
        folder = place.folder / "photos" / f"New {person}"
        folder.mkdir(parents=True)
        for photo in range(5):
            colour = (person, photo, 200)
            Image.new("RGB", (320, 240), colour).save(folder / f"{photo}.png")


def content(place: Place) -> str:
    """Return a digest of all that can be seen of a gallery; raises where it is not whole."""
    digest = hashlib.sha256()
    with closing(place.open()) as repository:
        findings = repository.integrity()
        if findings:
            raise AssertionError(f"not whole: {findings[:3]}")
        gallery = repository.snapshot(embedder=EMBEDDER, dimension=DIMENSION)
        for person in repository.people(embedder=EMBEDDER):
            identity_id = person.identity.id
            # Not the ids and times: an import that is gone on with gives others.
            digest.update(repr((person.identity.name, person.note, person.groups)).encode())
            faces: list[Sample | NegativeSample] = [
                *repository.samples(identity_id),
                *repository.negatives(identity_id),
            ]
            parts = [face.pixels.tobytes() for face in faces]
            parts += [row.tobytes() for row in gallery.templates_of(identity_id)]
            digest.update(b"".join(sorted(parts)))
        log, staging = EventLog(repository.file), Staging(repository.file)
        for event in log.page():
            who = None if event.identity is None else event.identity.name
            look = log.look(event.id)
            digest.update(repr((who, event.began, event.ended, look is None)).encode())
            if look is not None:
                digest.update(look.pixels.tobytes() + look.embedding.vector.tobytes())
        for unfinished in staging.unfinished():
            # That of the act itself is gone on with.
            if unfinished.folder == UNFINISHED:
                for path, photo in staging.examined(unfinished.id).items():
                    digest.update(f"{path} {photo.person} {photo.vector}".encode())
    return digest.hexdigest()


def merge(place: Place) -> None:
    """Make one person of two."""
    with closing(place.open()) as repository:
        ready()
        repository.acts.merge(1, into=2)


def rotate(place: Place) -> None:
    """Give the gallery another key."""
    with closing(place.open()) as repository:
        ready()
        backups = sorted((place.folder / "backups").glob("*.db"))
        rekey(repository.file, Keys(keychain=place.keychain), backups=backups)


class Colours:
    """Stand-ins for the networks: each photo shows one face, and its colour says whose."""

    def find(self, _pixels: UInt8Array) -> list[DetectedFace]:
        """Find the face."""
        points = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], np.float32)
        box = np.array([0, 0, 100, 120], np.float32)
        return [DetectedFace(Detection(box, 0.9), Landmarks(points, Pose(0, 0, 0)))]

    def describe(self, pixels: UInt8Array, found: DetectedFace) -> Face:
        """Describe it."""
        sample = nobody(np.random.default_rng(int.from_bytes(pixels[0, 0].tobytes(), "big")))
        return Face(
            found.detection,
            found.landmarks,
            Quality(0.9, 0.9, 0.9, 0.9, 0.9),
            AlignedFace(sample.pixels, np.eye(2, 3)),
            sample.embedding,
        )


def import_folder(place: Place) -> None:
    """Enrol the people of a folder."""
    with closing(place.open()) as repository:
        people = PeopleService(repository, embedder=EMBEDDER, dimension=DIMENSION)
        job = FolderImport(
            plan_folder(place.folder / "photos"),
            file=people.file,
            gallery=people.gallery,
            pipeline=Colours(),
            rules=ImportRules(),
        )
        ready()
        with closing(job):
            for _ in job.examine():
                pass
            job.enrol(people)


def erase_one(place: Place) -> None:
    """Erase somebody from the gallery and from its backups."""
    data_dir = DataDir(place.folder)
    with closing(place.open()) as repository:
        ready()
        if repository.find(ERASED) is None:
            try:
                finish_erasing(repository.file, ERASED, data_dir=data_dir)
            except NoSuchPerson:
                return
        else:
            erase(repository.file, 1, data_dir=data_dir)


def restore(place: Place) -> None:
    """Put back the oldest backup."""
    with closing(place.open()) as repository:
        oldest = min((place.folder / "backups").glob("*.db"))
        ready()
        restore_backup(repository.file, oldest)


def check_copies(place: Place, *, erased: bool) -> None:
    """Raise where a backup does not open or is not whole, or still knows who was erased."""
    for path in sorted((place.folder / "backups").glob("*.db")):
        with closing(GalleryRepository.open(path, keys=Keys(keychain=place.keychain))) as copy:
            if copy.integrity():
                raise AssertionError(f"{path.name} is not whole")
    if erased:
        files = [path for path in place.folder.rglob("*") if path.is_file()]
        if any(ERASED.encode() in path.read_bytes() for path in files):
            raise AssertionError("the name is still to be read")


def ready() -> None:
    """Tell the parent that from now on counts."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


ACTS: dict[str, Callable[[Place], None]] = {
    "import": import_folder,
    "merge": merge,
    "erase": erase_one,
    "rotate": rotate,
    "restore": restore,
}
# A merge that was done cannot be done again: one of the two is gone.
REPEATABLE = {"import", "erase", "rotate", "restore"}


def start(act: str, place: Place) -> subprocess.Popen[str]:
    """Start an act and return once it begins."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--do", act, str(place.folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "KENSPECKLE_KEYCHAIN": "off"},
    )
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        raise SystemExit(f"{act} did not begin")
    return process


def look_at(place: Place, act: str, *, before: str, after: str) -> bool:
    """Raise where an act that was killed left anything wrong; whether it left nothing at all."""
    state = content(place)
    if state not in {before, after}:
        raise AssertionError("half done")
    if act in REPEATABLE:
        again = start(act, place)
        if again.wait() or content(place) != after:
            raise AssertionError("doing it again does not finish it")
    check_copies(place, erased=act == "erase")
    return state == before


def try_act(act: str, *, rounds: int, chance: random.Random, folder: Path) -> bool:
    """Kill an act so many times, and say what came of it; whether all was well."""
    full = Place(folder / "full")
    full.folder.mkdir()
    fill(full)
    before = content(full)
    done = Place(folder / "done")
    shutil.copytree(full.folder, done.folder)
    process = start(act, done)
    began = time.monotonic()
    process.wait()
    length = time.monotonic() - began
    after = content(done)
    if process.returncode or (after == before and act != "rotate"):
        raise SystemExit(f"{act} does nothing")
    killed = unfinished = bad = 0
    for number in range(rounds):
        place = Place(folder / f"round {number}")
        shutil.copytree(full.folder, place.folder)
        process = start(act, place)
        time.sleep(chance.uniform(0, length))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        try:
            was_before = look_at(place, act, before=before, after=after)
        except Exception as error:  # noqa: BLE001 - whatever is wrong is what is looked for
            sys.stderr.write(f"{act}, round {number}: {type(error).__name__}: {error}\n")
            bad += 1
            continue
        unfinished += was_before
        shutil.rmtree(place.folder)
    print(
        f"{act}: {rounds} rounds over {length:.2f} s, {killed} killed in the middle, "
        f"{unfinished} as before, {rounds - unfinished - bad} done, {bad} broken"
    )
    return not bad


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("acts", metavar="ACT", nargs="*", help=f"of {', '.join(ACTS)}; all")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--do", metavar="ACT", choices=ACTS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.do:
        ACTS[options.do](Place(Path(options.acts[0])))
        return 0
    unknown = set(options.acts) - set(ACTS)
    if unknown:
        parser.error(f"no such act: {', '.join(sorted(unknown))}")
    chance = random.Random(options.seed)
    well = True
    for act in options.acts or ACTS:
        with tempfile.TemporaryDirectory(prefix="kenspeckle-killed-") as folder:
            well &= try_act(act, rounds=options.rounds, chance=chance, folder=Path(folder))
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())
