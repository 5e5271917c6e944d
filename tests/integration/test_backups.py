"""Backups of real galleries, by real processes: made, looked through, put back."""

import errno
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from db.backups import BackupKind
from db.events import EventLog
from db.key_slots import Keys
from db.migrate import MIGRATIONS
from db.opening import OpenGallery
from db.rekeying import rekey, slots_of
from db.repository import GalleryRepository
from db.staging import Staging
from db.tables import Base
from desktop_app.errors import (
    BackupUnusable,
    DiskFull,
    FileNotWritable,
    GalleryDamaged,
    GalleryFromNewerVersion,
    GalleryInUse,
    KeyMissing,
    PassphraseNeeded,
    PassphraseWrong,
)
from desktop_app.recognition.events import EventChange, EventLook, EventState, Outcome
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.recognition.staging import StagedPhoto
from desktop_app.services import backups
from desktop_app.vision.types import Embedding

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs locks or limits of POSIX")
RANDOM = np.random.default_rng(11)

FOLLOW = """
import sys
from pathlib import Path
from db.repository import GalleryRepository

repository = GalleryRepository.open(Path(sys.argv[1]))
for order in sys.stdin:
    if order == "begin\\n":
        block = repository.file.read()
        session = block.__enter__()
        names = session.connection().exec_driver_sql("SELECT name FROM identities ORDER BY id")
        print(*names.scalars(), flush=True)
    elif order == "again\\n":
        names = session.connection().exec_driver_sql("SELECT name FROM identities ORDER BY id")
        print(*names.scalars(), flush=True)
        block.__exit__(None, None, None)
    else:
        people = repository.people(embedder="sface")
        print(repository.version(), *(person.identity.name for person in people), flush=True)
repository.close()
"""

BACK_UP_UP_TO_A_LIMIT = """
import resource, signal, sys
from pathlib import Path
from db.repository import GalleryRepository
from desktop_app.errors import GalleryError
from desktop_app.services.backups import create

repository = GalleryRepository.open(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    create(repository.file)
except GalleryError as error:
    print(type(error).__name__, flush=True)
"""


