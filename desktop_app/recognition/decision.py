"""From similarities to one of four decisions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from desktop_app.recognition.operating_point import (
    OperatingPoint,
    log_likelihood_ratio,
    log_odds,
    operating_point,
    probability,
)
from desktop_app.recognition.types import (
    Decision,
    Identified,
    Match,
    Reason,
    Unknown,
    Unsure,
    Unusable,
)
from desktop_app.vision.manifest import Calibration
from desktop_app.vision.types import Face

# A name wants to be this many times as likely as the runner-up's.
_MARGIN_ODDS = 10.0
# Below these, similarities of one person and of strangers lie in one heap: the crop has been
# enlarged five times, or shows an ear.
_SMALLEST_EYE_DISTANCE = 7.0
_LARGEST_YAW = 80.0
_LEAST_EXPOSURE = 0.05


class DecisionPolicy(Protocol):
    """Decides what may be said about a face."""

    def decide(self, candidates: Sequence[Match], *, templates: int, people: int) -> Decision:
        """Decide on a face that can be judged.

        Args:
            candidates: the most similar people, best first.
            templates: how many templates were searched.
            people: how many people they are of.

        """


class CalibratedPolicy:
    """Names at a stated rate of naming strangers, whatever the gallery's size.

    Besides, what is said is never less likely than its contrary: a name wants better than even
    odds, and so does *unknown*.
    """

    def __init__(self, calibration: Calibration, *, false_name_rate: float) -> None:
        """Args: false_name_rate: FPIR a look, above 0 and below 1."""
        self._calibration = calibration
        self._rate = false_name_rate
        self._point = operating_point(calibration, false_name_rate=false_name_rate, gallery_size=1)

    def operating_point(self, *, templates: int) -> OperatingPoint:
        """Return the thresholds in force for a gallery of that many templates."""
        point = self._point
        if point.gallery_size != max(templates, 1):
            # Kept for the next face: a snapshot changes far less often than faces come.
            point = self._point = operating_point(
                self._calibration, false_name_rate=self._rate, gallery_size=templates
            )
        return point

    def decide(self, candidates: Sequence[Match], *, templates: int, people: int) -> Decision:
        """Decide on a face that can be judged; see :class:`DecisionPolicy`."""
        ranked = tuple(candidates)
        if not ranked:
            return Unknown(best=None, confidence=1.0)
        point = self.operating_point(templates=templates)
        best = ranked[0]
        odds = log_odds(self._calibration, best.similarity, people=people)
        confidence = probability(odds)
        if best.similarity < point.unsure and odds < 0.0:
            return Unknown(best=best, confidence=1.0 - confidence, candidates=ranked)
        if best.similarity >= point.identify and odds > 0.0 and self._stands_out(ranked):
            return Identified(match=best, confidence=confidence, candidates=ranked)
        return Unsure(candidates=ranked, confidence=confidence)

    def _stands_out(self, ranked: Sequence[Match]) -> bool:
        if len(ranked) == 1:
            return True
        best, runner_up = (
            log_likelihood_ratio(self._calibration, match.similarity) for match in ranked[:2]
        )
        return best - runner_up >= math.log(_MARGIN_ODDS)


class UncalibratedPolicy:
    """For an embedder whose similarities nobody has measured: names nobody, lists candidates."""

    def decide(self, candidates: Sequence[Match], *, templates: int, people: int) -> Decision:  # noqa: ARG002
        """Decide on a face that can be judged; see :class:`DecisionPolicy`."""
        if not candidates:
            return Unknown(best=None, confidence=1.0)
        return Unsure(candidates=tuple(candidates), confidence=None)


def policy_for_embedder(
    calibration: Calibration | None, *, false_name_rate: float
) -> DecisionPolicy:
    """Return the policy for an embedder's calibration, or for the lack of one."""
    if calibration is None:
        return UncalibratedPolicy()
    return CalibratedPolicy(calibration, false_name_rate=false_name_rate)


def unusable_reason(face: Face) -> Reason | None:
    """Return why a face cannot be judged at all, or None where it can."""
    if face.landmarks.eye_distance < _SMALLEST_EYE_DISTANCE:
        # A profile's eyes are near each other however large the face is.
        if face.detection.height < 3 * _SMALLEST_EYE_DISTANCE:
            return Reason.TOO_SMALL
        return Reason.TURNED_AWAY
    if abs(face.landmarks.pose.yaw) > _LARGEST_YAW:
        return Reason.TURNED_AWAY
    if face.quality.exposure < _LEAST_EXPOSURE:
        return Reason.BADLY_LIT
    return None


def unusable(face: Face) -> Unusable | None:
    """Return the decision for a face that cannot be judged, or None where it can."""
    reason = unusable_reason(face)
    return None if reason is None else Unusable(reason)
