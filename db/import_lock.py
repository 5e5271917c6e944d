"""One import at a time into a gallery, by whichever process; a killed one holds up nobody."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from db.troubles import is_busy, known_troubles
from desktop_app.errors import ImportUnderWay


class ImportLock:
    """A lock that the system lets go of when its holder dies, however it dies.

    It is SQLite's lock on a file of its own beside the gallery, which holds nothing: the one way
    to lock that is the same on every system, and that we depend on already.
    """

    def __init__(self, gallery: Path) -> None:
        """Args: gallery: the file that people are imported into."""
        self._gallery = gallery
        self._path = gallery.with_name(f"{gallery.name}-import")
        self._held: sqlite3.Connection | None = None

    def take(self) -> None:
        """Hold the lock.

        Raises:
            ImportUnderWay: somebody else holds it.
            GalleryNotWritable: there can be no file beside the gallery.

        """
        if self._held is not None:
            return
        with known_troubles(self._gallery):
            connection = sqlite3.connect(
                self._path, timeout=0, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                connection.close()
                if is_busy(error):
                    raise ImportUnderWay(path=self._gallery) from error
                raise
            self._held = connection

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for the length of a block.

        Raises:
            ImportUnderWay: somebody else holds it.

        """
        self.take()
        try:
            yield
        finally:
            self.release()

    def is_free(self) -> bool:
        """Whether nobody holds it, not even we."""
        if self._held is not None:
            return False
        try:
            self.take()
        except ImportUnderWay:
            return False
        self.release()
        return True

    def release(self) -> None:
        """Let go of it; doing so again does nothing."""
        if self._held is None:
            return
        self._held.close()
        self._held = None
        # Whoever takes it at this very moment holds a file without a name: the next one is not
        # kept out. Their imports would still not mix, since each has rows of its own.
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
