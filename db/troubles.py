"""The one place where SQLite's and the system's errors become sentences for the user."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from db.types import DamagedValueError
from desktop_app.errors import (
    DiskFull,
    GalleryDamaged,
    GalleryError,
    GalleryLocked,
    GalleryNotWritable,
    NotAGallery,
)

# Below this, a disk counts as full: SQLite's first write to a gallery needs more.
_FULL_BELOW = 256 * 1024
_FULL_DISK = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def backups_folder(path: Path) -> Path:
    """Return where the backups of a gallery lie."""
    return path.parent / "backups"


def damaged(path: Path, reason: object) -> GalleryDamaged:
    """Return the error for a file that is ours and broken."""
    return GalleryDamaged(path=path, reason=reason, backups=backups_folder(path))


@contextmanager
def known_troubles(path: Path) -> Iterator[None]:
    """Turn what can go wrong with the file at ``path`` into a kind of ``GalleryError``.

    What is none of these, such as a statement that makes no sense, is a bug and passes through.
    """
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, sqlite3.Error):
            raise
        known = _from_sqlite(path, error.orig)
        if known is None:
            raise
        raise known from error
    except sqlite3.Error as error:
        known = _from_sqlite(path, error)
        if known is None:
            raise
        raise known from error
    except DamagedValueError as error:
        raise damaged(path, error) from error
    except OSError as error:
        raise _from_system(path, error) from error


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else is at the file."""
    return _primary_code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _primary_code(error: sqlite3.Error) -> int:
    # Errors of Python's own module, such as misuse, carry no code.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _from_sqlite(path: Path, error: sqlite3.Error) -> GalleryError | None:
    if is_busy(error):
        return GalleryLocked(path=path)
    code = _primary_code(error)
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(path=path)
    if code == sqlite3.SQLITE_NOTADB:
        return NotAGallery(path=path)
    if code == sqlite3.SQLITE_CORRUPT:
        return damaged(path, error)
    if code == sqlite3.SQLITE_IOERR:
        return _from_failed_io(path)
    reasons = {
        sqlite3.SQLITE_READONLY: "the file or its folder is read-only",
        sqlite3.SQLITE_PERM: "permission denied",
        sqlite3.SQLITE_AUTH: "permission denied",
        sqlite3.SQLITE_CANTOPEN: "the system does not let us open it or write to its folder",
    }
    if code in reasons:
        return GalleryNotWritable(path=path, reason=reasons[code])
    return None


def _from_failed_io(path: Path) -> GalleryError:
    # SQLite says "full" only where a write gave ENOSPC; growing its shared memory, or memory
    # maps, on a full disk is an error of input and output like any other.
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        free = _FULL_BELOW
    if free < _FULL_BELOW:
        return DiskFull(path=path)
    return GalleryNotWritable(
        path=path, reason="the system refuses to read or write (over a quota, or a faulty disk)"
    )


def _from_system(path: Path, error: OSError) -> GalleryError:
    if error.errno in _FULL_DISK:
        return DiskFull(path=path)
    return GalleryNotWritable(path=path, reason=error.strerror or error)
