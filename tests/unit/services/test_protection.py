"""Sealing, rotating and opening for good, with the backups that there are."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import factories
from db.backups import BackupKind, backup_name, copy_gallery
from db.gallery_file import GalleryFile
from db.key_slots import Cost, Keys
from db.repository import GalleryRepository
from desktop_app.errors import (
    KeychainRefused,
    KeyMissing,
    NoKeychain,
    PassphraseNeeded,
    PassphraseWrong,
    UsageError,
)
from desktop_app.keychain import KeychainWhenNeeded
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.recognition.types import Identity
from desktop_app.services.backups import create
from desktop_app.services.history.arrival_command import ArrivalCommand
from desktop_app.services.history.arrivals import Arrival
from desktop_app.services.privacy.protection import Protection, ProtectionState, keys_at_hand

PASSPHRASE = "four words by heart"


class Killed(BaseException):
    """Stands for the process's end."""


class DictKeychain:
    """Keeps keys as long as the test; may be made to fail."""

    name = "a dictionary"

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}
        self.asked = 0
        self.dies_at: str | None = None

    def get(self, name: str) -> bytes | None:
        self.asked += 1
        return self.entries.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.entries[name] = key
        if self.dies_at == "set":
            raise Killed

    def delete(self, name: str) -> None:
        if self.dies_at == "delete":
            raise Killed
        self.entries.pop(name, None)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    """What a passphrase costs on purpose is not what is tested here."""
    monkeypatch.setattr(
        "db.key_slots.wrap_for_passphrase.__kwdefaults__",
        {"cost": Cost(memory=8 * 1024, iterations=1, lanes=1)},
    )


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "gallery.db"


@pytest.fixture
def vector(path) -> bytes:
    """What describes the one face in an open gallery."""
    with closing(GalleryRepository.open(path)) as repository:
        look = factories.embedding(1)
        pixels = np.full((112, 112, 3), 90, np.uint8)
        repository.acts.enrol("Anna", [NewSample(pixels, look, 0.9, Origin.PHOTO)])
    return look.vector.astype("<f4").tobytes()


@pytest.fixture
def keychain() -> DictKeychain:
    return DictKeychain()


@pytest.fixture
def opened(path, vector, keychain):
    """Opens the gallery for the length of the test."""
    files = []

    def open_it(**keys) -> Protection:
        keys.setdefault("keychain", keychain)
        files.append(GalleryFile.open(path, keys=Keys(**keys)))
        return Protection(files[-1])

    yield open_it
    for file in files:
        file.close()


def back_up(path: Path) -> Path:
    backup = backup_name(path, BackupKind.BY_HAND)
    copy_gallery(path, backup)
    return backup


def opens(path: Path, **keys) -> bool:
    with closing(GalleryRepository.open(path, keys=Keys(**keys))) as repository:
        (sample,) = repository.samples(1)
        return sample.pixels[0, 0, 0] == 90


def readable(path: Path, vector: bytes) -> bool:
    return any(vector in file.read_bytes() for file in path.parent.rglob("*") if file.is_file())


def test_an_open_gallery_says_that_it_is_open_and_that_there_is_a_keychain(opened, path):
    protection = opened()
    back_up(path)
    assert protection.state() == ProtectionState(
        is_sealed=False,
        by_keychain=False,
        by_passphrase=False,
        keychain="a dictionary",
        backups=1,
        apart=(),
    )


def test_sealing_takes_the_backups_along(opened, path, vector, keychain):
    backup = back_up(path)
    protection = opened()
    assert protection.seal() == []
    assert not readable(path, vector)
    state = protection.state()
    assert (state.by_keychain, state.by_passphrase, state.backups, state.apart) == (
        True,
        False,
        1,
        (),
    )
    assert opens(backup, keychain=keychain)
    with pytest.raises(UsageError, match="sealed already"):
        protection.seal()


