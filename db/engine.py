"""Engines on a gallery file: one for work, one for migrations, which must not share a pool."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, Pool, QueuePool, create_engine, event

from db.troubles import is_busy

# Seconds to wait for another process before giving up.
BUSY_TIMEOUT = 5.0

_WRITING = "kenspeckle_writing"


def working_engine(path: Path, *, busy_timeout: float) -> Engine:
    """Return an engine for reading and writing people; its transactions read.

    One connection: all calls come from one thread at a time.
    """
    return _engine(
        path,
        busy_timeout=busy_timeout,
        prepare=_prepare_for_work,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
    )


def writing(engine: Engine) -> Engine:
    """Return an engine on the same connection whose transactions write.

    They take the write lock at once. A transaction that reads first and writes later would
    fail without waiting when another process wrote in between.
    """
    return engine.execution_options(**{_WRITING: True})


def migration_engine(path: Path, *, busy_timeout: float) -> Engine:
    """Return an engine for migrations: foreign keys off, connections not kept.

    With foreign keys on, rebuilding a parent table would delete its children by cascade, and
    a pooled connection would carry "off" into work. A new file keeps the rollback journal
    until its first migration is committed, so that its header, by which we know it, is never
    to be found in a write-ahead log alone.
    """
    engine = _engine(
        path, busy_timeout=busy_timeout, prepare=_prepare_for_migration, poolclass=NullPool
    )
    return writing(engine)


def connect(path: Path, *, busy_timeout: float) -> sqlite3.Connection:
    """Return a bare connection, which never makes a file and leaves transactions to us."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_timeout,
        isolation_level=None,
        # The pool hands it from thread to thread, never to two at once.
        check_same_thread=False,
    )


def _engine(
    path: Path,
    *,
    busy_timeout: float,
    prepare: Callable[[sqlite3.Connection], None],
    poolclass: type[Pool],
    **pool: Any,
) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path, busy_timeout=busy_timeout),
        # Without this, an error's text shows names beside embeddings.
        hide_parameters=True,
        poolclass=poolclass,
        **pool,
    )
    event.listen(engine, "connect", lambda connection, _record: prepare(connection))
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # Python's own handling would leave reads and changes of the schema outside transactions.
    write = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _prepare_for_work(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    # What a person took back does not linger in free pages.
    connection.execute("PRAGMA secure_delete=ON")
    # NORMAL could lose the last enrolments when the power fails; they are rare enough.
    connection.execute("PRAGMA synchronous=FULL")
    # A gallery may come from anywhere: its schema gets no say in what is run.
    connection.execute("PRAGMA trusted_schema=OFF")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        # Two processes that switch at once stand in each other's way. The journal that there
        # is does as well, and the next start switches.
        if not is_busy(error):
            raise


def _prepare_for_migration(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA synchronous=FULL")
