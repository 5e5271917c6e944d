"""Faces that somebody said are not a person's: kept, listed, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Row, Select, delete, select
from sqlalchemy.orm import Session, defer

from db.mapping import to_matrix, to_negative
from db.pictures import encode_png
from db.tables import IdentityRow, NegativeRow
from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import NoSuchNegative, NoSuchPerson
from desktop_app.recognition.negatives import SAME_LOOK, Negatives
from desktop_app.recognition.people import NegativeSample, NewSample, Origin
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding


def negatives_of(embedder: str) -> Select[int, int, Float32Array]:
    """Return (identity_id, dimension, embedding) of all negatives of an embedder."""
    return (
        select(NegativeRow.identity_id, NegativeRow.dimension, NegativeRow.embedding)
        .where(NegativeRow.embedder == embedder)
        .order_by(NegativeRow.identity_id, NegativeRow.id)
    )


def to_negatives(
    rows: Sequence[Row[int, int, Float32Array]], *, dimension: int
) -> Negatives | None:
    """Return a snapshot of rows that :func:`negatives_of` gives; None where there are none."""
    if not rows:
        return None
    return Negatives(
        to_matrix([row.embedding for row in rows], dimension=dimension),
        np.array([row.identity_id for row in rows], np.int64),
    )


def listed(session: Session, identity_id: int) -> list[NegativeSample]:
    """Return the faces said not to be a person's, oldest first, whatever embedder."""
    statement = (
        select(NegativeRow).where(NegativeRow.identity_id == identity_id).order_by(NegativeRow.id)
    )
    return [to_negative(row) for row in session.scalars(statement)]


def new_negative(
    identity_id: int, *, pixels: UInt8Array, embedding: Embedding, origin: Origin
) -> NegativeRow:
    """Return the row of a face that is not this person's; see ``GalleryRepository``."""
    return NegativeRow(
        identity_id=identity_id,
        embedder=embedding.embedder,
        dimension=embedding.dimension,
        embedding=embedding.vector,
        origin=origin,
        created=datetime.now(UTC),
        image=encode_png(pixels),
    )


def keep(session: Session, row: NegativeRow) -> int:
    """Add a row, and return its id; that of before where the same was said before.

    Raises:
        NoSuchPerson: they are gone.

    """
    if session.get(IdentityRow, row.identity_id) is None:
        raise NoSuchPerson(name=f"#{row.identity_id}")
    same = select(NegativeRow.id).where(
        NegativeRow.identity_id == row.identity_id,
        NegativeRow.embedder == row.embedder,
        NegativeRow.embedding == row.embedding,
    )
    before = session.scalar(same)
    if before is not None:
        return before
    session.add(row)
    session.flush()
    return row.id


def take_back(session: Session, negative_id: int) -> Identity:
    """Delete a negative, and return the person it was about.

    Raises:
        NoSuchNegative: it was taken back already, or its person is gone.

    """
    row = session.get(NegativeRow, negative_id, options=[defer(NegativeRow.image)])
    if row is None:
        raise NoSuchNegative(number=negative_id)
    person = session.get_one(IdentityRow, row.identity_id)
    session.delete(row)
    return Identity(person.id, person.name)


def take_back_contradicted(
    session: Session, identity_id: int, samples: Sequence[NewSample]
) -> bool:
    """Delete a person's negatives that are looks enrolled as theirs now; whether there were any."""
    negatives = session.execute(
        select(NegativeRow.id, NegativeRow.embedder, NegativeRow.embedding).where(
            NegativeRow.identity_id == identity_id
        )
    ).all()
    contradicted = [
        row.id
        for row in negatives
        if any(
            sample.embedding.embedder == row.embedder
            and float(sample.embedding.vector @ row.embedding) >= SAME_LOOK
            for sample in samples
        )
    ]
    if contradicted:
        session.execute(delete(NegativeRow).where(NegativeRow.id.in_(contradicted)))
    return bool(contradicted)
