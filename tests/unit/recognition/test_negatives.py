import dataclasses

import numpy as np
import pytest

import factories
from desktop_app.recognition.negatives import Negatives
from desktop_app.recognition.types import Negative

ANNA, BEN, CARA = 1, 2, 3


def snapshot(*pairs):
    listed = [Negative(number, owner, face) for number, (owner, face) in enumerate(pairs)]
    return Negatives.build(listed, dimension=factories.DIMENSION)


def against(negatives, face, owner):
    return dict(zip(negatives.owners, negatives.nearest(face.vector), strict=True)).get(owner)


def test_the_nearest_of_a_persons_negatives_counts():
    face = factories.embedding(5)
    negatives = snapshot(
        (ANNA, factories.at_similarity(face, 0.3)),
        (ANNA, factories.at_similarity(face, 0.7)),
        (ANNA, factories.at_similarity(face, -0.4)),
    )
    assert against(negatives, face, ANNA) == pytest.approx(0.7, abs=1e-6)


def test_a_negative_is_one_persons_alone():
    face = factories.embedding(5)
    negatives = snapshot((ANNA, face), (BEN, factories.at_similarity(face, 0.1)))
    assert against(negatives, face, ANNA) == pytest.approx(1.0, abs=1e-6)
    assert against(negatives, face, BEN) == pytest.approx(0.1, abs=1e-6)
    assert against(negatives, face, CARA) is None


def test_negatives_may_come_in_any_order():
    face = factories.embedding(5)
    negatives = snapshot(
        (CARA, factories.at_similarity(face, 0.2)),
        (ANNA, factories.at_similarity(face, 0.5)),
        (CARA, factories.at_similarity(face, 0.6)),
        (ANNA, factories.at_similarity(face, 0.4)),
    )
    assert negatives.owners.tolist() == [ANNA, CARA]
    assert negatives.nearest(face.vector) == pytest.approx([0.5, 0.6], abs=1e-6)


def test_what_was_said_of_people_who_have_no_template_does_no_harm():
    anna, face = factories.embedding(1), factories.embedding(5)
    people = factories.gallery({"Anna": [anna], "Ben": [], "Cara": [face]})
    gallery = dataclasses.replace(people, negatives=snapshot((BEN, face), (CARA, face), (99, face)))
    found = {match.identity.id: match.against for match in gallery.search(face).candidates}
    assert found == {ANNA: None, CARA: pytest.approx(1.0)}


def test_rounding_never_makes_a_cosine_above_1():
    face = factories.embedding(5)
    longer = (face.vector * np.float32(1.0004)).astype(np.float32)
    negatives = Negatives(longer[None], np.array([ANNA]))
    assert against(negatives, face, ANNA) == 1.0


def test_without_any_there_is_nothing_against_anybody():
    assert against(snapshot(), factories.embedding(1), ANNA) is None


def test_a_snapshot_cannot_be_changed():
    negatives = snapshot((ANNA, factories.embedding(5)))
    with pytest.raises(ValueError, match="read-only"):
        negatives.matrix[0, 0] = 0


def test_owners_and_faces_must_be_as_many():
    with pytest.raises(ValueError, match="identity_ids"):
        Negatives(np.zeros((2, 4), np.float32), np.array([ANNA]))


def test_a_search_tells_of_each_candidate_how_near_the_face_is_to_what_is_not_theirs():
    anna, ben = factories.embedding(1), factories.embedding(2)
    probe = factories.at_similarity(anna, 0.8)
    gallery = dataclasses.replace(
        factories.gallery({"Anna": [anna], "Ben": [ben]}),
        negatives=snapshot((ANNA, factories.at_similarity(probe, 0.6))),
    )
    found = {match.identity.name: match for match in gallery.search(probe).candidates}
    assert found["Anna"].similarity == pytest.approx(0.8, abs=1e-6)
    assert found["Anna"].against == pytest.approx(0.6, abs=1e-6)
    assert found["Ben"].against is None
