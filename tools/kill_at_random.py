"""Kills what changes a gallery at random moments, and looks at what is left.

    python tools/kill_at_random.py [--rounds 50] [--seed 1] [ACT ...]

An act is done by a process of its own, which is killed (SIGKILL) after a random part of the time
that the act takes. Afterwards the gallery must open, be whole by SQLite's own check, and hold
either what it held before or what the act was to make of it: nothing half done. Each line says
how many rounds were killed in the middle and how many came too late; the exit code is 1 if one
left anything else.
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
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from db.key_slots import Keys
from db.rekeying import rekey
from db.repository import GalleryRepository
from desktop_app.keychain import Keychain
from desktop_app.recognition.people import NegativeSample, NewSample, Origin, Sample
from desktop_app.vision.types import Embedding

EMBEDDER, DIMENSION = "sface", 128
PEOPLE, SAMPLES = 20, 25


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


def fill(place: Place) -> None:
    """Make a sealed gallery of people who are nobody."""
    random_numbers = np.random.default_rng(5)

    def sample() -> NewSample:
        vector = random_numbers.standard_normal(DIMENSION).astype(np.float32)
        blocks = random_numbers.integers(0, 256, (14, 14, 3), np.uint8)
        return NewSample(
            pixels=blocks.repeat(8, axis=0).repeat(8, axis=1),
            embedding=Embedding(vector / np.linalg.norm(vector), EMBEDDER),
            quality=0.5,
            origin=Origin.PHOTO,
        )

    with closing(place.open()) as repository:
        repository.acts.enrol_all(
            {f"Person {number}": [sample() for _ in range(SAMPLES)] for number in range(PEOPLE)}
        )
        for identity_id in range(1, PEOPLE, 2):
            one = sample()
            repository.acts.add_negative(
                identity_id, pixels=one.pixels, embedding=one.embedding, origin=Origin.LIVE
            )


def content(place: Place) -> str:
    """Return a digest of all that can be seen of a gallery; raises where it is not whole."""
    digest = hashlib.sha256()
    with closing(place.open()) as repository:
        findings = repository.integrity()
        if findings:
            raise AssertionError(f"not whole: {findings[:3]}")
        gallery = repository.snapshot(embedder=EMBEDDER, dimension=DIMENSION)
        order = np.lexsort((*gallery.matrix.T[:3], gallery.identity_ids))
        digest.update(gallery.matrix[order].tobytes())
        digest.update(gallery.identity_ids[order].tobytes())
        for person in repository.people(embedder=EMBEDDER):
            digest.update(repr(person).encode())
            faces: list[Sample | NegativeSample] = [
                *repository.samples(person.identity.id),
                *repository.negatives(person.identity.id),
            ]
            for face in faces:
                digest.update(f"{face.id} {face.identity_id}".encode() + face.pixels.tobytes())
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
        rekey(repository.file, Keys(keychain=place.keychain))


def ready() -> None:
    """Tell the parent that from now on counts."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


ACTS: dict[str, Callable[[Place], None]] = {"merge": merge, "rotate": rotate}


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
            state = content(place)
        except Exception as error:  # noqa: BLE001 - whatever is wrong is what is looked for
            sys.stderr.write(f"{act}, round {number}: {type(error).__name__}: {error}\n")
            bad += 1
            continue
        unfinished += state == before
        if state not in {before, after}:
            sys.stderr.write(f"{act}, round {number}: half done\n")
            bad += 1
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
