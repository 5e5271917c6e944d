"""Who is enrolled, as one matrix that search multiplies with."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array, read_only
from desktop_app.errors import EmbedderMismatch
from desktop_app.recognition.negatives import Negatives
from desktop_app.recognition.types import (
    GallerySize,
    Identity,
    Match,
    SearchResult,
    Template,
)
from desktop_app.vision.types import Embedding

# Whoever comes after these is too unlike to be taken for the first.
_COMPARED = 5


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

    """

    embedder: str
    matrix: Float32Array
    identity_ids: Int64Array
    identities: Mapping[int, Identity]
    version: int = 0
    negatives: Negatives | None = None
    size: GallerySize = field(init=False, repr=False)
    _starts: Int64Array = field(init=False, repr=False)
    _centroids: Float32Array = field(init=False, repr=False)
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
        object.__setattr__(self, "_starts", starts.astype(np.int64))
        object.__setattr__(self, "_centroids", centroids(matrix, starts.astype(np.int64)))
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
        best = person_similarities(probe.vector, self.matrix, self._starts, self._centroids)
        # Whoever a negative speaks against may leave the list, and somebody else take their place.
        refutable = 0 if self.negatives is None else self.negatives.people
        top = min(top + refutable, len(best))
        leaders = np.argpartition(-best, top - 1)[:top]
        leaders = leaders[np.argsort(-best[leaders], kind="stable")]
        candidates = tuple(
            self._match(int(row), float(best[row]), probe=probe.vector) for row in leaders
        )
        return SearchResult(candidates, self.size, self._likeness(leaders[:_COMPARED]))

    def _match(self, row: int, similarity: float, *, probe: Float32Array) -> Match:
        identity, negatives = self._row_identities[row], self.negatives
        first, last = self._rows_of(row)
        return Match(
            identity,
            min(max(similarity, -1.0), 1.0),
            against=None if negatives is None else negatives.against(probe, identity.id),
            templates=last - first,
        )

    def _rows_of(self, row: int) -> tuple[int, int]:
        """Return where the templates of a person begin and end."""
        ends = (*self._starts[row + 1 : row + 2], self.template_count)
        return int(self._starts[row]), int(ends[0])

    def _likeness(self, leaders: Int64Array) -> dict[tuple[int, int], float]:
        """Return how much some people's centroids resemble each other of these people."""
        spans = [self._rows_of(int(row)) for row in leaders]
        matrix = np.concatenate([self.matrix[first:last] for first, last in spans])
        counts = [last - first for first, last in spans]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        middles = self._centroids[leaders]
        similarities = person_similarities(middles.T, matrix, starts, middles)
        ids = [self._row_identities[row].id for row in leaders]
        likeness: dict[tuple[int, int], float] = {}
        for (one, first), (other, second) in itertools.combinations(enumerate(ids), 2):
            alike = max(similarities[one, other], similarities[other, one])
            likeness[min(first, second), max(first, second)] = float(np.clip(alike, -1.0, 1.0))
        return likeness


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
