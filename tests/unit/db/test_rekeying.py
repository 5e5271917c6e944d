"""Another key for a gallery: sealing, rotating, another passphrase, opening for good."""

import errno
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from sqlalchemy import LargeBinary

from db.gallery_file import GalleryFile
from db.key_slots import COST, Cost, Keys, SlotKind
from db.rekeying import not_overwritten, rekey, slots_of
from db.repository import GalleryRepository
from db.tables import Base
from db.vault import SEALED
from desktop_app.errors import (
    DiskFull,
    GalleryDamaged,
    GalleryLocked,
    KeychainRefused,
    KeyMissing,
    PassphraseNeeded,
    PassphraseWrong,
    UsageError,
)
from desktop_app.recognition.people import Origin


class DictKeychain:
    """Keeps keys as long as the test."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.entries.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.entries[name] = key

    def delete(self, name: str) -> None:
        self.entries.pop(name, None)


class FullKeychain(DictKeychain):
    """Takes no more keys."""

    def set(self, name: str, key: bytes) -> None:
        raise KeychainRefused(reason="it is full")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    """What a passphrase costs on purpose is not what is tested here."""
    monkeypatch.setattr(
        "db.key_slots.wrap_for_passphrase.__kwdefaults__",
        {"cost": Cost(memory=64 * 1024, iterations=3, lanes=1)},
    )
    assert COST.memory > 64 * 1024


@pytest.fixture
def filled(path, make_sample):
    """An open gallery with somebody in it and something said not to be them."""
    with closing(GalleryRepository.open(path)) as repository:
        samples = [make_sample(dimension=128) for _ in range(3)]
        anna = repository.acts.enrol("Anna", samples)
        refuted = make_sample(dimension=128)
        repository.acts.add_negative(
            anna.id, pixels=refuted.pixels, embedding=refuted.embedding, origin=Origin.LIVE
        )
        # One that waits in the bin is as much a face as the others.
        repository.acts.remove_samples([repository.samples(anna.id)[0].id])
    return [*samples, refuted]


def readable(path, samples) -> list[bool]:
    content = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    return [sample.embedding.vector.tobytes() in content for sample in samples]


def looks(path, keys) -> list[list[float]]:
    with closing(GalleryRepository.open(path, keys=keys)) as repository:
        assert repository.integrity() == []
        assert len(repository.samples(1)) == 2
        assert len(repository.negatives(1)) == 1
        repository.acts.restore_sample(1)
        gallery = repository.snapshot(embedder="sface", dimension=128)
        repository.acts.remove_samples([1])
        return sorted(gallery.matrix.tolist())


def expected(samples) -> list[list[float]]:
    return sorted(sample.embedding.vector.tolist() for sample in samples[:3])


def rekeyed(path, before: Keys, after: Keys, **more):
    with closing(GalleryFile.open(path, keys=before)) as file:
        return rekey(file, after, **more)


def test_every_column_that_is_sealed_gets_the_new_key() -> None:
    binary = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    # What is binary and no part of a face: keys, and digests of files.
    assert binary - set(SEALED) == {
        ("key_slots", "salt"),
        ("key_slots", "wrapped"),
        ("samples", "photo"),
        ("staged", "photo"),
    }


def test_an_open_gallery_is_sealed_and_nothing_of_a_face_stays_readable(path, filled):
    assert readable(path, filled) == [True] * 4
    keys = Keys(keychain=DictKeychain())
    assert rekeyed(path, Keys(), keys) == []
    assert readable(path, filled) == [False] * 4
    assert looks(path, keys) == expected(filled)
    with pytest.raises(KeyMissing):
        GalleryRepository.open(path)


def test_a_rotated_key_opens_and_the_one_before_does_not(path, filled):
    keychain = DictKeychain()
    rekeyed(path, Keys(), Keys(keychain=keychain))
    old = dict(keychain.entries)
    rekeyed(path, Keys(keychain=keychain), Keys(keychain=keychain))
    assert len(keychain.entries) == 1
    assert not old.keys() & keychain.entries.keys()
    assert looks(path, Keys(keychain=keychain)) == expected(filled)
    stolen = DictKeychain()
    stolen.entries = old
    with pytest.raises(KeyMissing):
        GalleryRepository.open(path, keys=Keys(keychain=stolen))


def test_a_passphrase_opens_where_there_is_no_keychain_and_can_be_changed(path, filled):
    rekeyed(path, Keys(), Keys(passphrase="four words by heart"))
    with pytest.raises(PassphraseNeeded):
        GalleryRepository.open(path)
    with pytest.raises(PassphraseWrong):
        GalleryRepository.open(path, keys=Keys(passphrase="four words"))
    first = Keys(passphrase="four words by heart")
    assert looks(path, first) == expected(filled)
    second = Keys(passphrase="ein anderer Satz 🎉")
    rekeyed(path, first, second)
    assert looks(path, second) == expected(filled)
    with pytest.raises(PassphraseWrong):
        GalleryRepository.open(path, keys=first)


def test_a_gallery_may_open_by_keychain_and_by_passphrase(path, filled):
    keychain = DictKeychain()
    rekeyed(path, Keys(), Keys(keychain=keychain, passphrase="four words by heart"))
    assert looks(path, Keys(keychain=keychain)) == expected(filled)
    assert looks(path, Keys(passphrase="four words by heart")) == expected(filled)
    with closing(GalleryFile.open(path, keys=Keys(keychain=keychain))) as file:
        assert {slot.kind for slot in slots_of(file.path)} == set(SlotKind)


def test_a_sealed_gallery_can_be_opened_for_good(path, filled):
    keychain = DictKeychain()
    rekeyed(path, Keys(), Keys(keychain=keychain))
    rekeyed(path, Keys(keychain=keychain), Keys())
    assert keychain.entries == {}
    assert readable(path, filled) == [True] * 4
    assert looks(path, Keys()) == expected(filled)


@pytest.mark.parametrize(
    ("keys", "error"),
    [(Keys(keychain=FullKeychain()), KeychainRefused), (Keys(passphrase="  "), UsageError)],
)
def test_a_key_that_cannot_be_kept_changes_nothing(path, filled, keys, error):
    before = path.read_bytes()
    with pytest.raises(error):
        rekeyed(path, Keys(), keys)
    assert path.read_bytes() == before
    assert looks(path, Keys()) == expected(filled)


def test_a_value_that_was_altered_stops_the_change_and_the_rest_stays_readable(path, filled):
    keys = Keys(keychain=DictKeychain())
    rekeyed(path, Keys(), keys)
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE templates SET embedding = zeroblob(540) WHERE id = 2")
        file.commit()
    with pytest.raises(GalleryDamaged):
        rekeyed(path, keys, Keys())
    with closing(GalleryRepository.open(path, keys=keys)) as repository:
        assert len(repository.samples(1)) == 2


def test_backups_follow_and_keep_their_people(path, filled, tmp_path):
    keychain = DictKeychain()
    open_backup, sealed_backup = tmp_path / "b" / "open.db", tmp_path / "b" / "sealed.db"
    open_backup.parent.mkdir()
    shutil.copy(path, open_backup)
    rekeyed(path, Keys(), Keys(keychain=keychain))
    shutil.copy(path, sealed_backup)
    left = rekeyed(
        path,
        Keys(keychain=keychain),
        Keys(keychain=keychain),
        backups=[open_backup, sealed_backup],
    )
    assert left == []
    assert len(keychain.entries) == 1
    for backup in (open_backup, sealed_backup):
        assert readable(backup, filled) == [False] * 4
        assert looks(backup, Keys(keychain=keychain)) == expected(filled)


def test_a_backup_that_cannot_follow_is_named_and_its_key_is_kept(path, filled, tmp_path):
    keychain = DictKeychain()
    rekeyed(path, Keys(), Keys(keychain=keychain))
    broken = tmp_path / "b" / "broken.db"
    broken.parent.mkdir()
    broken.write_bytes(path.read_bytes()[:5000])
    keys = Keys(keychain=keychain)
    assert rekeyed(path, keys, keys, backups=[broken]) == [broken]
    assert len(keychain.entries) == 2


def test_a_change_that_is_not_saved_leaves_no_key_in_the_keychain(path, filled):
    keychain = DictKeychain()
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as writer,
        closing(GalleryFile.open(path, busy_timeout=0.05)) as file,
    ):
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(GalleryLocked):
            rekey(file, Keys(keychain=keychain))
        assert keychain.entries == {}
        writer.execute("ROLLBACK")
        rekey(file, Keys(keychain=keychain))
        assert len(keychain.entries) == 1


def test_a_new_gallery_that_cannot_be_sealed_leaves_no_key_in_the_keychain(path, monkeypatch):
    keychain = DictKeychain()

    def refuse(_slot):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("db.gallery_file.to_slot_row", refuse)
    with pytest.raises(DiskFull):
        GalleryFile.open(path, keys=Keys(keychain=keychain))
    assert keychain.entries == {}


def test_the_key_of_a_backup_that_bears_another_name_is_forgotten_by_that_name(
    path, filled, tmp_path
):
    keychain = DictKeychain()
    other = tmp_path / "other" / "gallery.db"
    other.parent.mkdir()
    shutil.copy(path, other)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("UPDATE gallery SET uid = ?", ("0" * 32,))
        connection.commit()
    keys = Keys(keychain=keychain)
    for file in (path, other):
        rekeyed(file, Keys(), keys)
    assert rekeyed(path, keys, keys, backups=[other]) == []
    assert len(keychain.entries) == 1
    assert looks(other, keys) == expected(filled)


@pytest.fixture
def reader(path):
    """Somebody else who reads the gallery, as long as the test likes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM samples").fetchone()
        yield connection


