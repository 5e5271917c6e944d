"""One split of an open set: a gallery, and the photos that are searched for in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Decision, Identified, Unknown, Unsure
from desktop_app.services.evaluation.metrics import REJECTED
from desktop_app.services.evaluation.openset_figures import Outcome, Trials
from desktop_app.services.evaluation.photos import Subject
from desktop_app.services.evaluation.reliability import confidence_of_best


@dataclass(frozen=True, eq=False, slots=True)
class Split:
    """Some photos enrolled, the others yet to be searched for.

    Attributes:
        gallery: of those enrolled.
        failed_templates: photos to enrol in which no face was found.
        looks: the other photos: whose it is, numbered alike in all splits; whether they are
            enrolled, by that number; and its subject.

    """

    gallery: Gallery
    failed_templates: int
    looks: tuple[tuple[int, bool, Subject | None], ...]


def search_split(split: Split, policies: Sequence[DecisionPolicy]) -> Trials:
    """Search for all photos that were not enrolled.

    Args:
        split: from ``enrol_split``.
        policies: one for each rate that can be asked for; all state the same confidences.

    """
    searched = [
        _look(subject, person if enrolled else None, split.gallery, policies)
        for person, enrolled, subject in split.looks
    ]
    return Trials(
        people=split.gallery.size.people,
        templates=split.gallery.size.templates,
        failed_templates=split.failed_templates,
        person=np.array([person for person, _, _ in split.looks], np.int64),
        enrolled=np.array([enrolled for _, enrolled, _ in split.looks], np.bool_),
        similarity=np.array([look.similarity for look in searched], np.float64),
        own=np.array([look.own for look in searched], np.bool_),
        confidence=np.array([look.confidence for look in searched], np.float64),
        outcomes=np.array([look.outcomes for look in searched], np.int64).T,
    )


@dataclass(frozen=True, slots=True)
class _Look:
    similarity: float
    own: bool
    confidence: float
    outcomes: tuple[Outcome, ...]


def _look(
    subject: Subject | None, own: int | None, gallery: Gallery, policies: Sequence[DecisionPolicy]
) -> _Look:
    if subject is None:
        outcomes = (Outcome.UNUSABLE,) * len(policies)
        return _Look(REJECTED, own=False, confidence=np.nan, outcomes=outcomes)
    found = gallery.search(subject.embedding)
    best = found.candidates[0] if found.candidates else None
    decisions = [subject.unusable or policy.decide(found) for policy in policies]
    confidence = confidence_of_best(decisions[0])
    return _Look(
        similarity=REJECTED if best is None else best.similarity,
        own=best is not None and best.identity.id == own,
        confidence=np.nan if confidence is None else confidence,
        outcomes=tuple(_outcome(decision, own) for decision in decisions),
    )


def _outcome(decision: Decision, own: int | None) -> Outcome:
    match decision:
        case Identified(match=named):
            right = named.identity.id == own
            return Outcome.NAMED_RIGHTLY if right else Outcome.NAMED_WRONGLY
        case Unsure():
            return Outcome.UNSURE
        case Unknown():
            return Outcome.UNKNOWN
        case _:
            return Outcome.UNUSABLE
