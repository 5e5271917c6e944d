"""Copies of a gallery file: made while it is in use, found again, looked into.

They lie in ``backups/`` beside the gallery, named by it, by the time and by why they were made.
Each is one file that stands for itself, with no log beside it.
"""

from __future__ import annotations

import enum
import errno
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.engine import BUSY_TIMEOUT, connect
from db.key_slots import Keys, Slot, SlotKind, unwrap, wrap_for_passphrase
from db.migrate import head_revision
from db.opening import beside_work
from db.pictures import decode_png
from db.soundness import faults, is_corrupt, tables_of
from db.troubles import backups_folder, damaged, known_troubles
from db.types import DamagedValueError
from db.vault import OpenVault, Purpose, SealedVault, Vault
from db.ways_in import insert_slot
from desktop_app.errors import (
    BackupUnusable,
    GalleryDamaged,
    GalleryFromNewerVersion,
    GalleryNotWritable,
    KeychainRefused,
    KeyMissing,
    NotAGallery,
    PassphraseNeeded,
)


class BackupKind(enum.StrEnum):
    """Why a backup was made; the word is part of its name."""

    DAILY = "day"
    BY_HAND = "hand"
    BEFORE_RESTORE = "restore"
    BEFORE_MIGRATION = "migration"
    DAMAGED = "damaged"
    ELSEWHERE = "elsewhere"


