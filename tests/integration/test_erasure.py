"""Somebody is erased, and every byte is searched for them, by the product and by the test."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from db.backups import BackupKind, backup_name, copy_gallery
from db.erasure import erase_from_gallery, find_wanted
from db.events import EventLog
from db.key_slots import Keys
from db.migrate import MIGRATIONS
from db.opening import OpenGallery
from db.pictures import encode_png
from db.repository import GalleryRepository
from desktop_app.errors import ActOutdated, ErasureIncomplete, NoSuchPerson
from desktop_app.paths import DataDir
from desktop_app.recognition.events import EventChange, EventLook, EventState, Outcome
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.services.privacy.erasure import erase, finish_erasing, whom_to_erase
from desktop_app.vision.types import Embedding

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
RANDOM = np.random.default_rng(3)
ANNA = "Änna Grünwald"


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


def sample() -> NewSample:
    vector = RANDOM.standard_normal(128).astype(np.float32)
    blocks = RANDOM.integers(0, 256, (28, 28, 3), np.uint8)
    return NewSample(
        pixels=blocks.repeat(4, axis=0).repeat(4, axis=1),
        embedding=Embedding(vector / np.linalg.norm(vector), "sface"),
        quality=0.5,
        origin=Origin.PHOTO,
        photo=RANDOM.bytes(32),
    )


def png(one: NewSample) -> bytes:
    return encode_png(one.pixels)


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def places_of(what: bytes, folder: Path) -> list[str]:
    return [name for name, data in everything(folder).items() if what in data]


def assert_gone(folder: Path, name: str, samples: list[NewSample]) -> None:
    """The test's own search, which knows nothing of the product's."""
    for form in ("NFC", "NFD"):
        for text in {name, name.upper(), name.casefold()}:
            normal = unicodedata.normalize(form, text)
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                assert not places_of(normal.encode(encoding), folder)
    for one in samples:
        assert not places_of(one.embedding.vector.tobytes()[100:140], folder)
        assert not places_of(one.embedding.vector.tobytes()[400:440], folder)
        picture = png(one)
        for start in range(200, len(picture) - 40, 1500):
            assert not places_of(picture[start : start + 40], folder)
        assert not places_of(one.photo, folder)


def assert_sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        assert file.execute("PRAGMA user_version").fetchone() == (0,)


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    folder = tmp_path / "data"
    folder.mkdir()
    return DataDir(folder)


@pytest.fixture(params=["open", "sealed"])
def repository(request, data_dir: DataDir) -> Iterator[GalleryRepository]:
    keys = Keys(MemoryKeychain() if request.param == "sealed" else None)
    repository = GalleryRepository.open(data_dir.gallery, keys=keys)
    yield repository
    repository.close()


def fill(repository: GalleryRepository, name: str = ANNA) -> list[NewSample]:
    """Somebody with all that can be theirs, among fifty others."""
    mine = [sample() for _ in range(6)]
    repository.acts.enrol_all({f"Person {number}": [sample()] for number in range(25)})
    identity = repository.acts.enrol(name, mine)
    repository.acts.enrol_all({f"Somebody {number}": [sample()] for number in range(25)})
    refuted = sample()
    repository.acts.add_negative(
        identity.id, pixels=refuted.pixels, embedding=refuted.embedding, origin=Origin.LIVE
    )
    repository.acts.set_note(identity.id, f"{name} has a dog")
    repository.acts.set_groups(identity.id, [f"{name}’s family", "Choir"])
    repository.acts.set_groups(1, ["Choir"])
    with closing(sqlite3.connect(repository.path)) as file:
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
        file.execute(
            "INSERT INTO events (identity_id, began, ended, source, outcome, confidence) "
            "VALUES (?, ?, ?, 'Door', 'named', 0.9)",
            (identity.id, now, now),
        )
        file.execute(
            "INSERT INTO imports (folder, rules, left_out, started, total) "
            "VALUES ('/photos', '', '[]', ?, 3)",
            (now,),
        )
        file.executemany(
            "INSERT INTO staged (import_id, person, path, photo) VALUES (1, ?, ?, ?)",
            [
                (name, "/photos/1.jpg", b"1" * 32),
                ("Other", f"/photos/{name.replace(' ', '_')}_0001.jpg", b"2" * 32),
                ("Other", "/photos/3.jpg", b"3" * 32),
            ],
        )
        file.commit()
    return [*mine, NewSample(refuted.pixels, refuted.embedding, 0.5, Origin.LIVE, b"\1" * 32)]


def test_nothing_of_an_erased_person_is_left_in_any_byte(repository, data_dir) -> None:
    samples = fill(repository)
    identity = repository.find(ANNA)
    # In the bin, in a backup under another name, and in one in which a picture was another's.
    repository.acts.remove_samples([repository.samples(identity.id)[0].id])
    copy_gallery(repository.path, backup_name(repository.path, BackupKind.DAILY))
    repository.acts.rename(identity.id, "Anna Who Married")
    other = repository.acts.enrol("Wrong", [sample()])
    repository.acts.move_samples([repository.samples(identity.id)[0].id], to=other.id)
    copy_gallery(repository.path, backup_name(repository.path, BackupKind.BY_HAND))
    repository.acts.merge(other.id, into=identity.id)
    assert places_of(b"Anna Who Married", data_dir.root)

    erased = erase(repository.file, identity.id, data_dir=data_dir)

    assert erased.proof.found == ()
    assert erased.copies == 2
    assert erased.pictures == 7
    assert erased.events == 1
    assert erased.proof.files >= 3
    assert_gone(data_dir.root, ANNA, samples)
    assert_gone(data_dir.root, "Anna Who Married", samples)
    names = [person.identity.name for person in repository.people(embedder="sface")]
    assert len(names) == 50
    repository.close()
    for file in (data_dir.gallery, *(data_dir.root / "backups").iterdir()):
        assert_sound(file)
    with closing(sqlite3.connect(data_dir.gallery)) as file:
        assert file.execute("SELECT name FROM groups").fetchall() == [("Choir",)]
        assert file.execute("SELECT path FROM staged").fetchall() == [("/photos/3.jpg",)]


def test_the_search_finds_what_was_not_erased(repository, data_dir) -> None:
    fill(repository)
    identity = repository.find(ANNA)
    picture = repository.samples(identity.id)[2]
    stray = data_dir.root / "kept.bin"
    stray.write_bytes(b"\0" * 1001 + encode_png(picture.pixels)[700:2800])
    utf16 = data_dir.root / "notes.txt"
    utf16.write_bytes(f"Call {ANNA.upper()}!".encode("utf-16-le"))

    found = erase(repository.file, identity.id, data_dir=data_dir).proof.found

    assert {finding.path.name for finding in found} == {"kept.bin", "notes.txt"}
    assert {finding.is_name for finding in found} == {True, False}


@pytest.mark.parametrize("name", ["gallery copy.db", "gallery.db.partial-restore"])
def test_a_whole_copy_that_nobody_erased_from_is_no_proof(repository, data_dir, name) -> None:
    fill(repository)
    copy = data_dir.root / name
    copy_gallery(repository.path, copy)

    proof = erase(repository.file, repository.find(ANNA).id, data_dir=data_dir).proof

    assert not proof.holds
    assert {finding.path for finding in proof.found} == {copy.resolve()}
    assert {finding.is_name for finding in proof.found} == {True, False}
    assert not any(finding.is_shared for finding in proof.found)
    assert proof.others == 0


def test_their_very_picture_that_is_somebody_elses_too_is_no_proof(repository, data_dir) -> None:
    mine = sample()
    identity = repository.acts.enrol(ANNA, [mine])
    repository.acts.enrol("Somebody else", [mine])

    proof = erase(repository.file, identity.id, data_dir=data_dir).proof

    assert {finding.path for finding in proof.found} == {data_dir.gallery.resolve()}
    assert all(finding.is_shared for finding in proof.found)


def test_a_name_within_somebody_elses_is_told_apart_by_where_it_lies(repository, data_dir) -> None:
    fill(repository, "Ann")
    repository.acts.enrol_all({f"Hannah {n}": [sample()] for n in range(400)})
    copy_gallery(repository.path, backup_name(repository.path, BackupKind.DAILY))
    before = repository.find("Hannah 17")

    erased = erase(repository.file, repository.find("Ann").id, data_dir=data_dir)

    assert erased.proof.found == ()
    assert erased.proof.others >= 800
    assert repository.find("Hannah 17") == before


def test_a_name_left_in_a_free_page_is_found_though_somebody_elses_holds_it(data_dir) -> None:
    from desktop_app.services.privacy.proof import Search
    from desktop_app.services.privacy.remains import Needles

    repository = GalleryRepository.open(data_dir.gallery)
    repository.acts.enrol_all({f"Hannah {n}": [sample()] for n in range(50)})
    repository.close()
    with closing(sqlite3.connect(data_dir.gallery)) as file:
        file.execute("PRAGMA secure_delete=OFF")
        file.execute("CREATE TABLE secret (text)")
        file.executemany("INSERT INTO secret VALUES (?)", [(f"{n} Ann is here",) for n in range(9)])
        file.commit()
        file.execute("DROP TABLE secret")
        file.commit()
    repository = GalleryRepository.open(data_dir.gallery)

    search = Search(Needles(names=["Ann"], values=[]), names=["Ann"])
    proof = search.look(repository.file, data_dir=data_dir)
    repository.close()

    assert len(proof.found) == 9
    assert {finding.path for finding in proof.found} == {data_dir.gallery.resolve()}


def test_a_source_and_old_logs_that_bear_the_name_forget_it(repository, data_dir) -> None:
    fill(repository)
    source = {"source": f"/home/{ANNA}/clip.mp4", "theme": "dark"}
    data_dir.settings_file.write_text(json.dumps(source))
    data_dir.log_file.write_text(f"passed over /photos/{ANNA}/1.jpg: no\nall well\n")

    erased = erase(repository.file, repository.find(ANNA).id, data_dir=data_dir)

    assert erased.proof.found == ()
    assert_gone(data_dir.root, ANNA, [])
    assert json.loads(data_dir.settings_file.read_text())["theme"] == "dark"
    assert data_dir.log_file.read_text().endswith("no\nall well\n")


def test_somebody_in_the_bin_can_be_erased_and_a_namesake_stays(repository, data_dir) -> None:
    fill(repository)
    first = repository.find(ANNA)
    repository.acts.remove(first.id)
    second = repository.acts.enrol(ANNA, [sample()])

    assert whom_to_erase(repository.file, ANNA.upper()) == second
    erased = erase(repository.file, second.id, data_dir=data_dir)

    assert erased.namesakes == 1
    assert erased.proof.found == ()
    assert whom_to_erase(repository.file, ANNA) == first
    assert erase(repository.file, first.id, data_dir=data_dir).namesakes == 0
    assert_gone(data_dir.root, ANNA, [])
    with pytest.raises(NoSuchPerson):
        erase(repository.file, first.id, data_dir=data_dir)


def test_what_is_deleted_but_not_overwritten_is_overwritten_at_the_next_opening(data_dir) -> None:
    repository = GalleryRepository.open(data_dir.gallery)
    samples = fill(repository)
    identity = repository.find(ANNA)
    erase_from_gallery(repository.file, find_wanted(repository.file, identity.id))
    # As if the computer had stopped here: what a process that is killed leaves.
    stopped = data_dir.root / "stopped"
    stopped.mkdir()
    for end in ("", "-wal"):
        data = (data_dir.root / f"gallery.db{end}").read_bytes()
        (stopped / f"gallery.db{end}").write_bytes(data)
    repository.close()
    assert places_of(png(samples[0])[300:340], stopped)

    GalleryRepository.open(stopped / "gallery.db").close()

    assert_gone(stopped, ANNA, samples)
    assert_sound(stopped / "gallery.db")


def test_another_window_hears_of_it_and_can_undo_nothing_of_theirs(repository, data_dir) -> None:
    fill(repository)
    identity = repository.find(ANNA)
    repository.acts.set_groups(identity.id, [])
    edits, version = repository.acts.edits, repository.version()

    erase(repository.file, identity.id, data_dir=data_dir)

    assert repository.version() > version
    with pytest.raises(ActOutdated):
        repository.acts.undo(edits)
    repository.close()
    assert_gone(data_dir.root, ANNA, [])


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_backups_of_older_formats_are_erased_from_as_well(data_dir, tmp_path, revision) -> None:
    migrations = tmp_path / f"migrations of {revision}"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (migrations / "versions").glob("[0-9]*.py"):
        if file.name[:4] > revision:
            file.unlink()
    newest = GalleryRepository.open(tmp_path / "newest" / "gallery.db")
    samples = fill(newest)
    newest.close()
    OpenGallery(data_dir.gallery, busy_timeout=1, migrations=migrations).close()
    with closing(sqlite3.connect(data_dir.gallery)) as file:
        file.execute("ATTACH ? AS newest", (str(newest.path),))
        tables = file.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table in {"identities", "samples", "templates", "negatives"}:
                columns = ", ".join(
                    row[1] for row in file.execute(f"PRAGMA main.table_info({table})")
                )
                file.execute(f"INSERT INTO {table} SELECT {columns} FROM newest.{table}")
        file.commit()
    repository = GalleryRepository.open(data_dir.gallery)
    (backup,) = (data_dir.root / "backups").glob(f"*-{revision}.db")
    assert places_of(ANNA.encode(), data_dir.root / "backups")
    repository.acts.rename(repository.find(ANNA).id, "Somebody Else")

    erased = erase(repository.file, repository.find("Somebody Else").id, data_dir=data_dir)
    repository.close()

    assert erased.copies == 1
    assert erased.proof.holds
    assert_gone(data_dir.root, ANNA, samples)
    assert_sound(backup)
    with closing(sqlite3.connect(backup)) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
        assert file.execute("SELECT count(*) FROM identities").fetchone() == (50,)


IDLE = """
import sys
from pathlib import Path
from db.repository import GalleryRepository
repository = GalleryRepository.open(Path(sys.argv[1]))
for _ in sys.stdin:
    people = repository.people(embedder="sface")
    print(repository.version(), len(people), flush=True)
