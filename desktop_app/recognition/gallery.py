"""Who is enrolled, as one matrix that search multiplies with."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.arrays import Float32Array, Int64Array, read_only
from desktop_app.errors import EmbedderMismatch
from desktop_app.recognition.negatives import Negatives
from desktop_app.recognition.types import GallerySize, Identity, Match, SearchResult, Template
from desktop_app.vision.types import Embedding

BoolArray = NDArray[np.bool_]

# Nobody leaves the list for a negative that the face resembles less than the person by more than
# this: a person of ten templates needs to be more similar than a single face to be as likely, with
# SFace's calibration by at most 0.09.
_REFUTES_FROM = 0.2


@dataclass(frozen=True, eq=False, slots=True)
class Gallery:
    """An immutable snapshot of the enrolled people.

    It is swapped as a whole after each change, so readers on any thread need no lock.

    Attributes:
        embedder: name of the embedder whose embeddings it holds.
        matrix: unit vectors, float32, shape (n, d).
        identity_ids: whose each row is, int64, shape (n,).
        identities: id to identity; people without a template of this embedder are among them.
        version: grows with each change of the database.
        negatives: faces that somebody said are not a person's; None for none at all.
        size: how many templates how many people have.
        starts: where the rows of each person begin, int64, shape (p,).
        middles: of each person, see :func:`centroids`, float32, shape (p, d).

    """

    embedder: str
    matrix: Float32Array
    identity_ids: Int64Array
    identities: Mapping[int, Identity]
    version: int = 0
    negatives: Negatives | None = None
    size: GallerySize = field(init=False, repr=False)
    starts: Int64Array = field(init=False, repr=False)
    middles: Float32Array = field(init=False, repr=False)
    # Who of the enrolled has negatives, and where among the negatives' owners.
    _refutable: tuple[Int64Array, Int64Array] = field(init=False, repr=False)
    _row_identities: tuple[Identity, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        matrix = read_only(self.matrix, name="Gallery.matrix", dtype=np.float32, shape=(None, None))
        ids = read_only(
            self.identity_ids,
            name="Gallery.identity_ids",
            dtype=np.int64,
            shape=(matrix.shape[0],),
        )
        # Rows of one person lie together, so that the best of each is one reduceat.
        order = np.argsort(ids, kind="stable")
        if not np.array_equal(order, np.arange(len(ids))):
            matrix, ids = matrix[order], ids[order]
            matrix.flags.writeable = ids.flags.writeable = False
        unique, starts, counts = np.unique(ids, return_index=True, return_counts=True)
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "identity_ids", ids)
        object.__setattr__(self, "identities", MappingProxyType(dict(self.identities)))
        object.__setattr__(self, "size", GallerySize.of(int(count) for count in counts))
        object.__setattr__(self, "starts", starts.astype(np.int64))
        object.__setattr__(self, "middles", centroids(matrix, self.starts))
        self.starts.flags.writeable = self.middles.flags.writeable = False
        owners = np.empty(0, np.int64) if self.negatives is None else self.negatives.owners
        _, refutable, owning = np.intersect1d(unique, owners, return_indices=True)
        object.__setattr__(self, "_refutable", (refutable, owning))
        object.__setattr__(
            self, "_row_identities", tuple(self.identities[int(key)] for key in unique)
        )

    @classmethod
    def empty(cls, *, embedder: str, dimension: int) -> Gallery:
        """Return a gallery of nobody."""
        return cls(
            embedder=embedder,
            matrix=np.empty((0, dimension), np.float32),
            identity_ids=np.empty(0, np.int64),
            identities={},
        )

    @classmethod
    def build(
        cls,
        *,
        embedder: str,
        dimension: int,
        identities: Iterable[Identity],
        templates: Iterable[Template],
        negatives: Negatives | None = None,
        version: int = 0,
    ) -> Gallery:
        """Make a snapshot from templates of one embedder.

        Raises:
            EmbedderMismatch: a template comes from another embedder or has another dimension.

        """
        rows = []
        owners = []
        for template in templates:
            embedding = template.embedding
            if (embedding.embedder, embedding.dimension) != (embedder, dimension):
                raise EmbedderMismatch(expected=embedder, actual=embedding.embedder)
            rows.append(embedding.vector)
            owners.append(template.identity_id)
        matrix = np.stack(rows) if rows else np.empty((0, dimension), np.float32)
        return cls(
            embedder=embedder,
            matrix=np.ascontiguousarray(matrix, np.float32),
            identity_ids=np.asarray(owners, np.int64),
            identities={identity.id: identity for identity in identities},
            version=version,
            negatives=negatives,
        )

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return int(self.matrix.shape[1])

    @property
    def template_count(self) -> int:
        """How many templates."""
        return int(self.matrix.shape[0])

    def templates_of(self, identity_id: int) -> Float32Array:
        """Return what is enrolled of a person, shape (k, d); no rows where nothing is."""
        templates: Float32Array = self.matrix[self.identity_ids == identity_id]
        return templates

    def search(self, probe: Embedding, *, top: int = 5) -> SearchResult:
        """Return the most similar people, best first, one entry a person.

        Exact: all templates are compared. See :func:`person_similarities` for what a person's
        similarity is.

        Raises:
            EmbedderMismatch: the probe comes from another embedder.

        """
        if (probe.embedder, probe.dimension) != (self.embedder, self.dimension):
            raise EmbedderMismatch(expected=self.embedder, actual=probe.embedder)
        if not self.template_count:
            return SearchResult()
        best = person_similarities(probe.vector, self.matrix, self.starts, self.middles)
        np.clip(best, -1.0, 1.0, out=best)
        against = self._against(probe.vector)
        # Whoever a negative speaks against may leave the list, and somebody else take their place.
        leaders = _leaders(best, doubtful=against >= best - _REFUTES_FROM, top=top)
        candidates = tuple(
            Match(
                self._row_identities[row],
                float(best[row]),
                against=None if np.isneginf(against[row]) else float(against[row]),
                templates=len(self._templates_at(row)),
            )
            for row in map(int, leaders)
        )
        return SearchResult(candidates, self.size, _Likeness(self, leaders))

    def _against(self, probe: Float32Array) -> Float32Array:
        """Return the cosine with each person's nearest negative, minus infinity without, (p,)."""
        against = np.full(len(self.starts), -np.inf, np.float32)
        if self.negatives is not None:
            refutable, owning = self._refutable
            against[refutable] = self.negatives.nearest(probe)[owning]
        return against

    def _templates_at(self, place: int) -> Float32Array:
        """Return the templates of the person at a place among all, shape (k, d)."""
        last = self.starts[place + 1] if place + 1 < len(self.starts) else self.template_count
        templates: Float32Array = self.matrix[self.starts[place] : last]
        return templates

    def likeness_to_all(self, place: int) -> Float32Array:
        """Return how much one person resembles each.

        Args:
            place: of the person, among ``starts``.

        Returns:
            Of the centroid of one as a probe to the other, the higher of both ways round, −1 to 1,
            shape (p,).

        """
        return self._likeness(place, self.matrix, self.starts, self.middles)

    def likeness(self, place: int, other: int) -> float:
        """Return how much two people, by their places among ``starts``, resemble each other."""
        one = np.zeros(1, np.int64)
        middle = self.middles[other : other + 1]
        return float(self._likeness(place, self._templates_at(other), one, middle)[0])

    def _likeness(
        self, place: int, matrix: Float32Array, starts: Int64Array, middles: Float32Array
    ) -> Float32Array:
        own, middle = self._templates_at(place), self.middles[place]
        there = person_similarities(middle, matrix, starts, middles)
        back = person_similarities(middles.T, own, np.zeros(1, np.int64), middle[None])[0]
        return np.asarray(np.clip(np.maximum(there, back), -1.0, 1.0), np.float32)