REPLACE_KILLED_AT_EACH_STEP = """
import itertools, os, shutil, signal, sys
from pathlib import Path
from db import restoring
from db.key_slots import Keys

folder = Path(sys.argv[1])
(backup,) = (folder / "full" / "backups").iterdir()
STEPS = {"os.link", "os.remove", "os.rename", "shutil.copyfile"}
for step in itertools.count(1):
    place = folder / str(step)
    shutil.copytree(folder / "full", place)
    child = os.fork()
    if not child:
        left = itertools.repeat(None, step - 1)

        def look(event, _arguments):
            if event in STEPS and next(left, "here") == "here":
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(look)
        restoring.replace_damaged(place / "gallery.db", backup, keys=Keys())
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


class MemoryKeychain:
    name = "memory"

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.keys.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.keys[name] = key

    def delete(self, name: str) -> None:
        self.keys.pop(name, None)


def new_sample() -> NewSample:
    vector = RANDOM.standard_normal(128).astype(np.float32)
    return NewSample(
        pixels=RANDOM.integers(0, 256, (56, 56, 3), np.uint8),
        embedding=Embedding(vector / np.linalg.norm(vector), "sface"),
        quality=0.5,
        origin=Origin.PHOTO,
    )


def names_in(repository: GalleryRepository) -> list[str]:
    return [person.identity.name for person in repository.people(embedder="sface")]


def ask(process: subprocess.Popen[str], order: str) -> list[str]:
    process.stdin.write(order + "\n")
    process.stdin.flush()
    return process.stdout.readline().split()


def sighting(identity_id: int | None = None) -> EventChange:
    """Somebody who was seen just now."""
    sample = new_sample()
    return EventChange(
        EventState(
            key=0,
            identity_id=identity_id,
            began=datetime.now(UTC),
            ended=datetime.now(UTC),
            source="Camera",
            outcome=Outcome.UNKNOWN if identity_id is None else Outcome.NAMED,
            look=EventLook(sample.pixels, sample.embedding),
        )
    )


def rows_in(repository: GalleryRepository) -> dict[str, list[tuple]]:
    """Every row of every table, but for the count of writes."""
    with repository.file.bare() as connection:
        rows = {
            table: connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in Base.metadata.tables
        }
    rows["gallery"] = [repository.file.uid()]
    return rows


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : 3 * 4096] = os.urandom(2 * 4096)
    path.write_bytes(data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gallery.db"


@pytest.fixture
def repository(path: Path) -> Iterator[GalleryRepository]:
    repository = GalleryRepository.open(path)
    repository.acts.enrol("Anna", [new_sample(), new_sample()])
    repository.acts.enrol("Bruno", [new_sample()])
    yield repository
    repository.close()


@pytest.fixture
def follow(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the gallery open."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", FOLLOW, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_backup_is_a_sound_file_of_its_own_that_nobody_else_may_read(repository, path) -> None:
    line = backups.create(repository.file)

    assert line.content.people == 2
    assert line.opens
    assert line.backup.kind is BackupKind.BY_HAND
    assert line.backup.path.parent == path.parent / "backups"
    assert [file.name for file in line.backup.path.parent.iterdir()] == [line.backup.path.name]
    if sys.platform != "win32":
        assert stat.S_IMODE(line.backup.path.stat().st_mode) == 0o600
    assert [one.backup for one in backups.list_backups(path)] == [line.backup]


def test_a_file_that_is_there_is_not_overwritten_unless_that_is_asked(repository, tmp_path) -> None:
    stick = tmp_path / "stick" / "copy.db"
    backups.create(repository.file, stick)
    repository.acts.enrol("Clara", [new_sample()])

    with pytest.raises(FileNotWritable):
        backups.create(repository.file, stick)
    assert backups.create(repository.file, stick, overwrite=True).content.people == 3
    with pytest.raises(FileNotWritable):
        backups.create(repository.file, repository.path, overwrite=True)


def test_a_restored_gallery_holds_what_the_backup_held_and_gives_no_id_twice(repository) -> None:
    kept = backups.create(repository.file).backup.path
    anna = repository.find("Anna")
    pictures = [sample.pixels.tobytes() for sample in repository.samples(anna.id)]
    repository.acts.rename(anna.id, "Hanna")
    repository.acts.remove_samples([repository.samples(anna.id)[0].id])
    later = repository.acts.enrol("Clara", [new_sample()])
    version, uid = repository.version(), repository.file.uid()

    before = backups.restore(repository.file, kept)

    assert names_in(repository) == ["Anna", "Bruno"]
    assert [one.pixels.tobytes() for one in repository.samples(anna.id)] == pictures
    assert repository.version() > version
    assert repository.file.uid() == uid
    assert repository.acts.enrol("Dora", [new_sample()]).id > later.id
    assert repository.integrity() == []
    # What was there before can be had back.
    backups.restore(repository.file, before)
    assert names_in(repository) == ["Bruno", "Clara", "Hanna"]


def test_every_row_comes_back_also_of_those_who_are_enrolled_still(tmp_path) -> None:
    path = tmp_path / "gallery.db"
    with closing(GalleryRepository.open(path, keys=Keys(MemoryKeychain()))) as repository:
        anna = repository.acts.enrol("Anna", [new_sample(), new_sample()])
        bruno = repository.acts.enrol("Bruno", [new_sample()])
        one = new_sample()
        repository.acts.add_negative(
            bruno.id, pixels=one.pixels, embedding=one.embedding, origin=Origin.LIVE
        )
        repository.acts.set_groups(anna.id, ["Choir"])
        EventLog(repository.file).write([sighting(anna.id), sighting(bruno.id), sighting()])
        staging = Staging(repository.file)
        folder = staging.begin("photos", total=1, rules="", left_out=())
        staging.put(folder, [StagedPhoto("Carl", "carl.jpg", b"0" * 32, sample=new_sample())])
        kept = backups.create(repository.file).backup.path
        before = rows_in(repository)
        assert all(before.values())
        repository.acts.rename(anna.id, "Hanna")

        backups.restore(repository.file, kept)

        assert rows_in(repository) == before
        assert repository.integrity() == []


def test_where_not_every_row_can_be_put_back_nothing_changes(repository) -> None:
    kept = backups.create(repository.file).backup.path
    repository.acts.rename(repository.find("Anna").id, "Hanna")
    with repository.file.bare() as connection:
        connection.execute(
            "CREATE TRIGGER loses AFTER INSERT ON templates BEGIN DELETE FROM templates; END"
        )

    with pytest.raises(BackupUnusable, match="templates"):
        backups.restore(repository.file, kept)

    assert names_in(repository) == ["Bruno", "Hanna"]
    assert repository.integrity() == []


def test_another_process_sees_the_old_people_or_the_restored_ones(repository, follow) -> None:
    kept = backups.create(repository.file).backup.path
    repository.acts.enrol("Clara", [new_sample()])
    assert ask(follow, "begin") == ["Anna", "Bruno", "Clara"]

    backups.restore(repository.file, kept)

    # Its transaction goes on seeing what it saw first.
    assert ask(follow, "again") == ["Anna", "Bruno", "Clara"]
    version, *names = ask(follow, "look")
    assert names == ["Anna", "Bruno"]
    assert int(version) == repository.version()


def test_a_backup_of_the_first_format_is_brought_up_and_its_gallery_keeps_its_name(
    repository, path, tmp_path
) -> None:
    migrations = tmp_path / "migrations of 0.1"
    shutil.copytree(
        MIGRATIONS, migrations, ignore=shutil.ignore_patterns("000[2-9]_*", "__pycache__")
    )
    old = tmp_path / "old.db"
    OpenGallery(old, busy_timeout=1, migrations=migrations).close()
    with closing(sqlite3.connect(old)) as file:
        file.execute("ATTACH ? AS newest", (str(path),))
        for table in ("identities", "samples", "templates"):
            info = file.execute(f"PRAGMA main.table_info({table})")
            columns = ", ".join(row[1] for row in info)
            file.execute(f"INSERT INTO {table} SELECT {columns} FROM newest.{table}")
        file.commit()
        file.execute("DETACH newest")
        file.execute("PRAGMA journal_mode=DELETE")
    content = old.read_bytes()
    repository.acts.enrol("Clara", [new_sample()])
    uid = repository.file.uid()

    assert backups.verify(old, keys=Keys()).content.revision == "0001"
    backups.restore(repository.file, old)

    assert names_in(repository) == ["Anna", "Bruno"]
    assert repository.file.uid() == uid
    assert repository.integrity() == []
    assert old.read_bytes() == content
    left = {file.name.rpartition("-")[2] for file in (path.parent / "backups").iterdir()}
    assert left == {"restore.db"}


@pytest.mark.parametrize("fault", ["damaged", "no gallery", "newer", "missing"])
def test_a_backup_that_cannot_be_used_changes_nothing(repository, tmp_path, fault) -> None:
    kept = tmp_path / "kept.db"
    backups.create(repository.file, kept)
    repository.acts.enrol("Clara", [new_sample()])
    wanted: type[Exception] = BackupUnusable
    if fault == "damaged":
        damage(kept)
    elif fault == "no gallery":
        kept.write_bytes(b"a text\n" * 3000)
    elif fault == "missing":
        kept.unlink()
    else:
        wanted = GalleryFromNewerVersion
        with closing(sqlite3.connect(kept)) as file:
            file.execute("UPDATE alembic_version SET version_num = '9999'")
            file.commit()
    version = repository.version()

    with pytest.raises(wanted):
        backups.restore(repository.file, kept)

    assert names_in(repository) == ["Anna", "Bruno", "Clara"]
    assert repository.version() == version
    assert not list(tmp_path.rglob("*partial*"))


def test_a_sealed_backup_opens_elsewhere_by_a_passphrase_alone(tmp_path) -> None:
    here = GalleryRepository.open(tmp_path / "here" / "a.db", keys=Keys(MemoryKeychain()))
    here.acts.enrol("Anna", [new_sample()])
    picture = here.samples(1)[0].pixels.tobytes()
    locked, portable = tmp_path / "locked.db", tmp_path / "portable.db"
    assert backups.create(here.file, locked).content.sealed
    backups.create(here.file, portable, passphrase="a horse and a battery")
    here.close()
    there = GalleryRepository.open(tmp_path / "there" / "b.db", keys=Keys(MemoryKeychain()))
    there.acts.enrol("Zoe", [new_sample()])

    assert backups.verify(locked, keys=Keys()).opens is False
    with pytest.raises(KeyMissing):
        backups.restore(there.file, locked)
    with pytest.raises(PassphraseNeeded):
        backups.restore(there.file, portable)
    with pytest.raises(PassphraseWrong):
        backups.restore(there.file, portable, keys=Keys(passphrase="another"))
    assert names_in(there) == ["Zoe"]
    backups.restore(there.file, portable, keys=Keys(passphrase="a horse and a battery"))

    assert names_in(there) == ["Anna"]
    assert there.samples(1)[0].pixels.tobytes() == picture
    there.close()
    again = GalleryRepository.open(there.path, keys=Keys(passphrase="a horse and a battery"))
    assert again.file.vault.is_sealed
    again.close()


def test_a_damaged_gallery_is_moved_aside_for_its_newest_good_backup(repository, path) -> None:
    backups.create(repository.file)
    repository.acts.enrol("Clara", [new_sample()])
    spoilt = backups.create(repository.file).backup.path
    damage(spoilt)
    repository.close()
    damage(path)
    broken = path.read_bytes()
    with pytest.raises(GalleryDamaged):
        names_in(GalleryRepository.open(path))

    good = backups.newest_good(path, keys=Keys())
    aside = backups.replace_damaged(path, good.backup.path, keys=Keys())

    assert aside.read_bytes() == broken
    again = GalleryRepository.open(path)
    assert names_in(again) == ["Anna", "Bruno"]
    assert again.integrity() == []
    again.close()
    assert backups.newest_good(path, keys=Keys()).content.people == 2


@POSIX
@POSIX
def test_killed_while_it_replaces_a_damaged_gallery_nothing_of_its_log_is_lost(
    repository, path, tmp_path
) -> None:
    backups.create(repository.file)
    repository.file.forget_removed()
    repository.acts.enrol("Clara", [new_sample()])
    full = tmp_path / "full"
    shutil.copytree(path.parent / "backups", full / "backups")
    for end in ("", "-wal"):
        shutil.copyfile(f"{path}{end}", full / f"gallery.db{end}")
    # She is in the log alone.
    assert full.joinpath("gallery.db-wal").stat().st_size > 0

    subprocess.run(
        [sys.executable, "-c", REPLACE_KILLED_AT_EACH_STEP, str(tmp_path)], check=True, timeout=60
    )

    outcomes = []
    for place in sorted(tmp_path.glob("[0-9]*"), key=lambda place: int(place.name)):
        people = {}
        for file in (place / "gallery.db", *place.glob("backups/*-damaged.db")):
            with closing(GalleryRepository.open(file)) as found:
                assert found.integrity() == []
                people[file.name] = names_in(found)
        assert ["Anna", "Bruno", "Clara"] in people.values()
        assert people["gallery.db"][:2] == ["Anna", "Bruno"]
        outcomes.append(people)
    assert len(outcomes) > 6
    assert list(outcomes[0].values()) == [["Anna", "Bruno", "Clara"]]
    assert list(outcomes[-1].values()) == [["Anna", "Bruno"], ["Anna", "Bruno", "Clara"]]


@pytest.mark.parametrize("fault", ["damaged", "no room"])
def test_where_a_broken_gallery_cannot_be_read_it_is_set_aside_all_the_same(
    repository, path, fault, monkeypatch
) -> None:
    kept = backups.create(repository.file).backup.path
    repository.close()
    content = path.read_bytes()

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.EIO if fault == "damaged" else errno.ENOSPC, "no")

    monkeypatch.setattr(shutil, "copyfile", refuse)
    aside = backups.replace_damaged(path, kept, keys=Keys())

    assert aside.read_bytes() == content
    with closing(GalleryRepository.open(path)) as replaced:
        assert names_in(replaced) == ["Anna", "Bruno"]
    assert not list(path.parent.rglob("*partial*"))


def test_a_damaged_gallery_that_another_process_has_open_stays(repository, path, follow) -> None:
    kept = backups.create(repository.file).backup.path
    repository.close()
    assert ask(follow, "look")[1:] == ["Anna", "Bruno"]
    content = path.read_bytes()

    with pytest.raises(GalleryInUse):
        backups.replace_damaged(path, kept, keys=Keys())

    assert path.read_bytes() == content
    assert ask(follow, "look")[1:] == ["Anna", "Bruno"]


def age(path: Path, *, days: float) -> Path:
    """Make a backup older, by its name."""
    stamp = datetime.now(UTC) - timedelta(days=days)
    stem, _, why = path.name.split("-")
    return path.rename(path.with_name(f"{stem}-{stamp:%Y%m%dT%H%M%S%f}-{why}"))


def test_a_backup_of_the_day_is_made_when_something_changed_since(repository, path) -> None:
    first = backups.create_if_due(path)
    assert first.kind is BackupKind.DAILY
    repository.acts.enrol("Clara", [new_sample()])
    assert backups.create_if_due(path) is None
    old = age(first.path, days=1.1)

    assert backups.create_if_due(path) is not None
    assert old.exists()


def test_a_clock_that_was_ahead_once_neither_keeps_backups_away_nor_makes_one_at_each_look(
    repository, path
) -> None:
    ahead = age(backups.create_if_due(path).path, days=-400)
    for day in range(9, 1, -1):
        repository.acts.set_note(1, f"day {day}")
        age(backups.create_if_due(path).path, days=day)
    repository.acts.set_note(1, "today")
    assert backups.create_if_due(path) is not None
    repository.acts.set_note(1, "an hour later")

    assert backups.create_if_due(path) is None

    kept = [line.backup for line in backups.list_backups(path)]
    assert kept[0].path == ahead
    assert len(kept) == 1 + 7


def test_nothing_is_copied_where_nothing_changed_and_where_nobody_is_enrolled(tmp_path) -> None:
    repository = GalleryRepository.open(tmp_path / "gallery.db")
    assert backups.create_if_due(repository.path) is None
    repository.acts.enrol("Anna", [new_sample()])
    age(backups.create_if_due(repository.path).path, days=400)
    assert backups.create_if_due(repository.path) is None
    repository.close()


def test_seven_of_the_day_are_kept_and_all_that_somebody_made(repository, path) -> None:
    by_hand = age(backups.create(repository.file).backup.path, days=300)
    for day in range(12, 0, -1):
        repository.acts.set_note(1, f"day {day}")
        age(backups.create_if_due(path).path, days=day + 0.5)
    repository.acts.set_note(1, "today")

    assert backups.create_if_due(path) is not None

    kinds = [line.backup.kind for line in backups.list_backups(path)]
    assert kinds == [BackupKind.DAILY] * 7 + [BackupKind.BY_HAND]
    assert by_hand.exists()


def test_damage_is_found_by_the_backup_of_the_day_and_kept_out_of_the_backups(
    repository, path
) -> None:
    repository.close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = file.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_events_began'"
        ).fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096] = 7
    path.write_bytes(data)

    with pytest.raises(GalleryDamaged):
        backups.create_if_due(path)

    assert backups.list_backups(path) == []


def test_what_a_killed_backup_left_is_removed_a_day_later(repository, path) -> None:
    backups.create_if_due(path)
    left = path.parent / "backups" / "gallery-x-day.db.partial"
    left.write_bytes(b"faces")
    backups.create_if_due(path)
    assert left.exists()
    os.utime(left, (0, 0))
    backups.create_if_due(path)
    assert not left.exists()


RESTORE = """
import sys
from pathlib import Path
from db.repository import GalleryRepository
from desktop_app.services.backups import restore

