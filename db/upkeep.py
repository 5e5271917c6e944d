"""What is done to the file as a whole."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

from sqlalchemy import Engine

from db.soundness import faults

_log = logging.getLogger(__name__)


def forget_removed(engine: Engine) -> bool:
    """Empty the write-ahead log, where pages of what was removed are still to be read.

    Where another process is reading, or the disk is full, it is left for the next time: the
    removal itself was saved before.

    Returns:
        Whether it was emptied.

    """
    try:
        with closing(engine.raw_connection()) as connection:
            busy, _, _ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        _log.warning("the write-ahead log was not emptied: %s", error)
        return False
    if busy:
        _log.info("the write-ahead log was not emptied: another process reads")
    return not busy


def integrity_findings(engine: Engine) -> list[str]:
    """Return what SQLite finds broken, a line each."""
    with closing(engine.raw_connection()) as connection:
        bare = connection.driver_connection
        assert isinstance(bare, sqlite3.Connection)
        return faults(bare)