# How often a copy is begun anew that somebody else removed.
_TRIES = 5
_STAMP = "%Y%m%dT%H%M%S%f"
_NAME = re.compile(r"(?P<stem>.+)-(?P<stamp>\d{8}T\d{12})-(?P<why>[a-z]+|\d{4})\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that a gallery was copied to.

    Attributes:
        path: the file.
        taken: when, UTC.
        kind: why.
        size: bytes.

    """

    path: Path
    taken: datetime
    kind: BackupKind
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a gallery file holds, read without changing it.

    Attributes:
        revision: of its tables.
        people: how many are enrolled, without those in the bin.
        sealed: whether its faces are unreadable without a key.
        uid: the gallery's own; None in files older than that.
        mark: differs where anything was written in between.

    """

    revision: str
    people: int
    sealed: bool
    uid: str | None
    mark: tuple[int, int]


def backup_name(path: Path, kind: BackupKind) -> Path:
    """Return where a new backup of a gallery goes."""
    return backups_folder(path) / f"{path.stem}-{datetime.now(UTC):{_STAMP}}-{kind}.db"


def list_backups(path: Path) -> list[Backup]:
    """Return a gallery's backups in their folder, newest first."""
    found = []
    for file in backups_folder(path).glob("*.db"):
        match = _NAME.fullmatch(file.name)
        # Galleries that lie in one folder share that of their backups.
        if match is not None and match["stem"] == path.stem:
            # It may be removed just now.
            with suppress(BackupUnusable):
                found.append(backup_at(file))
    return sorted(found, key=lambda backup: (backup.taken, backup.path.name), reverse=True)


def backup_at(path: Path) -> Backup:
    """Return a file as a backup; one that is not named by us was taken when it was written.

    Raises:
        BackupUnusable: there is none.

    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise BackupUnusable(path=path, reason="there is no such file") from None
    except OSError as error:
        raise BackupUnusable(path=path, reason=error.strerror) from error
    taken, kind = datetime.fromtimestamp(status.st_mtime, UTC), BackupKind.ELSEWHERE
    match = _NAME.fullmatch(path.name)
    if match is not None:
        # A time or a word that we never write is somebody's own.
        with suppress(ValueError):
            why = match["why"]
            kind = BackupKind.BEFORE_MIGRATION if why.isdigit() else BackupKind(why)
            taken = datetime.strptime(match["stamp"], _STAMP).replace(tzinfo=UTC)
    return Backup(path, taken, kind, status.st_size)


def copy_gallery(
    source: Path, target: Path, *, alter: Callable[[sqlite3.Connection], None] | None = None
) -> None:
    """Copy a gallery, also one that is in use, to a file that is there whole or not at all.

    Args:
        source: the gallery.
        target: the file, which is replaced.
        alter: changes the copy before anybody sees it.

    Raises:
        GalleryDamaged: the gallery is not sound; no copy was kept.
        GalleryError: another kind; a full disk, for one.

    """
    partial = target.with_name(target.name + ".partial")
    with known_troubles(target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(_TRIES):
            partial.unlink(missing_ok=True)
            partial.touch(mode=0o600, exist_ok=False)
            try:
                _copy_pages(source, partial, alter=alter)
                partial.replace(target)
            except (FileNotFoundError, sqlite3.OperationalError):
                # An erasure took it away: whoever is gone by now is in it.
                if partial.exists():
                    partial.unlink()
                    raise
            except BaseException:
                partial.unlink(missing_ok=True)
                raise
            else:
                return
        raise FileNotFoundError(errno.ENOENT, "it was removed while it was written", str(partial))


def remove_leftovers(path: Path, *, older_than: timedelta) -> None:
    """Remove what copies that were cut short left beside a gallery; it holds faces, too."""
    latest = (datetime.now(UTC) - older_than).timestamp()
    for file in backups_folder(path).glob("*.partial*"):
        # It may be finished just now.
        with suppress(FileNotFoundError):
            if file.stat().st_mtime <= latest:
                file.unlink()


def _copy_pages(
    source: Path, partial: Path, *, alter: Callable[[sqlite3.Connection], None] | None
) -> None:
    with (
        beside_work(source, busy_timeout=BUSY_TIMEOUT) as original,
        closing(connect(partial, busy_timeout=BUSY_TIMEOUT)) as copy,
    ):
        try:
            original.backup(copy)
        except sqlite3.DatabaseError as error:
            if is_corrupt(error):
                raise damaged(source, error) from error
            raise
        # One file that stands for itself, with no log to lose.
        copy.execute("PRAGMA journal_mode=DELETE")
        if alter is not None:
            alter(copy)
        found = faults(copy)
    if found:
        # It was copied page by page, with whatever was broken in it.
        raise damaged(source, found[0])


def look_into(path: Path) -> Content:
    """Return what a gallery file holds.

    Raises:
        BackupUnusable: it is no gallery, or broken.
        GalleryFromNewerVersion: this version cannot read it.

    """
    with _backup(path) as connection:
        revision = _revision(connection, path)
        binned = any(name == "binned" for _, name, *_ in _columns(connection, "identities"))
        tables = tables_of(connection)
        where = " WHERE binned IS NULL" if binned else ""
        (people,) = connection.execute(f"SELECT count(*) FROM identities{where}").fetchone()  # noqa: S608 - ours
        (version,) = connection.execute("SELECT version FROM gallery").fetchone()
        events = (0,)
        if "events" in tables:
            events = connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()
        uid = None
        if any(name == "uid" for _, name, *_ in _columns(connection, "gallery")):
            (uid,) = connection.execute("SELECT uid FROM gallery").fetchone()
        return Content(revision, people, bool(slots_in(connection)), uid, (version, events[0]))


def verify_backup(path: Path, *, keys: Keys) -> tuple[Content, bool]:
    """Look whether a gallery file is sound and would open.

    Returns:
        What it holds, and whether its vault could be opened, which takes a key that is not
        always at hand.

    Raises:
        BackupUnusable: it is no gallery, or broken.
        GalleryFromNewerVersion: this version cannot read it.
        PassphraseWrong: it has another.

    """
    content = look_into(path)
    with _backup(path) as connection:
        found = faults(connection)
        if found:
            raise BackupUnusable(path=path, reason=found[0])
        try:
            vault = vault_of(connection, path=path, keys=keys)
        except (PassphraseNeeded, KeyMissing, KeychainRefused):
            return content, False
        row = connection.execute("SELECT image FROM samples ORDER BY id DESC LIMIT 1").fetchone()
        if row is not None:
            try:
                decode_png(vault.unseal(row[0], Purpose.SAMPLE))
            except DamagedValueError as error:
                raise BackupUnusable(path=path, reason=error) from error
        return content, True


def add_passphrase(
    connection: sqlite3.Connection, passphrase: str, *, path: Path, keys: Keys
) -> None:
    """Let a passphrase open a copy of a gallery, too; one that is not sealed stays so.

    Raises:
        UsageError: the passphrase is empty.
        GalleryError: the copy cannot be opened with these keys.

    """
    slots = slots_in(connection)
    if not slots:
        return
    (uid,) = connection.execute("SELECT uid FROM gallery").fetchone()
    key = unwrap(slots, uid=uid, keys=keys, path=path)
    slot = wrap_for_passphrase(key, uid=uid, passphrase=passphrase)
    insert_slot(connection, slot)


def slots_in(connection: sqlite3.Connection) -> list[Slot]:
    """Return the key slots of a gallery file, of whatever revision."""
    if "key_slots" not in tables_of(connection):
        return []
    rows = connection.execute("SELECT kind, wrapped, salt, cost FROM key_slots ORDER BY id")
    return [Slot(SlotKind(kind), wrapped, salt, cost) for kind, wrapped, salt, cost in rows]


def vault_of(connection: sqlite3.Connection, *, path: Path, keys: Keys) -> Vault:
    """Return what the values of a gallery file are sealed by.

    Raises:
        PassphraseNeeded, PassphraseWrong, KeyMissing, KeychainRefused: it stays shut.

    """
    slots = slots_in(connection)
    if not slots:
        return OpenVault()
    (uid,) = connection.execute("SELECT uid FROM gallery").fetchone()
    return SealedVault(unwrap(slots, uid=uid, keys=keys, path=path), uid=uid)


@contextmanager
def _backup(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that is to be a gallery; what is wrong with it is said of a backup."""
    try:
        with known_troubles(path):
            if not path.is_file():
                raise BackupUnusable(path=path, reason="there is no such file")
            with beside_work(path, busy_timeout=BUSY_TIMEOUT) as connection:
                yield connection
    except NotAGallery as error:
        raise BackupUnusable(path=path, reason="it is not a Kenspeckle gallery") from error
    except (GalleryDamaged, GalleryNotWritable) as error:
        raise BackupUnusable(path=path, reason=error.params["reason"]) from error


def _revision(connection: sqlite3.Connection, path: Path) -> str:
    if "alembic_version" not in tables_of(connection):
        raise BackupUnusable(path=path, reason="it is not a Kenspeckle gallery")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise BackupUnusable(path=path, reason="its revision is missing")
    if row[0] > head_revision():
        raise GalleryFromNewerVersion(path=path)
    return str(row[0])


def _columns(connection: sqlite3.Connection, table: str) -> list[tuple[int, str]]:
    return connection.execute(f"PRAGMA table_info({table})").fetchall()
