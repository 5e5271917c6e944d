import numpy as np
import pytest

import factories
from desktop_app.recognition import gallery as gallery_module
from desktop_app.recognition import review
from desktop_app.recognition.decision import CalibratedPolicy, UncalibratedPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.layers import TemplateLayers
from desktop_app.recognition.review import belong_together, find_lookalikes, outlying
from desktop_app.recognition.types import Identity


@pytest.fixture
def policy():
    """Two faces are as likely one person's as not at a similarity of 0.15."""
    return CalibratedPolicy(factories.calibration(), false_name_rate=1e-2)


def pairs(found):
    return [(pair.first.name, pair.second.name) for pair in found]


# Lookalikes


@pytest.fixture
def family():
    """Anna's sister Berta looks like her at 0.6, Cara like Berta at 0.5; Dora like nobody."""
    anna, dora = factories.embedding(1), factories.embedding(4)
    berta = factories.at_similarity(anna, 0.6, seed=11)
    cara = factories.at_similarity(berta, 0.5, seed=12)
    return factories.gallery(
        {
            "Anna": [anna],
            "Berta": [berta],
            "Cara": [cara],
            "Dora": [dora, factories.at_similarity(dora, 0.95)],
        }
    )


def test_people_who_look_alike_are_found_most_alike_first(family):
    found = find_lookalikes(family, above=0.45)
    assert pairs(found) == [("Anna", "Berta"), ("Berta", "Cara")]
    assert [pair.similarity for pair in found] == pytest.approx([0.6, 0.5], abs=1e-5)
    assert pairs(find_lookalikes(family, above=0.55)) == [("Anna", "Berta")]


def test_a_persons_own_templates_are_no_lookalikes(family):
    assert all(pair.first != pair.second for pair in find_lookalikes(family, above=-1.0))
    assert find_lookalikes(family, above=0.61) == ()


def test_of_one_person_only_their_own_pairs_are_given_and_they_stand_first(family):
    berta = family.search(factories.at_similarity(factories.embedding(1), 0.6, seed=11))
    found = find_lookalikes(family, above=0.45, identity_id=berta.candidates[0].identity.id)
    assert pairs(found) == [("Berta", "Anna"), ("Berta", "Cara")]
    assert find_lookalikes(family, above=0.45, identity_id=4) == ()


def test_nobody_looks_like_anybody_in_an_empty_gallery():
    empty = Gallery.empty(embedder="sface", dimension=128)
    assert find_lookalikes(empty, above=0.1) == ()
    assert find_lookalikes(empty, above=0.1, identity_id=7) == ()


