"""What is worth a person's second look: people who look alike, templates that fit nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array
from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Identity

# Rows of the gallery compared with all others at once: 256 × 25,000 similarities are 26 MB.
_BLOCK = 256
# Of two templates that are unlike, nothing says which is right.
_FEWEST_TO_COMPARE = 3


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Two people who are hard to tell apart.

    Attributes:
        first, second: who; ``first`` has the smaller id, or is the one asked about.
        similarity: cosine of their two most similar templates, -1 to 1.

    """

    first: Identity
    second: Identity
    similarity: float


def find_lookalikes(
    gallery: Gallery, *, above: float, identity_id: int | None = None
) -> tuple[Lookalikes, ...]:
    """Return the pairs of people with templates that resemble each other, most alike first.

    Args:
        gallery: who is enrolled.
        above: from this similarity on.
        identity_id: only pairs with this person; all pairs where it is None.

    """
    ids = gallery.identity_ids
    rows = np.arange(len(ids)) if identity_id is None else np.flatnonzero(ids == identity_id)
    best: dict[tuple[int, int], float] = {}
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        # Rows lie in the order of their owners' ids: behind the block's first are all whose id is
        # larger, and each pair is wanted once.
        first_column = 0 if identity_id is not None else int(block[0])
        for (one, other), similarity in _pairs(
            gallery, block, first_column=first_column, above=above
        ):
            if identity_id is not None or one < other:
                best[one, other] = max(similarity, best.get((one, other), -1.0))
    found = [
        Lookalikes(gallery.identities[one], gallery.identities[other], similarity)
        for (one, other), similarity in best.items()
    ]
    return tuple(sorted(found, key=lambda pair: -pair.similarity))


def _pairs(
    gallery: Gallery, rows: Int64Array, *, first_column: int, above: float
) -> list[tuple[tuple[int, int], float]]:
    """Return pairs of identity ids with the highest similarity of some rows to the columns."""
    ids = gallery.identity_ids
    similarities = gallery.matrix[rows] @ gallery.matrix[first_column:].T
    at_row, at_column = np.nonzero(similarities >= above)
    ones, others = ids[rows[at_row]], ids[first_column + at_column]
    unlike = ones != others
    values = similarities[at_row[unlike], at_column[unlike]]
    pairs, which = np.unique(
        np.stack([ones[unlike], others[unlike]], axis=1), axis=0, return_inverse=True
    )
    highest = np.full(len(pairs), -1.0, np.float32)
    np.maximum.at(highest, which.reshape(-1), values)
    return [
        ((int(one), int(other)), min(float(value), 1.0))
        for (one, other), value in zip(pairs, highest, strict=True)
    ]


def outlying(matrix: Float32Array, policy: DecisionPolicy) -> list[int]:
    """Return which of one person's templates resemble none of the others as one person would.

    Args:
        matrix: the templates, unit vectors, float32, shape (k, d).
        policy: knows what similarities mean.

    Returns:
        Row numbers, rising. None where they are half of all or more: nothing tells then who
        is meant.

    """
    if len(matrix) < _FEWEST_TO_COMPARE:
        return []
    similarities = matrix @ matrix.T
    np.fill_diagonal(similarities, -1.0)
    odds = [policy.odds(float(best)) for best in similarities.max(axis=1)]
    rows = [row for row, value in enumerate(odds) if value is not None and value < 0.0]
    return rows if 2 * len(rows) < len(matrix) else []
