"""The pictures of single samples, as lists show them."""

from __future__ import annotations

import numpy as np


def test_of_each_sample_its_own_picture_is_read(repository, make_sample) -> None:
    new = [make_sample() for _ in range(3)]
    anna = repository.acts.enrol("Anna", new)
    first, _, last = repository.samples(anna.id)
    found = repository.pictures([last.id, first.id])
    assert set(found) == {first.id, last.id}
    assert np.array_equal(found[first.id], new[0].pixels)
    assert np.array_equal(found[last.id], new[2].pixels)


def test_what_is_gone_or_in_the_bin_has_no_picture(repository, make_sample) -> None:
    anna = repository.acts.enrol("Anna", [make_sample(), make_sample()])
    kept, removed = repository.samples(anna.id)
    repository.acts.remove_samples([removed.id])
    assert set(repository.pictures([kept.id, removed.id, 999])) == {kept.id}
    assert repository.pictures([]) == {}
