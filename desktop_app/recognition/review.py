"""What is worth a person's second look: people who look alike, templates that fit nobody."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.arrays import Float32Array, Int64Array
from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Identity

BoolArray = NDArray[np.bool_]

# Rows of the gallery compared with all others at once: 256 × 25,000 similarities are 26 MB.
_BLOCK = 256
# Of two templates that are unlike, nothing says which is right.
_FEWEST_TO_COMPARE = 3
# Templates that are this many times as likely two people's as one's are not taken for one's. Where
# one of five photos of a person in LFW is somebody else's, that finds it in 99 % of trials, and two
# that are one other person's in 97 %; of 2,560 right ones it calls none wrong. Of CFP's mixture of
# portraits and full profiles it is 1.7 % of the right ones, and would be 2.7 % with even odds.
_TWO_PEOPLE_ODDS = 10.0


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
    """Return which of one person's templates do not belong with the rest.

    Templates belong together where one leads to the other over others that may well be one
    person's, as a profile over a half profile to a portrait.

    Args:
        matrix: the templates, unit vectors, float32, shape (k, d).
        policy: knows what similarities mean.

    Returns:
        Row numbers, rising; none where fewer than three are given, or where no more than half
        belong together: nothing tells then who is meant.

    """
    if len(matrix) < _FEWEST_TO_COMPARE:
        return []
    largest = max(_groups(matrix, policy), key=np.count_nonzero)
    if 2 * np.count_nonzero(largest) <= len(matrix):
        return []
    return [int(row) for row in np.flatnonzero(~largest)]


def belong_together(matrix: Float32Array, policy: DecisionPolicy) -> bool:
    """Whether nothing speaks against it that templates, shape (k, d), are of one person.

    Unlike :func:`outlying` it answers for two as well, without saying which is wrong.
    """
    return len(_groups(matrix, policy)) <= 1


def _one_person_from(similarities: Float32Array, policy: DecisionPolicy) -> float:
    """Return the lowest of some similarities that may well be of one person."""
    rising = np.unique(similarities)

    def odds(similarity: float) -> float:
        value = policy.odds(float(similarity))
        return -math.inf if value is None else value

    # A search in halves, because a policy takes its time for each.
    first = bisect.bisect_left(rising, -math.log(_TWO_PEOPLE_ODDS), key=odds)
    return float(rising[min(first, len(rising) - 1)])


def _groups(matrix: Float32Array, policy: DecisionPolicy) -> list[BoolArray]:
    """Return masks of the rows that belong together; one of all where nobody can say."""
    left = np.ones(len(matrix), np.bool_)
    if not len(matrix) or policy.odds(1.0) is None:
        return [left]
    similarities = matrix @ matrix.T
    np.fill_diagonal(similarities, 1.0)
    alike = similarities >= _one_person_from(similarities, policy)
    groups: list[BoolArray] = []
    while left.any():
        group: BoolArray = np.arange(len(matrix)) == np.argmax(left)
        size = 0
        while size < group.sum():
            size = group.sum()
            group = np.logical_or.reduce(alike[group], axis=0)
        groups.append(group)
        left &= ~group
    return groups