def test_a_backup_stays_one_file_that_stands_for_itself(opened, path):
    backup = back_up(path)
    opened().seal()
    assert list(backup.parent.iterdir()) == [backup]
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_backup_of_an_older_revision_is_sealed_too_and_leaves_no_open_copy(
    opened, path, vector, keychain
):
    backup = backup_name(path, BackupKind.BY_HAND)
    older = backup.with_name(backup.name.replace("-hand.db", "-0002.db"))
    copy_gallery(path, older)
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        # As a gallery was before there were keys.
        for table in ("events", "staged", "imports", "memberships", "groups", "key_slots"):
            connection.execute(f"DROP TABLE {table}")
        for table, columns in {
            "gallery": ("uid",),
            "identities": ("note", "consent_by", "consent_given", "consent_until", "binned"),
            "samples": ("photo", "binned"),
            "negatives": ("binned",),
        }.items():
            for (index,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql "
                "IS NOT NULL AND (sql LIKE '%binned%' OR sql LIKE '%photo%')",
                (table,),
            ).fetchall():
                connection.execute(f"DROP INDEX {index}")
            for column in columns:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    assert opened().seal() == []
    assert not readable(path, vector)
    assert opens(older, keychain=keychain)
    assert list(older.parent.iterdir()) == [older]


def test_a_damaged_backup_is_named_and_can_be_deleted(opened, path, vector):
    backup = back_up(path)
    backup.write_bytes(backup.read_bytes()[:-40_000])
    protection = opened()
    assert protection.seal() == [backup]
    assert protection.state().apart == (backup,)
    assert protection.drop_backups() == 1
    assert not backup.exists()
    assert protection.state().apart == ()


def test_without_a_keychain_only_a_passphrase_seals(opened, vector, path):
    protection = opened(keychain=None)
    with pytest.raises(NoKeychain):
        protection.seal()
    protection.seal(passphrase=PASSPHRASE)
    assert not readable(path, vector)
    with pytest.raises(PassphraseNeeded):
        opens(path)
    assert opens(path, passphrase=PASSPHRASE)


def test_a_keychain_that_is_there_can_be_left_out(opened, keychain, path):
    opened().seal(passphrase=PASSPHRASE, in_keychain=False)
    assert keychain.entries == {}
    assert opens(path, passphrase=PASSPHRASE)


def test_a_new_key_opens_by_all_that_the_old_one_opened_by(opened, keychain, path):
    protection = opened()
    protection.seal(passphrase=PASSPHRASE)
    with pytest.raises(PassphraseNeeded):
        protection.rotate()
    with pytest.raises(PassphraseWrong):
        protection.rotate(passphrase="four words by hart")
    assert protection.rotate(passphrase=PASSPHRASE) == []
    assert opens(path, keychain=keychain)
    assert opens(path, passphrase=PASSPHRASE)


def test_a_rotation_keeps_the_keys_of_backups_that_lie_elsewhere_unless_told_otherwise(
    opened, keychain, path, tmp_path
):
    protection = opened()
    protection.seal()
    elsewhere = tmp_path / "stick" / "copy.db"
    copy_gallery(path, elsewhere)
    protection.rotate()
    assert opens(elsewhere, keychain=keychain)
    protection.rotate(forget_old=True)
    protection.rotate(forget_old=True)
    assert opens(path, keychain=keychain)


def test_the_passphrase_is_asked_for_where_it_is_the_only_way_in(opened, path):
    protection = opened(keychain=None)
    protection.seal(passphrase=PASSPHRASE)
    assert protection.state().asks_to_change
    with pytest.raises(PassphraseNeeded):
        protection.set_passphrase("another one")
    with pytest.raises(PassphraseWrong):
        protection.set_passphrase("another one", current="a guess")
    with pytest.raises(PassphraseNeeded):
        protection.unseal()
    protection.set_passphrase("another one", current=PASSPHRASE)
    assert opens(path, passphrase="another one")
    with pytest.raises(PassphraseWrong):
        opens(path, passphrase=PASSPHRASE)


def test_whom_the_keychain_lets_in_can_change_a_forgotten_passphrase(opened, path, keychain):
    protection = opened()
    protection.seal(passphrase="forgotten")
    assert not protection.state().asks_to_change
    protection.set_passphrase("another one")
    assert opens(path, passphrase="another one")
    assert opens(path, keychain=keychain)


def test_an_empty_passphrase_seals_nothing(opened, path, vector):
    with pytest.raises(UsageError):
        opened().seal(passphrase="   ")
    assert readable(path, vector)


def test_a_passphrase_is_removed_only_where_the_keychain_is_left(opened, path, keychain):
    protection = opened()
    with pytest.raises(UsageError, match="not sealed"):
        protection.remove_passphrase()
    protection.seal(passphrase=PASSPHRASE)
    protection.remove_passphrase()
    assert opens(path, keychain=keychain)
    with pytest.raises(UsageError, match="no passphrase"):
        protection.remove_passphrase()
    protection.unseal()
    protection.seal(passphrase=PASSPHRASE, in_keychain=False)
    with pytest.raises(UsageError, match="Nothing but"):
        protection.remove_passphrase()


