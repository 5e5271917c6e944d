"""From a path to an engine on a gallery that is ours, current and writable."""

from __future__ import annotations

import glob
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from db.engine import connect, working_engine
from db.header import is_new
from db.migrate import MIGRATIONS, is_current, migrate
from db.troubles import backups_folder, damaged

# Seconds.
_LONGEST_BACKUP = 120.0

# Device and inode.
_FileKey = tuple[int, int]

# One opening at a time: Alembic keeps its context in a global, and see _open_files.
_opening = threading.Condition(threading.Lock())
# Files that this process has open. Their header is not looked at again: closing the handle
# would drop the locks of the connections that exist, and another process could then remove
# the write-ahead log that they write to.
_open_files: Counter[_FileKey | None] = Counter()


class OpenGallery:
    """A gallery file that is open.

    Attributes:
        engine: on a file of the newest revision, in write-ahead mode.
        is_new: it was made just now.

    """

    def __init__(
        self,
        path: Path,
        *,
        busy_timeout: float,
        migrations: Path = MIGRATIONS,
        keep_copy: bool = True,
    ) -> None:
        """Open the file, making it and its folders where there is none.

        Args:
            path: the file.
            busy_timeout: seconds to wait for other processes.
            migrations: how to make it current.
            keep_copy: copy it before it is migrated.

        Raises:
            GalleryDamaged: there is none, and there are backups of it.
            GalleryError: see its kinds; a file that is not ours is left untouched.
            OSError: a folder or the file cannot be made or read.
            sqlite3.Error: SQLite says no.

        """
        with _opening:
            self.is_new = not _open_files[_key(path)] and is_new(path)
            if self.is_new:
                refuse_lost(path)
                # Faces are nobody else's business on a shared machine.
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.touch(mode=0o600)
                migrate(path, busy_timeout=busy_timeout, migrations=migrations)
            elif not is_current(path, busy_timeout=busy_timeout, migrations=migrations):
                migrate(path, busy_timeout=busy_timeout, migrations=migrations, keep_copy=keep_copy)
            self.engine: Engine = working_engine(path, busy_timeout=busy_timeout)
            try:
                self.engine.connect().close()
            except BaseException:
                self.engine.dispose()
                raise
            self._key = _key(path)
            if self._key is not None:
                _open_files[self._key] += 1

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Close the file for the length of a block; nothing of this process opens it meanwhile."""
        with _opening:
            # A backup beside us ends by itself.
            if not _opening.wait_for(lambda: _open_files[self._key] <= 1, timeout=_LONGEST_BACKUP):
                raise RuntimeError("the file is open twice in this process, and cannot rest")
            # The next use connects again.
            self.engine.dispose()
            yield

    def close(self) -> None:
        """Close the file; the last connection of all processes empties the log into it."""
        with _opening:
            self.engine.dispose()
            if self._key is not None:
                _open_files[self._key] -= 1
                _opening.notify_all()
            self._key = None


@contextmanager
def beside_work(path: Path, *, busy_timeout: float) -> Iterator[sqlite3.Connection]:
    """Give a bare connection of its own, for as long as it is open counted as one of ours."""
    with _opening:
        key = _key(path)
        connection = connect(path, busy_timeout=busy_timeout)
        _open_files[key] += 1
    try:
        yield connection
    finally:
        with _opening:
            connection.close()
            _open_files[key] -= 1
            _opening.notify_all()


def refuse_lost(path: Path) -> None:
    """Raise where a gallery is missing or empty that there are backups of.

    To begin anew in silence would look like all was well, and the new one's backups would push
    out those of the lost one.

    Raises:
        GalleryDamaged: it is so.

    """
    if any(backups_folder(path).glob(f"{glob.escape(path.stem)}-*.db")):
        raise damaged(path, "it is missing or empty, though there are backups of it")


def _key(path: Path) -> _FileKey | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
