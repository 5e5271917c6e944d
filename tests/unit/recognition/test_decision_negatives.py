"""What the policy makes of faces said not to be somebody's, and of people who look alike.

With the factories' calibration each step of 0.1 in similarity makes one person ten times as likely;
the odds are even at 0.15.
"""

import dataclasses

import pytest

import factories
from desktop_app.recognition.decision import CalibratedPolicy, UncalibratedPolicy
from desktop_app.recognition.negatives import Negatives
from desktop_app.recognition.types import (
    Identified,
    Identity,
    Negative,
    Unknown,
    Unsure,
    candidates_of,
)

ANNA, BEN = Identity(1, "Anna"), Identity(2, "Ben")


@pytest.fixture
def policy():
    return CalibratedPolicy(factories.calibration(), false_name_rate=1e-2)


def anna(similarity, *, against=None):
    return factories.match("Anna", similarity, number=1, against=against)


def ben(similarity, *, against=None):
    return factories.match("Ben", similarity, number=2, against=against)


def names(decision):
    return [match.identity.name for match in candidates_of(decision)]


# Faces said not to be somebody's


def test_without_negatives_the_face_would_be_named(policy):
    decision = policy.decide(factories.found(anna(0.9)))
    assert isinstance(decision, Identified)
    assert decision.match.identity == ANNA


def test_a_face_nearer_to_a_negative_than_to_the_person_is_not_theirs(policy):
    decision = policy.decide(factories.found(anna(0.9, against=0.95)))
    assert isinstance(decision, Unknown)
    assert names(decision) == []


def test_a_face_as_near_to_a_negative_as_to_the_person_is_not_theirs(policy):
    assert isinstance(policy.decide(factories.found(anna(0.9, against=0.9))), Unknown)


def test_whom_it_is_not_leaves_the_list_and_the_next_takes_their_place(policy):
    decision = policy.decide(factories.found(anna(0.9, against=0.95), ben(0.7)))
    assert isinstance(decision, Identified)
    assert decision.match.identity == BEN
    assert names(decision) == ["Ben"]


def test_the_next_in_place_must_still_be_alike_enough_to_be_named(policy):
    decision = policy.decide(factories.found(anna(0.9, against=0.95), ben(0.0)))
    assert isinstance(decision, Unknown)
    assert decision.best.identity == BEN


def test_whom_it_is_not_is_no_runner_up_that_keeps_another_from_being_named(policy):
    alike = factories.found(ben(0.9), anna(0.88))
    refuted = factories.found(ben(0.9), anna(0.88, against=0.95))
    assert isinstance(policy.decide(alike), Unsure)
    assert isinstance(policy.decide(refuted), Identified)


def test_near_a_negative_a_person_needs_to_be_a_thousand_times_as_likely(policy):
    assert isinstance(policy.decide(factories.found(anna(0.9, against=0.61))), Unsure)
    assert isinstance(policy.decide(factories.found(anna(0.9, against=0.59))), Identified)


def test_who_is_only_unsure_because_of_a_negative_still_leads_the_list(policy):
    decision = policy.decide(factories.found(anna(0.9, against=0.8), ben(0.2)))
    assert isinstance(decision, Unsure)
    assert names(decision) == ["Anna", "Ben"]


@pytest.mark.parametrize("against", [-0.2, 0.0, 0.1, 0.15])
def test_a_negative_that_is_likelier_somebody_else_than_this_face_weighs_nothing(policy, against):
    """Even where the face itself is named on little more than that."""
    assert isinstance(policy.decide(factories.found(anna(0.26, against=against))), Identified)


def test_a_held_name_falls_to_unsure_when_a_negative_comes_near(policy):
    clear, near = (factories.found(anna(0.9, against=against)) for against in (0.2, 0.8))
    assert isinstance(policy.decide(clear, held=ANNA), Identified)
    assert isinstance(policy.decide(near, held=ANNA), Unsure)


def test_a_held_name_is_gone_when_the_face_is_refuted(policy):
    decision = policy.decide(factories.found(anna(0.9, against=0.95), ben(0.7)), held=ANNA)
    assert isinstance(decision, Identified)
    assert decision.match.identity == BEN


def test_more_negatives_never_make_a_name(policy):
    """Ever nearer to a negative: first identified, then unsure, then unknown, and never back."""
    order = [Identified, Unsure, Unknown]
    for similarity in (0.3, 0.5, 0.9):
        steps = [
            order.index(type(policy.decide(factories.found(anna(similarity, against=step / 100)))))
            for step in range(-20, 101)
        ]
        assert steps == sorted(steps)
        assert (steps[0], steps[-1]) == (0, 2)


@pytest.mark.parametrize("held", [None, ANNA])
def test_a_face_that_was_said_not_to_be_somebodys_is_never_given_their_name(held, catalog):
    """With the calibration that is shipped: the very face, however like the person it is."""
    policy = CalibratedPolicy(catalog.embedder().calibration, false_name_rate=1e-2)
    person = factories.embedding(1)
    for similarity in (0.45, 0.6, 0.9, 1.0):
        face = factories.at_similarity(person, similarity)
        people = factories.gallery({"Anna": [person]})
        assert isinstance(policy.decide(people.search(face)), Identified)
        corrected = with_negatives(people, face)
        assert not isinstance(policy.decide(corrected.search(face), held=held), Identified)


def test_a_negative_far_from_a_person_costs_them_nothing(catalog):
    policy = CalibratedPolicy(catalog.embedder().calibration, false_name_rate=1e-2)
    person = factories.embedding(1)
    people = with_negatives(
        factories.gallery({"Anna": [person]}), factories.at_similarity(person, 0.4, seed=7)
    )
    look = factories.at_similarity(person, 0.8, seed=8)
    assert isinstance(policy.decide(people.search(look)), Identified)


