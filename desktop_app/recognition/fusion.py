"""Adds up the looks at one face."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from desktop_app.arrays import Float64Array
from desktop_app.recognition.decision import DecisionPolicy, unusable_reason
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import (
    Decision,
    Identified,
    Match,
    Reason,
    Unsure,
    Unusable,
)
from desktop_app.vision.types import Embedding, Face

# A name is never given on fewer looks than this.
_LEAST_LOOKS = 3
# Older looks fade, so that a track outlives a bad start; about two seconds of video.
_MEMORY = 60.0


class Evidence:
    """The looks at one face, each weighted by its quality.

    The weighted sum of unit vectors points where the looks agree; what differs from look to look
    (blur, a turn of the head, a blink) cancels out.
    """

    __slots__ = ("_embedder", "_looks", "_reason", "_sum", "_weight")

    def __init__(self) -> None:
        self._sum: Float64Array | None = None
        self._weight = 0.0
        self._looks = 0
        self._embedder = ""
        self._reason: Reason | None = None

    @property
    def looks(self) -> int:
        """How many usable looks there were."""
        return self._looks

    @property
    def reason(self) -> Reason | None:
        """Why the last look was of no use, or None where it was."""
        return self._reason

    def add(self, face: Face) -> None:
        """Take another look."""
        self._reason = unusable_reason(face)
        if self._reason is not None and self._sum is not None:
            return
        weight = max(face.quality.overall, 0.01) ** 2
        vector = face.embedding.vector.astype(np.float64) * weight
        fade = 1.0 - 1.0 / _MEMORY
        self._sum = vector if self._sum is None else self._sum * fade + vector
        self._weight = self._weight * fade + weight
        self._embedder = face.embedding.embedder
        if self._reason is None:
            self._looks += 1

    def likeness(self, face: Face) -> float:
        """Return the cosine of a face with what was seen so far, −1 to 1."""
        mean = self.embedding
        return 1.0 if mean is None else mean.similarity(face.embedding)

    @property
    def embedding(self) -> Embedding | None:
        """What the looks add up to; None before the first."""
        if self._sum is None:
            return None
        length = float(np.linalg.norm(self._sum))
        if length < 1e-9:
            return None
        return Embedding((self._sum / length).astype(np.float32), self._embedder)

    def decide(self, gallery: Gallery, policy: DecisionPolicy, *, previous: Decision) -> Decision:
        """Decide on all looks together.

        Args:
            gallery: whom to search.
            policy: what may be said.
            previous: the decision so far; a name holds until the evidence is against it.

        """
        embedding = self.embedding
        if embedding is None or self._looks < _LEAST_LOOKS:
            return Unusable(self._reason) if self._reason else Unsure((), None)
        decision = policy.decide(
            gallery.search(embedding),
            templates=gallery.template_count,
            people=gallery.searchable_count,
        )
        return _with_hysteresis(decision, previous)


def _with_hysteresis(decision: Decision, previous: Decision) -> Decision:
    """Keep a name while it is still the best candidate and merely unsure."""
    if not isinstance(previous, Identified) or not isinstance(decision, Unsure):
        return decision
    if not decision.candidates or decision.confidence is None:
        return decision
    best = decision.candidates[0]
    if best.identity.id != previous.match.identity.id:
        return decision
    return Identified(match=best, confidence=decision.confidence, candidates=decision.candidates)


def one_name_each(decisions: Iterable[tuple[int, Decision]]) -> dict[int, Decision]:
    """Let no two live tracks carry one name: the more similar keeps it, the others are unsure.

    Args:
        decisions: pairs of track id and decision.

    Returns:
        Track id to what may be said of it beside the others.

    """
    result = dict(decisions)
    holders: dict[int, tuple[int, Match]] = {}
    for track_id, decision in result.items():
        if not isinstance(decision, Identified):
            continue
        name = decision.match.identity.id
        if name not in holders or decision.match.similarity > holders[name][1].similarity:
            holders[name] = (track_id, decision.match)
    for track_id, decision in result.items():
        if isinstance(decision, Identified) and holders[decision.match.identity.id][0] != track_id:
            result[track_id] = Unsure(decision.candidates, decision.confidence)
    return result
