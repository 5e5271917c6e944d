"""From "how often may a stranger be named" to similarities."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float64Array
from desktop_app.vision.manifest import Calibration

# A face is called unsure from where strangers would be that many times as often as named.
_UNSURE_FACTOR = 10.0
# Rates beyond this are no rare event: "unsure" then begins where the calibration table does.
_HIGHEST_RATE = 0.5


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Two thresholds for one size of gallery.

    Attributes:
        identify: from this similarity on, a face may be named.
        unsure: from this similarity on, it is not called unknown.
        comparisons: for how many comparisons a look they hold.
        false_name_rate: the chance that a stranger's look is named, as asked for.
        extrapolated: whether strangers as rare as that were never counted, so that ``identify``
            rests on how the similarities of others fall off.

    """

    identify: float
    unsure: float
    comparisons: float
    false_name_rate: float
    extrapolated: bool = False


def operating_point(
    calibration: Calibration, *, false_name_rate: float, comparisons: float = 1.0
) -> OperatingPoint:
    """Return the thresholds that keep strangers from being named more often than asked for.

    One look at a stranger is so many comparisons, and the rate of false matches that each may
    have follows from FPIR = 1 − (1 − FMR)^N.

    Args:
        calibration: of the embedder.
        false_name_rate: FPIR, above 0 and below 1.
        comparisons: how many independent ones a look is worth, see ``GallerySize``; at least 1.

    """
    unsure_rate = min(false_name_rate * _UNSURE_FACTOR, _HIGHEST_RATE)
    named_rate = false_match_rate(false_name_rate, size=comparisons)
    return OperatingPoint(
        identify=similarity_at(calibration, named_rate),
        unsure=similarity_at(calibration, false_match_rate(unsure_rate, size=comparisons)),
        comparisons=comparisons,
        false_name_rate=false_name_rate,
        extrapolated=named_rate < calibration.false_match_rates[-1],
    )


def false_match_rate(identification_rate: float, *, size: float) -> float:
    """Return the FMR of one comparison under which ``size`` of them reach the given FPIR."""
    return float(-np.expm1(np.log1p(-identification_rate) / size))


def similarity_at(calibration: Calibration, rate: float) -> float:
    """Return the similarity that strangers reach at a rate, between and beyond measured ones.

    Between entries the logarithm of the rate is linear in the similarity. From where the tail
    begins, it is the tail that counts; without one, the line goes on beyond the last entry with
    the slope of the last two. Never above 1.
    """
    tail = calibration.tail
    if tail is not None and rate < tail.rate:
        growth = (tail.rate / rate) ** tail.shape - 1.0
        return float(min(tail.start + tail.scale * growth / tail.shape, 1.0))
    logs = np.log10(calibration.false_match_rates)
    values = np.asarray(calibration.similarities)
    wanted = np.log10(rate)
    if wanted < logs[-1]:
        slope = (values[-1] - values[-2]) / (logs[-1] - logs[-2])
        return float(min(values[-1] + slope * (wanted - logs[-1]), 1.0))
    # np.interp wants rising abscissae; the table's rates fall.
    return float(np.interp(-wanted, -logs, values))


def log_likelihood_ratio(calibration: Calibration, similarity: float) -> float:
    """Return how much likelier a similarity is of one person than of two, as a natural logarithm.

    Between neighbouring entries of the table lie so many pairs of one person and so many of two;
    the logarithm of their ratio stands in the middle between the two, is made to rise, and is
    linear in between and beyond.
    """
    middles, ratios = _ratio_table(calibration)
    if similarity <= middles[0]:
        slope = (ratios[1] - ratios[0]) / (middles[1] - middles[0]) if len(middles) > 1 else 0.0
        return float(ratios[0] + slope * (similarity - middles[0]))
    if similarity >= middles[-1]:
        slope = (ratios[-1] - ratios[-2]) / (middles[-1] - middles[-2]) if len(middles) > 1 else 0.0
        return float(ratios[-1] + slope * (similarity - middles[-1]))
    return float(np.interp(similarity, middles, ratios))


@functools.cache
def _ratio_table(calibration: Calibration) -> tuple[Float64Array, Float64Array]:
    """Return the middles of the intervals and the log-ratios there, both rising."""
    values = np.asarray(calibration.similarities)
    strangers = -np.diff(calibration.false_match_rates)
    # Where not one pair of one person was seen, one in 100,000 is as good a guess as any.
    same = np.maximum(np.diff(calibration.false_non_match_rates), 1e-5)
    rising = np.maximum.accumulate(np.log(same / strangers))
    return (values[1:] + values[:-1]) / 2, rising


def log_odds(calibration: Calibration, similarity: float, *, people: int = 1) -> float:
    """Return the log-odds that it is this person and not a stranger.

    Even odds before looking that the face is of one of ``people``, each as likely as another.
    """
    return log_likelihood_ratio(calibration, similarity) - float(np.log(max(people, 1)))


def probability(odds: float) -> float:
    """Return the probability, 0 to 1, of log-odds."""
    return float(1.0 / (1.0 + np.exp(-np.clip(odds, -60.0, 60.0))))
