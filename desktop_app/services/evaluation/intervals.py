"""Shares with 95 % intervals, where several trials are of one person."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float64Array, Int64Array

_REPLICATES = 1000
# The 97.5th percentile of the normal distribution: 95 % lie between it and its negative.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """A share and how well it is known.

    Attributes:
        value: 0 to 1; NaN where there was nothing to count.
        low, high: the 95 % interval.

    """

    value: float
    low: float
    high: float


NO_SHARE = Share(math.nan, math.nan, math.nan)


def wilson(events: float, trials: int) -> Share:
    """Return a share of independent trials with Wilson's score interval.

    Unlike the textbook's it says something where nothing, or everything, was counted (Wilson,
    "Probable inference, the law of succession, and statistical inference", JASA 22, 1927).
    """
    if trials == 0:
        return NO_SHARE
    value = events / trials
    square = _Z**2
    middle = value + square / (2 * trials)
    spread = _Z * math.sqrt(value * (1 - value) / trials + square / (4 * trials**2))
    scale = 1 + square / trials
    low = 0.0 if events == 0 else (middle - spread) / scale
    high = 1.0 if events == trials else (middle + spread) / scale
    return Share(value, low, high)


def share_over_people(events: Int64Array, trials: Int64Array, *, seed: int) -> Share:
    """Return a share whose interval allows for a person's trials resembling each other.

    See :func:`bootstrap_over_people`. Where not one event happened, or nothing but events,
    resampling would claim certainty: the interval is then Wilson's with a trial a person.

    Args:
        events, trials: of each person, shape (n,).
        seed: of the resampling.

    """
    counted = trials > 0
    events, trials = events[counted], trials[counted]
    total, possible = int(events.sum()), int(trials.sum())
    if possible == 0:
        return NO_SHARE
    if total in {0, possible}:
        people = len(events)
        return wilson(people * (total // possible), people)
    low, high = bootstrap_over_people(
        lambda weights: float(weights @ events / (weights @ trials)), people=len(events), seed=seed
    )
    return Share(total / possible, low, high)


def bootstrap_over_people(
    figure: Callable[[Float64Array], float], *, people: int, seed: int
) -> tuple[float, float]:
    """Return the 95 % interval of a figure by resampling whole people.

    Photos of one person are recognised together or missed together, so it is people that are
    drawn with replacement, each with all their trials: the subsets bootstrap (Bolle, Ratha and
    Pankanti, "Error analysis of pattern recognition systems – the subsets bootstrap", CVIU 93(1),
    2004), percentiles of 1,000 replicates.

    Args:
        figure: takes how often each person was drawn, shape (people,).
        people: how many there are, at least 1.
        seed: of the drawing.

    """
    rng = np.random.default_rng(seed)
    even = np.full(people, 1 / people)
    figures = [figure(rng.multinomial(people, even).astype(np.float64)) for _ in range(_REPLICATES)]
    low, high = np.nanpercentile(figures, [2.5, 97.5])
    return float(low), float(high)
