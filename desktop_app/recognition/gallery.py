"""Who is enrolled, as one matrix that search multiplies with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array, read_only
from desktop_app.errors import EmbedderMismatch
from desktop_app.recognition.types import Identity, Match, Template
from desktop_app.vision.types import Embedding


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

    """

    embedder: str
    matrix: Float32Array
    identity_ids: Int64Array
    identities: Mapping[int, Identity]
    version: int = 0
    _starts: Int64Array = field(init=False, repr=False)
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
        unique, starts = np.unique(ids, return_index=True)
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "identity_ids", ids)
        object.__setattr__(self, "identities", MappingProxyType(dict(self.identities)))
        object.__setattr__(self, "_starts", starts.astype(np.int64))
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
        )

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return int(self.matrix.shape[1])

    @property
    def template_count(self) -> int:
        """How many templates."""
        return int(self.matrix.shape[0])

    @property
    def searchable_count(self) -> int:
        """How many people have a template to be found by."""
        return len(self._row_identities)

    def search(self, probe: Embedding, *, top: int = 5) -> tuple[Match, ...]:
        """Return the most similar people, best first, one entry a person.

        A person's similarity is that of their best template. Exact: one matrix product.

        Raises:
            EmbedderMismatch: the probe comes from another embedder.

        """
        if (probe.embedder, probe.dimension) != (self.embedder, self.dimension):
            raise EmbedderMismatch(expected=self.embedder, actual=probe.embedder)
        if not self.template_count:
            return ()
        similarities = self.matrix @ probe.vector
        best = np.maximum.reduceat(similarities, self._starts)
        top = min(top, len(best))
        leaders = np.argpartition(-best, top - 1)[:top]
        leaders = leaders[np.argsort(-best[leaders], kind="stable")]
        return tuple(
            Match(self._row_identities[row], float(np.clip(best[row], -1.0, 1.0)))
            for row in leaders
        )
