"""The words of recognition: who is enrolled, what was found, what was decided."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from desktop_app.vision.types import Embedding


@dataclass(frozen=True, slots=True)
class Identity:
    """An enrolled person.

    Attributes:
        id: stable for the life of the gallery.
        name: as people wrote it, Unicode NFC, no white space at its ends.

    """

    id: int
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Template:
    """An enrolled embedding.

    Attributes:
        id: stable for the life of the gallery.
        identity_id: whose it is.
        embedding: what probes are compared with.
        quality: 0 to 1, of the face it was made from.

    """

    id: int
    identity_id: int
    embedding: Embedding
    quality: float


@dataclass(frozen=True, slots=True)
class Match:
    """An enrolled person and how much the probe looks like them.

    Attributes:
        identity: who.
        similarity: cosine with the person's best template, -1 to 1.

    """

    identity: Identity
    similarity: float


class Reason(enum.Enum):
    """Why a face cannot be judged."""

    TOO_SMALL = "too small"
    BLURRED = "blurred"
    BADLY_LIT = "badly lit"
    TURNED_AWAY = "turned away"
    NOT_CLEARLY_A_FACE = "not clearly a face"


@dataclass(frozen=True, slots=True)
class Identified:
    """It is this person.

    Attributes:
        match: who, and how similar.
        confidence: 0 to 1, calibrated.
        candidates: the most similar people, best first; ``match`` leads.

    """

    match: Match
    confidence: float
    candidates: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may be one of these people, and it would be wrong to say which.

    Attributes:
        candidates: the most similar people, best first. Empty while a track is too young to say.
        confidence: 0 to 1, calibrated, that it is the first of them; None without candidates.

    """

    candidates: tuple[Match, ...]
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It is nobody who is enrolled.

    Attributes:
        best: the most similar person all the same; None where nobody is enrolled.
        confidence: 0 to 1, calibrated, that it is nobody enrolled.
        candidates: the most similar people, best first.

    """

    best: Match | None
    confidence: float
    candidates: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """The face cannot be judged."""

    reason: Reason


Decision = Identified | Unsure | Unknown | Unusable

DECISION_WORDS: dict[type[Decision], str] = {
    Identified: "identified",
    Unsure: "unsure",
    Unknown: "unknown",
    Unusable: "unusable",
}


def decision_word(decision: Decision) -> str:
    """Return the word for a decision in what programs read."""
    return DECISION_WORDS[type(decision)]


def decided_name(decision: Decision) -> str | None:
    """Return the name that a decision gives; only ``Identified`` gives one."""
    return decision.match.identity.name if isinstance(decision, Identified) else None


def candidates_of(decision: Decision) -> tuple[Match, ...]:
    """Return the people that a decision weighed, best first."""
    return () if isinstance(decision, Unusable) else decision.candidates
