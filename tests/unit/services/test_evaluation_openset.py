import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import factories
from desktop_app.errors import UsageError
from desktop_app.recognition.types import Reason, Unusable
from desktop_app.services.evaluation.metrics import REJECTED
from desktop_app.services.evaluation.openset import cast, enrol_split, evaluate_open_set
from desktop_app.services.evaluation.openset_documents import open_set_json, open_set_markdown
from desktop_app.services.evaluation.openset_figures import (
    Outcome,
    Trials,
    error_curve,
    rank_one,
    rate_point,
    stated_confidence,
    threshold_at,
)
from desktop_app.services.evaluation.photos import Subject

PEOPLE = 12


@pytest.fixture
def spec(catalog):
    return dataclasses.replace(catalog.embedder(), calibration=factories.calibration())


def album(spec, *, photos=5, strangers=30, likeness=0.9):
    """People whose photos are all about as alike, and strangers with one photo each."""
    subjects = {}

    def add(name, look):
        subjects[name] = Subject(dataclasses.replace(look, embedder=spec.key))

    for person in range(PEOPLE):
        base = factories.embedding(person)
        for photo in range(photos):
            seed = 1000 + 10 * person + photo
            look = factories.at_similarity(base, likeness**0.5, seed=seed)
            add(f"p{person:02}/{photo}.jpg", look)
    for stranger in range(strangers):
        add(f"s{stranger:02}/0.jpg", factories.embedding(5000 + stranger))
    return subjects


def report_of(subjects, spec, **options):
    chosen = cast(Path("photos"), list(subjects), templates=3)
    return evaluate_open_set(chosen, subjects, spec, templates=3, **options)


def test_people_with_enough_photos_are_enrolled_and_those_with_one_are_strangers():
    names = ["a/1", "a/2", "a/3", "b/1", "c/1", "c/2", "d/1"]
    chosen = cast(Path("photos"), names, templates=2)
    assert dict(chosen.enrolled) == {"a": ("a/1", "a/2", "a/3")}
    assert chosen.strangers == ("b/1", "d/1")
    assert chosen.left_out == 1
    assert chosen.photos == ["a/1", "a/2", "a/3", "b/1", "d/1"]


@pytest.mark.parametrize("names", [["a/1", "a/2", "b/1"], ["a/1", "a/2", "a/3", "b/1", "b/2"], []])
def test_without_people_to_enrol_or_without_strangers_nothing_is_measured(names):
    with pytest.raises(UsageError, match="more than 2 photos"):
        cast(Path("photos"), names, templates=2)


def test_no_photo_is_both_enrolled_and_searched_for(spec):
    subjects = album(spec)
    chosen = cast(Path("photos"), list(subjects), templates=3)
    split = enrol_split(chosen, subjects, spec, templates=3, seed=(0, 0))
    assert split.gallery.template_count == 3 * PEOPLE
    probes = [(person, subject) for person, enrolled, subject in split.looks if enrolled]
    assert len(probes) == 2 * PEOPLE
    for person, subject in probes:
        own = split.gallery.templates_of(person) @ subject.embedding.vector
        assert own.max() < 0.999
        assert own.min() > 0.7
    assert [person for person, enrolled, _ in split.looks if not enrolled] == list(
        range(PEOPLE, PEOPLE + 30)
    )


def test_a_seed_repeats_its_splits_and_each_split_draws_anew(spec):
    subjects = album(spec)
    chosen = cast(Path("photos"), list(subjects), templates=3)

    def enrolled(*seed):
        return enrol_split(chosen, subjects, spec, templates=3, seed=seed).gallery.matrix

    assert np.array_equal(enrolled(0, 1), enrolled(0, 1))
    assert not np.array_equal(enrolled(0, 1), enrolled(0, 0))
    assert not np.array_equal(enrolled(0, 1), enrolled(1, 1))


def test_alike_photos_are_all_named_and_strangers_are_not(spec):
    report = report_of(album(spec), spec, splits=2)
    assert (report.people, report.probes, report.strangers) == (PEOPLE, 2 * PEOPLE, 30)
    assert report.rank_one.value == 1.0
    assert [point.fnir.value for point in report.points] == [0.0, 0.0]
    for decided in report.decided:
        assert decided.probes[Outcome.NAMED_RIGHTLY].value == 1.0
        assert decided.fpir.value == 0.0
        assert decided.strangers[Outcome.NAMED_RIGHTLY].value == 0.0


def test_a_photo_without_a_face_is_an_error_only_where_somebody_enrolled_is_on_it(spec):
    subjects = album(spec, photos=4)
    for name in ("p00/0.jpg", "p00/1.jpg", "p00/2.jpg", "p00/3.jpg", "s00/0.jpg", "s01/0.jpg"):
        subjects[name] = None
    report = report_of(subjects, spec, splits=3)
    # Of p00 three photos are to be enrolled and one is searched for, in each split.
    assert (report.failed_strangers, report.failed_probes, report.failed_templates) == (2, 3, 9)
    assert report.splits[0].people == PEOPLE - 1
    assert report.points[0].fnir.value == pytest.approx(1 / PEOPLE)
    assert report.rank_one.value == pytest.approx(1 - 1 / PEOPLE)
    decided = report.decided[0]
    assert decided.probes[Outcome.UNUSABLE].value == pytest.approx(1 / PEOPLE)
    assert decided.fnir == pytest.approx(1 / PEOPLE)
    assert decided.strangers[Outcome.UNUSABLE].value == pytest.approx(2 / 30)
    assert decided.fpir.value == 0.0


