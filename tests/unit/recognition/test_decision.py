import math
from dataclasses import replace

import pytest

import factories
from desktop_app.recognition.decision import (
    CalibratedPolicy,
    UncalibratedPolicy,
    policy_for_embedder,
    unusable_reason,
)
from desktop_app.recognition.odds import log_odds, probability
from desktop_app.recognition.operating_point import (
    false_match_rate,
    operating_point,
    similarity_at,
)
from desktop_app.recognition.types import (
    GallerySize,
    Identified,
    Identity,
    Match,
    Reason,
    SearchResult,
    Unknown,
    Unsure,
)


def decide(*similarities: float, rate: float = 1e-2, templates: int = 1):
    matches = [
        factories.match(f"person {n}", value, number=n) for n, value in enumerate(similarities)
    ]
    policy = CalibratedPolicy(factories.calibration(), false_name_rate=rate)
    return policy.decide(factories.found(*matches, templates=templates))


def test_a_face_above_the_upper_threshold_is_named():
    decision = decide(0.21)
    assert isinstance(decision, Identified)
    assert decision.match.identity.name == "person 0"


def test_a_face_between_the_thresholds_is_unsure():
    assert isinstance(decide(0.15), Unsure)


def test_a_face_below_both_thresholds_is_unknown_and_says_who_came_nearest():
    decision = decide(0.05)
    assert isinstance(decision, Unknown)
    assert decision.best is not None
    assert decision.best.similarity == 0.05


def test_a_stranger_is_called_unknown_even_when_the_gallery_is_large():
    assert isinstance(decide(0.25), Identified)
    assert not isinstance(decide(0.25, templates=1000), Identified)


def test_asking_for_fewer_false_names_gives_fewer_names():
    assert isinstance(decide(0.25, rate=1e-2), Identified)
    assert not isinstance(decide(0.25, rate=1e-4), Identified)


def test_a_face_like_two_people_is_unsure_however_similar_it_is():
    assert isinstance(decide(0.9, 0.88), Unsure)
    assert isinstance(decide(0.9, 0.5), Identified)


def test_between_people_who_are_as_likely_the_share_is_divided_and_they_are_rivals():
    """In the round table the odds are ten times better with each step of 0.1."""
    two = decide(0.9, 0.9)
    assert two.share == pytest.approx(1 / 2, abs=1e-4)
    assert [rival.identity.name for rival in two.rivals] == ["person 1"]
    three = decide(0.9, 0.9, 0.9)
    assert three.share == pytest.approx(1 / 3, abs=1e-4)
    assert len(three.rivals) == 2
    assert decide(0.9, 0.85, 0.5).rivals == (factories.match("person 1", 0.85, number=1),)
    # Of one, as likely enrolled as not: nobody shares with them.
    alone = decide(0.15)
    assert alone.share == pytest.approx(alone.confidence)


def test_beside_a_face_that_is_probably_a_strangers_nobody_is_a_rival():
    decision = decide(0.14, 0.14)
    assert isinstance(decision, Unsure)
    assert decision.confidence < 0.5
    assert decision.rivals == ()


def test_nobody_enrolled_makes_everybody_unknown():
    decision = decide()
    assert isinstance(decision, Unknown)
    assert decision.best is None


def test_an_embedder_that_nobody_measured_names_nobody():
    policy = policy_for_embedder(None, false_name_rate=1e-3)
    assert isinstance(policy, UncalibratedPolicy)
    decision = policy.decide(factories.found(factories.match("Anna", 0.99)))
    assert isinstance(decision, Unsure)
    assert decision.confidence is None


def test_thresholds_follow_the_table_at_its_own_rates():
    point = operating_point(factories.calibration(), false_name_rate=1e-3)
    assert point.identify == pytest.approx(0.3)
    assert point.unsure == pytest.approx(0.2)


def test_many_comparisons_share_the_rate_of_one_look():
    each = false_match_rate(0.01, size=500)
    assert 1 - (1 - each) ** 500 == pytest.approx(0.01)


def test_beyond_the_table_the_threshold_goes_on_rising_and_stays_a_cosine():
    table = factories.calibration()
    assert similarity_at(table, 1e-5) == pytest.approx(0.5)
    assert similarity_at(table, 1e-300) == 1.0


def test_between_entries_the_logarithm_of_the_rate_is_linear():
    assert similarity_at(factories.calibration(), 10**-2.5) == pytest.approx(0.25)


def test_confidence_is_even_where_the_odds_are_and_falls_with_more_people():
    table = factories.calibration()
    assert probability(log_odds(table, 0.15)) == pytest.approx(0.5)
    assert log_odds(table, 0.3) - log_odds(table, 0.3, people=100) == pytest.approx(math.log(100))


@pytest.mark.parametrize("similarity", [-0.3, 0.05, 0.15, 0.25, 0.31, 0.35, 0.6, 1.0])
def test_the_odds_grow_tenfold_with_each_step_of_the_table_and_beyond_it(similarity):
    table = factories.calibration()
    steps = (similarity - 0.15) / 0.1
    assert log_odds(table, similarity) == pytest.approx(steps * math.log(10))


