"""Whether two photos show one person: 1:1."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop_app.recognition.decision import unusable_reason
from desktop_app.recognition.odds import log_odds, probability
from desktop_app.recognition.operating_point import operating_point
from desktop_app.services.enrolment import face_to_enrol
from desktop_app.vision.manifest import Calibration
from desktop_app.vision.pipeline import FacePipeline


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer.

    Attributes:
        same: True, False, or None where it would be wrong to say.
        similarity: cosine, -1 to 1.
        confidence: 0 to 1, calibrated, that they are one person; None without a calibration.
        reason: a sentence.

    """

    same: bool | None
    similarity: float
    confidence: float | None
    reason: str


def verify(
    pipeline: FacePipeline,
    first: Path,
    second: Path,
    *,
    false_match_rate: float,
) -> Verification:
    """Compare the one face of each of two photos.

    Args:
        pipeline: finds and describes the faces.
        first, second: the photos.
        false_match_rate: how often two strangers may be called the same.

    Raises:
        InputError: a photo cannot be read, or shows no face, or several.

    """
    from desktop_app.capture.photo import read_photo

    faces = [
        face_to_enrol(pipeline, read_photo(path), label=str(path), allow_low_quality=True)
        for path in (first, second)
    ]
    similarity = faces[0].embedding.similarity(faces[1].embedding)
    calibration = pipeline.embedder.calibration
    if calibration is None:
        return Verification(
            None, similarity, None, "Nobody has measured what similarities of this embedder mean."
        )
    for path, face in zip((first, second), faces, strict=True):
        reason = unusable_reason(face)
        if reason is not None:
            confidence = _confidence(calibration, similarity)
            return Verification(
                None, similarity, confidence, f"The face in “{path}” is {reason.value}."
            )
    return _judge(calibration, similarity, false_match_rate=false_match_rate)


def _judge(calibration: Calibration, similarity: float, *, false_match_rate: float) -> Verification:
    """Say what the rate allows, but never what is less likely than its contrary."""
    point = operating_point(calibration, false_name_rate=false_match_rate)
    confidence = _confidence(calibration, similarity)
    same: bool | None = None
    reason = "They are alike, but strangers sometimes are as well."
    if similarity >= point.identify and confidence > 0.5:
        same = True
        strangers = f"{1 / false_match_rate:,.0f}"
        reason = f"So alike are fewer than one in {strangers} pairs of strangers."
    elif similarity < point.unsure and confidence < 0.5:
        same = False
        reason = "They are no more alike than strangers often are."
    return Verification(same, similarity, confidence, reason)


def _confidence(calibration: Calibration, similarity: float) -> float:
    return probability(log_odds(calibration, similarity))
