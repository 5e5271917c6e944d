"""Gives a gallery another key: seals what is open, rotates, changes a passphrase, opens for good.

Everything sealed is sealed anew in one transaction, together with the slots of the new key, so
that a gallery has one key or the other and never both. Backups follow, one by one: a key that is
given up must not go on opening last week's copy.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.backups import slots_in
from db.engine import BUSY_TIMEOUT
from db.gallery_file import GalleryFile, from_slot_row, to_slot_row
from db.key_slots import (
    Keys,
    Slot,
    SlotKind,
    entry_name,
    new_key,
    unwrap,
    wrap_for_keychain,
    wrap_for_passphrase,
)
from db.opening import beside_work
from db.overwriting import (
    PATIENCE,
    mark_resealed,
    overwrite_resealed,
    overwrite_resealed_copy,
)
from db.queries import uid_of
from db.tables import (
    Base,
    EventRow,
    GalleryRow,
    KeySlotRow,
    NegativeRow,
    SampleRow,
    StagedRow,
    TemplateRow,
)
from db.troubles import known_troubles
from db.vault import SEALED, OpenVault, SealedVault, Vault
from desktop_app.errors import GalleryError, KnownError, PassphraseWrong
from desktop_app.keychain import Keychain

_log = logging.getLogger(__name__)

_TABLES = {
    row.__tablename__: row for row in (TemplateRow, SampleRow, NegativeRow, EventRow, StagedRow)
}
_ROWS_AT_ONCE = 500


def slots_of(path: Path) -> list[Slot]:
    """Return the key slots of a gallery file that is not open, of whatever revision.

    Raises:
        GalleryError: it cannot be read.

    """
    with known_troubles(path), beside_work(path, busy_timeout=BUSY_TIMEOUT) as connection:
        return slots_in(connection)


def check_passphrase(file: GalleryFile, passphrase: str) -> None:
    """Let nobody pass whose passphrase is not the gallery's; takes about half a second.

    Raises:
        PassphraseWrong: it is another.

    """
    with file.read() as session:
        uid = uid_of(session)
        slots = [from_slot_row(row) for row in session.scalars(select(KeySlotRow))]
    unwrap(slots, uid=uid, keys=Keys(passphrase=passphrase), path=file.path)


def rekey(
    file: GalleryFile,
    keys: Keys,
    *,
    backups: Sequence[Path] = (),
    forget_old: bool = True,
    patience: float = PATIENCE,
) -> list[Path]:
    """Seal a gallery and its backups with a new key.

    Cut short, it has changed the gallery whole or not at all, and each backup likewise; done
    again, it also changes the backups that were left. No key in the keychain is forgotten before.

    Args:
        file: the gallery, open.
        keys: what the new key is to be opened with, each by a slot of its own; with neither,
            nothing is sealed any more.
        backups: of this gallery; older ones are migrated. They are opened with the keys of
            before, and closed when this returns.
        forget_old: delete the keys of before from the keychain, if nothing named here needs
            them any more. What lies elsewhere and was sealed by them does not open any more.
        patience: seconds to wait for another process that reads, which keeps the gallery's log
            from being emptied of what it held before; :func:`not_overwritten` tells.

    Returns:
        The backups that keep their old key, since they are damaged or open by another.

    Raises:
        UsageError: the passphrase is empty.
        KeychainRefused: the keychain takes no key; nothing was changed.

    """
    before = file.keys
    key = new_key()
    with file.read() as session:
        uid = uid_of(session)
    slots = _new_slots(key, uid=uid, keys=keys)
    vault: Vault = SealedVault(key, uid=uid) if slots else OpenVault()
    try:
        with file.write() as session:
            old = _entries(_seal_anew(session, file.vault, vault, slots), uid=uid)
            mark_resealed(session)
    except BaseException:
        if keys.keychain is not None:
            _forget_unsaved(keys.keychain, slots, uid=uid, path=file.path)
        raise
    file.use_keys(keys)
    overwrite_resealed(file, patience=patience)
    left = []
    for path in backups:
        before_it = _follow(path, before, uid=uid, vault=vault, slots=slots)
        if before_it is None:
            left.append(path)
        else:
            old += before_it
    if forget_old and before.keychain is not None and not left:
        _forget(before.keychain, old)
    return left


def not_overwritten(file: GalleryFile, backups: Sequence[Path]) -> list[Path]:
    """Return of which files the log still holds what was there before their key was changed.

    It is tried once more to empty it.

    Args:
        file: the gallery, open.
        backups: of this gallery.

    """
    left = [] if overwrite_resealed(file, patience=0) else [file.path]
    for path in backups:
        # One that is damaged is spoken of as such.
        with suppress(GalleryError):
            if not overwrite_resealed_copy(path):
                left.append(path)
    return left


def _new_slots(key: bytes, *, uid: str, keys: Keys) -> list[Slot]:
    slots = []
    if keys.passphrase is not None:
        slots.append(wrap_for_passphrase(key, uid=uid, passphrase=keys.passphrase))
    if keys.keychain is not None:
        slots.append(wrap_for_keychain(key, uid=uid, keychain=keys.keychain))
    return slots


def _seal_anew(session: Session, old: Vault, new: Vault, slots: Sequence[Slot]) -> list[Slot]:
    """Seal every value with another vault, and return the slots that there were."""
    for (name, column), purpose in SEALED.items():
        table = _TABLES[name]
        for rows in _values(session, table, column):
            changed = [
                {"id": row_id, column: new.seal(old.unseal(value, purpose), purpose)}
                for row_id, value in rows
            ]
            session.execute(update(table), changed)
    before = [from_slot_row(row) for row in session.scalars(select(KeySlotRow))]
    session.execute(delete(KeySlotRow))
    session.add_all(to_slot_row(slot) for slot in slots)
    return before


def _values(
    session: Session, table: type[Base], column: str
) -> Iterator[Sequence[tuple[int, bytes]]]:
    core = table.__table__
    last = 0
    while True:
        rows = session.execute(
            select(core.c.id, core.c[column])
            .where(core.c.id > last, core.c[column].is_not(None))
            .order_by(core.c.id)
            .limit(_ROWS_AT_ONCE)
        ).all()
        if not rows:
            return
        yield [(row[0], row[1]) for row in rows]
        last = rows[-1][0]


def _follow(
    path: Path, before: Keys, *, uid: str, vault: Vault, slots: Sequence[Slot]
) -> list[str] | None:
    """Give a backup the new key, and return its keychain entries of before.

    None where it keeps its own.
    """
    try:
        with closing(_opened(path, before)) as file, file.write() as session:
            # By its own name: it may be of the gallery that was here before another was put back.
            own = uid_of(session)
            old = _entries(_seal_anew(session, file.vault, vault, slots), uid=own)
            # One that was migrated just now has got one of its own.
            session.execute(update(GalleryRow).values(uid=uid))
            mark_resealed(session)
    except KnownError as error:
        _log.warning("a backup keeps its old key: %s", error.code)
        return None
    # From here on it has the new key, whatever is left to do.
    with suppress(GalleryError):
        overwrite_resealed_copy(path)
    return old


def _opened(path: Path, keys: Keys) -> GalleryFile:
    """Open a backup; it may be of before the passphrase that the gallery has by now."""
    try:
        return GalleryFile.open(path, keys=keys, keep_copy=False)
    except PassphraseWrong:
        if keys.keychain is None:
            raise
        return GalleryFile.open(path, keys=Keys(keychain=keys.keychain), keep_copy=False)


def _entries(slots: Sequence[Slot], *, uid: str) -> list[str]:
    """Return what the entries of slots are called in the keychain."""
    return [entry_name(slot, uid=uid) for slot in slots if slot.kind is SlotKind.KEYCHAIN]


def _forget_unsaved(keychain: Keychain, slots: Sequence[Slot], *, uid: str, path: Path) -> None:
    """Delete the entries of slots that are not in the file after all; where in doubt, none."""
    with suppress(GalleryError):
        saved = slots_of(path)
        _forget(keychain, _entries([slot for slot in slots if slot not in saved], uid=uid))


def _forget(keychain: Keychain, names: Sequence[str]) -> None:
    for name in names:
        try:
            keychain.delete(name)
        except KnownError as error:
            # It opens nothing any more.
            _log.warning("an old key stays in the keychain: %s", error.code)
