import errno
import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from db import troubles
from db.types import DamagedValueError
from desktop_app.errors import (
    DiskFull,
    GalleryDamaged,
    GalleryError,
    GalleryLocked,
    GalleryNotWritable,
    NotAGallery,
)


def _sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, GalleryLocked),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, GalleryLocked),
        (sqlite3.SQLITE_LOCKED, GalleryLocked),
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_NOTADB, NotAGallery),
        (sqlite3.SQLITE_CORRUPT, GalleryDamaged),
        (sqlite3.SQLITE_READONLY, GalleryNotWritable),
        (sqlite3.SQLITE_READONLY_DIRECTORY, GalleryNotWritable),
        (sqlite3.SQLITE_CANTOPEN, GalleryNotWritable),
        (sqlite3.SQLITE_PERM, GalleryNotWritable),
        (sqlite3.SQLITE_IOERR_WRITE, GalleryNotWritable),
    ],
)
def test_each_refusal_of_sqlite_has_its_kind(
    path: Path, code: int, kind: type[GalleryError]
) -> None:
    for error in (
        _sqlite_error(code),
        OperationalError("UPDATE …", None, _sqlite_error(code)),
    ):
        with pytest.raises(kind) as caught, troubles.known_troubles(path):
            raise error
        assert str(path) in str(caught.value)


def test_failed_input_and_output_on_a_full_disk_is_a_full_disk(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubles.shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    with pytest.raises(DiskFull), troubles.known_troubles(path):
        raise _sqlite_error(sqlite3.SQLITE_IOERR_SHMSIZE)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EACCES, GalleryNotWritable),
        (errno.EROFS, GalleryNotWritable),
        (errno.EISDIR, GalleryNotWritable),
    ],
)
def test_each_refusal_of_the_system_has_its_kind(
    path: Path, number: int, kind: type[GalleryError]
) -> None:
    with pytest.raises(kind), troubles.known_troubles(path):
        raise OSError(number, os.strerror(number))


def test_a_value_that_cannot_be_read_is_damage_and_the_backups_are_named(path: Path) -> None:
    with pytest.raises(GalleryDamaged, match="backups") as caught, troubles.known_troubles(path):
        raise DamagedValueError("an embedding is torn")
    assert "an embedding is torn" in str(caught.value)


@pytest.mark.parametrize(
    "bug",
    [
        _sqlite_error(sqlite3.SQLITE_ERROR),
        sqlite3.ProgrammingError("misuse"),
        OperationalError("SELEC", None, _sqlite_error(sqlite3.SQLITE_ERROR)),
        ValueError("anything"),
    ],
)
def test_a_bug_stays_a_bug(path: Path, bug: Exception) -> None:
    with pytest.raises(type(bug)) as caught, troubles.known_troubles(path):
        raise bug
    assert caught.value is bug
