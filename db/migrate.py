"""Brings a gallery file to the revision that this version works with.

Alembic is driven from here, without an ``alembic.ini``, and imported only when there is
something to migrate: a file that is current costs one query.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect

from db.engine import connect, migration_engine
from db.header import APPLICATION_ID
from db.troubles import backups_folder, damaged
from desktop_app.errors import GalleryFromNewerVersion, NotAGallery

# In a build of PyInstaller this folder lies beside the bytecode, as data.
MIGRATIONS = Path(__file__).parent / "migrations"

_log = logging.getLogger(__name__)


def head_revision(migrations: Path = MIGRATIONS) -> str:
    """Return the newest revision: files are named by theirs, in rising order."""
    return max(path.stem.partition("_")[0] for path in _versions(migrations))


def is_current(path: Path, *, busy_timeout: float, migrations: Path = MIGRATIONS) -> bool:
    """Return whether a gallery that exists needs no migration."""
    with closing(connect(path, busy_timeout=busy_timeout)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError as error:
            # No such table; what to make of that is decided under the lock.
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise
            return False
    return row is not None and row[0] == head_revision(migrations)


def migrate(
    path: Path, *, busy_timeout: float, migrations: Path = MIGRATIONS, keep_copy: bool = True
) -> None:
    """Bring the file to the newest revision, whole or not at all.

    The write lock is taken before anything is looked at, so that of two processes that come
    at once one migrates and the other finds it done. A file with people in it is copied to
    ``backups/`` beside it first, unless it is to be the only copy that there is.

    Raises:
        NotAGallery: another program made it a database of its own meanwhile.
        GalleryFromNewerVersion: its revision is not among ours; it was not touched.
        GalleryDamaged: it has no revision, or its references do not hold.

    """
    engine = migration_engine(path, busy_timeout=busy_timeout)
    try:
        with engine.begin() as connection:
            revision = _revision(connection, path)
            if revision == head_revision(migrations):
                return
            if revision is not None:
                known = {file.stem.partition("_")[0] for file in _versions(migrations)}
                if revision not in known:
                    raise GalleryFromNewerVersion(path=path)
                if keep_copy:
                    _back_up(path, revision=revision, busy_timeout=busy_timeout)
            _run_alembic(connection, migrations)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise damaged(path, f"a row of “{broken[0]}” refers to a missing “{broken[2]}”")
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        _log.info("the gallery: from revision %s to the newest", revision)
    finally:
        engine.dispose()


def _versions(migrations: Path) -> list[Path]:
    return list((migrations / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection, path: Path) -> str | None:
    """Return the file's revision, None for a file without tables."""
    tables = inspect(connection).get_table_names()
    identifier = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if not tables:
        return None
    if identifier != APPLICATION_ID:
        raise NotAGallery(path=path)
    if "alembic_version" in tables:
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        if row is not None:
            return str(row[0])
    raise damaged(path, "its revision is missing")


def _back_up(path: Path, *, revision: str, busy_timeout: float) -> None:
    folder = backups_folder(path)
    folder.mkdir(exist_ok=True)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    target = folder / f"{path.stem}-{stamp}-{revision}.db"
    # A backup that was cut short never bears the name of a whole one.
    partial = target.with_suffix(".partial")
    partial.touch(mode=0o600)
    try:
        with (
            closing(connect(path, busy_timeout=busy_timeout)) as source,
            closing(connect(partial, busy_timeout=busy_timeout)) as copy,
        ):
            source.backup(copy)
            # One file that stands for itself, with no log to lose.
            copy.execute("PRAGMA journal_mode=DELETE")
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _log.info("the gallery was copied before its migration")


def _run_alembic(connection: Connection, migrations: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    # ConfigParser reads % as the start of a reference.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    command.upgrade(config, "head")
