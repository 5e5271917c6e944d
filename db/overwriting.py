"""Sees to it that what was deleted or sealed anew is not left to be read in the file.

Where another process reads, the write-ahead log goes on holding pages as they were before. A file
that is to be looked at again says so in its header (``user_version``), from the same transaction
on that made the change: whoever is erased, by their id, or that its key was changed.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy.orm import Session

from db.engine import BUSY_TIMEOUT
from db.gallery_file import GalleryFile
from db.opening import beside_work
from db.troubles import is_busy, known_troubles
from desktop_app.errors import GalleryError, GalleryLocked

# Seconds to wait for a process that reads, and between tries.
PATIENCE = 10.0
PAUSE = 0.2

# No person's id.
RESEALED = -1

_log = logging.getLogger(__name__)


def mark_of(connection: sqlite3.Connection) -> int:
    """Return what is unfinished: a person's id, :data:`RESEALED`, or 0 for nothing."""
    (mark,) = connection.execute("PRAGMA user_version").fetchone()
    return int(mark)


def set_mark(connection: sqlite3.Connection, mark: int) -> None:
    """Say in the file what is unfinished."""
    connection.execute(f"PRAGMA user_version = {int(mark)}")


def is_emptied(connection: sqlite3.Connection) -> bool:
    """Empty the write-ahead log; whether nothing is left in it. A file without one has nothing."""
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return False
    return not busy


def mark_resealed(session: Session) -> None:
    """Say, within the transaction that seals anew, that the log is to be emptied after it."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    # Whoever finishes an erasure empties the log as well.
    if not mark_of(connection):
        set_mark(connection, RESEALED)


def overwrite_resealed(file: GalleryFile, *, patience: float = PATIENCE) -> bool:
    """Empty a gallery's log of what it held before its key was changed.

    Args:
        file: the gallery.
        patience: seconds to wait for others who read.

    Returns:
        Whether nothing of that is left; otherwise it is tried again whenever the file is opened.

    """
    end = time.monotonic() + patience
    while True:
        # A full disk, too, is no reason to say that the key was not changed.
        with suppress(GalleryError), file.bare() as connection:
            if _overwritten(connection):
                return True
        if time.monotonic() >= end:
            _log.warning("what was sealed by another key is not overwritten yet")
            return False
        time.sleep(PAUSE)


def overwrite_resealed_copy(path: Path) -> bool:
    """Empty the log of a backup, likewise; it is one file that stands for itself afterwards.

    Raises:
        GalleryError: it cannot be read or written.

    """
    with known_troubles(path), beside_work(path, busy_timeout=BUSY_TIMEOUT) as connection:
        if not mark_of(connection):
            return True
        try:
            with known_troubles(path):
                connection.execute("PRAGMA journal_mode=DELETE")
        except GalleryLocked:
            return False
        return _overwritten(connection)


def _overwritten(connection: sqlite3.Connection) -> bool:
    if mark_of(connection) != RESEALED:
        return True
    try:
        if not is_emptied(connection):
            return False
        set_mark(connection, 0)
        # The mark went through the log again; nothing else did.
        is_emptied(connection)
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return False
    return True
