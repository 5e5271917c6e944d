"""Adds up the looks at one face."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array
from desktop_app.recognition.decision import DecisionPolicy, unusable_reason
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import (
    Decision,
    Identified,
    Reason,
    Unsure,
    Unusable,
)
from desktop_app.vision.types import Embedding, Face

# A name is never given on fewer looks than this.
_LEAST_LOOKS = 3
# Older looks fade, so that a track outlives a bad start. Seconds to 1/e.
_MEMORY = 2.0
# The newest looks are also kept apart. Five together agree with the looks before them at 0.42 or
# more in every track of our clips, small and turned faces included; of strangers, one pair in
# 1,300 is as alike as this.
_RECENT = 5
_SAME_PERSON = 0.38
# A name goes to another track only where that one is more like its bearer by this: of two that are
# alike, now the one and now the other is a little more so.
_TAKES_OVER = 0.05


class Evidence:
    """The looks at one face, each weighted by its quality.

    The weighted sum of unit vectors points where the looks agree; what differs from look to look
    (blur, a turn of the head, a blink) cancels out. When the newest looks together contradict the
    ones before, it is somebody else, and the old ones are forgotten.
    """

    __slots__ = (
        *("_embedder", "_last", "_looks", "_reason", "_recent"),
        *("_sum", "_usable", "_weight", "_weight_of_best"),
    )

    def __init__(self) -> None:
        self._sum: Float64Array | None = None
        # Of all looks, and what it would be had each been perfect; both fade.
        self._weight = self._weight_of_best = 0.0
        self._last = 0.0
        self._looks = 0
        self._usable = False
        self._embedder = ""
        self._reason: Reason | None = None
        self._recent: deque[tuple[Float64Array, float]] = deque(maxlen=_RECENT)

    @property
    def looks(self) -> int:
        """How many usable looks there were."""
        return self._looks

    @property
    def is_young(self) -> bool:
        """Whether there were too few looks for a name."""
        return self._looks < _LEAST_LOOKS

    @property
    def quality(self) -> float:
        """0 to 1, of the looks on the whole; 0 before the first."""
        if not self._weight_of_best:
            return 0.0
        return float(np.sqrt(self._weight / self._weight_of_best))

    def add(self, face: Face, *, timestamp: float) -> bool:
        """Take another look.

        Args:
            face: the look.
            timestamp: of its frame, seconds, not before the last one.

        Returns:
            Whether it turned out that the newest looks are at somebody else; those before them
            are forgotten.

        """
        self._reason = unusable_reason(face)
        if self._reason is not None and self._usable:
            return False
        if self._reason is None and not self._usable:
            # What was no good for judging was good enough to follow the face by, until now.
            self._forget()
            self._usable = True
        self._embedder = face.embedding.embedder
        weight = max(face.quality.overall, 0.01) ** 2
        vector = face.embedding.vector.astype(np.float64) * weight
        self._fade(timestamp)
        self._sum = vector if self._sum is None else self._sum + vector
        self._weight += weight
        self._weight_of_best += 1.0
        if self._reason is None:
            self._looks += 1
            self._recent.append((vector, weight))
            return self._doubt()
        return False

    def likeness(self, face: Face) -> float:
        """Return the cosine of a face with what was seen so far, −1 to 1; 1 before the first."""
        mean = self.embedding
        return 1.0 if mean is None else mean.similarity(face.embedding)

    @property
    def embedding(self) -> Embedding | None:
        """What the looks add up to; None before the first."""
        direction = None if self._sum is None else _unit(self._sum)
        return None if direction is None else Embedding(direction, self._embedder)

    def _fade(self, timestamp: float) -> None:
        factor = float(np.exp(-max(timestamp - self._last, 0.0) / _MEMORY))
        self._last = timestamp
        self._weight *= factor
        self._weight_of_best *= factor
        if self._sum is not None:
            self._sum = self._sum * factor

    def _doubt(self) -> bool:
        """Start afresh from the newest looks where they contradict the ones before."""
        if self._sum is None or self._looks < 2 * _RECENT:
            return False
        recent = np.sum([vector for vector, _ in self._recent], axis=0)
        now, before = _unit(recent), _unit(self._sum - recent)
        if now is None or before is None or float(now @ before) >= _SAME_PERSON:
            return False
        self._sum = recent
        self._weight = sum(weight for _, weight in self._recent)
        self._weight_of_best = float(len(self._recent))
        self._looks = len(self._recent)
        return True

    def _forget(self) -> None:
        self._sum = None
        self._weight = self._weight_of_best = 0.0
        self._recent.clear()

    def decide(self, gallery: Gallery, policy: DecisionPolicy, *, previous: Decision) -> Decision:
        """Decide on all looks together.

        Args:
            gallery: whom to search.
            policy: what may be said.
            previous: the decision so far; a name holds until the evidence is against it.

        """
        embedding = self.embedding
        if embedding is None or self.is_young:
            return Unusable(self._reason) if self._reason else Unsure((), None)
        held = previous.match.identity if isinstance(previous, Identified) else None
        return policy.decide(gallery.search(embedding), held=held)


def _unit(vector: Float64Array) -> Float32Array | None:
    length = float(np.linalg.norm(vector))
    return None if length < 1e-9 else (vector / length).astype(np.float32)


def one_name_each(
    decisions: Iterable[tuple[int, Decision]], *, bearers: Mapping[int, int] | None = None
) -> dict[int, Decision]:
    """Let no two live tracks carry one name: the more similar keeps it, the others are unsure.

    Args:
        decisions: pairs of track id and decision.
        bearers: identity id to the id of the track that carried the name last; it keeps it
            unless another is clearly more similar, so that a name does not jump to and fro.

    Returns:
        Track id to what may be said of it beside the others.

    """
    result = dict(decisions)
    bearers = bearers or {}
    holders: dict[int, tuple[float, int]] = {}
    for track_id, decision in result.items():
        if isinstance(decision, Identified):
            name = decision.match.identity.id
            claim = decision.match.similarity
            if bearers.get(name) == track_id:
                claim += _TAKES_OVER
            if name not in holders or claim > holders[name][0]:
                holders[name] = (claim, track_id)
    for track_id, decision in result.items():
        if isinstance(decision, Identified) and holders[decision.match.identity.id][1] != track_id:
            result[track_id] = Unsure(decision.candidates, decision.confidence)
    return result
