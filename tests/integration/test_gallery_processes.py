"""One gallery and several processes: at work together, and killed in the middle."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from db.migrate import MIGRATIONS
from db.opening import OpenGallery
from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.vision.types import Embedding

COMMON = """
import os, sys
from pathlib import Path
import numpy as np
from db.repository import GalleryRepository
from desktop_app.errors import GalleryError
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.vision.types import Embedding

path = Path(sys.argv[1])

def new_sample(size=112):
    vector = np.random.default_rng().standard_normal(128).astype(np.float32)
    pixels = np.random.default_rng().integers(0, 256, (size, size, 3), np.uint8)
    embedding = Embedding(vector / np.linalg.norm(vector), "sface")
    return NewSample(pixels=pixels, embedding=embedding, quality=0.5, origin=Origin.LIVE)

def say(*words):
    print(*words, flush=True)
"""

ENROL_WHEN_TOLD = """
say("ready")
sys.stdin.readline()
repository = GalleryRepository.open(path, busy_timeout=60)
for number in range(10):
    repository.acts.enrol("Everyone", [new_sample()])
    repository.acts.enrol(f"{sys.argv[2]} {number}", [new_sample()])
repository.close()
"""

WAIT_AND_SAY_NOT = """
say("ready")
sys.stdin.readline()
repository = GalleryRepository.open(path, busy_timeout=60)
face = new_sample()
repository.acts.add_negative(
    repository.find("Anna").id, pixels=face.pixels, embedding=face.embedding, origin=face.origin
)
repository.close()
"""

ENROL_FOR_EVER = """
repository = GalleryRepository.open(path)
number = 0
while True:
    repository.acts.enrol(f"Person {number}", [new_sample(), new_sample()])
    say(number)
    number += 1
"""

DIE_BEFORE_THE_COMMIT = """
from sqlalchemy import event
repository = GalleryRepository.open(path)
event.listen(repository.file._writer, "commit", lambda connection: os.kill(os.getpid(), 9))
repository.acts.enrol("Bruno", [new_sample() for _ in range(50)])
"""

DIE_WHILE_THE_TABLES_ARE_MADE = """
from sqlalchemy import event
from db import migrate
engine_for = migrate.migration_engine

def deadly(*args, **kwargs):
    engine = engine_for(*args, **kwargs)
    event.listen(engine, "commit", lambda connection: os.kill(os.getpid(), 9))
    return engine

migrate.migration_engine = deadly
GalleryRepository.open(path)
"""

OPEN_AND_CLOSE = """
repository = GalleryRepository.open(path)
say(len(repository.people(embedder="sface")))
repository.close()
"""

ENROL_UP_TO_A_LIMIT = """
import resource, signal
repository = GalleryRepository.open(path)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = path.stat().st_size + 300_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
saved = 0
try:
    for saved in range(1000):
        repository.acts.enrol(f"Person {saved}", [new_sample()])
except GalleryError as error:
    say(saved, type(error).__name__, error)
