"""How the tail of strangers' similarities is fitted, and what templates of one person are worth."""

import numpy as np
import pytest
from scipy.stats import genpareto

import factories
from desktop_app.recognition.operating_point import operating_point, similarity_at
from desktop_app.services.evaluation.comparisons import Comparisons
from desktop_app.services.evaluation.several_templates import worth_of_templates
from desktop_app.services.evaluation.tail import fit_tail
from desktop_app.vision.manifest import Calibration, Tail

RATES = (0.1, 0.01, 1e-3, 1e-4)


def strangers(*, shape, scale=0.03, count=1_000_000):
    """A tenth of them beyond 0.2, fallen off there as the distribution says."""
    rng = np.random.default_rng(1)
    beyond = genpareto.rvs(shape, scale=scale, size=count // 10, random_state=rng) + 0.2
    below = rng.uniform(-0.2, 0.2, count - len(beyond))
    values = np.concatenate([beyond, below]).astype(np.float32)
    return Comparisons.of(values, np.ones(count))


@pytest.mark.parametrize("shape", [-0.15, 0.1])
def test_the_tail_meets_what_lies_far_beyond_what_can_be_counted(shape):
    tail = fit_tail(strangers(shape=shape), RATES)
    assert tail is not None
    assert tail.rate == pytest.approx(1e-3, rel=0.01)
    table = Calibration("made up", (0.1, 1e-3), (0.2, tail.start), (0.0, 0.1), tail=tail)
    for rate, error in ((1e-4, 0.02), (1e-5, 0.04)):
        truth = 0.2 + genpareto.isf(rate / 0.1, shape, scale=0.03)
        assert similarity_at(table, rate) == pytest.approx(truth, abs=error)


def test_weights_count_as_that_many_comparisons():
    plain = strangers(shape=-0.1, count=200_000)
    halved = Comparisons.of(np.repeat(plain.similarities, 2), np.full(2 * len(plain), 0.5))
    assert fit_tail(halved, RATES) == fit_tail(plain, RATES)


def test_too_few_comparisons_have_no_tail():
    assert fit_tail(strangers(shape=-0.1, count=20_000), RATES) is None


def test_the_tail_takes_over_where_it_begins_and_nothing_jumps_there():
    table = Calibration(
        "made up",
        (1e-1, 1e-2, 1e-3),
        (0.2, 0.3, 0.4),
        (0.0, 0.1, 0.2),
        tail=Tail(start=0.3, rate=0.01, scale=0.04, shape=-0.1),
    )
    assert similarity_at(table, 0.1) == pytest.approx(0.2)
    assert similarity_at(table, 0.01) == pytest.approx(0.3)
    assert similarity_at(table, 0.0099) == pytest.approx(0.3, abs=1e-3)
    steps = [similarity_at(table, 10.0**-power) for power in np.arange(1, 12, 0.25)]
    assert steps == sorted(steps)
    # A shape below 0 has an end.
    assert steps[-1] < 0.3 + 0.04 / 0.1


def test_an_operating_point_says_whether_strangers_as_rare_were_counted():
    table = factories.calibration()
    assert not operating_point(table, false_name_rate=1e-3, comparisons=5).extrapolated
    assert operating_point(table, false_name_rate=1e-3, comparisons=500).extrapolated


def looks(*, people, photos, spread):
    """Photos of people, each the person's direction and something of its own."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((people, 1, 32))
    vectors = centres + spread * rng.standard_normal((people, photos, 32))
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    return vectors.reshape(-1, 32).astype(np.float32), np.repeat(np.arange(people), photos)


def test_templates_that_are_all_the_same_are_worth_one_comparison():
    worth = worth_of_templates(*looks(people=120, photos=4, spread=0.0))
    assert worth.dependence == pytest.approx(0.0, abs=0.05)


def test_templates_that_differ_are_worth_more_and_not_as_many_as_there_are():
    worth = worth_of_templates(*looks(people=120, photos=4, spread=0.5))
    assert 0.1 < worth.dependence < 0.85
    assert 0.1 < worth.gain <= 1.0


def test_too_few_people_with_enough_photos_say_nothing():
    assert worth_of_templates(*looks(people=10, photos=4, spread=0.3)) is None
    assert worth_of_templates(*looks(people=120, photos=3, spread=0.3)) is None
