"""What SQLite itself finds wrong with a file."""

from __future__ import annotations

import sqlite3

# What a check stumbles over, instead of saying so in a row.
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def faults(connection: sqlite3.Connection) -> list[str]:
    """Return what is broken, a line each; empty where the file is sound."""
    try:
        found = [line for (line,) in connection.execute("PRAGMA integrity_check")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        if not is_corrupt(error):
            raise
        return [str(error)]
    findings = [line for line in found if line != "ok"]
    findings += [
        f"row {row} of “{table}” refers to a missing row of “{parent}”"
        for table, row, parent, _ in orphans
    ]
    return findings


def is_corrupt(error: sqlite3.Error) -> bool:
    """Whether SQLite found the file broken."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN


def tables_of(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the tables there are; an older gallery has fewer."""
    statement = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return {name for (name,) in connection.execute(statement)}
