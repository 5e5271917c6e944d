"""Similarities of all pairs of photos, weighted so that nobody counts for being photographed often.

Of a public person there may be five hundred photos. Unweighted, one look-alike of theirs would make
hundreds of the most similar pairs of strangers, and their own pairs nearly all of those of one
person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array, Int64Array

_BLOCK = 512


@dataclass(frozen=True, eq=False, slots=True)
class Comparisons:
    """Similarities with their weights.

    Attributes:
        similarities: falling, float32, shape (n,).
        weights: of each, float64, shape (n,); they add up to how many independent comparisons
            there were.

    """

    similarities: Float32Array
    weights: Float64Array

    @classmethod
    def of(cls, similarities: Float32Array, weights: Float64Array) -> Comparisons:
        """Return comparisons in whatever order they come."""
        order = np.argsort(-similarities, kind="stable")
        return cls(similarities[order], weights[order])

    def __len__(self) -> int:
        return len(self.similarities)

    @property
    def events(self) -> float:
        """How many independent comparisons there were."""
        return float(self.weights.sum())

    @property
    def mean(self) -> float:
        """The mean similarity."""
        return float(np.average(self.similarities, weights=self.weights))

    def exceeded_by(self, share: float) -> float:
        """Return the similarity that this share of the comparisons exceeds."""
        reached = np.searchsorted(np.cumsum(self.weights), share * self.events, side="right")
        return float(self.similarities[min(int(reached), len(self) - 1)])

    def share_below(self, similarity: float) -> float:
        """Return the share of comparisons below a similarity."""
        # Ascending view, for searchsorted.
        place = np.searchsorted(-self.similarities, -similarity, side="right")
        return float(self.weights[place:].sum() / self.events)


def compare_all(matrix: Float32Array, owners: Int64Array) -> tuple[Comparisons, Comparisons]:
    """Return the comparisons of all pairs of one person, and of all pairs of two.

    Each pair of two people weighs 1, however many photos there are of them; each photo weighs
    1/2 in the pairs of one person, so that a person with two photos has one pair of weight 1.

    Args:
        matrix: unit vectors, shape (n, d).
        owners: whose each is, 0 and up, shape (n,).

    """
    photos = np.bincount(owners)[owners].astype(np.float64)
    genuine: list[Float32Array] = []
    genuine_weights: list[Float64Array] = []
    impostor: list[Float32Array] = []
    impostor_weights: list[Float64Array] = []
    for start in range(0, len(matrix), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(matrix)))
        similarities = matrix[rows] @ matrix.T
        later = np.arange(len(matrix))[np.newaxis] > rows[:, np.newaxis]
        same = owners[rows, np.newaxis] == owners[np.newaxis]
        genuine.append(similarities[later & same])
        own = photos[rows][np.nonzero(later & same)[0]]
        genuine_weights.append(1.0 / (own - 1.0))
        impostor.append(similarities[later & ~same])
        weights = 1.0 / (photos[rows, np.newaxis] * photos[np.newaxis])
        impostor_weights.append(weights[later & ~same])
    return (
        Comparisons.of(np.concatenate(genuine), np.concatenate(genuine_weights)),
        Comparisons.of(np.concatenate(impostor), np.concatenate(impostor_weights)),
    )