def test_a_gallery_opened_for_good_is_readable_with_its_backups(opened, path, vector):
    protection = opened()
    with pytest.raises(UsageError, match="not sealed"):
        protection.unseal()
    protection.seal()
    backup = back_up(path)
    assert protection.unseal() == []
    assert opens(path)
    assert opens(backup)
    assert readable(path, vector)


def test_the_passphrase_is_not_kept_where_the_keychain_opens_as_well(opened, keychain):
    protection = opened()
    protection.seal(passphrase=PASSPHRASE)
    assert protection._file.keys == Keys(keychain=keychain)


def test_on_another_computer_a_rotation_leaves_the_passphrase(opened, path, keychain):
    opened().seal(passphrase=PASSPHRASE)
    away = opened(keychain=None, passphrase=PASSPHRASE)
    away.rotate(passphrase=PASSPHRASE)
    assert opens(path, passphrase=PASSPHRASE)
    with pytest.raises(PassphraseNeeded):
        opens(path, keychain=keychain)


@pytest.mark.parametrize("dies_at", ["set", "delete"])
def test_a_rotation_that_was_killed_can_be_done_again(opened, path, keychain, dies_at):
    opened().seal()
    backup = back_up(path)
    keychain.dies_at = dies_at
    with pytest.raises(Killed):
        opened().rotate(forget_old=True)
    keychain.dies_at = None
    assert opens(path, keychain=keychain)
    assert opens(backup, keychain=keychain)
    assert opened().rotate(forget_old=True) == []
    assert opens(path, keychain=keychain)
    assert opens(backup, keychain=keychain)


def test_a_damaged_gallery_that_was_set_aside_is_not_deleted_with_backups(opened, path):
    aside = backup_name(path, BackupKind.DAMAGED)
    copy_gallery(path, aside)
    protection = opened()
    protection.seal(passphrase=PASSPHRASE)
    aside.write_bytes(aside.read_bytes()[:-40_000])
    state = protection.state()
    assert (state.apart, state.to_drop) == ((aside,), ())
    assert protection.drop_backups() == 0
    assert aside.exists()


