"""The words of recognition: who is enrolled, what was found, what was decided."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, eq=False, slots=True)
class Negative:
    """A face of which somebody said that it is not this person's; it holds until taken back.

    Attributes:
        id: stable for the life of the gallery.
        identity_id: whose it is not.
        embedding: of that face.

    """

    id: int
    identity_id: int
    embedding: Embedding


@dataclass(frozen=True, slots=True)
class Match:
    """An enrolled person and how much the probe looks like them.

    Attributes:
        identity: who.
        similarity: -1 to 1, see ``TemplateLayers.similarities``; with one template its cosine.
        against: cosine with the nearest of the faces that somebody said are not this person's;
            None where nobody said so of any.
        templates: how many of the person's were compared.

    """

    identity: Identity
    similarity: float
    against: float | None = None
    templates: int = 1


@dataclass(frozen=True, slots=True)
class GallerySize:
    """How much a search went through.

    Attributes:
        people_by_templates: pairs of a number of templates and how many people have that many,
            by rising number.

    """

    people_by_templates: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, counts: Iterable[int]) -> GallerySize:
        """Return the size of a gallery from the number of templates of each person."""
        return cls(tuple(sorted(Counter(count for count in counts if count).items())))

    @property
    def people(self) -> int:
        """How many people have a template."""
        return sum(people for _, people in self.people_by_templates)

    @property
    def templates(self) -> int:
        """How many templates there are."""
        return sum(count * people for count, people in self.people_by_templates)

    def comparisons(self, dependence: float) -> float:
        """Return how many independent comparisons with strangers one search is worth.

        Templates of one person resemble each other, so k of them are worth k to the power of
        ``dependence``: 1 where they are as good as independent, 0 where they are all the same.
        At least 1.
        """
        worth = (people * float(count) ** dependence for count, people in self.people_by_templates)
        return max(1.0, float(sum(worth)))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Whom a probe resembles.

    Attributes:
        candidates: the most similar people, best first, one entry a person.
        size: how much was searched.
        likeness: how much each of the candidates resembles each of the others, as a probe would:
            ids of two, the smaller first, to -1 to 1. What a search gives compares two people when
            it is asked for them.

    """

    candidates: tuple[Match, ...] = ()
    size: GallerySize = GallerySize()
    likeness: Mapping[tuple[int, int], float] = field(default_factory=dict)


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
        confidence: 0 to 1, calibrated, that it is the first of them and not a stranger; None
            without candidates.
        share: 0 to 1, that it is the first of them, neither a stranger nor another of them; None
            where nobody can say.
        rivals: others who are too likely for a name beside the first, where it is likelier one of
            those enrolled than a stranger.

    """

    candidates: tuple[Match, ...]
    confidence: float | None
    share: float | None = None
    rivals: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """It is nobody who is enrolled.

    Attributes:
        best: the most similar person all the same, without those whom the face was said not to be;
            None where nobody is left.
        confidence: 0 to 1, calibrated, that it is nobody enrolled; None where nobody measured what
            similarities mean.
        candidates: the most similar people, best first, without those whom the face was said not
            to be.

    """

    best: Match | None
    confidence: float | None
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
