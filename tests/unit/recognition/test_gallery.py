import dataclasses

import numpy as np
import pytest

import factories
from desktop_app.errors import EmbedderMismatch
from desktop_app.recognition import gallery as gallery_module
from desktop_app.recognition.decision import CalibratedPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.negatives import Negatives
from desktop_app.recognition.types import (
    GallerySize,
    Identity,
    Match,
    Negative,
    SearchResult,
    Template,
    Unknown,
)
from desktop_app.vision.types import Embedding


def test_the_most_similar_person_leads_and_each_is_listed_once():
    anna, ben = factories.embedding(1), factories.embedding(2)
    gallery = factories.gallery(
        {"Anna": [factories.at_similarity(anna, 0.7), anna], "Ben": [ben, ben]}
    )
    found = gallery.search(anna).candidates
    assert [match.identity.name for match in found] == ["Anna", "Ben"]
    assert [match.templates for match in found] == [2, 2]


def test_a_persons_similarity_is_the_mean_of_the_best_templates_and_the_centroids():
    anna = factories.embedding(1)
    gallery = factories.gallery({"Anna": [factories.at_similarity(anna, 0.28), anna]})
    (match,) = gallery.search(anna).candidates
    # The centroid of a unit vector and one at cosine 0.28 to it is at the cosine of half the angle.
    assert match.similarity == pytest.approx((1.0 + 0.8) / 2, abs=1e-6)


def test_with_one_template_the_similarity_is_its_cosine():
    anna = factories.embedding(1)
    gallery = factories.gallery({"Anna": [factories.at_similarity(anna, 0.4)]})
    (match,) = gallery.search(anna).candidates
    assert match.similarity == pytest.approx(0.4, abs=1e-6)
    assert match.templates == 1


def test_search_agrees_with_comparing_one_by_one():
    rng = np.random.default_rng(0)
    people = {
        f"person {number}": [
            factories.embedding(1000 * number + n) for n in range(rng.integers(1, 5))
        ]
        for number in range(40)
    }
    gallery = factories.gallery(people)
    probe = factories.embedding(77)

    def similarity(looks):
        middle = np.sum([look.vector for look in looks], axis=0)
        centroid = float(probe.vector @ middle / np.linalg.norm(middle))
        return (max(probe.similarity(look) for look in looks) + centroid) / 2

    expected = sorted(((similarity(looks), name) for name, looks in people.items()), reverse=True)
    found = gallery.search(probe, top=40).candidates
    assert [match.identity.name for match in found] == [name for _, name in expected]
    np.testing.assert_allclose([m.similarity for m in found], [s for s, _ in expected], atol=1e-6)


def test_templates_may_come_in_any_order():
    anna, ben = factories.embedding(1), factories.embedding(2)
    templates = [
        Template(1, 8, ben, 1.0),
        Template(2, 3, anna, 1.0),
        Template(3, 8, ben, 1.0),
    ]
    gallery = Gallery.build(
        embedder="sface",
        dimension=128,
        identities=[Identity(3, "Anna"), Identity(8, "Ben")],
        templates=templates,
    )
    found = gallery.search(ben).candidates
    assert [m.identity.name for m in found] == ["Ben", "Anna"]
    assert [m.templates for m in found] == [2, 1]
    assert found[0].similarity == pytest.approx(1.0, abs=1e-6)


def test_nobody_is_found_in_an_empty_gallery():
    found = Gallery.empty(embedder="sface", dimension=128).search(factories.embedding())
    assert found == SearchResult()


def test_a_person_without_templates_is_there_but_not_searched():
    gallery = factories.gallery({"Anna": [factories.embedding(1)], "Ben": []})
    assert len(gallery.identities) == 2
    assert gallery.size.people == 1


def test_a_probe_of_another_embedder_is_refused():
    gallery = factories.gallery({"Anna": [factories.embedding(1)]})
    with pytest.raises(EmbedderMismatch):
        gallery.search(factories.embedding(1, embedder="facenet"))


def test_a_template_of_another_embedder_is_refused():
    with pytest.raises(EmbedderMismatch):
        Gallery.build(
            embedder="sface",
            dimension=128,
            identities=[Identity(1, "Anna")],
            templates=[Template(1, 1, factories.embedding(1, embedder="facenet"), 1.0)],
        )


def test_a_snapshot_cannot_be_changed():
    gallery = factories.gallery({"Anna": [factories.embedding(1)]})
    with pytest.raises(ValueError, match="read-only"):
        gallery.matrix[0, 0] = 0
    with pytest.raises(TypeError):
        gallery.identities[2] = Identity(2, "Eve")  # type: ignore[index]


def test_whom_negatives_speak_against_leaves_room_for_somebody_else_in_the_list():
    probe = factories.embedding(1)
    people = {
        f"person {n}": [factories.at_similarity(probe, 0.9 - n / 100, seed=50 + n)]
        for n in range(9)
    }
    plain = factories.gallery(people)
    assert len(plain.search(probe, top=3).candidates) == 3
    negatives = Negatives.build(
        [Negative(1, 1, probe), Negative(2, 1, probe), Negative(3, 2, probe)], dimension=128
    )
    gallery = dataclasses.replace(plain, negatives=negatives)
    found = gallery.search(probe, top=3).candidates
    assert [match.identity.id for match in found] == [1, 2, 3, 4, 5]
    assert [match.against for match in found[:3]] == [pytest.approx(1.0), pytest.approx(1.0), None]


