"""Figures of open-set identification, from what searches gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from desktop_app.arrays import BoolArray, Float64Array, Int64Array
from desktop_app.services.evaluation.intervals import (
    NO_SHARE,
    Share,
    bootstrap_over_people,
    share_over_people,
)
from desktop_app.services.evaluation.metrics import REJECTED, accept_rates
from desktop_app.services.evaluation.reliability import Reliability, reliability


class Outcome(IntEnum):
    """What was said of a photo."""

    NAMED_RIGHTLY = 0
    NAMED_WRONGLY = 1
    UNSURE = 2
    UNKNOWN = 3
    UNUSABLE = 4  # no face was found, or none that can be judged


@dataclass(frozen=True, eq=False, slots=True)
class Trials:
    """All searches of one split; its arrays have an entry for each photo that was searched for.

    Attributes:
        people, templates: how many were enrolled.
        failed_templates: photos to enrol in which no face was found.
        person: whose photo it is, a number from 0 on, the same in all splits, shape (n,).
        enrolled: whether it is a probe of somebody enrolled, else it is of a stranger, shape (n,).
        similarity: of the best candidate, shape (n,); ``REJECTED`` where no face was found.
        own: whether the best candidate is the person, shape (n,).
        confidence: that the best candidate is the person, as stated, shape (n,); NaN where
            nothing was stated.
        outcomes: an :class:`Outcome` for each asked-for rate, shape (rates, n).

    """

    people: int
    templates: int
    failed_templates: int
    person: Int64Array
    enrolled: BoolArray
    similarity: Float64Array
    own: BoolArray
    confidence: Float64Array
    outcomes: Int64Array


@dataclass(frozen=True, slots=True)
class RatePoint:
    """How many are missed where so many strangers are named.

    Attributes:
        fpir: the share of strangers that was allowed, a fraction.
        reached: the share that did exceed the threshold: no more than that, and less where it is
            no whole number of strangers.
        fnir: the share of probes whose own person was not the best or did not exceed it.
        by_split: the same in each split.

    """

    fpir: float
    reached: float
    fnir: Share
    by_split: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What the shipped decision said at an asked-for rate.

    Attributes:
        asked: how often a stranger may be named.
        fpir: the share of strangers that was named.
        fpir_by_split: the same in each split.
        strangers, probes: the share of each :class:`Outcome`; a stranger is never named rightly.

    """

    asked: float
    fpir: Share
    fpir_by_split: tuple[float, ...]
    strangers: tuple[Share, ...]
    probes: tuple[Share, ...]

    @property
    def fnir(self) -> float:
        """The share of probes that was not named rightly."""
        return 1.0 - self.probes[Outcome.NAMED_RIGHTLY].value


def threshold_at(similarities: Float64Array, rate: float) -> float:
    """Return the similarity that at most so large a share of strangers exceeds.

    Args:
        similarities: of strangers' best candidates, shape (n,), at least one.
        rate: the share, a fraction.

    """
    return _weighted_threshold(
        np.sort(similarities)[::-1], weights=np.ones(len(similarities)), rate=rate
    )


def _weighted_threshold(falling: Float64Array, *, weights: Float64Array, rate: float) -> float:
    reached = np.cumsum(weights)
    # A millionth of a stranger: 0.07 × 100 is a little more than 7 to a computer.
    first = int(np.searchsorted(reached, rate * reached[-1] + 1e-6, side="right"))
    return float(falling[first]) if first < len(falling) else REJECTED


def missed(trials: Trials, threshold: float) -> BoolArray:
    """Return which probes are not named by a threshold, shape (probes,)."""
    probes = trials.enrolled
    named: BoolArray = trials.own[probes] & (trials.similarity[probes] > threshold)
    return ~named


