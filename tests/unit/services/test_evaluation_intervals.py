import math

import numpy as np
import pytest

from desktop_app.services.evaluation.intervals import (
    bootstrap_over_people,
    share_over_people,
    wilson,
)


def test_wilsons_interval_is_the_published_one():
    # 10 of 100: Wilson's score interval is 5.5 % to 17.4 % (Newcombe 1998, method 3).
    share = wilson(10, 100)
    assert (share.value, share.low, share.high) == pytest.approx((0.1, 0.0552, 0.1744), abs=1e-4)


def test_where_nothing_happened_the_interval_still_says_how_little_is_known():
    share = wilson(0, 20)
    assert (share.value, share.low) == (0.0, 0.0)
    assert share.high == pytest.approx(0.161, abs=1e-3)
    assert wilson(20, 20).low == pytest.approx(1 - share.high)
    assert math.isnan(wilson(0, 0).value)


def test_trials_of_one_person_do_not_pass_for_independent_ones():
    # 40 people with 25 photos each, all of a person's photos missed or none: 4 of 40 people.
    trials = np.full(40, 25)
    together = share_over_people(np.where(np.arange(40) < 4, 25, 0), trials, seed=1)
    scattered = share_over_people(np.where(np.arange(40) < 20, 5, 0), trials, seed=1)
    assert together.value == scattered.value == 0.1
    as_if_independent = wilson(100, 1000)
    width = together.high - together.low
    assert width > 3 * (as_if_independent.high - as_if_independent.low)
    assert width > 2 * (scattered.high - scattered.low)


def test_where_no_trial_failed_people_are_counted_and_not_their_trials():
    none = share_over_people(np.zeros(20, np.int64), np.full(20, 50), seed=1)
    assert none == wilson(0, 20)
    everything = share_over_people(np.array([3, 3, 0]), np.array([3, 3, 0]), seed=1)
    assert everything == wilson(2, 2)
    assert math.isnan(share_over_people(np.array([0]), np.array([0]), seed=1).value)


def test_resampling_keeps_the_number_of_people_and_repeats_itself_for_a_seed():
    drawn = []

    def mean(weights):
        drawn.append(weights.sum())
        return float(weights @ np.arange(10)) / 10

    first = bootstrap_over_people(mean, people=10, seed=3)
    assert set(drawn) == {10.0}
    assert bootstrap_over_people(mean, people=10, seed=3) == first
    assert bootstrap_over_people(mean, people=10, seed=4) != first
    assert first[0] < 4.5 < first[1]