def with_negatives(gallery, *faces):
    listed = [Negative(number, 1, face) for number, face in enumerate(faces)]
    return dataclasses.replace(
        gallery, negatives=Negatives.build(listed, dimension=gallery.dimension)
    )


# How sure it is that a face is nobody's where a person said so


def test_where_everybody_is_refuted_nobody_is_called_the_best(policy):
    decision = policy.decide(factories.found(anna(0.9, against=0.95)))
    assert isinstance(decision, Unknown)
    assert decision.best is None


@pytest.mark.parametrize(
    ("similarity", "against", "odds_against"),
    [
        # As near to the one as to the other, and both far from strangers: it may be either.
        (0.9, 0.9, 1.0),
        # A lead of 0.1 is worth ten to one.
        (0.9, 1.0, 10.0),
        (0.8, 1.0, 100.0),
        # A stranger, the person and the negative are equally likely.
        (0.15, 0.15 + 1e-9, 2.0),
        # The person's similarity speaks against them too: one to ten.
        (0.05, 0.25, 10.0 + 100.0),
    ],
)
def test_how_sure_it_is_follows_from_the_lead_of_the_negative(
    policy, similarity, against, odds_against
):
    decision = policy.decide(factories.found(anna(similarity, against=against)))
    assert isinstance(decision, Unknown)
    assert decision.confidence == pytest.approx(odds_against / (1 + odds_against), abs=1e-6)


def test_somebody_who_does_not_come_near_makes_it_no_surer_that_it_is_nobody(policy):
    alone = policy.decide(factories.found(anna(0.9, against=0.9), templates=2))
    beside = policy.decide(factories.found(anna(0.9, against=0.9), ben(0.0)))
    assert isinstance(beside, Unknown)
    assert beside.confidence == pytest.approx(alone.confidence)


def test_a_negative_that_comes_near_takes_from_the_confidence(policy):
    decision = policy.decide(factories.found(anna(0.9, against=0.8)))
    assert isinstance(decision, Unsure)
    assert decision.confidence == pytest.approx(10 / 11, abs=1e-6)


def test_where_nobody_measured_similarities_whom_it_is_not_leaves_the_list():
    policy = UncalibratedPolicy()
    found = factories.found(anna(0.9, against=0.9), ben(0.7, against=0.6))
    assert names(policy.decide(found)) == ["Ben"]
    everybody = policy.decide(factories.found(anna(0.9, against=0.95), ben(0.7, against=0.7)))
    assert everybody == Unknown(best=None, confidence=None)


def test_where_nobody_measured_similarities_no_more_are_listed_than_elsewhere(policy):
    matches = [factories.match(f"person {n}", 0.9 - n / 50, number=n) for n in range(9)]
    found = factories.found(*matches)
    listed = names(UncalibratedPolicy().decide(found))
    assert listed == names(policy.decide(found)) == [f"person {n}" for n in range(5)]


# People who look alike


def test_people_who_look_alike_need_a_hundredfold_lead_and_others_a_tenfold(policy):
    def lead(step, *, likeness):
        return policy.decide(factories.found(anna(0.8), ben(0.8 - step), likeness=likeness))

    assert isinstance(lead(0.11, likeness=0.0), Identified)
    assert isinstance(lead(0.09, likeness=0.0), Unsure)
    assert isinstance(lead(0.19, likeness=0.6), Unsure)
    assert isinstance(lead(0.21, likeness=0.6), Identified)


def test_a_lookalike_in_third_place_counts_as_much_as_one_in_second(policy):
    found = factories.found(anna(0.8), ben(0.65), factories.match("Cara", 0.62, number=3))
    assert isinstance(policy.decide(found), Identified)
    alike = dataclasses.replace(found, likeness={(1, 3): 0.6})
    assert isinstance(policy.decide(alike), Unsure)


def test_who_is_refuted_is_no_lookalike_of_whom_is_left(policy):
    found = factories.found(anna(0.85, against=0.9), ben(0.8), likeness=0.9)
    decision = policy.decide(found)
    assert isinstance(decision, Identified)
    assert decision.match.identity == BEN


def test_two_count_as_alike_from_where_either_might_be_named_for_the_other(policy):
    found = factories.found(anna(0.8), ben(0.65), likeness=None)
    threshold = policy.lookalike_from(found.size)
    assert threshold == policy.operating_point(found.size).identify
    for likeness, kind in ((threshold - 0.001, Identified), (threshold, Unsure)):
        decision = policy.decide(factories.found(anna(0.8), ben(0.65), likeness=likeness))
        assert isinstance(decision, kind)


def test_in_a_larger_gallery_people_must_be_more_alike_to_count_as_alike(policy):
    small, large = factories.found(anna(0.8)), factories.found(anna(0.8), templates=1000)
    assert policy.lookalike_from(large.size) > policy.lookalike_from(small.size)


def test_a_name_that_is_held_holds_among_people_who_look_alike(policy):
    found = factories.found(anna(0.8), ben(0.75), likeness=0.9)
    assert isinstance(policy.decide(found), Unsure)
    assert isinstance(policy.decide(found, held=ANNA), Identified)
    assert isinstance(policy.decide(found, held=BEN), Unsure)


def test_an_embedder_that_nobody_measured_knows_no_lookalikes():
    policy = UncalibratedPolicy()
    assert policy.lookalike_from(factories.found(anna(0.9)).size) is None
    assert policy.odds(0.9) is None
