import math

import numpy as np
import pytest

import factories
from desktop_app.recognition.types import Identified, Reason, Unknown, Unsure, Unusable
from desktop_app.services.evaluation.reliability import confidence_of_best, reliability


def found(confidences, right, enrolled):
    return reliability(
        np.array(confidences, float),
        right=np.array(right, bool),
        enrolled=np.array(enrolled, bool),
    )


def test_the_error_is_the_mean_distance_between_what_was_stated_and_what_came_true():
    # Ten enrolled at 0.95, of which eight are right; ten strangers at 0.05, none right.
    result = found([0.95] * 10 + [0.05] * 10, [1] * 8 + [0] * 12, [1] * 10 + [0] * 10)
    low, high = result.bins[0], result.bins[9]
    assert (high.count, high.right, high.confidence) == (10, 0.8, pytest.approx(0.95))
    assert (low.count, low.right, low.confidence) == (10, 0.0, pytest.approx(0.05))
    assert result.expected_error == pytest.approx((0.15 + 0.05) / 2)


def test_many_strangers_weigh_no_more_than_few_enrolled_people():
    few = found([0.55, 0.55], [1, 0], [1, 0])
    many = found([0.55] * 100, [1] + [0] * 99, [1] + [0] * 99)
    assert few.bins[5].right == pytest.approx(0.5)
    assert many.bins[5].right == pytest.approx(0.5)
    assert many.bins[5].count == 100


def test_certainty_falls_into_the_last_bin_and_empty_bins_say_nothing():
    result = found([1.0, 0.9], [1, 1], [1, 1])
    assert result.bins[9].count == 2
    assert math.isnan(result.bins[0].right)
    assert result.expected_error == pytest.approx(0.05)
    assert math.isnan(found([], [], []).expected_error)


def test_unknown_leaves_its_best_candidate_what_is_left():
    match = factories.match("Anna", 0.3)
    assert confidence_of_best(Unknown(match, confidence=0.9)) == pytest.approx(0.1)
    assert confidence_of_best(Identified(match, 0.9, (match,))) == 0.9
    assert confidence_of_best(Unsure((match,), 0.4)) == 0.4
    assert confidence_of_best(Unsure((), None)) is None
    assert confidence_of_best(Unknown(None, confidence=1.0)) is None
    assert confidence_of_best(Unusable(Reason.TOO_SMALL)) is None
