import numpy as np
import pytest

from desktop_app.services.evaluation.metrics import (
    best_threshold,
    judge,
    split_into_folds,
    true_accept_rate,
)


def verdict_of(similarities, same, folds, failed=None):
    return judge(
        np.array(similarities, float),
        same=np.array(same, bool),
        folds=np.array(folds),
        failed=np.zeros(len(same), bool) if failed is None else np.array(failed, bool),
    )


def test_the_best_threshold_makes_the_fewest_errors():
    rng = np.random.default_rng(1)
    same = rng.random(300) < 0.5
    values = np.round(rng.normal(np.where(same, 0.5, 0.2), 0.15), 2)
    found = best_threshold(values, same)
    errors = ((values >= found) != same).sum()
    brute = min(((values >= t) != same).sum() for t in np.append(np.unique(values), 2.0))
    assert errors == brute


def test_a_threshold_never_lies_between_equal_similarities():
    values, same = np.array([0.3, 0.3, 0.3, 0.6]), np.array([True, False, False, True])
    assert 0.3 < best_threshold(values, same) < 0.6


def test_a_fold_is_judged_by_the_threshold_of_the_others():
    # The second fold alone would want a threshold below 0.1; the first one's is about 0.5.
    verdict = verdict_of([0.9, 0.1, 0.2, 0.05], [1, 0, 1, 0], [1, 1, 2, 2])
    assert verdict.accuracy_mean == pytest.approx((0.5 + 0.5) / 2 + 0.25)
    assert verdict.accuracy_std == pytest.approx(0.25)


def test_a_failed_pair_is_an_error_whichever_kind_it_is_and_teaches_nothing():
    verdict = verdict_of(
        [0, 0, 0.9, 0.1, 0.8, 0.2],
        [1, 0, 1, 0, 1, 0],
        [1, 1, 2, 2, 3, 3],
        failed=[1, 1, 0, 0, 0, 0],
    )
    assert verdict.failed == 2
    # The first fold holds both failed pairs, the others are told apart.
    assert verdict.accuracy_mean == pytest.approx(2 / 3)
    assert verdict.threshold == pytest.approx(0.5)


def test_a_failed_pair_is_accepted_by_nobody_and_so_is_no_false_accept():
    same = [True] * 10 + [False] * 10
    failed = [True] + [False] * 9 + [True] * 3 + [False] * 7
    values = [0.0] + [0.9] * 9 + [0.0] * 3 + [0.1] * 7
    verdict = verdict_of(values, same, [1, 2] * 10, failed)
    assert verdict.tar_at_far == {0.01: 0.9, 0.001: 0.9}
    # As errors they count all the same.
    assert verdict.accuracy_mean == pytest.approx(16 / 20)


def test_a_failed_genuine_pair_is_rejected_even_where_every_stranger_may_enter():
    assert true_accept_rate(np.array([-2.0, 0.9, 0.1]), np.array([1, 1, 0], bool), far=1.0) == 0.5


def test_where_nothing_could_be_compared_all_is_wrong_and_there_is_no_threshold():
    verdict = verdict_of([0, 0, 0, 0], [1, 0, 1, 0], [1, 1, 2, 2], failed=[1, 1, 1, 1])
    assert (verdict.accuracy_mean, verdict.failed) == (0.0, 4)
    assert np.isnan(verdict.threshold)


def test_accepting_at_a_rate_lets_in_no_more_strangers_than_that():
    rng = np.random.default_rng(2)
    same = np.repeat([True, False], 1000)
    values = rng.normal(np.where(same, 0.5, 0.1), 0.1)
    rate = true_accept_rate(values, same, far=0.01)
    limit = np.sort(values[~same])[-11]
    assert (values[~same] > limit).sum() == 10
    assert rate == pytest.approx((values[same] > limit).mean())


def test_pairs_without_folds_are_split_evenly_in_either_kind():
    same = np.array([True] * 25 + [False] * 50)
    folds = split_into_folds(same)
    assert set(np.bincount(folds[same])) == {2, 3}
    assert set(np.bincount(folds[~same])) == {5}
