"""From "how often may a stranger be named" to similarities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
        extrapolated=named_rate < (calibration.counted_to or calibration.false_match_rates[-1]),
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
