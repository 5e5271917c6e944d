"""From similarities to how likely it is that two faces are one person's."""

from __future__ import annotations

import functools

import numpy as np

from desktop_app.arrays import Float64Array
from desktop_app.vision.manifest import Calibration

# A share of pairs of one person below this was as good as not seen: it raises nothing, and where
# nothing was seen at all it is as good a guess as any.
_LEAST_SHARE = 1e-5
# What several templates are worth was measured with three, and looked at with two to five
# (docs/adr/0009). Carried on to dozens, whose looks repeat each other, the power laws would have it
# that a person never again scores where people do, and that every stranger scores high.
_MOST_TEMPLATES = 10


def log_likelihood_ratio(
    calibration: Calibration, similarity: float, *, templates: int = 1
) -> float:
    """Return how much likelier a similarity is of the person than of another, as a logarithm.

    Between neighbouring entries of the table lie so many pairs of one person and so many of two;
    the natural logarithm of their ratio stands in the middle between the two, never falls, and is
    linear in between and beyond.

    Args:
        calibration: of the embedder.
        similarity: -1 to 1.
        templates: how many of the person's it is the similarity with; more than
            ten count as ten.

    """
    middles, ratios, below, above = _ratio_table(calibration, min(templates, _MOST_TEMPLATES))
    if similarity <= middles[0]:
        return float(ratios[0] + below * (similarity - middles[0]))
    if similarity >= middles[-1]:
        return float(ratios[-1] + above * (similarity - middles[-1]))
    return float(np.interp(similarity, middles, ratios))


@functools.cache
def _ratio_table(
    calibration: Calibration, templates: int
) -> tuple[Float64Array, Float64Array, float, float]:
    """Return the intervals' middles, the log-ratios there, and the slopes below and above."""
    values = np.asarray(calibration.similarities)
    middles = (values[1:] + values[:-1]) / 2
    comparisons = float(templates) ** calibration.template_dependence
    missed = np.asarray(calibration.false_non_match_rates) ** (
        float(templates) ** calibration.template_gain
    )
    strangers = _shares_between(np.asarray(calibration.false_match_rates), comparisons)
    ratios = _rising_log_ratios(np.diff(missed), strangers)
    below, above = (_slope(middles, ratios, end=end) for end in (0, -1))
    if not (below and above) and templates > 1:
        # So many templates that the whole table is one heap: it goes on as it does for one.
        *_, below, above = _ratio_table(calibration, 1)
    return middles, ratios, below, above


def _shares_between(rates: Float64Array, comparisons: float) -> Float64Array:
    """Return which share of strangers has the best of some comparisons in each interval.

    Args:
        rates: that reach each entry in one comparison, falling, above 0 and at most 1.
        comparisons: how many independent ones.

    """
    # Of the logarithms of the shares that reach no entry, because 1 − (1 − FMR)^N is 1 for all
    # lower entries as soon as N is large, and the differences would be lost.
    kept = np.full(len(rates), -np.inf)
    np.log1p(-rates, out=kept, where=rates < 1.0)
    kept *= comparisons
    return np.asarray(np.exp(kept[1:]) * -np.expm1(kept[:-1] - kept[1:]))


def _rising_log_ratios(same: Float64Array, strangers: Float64Array) -> Float64Array:
    """Return logarithms of the ratios of two shares, interval by interval, that never fall.

    Neighbours whose ratio falls are taken together, which is what makes measured ratios rise with
    the least change ("pool adjacent violators": Ayer and others, "An empirical distribution
    function for sampling with incomplete information", Annals of Mathematical Statistics 26(4),
    1955). So an interval that holds next to nothing is overruled by its neighbour and lifts none.
    """
    pools: list[tuple[float, float, int]] = []
    for one, other in zip(np.where(same >= _LEAST_SHARE, same, 0.0), strangers, strict=True):
        pool = (float(one), float(other), 1)
        # Crosswise, because a share may be 0.
        while pools and pools[-1][0] * pool[1] >= pool[0] * pools[-1][1]:
            last = pools.pop()
            pool = (last[0] + pool[0], last[1] + pool[1], last[2] + pool[2])
        pools.append(pool)
    tiny = np.finfo(np.float64).tiny
    levels = [np.log(max(one, _LEAST_SHARE)) - np.log(max(other, tiny)) for one, other, _ in pools]
    lowered = np.minimum.accumulate(levels[::-1])[::-1]
    return np.repeat(lowered, [size for _, _, size in pools])


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