def test_a_face_that_cannot_be_judged_is_searched_for_but_not_named(spec):
    subjects = album(spec, photos=4)
    unusable = Unusable(Reason.TURNED_AWAY)
    for photo in range(4):
        name = f"p00/{photo}.jpg"
        subjects[name] = dataclasses.replace(subjects[name], unusable=unusable)
    report = report_of(subjects, spec, splits=1)
    assert report.rank_one.value == 1.0
    assert report.decided[0].probes[Outcome.UNUSABLE].value == pytest.approx(1 / PEOPLE)


def test_somebody_elses_name_is_wrong_and_counts_as_missed(spec):
    subjects = album(spec, photos=4)
    for photo in range(4):
        # p00's photos all show p01.
        subjects[f"p00/{photo}.jpg"] = subjects[f"p01/{photo}.jpg"]
    chosen = cast(Path("photos"), list(subjects), templates=3)
    report = evaluate_open_set(chosen, subjects, spec, templates=3, splits=4)
    assert report.rank_one.value < 1.0
    assert report.points[0].fnir.value == pytest.approx(1.0 - report.rank_one.value)


def trials(*, probes, own, strangers, outcomes=Outcome.UNKNOWN, people=None):
    """Searches by hand: similarities of the best candidates of probes and of strangers."""
    count = len(probes) + len(strangers)
    enrolled = np.arange(count) < len(probes)
    return Trials(
        people=len(probes),
        templates=len(probes),
        failed_templates=0,
        person=np.arange(count) if people is None else np.array(people),
        enrolled=enrolled,
        similarity=np.array([*probes, *strangers], float),
        own=np.array([*own, *[False] * len(strangers)], bool),
        confidence=np.full(count, np.nan),
        outcomes=np.full((1, count), int(outcomes)),
    )


def test_no_more_strangers_exceed_the_threshold_than_were_allowed():
    strangers = np.arange(100) / 100
    assert (strangers > threshold_at(strangers, 0.07)).sum() == 7
    assert (strangers > threshold_at(strangers, 0.009)).sum() == 0
    assert (np.repeat(strangers, 2) > threshold_at(np.repeat(strangers, 2), 0.055)).sum() == 10


def test_a_probe_counts_only_if_its_own_person_is_best_and_above():
    split = trials(
        probes=[0.9, 0.9, 0.3, 0.6, REJECTED],
        own=[True, False, True, True, False],
        strangers=np.arange(20) / 40,  # up to 0.475; one of twenty may exceed: from 0.45 on
    )
    point = rate_point([split], fpir=0.05, seed=0)
    assert (point.reached, point.fnir.value) == (0.05, pytest.approx(3 / 5))
    assert point.fnir.low < 3 / 5 < point.fnir.high
    assert rank_one([split], seed=0).value == pytest.approx(3 / 5)


def test_each_split_has_its_own_threshold():
    easy = trials(probes=[0.5] * 4, own=[True] * 4, strangers=[0.1] * 10)
    hard = trials(probes=[0.5] * 4, own=[True] * 4, strangers=[0.6] * 10)
    assert rate_point([easy, hard], fpir=0.01, seed=0).by_split == (0.0, 1.0)


def test_the_curve_goes_through_the_points():
    rng = np.random.default_rng(5)
    split = trials(
        probes=rng.normal(0.5, 0.1, 40),
        own=rng.random(40) < 0.9,
        strangers=rng.normal(0.3, 0.1, 50),
    )
    fpir, fnir = error_curve([split])
    assert list(fpir[[0, -1]]) == [0.02, 1.0]
    for place in (0, 4, 24):
        point = rate_point([split], fpir=fpir[place], seed=0)
        assert fnir[place] == pytest.approx(point.fnir.value)
    assert (np.diff(fnir) <= 0).all()


def test_photos_without_a_confidence_say_nothing_about_it():
    split = trials(probes=[0.9, 0.2], own=[True, False], strangers=[0.1, 0.2])
    split = dataclasses.replace(split, confidence=np.array([0.97, np.nan, 0.02, np.nan]))
    counts = [one.count for one in stated_confidence([split]).bins]
    assert counts == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]


def test_what_is_written_holds_every_figure_and_nothing_json_cannot_say(spec):
    report = report_of(album(spec), spec, splits=2, rates=[0.05])
    figures = json.loads(json.dumps(open_set_json(report), allow_nan=False))
    assert [point["fpir"] for point in figures["fnir_at_fpir"]] == [0.05]
    assert [decided["asked"] for decided in figures["decided"]] == [0.01, 0.001, 0.0001]
    assert len(figures["splits"]) == 2
    markdown = open_set_markdown(report)
    assert "12 people enrolled with 3 photos each (36 templates)" in markdown
    assert "| 5.00 % | 3.33 % | 0.00 % (0.00–24.25) | 0.00 % to 0.00 % |" in markdown
