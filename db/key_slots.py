"""Key slots: the key of a gallery's vault, wrapped by other keys, as LUKS does it.

One gallery may have several, and any one opens it: the keychain of who made it, a passphrase.
Adding, replacing or removing a slot touches no sealed value.

What is read from a slot comes from a file that anybody may have written: it is checked before
anything is worked out or allocated by it.
"""

from __future__ import annotations

import enum
import errno
import json
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from db.types import DamagedValueError
from db.vault import KEY_BYTES, OVERHEAD, Sealer
from desktop_app.errors import (
    KeychainRefused,
    KeyMissing,
    PassphraseNeeded,
    PassphraseWrong,
    UsageError,
)
from desktop_app.keychain import Keychain

_SALT_BYTES = 16
_WRAPPED_BYTES = KEY_BYTES + OVERHEAD
# Each passphrase slot takes its time to try; galleries have one of each kind.
_MOST_SLOTS = 8
_LONGEST_COST = 200


class SlotKind(enum.StrEnum):
    """What opens a slot."""

    KEYCHAIN = "keychain"
    PASSPHRASE = "passphrase"  # noqa: S105 - a word for the column, not a secret


@dataclass(frozen=True, slots=True)
class Slot:
    """The vault's key, wrapped.

    Attributes:
        kind: what opens it.
        wrapped: the key, sealed: nonce, ciphertext, tag.
        salt: 16 bytes; None for a keychain, whose key is random.
        cost: what it takes to make a key of the passphrase, as JSON; None for a keychain.

    """

    kind: SlotKind
    wrapped: bytes
    salt: bytes | None = None
    cost: str | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """What there is to open a gallery with; an empty passphrase is none."""

    keychain: Keychain | None = None
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Cost:
    """What Argon2id (RFC 9106) is to spend on a passphrase.

    Attributes:
        memory: KiB.
        iterations: passes over it.
        lanes: how many parts of it may be worked on at once.

    """

    memory: int
    iterations: int
    lanes: int

    def to_json(self) -> str:
        """Return it as a slot keeps it."""
        return json.dumps(
            {
                "algorithm": "argon2id",
                "memory": self.memory,
                "iterations": self.iterations,
                "lanes": self.lanes,
            }
        )

    @classmethod
    def from_json(cls, text: str | None) -> Cost:
        """Return what a slot keeps.

        Raises:
            DamagedValueError: it is no cost, or one that we never ask for.

        """
        # Python's parser is recursive: the length also bounds the depth.
        if not isinstance(text, str) or len(text) > _LONGEST_COST:
            raise DamagedValueError("a key slot's cost is not one")
        try:
            read = json.loads(text)
            numbers = read["memory"], read["iterations"], read["lanes"]
            algorithm = read["algorithm"]
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedValueError("a key slot's cost is not one") from error
        if algorithm != "argon2id" or any(type(number) is not int for number in numbers):
            raise DamagedValueError("a key slot's cost is not one")
        cost = cls(*numbers)
        if not all(
            getattr(_LEAST, name) <= getattr(cost, name) <= getattr(_MOST, name)
            for name in ("memory", "iterations", "lanes")
        ):
            raise DamagedValueError("a key slot asks for more work, or less, than any we make")
        return cost


# RFC 9106's second recommendation with four times its memory: about half a second.
COST = Cost(memory=256 * 1024, iterations=3, lanes=4)
# A slot that costs more one day is to open here then, but not at the price of the computer. The
# least is above what Argon2 itself refuses.
_LEAST = Cost(memory=8 * 1024, iterations=1, lanes=1)
_MOST = Cost(memory=1024 * 1024, iterations=10, lanes=16)


def new_key() -> bytes:
    """Return a key for a vault."""
    return os.urandom(KEY_BYTES)


def wrap_for_keychain(key: bytes, *, uid: str, keychain: Keychain) -> Slot:
    """Return a slot that the keychain opens, once the keychain has proved that it does.

    Args:
        key: the vault's.
        uid: the gallery's own.
        keychain: gets a new entry, called :func:`entry_name`; should the slot not be saved in
            the end, the entry is to be deleted.

    Raises:
        KeychainRefused: the keychain is locked, fails, or does not give back what it was given.

    """
    wrapping = new_key()
    slot = Slot(SlotKind.KEYCHAIN, wrapped=_wrap(key, wrapping, kind=SlotKind.KEYCHAIN, uid=uid))
    keychain.set(entry_name(slot, uid=uid), wrapping)
    if keychain.get(entry_name(slot, uid=uid)) != wrapping:
        raise KeychainRefused(reason="it does not give back what it was given")
    return slot