def test_what_a_reader_keeps_in_the_log_is_told_and_overwritten_once_they_are_gone(
    path, filled, reader
):
    keys = Keys(keychain=DictKeychain())
    with closing(GalleryFile.open(path, keys=Keys(), busy_timeout=0.05)) as file:
        rekey(file, keys, patience=0)
        assert not_overwritten(file, []) == [path]
        assert readable(path, filled) == [True] * 4
        reader.execute("COMMIT")
        assert not_overwritten(file, []) == []
    assert readable(path, filled) == [False] * 4


def test_what_a_reader_kept_in_the_log_is_overwritten_at_the_next_opening(path, filled, reader):
    keys = Keys(keychain=DictKeychain())
    with closing(GalleryFile.open(path, keys=Keys(), busy_timeout=0.05)) as file:
        rekey(file, keys, patience=0)
    reader.execute("COMMIT")
    assert readable(path, filled) == [True] * 4
    with closing(GalleryFile.open(path, keys=keys)) as file:
        # The one who read is still there: nothing is emptied by closing.
        assert readable(path, filled) == [False] * 4
        assert not_overwritten(file, []) == []


def test_sealing_waits_for_a_reader_who_is_about_to_end(path, filled, reader, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: reader.execute("COMMIT"))
    with closing(GalleryFile.open(path, busy_timeout=0.05)) as file:
        rekey(file, Keys(keychain=DictKeychain()), patience=60)
        assert readable(path, filled) == [False] * 4


