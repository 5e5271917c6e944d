"""Seals what is biometric in the file: templates, crops and what else shows or describes a face.

A sealed value is a nonce of 12 random bytes, the ciphertext, and a tag of 16 bytes (AES-256-GCM).
What it is for and whose gallery it belongs to are part of what the tag vouches for, so that a
value of another gallery, or a crop in place of a template, does not open. Which row it lies in is
not: ids are given on writing, and change on merging.

Why, and against whom: docs/adr/0010.
"""

from __future__ import annotations

import enum
import os
from typing import Protocol

from db.types import DamagedValueError

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
# By how much a sealed value is longer than what was sealed.
OVERHEAD = NONCE_BYTES + TAG_BYTES


class Purpose(enum.Enum):
    """What a value is for. The words are part of what is sealed: they never change."""

    TEMPLATE = "template"
    SAMPLE = "sample"
    NEGATIVE = "negative"
    NEGATIVE_IMAGE = "negative image"
    EVENT = "event"
    EVENT_IMAGE = "event image"
    STAGED = "staged"
    STAGED_IMAGE = "staged image"


# Whatever is sealed, by table and column: one that is missing here would be unreadable after a
# change of keys, and not be searched for after an erasure.
SEALED = {
    ("templates", "embedding"): Purpose.TEMPLATE,
    ("samples", "image"): Purpose.SAMPLE,
    ("negatives", "embedding"): Purpose.NEGATIVE,
    ("negatives", "image"): Purpose.NEGATIVE_IMAGE,
    ("events", "embedding"): Purpose.EVENT,
    ("events", "image"): Purpose.EVENT_IMAGE,
    ("staged", "embedding"): Purpose.STAGED,
    ("staged", "image"): Purpose.STAGED_IMAGE,
}


class Vault(Protocol):
    """Seals values on their way into the file and unseals them on their way out."""

    @property
    def is_sealed(self) -> bool:
        """Whether values are unreadable in the file."""
        ...

    def seal(self, data: bytes, purpose: Purpose) -> bytes:
        """Return what goes into the file."""
        ...

    def unseal(self, data: bytes, purpose: Purpose) -> bytes:
        """Return what was sealed.

        Raises:
            DamagedValueError: it was altered, or was never sealed here for this purpose.

        """
        ...


class OpenVault:
    """For galleries without a key: values lie in the file as they are."""

    is_sealed = False

    def seal(self, data: bytes, purpose: Purpose) -> bytes:  # noqa: ARG002 - as a Vault does
        """Return the value as it is."""
        return data

    def unseal(self, data: bytes, purpose: Purpose) -> bytes:  # noqa: ARG002 - as a Vault does
        """Return the value as it is."""
        return data


class SealedVault:
    """For galleries with a key; may be used from several threads."""

    is_sealed = True

    def __init__(self, key: bytes, *, uid: str) -> None:
        """Args: key: 32 bytes. uid: the gallery's own."""
        self._sealer = Sealer(key)
        self._vouched = {
            purpose: f"kenspeckle value\0{purpose.value}\0{uid}".encode() for purpose in Purpose
        }

    def seal(self, data: bytes, purpose: Purpose) -> bytes:
        """Return the value sealed, 28 bytes longer; never twice the same."""
        return self._sealer.seal(data, vouched=self._vouched[purpose])

    def unseal(self, data: bytes, purpose: Purpose) -> bytes:
        """Return what was sealed.

        Raises:
            DamagedValueError: it was altered, or was never sealed by this key for this purpose.

        """
        value = self._sealer.unseal(data, vouched=self._vouched[purpose])
        if value is None:
            raise DamagedValueError(
                f"a sealed {purpose.value} was altered, or comes from elsewhere"
            )
        return value


class Sealer:
    """AES-256-GCM with a new random nonce for each value.

    Random nonces are good for 2^32 values a key (NIST SP 800-38D, 8.3).
    """

    def __init__(self, key: bytes) -> None:
        """Args: key: 32 bytes."""
        # Twenty milliseconds that an open gallery does not need. Once here and not at each value,
        # where finding the exception would take as long as deciphering a template.
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if len(key) != KEY_BYTES:
            raise ValueError(f"expected a key of {KEY_BYTES} bytes, got {len(key)}")
        self._cipher = AESGCM(key)
        self._refusal = InvalidTag

    def seal(self, data: bytes, *, vouched: bytes) -> bytes:
        """Return nonce, ciphertext and tag; ``vouched`` is not in them, and needed to unseal."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, vouched)

    def unseal(self, data: bytes, *, vouched: bytes) -> bytes | None:
        """Return what was sealed; None where the key, the value or ``vouched`` is another."""
        # SQLite puts any type into any column, and files come from anywhere.
        if not isinstance(data, bytes) or len(data) < OVERHEAD:
            return None
        try:
            return self._cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], vouched)
        except self._refusal:
            return None
