"""Faces that somebody said are not a person's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array, read_only
from desktop_app.recognition.types import Negative

# From this similarity on two embeddings are of one look at one face, or as good as that: of 26,576
# pairs of photos of one person in LFW 1.8 % reach it.
SAME_LOOK = 0.85


@dataclass(frozen=True, eq=False, slots=True)
class Negatives:
    """An immutable snapshot of "this is not Anna", for all people at once.

    Attributes:
        matrix: unit vectors of those faces, float32, shape (m, d), those of one person in
            a row.
        identity_ids: whose each of them is not, rising, int64, shape (m,).
        owners: of whom it was said of some face that it is not theirs, rising, int64, shape (p,).

    """

    matrix: Float32Array
    identity_ids: Int64Array
    owners: Int64Array = field(init=False, repr=False)
    _starts: Int64Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        matrix = read_only(
            self.matrix, name="Negatives.matrix", dtype=np.float32, shape=(None, None)
        )
        ids = read_only(
            self.identity_ids,
            name="Negatives.identity_ids",
            dtype=np.int64,
            shape=(matrix.shape[0],),
        )
        order = np.argsort(ids, kind="stable")
        matrix, ids = matrix[order], ids[order]
        owners, starts = np.unique(ids, return_index=True)
        for array in (matrix, ids, owners):
            array.flags.writeable = False
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "identity_ids", ids)
        object.__setattr__(self, "owners", owners)
        object.__setattr__(self, "_starts", starts)

    @classmethod
    def build(cls, negatives: Iterable[Negative], *, dimension: int) -> Negatives:
        """Make a snapshot; the embeddings are of one embedder, of ``dimension`` numbers."""
        listed = list(negatives)
        matrix = np.empty((len(listed), dimension), np.float32)
        for row, negative in enumerate(listed):
            matrix[row] = negative.embedding.vector
        return cls(matrix, np.array([negative.identity_id for negative in listed], np.int64))

    def nearest(self, probe: Float32Array) -> Float32Array:
        """Return how much a probe resembles the nearest face that is not each person's.

        Args:
            probe: a unit vector, float32, shape (d,).

        Returns:
            Cosines, -1 to 1, one for each of ``owners``, shape (p,).

        """
        if not len(self.owners):
            return np.empty(0, np.float32)
        nearest = np.maximum.reduceat(self.matrix @ probe, self._starts)
        return np.asarray(np.clip(nearest, -1.0, 1.0), np.float32)
