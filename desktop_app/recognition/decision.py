"""From similarities to one of four decisions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from desktop_app.recognition.odds import log_likelihood_ratio, log_odds, probability
from desktop_app.recognition.operating_point import OperatingPoint, operating_point
from desktop_app.recognition.types import (
    Decision,
    GallerySize,
    Identified,
    Identity,
    Match,
    Reason,
    SearchResult,
    Unknown,
    Unsure,
    Unusable,
)
from desktop_app.vision.manifest import Calibration
from desktop_app.vision.pose import shape_error
from desktop_app.vision.types import Face

# A name wants to be this many times as likely as the runner-up's ...
_MARGIN_ODDS = 10.0
# ... and where the two are so alike that either might be named for the other, this many times ...
_LOOKALIKE_MARGIN_ODDS = 100.0
# ... and as a face that somebody said is not theirs, this many times.
_NEGATIVE_MARGIN_ODDS = 1000.0
_EVEN = 0.5
# How many people a decision lists.
_MOST_CANDIDATES = 5
# Below these, similarities of one person and of strangers lie in one heap: the crop has been
# enlarged five times, or shows an ear.
_SMALLEST_EYE_DISTANCE = 7.0
_LARGEST_YAW = 80.0
_LEAST_EXPOSURE = 0.05
# The points of 4,700 faces of LFW and CFP, full profiles among them, are at most 0.21 off the shape
# of a face; of what YuNet takes for one at a low score, one in ten is further off than this.
_LARGEST_SHAPE_ERROR = 0.25
# So badly scores only what the detector did not see a second time.
_LEAST_SCORE = 0.5


class DecisionPolicy(Protocol):
    """Decides what may be said about a face."""

    def decide(self, found: SearchResult, *, held: Identity | None = None) -> Decision:
        """Decide on a face that can be judged.

        Args:
            found: whom it resembles.
            held: whose name it bears already; that holds until the evidence is against it.

        """

    def lookalike_from(self, size: GallerySize) -> float | None:
        """Return from which similarity on two enrolled people are hard to tell apart.

        None where nobody measured what similarities mean.
        """

    def odds(self, similarity: float) -> float | None:
        """Return the log-odds, even before looking, that two faces are of one person.

        None where nobody measured what similarities mean.
        """


class CalibratedPolicy:
    """Names at a stated rate of naming strangers, whatever the gallery's size.

    *Unknown* is never said of whom it is more likely than not. Whom the face was said not to be
    competes like a runner-up, and with a far larger margin.
    """

    def __init__(self, calibration: Calibration, *, false_name_rate: float) -> None:
        """Args: false_name_rate: FPIR a look, above 0 and below 1."""
        self._calibration = calibration
        self._rate = false_name_rate
        self._point = operating_point(calibration, false_name_rate=false_name_rate)

    def operating_point(self, size: GallerySize) -> OperatingPoint:
        """Return the thresholds in force for a gallery of that size."""
        comparisons = size.comparisons(self._calibration.template_dependence)
        point = self._point
        if point.comparisons != comparisons:
            # Kept for the next face: a snapshot changes far less often than faces come.
            point = self._point = operating_point(
                self._calibration, false_name_rate=self._rate, comparisons=comparisons
            )
        return point

    def lookalike_from(self, size: GallerySize) -> float | None:
        """Return from which similarity on two people are alike; see :class:`DecisionPolicy`."""
        return self.operating_point(size).identify

    def odds(self, similarity: float) -> float | None:
        """Return the log-odds of one person; see :class:`DecisionPolicy`."""
        return log_likelihood_ratio(self._calibration, similarity)

    def decide(self, found: SearchResult, *, held: Identity | None = None) -> Decision:
        """Decide on a face that can be judged; see :class:`DecisionPolicy`."""
        people = found.size.people
        left, refuted = _parted(found.candidates, self._is_refuted)
        # Whom the face was said not to be, it may be all the same.
        perhaps = max((self._confidence(match, people=people) for match in refuted), default=0.0)
        if not left:
            return Unknown(best=None, confidence=1.0 - perhaps)
        ranked = left[:_MOST_CANDIDATES]
        point = self.operating_point(found.size)
        best = ranked[0]
        confidence = self._confidence(best, people=people)
        if best.similarity < point.unsure and self._log_odds(best, people=people) < 0.0:
            nobody = 1.0 - max(confidence, perhaps)
            return Unknown(best=best, confidence=nobody, candidates=ranked)
        if self._stands_clear(best) and (
            (held is not None and held.id == best.identity.id)
            or (best.similarity >= point.identify and not self._rivals(ranked, found, point))
        ):
            return Identified(match=best, confidence=confidence, candidates=ranked)
        rivals = self._rivals(ranked, found, point) if confidence >= _EVEN else ()
        share = self._share(ranked, confidence)
        return Unsure(candidates=ranked, confidence=confidence, share=share, rivals=rivals)

    def _is_refuted(self, match: Match) -> bool:
        """Whether the face is likelier one that was said not to be theirs than theirs."""
        return match.against is not None and self._lead_over_negative(match) <= 0.0

    def _log_odds(self, match: Match, *, people: int) -> float:
        """Return the log-odds that it is this person and not a stranger."""
        return log_odds(
            self._calibration, match.similarity, people=people, templates=match.templates
        )

    def _confidence(self, match: Match, *, people: int) -> float:
        """Return the probability that it is this person, not a stranger and not their negative."""
        odds = self._log_odds(match, people=people)
        if match.against is not None:
            odds = -float(np.logaddexp(-odds, -self._lead_over_negative(match)))
        return probability(odds)

    def _stands_clear(self, match: Match) -> bool:
        """Whether nothing that was said not to be theirs comes near."""
        return match.against is None or self._lead_over_negative(match) >= math.log(
            _NEGATIVE_MARGIN_ODDS
        )

    def _lead_over_negative(self, match: Match) -> float:
        """Return the log-odds of the person against the nearest face that is not theirs."""
        assert match.against is not None
        negative = log_likelihood_ratio(self._calibration, match.against)
        if negative <= 0.0:
            return math.inf  # it is not near
        return self._likelihood(match) - negative

    def _rivals(
        self, ranked: Sequence[Match], found: SearchResult, point: OperatingPoint
    ) -> tuple[Match, ...]:
        """Return beside whom the best does not stand out."""
        best, *others = ranked
        return tuple(
            other
            for other in others
            if self._likelihood(best) - self._likelihood(other)
            < math.log(_margin(best, other, found, point))
        )

    def _share(self, ranked: Sequence[Match], confidence: float) -> float:
        """Return the probability that it is the best, neither a stranger nor one of the others."""
        best, *others = ranked
        leads = (self._likelihood(other) - self._likelihood(best) for other in others)
        # In units of the best one's weight, strangers have 1 / confidence - 1.
        return 1.0 / (
            1.0 / max(confidence, 1e-9) + sum(math.exp(min(lead, 60.0)) for lead in leads)
        )

    def _likelihood(self, match: Match) -> float:
        return log_likelihood_ratio(self._calibration, match.similarity, templates=match.templates)


def _margin(best: Match, other: Match, found: SearchResult, point: OperatingPoint) -> float:
    """Return how many times as likely as another somebody must be to be named."""
    first, second = sorted((best.identity.id, other.identity.id))
    alike = found.likeness.get((first, second), -1.0) >= point.identify
    return _LOOKALIKE_MARGIN_ODDS if alike else _MARGIN_ODDS


def _parted(
    matches: Sequence[Match], is_refuted: Callable[[Match], bool]
) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """Return whom the face may be, and whom it was said not to be, each in their order."""
    left: list[Match] = []
    refuted: list[Match] = []
    for match in matches:
        (refuted if is_refuted(match) else left).append(match)
    return tuple(left), tuple(refuted)


def _is_nearer_to_a_negative(match: Match) -> bool:
    return match.against is not None and match.against >= match.similarity


class UncalibratedPolicy:
    """For an embedder whose similarities nobody has measured: names nobody, lists candidates.

    Without those whom the face resembles no more than a face that was said not to be theirs.
    """

    def decide(self, found: SearchResult, *, held: Identity | None = None) -> Decision:  # noqa: ARG002
        """Decide on a face that can be judged; see :class:`DecisionPolicy`."""
        if not found.candidates:
            return Unknown(best=None, confidence=1.0)
        left, _ = _parted(found.candidates, _is_nearer_to_a_negative)
        if not left:
            return Unknown(best=None, confidence=None)
        return Unsure(candidates=left[:_MOST_CANDIDATES], confidence=None)

    def lookalike_from(self, size: GallerySize) -> float | None:  # noqa: ARG002
        """Return None: nobody measured what similarities mean."""
        return None

    def odds(self, similarity: float) -> float | None:  # noqa: ARG002
        """Return None: nobody measured what similarities mean."""
        return None


def policy_for_embedder(
    calibration: Calibration | None, *, false_name_rate: float
) -> DecisionPolicy:
    """Return the policy for an embedder's calibration, or for the lack of one."""
    if calibration is None:
        return UncalibratedPolicy()
    return CalibratedPolicy(calibration, false_name_rate=false_name_rate)


def unusable_reason(face: Face) -> Reason | None:
    """Return why a face cannot be judged at all, or None where it can."""
    if (
        face.detection.score < _LEAST_SCORE
        or shape_error(face.landmarks.points) > _LARGEST_SHAPE_ERROR
    ):
        return Reason.NOT_CLEARLY_A_FACE
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