def test_a_search_says_how_much_its_candidates_resemble_each_other():
    anna = factories.embedding(1)
    twin = factories.at_similarity(anna, 0.8)
    gallery = factories.gallery({"Anna": [anna], "Ben": [factories.embedding(2)], "Twin": [twin]})
    likeness = gallery.search(anna).likeness
    assert likeness[1, 3] == pytest.approx(0.8, abs=1e-6)
    assert set(likeness) == {(1, 2), (1, 3), (2, 3)}
    assert likeness[1, 2] == pytest.approx(anna.similarity(factories.embedding(2)), abs=1e-6)


def test_negatives_that_are_far_from_the_face_make_the_list_no_longer():
    people = {f"person {n}": [factories.embedding(n)] for n in range(60)}
    plain = factories.gallery(people)
    probe = factories.at_similarity(factories.embedding(0), 0.9)
    far = [Negative(n, n, factories.at_similarity(probe, -0.5, seed=900 + n)) for n in range(1, 61)]
    gallery = dataclasses.replace(plain, negatives=Negatives.build(far, dimension=128))
    found = gallery.search(probe).candidates
    expected = plain.search(probe).candidates
    assert [match.identity for match in found] == [match.identity for match in expected]
    assert [match.against for match in found] == [pytest.approx(-0.5, abs=1e-6)] * 5


def test_where_negatives_speak_against_everybody_everybody_is_listed():
    probe = factories.embedding(1)
    people = {f"person {n}": [factories.at_similarity(probe, 0.5, seed=n)] for n in range(2, 10)}
    listed = [Negative(n, n, probe) for n in range(1, 9)]
    gallery = dataclasses.replace(
        factories.gallery(people), negatives=Negatives.build(listed, dimension=128)
    )
    assert len(gallery.search(probe, top=3).candidates) == 8


def test_of_people_who_are_exactly_as_similar_no_more_are_listed_than_asked_for():
    anna = factories.embedding(1)
    gallery = factories.gallery({f"person {n}": [anna] for n in range(9)})
    assert len(gallery.search(anna, top=3).candidates) == 3


@pytest.mark.parametrize("templates", [2, 3, 5, 10, 400])
def test_whoever_can_be_refuted_leaves_room_for_somebody_else(templates, catalog):
    """With the calibration that is shipped, by which a person of many templates is less likely."""
    policy = CalibratedPolicy(catalog.embedder().calibration, false_name_rate=1e-2)
    size = GallerySize(((templates, 1),))
    for place in range(20, 100):
        for lead in range(1, 40):
            match = Match(Identity(1, "Anna"), (place + lead) / 100, place / 100, templates)
            decision = policy.decide(SearchResult((match,), size))
            if isinstance(decision, Unknown) and decision.best is None:
                assert lead / 100 <= gallery_module._REFUTES_FROM


def test_likeness_is_known_of_everybody_who_may_be_ranked():
    """Also of those far down, who are ranked once those before them are refuted."""
    probe = factories.embedding(1)
    people = {
        f"person {n}": [factories.at_similarity(probe, 0.9 - n / 100, seed=50 + n)]
        for n in range(8)
    }
    twin = factories.at_similarity(people["person 7"][0], 0.95, seed=7)
    plain = factories.gallery({**people, "Twin": [twin]})
    number = next(i.id for i in plain.identities.values() if i.name == "Twin")
    negatives = Negatives.build([Negative(n, n, probe) for n in range(1, 8)], dimension=128)
    found = dataclasses.replace(plain, negatives=negatives).search(probe, top=2)
    assert {number, 8} <= {match.identity.id for match in found.candidates}
    assert found.likeness[8, number] == pytest.approx(0.95, abs=1e-5)
    assert len(found.likeness) == len(list(found.likeness)) == 9 * 8 / 2


def test_likeness_is_that_of_one_persons_centroid_as_a_probe_the_higher_of_both_ways_round():
    looks = {
        name: [factories.embedding(10 * n + k) for k in range(n)]
        for n, name in enumerate(["", "Anna", "Ben", "Cara"])
        if n
    }
    gallery = factories.gallery(looks)
    likeness = gallery.search(factories.embedding(1)).likeness

    def as_a_probe(one, other):
        middle = np.sum([look.vector for look in looks[one]], axis=0)
        probe = Embedding(middle / np.linalg.norm(middle), "sface")
        found = gallery.search(probe).candidates
        return next(match.similarity for match in found if match.identity.name == other)

    higher = max(as_a_probe("Ben", "Cara"), as_a_probe("Cara", "Ben"))
    assert as_a_probe("Ben", "Cara") != pytest.approx(as_a_probe("Cara", "Ben"), abs=1e-4)
    assert likeness[2, 3] == pytest.approx(higher, abs=1e-6)
    assert (3, 2) not in likeness
    assert (2, 4) not in likeness


def test_a_snapshot_of_the_same_templates_with_negatives_finds_the_same_people():
    people = {
        f"person {n}": [factories.embedding(100 * n + k) for k in range(1 + n % 4)]
        for n in range(30)
    }
    plain = factories.gallery(people)
    probe = factories.embedding(5)
    none = dataclasses.replace(plain, negatives=Negatives.build([], dimension=128))
    assert none.search(probe).candidates == plain.search(probe).candidates
    foreign = Negatives.build([Negative(1, 999, probe)], dimension=128)
    again = dataclasses.replace(plain, negatives=foreign).search(probe).candidates
    assert again == plain.search(probe).candidates
