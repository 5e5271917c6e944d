"""Whether stated confidences come true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import BoolArray, Float64Array
from desktop_app.recognition.types import Decision, Identified, Match, Unknown, Unsure

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions of about the same confidence.

    Attributes:
        low, high: its bounds; ``high`` belongs to the next, but for the last.
        count: how many decisions.
        weight: their share of all, by weight.
        confidence: their mean, by weight; NaN without decisions.
        right: the share that came true, by weight; NaN without decisions.

    """

    low: float
    high: float
    count: int
    weight: float
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Stated confidences against what came true.

    Attributes:
        bins: from confidence 0 to 1, all of the same width.
        expected_error: the mean distance between a bin's confidence and the share that came
            true, by weight: the expected calibration error (Naeini, Cooper and Hauskrecht,
            "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015). NaN
            without decisions.

    """

    bins: tuple[Bin, ...]
    expected_error: float


def reliability(confidences: Float64Array, *, right: BoolArray, enrolled: BoolArray) -> Reliability:
    """Compare confidences with what came true.

    Faces of enrolled people and of strangers weigh the same on the whole, however many of each
    there are: even odds are what the calibration assumes (``operating_point.log_odds``).

    Args:
        confidences: 0 to 1, that the best candidate is the person, shape (n,).
        right: whether it is, shape (n,).
        enrolled: whether the person is enrolled at all, shape (n,).

    """
    weights = np.zeros(len(confidences))
    for kind in (enrolled, ~enrolled):
        if kind.any():
            weights[kind] = 1 / kind.sum()
    total = weights.sum()
    if total:
        weights /= total
    places = np.minimum((confidences * _BINS).astype(np.int64), _BINS - 1)
    bins = tuple(
        _bin(place, places == place, confidences, right, weights) for place in range(_BINS)
    )
    errors = [one.weight * abs(one.confidence - one.right) for one in bins if one.count]
    return Reliability(bins, sum(errors) if errors else float("nan"))


def _bin(
    place: int,
    inside: BoolArray,
    confidences: Float64Array,
    right: BoolArray,
    weights: Float64Array,
) -> Bin:
    weight = float(weights[inside].sum())
    known = weight > 0
    return Bin(
        low=place / _BINS,
        high=(place + 1) / _BINS,
        count=int(inside.sum()),
        weight=weight,
        confidence=float(weights[inside] @ confidences[inside]) / weight if known else float("nan"),
        right=float(weights[inside] @ right[inside]) / weight if known else float("nan"),
    )


def confidence_of_best(decision: Decision) -> float | None:
    """Return the probability that a decision gives its best candidate; None where it gives none.

    For *unknown* that is what is left of the confidence that it is nobody; where a face was said
    not to be somebody's, which nobody says in an evaluation, it is at most that.
    """
    match decision:
        case Identified(confidence=confidence) | Unsure(confidence=confidence):
            return confidence
        case Unknown(best=Match(), confidence=float(confidence)):
            return 1.0 - confidence
        case _:
            return None