def test_a_backup_that_somebody_reads_is_told_too(path, filled, tmp_path):
    backup = tmp_path / "backups" / "one.db"
    backup.parent.mkdir()
    shutil.copyfile(path, backup)
    keys = Keys(keychain=DictKeychain())
    with (
        closing(sqlite3.connect(backup, isolation_level=None)) as other,
        closing(GalleryFile.open(path)) as file,
    ):
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM samples").fetchone()
        assert rekey(file, keys, backups=[backup], patience=0) == []
        assert not_overwritten(file, [backup]) == [backup]
        other.execute("COMMIT")
        other.close()
        assert not_overwritten(file, [backup]) == []
        assert readable(backup, filled) == [False] * 4
        assert list(backup.parent.iterdir()) == [backup]


def test_another_process_that_has_it_open_goes_on_after_a_rotation(path, filled, make_sample):
    keychain = DictKeychain()
    rekeyed(path, Keys(), Keys(keychain=keychain))
    with closing(GalleryRepository.open(path, keys=Keys(keychain=keychain))) as other:
        other.snapshot(embedder="sface", dimension=128)
        rekeyed(path, Keys(keychain=keychain), Keys(keychain=keychain))
        assert other.snapshot(embedder="sface", dimension=128).template_count == 2
        bea = other.acts.enrol("Bea", [make_sample(dimension=128)])
    with closing(GalleryRepository.open(path, keys=Keys(keychain=keychain))) as again:
        (sample,) = again.samples(bea.id)
        assert np.isfinite(sample.pixels).all()
