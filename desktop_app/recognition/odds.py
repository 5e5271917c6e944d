"""From similarities to how likely it is that two faces are one person's."""

from __future__ import annotations

import functools

import numpy as np

from desktop_app.arrays import Float64Array
from desktop_app.vision.manifest import Calibration

# Where not one pair of one person was seen, one in 100,000 is as good a guess as any.
_LEAST_SHARE = 1e-5


def log_likelihood_ratio(
    calibration: Calibration, similarity: float, *, templates: int = 1
) -> float:
    """Return how much likelier a similarity is of the person than of another, as a logarithm.

    Between neighbouring entries of the table lie so many pairs of one person and so many of two;
    the natural logarithm of their ratio stands in the middle between the two, is made to rise, and
    is linear in between and beyond.

    Args:
        calibration: of the embedder.
        similarity: -1 to 1.
        templates: how many of the person's it is the similarity with.

    """
    middles, ratios = _ratio_table(calibration, templates)
    if similarity <= middles[0]:
        return float(ratios[0] + _slope(middles, ratios, end=0) * (similarity - middles[0]))
    if similarity >= middles[-1]:
        return float(ratios[-1] + _slope(middles, ratios, end=-1) * (similarity - middles[-1]))
    return float(np.interp(similarity, middles, ratios))


@functools.cache
def _ratio_table(calibration: Calibration, templates: int) -> tuple[Float64Array, Float64Array]:
    """Return the middles of the intervals and the log-ratios there, both rising."""
    values = np.asarray(calibration.similarities)
    comparisons = float(templates) ** calibration.template_dependence
    reached = -np.expm1(comparisons * np.log1p(-np.asarray(calibration.false_match_rates)))
    missed = np.asarray(calibration.false_non_match_rates) ** (
        float(templates) ** calibration.template_gain
    )
    same = np.maximum(np.diff(missed), _LEAST_SHARE)
    rising = np.maximum.accumulate(np.log(same / -np.diff(reached)))
    return (values[1:] + values[:-1]) / 2, rising


def _slope(middles: Float64Array, ratios: Float64Array, *, end: int) -> float:
    """Return how the ratios go on beyond an end of the table."""
    if len(middles) < 2:
        return 0.0
    first, second = (0, 1) if end == 0 else (-2, -1)
    slope = (ratios[second] - ratios[first]) / (middles[second] - middles[first])
    # Where the last two were made equal, the whole table says more than they do.
    return float(slope or (ratios[-1] - ratios[0]) / (middles[-1] - middles[0]))


def log_odds(
    calibration: Calibration, similarity: float, *, people: int = 1, templates: int = 1
) -> float:
    """Return the log-odds that it is this person and not a stranger.

    Even odds before looking that the face is of one of ``people``, each as likely as another.
    """
    ratio = log_likelihood_ratio(calibration, similarity, templates=templates)
    return ratio - float(np.log(max(people, 1)))


def probability(odds: float) -> float:
    """Return the probability, 0 to 1, of log-odds."""
    return float(1.0 / (1.0 + np.exp(-np.clip(odds, -60.0, 60.0))))
