"""Templates by layers, beside comparing one by one in double precision."""

import numpy as np
import pytest

from desktop_app.recognition.layers import TemplateLayers, similarities_to_one

DIMENSION = 16

SHAPES = {
    "one template each": [1] * 400,
    "as many each": [5] * 1000,
    "any number": [1 + number % 9 for number in range(1000)],
    "one of many among those of few": [*[3] * 200, 150, *[2] * 100, 90],
    "few of many": [200, 180, 170],
    "one alone": [1],
}


def unit(rows: int, *, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def crowd(counts: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Templates of people, in no order, who have ids with gaps."""
    ids = np.repeat(np.arange(len(counts), dtype=np.int64) * 3 + 5, counts)
    return unit(len(ids)), np.random.default_rng(1).permutation(ids)


def one_by_one(matrix: np.ndarray, ids: np.ndarray, probe: np.ndarray) -> dict[int, float]:
    expected = {}
    for who in set(ids.tolist()):
        own = matrix[ids == who].astype(np.float64)
        middle = own.sum(axis=0)
        centroid = probe @ middle / np.linalg.norm(middle)
        expected[who] = float((np.max(own @ probe) + centroid) / 2)
    return expected


@pytest.mark.parametrize("counts", SHAPES.values(), ids=SHAPES)
def test_layers_find_what_comparing_one_by_one_finds(counts):
    matrix, ids = crowd(counts)
    layers = TemplateLayers(matrix, ids)
    for probe in unit(3, seed=7):
        found = dict(zip(layers.people.tolist(), layers.similarities(probe), strict=True))
        assert found == pytest.approx(one_by_one(matrix, ids, probe), abs=1e-6)


@pytest.mark.parametrize("counts", SHAPES.values(), ids=SHAPES)
def test_many_probes_find_what_each_of_them_finds(counts):
    layers = TemplateLayers(*crowd(counts))
    probes = unit(4, seed=7)
    together = layers.similarities(probes.T)
    for column, probe in enumerate(probes):
        np.testing.assert_allclose(together[:, column], layers.similarities(probe), atol=1e-6)


@pytest.mark.parametrize("counts", SHAPES.values(), ids=SHAPES)
def test_everybody_keeps_their_templates_in_the_order_given(counts):
    matrix, ids = crowd(counts)
    layers = TemplateLayers(matrix, ids)
    for place, who in enumerate(layers.people.tolist()):
        own = layers.rows_of(place)
        assert np.array_equal(own, matrix[ids == who])
        assert np.array_equal(own, layers.matrix[layers.identity_ids == who])
        assert len(own) == layers.counts[place]


def test_what_is_arranged_already_is_not_copied():
    first = TemplateLayers(*crowd(SHAPES["one of many among those of few"]))
    again = TemplateLayers(first.matrix, first.identity_ids)
    assert np.shares_memory(again.matrix, first.matrix)
    assert np.array_equal(again.people, first.people)


def test_whoever_has_many_templates_makes_no_layers_of_one_person():
    few, many = crowd([5] * 1000), crowd([*[5] * 999, 5000])
    depth_of = {len(TemplateLayers(*templates)._edges) for templates in (few, many)}
    assert depth_of == {6}


def test_one_person_alone_is_compared_as_among_others():
    layers = TemplateLayers(*crowd(SHAPES["any number"]))
    probes = unit(4, seed=7).T
    everybody = layers.similarities(probes)
    for place in (0, 50, 299):
        alone = similarities_to_one(probes, layers.rows_of(place), layers.middles[place])
        np.testing.assert_allclose(alone, everybody[place], atol=1e-6)


def test_templates_that_cancel_each_other_have_no_direction_to_be_like():
    """Where they cancel but for rounding, the rounding's direction would count for a half."""
    one, other = unit(2)
    nearly = np.nextafter(-one, np.float32(1))
    layers = TemplateLayers(np.stack([one, nearly, other]), np.array([1, 1, 2], np.int64))
    place = layers.people.tolist().index(1)
    assert not layers.middles[place].any()
    assert layers.similarities(one)[place] == pytest.approx(0.5, abs=1e-6)


def test_nobody_resembles_anything_where_nobody_is_enrolled():
    layers = TemplateLayers(np.empty((0, DIMENSION), np.float32), np.empty(0, np.int64))
    assert layers.similarities(unit(1)[0]).shape == (0,)
    assert layers.similarities(unit(3).T).shape == (0, 3)


def test_nothing_of_it_can_be_written_to():
    layers = TemplateLayers(*crowd([2, 3]))
    for array in (layers.matrix, layers.identity_ids, layers.people, layers.middles):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
