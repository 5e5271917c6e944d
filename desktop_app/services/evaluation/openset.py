"""``evaluate openset``: who is found among many, and how often strangers are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.errors import UsageError
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Identity, Template
from desktop_app.services.evaluation.intervals import Share
from desktop_app.services.evaluation.metrics import REJECTED
from desktop_app.services.evaluation.openset_figures import (
    Decided,
    RatePoint,
    Trials,
    decided,
    rank_one,
    rate_point,
    stated_confidence,
)
from desktop_app.services.evaluation.openset_search import Split, search_split
from desktop_app.services.evaluation.photos import Subject
from desktop_app.services.evaluation.reliability import Reliability
from desktop_app.services.runtime import policy_for
from desktop_app.settings import FALSE_NAME_RATES
from desktop_app.vision.manifest import EmbedderSpec

FPIR = (0.01, 0.001)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is enrolled and who is a stranger.

    Attributes:
        enrolled: people with photos enough to enrol some and search for the others; name to
            photos.
        strangers: the photos of people with one photo each.
        left_out: people in between: too few photos to search for one after enrolling, and more
            than one, so that as strangers they would count several times.

    """

    enrolled: Mapping[str, tuple[str, ...]]
    strangers: tuple[str, ...]
    left_out: int

    @property
    def photos(self) -> list[str]:
        """All photos that are looked at."""
        return sorted([*self.strangers, *(name for own in self.enrolled.values() for name in own)])


@dataclass(frozen=True, eq=False, slots=True)
class OpenSetReport:
    """How a gallery of people and a crowd of strangers were told apart.

    Attributes:
        templates: photos enrolled of each person, at most.
        seed: of the choice of these photos and of the resampling.
        people: who may be enrolled.
        strangers: photos of strangers, one each.
        probes: photos searched for in each split.
        left_out: people with too few photos to be enrolled and too many to be strangers.
        failed_strangers, failed_probes, failed_templates: photos without a face, the latter two
            summed over the splits.
        rank_one: probes whose own person is the best candidate.
        points: FNIR at each measured FPIR.
        decided: what the shipped decision said at each rate that can be chosen.
        reliability: of stated confidences.
        splits: the searches themselves.

    """

    templates: int
    seed: int
    people: int
    strangers: int
    probes: int
    left_out: int
    failed_strangers: int
    failed_probes: int
    failed_templates: int
    rank_one: Share
    points: tuple[RatePoint, ...]
    decided: tuple[Decided, ...]
    reliability: Reliability
    splits: tuple[Trials, ...]


def cast(images: Path, names: Sequence[str], *, templates: int) -> Cast:
    """Say who is enrolled and who is a stranger.

    Args:
        images: the folder, for the error.
        names: its photos, from ``labelled_photos``.
        templates: how many photos of a person are enrolled.

    Raises:
        UsageError: there is nobody to enrol, or no stranger.

    """
    people: dict[str, list[str]] = {}
    for name in names:
        people.setdefault(name.split("/")[0], []).append(name)
    enrolled = {person: tuple(own) for person, own in people.items() if len(own) > templates}
    strangers = tuple(own[0] for own in people.values() if len(own) == 1)
    if not enrolled or not strangers:
        raise UsageError(
            reason=f"“{images}” does not hold what is needed: people with more than {templates} "
            "photos in a sub-folder each, to be enrolled and searched for, and people with one "
            "photo each, as strangers"
        )
    return Cast(enrolled, strangers, left_out=len(people) - len(enrolled) - len(strangers))


def evaluate_open_set(
    chosen: Cast,
    subjects: Mapping[str, Subject | None],
    spec: EmbedderSpec,
    *,
    templates: int,
    splits: int = 5,
    seed: int = 0,
    rates: Sequence[float] = FPIR,
) -> OpenSetReport:
    """Enrol people with some of their photos, search for the others and for strangers.

    Which of a person's photos are enrolled is drawn anew for each split. Photos without a face
    cannot be named: of an enrolled person that is an error, of a stranger it is none; one that
    was to be enrolled leaves that person with a template fewer.

    Args:
        chosen: who is who, from :func:`cast`.
        subjects: of all ``chosen.photos``; None where there is no face.
        spec: of the embedder that described them.
        templates: how many photos of a person are enrolled.
        splits: how often that is repeated.
        seed: of the drawing.
        rates: FPIR at which FNIR is wanted.

    """
    policies = [policy_for(spec, false_name_rate=rate) for rate in FALSE_NAME_RATES]
    tried = tuple(
        search_split(
            enrol_split(chosen, subjects, spec, templates=templates, seed=(seed, number)), policies
        )
        for number in range(splits)
    )
    return _report(chosen, subjects, tried, templates=templates, seed=seed, rates=rates)


def enrol_split(
    chosen: Cast,
    subjects: Mapping[str, Subject | None],
    spec: EmbedderSpec,
    *,
    templates: int,
    seed: tuple[int, int],
) -> Split:
    """Enrol some photos of each person, drawn at random.

    Args:
        chosen: who is who.
        subjects: the photos' subjects, None where there is no face.
        spec: of the embedder that described them.
        templates: how many photos of a person to enrol.
        seed: of the drawing: one for all splits, and the split's number.

    """
    rng = np.random.default_rng(seed)
    enrolled: list[Template] = []
    identities = []
    looks: list[tuple[int, bool, Subject | None]] = []
    failed = 0
    for number, (person, photos) in enumerate(sorted(chosen.enrolled.items())):
        identities.append(Identity(number, person))
        order = [photos[place] for place in rng.permutation(len(photos))]
        for name in order[:templates]:
            subject = subjects[name]
            if subject is None:
                failed += 1
            else:
                enrolled.append(Template(len(enrolled), number, subject.embedding, quality=1.0))
        looks += [(number, True, subjects[name]) for name in order[templates:]]
    strangers = enumerate(chosen.strangers, start=len(identities))
    looks += [(number, False, subjects[name]) for number, name in strangers]
    gallery = Gallery.build(
        embedder=spec.key,
        dimension=spec.dimension,
        identities=identities,
        templates=enrolled,
    )
    return Split(gallery, failed, tuple(looks))


def _report(
    chosen: Cast,
    subjects: Mapping[str, Subject | None],
    splits: tuple[Trials, ...],
    *,
    templates: int,
    seed: int,
    rates: Sequence[float],
) -> OpenSetReport:
    failed = [int((trials.similarity[trials.enrolled] == REJECTED).sum()) for trials in splits]
    return OpenSetReport(
        templates=templates,
        seed=seed,
        people=len(chosen.enrolled),
        strangers=len(chosen.strangers),
        probes=int(splits[0].enrolled.sum()),
        left_out=chosen.left_out,
        failed_strangers=sum(subjects[name] is None for name in chosen.strangers),
        failed_probes=sum(failed),
        failed_templates=sum(trials.failed_templates for trials in splits),
        rank_one=rank_one(splits, seed=seed),
        points=tuple(rate_point(splits, fpir=rate, seed=seed) for rate in rates),
        decided=tuple(
            decided(splits, place=place, asked=rate, seed=seed)
            for place, rate in enumerate(FALSE_NAME_RATES)
        ),
        reliability=stated_confidence(splits),
        splits=splits,
    )
