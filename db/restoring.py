"""Puts a backup in the place of a gallery: into the file that others have open, or instead of it.

A gallery that can be written to keeps its file: all rows are replaced in one transaction, so that
a window that is open elsewhere sees the old people or the restored ones and nothing between. Ids
that were given since the backup was made are not given again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from db.backups import BackupKind, backup_name, copy_gallery, look_into, slots_in
from db.engine import BUSY_TIMEOUT, connect
from db.gallery_file import GalleryFile
from db.key_slots import Keys
from db.migrate import migrate
from db.tables import Base
from db.troubles import known_troubles
from db.ways_in import LetIn, let_in
from desktop_app.errors import BackupUnusable, GalleryDamaged, GalleryInUse

# What SQLite locks of a file while it is open in write-ahead mode, from where and how many bytes
# (https://www.sqlite.org/src/file?name=src/os.h, PENDING_BYTE).
_LOCKED_FROM, _LOCKED = 0x40000000, 512
# What may lie beside a file and be part of it.
_LOGS = ("-wal", "-journal")
# Those that others refer to come first.
_TABLES = tuple(table.name for table in Base.metadata.sorted_tables)


def restore_backup(file: GalleryFile, backup: Path, *, keys: Keys) -> Path:
    """Replace all that is in a gallery by what a backup holds.

    Args:
        file: the gallery, which others may have open, too.
        backup: of whatever revision; it stays as it is.
        keys: what opens the backup's vault, and the gallery's from then on. A passphrase is
            kept in memory only where the keychain does not open it as well.

    Returns:
        Where what was in the gallery was copied to before.

    Raises:
        BackupUnusable: it is broken, or no gallery.
        GalleryFromNewerVersion: this version cannot read it.
        PassphraseNeeded, PassphraseWrong, KeyMissing, KeychainRefused: its vault stays shut.
        GalleryError: another kind, about the gallery; it is as it was.

    """
    content = look_into(backup)
    before = backup_name(file.path, BackupKind.BEFORE_RESTORE)
    with _prepared(backup, near=before, keys=keys) as (prepared, let), file.bare() as connection:
        # By its address, so that it cannot be made where it is missing.
        connection.execute("ATTACH ? AS backup", (f"{prepared.absolute().as_uri()}?mode=ro",))
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                # Under the lock: what is kept is what is replaced.
                copy_gallery(file.path, before)
                _replace_rows(connection, keep_uid=content.uid is None)
                _compare_counts(connection, backup)
                connection.execute("COMMIT")
            except BaseException:
                # Where the disk is full, SQLite itself has rolled back already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        finally:
            connection.execute("DETACH backup")
    file.forget_removed()
    file.use_keys(let.keys)
    return before


def replace_damaged(path: Path, backup: Path, *, keys: Keys) -> Path:
    """Put a backup in the place of a gallery that is broken.

    Args:
        path: of the gallery, which nobody may have open.
        backup: of whatever revision; it stays as it is.
        keys: what opens the backup's vault.

    Returns:
        Where the broken file is now.

    Raises:
        GalleryInUse: another process has the gallery open.
        BackupUnusable: the backup is broken as well.
        GalleryError: another kind; the broken file is where it was.

    """
    aside = backup_name(path, BackupKind.DAMAGED)
    with _prepared(backup, near=aside, keys=keys) as (prepared, _), known_troubles(path):
        _refuse_in_use(path)
        # The log belongs to the file: whatever happens from here on, both lie together somewhere.
        for end in (*_LOGS, ""):
            part = path.with_name(path.name + end)
            if not end or part.exists():
                _copy_bytes(part, aside.with_name(aside.name + end))
        # One that fits the broken file would be taken for the new one's.
        for end in (*_LOGS, "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        # There is a gallery at every moment: without one, the next start would make an empty one.
        prepared.replace(path)
    return aside


def replace_missing(path: Path, backup: Path, *, keys: Keys) -> None:
    """Put a backup where there is no gallery.

    Raises:
        GalleryInUse: there is one by now.
        BackupUnusable: the backup is broken.
        GalleryError: another kind.

    """
    with _prepared(backup, near=path, keys=keys) as (prepared, _), known_troubles(path):
        if path.exists():
            raise GalleryInUse(path=path)
        prepared.replace(path)


@contextmanager
def _prepared(backup: Path, *, near: Path, keys: Keys) -> Iterator[tuple[Path, LetIn]]:
    """Give a copy of a backup that is sound, of the newest revision, and opens; it is removed."""
    prepared = near.with_name(near.name + ".partial-restore")
    let = LetIn(keys)
    try:
        try:
            copy_gallery(backup, prepared)
        except GalleryDamaged as error:
            raise BackupUnusable(path=backup, reason=error.params["reason"]) from error
        with known_troubles(backup):
            migrate(prepared, busy_timeout=BUSY_TIMEOUT, keep_copy=False)
            with closing(connect(prepared, busy_timeout=BUSY_TIMEOUT)) as connection:
                let = let_in(connection, slots_in(connection), path=backup, keys=keys)
        yield prepared, let
    except BaseException:
        let.take_back()
        raise
    finally:
        prepared.unlink(missing_ok=True)


def _replace_rows(connection: sqlite3.Connection, *, keep_uid: bool) -> None:
    """Replace every row, within a transaction, by that of the attached backup.

    A backup that is older than galleries' names of their own got one just now, which nothing is
    sealed by; the gallery then keeps the one that its other backups share.
    """
    (uid,) = connection.execute("SELECT uid FROM main.gallery").fetchone()
    (newest,) = connection.execute(
        "SELECT 1 + max(version) FROM "
        "(SELECT version FROM main.gallery UNION ALL SELECT version FROM backup.gallery)"
    ).fetchone()
    # All are emptied before any is filled: deleting a person takes along what refers to them at
    # once, deferred or not, also what would have come from the backup just now.
    for table in reversed(_TABLES):
        connection.execute(f'DELETE FROM main."{table}"')  # noqa: S608 - names of our own tables
    for table in _TABLES:
        columns = ", ".join(
            f'"{name}"' for _, name, *_ in connection.execute(f'PRAGMA main.table_info("{table}")')
        )
        connection.execute(
            f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM backup."{table}"'  # noqa: S608
        )
    connection.execute("UPDATE main.gallery SET version = ?", (newest,))
    if keep_uid:
        connection.execute("UPDATE main.gallery SET uid = ?", (uid,))
    for name, last in connection.execute("SELECT name, seq FROM backup.sqlite_sequence").fetchall():
        raised = connection.execute(
            "UPDATE main.sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, name)
        )
        if not raised.rowcount:
            connection.execute("INSERT INTO main.sqlite_sequence VALUES (?, ?)", (name, last))


def _copy_bytes(source: Path, target: Path) -> None:
    """Copy a file that may be broken, whole or not at all."""
    partial = target.with_name(target.name + ".partial")
    try:
        partial.touch(mode=0o600)
        shutil.copyfile(source, partial)
        with partial.open("r+b") as file:
            os.fsync(file)
        partial.replace(target)
    except OSError:
        partial.unlink(missing_ok=True)
        # A disk that is full, or cannot read all of the file any more, can still do this. It is
        # not done first: stopped now, the gallery would be in use by two names.
        os.link(source, target)


def _compare_counts(connection: sqlite3.Connection, backup: Path) -> None:
    """Raise, within the transaction, where not every row of the backup has arrived."""
    for table in _TABLES:
        there, here = (
            connection.execute(f'SELECT count(*) FROM {schema}."{table}"').fetchone()  # noqa: S608
            for schema in ("backup", "main")
        )
        if there != here:
            raise BackupUnusable(path=backup, reason=f"of “{table}” not every row can be put back")


def _refuse_in_use(path: Path) -> None:
    """Raise where another process has a file open; Windows says so by itself on moving it."""
    try:
        import fcntl
    except ImportError:
        return
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKED, _LOCKED_FROM)
        except OSError as error:
            raise GalleryInUse(path=path) from error
