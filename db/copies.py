"""Erases people from the copies of a gallery, which may be of any revision and have another key."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from db.backups import list_backups, remove_leftovers, slots_in, vault_of
from db.engine import BUSY_TIMEOUT, connect
from db.erasing import Removed, Wanted, delete_rows, wanted_in
from db.gallery_file import GalleryFile
from db.overwriting import PATIENCE, PAUSE, mark_of, set_mark
from db.soundness import tables_of
from db.troubles import backups_folder, known_troubles
from db.vault import OpenVault, Vault
from desktop_app.errors import ErasureIncomplete, GalleryError, GalleryNotWritable, KnownError
from desktop_app.recognition.people import name_key
from desktop_app.recognition.types import Identity


def copies_of(path: Path) -> list[Path]:
    """Return every file beside a gallery that may be a copy of it, whatever it is called."""
    return sorted(backups_folder(path).glob("*.db"))


def erase_from_copy(path: Path, wanted: Wanted, *, file: GalleryFile) -> Removed:
    """Delete a person from a copy of the gallery, and overwrite what is left of them in it.

    Args:
        path: of the copy.
        wanted: whom.
        file: the gallery, whose keys may open the copy. Where they do not, faces of theirs that
            bear another name are only found if the gallery has them, too.

    Raises:
        GalleryError: the copy cannot be written, or is broken.

    """
    with known_troubles(path), _opened(path) as connection:
        vault = _vault_of(connection, path, file)
        removed = _erase(connection, wanted, vault)
        _overwrite(connection)
        return removed


def erase_stray(path: Path, identity_id: int, *, file: GalleryFile) -> None:
    """Delete who was erased from a copy that was made while they were.

    Args:
        path: of the copy.
        identity_id: whom; ids are never given twice.
        file: the gallery, whose own name the copy must share.

    Raises:
        GalleryError: the copy cannot be written, or is broken.

    """
    uid = file.uid()
    with known_troubles(path), _opened(path) as connection:
        if _uid_in(connection) != uid:
            return
        vault = _vault_of(connection, path, file)
        wanted = wanted_in(connection, identity_id, vault)
        if wanted is not None:
            _erase(connection, wanted, vault)
        _overwrite(connection)


def remove_partial_copies(path: Path, *, patience: float = PATIENCE) -> None:
    """Remove copies that are being made, or were cut short: they hold who was deleted just now.

    Whoever is making one begins anew. Not so where files that are open cannot be removed, as on
    Windows: there, what is being made is waited for.

    Raises:
        ErasureIncomplete: one was being made all the time.

    """
    end = time.monotonic() + patience
    while True:
        try:
            with known_troubles(path):
                remove_leftovers(path, older_than=timedelta(0))
        except GalleryNotWritable as error:
            if time.monotonic() > end:
                raise ErasureIncomplete(
                    reason="a backup is being made, and holds what was deleted"
                ) from error
            time.sleep(PAUSE)
        else:
            return


def people_in_copies(file: GalleryFile, key: str) -> list[Identity]:
    """Return who is called so, by the key of a name, in copies of a gallery and not in itself.

    Whoever the gallery knows by another name by now is not among them.
    """
    found: dict[int, Identity] = {}
    with file.bare() as connection:
        here = {row[0] for row in connection.execute("SELECT id FROM identities")}
    for connection, _ in _own_copies(file):
        for identity_id, name in connection.execute("SELECT id, name FROM identities"):
            if identity_id not in here and name_key(name) == key:
                found[identity_id] = Identity(identity_id, name)
    return [found[identity_id] for identity_id in sorted(found, reverse=True)]


def wanted_in_copies(file: GalleryFile, identity_id: int) -> Wanted | None:
    """Return what tells a person in all copies of a gallery together; None for nobody's id."""
    found: Wanted | None = None
    for connection, path in _own_copies(file):
        wanted = wanted_in(connection, identity_id, _vault_of(connection, path, file))
        if wanted is not None:
            found = wanted if found is None else found | wanted
    return found


def _own_copies(file: GalleryFile) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """Open one after the other those copies whose ids are the gallery's; others have their own."""
    uid = file.uid()
    named = {backup.path for backup in list_backups(file.path)}
    for path in copies_of(file.path):
        # One that is broken is spoken of once somebody is erased.
        with suppress(GalleryError), known_troubles(path), _opened(path) as connection:
            if "identities" in tables_of(connection):
                own = _uid_in(connection)
                # Older ones have no name of their own yet.
                if own == uid or (own is None and path in named):
                    yield connection, path


def _erase(connection: sqlite3.Connection, wanted: Wanted, vault: Vault | None) -> Removed:
    connection.execute("BEGIN IMMEDIATE")
    try:
        deleted = delete_rows(connection, wanted, vault)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    if deleted.removed:
        set_mark(connection, wanted.identity_id)
    connection.execute("COMMIT" if deleted.removed else "ROLLBACK")
    deleted.keep_values(vault)
    return deleted.removed


def _overwrite(connection: sqlite3.Connection) -> None:
    """Overwrite what can still be read of what was deleted, now or before."""
    if mark_of(connection):
        connection.execute("VACUUM")
        set_mark(connection, 0)


def _vault_of(connection: sqlite3.Connection, path: Path, file: GalleryFile) -> Vault | None:
    """Return what a copy's values are sealed by; None where the gallery's keys do not open it."""
    slots = slots_in(connection)
    if not slots:
        return OpenVault()
    # With another slot for a passphrase it is the same vault; to open it takes half a second.
    with file.bare() as gallery:
        known = {slot.wrapped for slot in slots_in(gallery)}
    if known & {slot.wrapped for slot in slots}:
        return file.vault
    try:
        return vault_of(connection, path=path, keys=file.keys)
    except KnownError:
        return None


def _uid_in(connection: sqlite3.Connection) -> str | None:
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(gallery)")}
    if "uid" not in columns:
        return None
    (uid,) = connection.execute("SELECT uid FROM gallery").fetchone()
    return str(uid)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(path, busy_timeout=BUSY_TIMEOUT)) as connection:
        # Nothing is left beside it then; a copy may have been opened as a gallery once.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
        yield connection
