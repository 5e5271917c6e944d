"""A gallery file that is open: its transactions, and the vault that its faces lie in."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.engine import BUSY_TIMEOUT, writing
from db.key_slots import (
    Keys,
    Slot,
    SlotKind,
    entry_name,
    new_key,
    unwrap,
    wrap_for_keychain,
)
from db.opening import OpenGallery
from db.queries import uid_of, version_of
from db.tables import GalleryRow, IdentityRow, KeySlotRow
from db.troubles import known_troubles
from db.upkeep import forget_removed, integrity_findings
from db.vault import OpenVault, SealedVault, Vault
from desktop_app.errors import GalleryClosed, GalleryError, KeychainRefused, NoKeychain
from desktop_app.keychain import Keychain

# What opens a gallery that is not sealed.
NO_KEYS = Keys()

_log = logging.getLogger(__name__)


class GalleryFile:
    """One gallery file, for one thread at a time; other processes may have it open too.

    What reads and writes it (people, history, imports) shares this. Every method raises a kind
    of ``GalleryError`` for what can be wrong with the file: locked for too long, disk full, not
    writable, damaged, sealed with a key that is not at hand, or closed meanwhile.

    Attributes:
        path: the file.

    """

    def __init__(self, path: Path, gallery: OpenGallery, keys: Keys) -> None:
        """Use :meth:`open` instead."""
        self.path = path
        self._keys = keys
        self._open_gallery = gallery
        self._reader = gallery.engine
        self._writer = writing(gallery.engine)
        self._slots: tuple[bytes, ...] = ()
        self._vault: Vault = OpenVault()
        self._is_closed = False

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        keys: Keys = NO_KEYS,
        busy_timeout: float = BUSY_TIMEOUT,
        keep_copy: bool = True,
    ) -> GalleryFile:
        """Open a gallery; a missing or empty file becomes one, an older one is migrated.

        A new one is sealed where there is a keychain to keep its key.

        Args:
            path: the file.
            keys: what may open its vault.
            busy_timeout: seconds to wait for other processes, here and in all methods.
            keep_copy: copy an older one before it is migrated.

        Raises:
            NotAGallery: the file is something else; it was not touched.
            GalleryFromNewerVersion: it was not touched.
            PassphraseNeeded, PassphraseWrong, KeyMissing: its vault stays shut.
            GalleryError: another kind, as its text says.

        """
        with known_troubles(path):
            gallery = OpenGallery(path, busy_timeout=busy_timeout, keep_copy=keep_copy)
        file = cls(path, gallery, keys)
        try:
            if gallery.is_new and keys.keychain is not None:
                file._seal_the_empty(keys.keychain)
            with file.read():
                pass
            file._finish_erasing()
        except BaseException:
            file.close()
            raise
        return file

    @classmethod
    def open_shut(cls, path: Path, *, busy_timeout: float = BUSY_TIMEOUT) -> GalleryFile:
        """Open a gallery without its key, to put a backup into it; an older one is migrated.

        Until it is given others by :meth:`use_keys`, whatever would read or write a gallery that
        is sealed raises as :meth:`open` does.

        Raises:
            NotAGallery, GalleryFromNewerVersion, GalleryError: as of :meth:`open`.

        """
        with known_troubles(path):
            return cls(path, OpenGallery(path, busy_timeout=busy_timeout), NO_KEYS)

    @property
    def vault(self) -> Vault:
        """What seals the faces; another one after a change of keys."""
        return self._vault

    @property
    def keys(self) -> Keys:
        """What it is opened with."""
        return self._keys

    def close(self) -> None:
        """Close the file, and let go of its key; closing again does nothing."""
        self._is_closed = True
        self._keys, self._slots, self._vault = NO_KEYS, (), OpenVault()
        with known_troubles(self.path):
            self._open_gallery.close()

    def version(self) -> int:
        """Return a number that grows with each write by any process."""
        with self.read() as session:
            return version_of(session)

    def uid(self) -> str:
        """Return the gallery's own name, which its backups share."""
        with self.read() as session:
            return uid_of(session)

    def use_keys(self, keys: Keys) -> None:
        """Take other keys than those it was opened with, after they were changed."""
        self._keys = keys
        with self.read():
            pass

    @contextmanager
    def bare(self) -> Iterator[sqlite3.Connection]:
        """Give the connection itself, outside transactions, for what is done to the whole file.

        Whoever changes rows by it counts :attr:`GalleryRow.version` up.
        """
        with self._working(), closing(self._reader.raw_connection()) as pooled:
            connection = pooled.driver_connection
            assert isinstance(connection, sqlite3.Connection)
            yield connection

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Let go of the file for the length of a block, in which its bytes may be read.

        Closing a handle drops all locks of the process on a file: nothing of ours may have it
        open in SQLite then.
        """
        with self._working(), self._open_gallery.at_rest():
            yield

    def integrity(self) -> list[str]:
        """Return what is broken in the file, a line each; empty when it is sound."""
        with self._working():
            return integrity_findings(self._reader)

    def forget_removed(self) -> bool:
        """Leave nothing of what was deleted in the write-ahead log; False where others read."""
        with self._working():
            return forget_removed(self._reader)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees the file as it was at its first statement."""
        with self._working(), Session(self._reader) as session:
            self._look_at_slots(session)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session that holds the write lock; what it did is saved when it ends well."""
        with self._working(), Session(self._writer) as session, session.begin():
            session.execute(update(GalleryRow).values(version=GalleryRow.version + 1))
            self._look_at_slots(session)
            yield session

    @contextmanager
    def write_aside(self, *, patient: bool = False) -> Iterator[Session]:
        """As :meth:`write`, for what changes nobody who is enrolled, and can wait.

        The gallery's version stays, so that nobody reads everyone again for it.

        Args:
            patient: wait where another process writes; otherwise give up at once, instead of
                keeping everything else on this thread waiting.

        """
        with (
            self._working(),
            nullcontext() if patient else self._impatient(),
            Session(self._writer) as session,
            session.begin(),
        ):
            self._look_at_slots(session)
            yield session

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Say what is wrong with the file in the words of ``GalleryError``."""
        if self._is_closed:
            # SQLAlchemy would silently connect again, to what nobody counts as open.
            raise GalleryClosed(path=self.path)
        with known_troubles(self.path):
            yield

    @contextmanager
    def _impatient(self) -> Iterator[None]:
        """Wait for no other process; there is but one connection, so that holds for it."""
        with closing(self._reader.raw_connection()) as connection:
            (before,) = connection.cursor().execute("PRAGMA busy_timeout").fetchone()
            connection.cursor().execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            with closing(self._reader.raw_connection()) as connection:
                connection.cursor().execute(f"PRAGMA busy_timeout = {int(before)}")

    def _look_at_slots(self, session: Session) -> None:
        """Open the vault, also when another process changed its key meanwhile."""
        # Not by their ids, which those of another gallery, whose backup was put in place, share.
        found = tuple(session.scalars(select(KeySlotRow.wrapped).order_by(KeySlotRow.id)))
        if found == self._slots:
            return
        self._vault = self._opened(session)
        self._slots = found

    def _opened(self, session: Session) -> Vault:
        rows = session.scalars(select(KeySlotRow).order_by(KeySlotRow.id)).all()
        if not rows:
            return OpenVault()
        uid = uid_of(session)
        slots = [from_slot_row(row) for row in rows]
        return SealedVault(unwrap(slots, uid=uid, keys=self._keys, path=self.path), uid=uid)

    def _finish_erasing(self) -> None:
        """Go on where an erasure was cut short; whoever has the file open meanwhile can, too."""
        with self.bare() as connection:
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                return
        from db.erasure import finish

        with suppress(GalleryError):
            finish(self)

    def _seal_the_empty(self, keychain: Keychain) -> None:
        slot: Slot | None = None
        try:
            with self.write() as session:
                # Another process may have come at the same time, and have done it.
                touched = select(KeySlotRow.id).union_all(select(IdentityRow.id)).limit(1)
                if session.scalar(touched) is not None:
                    return
                uid = uid_of(session)
                try:
                    slot = wrap_for_keychain(new_key(), uid=uid, keychain=keychain)
                except NoKeychain:
                    return
                except KeychainRefused as error:
                    # Who cannot be sealed can still be recognised; the window says that it is open.
                    _log.warning("the gallery is not sealed: %s", error)
                    return
                session.add(to_slot_row(slot))
        except Exception:
            # Whatever kept the slot from being saved: a key that opens nothing must not stay.
            if slot is not None:
                with suppress(KeychainRefused):
                    keychain.delete(entry_name(slot, uid=uid))
            raise


def from_slot_row(row: KeySlotRow) -> Slot:
    """Return the key slot of a row."""
    return Slot(SlotKind(row.kind), wrapped=row.wrapped, salt=row.salt, cost=row.cost)


def to_slot_row(slot: Slot) -> KeySlotRow:
    """Return the row of a key slot that is new."""
    return KeySlotRow(
        kind=slot.kind,
        salt=slot.salt,
        cost=slot.cost,
        created=datetime.now(UTC),
        wrapped=slot.wrapped,
    )