class _Likeness(Mapping[tuple[int, int], float]):
    """How much some people resemble each other; compares two when it is asked for them.

    A decision asks for few of the pairs, and only once it knows who is left to be ranked.
    """

    def __init__(self, gallery: Gallery, places: Int64Array) -> None:
        self._gallery = gallery
        self._places = {
            int(gallery.identity_ids[gallery.starts[place]]): int(place) for place in places
        }

    def __getitem__(self, pair: tuple[int, int]) -> float:
        first, second = pair
        if first >= second:
            raise KeyError(pair)
        return self._gallery.likeness(self._places[first], self._places[second])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return itertools.combinations(sorted(self._places), 2)

    def __len__(self) -> int:
        return math.comb(len(self._places), 2)


def _leaders(best: Float32Array, *, doubtful: BoolArray, top: int) -> Int64Array:
    """Return the places of the most similar, best first, of whom ``top`` are not doubtful."""
    sure = np.where(doubtful, -np.inf, best)
    least = np.partition(sure, -top)[-top] if top <= len(sure) else -np.inf
    leaders = np.flatnonzero(best >= least)
    leaders = leaders[np.argsort(-best[leaders], kind="stable")]
    # Others may be exactly as similar as the last.
    last = np.flatnonzero(~doubtful[leaders])[top - 1 : top]
    return leaders[: int(last[0]) + 1] if len(last) else leaders


def centroids(matrix: Float32Array, starts: Int64Array) -> Float32Array:
    """Return the direction that each person's templates have in common.

    Args:
        matrix: unit vectors, those of one person in a row, float32, shape (n, d).
        starts: where each person's begin, shape (p,).

    Returns:
        Unit vectors, float32, shape (p, d).

    """
    if not len(starts):
        return np.empty((0, matrix.shape[1]), np.float32)
    sums = np.add.reduceat(matrix, starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-9), np.float32)


def person_similarities(
    probes: Float32Array, matrix: Float32Array, starts: Int64Array, middles: Float32Array
) -> Float32Array:
    """Return how much people resemble probes: the mean of their best template's and centroid's.

    The centroid is more like its person than single templates are, and no more like strangers;
    the best template does right by somebody who looks different from picture to picture
    (docs/adr/0009).

    Args:
        probes: unit vectors, float32, shape (d,) or (d, m).
        matrix: the templates, those of one person in a row, float32, shape (n, d).
        starts: where each person's begin, shape (p,).
        middles: their :func:`centroids`, shape (p, d).

    Returns:
        Cosines, shape (p,) or (p, m).

    """
    best = np.maximum.reduceat(matrix @ probes, starts, axis=0)
    return np.asarray((best + middles @ probes) / 2, np.float32)
