"""What is worth a person's second look: people who look alike, templates that fit nobody."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import BoolArray, Float32Array
from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Identity

# People compared with all others at once: 256 × 25,000 similarities are 26 MB.
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
        similarity: of the centroid of one as a probe to the other, the higher of both ways round,
            -1 to 1.

    """

    first: Identity
    second: Identity
    similarity: float


def find_lookalikes(
    gallery: Gallery, *, above: float, identity_id: int | None = None
) -> tuple[Lookalikes, ...]:
    """Return the pairs of people who resemble each other, most alike first.

    Args:
        gallery: who is enrolled.
        above: from this similarity on.
        identity_id: only pairs with this person; all pairs where it is None.

    """
    if identity_id is None:
        pairs = _all_pairs(gallery, above=above)
    else:
        pairs = _pairs_of(gallery, identity_id, above=above)
    found = [
        Lookalikes(gallery.identities[one], gallery.identities[other], similarity)
        for (one, other), similarity in pairs.items()
    ]
    return tuple(sorted(found, key=lambda pair: -pair.similarity))


def _all_pairs(gallery: Gallery, *, above: float) -> dict[tuple[int, int], float]:
    """Return the ids of two people, rising, to how alike they are."""
    best: dict[tuple[int, int], float] = {}
    people = gallery.people
    for first in range(0, len(people), _BLOCK):
        similarities = gallery.similarities(gallery.middles[first : first + _BLOCK].T)
        rows, columns = np.nonzero(similarities >= above)
        values = np.minimum(similarities[rows, columns], 1.0)
        pairs = np.sort([people[rows], people[first + columns]], axis=0)
        for one, other, value in zip(*pairs.tolist(), values.tolist(), strict=True):
            if one != other:
                best[one, other] = max(value, best.get((one, other), -1.0))
    return best


def _pairs_of(gallery: Gallery, identity_id: int, *, above: float) -> dict[tuple[int, int], float]:
    """Return the ids of one person and another to how alike they are."""
    places = np.flatnonzero(gallery.people == identity_id)
    if not len(places):
        return {}
    alike = gallery.likeness_to_all(int(places[0]))
    others = np.flatnonzero(alike >= above)
    pairs = zip(gallery.people[others].tolist(), alike[others].tolist(), strict=True)
    return {(identity_id, other): value for other, value in pairs if other != identity_id}


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