def test_a_backup_that_is_merely_in_use_is_not_deleted(opened, path, monkeypatch):
    backup = back_up(path)
    protection = opened()
    protection.seal()
    with closing(sqlite3.connect(backup, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr("db.rekeying.BUSY_TIMEOUT", 0.05)
        assert protection.state().to_drop == ()
        assert protection.drop_backups() == 0
    assert backup.exists()
    assert protection.state().apart == ()


def test_killed_between_the_gallery_and_its_backups_a_rotation_can_be_done_again(
    opened, path, keychain, monkeypatch
):
    opened().seal()
    backup = back_up(path)

    def die(*_args, **_more):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("db.rekeying._follow", die)
        with pytest.raises(Killed):
            opened().rotate(forget_old=True)
    protection = opened()
    assert protection.state().apart == (backup,)
    assert opens(backup, keychain=keychain)
    assert protection.rotate(forget_old=True) == []
    assert protection.state().apart == ()
    assert opens(backup, keychain=keychain)
    # One that nobody needs: those of the run that was cut short went with the backup.
    assert len(keychain.entries) == 1


def test_a_change_of_passphrase_that_was_killed_leaves_backups_that_the_keychain_opens(
    opened, path, keychain, monkeypatch
):
    opened().seal(passphrase="the first")
    backup = back_up(path)
    with monkeypatch.context() as patched:
        patched.setattr("db.rekeying._follow", lambda *_args, **_more: None)
        assert opened().set_passphrase("the second") == [backup]
    assert opened(passphrase="the second").rotate(passphrase="the second") == []
    assert opens(backup, passphrase="the second")


def test_an_open_gallery_asks_nothing_of_the_keychain(path, vector, monkeypatch):
    def look():
        raise AssertionError("it was looked for")

    monkeypatch.setattr("desktop_app.keychain.system_keychain", look)
    with closing(GalleryRepository.open(path, keys=keys_at_hand())) as repository:
        assert len(repository.samples(1)) == 1


def test_a_new_gallery_is_sealed_where_there_is_a_keychain(tmp_path, keychain, monkeypatch):
    monkeypatch.setattr("desktop_app.keychain.system_keychain", lambda: keychain)
    new = tmp_path / "new.db"
    GalleryFile.open(new, keys=keys_at_hand()).close()
    assert len(keychain.entries) == 1
    with pytest.raises(KeyMissing):
        GalleryFile.open(new)


def test_a_new_gallery_is_open_and_nothing_is_said_where_there_is_none(tmp_path, caplog):
    new = tmp_path / "new.db"
    GalleryFile.open(new, keys=keys_at_hand()).close()
    GalleryFile.open(new).close()
    assert caplog.records == []


def test_what_was_typed_comes_before_what_the_environment_says(monkeypatch):
    monkeypatch.setenv("KENSPECKLE_PASSPHRASE", "from outside")
    assert keys_at_hand().passphrase == "from outside"
    assert keys_at_hand("typed").passphrase == "typed"
    monkeypatch.setenv("KENSPECKLE_PASSPHRASE", "")
    assert keys_at_hand().passphrase is None


def test_a_keychain_that_is_not_there_keeps_and_has_nothing():
    keychain = KeychainWhenNeeded()
    assert keychain.get("anything") is None
    assert keychain.name == "none"
    keychain.delete("anything")
    with pytest.raises(KeychainRefused):
        keychain.set("anything", bytes(32))


def test_a_backup_with_a_passphrase_of_its_own_is_sealed_like_the_gallery(opened, path):
    protection = opened()
    protection.seal()
    create(protection._file, passphrase="for another computer")
    assert protection.state().apart == ()


def test_a_program_that_is_run_for_who_arrives_is_not_told_the_passphrase(tmp_path, monkeypatch):
    monkeypatch.setenv("KENSPECKLE_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("SOMETHING_ELSE", "is told")
    told = tmp_path / "told"
    tells = "import os, sys; open(sys.argv[1], 'w').write(repr(dict(os.environ)))"
    arrival = Arrival(Identity(1, "Anna"), datetime.now(UTC), "camera:0")
    with closing(ArrivalCommand()) as command:
        command.run([sys.executable, "-c", tells, str(told)], arrival)
        for process, _ in command._running:
            process.wait()
        assert command.look() == []
    assert "is told" in told.read_text()
    assert PASSPHRASE not in told.read_text()


def test_the_keychain_of_another_computer_opens_nothing_here(opened, path, keychain):
    opened().seal(passphrase=PASSPHRASE)
    kept = dict(keychain.entries)
    keychain.entries.clear()
    protection = opened(passphrase=PASSPHRASE)

    state = protection.state()
    assert state.is_sealed
    assert (state.by_keychain, state.by_passphrase, state.asks_to_change) == (False, True, True)
    with pytest.raises(PassphraseNeeded):
        protection.set_passphrase("stolen")
    with pytest.raises(PassphraseNeeded):
        protection.unseal()
    with pytest.raises(UsageError, match="Nothing but its passphrase"):
        protection.remove_passphrase()
    assert opens(path, passphrase=PASSPHRASE)
    keychain.entries.update(kept)
    assert protection.state().by_keychain


def test_a_keychain_that_refuses_counts_as_none_and_nothing_is_changed_past_it(
    opened, path, keychain, monkeypatch
):
    opened().seal(passphrase=PASSPHRASE)
    protection = opened(passphrase=PASSPHRASE)

    def refuse(_name):
        raise KeychainRefused(reason="it is locked")

    monkeypatch.setattr(keychain, "get", refuse)
    assert protection.state().asks_to_change
    for change in (
        lambda: protection.unseal(current="stolen"),
        lambda: protection.set_passphrase("stolen"),
        protection.remove_passphrase,
    ):
        with pytest.raises(KeychainRefused):
            change()
    monkeypatch.undo()
    assert opens(path, keychain=keychain)


def test_a_key_that_was_deleted_from_the_keychain_is_said_and_a_new_one_can_be_made(
    opened, path, keychain
):
    protection = opened()
    protection.seal()
    keychain.entries.clear()

    state = protection.state()
    assert (state.is_sealed, state.by_keychain, state.by_passphrase) == (True, False, False)
    with pytest.raises(UsageError, match="sealed already"):
        protection.seal()
    protection.rotate()

    assert protection.state().by_keychain
    assert opens(path, keychain=keychain)
