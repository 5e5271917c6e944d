"""What is done to the file as a whole."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from db.troubles import is_corrupt

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
    with engine.connect() as connection:
        try:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        except DatabaseError as error:
            # Damage can be such that the check itself stumbles over it.
            if not is_corrupt(error):
                raise
            return [str(error.orig)]
    findings = [line for line in found if line != "ok"]
    findings += [
        f"row {row} of “{table}” refers to a missing row of “{parent}”"
        for table, row, parent, _ in orphans
    ]
    return findings
