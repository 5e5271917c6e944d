"""Deletes a person for good, from a gallery and from its copies.

Whoever is erased is told by the ids of what is theirs together with the times at which it was
made: so they are found in copies that knew them by another name, that gave a picture of theirs to
somebody else, and that have no table yet for half of it.

A file in which an erasure is under way says so in its header (``user_version``, the person's id),
in the same transaction that deletes. Until everything that could still be read there was
overwritten the mark stays, and whoever opens the file next goes on with it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from db.backups import remove_leftovers
from db.engine import BUSY_TIMEOUT, connect
from db.erasing import FACES, PURPOSES, Removed, Wanted, delete_rows
from db.gallery_file import GalleryFile
from db.troubles import backups_folder, is_busy, known_troubles
from db.types import DamagedValueError
from desktop_app.errors import (
    ErasureIncomplete,
    GalleryError,
    GalleryLocked,
    NoSuchPerson,
)
from desktop_app.recognition.types import Identity

# Seconds to wait for a process that reads, and between tries.
PATIENCE = 10.0
_PAUSE = 0.2


def find_wanted(file: GalleryFile, identity_id: int) -> Wanted:
    """Return what tells a person and all that is theirs, also where they are in the bin.

    Raises:
        NoSuchPerson: they are gone.

    """
    with file.bare() as connection:
        row = connection.execute(
            "SELECT name, created FROM identities WHERE id = ?", (identity_id,)
        ).fetchone()
        if row is None:
            raise NoSuchPerson(name=f"#{identity_id}")
        rows = {}
        for table, (moment, _) in FACES.items():
            mine = f"SELECT id, {moment} FROM {table} WHERE identity_id = ?"  # noqa: S608 - ours
            rows[table] = connection.execute(mine, (identity_id,)).fetchall()
        photos = connection.execute(
            "SELECT DISTINCT photo FROM samples WHERE identity_id = ? AND photo IS NOT NULL",
            (identity_id,),
        )
        return Wanted(
            identity_id,
            row[1],
            frozenset({row[0]}),
            rows,
            frozenset(photo for (photo,) in photos),
        )


def people_called(file: GalleryFile, key: str) -> list[Identity]:
    """Return everyone of a name, by its key: who is enrolled first, then the newest in the bin."""
    statement = (
        "SELECT id, name FROM identities WHERE name_key = ? "
        "ORDER BY binned IS NOT NULL, binned DESC, id DESC"
    )
    with file.bare() as connection:
        return [Identity(*row) for row in connection.execute(statement, (key,))]


def erase_from_gallery(file: GalleryFile, wanted: Wanted) -> Removed:
    """Delete a person from the gallery; :func:`leave_nothing` is to follow."""
    with file.write() as session:
        connection = session.connection().connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        deleted = delete_rows(connection, wanted)
        _mark(connection, identity_id=wanted.identity_id)
        removed, vault = deleted.removed, file.vault
    removed.values |= wanted.photos
    for table, column, value in deleted.found:
        removed.values.add(value)
        # What is broken goes all the same.
        with suppress(DamagedValueError):
            removed.values.add(vault.unseal(value, PURPOSES[table, column]))
    return removed


def erase_from_copy(path: Path, wanted: Wanted) -> Removed:
    """Delete a person from a copy of the gallery, and overwrite what is left of them in it.

    Raises:
        GalleryError: the copy cannot be written, or is broken.

    """
    with known_troubles(path), _opened_copy(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            deleted = delete_rows(connection, wanted)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        if deleted.removed:
            _mark(connection, identity_id=wanted.identity_id)
        connection.execute("COMMIT" if deleted.removed else "ROLLBACK")
        if unfinished(connection):
            _rebuild(connection)
            _mark(connection, identity_id=0)
        deleted.removed.values |= {value for _, _, value in deleted.found}
        return deleted.removed


def erase_stray(path: Path, identity_id: int, *, uid: str) -> None:
    """Delete who was erased from a copy that was made while they were.

    Args:
        path: of the copy.
        identity_id: whom; ids are never given twice.
        uid: the gallery's own, which the copy must share.

    Raises:
        GalleryError: the copy cannot be written, or is broken.

    """
    with known_troubles(path), _opened_copy(path) as connection:
        columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(gallery)")}
        if "uid" not in columns:
            return
        if connection.execute("SELECT uid FROM gallery").fetchone() != (uid,):
            return
        connection.execute("BEGIN IMMEDIATE")
        gone = connection.execute("DELETE FROM identities WHERE id = ?", (identity_id,)).rowcount
        if gone:
            _mark(connection, identity_id=identity_id)
        connection.execute("COMMIT")
        if unfinished(connection):
            _rebuild(connection)
            _mark(connection, identity_id=0)


def leave_nothing(file: GalleryFile, *, patience: float = PATIENCE) -> None:
    """Overwrite what the gallery still holds of what was deleted, and take the mark away.

    Raises:
        ErasureIncomplete: another process had it open all the time; to be tried again.
        GalleryError: another kind.

    """
    end = time.monotonic() + patience
    while True:
        try:
            with file.bare() as connection:
                _rebuild(connection)
                if _emptied(connection):
                    _mark(connection, identity_id=0)
                    # The mark went through the log again; nothing else did.
                    _emptied(connection)
                    return
        except GalleryLocked:
            pass
        if time.monotonic() > end:
            raise ErasureIncomplete(
                reason="another window or command is using the gallery, and what was deleted "
                "cannot be overwritten meanwhile"
            )
        time.sleep(_PAUSE)


def finish(file: GalleryFile) -> bool:
    """Go on with an erasure that was cut short, also in copies that were made meanwhile.

    Returns:
        Whether there was one.

    Raises:
        ErasureIncomplete: another process is in the way.
        GalleryError: another kind.

    """
    with file.bare() as connection:
        identity_id = unfinished(connection)
    if not identity_id:
        return False
    uid = file.uid()
    for path in copies_of(file.path):
        # One that is broken is spoken of by the next erasure; it holds up no start.
        with suppress(GalleryError):
            erase_stray(path, identity_id, uid=uid)
    leave_nothing(file, patience=0)
    return True


def copies_of(path: Path) -> list[Path]:
    """Return every file beside a gallery that may be a copy of it, whatever it is called."""
    return sorted(backups_folder(path).glob("*.db"))


def remove_partial_copies(path: Path) -> None:
    """Remove what is left of copies that were cut short."""
    with known_troubles(path):
        remove_leftovers(path, older_than=timedelta(0))


def unfinished(connection: sqlite3.Connection) -> int:
    """Return the id of who was deleted and not yet overwritten; 0 where there is nobody."""
    (identity_id,) = connection.execute("PRAGMA user_version").fetchone()
    return int(identity_id)


def _mark(connection: sqlite3.Connection, *, identity_id: int) -> None:
    connection.execute(f"PRAGMA user_version = {int(identity_id)}")


def _rebuild(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")


def _emptied(connection: sqlite3.Connection) -> bool:
    """Whether nothing is left in the write-ahead log; a file without one has nothing in it."""
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return False
    return not busy


@contextmanager
def _opened_copy(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(path, busy_timeout=BUSY_TIMEOUT)) as connection:
        # Nothing is left beside it then; a copy may have been opened as a gallery once.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
        yield connection