def test_a_middling_similarity_says_less_of_a_person_with_several_templates():
    """With the gain and the dependence that were measured for SFace."""
    table = replace(factories.calibration(), template_dependence=0.5, template_gain=0.35)
    # It is rarer for them, and strangers reach it more often.
    assert log_odds(table, 0.15, templates=3) < log_odds(table, 0.15) - 0.5


def test_odds_never_fall_where_a_table_is_uneven():
    uneven = replace(factories.calibration(), false_non_match_rates=(0.0, 0.2, 0.2, 0.3))
    odds = [log_odds(uneven, value / 100) for value in range(-50, 101)]
    assert odds == sorted(odds)


@pytest.mark.parametrize("templates", [1, 3, 10, 30, 100, 400, 500, 5000])
@pytest.mark.parametrize(
    "measured",
    [
        {},
        {"template_dependence": 0.5, "template_gain": 0.35},
        {"template_dependence": 1.0, "template_gain": 1.0},
        # Every stranger reaches the lowest entry.
        {"false_match_rates": (1.0, 1e-2, 1e-3, 1e-4)},
        # Nobody was missed up to the second entry, and nobody more between the third and the last.
        {"false_non_match_rates": (0.0, 0.0, 0.3, 0.3)},
        # Next to nobody was missed below the third.
        {"false_non_match_rates": (0.0, 1e-7, 2e-7, 0.3)},
        # Most strangers lie in two entries near each other.
        {"false_match_rates": (0.999999999, 0.9, 1e-3, 1e-4)},
    ],
)
def test_odds_are_finite_and_rise_however_many_templates(templates, measured):
    table = replace(factories.calibration(), **measured)
    odds = [log_odds(table, step / 100, templates=templates) for step in range(-100, 101)]
    assert all(map(math.isfinite, odds))
    assert odds == sorted(odds)
    # Below all the table somebody else is likelier, and far above it the person.
    assert odds[0] < 0.0 < odds[-1]


@pytest.mark.parametrize("templates", [30, 400, 500, 5000])
def test_a_face_like_nobody_is_unknown_beside_a_person_of_many_templates(templates, catalog):
    """With the dependence that holds where none was measured."""
    shipped = catalog.embedder().calibration
    unmeasured = replace(shipped, template_dependence=1.0, template_gain=0.0)
    for table in (factories.calibration(), unmeasured, shipped):
        odds = [log_odds(table, step / 100, templates=templates) for step in range(-100, 101)]
        assert odds == sorted(odds)
        policy = CalibratedPolicy(table, false_name_rate=1e-2)
        match = Match(Identity(1, "Anna"), 0.05, templates=templates)
        decision = policy.decide(SearchResult((match,), GallerySize(((templates, 1),))))
        assert isinstance(decision, Unknown)
        assert decision.confidence > 0.7


def test_an_interval_that_holds_next_to_nobody_lifts_none():
    """With ten templates hardly any stranger's best is in the lowest interval, and nobody's own."""
    rates = {"false_match_rates": (0.99, 0.9, 1e-3, 1e-4)}
    table = replace(factories.calibration(), **rates)
    # Strangers' shares are 1e-10, 0.99 and 0.009: what lies in the first counts with the second.
    expected = math.log(0.18 / 0.99)
    for similarity in (0.15, 0.25):
        assert log_odds(table, similarity, templates=10) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("rate", [1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize("templates", [1, 15, 1000, 100_000])
def test_nobody_is_called_unknown_against_the_odds(rate, templates, catalog):
    """With the calibration that is shipped, whatever the rate and the gallery's size."""
    calibration = catalog.embedder().calibration
    policy = CalibratedPolicy(calibration, false_name_rate=rate)
    kinds = []
    for step in range(-20, 101):
        decision = policy.decide(
            SearchResult(
                (factories.match("Anna", step / 100),),
                GallerySize(((3, templates // 3),) if templates >= 3 else ((1, 1),)),
            )
        )
        kinds.append(type(decision))
        if isinstance(decision, Unknown):
            assert decision.confidence >= 0.5
    # Ever more alike: first unknown, then unsure, then identified, and never back.
    order = [Unknown, Unsure, Identified]
    assert [order.index(kind) for kind in kinds] == sorted(order.index(kind) for kind in kinds)
    assert kinds[0] is Unknown


@pytest.mark.parametrize(
    ("face", "reason"),
    [
        (factories.face(box=(0, 0, 12, 14)), Reason.TOO_SMALL),
        (factories.face(yaw=85), Reason.TURNED_AWAY),
        (factories.face(overall=0.0), Reason.BADLY_LIT),
        (factories.face(), None),
    ],
)
def test_a_face_that_cannot_be_judged_says_why(face, reason):
    assert unusable_reason(face) is reason


def test_what_does_not_have_the_shape_of_a_face_is_not_judged():
    face = factories.face()
    points = face.landmarks.points.copy()
    points[4, 1] -= 100  # one corner of the mouth above the eyes
    crumpled = replace(face, landmarks=replace(face.landmarks, points=points))
    assert unusable_reason(crumpled) is Reason.NOT_CLEARLY_A_FACE