repository = GalleryRepository.open(Path(sys.argv[1]))
print("begin", flush=True)
restore(repository.file, Path(sys.argv[2]))
print("end", flush=True)
"""


@POSIX
@pytest.mark.slow
def test_killed_while_it_restores_the_gallery_holds_the_one_or_the_other(
    repository, path, tmp_path
) -> None:
    repository.acts.enrol_all({f"Somebody {n}": [new_sample()] for n in range(200)})
    kept = tmp_path / "kept.db"
    backups.create(repository.file, kept)
    before = names_in(repository)
    repository.acts.enrol_all({f"Nobody {n}": [new_sample()] for n in range(50)})
    after = names_in(repository)
    repository.close()
    content = path.read_bytes()
    dice = random.Random(3)
    seen = set()
    for _ in range(8):
        path.write_bytes(content)
        process = subprocess.Popen(
            [sys.executable, "-c", RESTORE, str(path), str(kept)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout.readline() == "begin\n"
        try:
            process.wait(dice.uniform(0, 0.5))
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate(timeout=60)

        again = GalleryRepository.open(path)
        assert again.integrity() == []
        assert names_in(again) in (before, after)
        seen.add(len(names_in(again)))
        again.close()
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    assert seen


@POSIX
def test_a_backup_that_does_not_fit_leaves_nothing_behind(repository, path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BACK_UP_UP_TO_A_LIMIT, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.split()[0] in {"DiskFull", "GalleryNotWritable"}
    assert list((path.parent / "backups").iterdir()) == []


@pytest.mark.parametrize("way_in", ["keychain", "passphrase"])
def test_who_cannot_open_the_gallery_any_more_restores_the_backup_that_was_made_for_that(
    tmp_path, way_in
) -> None:
    path, stick = tmp_path / "a" / "gallery.db", tmp_path / "stick.db"
    lost = Keys(MemoryKeychain()) if way_in == "keychain" else Keys(passphrase="forgotten")
    with closing(GalleryRepository.open(path, keys=lost)) as repository:
        repository.acts.enrol("Anna", [new_sample()])
        if way_in == "passphrase":
            rekey(repository.file, lost)
        backups.create(repository.file, stick, passphrase="a horse and a battery")
        repository.acts.enrol("Bruno", [new_sample()])
    with pytest.raises(KeyMissing if way_in == "keychain" else PassphraseNeeded):
        GalleryRepository.open(path)
    with pytest.raises(PassphraseWrong):
        backups.put_back(path, stick, keys=Keys(passphrase="another"))

    kept = backups.put_back(path, stick, keys=Keys(passphrase="a horse and a battery"))

    keys = Keys(passphrase="a horse and a battery")
    with closing(GalleryRepository.open(path, keys=keys)) as repository:
        assert names_in(repository) == ["Anna"]
        assert repository.samples(1)[0].pixels.shape == (56, 56, 3)
    # Should the key turn up again, nothing is lost.
    with closing(GalleryRepository.open(kept, keys=lost)) as repository:
        assert names_in(repository) == ["Anna", "Bruno"]


def test_where_there_never_was_a_gallery_a_backup_becomes_one(repository, tmp_path) -> None:
    backups.create(repository.file, tmp_path / "stick.db")

    assert backups.put_back(tmp_path / "new" / "b.db", tmp_path / "stick.db", keys=Keys()) is None

    with closing(GalleryRepository.open(tmp_path / "new" / "b.db")) as restored:
        assert names_in(restored) == names_in(repository)


@pytest.fixture
def stick(tmp_path) -> Path:
    """A backup of another computer, which opens by its keychain or by a passphrase."""
    keys = Keys(MemoryKeychain())
    with closing(GalleryRepository.open(tmp_path / "there" / "b.db", keys=keys)) as repository:
        repository.acts.enrol("Zoe", [new_sample()])
        backups.create(repository.file, tmp_path / "stick.db", passphrase="a horse and a battery")
    return tmp_path / "stick.db"


def test_restored_from_another_computer_a_gallery_opens_by_the_keychain_here_from_then_on(
    tmp_path, stick
) -> None:
    keychain = MemoryKeychain()
    keys = Keys(keychain, "a horse and a battery")
    with closing(GalleryRepository.open(tmp_path / "a.db", keys=Keys(keychain))) as repository:
        backups.restore(repository.file, stick, keys=keys)

        assert names_in(repository) == ["Zoe"]
        assert repository.file.keys.passphrase is None
    backups.put_back(tmp_path / "new.db", stick, keys=keys)
    for path in (tmp_path / "a.db", tmp_path / "new.db"):
        with closing(GalleryRepository.open(path, keys=Keys(keychain))) as repository:
            assert repository.samples(1)[0].pixels.shape == (56, 56, 3)
            slots = slots_of(path)
        assert sorted(slot.kind for slot in slots) == ["keychain", "passphrase"]
        GalleryRepository.open(path, keys=Keys(passphrase="a horse and a battery")).close()


def test_where_no_keychain_takes_a_key_the_passphrase_goes_on_opening_what_was_restored(
    repository, stick
) -> None:
    keychain = MemoryKeychain()
    keychain.set = lambda _name, _key: None
    keys = Keys(keychain, "a horse and a battery")

    backups.restore(repository.file, stick, keys=keys)

    assert names_in(repository) == ["Zoe"]
    repository.acts.rename(1, "Zoë")
    assert repository.file.keys == keys


def test_a_restoring_that_fails_leaves_no_key_in_the_keychain(
    repository, stick, monkeypatch
) -> None:
    def full(*_args, **_kwargs):
        raise DiskFull(path=stick)

    monkeypatch.setattr("db.restoring._replace_rows", full)
    keychain = MemoryKeychain()
    with pytest.raises(DiskFull):
        backups.restore(repository.file, stick, keys=Keys(keychain, "a horse and a battery"))

    assert keychain.keys == {}
    assert names_in(repository) == ["Anna", "Bruno"]
