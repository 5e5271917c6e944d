"""An import that is killed: nothing is half enrolled, and the next one goes on where it was."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from db.repository import GalleryRepository
from db.staging import Staging
from desktop_app.services.imports.unfinished import UnfinishedImports

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

PEOPLE, PHOTOS = 12, 5
# Networks that know a face by the colour of its photo, and an import of argv[2] into argv[1].
IMPORT = """
import os, sys
from pathlib import Path
import numpy as np
from sqlalchemy import event
from db.repository import GalleryRepository
from desktop_app.services.imports import folder_import
from desktop_app.services.imports.folder_import import FolderImport
from desktop_app.services.imports.layout import plan_folder
from desktop_app.services.imports.faces import ImportRules
from desktop_app.services.people import PeopleService
from desktop_app.vision.types import (
    AlignedFace, DetectedFace, Detection, Embedding, Face, Landmarks, Pose, Quality
)

class Networks:
    looks = 0

    def find(self, pixels):
        self.looks += 1
        points = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], np.float32)
        box = np.array([0, 0, 100, 120], np.float32)
        return [DetectedFace(Detection(box, 0.9), Landmarks(points, Pose(0, 0, 0)))]

    def describe(self, pixels, found):
        random = np.random.default_rng(int.from_bytes(pixels[0, 0].tobytes()))
        vector = random.standard_normal(128).astype(np.float32)
        crop = random.integers(0, 256, (112, 112, 3), np.uint8)
        return Face(
            found.detection, found.landmarks, Quality(0.9, 0.9, 0.9, 0.9, 0.9),
            AlignedFace(crop, np.eye(2, 3)), Embedding(vector / np.linalg.norm(vector), "sface"),
        )

gallery, folder, when_to_die = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
folder_import._SAVE_EVERY = 0.02
networks = Networks()
repository = GalleryRepository.open(gallery)
people = PeopleService(repository, embedder="sface", dimension=128)
job = FolderImport(
    plan_folder(folder), file=people.file, gallery=people.gallery, pipeline=networks,
    rules=ImportRules(),
)
print("ready", flush=True)

def fill_the_disk(left):
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = max(gallery.with_name(gallery.name + end).stat().st_size for end in ("", "-wal")) + left
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

if when_to_die == "while photos are read":
    fill_the_disk(400_000)
for report in job.examine():
    pass
if when_to_die == "before the commit":
    event.listen(repository.file._writer, "commit", lambda _: os.kill(os.getpid(), 9))
if when_to_die == "before all are enrolled":
    fill_the_disk(400_000)
job.enrol(people)
if when_to_die == "after the commit":
    os.kill(os.getpid(), 9)
job.close()
repository.close()
print(networks.looks, flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    for person in range(PEOPLE):
        for number in range(PHOTOS):
            path = folder / f"Person {person:02}" / f"{number}.png"
            path.parent.mkdir(exist_ok=True)
            Image.new("RGB", (32, 24), (person, number, 9)).save(path)
    return folder


def start(gallery: Path, folder: Path, *, die: str = "never") -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(gallery), str(folder), die],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen[str]) -> int:
    """Wait until an import is done; return how many photos its networks looked at."""
    out, _ = process.communicate()
    assert process.returncode == 0
    return int(out)


def content(gallery: Path) -> dict[str, list[list[float]]]:
    """What is enrolled, by name, in a gallery that must be sound."""
    with closing(GalleryRepository.open(gallery)) as repository:
        assert repository.integrity() == []
        snapshot = repository.snapshot(embedder="sface", dimension=128)
        return {
            identity.name: snapshot.templates_of(identity.id).tolist()
            for identity in snapshot.identities.values()
        }


def examined(gallery: Path) -> int | None:
    """How many photos an import that was cut short has examined; None without one."""
    with closing(GalleryRepository.open(gallery)) as repository:
        found = UnfinishedImports(repository.file).find()
        return found[0].examined if found else None


def test_killed_at_random_moments_it_enrols_nobody_or_everybody_and_always_goes_on(
    tmp_path, folder
):
    whole = tmp_path / "whole.db"
    started = time.monotonic()
    assert finish(start(whole, folder)) == PEOPLE * PHOTOS
    took = time.monotonic() - started
    everybody = content(whole)
    assert {len(of) for of in everybody.values()} == {PHOTOS}

    moments = random.Random(4)
    killed_under_way = 0
    for number in range(3):
        gallery = tmp_path / f"{number}.db"
        for _ in range(2):
            process = start(gallery, folder)
            try:
                process.wait(timeout=moments.random() * took)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            process.communicate()
            found = content(gallery)
            assert found in ({}, everybody)
            killed_under_way += examined(gallery) is not None
        assert finish(start(gallery, folder)) <= PEOPLE * PHOTOS
        assert content(gallery) == everybody
        assert examined(gallery) is None
    assert killed_under_way


def test_killed_in_the_last_step_it_has_enrolled_nobody_and_reads_no_photo_again(tmp_path, folder):
    gallery = tmp_path / "gallery.db"
    process = start(gallery, folder, die="before the commit")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert content(gallery) == {}
    assert examined(gallery) == PEOPLE * PHOTOS
    assert finish(start(gallery, folder)) == 0
    assert len(content(gallery)) == PEOPLE


def test_killed_after_the_last_step_it_has_enrolled_everybody(tmp_path, folder):
    gallery = tmp_path / "gallery.db"
    start(gallery, folder, die="after the commit").communicate()
    assert len(content(gallery)) == PEOPLE
    assert examined(gallery) is None
    assert finish(start(gallery, folder)) == 0


@pytest.mark.parametrize("moment", ["while photos are read", "before all are enrolled"])
def test_on_a_full_disk_nobody_is_enrolled_and_it_goes_on_when_there_is_room(
    tmp_path, folder, moment
):
    gallery = tmp_path / "gallery.db"
    process = start(gallery, folder, die=moment)
    _, err = process.communicate()
    assert process.returncode == 1
    # A limit on files stands in for the disk's end; by SQLite it is said as a quota.
    assert "GalleryNotWritable: " in err.splitlines()[-1]
    assert content(gallery) == {}
    read = examined(gallery)
    assert 0 < read <= PEOPLE * PHOTOS
    assert finish(start(gallery, folder)) == PEOPLE * PHOTOS - read
    assert len(content(gallery)) == PEOPLE


def test_what_a_killed_import_left_can_be_dropped(tmp_path, folder):
    gallery = tmp_path / "gallery.db"
    start(gallery, folder, die="before the commit").communicate()
    with closing(GalleryRepository.open(gallery)) as repository:
        (left,) = Staging(repository.file).unfinished()
        assert UnfinishedImports(repository.file).discard(left.id)
        assert Staging(repository.file).examined(left.id) == {}
    assert content(gallery) == {}
    files = {path.name for path in tmp_path.iterdir()}
    # The lock's file has nothing in it, and goes with the next import.
    assert files <= {"gallery.db", "gallery.db-import"}
