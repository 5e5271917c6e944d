import numpy as np
import pytest

import factories
from desktop_app.errors import PairsUnreadable
from desktop_app.services.evaluation.calibration import (
    as_toml,
    compare_all,
    false_match_table,
    fit_log_odds,
)
from desktop_app.services.evaluation.metrics import (
    best_threshold,
    judge,
    split_into_folds,
    true_accept_rate,
)
from desktop_app.services.evaluation.pairs import read_pairs
from desktop_app.services.evaluation.photos import subject_of


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


def test_pairs_are_read_with_what_columns_there_are(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("﻿a,b,same,fold,kind\nx.jpg,y.jpg,1,3,FP\n", encoding="utf-8")
    (pair,) = read_pairs(path)
    assert (pair.a, pair.b, pair.same, pair.fold, pair.kind) == ("x.jpg", "y.jpg", True, "3", "FP")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it lists nothing"),
        ("a,b,same\n", "it lists nothing"),
        ("a,same\nx,1\n", "lacks the column b"),
        ("a,b,same\nx,y,maybe\n", "line 2 makes no sense"),
        ("a,b,same\nx,y,1\nx,,1\n", "line 3 makes no sense"),
    ],
)
def test_a_list_of_pairs_that_makes_no_sense_is_refused(tmp_path, text, said):
    path = tmp_path / "pairs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PairsUnreadable, match=said):
        read_pairs(path)


def test_all_pairs_are_compared_once_and_sorted_by_kind():
    owners = np.array([0, 0, 1, 2, 2, 2])
    matrix = np.stack([factories.unit_vector(n) for n in range(6)])
    genuine, impostor = compare_all(matrix, owners)
    assert (len(genuine), len(impostor)) == (1 + 3, 15 - 4)
    assert genuine[0] == pytest.approx(float(matrix[0] @ matrix[1]), abs=1e-6)


def test_the_table_says_where_strangers_reach_a_rate_and_stops_where_data_do():
    impostor = np.arange(10_000, dtype=np.float32) / 10_000
    rates, similarities = false_match_table(impostor)
    assert rates[-1] == 1e-3
    for rate, similarity in zip(rates, similarities, strict=True):
        assert (impostor > similarity).mean() == pytest.approx(rate, abs=2e-4)


def test_the_odds_are_even_where_both_kinds_are_as_likely():
    rng = np.random.default_rng(4)
    genuine = rng.normal(0.6, 0.1, 2000).astype(np.float32)
    impostor = rng.normal(0.2, 0.1, 50_000).astype(np.float32)
    slope, intercept = fit_log_odds(genuine, impostor)
    # Two Gaussians of one width: log-odds are linear, slope (m1 - m2) / s², even in the middle.
    assert slope == pytest.approx(40, rel=0.1)
    assert -intercept / slope == pytest.approx(0.4, abs=0.01)


def test_a_calibration_is_written_as_the_manifest_reads_it():
    import tomllib

    table = tomllib.loads("[[model]]\n" + as_toml(factories.calibration()))
    calibration = table["model"][0]["calibration"]
    assert calibration["false_match_rates"] == [0.1, 0.01, 0.001, 0.0001]
    assert calibration["slope"] == 30.0


def test_the_subject_of_a_photo_is_large_and_in_its_middle():
    middle = factories.face(1, box=(80, 70, 170, 180))
    larger_at_the_edge = factories.face(2, box=(-60, 0, 40, 120))
    small = factories.face(3, box=(115, 115, 135, 140))
    assert subject_of([larger_at_the_edge, small, middle], size=(250, 250)) is middle
    assert subject_of([], size=(250, 250)) is None
