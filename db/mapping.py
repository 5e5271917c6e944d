"""Between rows and the domain's types, through the vault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from db.pictures import decode_png, encode_png
from db.tables import IdentityRow, NegativeRow, SampleRow, TemplateRow
from db.types import DamagedValueError, decode_vector, encode_vector
from db.vault import Purpose, Vault
from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.recognition.people import (
    Consent,
    NegativeSample,
    NewSample,
    Person,
    Sample,
)
from desktop_app.recognition.types import Identity


def sealed_vector(vector: Float32Array, vault: Vault, purpose: Purpose) -> bytes:
    """Return an embedding, of shape (d,), as it is kept."""
    return vault.seal(encode_vector(vector), purpose)


def unsealed_vector(data: bytes, vault: Vault, purpose: Purpose) -> Float32Array:
    """Return an embedding that was kept, shape (d,).

    Raises:
        DamagedValueError: it was altered.

    """
    return decode_vector(vault.unseal(data, purpose))


def sealed_picture(pixels: UInt8Array, vault: Vault, purpose: Purpose) -> bytes:
    """Return a crop, RGB, uint8, shape (h, w, 3), as it is kept."""
    return vault.seal(encode_png(pixels), purpose)


def unsealed_picture(data: bytes, vault: Vault, purpose: Purpose) -> UInt8Array:
    """Return a crop that was kept, RGB, uint8, shape (h, w, 3).

    Raises:
        DamagedValueError: it was altered.

    """
    return decode_png(vault.unseal(data, purpose))


def to_rows(sample: NewSample, vault: Vault, *, created: datetime) -> SampleRow:
    """Return the row of a new sample, with its template's; its owner is yet to be set."""
    embedding = sample.embedding
    template = TemplateRow(
        embedder=embedding.embedder,
        dimension=embedding.dimension,
        quality=sample.quality,
        embedding=sealed_vector(embedding.vector, vault, Purpose.TEMPLATE),
    )
    return SampleRow(
        quality=sample.quality,
        origin=sample.origin,
        created=created,
        photo=sample.photo,
        image=sealed_picture(sample.pixels, vault, Purpose.SAMPLE),
        templates=[template],
    )


def to_person(
    row: IdentityRow, templates: int, samples: int, cover: int | None, *, groups: tuple[str, ...]
) -> Person:
    """Return the person of a row, with what was counted of theirs."""
    return Person(
        identity=Identity(row.id, row.name),
        created=row.created,
        template_count=templates,
        sample_count=samples,
        cover_sample_id=cover,
        note=row.note,
        groups=groups,
        consent=to_consent(row),
    )


def to_consent(row: IdentityRow) -> Consent:
    """Return what the person of a row agreed to."""
    return Consent(row.consent_by, row.consent_given, row.consent_until)


def to_sample(row: SampleRow, vault: Vault) -> Sample:
    """Return the sample of a row.

    Raises:
        DamagedValueError: its picture is broken.

    """
    return Sample(
        id=row.id,
        identity_id=row.identity_id,
        pixels=unsealed_picture(row.image, vault, Purpose.SAMPLE),
        quality=row.quality,
        origin=row.origin,
        created=row.created,
    )


def to_negative(row: NegativeRow, vault: Vault) -> NegativeSample:
    """Return the negative of a row.

    Raises:
        DamagedValueError: its picture is broken.

    """
    return NegativeSample(
        id=row.id,
        identity_id=row.identity_id,
        pixels=unsealed_picture(row.image, vault, Purpose.NEGATIVE_IMAGE),
        origin=row.origin,
        created=row.created,
    )


def unsealed_matrix(
    values: Sequence[bytes], vault: Vault, purpose: Purpose, *, dimension: int
) -> Float32Array:
    """Return embeddings that were kept as the rows of one matrix, shape (n, d).

    Raises:
        DamagedValueError: one was altered, or is no unit vector, which it was when it was stored.

    """
    # All at once: one array for each of 25,000 would take longer than unsealing them.
    plain = [vault.unseal(value, purpose) for value in values]
    if any(len(value) != 4 * dimension for value in plain):
        raise DamagedValueError("an embedding is not a whole number of float32")
    joined = np.frombuffer(b"".join(plain), "<f4").astype(np.float32)
    matrix: Float32Array = joined.reshape(len(plain), dimension)
    lengths = np.linalg.norm(matrix, axis=1)
    # Written so that a length of nan counts as wrong too.
    if not (np.abs(lengths - 1.0) < 1e-3).all():
        raise DamagedValueError("an embedding is not of length 1")
    return matrix
