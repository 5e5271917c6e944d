"""Everybody's templates in the order in which they are searched fastest."""

from __future__ import annotations

import itertools

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array

# People of whom a reduceat takes as long as two operations on a layer do by themselves.
_WORTH_A_LAYER = 90
# Templates that cancel each other have no direction in common, only a rounding error.
_NO_DIRECTION = 1e-3


class TemplateLayers:
    """Templates by layers: everybody's first, then everybody's second, and so on.

    The people with most templates lead, so that each layer is of the first so many people, and what
    they have in common with a probe is found by whole-array operations, layer by layer. That takes
    a tenth of the time that ``reduceat`` takes for people's rows one beside the other. What few
    people have more of comes last, person by person.

    Attributes:
        matrix: unit vectors, float32, shape (n, d).
        identity_ids: whose each row is, int64, shape (n,).
        people: identity ids by place, those with most templates first, then by id, int64, (p,).
        counts: how many templates each has, falling, int64, shape (p,).
        middles: the direction that each person's templates have in common, as unit vectors,
            float32, shape (p, d).

    """

    __slots__ = (
        "_edges",
        "_tail",
        "_weights",
        "counts",
        "identity_ids",
        "matrix",
        "middles",
        "people",
    )

    def __init__(self, matrix: Float32Array, identity_ids: Int64Array) -> None:
        """Arrange templates, those of one person in the order given.

        Args:
            matrix: unit vectors, float32, shape (n, d).
            identity_ids: whose each row is, in any order, int64, shape (n,).

        """
        unique, person, count_by_id = np.unique(
            identity_ids, return_inverse=True, return_counts=True
        )
        leading = np.argsort(-count_by_id, kind="stable")
        self.people: Int64Array = unique[leading]
        self.counts: Int64Array = count_by_id[leading].astype(np.int64)
        place = np.argsort(leading, kind="stable")[person]
        widths = _widths(self.counts)
        rank = _ranks(place)
        layer = np.minimum(rank, len(widths) - 1)
        order = np.lexsort((rank, place, layer))
        if not np.array_equal(order, np.arange(len(order))):
            matrix, identity_ids = matrix[order], identity_ids[order]
        self.matrix = matrix
        self.identity_ids = identity_ids
        # Where layers end; beyond the last of them each person's rows begin where the tail says.
        self._edges = [0, *itertools.accumulate(int(width) for width in widths[:-1])]
        rest = self.counts[: widths[-1]] - (len(widths) - 1)
        self._tail: Int64Array = np.cumsum(rest) - rest + self._edges[-1]
        sums = self._gather(np.add, matrix)
        lengths = np.linalg.norm(sums, axis=1)
        has_direction = lengths > _NO_DIRECTION
        self._weights: Float32Array = np.zeros(len(sums), np.float32)
        np.divide(1.0, lengths, out=self._weights, where=has_direction)
        self.middles: Float32Array = sums * self._weights[:, np.newaxis]
        for array in (self.matrix, self.identity_ids, self.people, self.counts, self.middles):
            array.flags.writeable = False

    def rows_of(self, place: int) -> Float32Array:
        """Return the templates of the person at a place, shape (k, d)."""
        count, depth = int(self.counts[place]), len(self._edges) - 1
        rows = [edge + place for edge in self._edges[: min(count, depth)]]
        if count > depth:
            first = int(self._tail[place])
            rows.extend(range(first, first + count - depth))
        return self.matrix[rows]

    def similarities(self, probes: Float32Array) -> Float32Array:
        """Return how much each person resembles probes.

        That is the mean of two cosines: their best template's and their centroid's. The centroid
        is more like its person than single templates are, and no more like strangers; the best
        template does right by somebody who looks different from picture to picture
        (docs/adr/0009).

        Args:
            probes: unit vectors, float32, shape (d,) or (d, m).

        Returns:
            Cosines by place, shape (p,) or (p, m).

        """
        cosines = self.matrix @ probes
        best = self._gather(np.maximum, cosines)
        # The sum of the cosines is the cosine with the sum, but for its length: no second product.
        middle = self._gather(np.add, cosines)
        middle *= self._weights if probes.ndim == 1 else self._weights[:, np.newaxis]
        best += middle
        best *= 0.5
        return best

    def _gather(self, operation: np.ufunc, rows: Float32Array) -> Float32Array:
        """Return one row a person of one row a template."""
        found: Float32Array = rows[: len(self.people)].copy()
        for first, last in itertools.pairwise(self._edges[1:]):
            part = found[: last - first]
            operation(part, rows[first:last], out=part)
        if len(self._tail):
            part = found[: len(self._tail)]
            operation(part, operation.reduceat(rows, self._tail, axis=0), out=part)
        return found


def similarities_to_one(
    probes: Float32Array, rows: Float32Array, middle: Float32Array
) -> Float32Array:
    """Return what :meth:`TemplateLayers.similarities` does, for one person.

    Args:
        probes: unit vectors, float32, shape (d,) or (d, m).
        rows: the person's templates, shape (k, d).
        middle: their centroid, shape (d,).

    Returns:
        Cosines, shape () or (m,).

    """
    return np.asarray(((rows @ probes).max(axis=0) + middle @ probes) / 2, np.float32)


def _widths(counts: Int64Array) -> Int64Array:
    """Return of how many people each layer is, and last how many have more than all layers hold."""
    if not len(counts):
        return np.zeros(1, np.int64)
    # How many have more than 0, 1, 2, … templates; nobody has more than the most.
    having = np.searchsorted(-counts, -np.arange(counts[0] + 1), side="left")
    depth = 1 + int(np.argmin(_WORTH_A_LAYER * np.arange(len(having) - 1) + having[1:]))
    return np.asarray(having[: depth + 1], np.int64)


def _ranks(place: Int64Array) -> Int64Array:
    """Return which of its person's templates each is, 0 and up, in the order they are in."""
    order = np.argsort(place, kind="stable")
    grouped = place[order]
    firsts = np.flatnonzero(np.diff(grouped, prepend=-1))
    lengths = np.diff(firsts, append=len(place))
    ranks = np.empty(len(place), np.int64)
    ranks[order] = np.arange(len(place)) - np.repeat(firsts, lengths)
    return ranks
