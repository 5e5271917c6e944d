"""Deletes a person for good, from a gallery and from its copies.

Whoever is erased is told by the ids of what is theirs together with the times at which it was
made: so they are found in copies that knew them by another name, that gave a picture of theirs to
somebody else, and that have no table yet for half of it.

A file in which an erasure is under way says so in its header (``user_version``, the person's id),
in the same transaction that deletes. Until everything that could still be read there was
overwritten the mark stays, and whoever opens the file next goes on with it; see
``db.overwriting``.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.orm import Session

from db.copies import copies_of, erase_stray, remove_partial_copies, wanted_in_copies
from db.erasing import Removed, Wanted, delete_rows, wanted_in
from db.gallery_file import GalleryFile
from db.overwriting import (
    PATIENCE,
    PAUSE,
    RESEALED,
    is_emptied,
    mark_of,
    overwrite_resealed,
    set_mark,
)
from desktop_app.errors import ErasureIncomplete, GalleryError, GalleryLocked, NoSuchPerson
from desktop_app.recognition.types import Identity


def find_wanted(file: GalleryFile, identity_id: int) -> Wanted:
    """Return what tells a person and all that is theirs, also where they are in the bin.

    Whom only copies still know is found there.

    Raises:
        NoSuchPerson: they are gone.

    """
    with file.read() as session:
        found = wanted_in(_bare(session), identity_id, file.vault)
    found = found or wanted_in_copies(file, identity_id)
    if found is None:
        raise NoSuchPerson(name=f"#{identity_id}")
    return found


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
        connection = _bare(session)
        deleted = delete_rows(connection, wanted, file.vault)
        set_mark(connection, wanted.identity_id)
        deleted.keep_values(file.vault)
    deleted.removed.values |= wanted.photos
    return deleted.removed


def leave_nothing(
    file: GalleryFile, *, sweep: Callable[[], None], patience: float = PATIENCE
) -> None:
    """Overwrite what the gallery still holds of what was deleted, and take the mark away.

    Args:
        file: the gallery.
        sweep: erases from copies that were made meanwhile; from then on none holds anything.
        patience: seconds to wait for others who read.

    Raises:
        ErasureIncomplete: another process had it open all the time; to be tried again.
        GalleryError: another kind.

    """
    end = time.monotonic() + patience
    while True:
        try:
            with file.bare() as connection:
                _rebuild(connection)
                is_done = is_emptied(connection)
            if is_done:
                sweep()
                with file.bare() as connection:
                    set_mark(connection, 0)
                    # The mark went through the log again; nothing else did.
                    is_emptied(connection)
                return
        except GalleryLocked:
            pass
        if time.monotonic() > end:
            raise ErasureIncomplete(
                reason="another window or command is using the gallery, and what was deleted "
                "cannot be overwritten meanwhile"
            )
        time.sleep(PAUSE)


def finish(file: GalleryFile) -> bool:
    """Go on with an erasure that was cut short, also in copies that were made meanwhile.

    A change of keys that left something to be overwritten is gone on with as well.

    Returns:
        Whether there was one.

    Raises:
        ErasureIncomplete: another process is in the way.
        GalleryError: another kind.

    """
    with file.bare() as connection:
        identity_id = mark_of(connection)
    if identity_id == RESEALED:
        overwrite_resealed(file, patience=0)
        return False
    if not identity_id:
        return False

    def sweep() -> None:
        remove_partial_copies(file.path, patience=0)
        for path in copies_of(file.path):
            # One that is broken is spoken of by the next erasure; it holds up no start.
            with suppress(GalleryError):
                erase_stray(path, identity_id, file=file)

    leave_nothing(file, sweep=sweep, patience=0)
    return True


def _bare(session: Session) -> sqlite3.Connection:
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection


def _rebuild(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")