def rate_point(splits: Sequence[Trials], *, fpir: float, seed: int) -> RatePoint:
    """Return how many are missed at a measured FPIR; each split has its own threshold.

    The interval comes from resampling people, strangers and enrolled ones: both the threshold and
    what is missed move with them. Who is enrolled beside them stays.
    """
    people = 1 + max(int(trials.person.max()) for trials in splits)
    prepared = []
    by_split = []
    reached = []
    for trials in splits:
        strangers = np.flatnonzero(~trials.enrolled)
        falling = strangers[np.argsort(-trials.similarity[strangers], kind="stable")]
        threshold = threshold_at(trials.similarity[strangers], fpir)
        by_split.append(float(missed(trials, threshold).mean()))
        reached.append(float((trials.similarity[strangers] > threshold).mean()))
        best = np.where(trials.own, trials.similarity, REJECTED)[trials.enrolled]
        prepared.append(
            (
                trials.similarity[falling],
                trials.person[falling],
                best,
                trials.person[trials.enrolled],
            )
        )

    def fnir(weights: Float64Array) -> float:
        lost = seen = 0.0
        for falling, owners, best, probed in prepared:
            if not weights[owners].any():
                return float("nan")
            threshold = _weighted_threshold(falling, weights=weights[owners], rate=fpir)
            lost += float(weights[probed][best <= threshold].sum())
            seen += float(weights[probed].sum())
        return lost / seen if seen else float("nan")

    value = fnir(np.ones(people))
    low, high = bootstrap_over_people(fnir, people=people, seed=seed)
    if low == high:  # nothing, or everything, is missed in every replicate
        events = [missed(trials, threshold_at(_strangers(trials), fpir)) for trials in splits]
        share = _by_person(splits, events, enrolled=True, seed=seed)
    else:
        share = Share(value, low, high)
    return RatePoint(fpir, float(np.mean(reached)), share, tuple(by_split))


def rank_one(splits: Sequence[Trials], *, seed: int) -> Share:
    """Return the share of probes whose own person is the best candidate, however similar."""
    events = [trials.own[trials.enrolled] for trials in splits]
    return _by_person(splits, events, enrolled=True, seed=seed)


def decided(splits: Sequence[Trials], *, place: int, asked: float, seed: int) -> Decided:
    """Return what was said at an asked-for rate.

    Args:
        splits: the searches.
        place: the row of ``Trials.outcomes``.
        asked: the rate.
        seed: of the resampling.

    """

    def shares(*, enrolled: bool) -> tuple[Share, ...]:
        return tuple(
            _by_person(
                splits,
                [
                    trials.outcomes[place][trials.enrolled == enrolled] == outcome
                    for trials in splits
                ],
                enrolled=enrolled,
                seed=seed,
            )
            for outcome in Outcome
        )

    strangers = shares(enrolled=False)
    return Decided(
        asked=asked,
        fpir=strangers[Outcome.NAMED_WRONGLY],
        fpir_by_split=tuple(
            float((trials.outcomes[place][~trials.enrolled] == Outcome.NAMED_WRONGLY).mean())
            for trials in splits
        ),
        strangers=strangers,
        probes=shares(enrolled=True),
    )


def stated_confidence(splits: Sequence[Trials]) -> Reliability:
    """Compare the confidences that were stated in all splits with what came true."""
    confidence = np.concatenate([trials.confidence for trials in splits])
    stated = ~np.isnan(confidence)
    return reliability(
        confidence[stated],
        right=np.concatenate([trials.own for trials in splits])[stated],
        enrolled=np.concatenate([trials.enrolled for trials in splits])[stated],
    )


def error_curve(splits: Sequence[Trials]) -> tuple[Float64Array, Float64Array]:
    """Return rising FPIR and the mean FNIR of the splits there, one entry for each stranger."""
    fnir = []
    for trials in splits:
        values = np.where(trials.own | ~trials.enrolled, trials.similarity, REJECTED)
        fpir, named = accept_rates(values, trials.enrolled)
        fnir.append(1.0 - named)
    return fpir, np.mean(fnir, axis=0)


def _strangers(trials: Trials) -> Float64Array:
    similarities: Float64Array = trials.similarity[~trials.enrolled]
    return similarities


def _by_person(
    splits: Sequence[Trials], events: Sequence[BoolArray], *, enrolled: bool, seed: int
) -> Share:
    people = 1 + max(int(trials.person.max()) for trials in splits)
    happened = np.zeros(people, np.int64)
    possible = np.zeros(people, np.int64)
    for trials, event in zip(splits, events, strict=True):
        owners = trials.person[trials.enrolled == enrolled]
        happened += np.bincount(owners, weights=event, minlength=people).astype(np.int64)
        possible += np.bincount(owners, minlength=people)
    if not possible.any():
        return NO_SHARE
    return share_over_people(happened, possible, seed=seed)
