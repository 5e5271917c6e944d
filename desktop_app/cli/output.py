"""The words for what commands found, for people and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop_app.arrays import Float32Array
from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import (
    Decision,
    Identified,
    Unsure,
    Unusable,
    candidates_of,
    decided_name,
    decision_word,
)
from desktop_app.services.identification import FaceResult


def box_json(box: Float32Array) -> list[float]:
    """Return a box as [x1, y1, x2, y2], pixels."""
    return [round(float(value), 1) for value in box]


def decision_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as programs read it.

    ``name`` is given only when ``decision`` is ``identified``; ``similarity`` is that of the best
    candidate.
    """
    candidates = candidates_of(decision)
    return {
        "decision": decision_word(decision),
        "name": decided_name(decision),
        "similarity": round(candidates[0].similarity, 4) if candidates else None,
    }


def stated_confidence(decision: Decision) -> float | None:
    """Return how likely it is that a decision is right; None where nothing is known.

    For ``unknown``, that it is nobody enrolled; for ``unsure``, that it is the first candidate,
    neither a stranger nor another candidate.
    """
    if isinstance(decision, Unusable):
        return None
    return decision.share if isinstance(decision, Unsure) else decision.confidence


def face_json(result: FaceResult) -> dict[str, Any]:
    """Return a face of a photo as programs read it."""
    detection = result.face.detection
    confidence = stated_confidence(result.decision)
    return {
        "box": box_json(detection.box),
        "score": round(detection.score, 4),
        **decision_json(result.decision),
        "confidence": None if confidence is None else round(confidence, 4),
        "candidates": [
            {"name": match.identity.name, "similarity": round(match.similarity, 4)}
            for match in candidates_of(result.decision)
        ],
        "quality": round(result.face.quality.overall, 4),
    }


def source_words(origin: Origin, created: datetime) -> str:
    """Return where and when, in local time, a face was taken in."""
    where = {
        Origin.PHOTO: "from a photo",
        Origin.LIVE: "from the camera",
        Origin.CLIP: "from a clip",
    }[origin]
    return f"{where}, {created.astimezone():%Y-%m-%d %H:%M}"


def decision_sentence(decision: Decision) -> str:
    """Return a decision as people read it."""
    if isinstance(decision, Unusable):
        return f"cannot be judged: {decision.reason.value}"
    if isinstance(decision, Identified):
        # Never "100%": nothing here is certain.
        return f"{decision.match.identity.name} ({min(decision.confidence, 0.99):.0%})"
    candidates = candidates_of(decision)
    if isinstance(decision, Unsure) and candidates:
        return f"unsure, perhaps {candidates[0].identity.name}"
    return decision_word(decision)
