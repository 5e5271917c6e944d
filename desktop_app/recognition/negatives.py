"""Faces that somebody said are not a person's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
        matrix: unit vectors of those faces, float32, shape (m, d).
        identity_ids: whose each of them is not, int64, shape (m,).

    """

    matrix: Float32Array
    identity_ids: Int64Array

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
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "identity_ids", ids)

    @classmethod
    def build(cls, negatives: Iterable[Negative], *, dimension: int) -> Negatives:
        """Make a snapshot; the embeddings are of one embedder, of ``dimension`` numbers."""
        listed = list(negatives)
        matrix = np.empty((len(listed), dimension), np.float32)
        for row, negative in enumerate(listed):
            matrix[row] = negative.embedding.vector
        return cls(matrix, np.array([negative.identity_id for negative in listed], np.int64))

    @property
    def people(self) -> int:
        """Of how many people it was said of some face that it is not theirs."""
        return len(np.unique(self.identity_ids))

    def against(self, probe: Float32Array, identity_id: int) -> float | None:
        """Return how much a probe resembles the nearest face that is not this person's.

        Args:
            probe: a unit vector, float32, shape (d,).
            identity_id: of the person.

        Returns:
            Cosine, -1 to 1; None where nobody said of any face that it is not theirs.

        """
        rows = self.matrix[self.identity_ids == identity_id]
        return float(np.clip((rows @ probe).max(), -1.0, 1.0)) if len(rows) else None