def crowd(*, people, templates, seed=0):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((people * templates, 16)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    # Ids with gaps, as after removals.
    ids = np.repeat(np.arange(people) * 3 + 5, templates)
    return Gallery(
        embedder="sface",
        matrix=matrix,
        identity_ids=ids.astype(np.int64),
        identities={int(number): Identity(int(number), f"person {number}") for number in set(ids)},
    )


def as_a_probe(gallery, one, other):
    """How much the first person's centroid resembles the second."""
    own = gallery.templates_of(one).sum(axis=0)
    probe = factories.Embedding(own / np.linalg.norm(own), gallery.embedder)
    found = gallery.search(probe, top=len(gallery.identities)).candidates
    return next(match.similarity for match in found if match.identity.id == other)


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
def test_blocks_of_any_size_find_what_comparing_one_by_one_finds(monkeypatch, block):
    monkeypatch.setattr(review, "_BLOCK", block)
    gallery = crowd(people=40, templates=4)
    expected = {}
    for one in gallery.identities:
        for other in gallery.identities:
            value = max(as_a_probe(gallery, one, other), as_a_probe(gallery, other, one))
            if one < other and value >= 0.4:
                expected[one, other] = value
    found = find_lookalikes(gallery, above=0.4)
    assert len(expected) > 20
    assert {(pair.first.id, pair.second.id): pair.similarity for pair in found} == pytest.approx(
        expected
    )
    similarities = [pair.similarity for pair in found]
    assert similarities == sorted(similarities, reverse=True)


def test_of_one_person_is_found_what_is_found_among_all_pairs():
    gallery = crowd(people=40, templates=4)
    everybody = find_lookalikes(gallery, above=0.4)
    for number in (5, 5 + 3 * 20, 5 + 3 * 39):
        own = find_lookalikes(gallery, above=0.4, identity_id=number)
        assert {pair.first.id for pair in own} <= {number}
        assert {pair.second.id: pair.similarity for pair in own} == pytest.approx(
            {
                (pair.first.id if pair.second.id == number else pair.second.id): pair.similarity
                for pair in everybody
                if number in (pair.first.id, pair.second.id)
            }
        )


@pytest.fixture
def products(monkeypatch):
    """How many cosines each product of templates and probes was of."""
    sizes = []
    together, one = TemplateLayers.similarities, gallery_module.similarities_to_one

    def all_counted(layers, probes):
        sizes.append(len(layers.matrix) * probes[0].size)
        return together(layers, probes)

    def one_counted(probes, rows, middle):
        sizes.append((len(rows) + 1) * probes[0].size)
        return one(probes, rows, middle)

    monkeypatch.setattr(TemplateLayers, "similarities", all_counted)
    monkeypatch.setattr(gallery_module, "similarities_to_one", one_counted)
    return sizes


def test_for_one_person_nobody_else_is_compared_with_each_other(products):
    gallery = crowd(people=300, templates=2)
    assert find_lookalikes(gallery, above=0.5, identity_id=5)
    assert 0 < sum(products) <= 3 * gallery.template_count


def test_a_large_gallery_is_never_compared_with_itself_in_one_piece(products):
    """One matrix of all pairs would be 25,000² similarities, 2.5 GB."""
    gallery = crowd(people=1000, templates=2)
    find_lookalikes(gallery, above=0.95)
    assert 0 < max(products) <= 256 * gallery.template_count


# Outliers


def rows(*embeddings):
    return np.stack([one.vector for one in embeddings])


def of_anna(count):
    base = factories.embedding(1)
    return [factories.at_similarity(base, 0.8, seed=30 + number) for number in range(count)]


def test_the_one_picture_of_somebody_else_is_found(policy):
    stranger = factories.at_similarity(factories.embedding(1), -0.1)
    assert outlying(rows(*of_anna(2), stranger, *of_anna(3)), policy) == [2]


def test_pictures_of_one_person_are_all_in_their_place(policy):
    assert outlying(rows(*of_anna(6)), policy) == []


def test_a_picture_that_is_like_only_one_of_the_others_is_in_its_place(policy):
    """A profile is like the half profile, and that like the rest."""
    profile = factories.at_similarity(of_anna(3)[0], 0.3, seed=77)
    assert outlying(rows(*of_anna(3), profile), policy) == []


@pytest.mark.parametrize("count", [0, 1, 2])
def test_of_fewer_than_three_nothing_tells_which_is_wrong(policy, count):
    strangers = [factories.embedding(seed) for seed in range(100, 100 + count)]
    matrix = rows(*strangers) if strangers else np.empty((0, 128), np.float32)
    assert outlying(matrix, policy) == []


def test_where_no_more_than_half_belong_together_nothing_tells_who_is_meant(policy):
    base = factories.embedding(1)
    strangers = [factories.at_similarity(base, -0.3, seed=seed) for seed in (100, 101)]
    assert outlying(rows(*of_anna(2), *strangers), policy) == []
    assert outlying(rows(*of_anna(3), *strangers), policy) == [3, 4]


def test_two_pictures_of_one_other_person_do_not_vouch_for_each_other(policy):
    other = factories.at_similarity(factories.embedding(1), -0.1)
    both = [factories.at_similarity(other, 0.8, seed=60 + number) for number in range(2)]
    assert outlying(rows(both[0], *of_anna(3), both[1]), policy) == [0, 4]
    assert outlying(rows(*both, *of_anna(2)), policy) == []


def test_a_chain_of_ever_more_turned_faces_belongs_together(policy):
    chain = of_anna(3)
    for step in range(4):
        chain.append(factories.at_similarity(chain[-1], 0.3, seed=80 + step))
    assert outlying(rows(*chain), policy) == []


def test_it_takes_ten_to_one_to_call_a_picture_an_outlier(policy):
    """The odds are even at 0.15 and one to ten at 0.05."""
    anna = factories.embedding(1)
    for similarity, found in ((0.06, []), (0.04, [3])):
        doubtful = factories.at_similarity(anna, similarity)
        assert outlying(rows(anna, anna, anna, doubtful), policy) == found


def test_two_pictures_of_two_people_do_not_belong_together(policy):
    stranger = factories.at_similarity(factories.embedding(1), -0.3)
    assert belong_together(rows(*of_anna(2)), policy)
    assert not belong_together(rows(*of_anna(1), stranger), policy)
    assert belong_together(rows(stranger), policy)
    assert belong_together(np.empty((0, 128), np.float32), policy)
    assert belong_together(rows(*of_anna(1), stranger), UncalibratedPolicy())


def test_where_nobody_measured_similarities_nothing_is_called_an_outlier():
    strangers = [factories.embedding(seed) for seed in range(100, 103)]
    assert outlying(rows(*strangers), UncalibratedPolicy()) == []
