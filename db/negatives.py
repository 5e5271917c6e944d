"""Faces that somebody said are not a person's: kept, listed, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, defer

from db.edits import Recorder
from db.mapping import (
    sealed_picture,
    sealed_vector,
    to_negative,
    unsealed_matrix,
    unsealed_vector,
)
from db.queries import row_of
from db.tables import IdentityRow, NegativeRow
from db.vault import Purpose, Vault
from desktop_app.arrays import UInt8Array
from desktop_app.errors import NoSuchNegative
from desktop_app.recognition.negatives import SAME_LOOK, Negatives
from desktop_app.recognition.people import NegativeSample, Origin
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding


def negatives_of(embedder: str) -> Select[int, int, bytes]:
    """Return (identity_id, dimension, embedding) of all negatives of an embedder."""
    return (
        select(NegativeRow.identity_id, NegativeRow.dimension, NegativeRow.embedding)
        .join(IdentityRow, IdentityRow.id == NegativeRow.identity_id)
        .where(
            NegativeRow.embedder == embedder,
            NegativeRow.binned.is_(None),
            IdentityRow.binned.is_(None),
        )
        .order_by(NegativeRow.identity_id, NegativeRow.id)
    )


def to_negatives(
    rows: Sequence[Row[int, int, bytes]], vault: Vault, *, dimension: int
) -> Negatives | None:
    """Return a snapshot of rows that :func:`negatives_of` gives; None where there are none."""
    if not rows:
        return None
    return Negatives(
        unsealed_matrix(
            [row.embedding for row in rows], vault, Purpose.NEGATIVE, dimension=dimension
        ),
        np.array([row.identity_id for row in rows], np.int64),
    )


def listed(session: Session, vault: Vault, identity_id: int) -> list[NegativeSample]:
    """Return the faces said not to be a person's, oldest first, whatever embedder."""
    statement = (
        select(NegativeRow)
        .where(NegativeRow.identity_id == identity_id, NegativeRow.binned.is_(None))
        .order_by(NegativeRow.id)
    )
    return [to_negative(row, vault) for row in session.scalars(statement)]


def keep(
    recorder: Recorder,
    vault: Vault,
    identity_id: int,
    *,
    pixels: UInt8Array,
    embedding: Embedding,
    origin: Origin,
) -> int:
    """Keep a face as not this person's, and return its id; see ``PeopleActs.add_negative``.

    Raises:
        NoSuchPerson: they are gone.

    """
    row_of(recorder.session, identity_id)
    for known in _those_of(recorder.session, identity_id, embedder=embedding.embedder):
        vector = unsealed_vector(known.embedding, vault, Purpose.NEGATIVE)
        if np.array_equal(vector, embedding.vector):
            recorder.set(NegativeRow, known.id, binned=None)
            return int(known.id)
    row = NegativeRow(
        identity_id=identity_id,
        embedder=embedding.embedder,
        dimension=embedding.dimension,
        embedding=sealed_vector(embedding.vector, vault, Purpose.NEGATIVE),
        origin=origin,
        created=datetime.now(UTC),
        image=sealed_picture(pixels, vault, Purpose.NEGATIVE_IMAGE),
    )
    recorder.add(row)
    return row.id


def take_back(recorder: Recorder, negative_id: int) -> Identity:
    """Take back a negative, and return the person it was about.

    Raises:
        NoSuchNegative: it was taken back already, or its person is gone.

    """
    session = recorder.session
    row = session.get(NegativeRow, negative_id, options=[defer(NegativeRow.image)])
    person = None if row is None else session.get(IdentityRow, row.identity_id)
    if row is None or row.binned is not None or person is None or person.binned is not None:
        raise NoSuchNegative(number=negative_id)
    recorder.bin(NegativeRow, negative_id)
    return Identity(person.id, person.name)


def take_back_contradicted(
    recorder: Recorder, vault: Vault, identity_id: int, embeddings: Sequence[Embedding]
) -> None:
    """Take back a person's negatives that are looks which are enrolled as theirs now."""
    for embedder in {embedding.embedder for embedding in embeddings}:
        looks = [one.vector for one in embeddings if one.embedder == embedder]
        for row in _those_of(recorder.session, identity_id, embedder=embedder):
            vector = unsealed_vector(row.embedding, vault, Purpose.NEGATIVE)
            if row.binned is None and any(float(look @ vector) >= SAME_LOOK for look in looks):
                recorder.bin(NegativeRow, row.id)


def _those_of(
    session: Session, identity_id: int, *, embedder: str
) -> Sequence[Row[int, bytes, datetime | None]]:
    return session.execute(
        select(NegativeRow.id, NegativeRow.embedding, NegativeRow.binned).where(
            NegativeRow.identity_id == identity_id, NegativeRow.embedder == embedder
        )
    ).all()