say(len(repository.people(embedder="sface")))
"""

_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs signals or limits of POSIX")


def new_sample() -> NewSample:
    vector = np.random.default_rng().standard_normal(128).astype(np.float32)
    return NewSample(
        pixels=np.zeros((112, 112, 3), np.uint8),
        embedding=Embedding(vector / np.linalg.norm(vector), "sface"),
        quality=0.5,
        origin=Origin.PHOTO,
    )


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", COMMON + code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(code: str, *arguments: object) -> list[str]:
    process = start(code, *arguments)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output.splitlines()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gallery.db"


@pytest.fixture
def repository(path: Path) -> Iterator[GalleryRepository]:
    repository = GalleryRepository.open(path)
    yield repository
    repository.close()


def test_processes_that_make_and_fill_one_gallery_at_once_lose_nothing(path: Path) -> None:
    processes = [start(ENROL_WHEN_TOLD, path, name) for name in ("A", "B", "C", "D")]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors

    repository = GalleryRepository.open(path)
    people = {person.identity.name: person for person in repository.people(embedder="sface")}
    assert people["Everyone"].sample_count == 40
    assert set(people) == {"Everyone"} | {f"{name} {i}" for name in "ABCD" for i in range(10)}
    assert repository.version() == 80
    assert repository.integrity() == []
    repository.close()


def test_processes_that_open_an_older_gallery_at_once_bring_it_up_once(
    path: Path, tmp_path: Path
) -> None:
    migrations = tmp_path / "migrations of 0.1"
    shutil.copytree(
        MIGRATIONS, migrations, ignore=shutil.ignore_patterns("000[2-9]_*", "__pycache__")
    )
    OpenGallery(path, busy_timeout=1, migrations=migrations).close()
    # What is written there today reads tables that were not there then.
    newest = GalleryRepository.open(tmp_path / "newest" / "gallery.db")
    newest.acts.enrol("Anna", [new_sample()])
    newest.close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("ATTACH ? AS newest", (str(newest.path),))
        for table in ("identities", "samples", "templates"):
            info = file.execute(f"PRAGMA main.table_info({table})")
            columns = ", ".join(row[1] for row in info)
            file.execute(f"INSERT INTO {table} SELECT {columns} FROM newest.{table}")
        file.commit()

    processes = [start(WAIT_AND_SAY_NOT, path) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors

    repository = GalleryRepository.open(path)
    anna = repository.find("Anna")
    assert len(repository.negatives(anna.id)) == 4
    assert len(repository.samples(anna.id)) == 1
    assert repository.integrity() == []
    repository.close()
    assert len(list((path.parent / "backups").iterdir())) == 1


def test_a_process_sees_what_another_wrote(repository: GalleryRepository, path: Path) -> None:
    before = repository.version()
    process = start(ENROL_WHEN_TOLD, path, "Other")
    process.communicate("go\n", timeout=120)
    assert repository.version() == before + 20
    assert repository.find("Other 9") is not None
    assert repository.snapshot(embedder="sface", dimension=128).template_count == 20


def test_two_repositories_of_one_process_keep_their_log_from_other_processes(
    repository: GalleryRepository, path: Path
) -> None:
    repository.acts.enrol("Anna", [new_sample()])
    # A handle on the file that was opened and closed here would drop the first one's lock,
    # and the other process would take itself for the last and remove the log under us.
    GalleryRepository.open(path).close()
    assert run(OPEN_AND_CLOSE, path) == ["1"]
    assert Path(f"{path}-wal").exists()
    repository.acts.enrol("Bruno", [new_sample()])
    assert run(OPEN_AND_CLOSE, path) == ["2"]
    assert repository.integrity() == []


@_POSIX
def test_a_process_killed_while_it_writes_leaves_all_it_saved(path: Path) -> None:
    for _ in range(3):
        process = start(ENROL_FOR_EVER, path)
        for _ in range(5):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate(timeout=60)
        last = max([last, *map(int, rest.split())])

        repository = GalleryRepository.open(path)
        assert repository.integrity() == []
        people = repository.people(embedder="sface")
        assert len(people) > last
        assert all(
            person.sample_count == person.template_count >= 2
            and len(repository.samples(person.identity.id)) == person.sample_count
            for person in people
        )
        repository.close()


@_POSIX
def test_an_enrolment_that_was_killed_before_its_end_never_happened(
    repository: GalleryRepository, path: Path
) -> None:
    repository.acts.enrol("Anna", [new_sample()])
    process = start(DIE_BEFORE_THE_COMMIT, path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert repository.find("Bruno") is None
    assert repository.version() == 1
    assert repository.integrity() == []
    repository.acts.enrol("Bruno", [new_sample()])


@_POSIX
def test_a_first_start_that_was_killed_does_not_stand_in_the_way_of_the_next(path: Path) -> None:
    process = start(DIE_WHILE_THE_TABLES_ARE_MADE, path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert run(OPEN_AND_CLOSE, path) == ["0"]
    assert GalleryRepository.open(path).acts.enrol("Anna", [new_sample()]).name == "Anna"


@_POSIX
def test_when_the_system_takes_no_more_bytes_what_was_saved_stays(path: Path) -> None:
    failure, count = run(ENROL_UP_TO_A_LIMIT, path)
    saved, kind, *_ = failure.split()
    assert kind in {"GalleryNotWritable", "DiskFull"}
    assert int(saved) > 0
    assert count == saved
    repository = GalleryRepository.open(path)
    assert len(repository.people(embedder="sface")) == int(saved)
    assert repository.integrity() == []
    repository.acts.enrol("Anna", [new_sample()])
    repository.close()