repository.close()
"""


def test_a_window_of_another_process_is_in_no_way_and_sees_it(data_dir) -> None:
    repository = GalleryRepository.open(data_dir.gallery)
    samples = fill(repository)
    other = subprocess.Popen(
        [sys.executable, "-c", IDLE, str(repository.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def look() -> list[int]:
        other.stdin.write("\n")
        other.stdin.flush()
        return [int(word) for word in other.stdout.readline().split()]

    before = look()
    erased = erase(repository.file, repository.find(ANNA).id, data_dir=data_dir)

    assert erased.proof.holds
    # While the other has it open, with its log beside it.
    assert (data_dir.root / "gallery.db-wal").exists()
    assert_gone(data_dir.root, ANNA, samples)
    after = look()
    assert after[0] > before[0]
    assert (before[1], after[1]) == (51, 50)
    other.communicate(timeout=60)
    repository.close()


READ_ON = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN")
file.execute("SELECT count(*) FROM samples").fetchone()
print("reading", flush=True)
sys.stdin.readline()
"""


def test_another_process_that_reads_all_the_time_is_said_and_erasing_again_finishes(
    repository, data_dir, monkeypatch
) -> None:
    samples = fill(repository)
    identity = repository.find(ANNA)
    monkeypatch.setattr("db.erasure.leave_nothing.__kwdefaults__", {"patience": 0.0})
    reader = subprocess.Popen(
        [sys.executable, "-c", READ_ON, str(repository.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout.readline() == "reading\n"

    with pytest.raises(ErasureIncomplete):
        erase(repository.file, identity.id, data_dir=data_dir)
    assert repository.find(ANNA) is None
    assert whom_to_erase(repository.file, ANNA) is None
    reader.communicate("\n", timeout=60)
    erased = finish_erasing(repository.file, ANNA, data_dir=data_dir)

    assert erased.identity is None
    assert erased.proof.found == ()
    assert_gone(data_dir.root, ANNA, samples)


ERASE = """
import sys
from pathlib import Path
from db.repository import GalleryRepository
from desktop_app.paths import DataDir
from desktop_app.services.privacy.erasure import erase, whom_to_erase

data = DataDir(Path(sys.argv[1]))
repository = GalleryRepository.open(data.gallery)
identity = whom_to_erase(repository.file, sys.argv[2])
print("begin", flush=True)
erase(repository.file, identity.id, data_dir=data)
print("end", flush=True)
"""


@POSIX
@pytest.mark.slow
def test_killed_at_any_moment_everything_opens_and_erasing_again_finishes(tmp_path) -> None:
    original = DataDir(tmp_path / "original")
    repository = GalleryRepository.open(original.gallery)
    samples = fill(repository)
    for kind in (BackupKind.DAILY, BackupKind.BY_HAND):
        copy_gallery(repository.path, backup_name(repository.path, kind))
    repository.close()
    dice = random.Random(8)
    took = 0.4
    for attempt in range(12):
        folder = DataDir(tmp_path / f"try {attempt}")
        for name, data in everything(original.root).items():
            target = folder.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        process = subprocess.Popen(
            [sys.executable, "-c", ERASE, str(folder.root), ANNA], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout.readline() == "begin\n"
        began = time.monotonic()
        if attempt:
            try:
                process.wait(dice.uniform(0, took))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        rest = process.communicate(timeout=60)[0]
        if not attempt:
            assert rest == "end\n"
            took = time.monotonic() - began

        repository = GalleryRepository.open(folder.gallery)
        assert repository.integrity() == []
        left = whom_to_erase(repository.file, ANNA)
        if left is not None:
            assert len(repository.samples(left.id)) == 6
            assert erase(repository.file, left.id, data_dir=folder).proof.found == ()
        repository.close()
        assert_gone(folder.root, ANNA, samples)
        for file in (folder.gallery, *(folder.root / "backups").iterdir()):
            assert_sound(file)


SLOWLY = """
import sys
from pathlib import Path
import db.backups
from desktop_app.services.backups import create_if_due
look = db.backups.faults
waits = True
def faults(connection):
    global waits
    if waits:
        waits = False
        print("copied", flush=True)
        sys.stdin.readline()
    return look(connection)
db.backups.faults = faults
print(create_if_due(Path(sys.argv[1])).path, flush=True)
"""


@pytest.mark.parametrize("ends", ["while the gallery is overwritten", "after the erasure"])
def test_a_backup_that_is_being_made_meanwhile_does_not_keep_them(
    data_dir, monkeypatch, ends
) -> None:
    repository = GalleryRepository.open(data_dir.gallery)
    samples = fill(repository)
    other = subprocess.Popen(
        [sys.executable, "-c", SLOWLY, str(repository.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    finished = []

    def let_it_end() -> None:
        if not finished:
            finished.append(other.communicate("\n", timeout=60)[0])

    from db import erasure

    real = erasure.erase_from_gallery

    def copied_meanwhile(file, wanted):
        # Its pages are copied while the person is there, and looked through for long.
        assert other.stdout.readline() == "copied\n"
        return real(file, wanted)

    overwrite = erasure.leave_nothing

    def overwritten(*arguments, **named):
        if ends == "while the gallery is overwritten":
            let_it_end()
        overwrite(*arguments, **named)

    monkeypatch.setattr(erasure, "erase_from_gallery", copied_meanwhile)
    monkeypatch.setattr(erasure, "leave_nothing", overwritten)
    erased = erase(repository.file, repository.find(ANNA).id, data_dir=data_dir)
    let_it_end()
    repository.close()

    assert erased.proof.holds
    backup = Path(finished[0].strip())
    assert_gone(data_dir.root, ANNA, samples)
    with closing(sqlite3.connect(backup)) as file:
        assert file.execute("SELECT count(*) FROM identities").fetchone() == (50,)


def test_whom_only_backups_still_know_is_erased_by_name(repository, data_dir) -> None:
    samples = fill(repository)
    identity = repository.find(ANNA)
    backup = backup_name(repository.path, BackupKind.BY_HAND)
    copy_gallery(repository.path, backup)
    repository.acts.remove(identity.id)
    repository.acts.empty_bin()
    assert places_of(ANNA.encode(), data_dir.root / "backups")

    found = whom_to_erase(repository.file, ANNA.lower())
    assert found == identity
    erased = erase(repository.file, found.id, data_dir=data_dir)

    assert (erased.copies, erased.pictures) == (1, 0)
    assert erased.proof.holds
    assert_gone(data_dir.root, ANNA, samples)
    assert whom_to_erase(repository.file, ANNA) is None


def test_whoever_has_another_name_by_now_is_not_erased_by_the_one_in_a_backup(
    repository, data_dir
) -> None:
    fill(repository)
    copy_gallery(repository.path, backup_name(repository.path, BackupKind.BY_HAND))
    repository.acts.rename(repository.find(ANNA).id, "Anna Who Married")

    assert whom_to_erase(repository.file, ANNA) is None


def test_their_face_goes_from_negatives_of_others_and_from_nameless_events(
    repository, data_dir
) -> None:
    samples = fill(repository)
    bob = repository.acts.enrol("Bob", [sample()])
    mine, other = samples[2], sample()
    for one in (mine, other):
        repository.acts.add_negative(
            bob.id, pixels=one.pixels, embedding=one.embedding, origin=Origin.LIVE
        )
    log, now = EventLog(repository.file), datetime.now(UTC)
    seen = [
        EventState(0, None, now, now, "Door", Outcome.UNKNOWN, look=EventLook(*look))
        for look in ((mine.pixels, mine.embedding), (other.pixels, other.embedding))
    ]
    log.write([EventChange(state) for state in seen])
    backup = backup_name(repository.path, BackupKind.DAILY)
    copy_gallery(repository.path, backup)
    # What only the backup has is found there.
    repository.acts.remove_negative(repository.negatives(bob.id)[0].id)
    with closing(sqlite3.connect(repository.path)) as file:
        file.execute("DELETE FROM negatives WHERE binned IS NOT NULL")
        file.commit()

    erased = erase(repository.file, repository.find(ANNA).id, data_dir=data_dir)

    assert erased.alike == 1
    assert erased.events == 1
    assert erased.proof.holds
    (left,) = repository.negatives(bob.id)
    assert np.array_equal(left.pixels, other.pixels)
    (event,) = log.page()
    assert np.array_equal(log.look(event.id).pixels, other.pixels)
    assert_gone(data_dir.root, ANNA, samples)
    with closing(sqlite3.connect(backup)) as file:
        assert file.execute("SELECT count(*) FROM negatives").fetchone() == (1,)
        assert file.execute("SELECT count(*) FROM events").fetchone() == (1,)


def test_a_broken_backup_is_named_and_everything_else_is_erased(repository, data_dir) -> None:
    samples = fill(repository)
    backup = backup_name(repository.path, BackupKind.DAILY)
    copy_gallery(repository.path, backup)
    data = bytearray(backup.read_bytes())
    data[4096:40960] = os.urandom(36864)
    backup.write_bytes(data)

    erased = erase(repository.file, repository.find(ANNA).id, data_dir=data_dir)

    assert erased.broken == (backup,)
    assert {finding.path for finding in erased.proof.found} == {backup.resolve()}
    backup.unlink()
    assert_gone(data_dir.root, ANNA, samples)


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_no_proof(data_dir) -> None:
    repository = GalleryRepository.open(data_dir.gallery)
    fill(repository)
    shut = data_dir.root / "shut"
    shut.write_text("who knows")
    shut.chmod(0)

    proof = erase(repository.file, repository.find(ANNA).id, data_dir=data_dir).proof
    repository.close()

    assert proof.unread == (shut.resolve(),)
    assert not proof.holds
