"""By what a gallery opens here: a slot for a keychain may be for that of another computer."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from db.gallery_file import GalleryFile, from_slot_row
from db.key_slots import Keys, Slot, SlotKind, entry_name, unwrap, wrap_for_keychain
from db.queries import uid_of
from db.tables import KeySlotRow
from desktop_app.errors import KeychainRefused, KnownError
from desktop_app.keychain import Keychain

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WaysIn:
    """By what a gallery opens here.

    Attributes:
        is_sealed: whether it needs a key at all.
        by_keychain: whether the keychain that is here has one.
        by_passphrase: whether there is one that opens it.

    """

    is_sealed: bool
    by_keychain: bool
    by_passphrase: bool


def ways_into(file: GalleryFile, *, keychain: Keychain | None) -> WaysIn:
    """Return by what a gallery opens that is open.

    Args:
        file: the gallery.
        keychain: the one that is here; None, and none is asked.

    Raises:
        KeychainRefused: it may open by the keychain, and that is locked or fails.

    """
    with file.read() as session:
        uid = uid_of(session)
        slots = [from_slot_row(row) for row in session.scalars(select(KeySlotRow))]
    return WaysIn(
        is_sealed=bool(slots),
        by_keychain=_has_entry(slots, uid=uid, keychain=keychain),
        by_passphrase=any(slot.kind is SlotKind.PASSPHRASE for slot in slots),
    )


@dataclass(frozen=True, slots=True)
class LetIn:
    """A copy of a gallery opens here.

    Attributes:
        keys: what opens it from now on; no passphrase where the keychain does.
        entry: what was added to the keychain for it; None where nothing was.

    """

    keys: Keys
    entry: str | None = None

    def take_back(self) -> None:
        """Remove what was added to the keychain, if what it opens does not come to be."""
        if self.entry is None or self.keys.keychain is None:
            return
        try:
            self.keys.keychain.delete(self.entry)
        except KnownError as error:
            # It opens nothing.
            _log.warning("a key stays in the keychain: %s", error.code)


def let_in(
    connection: sqlite3.Connection, slots: Sequence[Slot], *, path: Path, keys: Keys
) -> LetIn:
    """Have a copy of a gallery open here; by the keychain, too, if it did where it comes from.

    Args:
        connection: to the copy, of the newest revision.
        slots: its own.
        path: what it is a copy of, for the sentences.
        keys: what there is to open it.

    Raises:
        PassphraseNeeded, PassphraseWrong, KeyMissing, KeychainRefused: it stays shut.

    """
    if not slots:
        return LetIn(keys)
    (uid,) = connection.execute("SELECT uid FROM gallery").fetchone()
    key = unwrap(slots, uid=uid, keys=keys, path=path)
    keychain = keys.keychain
    if keychain is None or all(slot.kind is not SlotKind.KEYCHAIN for slot in slots):
        # Whoever gave it a passphrase alone meant that.
        return LetIn(keys)
    try:
        if _has_entry(slots, uid=uid, keychain=keychain):
            return LetIn(Keys(keychain=keychain))
        slot = wrap_for_keychain(key, uid=uid, keychain=keychain)
    except KeychainRefused as error:
        _log.warning("the backup opens by its passphrase only: %s", error)
        return LetIn(keys)
    # None of them opens anything here, and each restoring elsewhere would leave one more.
    connection.execute("DELETE FROM key_slots WHERE kind = ?", (SlotKind.KEYCHAIN.value,))
    insert_slot(connection, slot)
    return LetIn(Keys(keychain=keychain), entry_name(slot, uid=uid))


def insert_slot(connection: sqlite3.Connection, slot: Slot) -> None:
    """Add a key slot to a gallery by its bare connection."""
    connection.execute(
        "INSERT INTO key_slots (kind, salt, cost, created, wrapped) VALUES (?, ?, ?, ?, ?)",
        (
            slot.kind.value,
            slot.salt,
            slot.cost,
            datetime.now(UTC).replace(tzinfo=None).isoformat(" "),
            slot.wrapped,
        ),
    )


def _has_entry(slots: Sequence[Slot], *, uid: str, keychain: Keychain | None) -> bool:
    return keychain is not None and any(
        slot.kind is SlotKind.KEYCHAIN and keychain.get(entry_name(slot, uid=uid)) is not None
        for slot in slots
    )