def wrap_for_passphrase(key: bytes, *, uid: str, passphrase: str, cost: Cost = COST) -> Slot:
    """Return a slot that a passphrase opens; takes about half a second and 256 MiB.

    Args:
        key: the vault's.
        uid: the gallery's own.
        passphrase: any characters, not only blanks; the ways in which systems compose the same
            letters count as one.
        cost: what it is to cost to try a passphrase.

    Raises:
        UsageError: the passphrase is empty.
        OSError: there is too little memory.

    """
    if not passphrase.strip():
        raise UsageError(reason="A passphrase cannot be empty.")
    salt = os.urandom(_SALT_BYTES)
    wrapping = _derive(passphrase, salt=salt, cost=cost)
    return Slot(
        SlotKind.PASSPHRASE,
        wrapped=_wrap(key, wrapping, kind=SlotKind.PASSPHRASE, uid=uid),
        salt=salt,
        cost=cost.to_json(),
    )


def unwrap(slots: Sequence[Slot], *, uid: str, keys: Keys, path: Path) -> bytes:
    """Return the vault's key.

    Where a passphrase is given and the gallery has one, that alone counts: whoever types the
    wrong one at a locked window is not to be let in by the keychain. Otherwise the keychain is
    asked first, so that nobody types what need not be typed.

    Args:
        slots: the gallery's.
        uid: the gallery's own.
        keys: what there is to open it with.
        path: of the gallery, for the sentences.

    Raises:
        PassphraseNeeded: only a passphrase is left to open it, and none was given.
        PassphraseWrong: the one that was given is another.
        KeyMissing: it opens by a keychain, and this is not the one.
        KeychainRefused: it opens by a keychain, and that is locked or fails.
        DamagedValueError: a slot is not as it was made.
        OSError: there is too little memory.

    """
    if len(slots) > _MOST_SLOTS:
        raise DamagedValueError("there are more key slots than are ever made")
    for slot in slots:
        _check(slot)
    by_keychain = [slot for slot in slots if slot.kind == SlotKind.KEYCHAIN]
    by_passphrase = [slot for slot in slots if slot.kind == SlotKind.PASSPHRASE]
    if keys.passphrase and by_passphrase:
        return _by_passphrase(by_passphrase, uid=uid, passphrase=keys.passphrase, path=path)
    refusal = None
    if keys.keychain is not None:
        try:
            key = _by_keychain(by_keychain, uid=uid, keychain=keys.keychain)
        except KeychainRefused as error:
            refusal = error
        else:
            if key is not None:
                return key
    if by_passphrase:
        raise PassphraseNeeded(path=path) from refusal
    raise refusal or KeyMissing(path=path)


def entry_name(slot: Slot, *, uid: str) -> str:
    """Return what the entry of a slot is called in the keychain."""
    return f"gallery {uid} {slot.wrapped[:4].hex()}"


def _check(slot: Slot) -> None:
    if slot.kind not in list(SlotKind):
        raise DamagedValueError("a key slot is of no kind that there is")
    if not isinstance(slot.wrapped, bytes) or len(slot.wrapped) != _WRAPPED_BYTES:
        raise DamagedValueError("a key slot is cut short")
    if slot.kind == SlotKind.PASSPHRASE:
        if not isinstance(slot.salt, bytes) or len(slot.salt) != _SALT_BYTES:
            raise DamagedValueError("a key slot has no salt")
        Cost.from_json(slot.cost)


def _by_keychain(slots: Sequence[Slot], *, uid: str, keychain: Keychain) -> bytes | None:
    for slot in slots:
        wrapping = keychain.get(entry_name(slot, uid=uid))
        if wrapping is None:
            continue
        key = _unwrap(slot, wrapping, uid=uid) if len(wrapping) == KEY_BYTES else None
        if key is None:
            # The name is made from the slot itself: one of the two has been altered since.
            raise DamagedValueError("a key slot and the key in the keychain do not fit")
        return key
    return None


def _by_passphrase(slots: Sequence[Slot], *, uid: str, passphrase: str, path: Path) -> bytes:
    for slot in slots:
        assert slot.salt is not None
        wrapping = _derive(passphrase, salt=slot.salt, cost=Cost.from_json(slot.cost))
        key = _unwrap(slot, wrapping, uid=uid)
        if key is not None:
            return key
    raise PassphraseWrong(path=path)


def _derive(passphrase: str, *, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    # macOS hands out letters and accents apart, Linux and Windows in one. Undecodable bytes of a
    # command line come as lone surrogates.
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    derivation = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory,
    )
    try:
        return derivation.derive(secret)
    except MemoryError as error:
        needed = f"a passphrase takes {cost.memory // 1024} MiB of memory to check"
        raise OSError(errno.ENOMEM, needed) from error


def _wrap(key: bytes, wrapping: bytes, *, kind: SlotKind, uid: str) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"expected a key of {KEY_BYTES} bytes, got {len(key)}")
    return Sealer(wrapping).seal(key, vouched=_vouched(kind, uid))


def _unwrap(slot: Slot, wrapping: bytes, *, uid: str) -> bytes | None:
    return Sealer(wrapping).unseal(slot.wrapped, vouched=_vouched(slot.kind, uid))


def _vouched(kind: SlotKind, uid: str) -> bytes:
    return f"kenspeckle key\0{kind}\0{uid}".encode()
