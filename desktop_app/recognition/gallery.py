"""Who is enrolled, as one matrix that search multiplies with."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array, read_only
from desktop_app.errors import EmbedderMismatch
from desktop_app.recognition.layers import TemplateLayers, similarities_to_one
from desktop_app.recognition.negatives import Negatives
from desktop_app.recognition.types import GallerySize, Identity, Match, SearchResult, Template
from desktop_app.vision.types import Embedding

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
        matrix: unit vectors, float32, shape (n, d), in the order of :class:`TemplateLayers`.
        identity_ids: whose each row is, int64, shape (n,).
        identities: id to identity; people without a template of this embedder are among them.
        version: grows with each change of the database.
        uid: of the database, in which ids mean something; empty for a gallery of nobody.
        negatives: faces that somebody said are not a person's; None for none at all.
        size: how many templates how many people have.

    """

    embedder: str
    matrix: Float32Array
    identity_ids: Int64Array
    identities: Mapping[int, Identity]
    version: int = 0
    uid: str = ""
    negatives: Negatives | None = None
    size: GallerySize = field(init=False, repr=False)
    _layers: TemplateLayers = field(init=False, repr=False)
    # Who of the enrolled has negatives, and where among the negatives' owners.
    _refutable: tuple[Int64Array, Int64Array] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        matrix = read_only(self.matrix, name="Gallery.matrix", dtype=np.float32, shape=(None, None))
        ids = read_only(
            self.identity_ids,
            name="Gallery.identity_ids",
            dtype=np.int64,
            shape=(matrix.shape[0],),
        )
        layers = TemplateLayers(matrix, ids)
        object.__setattr__(self, "matrix", layers.matrix)
        object.__setattr__(self, "identity_ids", layers.identity_ids)
        object.__setattr__(self, "identities", MappingProxyType(dict(self.identities)))
        object.__setattr__(self, "size", GallerySize.of(layers.counts.tolist()))
        object.__setattr__(self, "_layers", layers)
        owners = np.empty(0, np.int64) if self.negatives is None else self.negatives.owners
        _, refutable, owning = np.intersect1d(layers.people, owners, return_indices=True)
        object.__setattr__(self, "_refutable", (refutable, owning))

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

        Exact: all templates are compared. See :meth:`TemplateLayers.similarities` for what a
        person's similarity is.

        Raises:
            EmbedderMismatch: the probe comes from another embedder.

        """
        if (probe.embedder, probe.dimension) != (self.embedder, self.dimension):
            raise EmbedderMismatch(expected=self.embedder, actual=probe.embedder)
        if not self.template_count:
            return SearchResult()
        best = self._layers.similarities(probe.vector)
        against = self._against(probe.vector)
        people, counts = self._layers.people, self._layers.counts
        places = {people.item(place): place for place in _leaders(best, against, top=top)}
        # Item by item: for a handful, each operation on arrays takes longer than all of this.
        candidates = tuple(
            Match(
                self.identities[who],
                min(max(best.item(place), -1.0), 1.0),
                None if against is None or against[place] == -np.inf else against.item(place),
                counts.item(place),
            )
            for who, place in places.items()
        )
        return SearchResult(candidates, self.size, _Likeness(self, places))

    def _against(self, probe: Float32Array) -> Float32Array | None:
        """Return the cosine with each person's nearest negative, minus infinity without, (p,).

        None where nobody has one.
        """
        refutable, owning = self._refutable
        if self.negatives is None or not len(refutable):
            return None
        against = np.full(len(self.people), -np.inf, np.float32)
        against[refutable] = self.negatives.nearest(probe)[owning]
        return against

    @property
    def people(self) -> Int64Array:
        """Ids of those with templates, int64, shape (p,); a person's *place* is theirs in it."""
        return self._layers.people

    @property
    def middles(self) -> Float32Array:
        """The direction that each person's templates have in common, by place, shape (p, d)."""
        return self._layers.middles

    def similarities(self, probes: Float32Array) -> Float32Array:
        """Return how much each person resembles probes; see :meth:`TemplateLayers.similarities`."""
        return self._layers.similarities(probes)

    def likeness_to_all(self, place: int) -> Float32Array:
        """Return how much the person at a place resembles each.

        Returns:
            Of the centroid of one as a probe to the other, the higher of both ways round, −1 to 1,
            shape (p,).

        """
        middle = self.middles[place]
        there = self.similarities(middle)
        back = similarities_to_one(self.middles.T, self._layers.rows_of(place), middle)
        return np.clip(np.maximum(there, back), -1.0, 1.0)

    def likeness(self, place: int, other: int) -> float:
        """Return how much the people at two places resemble each other, the higher way round."""
        rows, middles = self._layers.rows_of, self.middles
        there = similarities_to_one(middles[place], rows(other), middles[other])
        back = similarities_to_one(middles[other], rows(place), middles[place])
        return float(np.clip(max(there, back), -1.0, 1.0))


class _Likeness(Mapping[tuple[int, int], float]):
    """How much some people resemble each other; compares two when it is asked for them.

    A decision asks for few of the pairs, and only once it knows who is left to be ranked.
    """

    def __init__(self, gallery: Gallery, places: dict[int, int]) -> None:
        """Args: places: of each person by their id."""
        self._gallery = gallery
        self._places = places

    def __getitem__(self, pair: tuple[int, int]) -> float:
        first, second = pair
        if first >= second:
            raise KeyError(pair)
        return self._gallery.likeness(self._places[first], self._places[second])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return itertools.combinations(sorted(self._places), 2)

    def __len__(self) -> int:
        return math.comb(len(self._places), 2)


def _leaders(best: Float32Array, against: Float32Array | None, *, top: int) -> list[int]:
    """Return the places of the most similar, best first, of whom ``top`` are not doubtful.

    Whoever a negative speaks against may leave the list, and somebody else take their place.
    """
    if against is None or not (doubtful := against >= best - _REFUTES_FROM).any():
        return _highest(best, top=top)
    sure = np.where(doubtful, -np.inf, best)
    least = np.partition(sure, -top)[-top] if top <= len(sure) else -np.inf
    leaders = np.flatnonzero(best >= least)
    leaders = leaders[np.argsort(-best[leaders], kind="stable")]
    # Others may be exactly as similar as the last.
    last = np.flatnonzero(~doubtful[leaders])[top - 1 : top]
    return [int(place) for place in leaders[: int(last[0]) + 1 if len(last) else None]]


def _highest(values: Float32Array, *, top: int) -> list[int]:
    """Return where the ``top`` highest values are, falling; of equal ones the first."""
    left, places = values.copy(), []
    # For a handful this takes half as long as a partition.
    for _ in range(min(top, len(left))):
        places.append(int(left.argmax()))
        left[places[-1]] = -np.inf
    return places
