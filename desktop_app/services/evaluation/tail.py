"""How often strangers are more alike than enough of them were seen to be for counting."""

from __future__ import annotations

import numpy as np

from desktop_app.services.evaluation.comparisons import Comparisons
from desktop_app.vision.manifest import Tail

# The theory holds in the limit of high similarities, the fit wants many of them.
_LEAST_EVENTS = 500
_LARGEST_RATE = 0.01


def fit_tail(impostor: Comparisons, rates: tuple[float, ...]) -> Tail | None:
    """Fit a generalised Pareto distribution to the most similar strangers.

    By probability-weighted moments (Hosking and Wallis, "Parameter and quantile estimation for
    the generalized Pareto distribution", Technometrics 29(3), 1987), which a few outliers move
    less than they do the likelihood's maximum.

    Args:
        impostor: comparisons of strangers.
        rates: where the tail may begin, falling: at the least of them that enough comparisons
            exceed.

    Returns:
        The tail; None where there are too few comparisons.

    """
    fitting = [r for r in rates if r <= _LARGEST_RATE and r * impostor.events >= _LEAST_EVENTS]
    if not fitting:
        return None
    start = impostor.exceeded_by(fitting[-1])
    above = impostor.similarities > start
    excess = impostor.similarities[above].astype(np.float64) - start
    weights = impostor.weights[above]
    total = float(weights.sum())
    # The similarities fall, so what comes before an excess is what exceeds it.
    exceeded = (np.cumsum(weights) - weights / 2) / total
    mean = float(np.average(excess, weights=weights))
    weighted = float(np.average(excess * exceeded, weights=weights))
    if not 0.0 < 2 * weighted < mean:
        return None
    shape = 2.0 - mean / (mean - 2 * weighted)
    scale = 2 * mean * weighted / (mean - 2 * weighted)
    if abs(shape) < 1e-4:
        shape = 1e-4  # the exponential's; the formula of the quantile divides by it
    return Tail(
        start=round(start, 4),
        rate=float(f"{total / impostor.events:.4g}"),
        scale=round(scale, 5),
        shape=round(shape, 4),
    )
