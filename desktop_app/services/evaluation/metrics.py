"""Figures of verification, from similarities and labels alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import BoolArray, Float64Array, Int64Array

# Stands for "no similarity": below all of them, so that such a pair is never accepted.
REJECTED = -2.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well pairs were told apart. All shares are fractions.

    Attributes:
        pairs: how many.
        failed: pairs with a photo in which no face was found.
        accuracy_mean, accuracy_std: over the folds; each fold is judged by the threshold that is
            best on the others, and each failed pair counts as wrong.
        tar_at_far: FAR to the share of genuine pairs accepted there. A failed pair is accepted by
            nobody: an error if it is genuine, none if it is of two people.
        threshold: the median of the folds' thresholds, a similarity; NaN where nothing could
            be compared.

    """

    pairs: int
    failed: int
    accuracy_mean: float
    accuracy_std: float
    tar_at_far: dict[float, float]
    threshold: float


def judge(
    similarities: Float64Array, *, same: BoolArray, folds: Int64Array, failed: BoolArray
) -> Verdict:
    """Return the figures of a list of pairs.

    Args:
        similarities: shape (n,); what stands for a failed pair is not looked at.
        same: shape (n,), whether a pair is of one person.
        folds: shape (n,), which fold a pair belongs to; at least two folds.
        failed: shape (n,), whether no similarity could be computed.

    """
    accuracies = []
    thresholds = []
    for fold in np.unique(folds):
        inside = folds == fold
        # Where there is no similarity, there is nothing to learn a threshold from.
        others = ~inside & ~failed
        if not others.any():
            accuracies.append(0.0)
            continue
        threshold = best_threshold(similarities[others], same[others])
        thresholds.append(threshold)
        right = ((similarities[inside] >= threshold) == same[inside]) & ~failed[inside]
        accuracies.append(float(right.mean()))
    accepted = np.where(failed, REJECTED, similarities)
    return Verdict(
        pairs=len(similarities),
        failed=int(failed.sum()),
        accuracy_mean=float(np.mean(accuracies)),
        accuracy_std=float(np.std(accuracies)),
        tar_at_far={far: true_accept_rate(accepted, same, far=far) for far in (0.01, 0.001)},
        threshold=float(np.median(thresholds)) if thresholds else float("nan"),
    )


def best_threshold(values: Float64Array, same: BoolArray) -> float:
    """Return the similarity from which on calling pairs the same gives the fewest errors.

    The middle between two neighbouring similarities; of equally good ones the middle one.
    """
    order = np.argsort(values, kind="stable")
    ranked, genuine = values[order], same[order]
    # Errors with the threshold below the i-th: genuine pairs under it, others from it on.
    missed = np.concatenate([[0], np.cumsum(genuine)])
    let_in = np.concatenate([[0], np.cumsum(~genuine)])
    errors = missed + (let_in[-1] - let_in)
    # A threshold cannot lie between equal similarities.
    errors[1:-1][ranked[1:] == ranked[:-1]] = len(values) + 1
    best = np.flatnonzero(errors == errors.min())
    cut = int(best[len(best) // 2])
    low = ranked[cut - 1] if cut > 0 else ranked[0] - 1e-6
    high = ranked[cut] if cut < len(ranked) else ranked[-1] + 1e-6
    return float((low + high) / 2)


def true_accept_rate(values: Float64Array, same: BoolArray, *, far: float) -> float:
    """Return the share of genuine pairs above a threshold that lets in ``far`` of the others.

    Args:
        values: shape (n,), similarities; below -1 stands for a pair that cannot be accepted.
        same: shape (n,), whether a pair is of one person.
        far: the false accept rate, a fraction of all pairs of two people.

    Returns:
        0 to 1; NaN where one kind of pair is lacking.

    """
    impostors = np.sort(values[~same])[::-1]
    if not len(impostors) or not same.any():
        return float("nan")
    allowed = int(np.floor(far * len(impostors)))
    limit = impostors[allowed] if allowed < len(impostors) else -1.0
    return float((values[same] > max(limit, REJECTED)).mean())


def split_into_folds(same: BoolArray, *, count: int = 10) -> Int64Array:
    """Return folds for pairs that came without: each has its share of either kind."""
    folds = np.zeros(len(same), np.int64)
    for kind in (True, False):
        places = np.flatnonzero(same == kind)
        folds[places] = np.arange(len(places)) % count
    return folds


def accept_rates(values: Float64Array, same: BoolArray) -> tuple[Float64Array, Float64Array]:
    """Return the points of a ROC curve, one for each pair of two people.

    Args:
        values: shape (n,), similarities; below -1 stands for a pair that cannot be accepted.
        same: shape (n,), whether a pair is of one person; there are pairs of either kind.

    Returns:
        The share of pairs of two people that is let in (FAR), rising, and the share of pairs of
        one person above the threshold that lets in no more than those (TAR).

    """
    impostors = np.sort(values[~same])[::-1]
    genuine = np.sort(values[same])
    thresholds = np.append(impostors[1:], REJECTED)
    far = np.arange(1, len(impostors) + 1) / len(impostors)
    tar = 1.0 - np.searchsorted(genuine, thresholds, side="right") / len(genuine)
    return far, tar
