"""Between rows and the domain's types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from db.pictures import decode_png, encode_png
from db.tables import NegativeRow, SampleRow, TemplateRow
from db.types import DamagedValueError
from desktop_app.arrays import Float32Array
from desktop_app.recognition.people import NegativeSample, NewSample, Sample


def to_rows(sample: NewSample, *, created: datetime) -> SampleRow:
    """Return the row of a new sample, with its template's; its owner is yet to be set."""
    embedding = sample.embedding
    template = TemplateRow(
        embedder=embedding.embedder,
        dimension=embedding.dimension,
        quality=sample.quality,
        embedding=embedding.vector,
    )
    return SampleRow(
        quality=sample.quality,
        origin=sample.origin,
        created=created,
        image=encode_png(sample.pixels),
        templates=[template],
    )


def to_sample(row: SampleRow) -> Sample:
    """Return the sample of a row.

    Raises:
        DamagedValueError: its picture is broken.

    """
    return Sample(
        id=row.id,
        identity_id=row.identity_id,
        pixels=decode_png(row.image),
        quality=row.quality,
        origin=row.origin,
        created=row.created,
    )


def to_negative(row: NegativeRow) -> NegativeSample:
    """Return the negative of a row.

    Raises:
        DamagedValueError: its picture is broken.

    """
    return NegativeSample(
        id=row.id,
        identity_id=row.identity_id,
        pixels=decode_png(row.image),
        origin=row.origin,
        created=row.created,
    )


def to_matrix(embeddings: Sequence[Float32Array], *, dimension: int) -> Float32Array:
    """Return embeddings as the rows of one matrix, shape (n, d).

    Raises:
        DamagedValueError: one is no unit vector, which it was when it was stored.

    """
    if not embeddings:
        return np.empty((0, dimension), np.float32)
    matrix = np.stack(embeddings)
    lengths = np.linalg.norm(matrix, axis=1)
    # Written so that a length of nan counts as wrong too.
    if not (np.abs(lengths - 1.0) < 1e-3).all():
        raise DamagedValueError("an embedding is not of length 1")
    return matrix
