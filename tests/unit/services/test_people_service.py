import dataclasses
from contextlib import closing

import numpy as np
import pytest

import factories
from db.repository import GalleryRepository
from desktop_app.errors import NoSuchNegative, NoSuchPerson
from desktop_app.recognition.decision import CalibratedPolicy, UncalibratedPolicy
from desktop_app.recognition.people import Origin
from desktop_app.services.backups import create as create_backup
from desktop_app.services.backups import restore as restore_backup
from desktop_app.services.people import PeopleService


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gallery.db"


@pytest.fixture
def opened(path):
    """Opens the gallery as another process would, as often as asked."""
    repositories = []

    def people():
        repository = GalleryRepository.open(path)
        repositories.append(repository)
        return PeopleService(repository, embedder=factories.EMBEDDER, dimension=factories.DIMENSION)

    yield people
    for repository in repositories:
        repository.close()


def test_what_another_process_wrote_is_read_once_and_only_then(opened):
    ours, theirs = opened(), opened()
    assert ours.refresh() is None
    theirs.enrol("Anna", [factories.face(1)], origin=Origin.PHOTO)
    assert ours.gallery.template_count == 0
    change = ours.refresh()
    assert change is not None
    assert [person.identity.name for person in change.people] == ["Anna"]
    assert ours.gallery is change.gallery
    assert ours.gallery.template_count == 1
    assert ours.refresh() is None


def test_ones_own_changes_are_no_news(opened):
    people = opened()
    people.enrol("Anna", [factories.face(1)], origin=Origin.PHOTO)
    assert people.refresh() is None


def test_each_change_returns_what_the_gallery_is_then(opened):
    people = opened()
    enrolled = people.enrol("Anna", [factories.face(1), factories.face(2)], origin=Origin.PHOTO)
    assert enrolled.identity.name == "Anna"
    assert enrolled.gallery.template_count == 2
    renamed = people.rename(enrolled.identity.id, "Anna Bauer")
    assert [person.identity.name for person in renamed.people] == ["Anna Bauer"]
    sample, _ = people.samples(enrolled.identity.id)
    assert people.remove_samples([sample.id]).gallery.template_count == 1
    removed = people.remove(enrolled.identity.id)
    assert (removed.people, removed.gallery.template_count, removed.identity) == ((), 0, None)
    assert people.find("Anna Bauer") is None


@pytest.mark.parametrize("refreshed", [True, False])
def test_nothing_is_undone_in_another_gallery_that_was_put_back_by_another_process(
    opened, tmp_path, refreshed
):
    elsewhere = tmp_path / "elsewhere.db"
    with closing(GalleryRepository.open(tmp_path / "other.db")) as repository:
        other = PeopleService(
            repository, embedder=factories.EMBEDDER, dimension=factories.DIMENSION
        )
        other.enrol("Carl", [factories.face(3)], origin=Origin.PHOTO)
        create_backup(repository.file, elsewhere)
    ours, theirs = opened(), opened()
    ours.enrol("Anna", [factories.face(1)], origin=Origin.PHOTO)
    restore_backup(theirs.file, elsewhere)
    if refreshed:
        change = ours.refresh()
        assert change.undoable is None
        assert change.gallery.uid == theirs.file.uid()
    assert ours.undo() is None
    assert [person.identity.name for person in ours.reread().people] == ["Carl"]
    assert ours.undo() is None


def test_a_change_is_in_the_file(opened, path):
    opened().enrol("Anna", [factories.face(1)], origin=Origin.PHOTO)
    with closing(GalleryRepository.open(path)) as repository:
        assert repository.find("anna") is not None


# Faces said not to be somebody's


def against(people, name, look):
    (match,) = [
        match for match in people.gallery.search(look).candidates if match.identity.name == name
    ]
    return match.against


def test_every_search_after_it_was_said_knows_whom_a_face_is_not(opened):
    people = opened()
    people.enrol("Ben", [factories.face(2)], origin=Origin.PHOTO)
    anna = people.enrol("Anna", [factories.face(1)], origin=Origin.PHOTO).identity
    face = factories.face(look=factories.at_similarity(factories.embedding(1), 0.7))
    assert against(people, "Anna", face.embedding) is None

    change = people.add_negative(anna.id, face, origin=Origin.LIVE)
    assert change.identity == anna
    assert change.gallery is people.gallery
    assert against(people, "Anna", face.embedding) == pytest.approx(1.0, abs=1e-6)
    assert against(people, "Ben", face.embedding) is None
    (negative,) = people.negatives(anna.id)
    assert (negative.id, negative.origin) == (change.negative_id, Origin.LIVE)

    back = people.remove_negative(change.negative_id)
    assert (back.identity, back.negative_id) == (anna, None)
    assert against(people, "Anna", face.embedding) is None
    with pytest.raises(NoSuchNegative):
        people.remove_negative(change.negative_id)


def test_the_embedding_that_was_searched_is_kept_beside_the_picture_that_was_seen(opened):
    """On a live track those are not one and the same."""
    people = opened()
    anna = people.enrol("Anna", [factories.face(1)], origin=Origin.LIVE).identity
    probe = factories.at_similarity(factories.embedding(1), 0.7)
    seen = dataclasses.replace(factories.face(5), embedding=probe)
    people.add_negative(anna.id, seen, origin=Origin.LIVE)
    assert np.array_equal(people.gallery.negatives.matrix[0], probe.vector)


def test_another_window_learns_of_a_negative(opened):
    ours, theirs = opened(), opened()
    anna = theirs.enrol("Anna", [factories.face(1)], origin=Origin.PHOTO).identity
    ours.refresh()
    theirs.add_negative(anna.id, factories.face(3), origin=Origin.PHOTO)
    change = ours.refresh()
    assert change.gallery.negatives.identity_ids.tolist() == [anna.id]


def test_who_is_gone_cannot_be_said_not_to_be_a_face(opened):
    people = opened()
    anna = people.enrol("Anna", [factories.face(1)], origin=Origin.PHOTO).identity
    people.remove(anna.id)
    with pytest.raises(NoSuchPerson):
        people.add_negative(anna.id, factories.face(3), origin=Origin.PHOTO)


# What is worth a second look


def policy():
    return CalibratedPolicy(factories.calibration(), false_name_rate=1e-2)


def like(seed, similarity, *, other):
    return factories.face(
        look=factories.at_similarity(factories.embedding(seed), similarity, seed=other)
    )


def test_people_who_look_more_alike_than_the_operating_point_bears_are_named(opened):
    people = opened()
    people.enrol("Anna", [factories.face(1)], origin=Origin.PHOTO)
    assert people.lookalikes(policy()) == ()
    berta = people.enrol("Berta", [like(1, 0.6, other=9)], origin=Origin.PHOTO).identity
    dora = people.enrol("Dora", [like(1, -0.2, other=8)], origin=Origin.PHOTO).identity
    (pair,) = people.lookalikes(policy())
    assert (pair.first.name, pair.second.name) == ("Anna", "Berta")
    (pair,) = people.lookalikes(policy(), identity_id=berta.id)
    assert (pair.first.name, pair.second.name) == ("Berta", "Anna")
    assert people.lookalikes(policy(), identity_id=dora.id) == ()


def test_who_asks_for_fewer_false_names_hears_of_fewer_lookalikes(opened):
    """A name then needs so much that the two are no longer mistaken for each other."""
    people = opened()
    people.enrol("Anna", [factories.face(1)], origin=Origin.PHOTO)
    people.enrol("Berta", [like(1, 0.4, other=9)], origin=Origin.PHOTO)
    strict = CalibratedPolicy(factories.calibration(), false_name_rate=1e-4)
    assert len(people.lookalikes(policy())) == 1
    assert people.lookalikes(strict) == ()


def test_where_nobody_measured_similarities_there_is_nothing_to_look_at_again(opened):
    people = opened()
    for name in ("Anna", "Berta"):
        people.enrol(name, [factories.face(1)], origin=Origin.PHOTO)
    people.enrol("Anna", [factories.face(2), factories.face(3)], origin=Origin.PHOTO)
    assert people.lookalikes(UncalibratedPolicy()) == ()
    anna = people.find("Anna")
    assert people.outliers(anna.id, UncalibratedPolicy()) == frozenset()


def test_the_picture_of_somebody_else_is_found_by_its_sample(opened):
    people = opened()
    faces = [like(1, 0.8, other=30 + number) for number in range(3)]
    faces.insert(1, like(1, -0.2, other=7))
    anna = people.enrol("Anna", faces, origin=Origin.PHOTO).identity
    people.enrol("Ben", [factories.face(2)], origin=Origin.PHOTO)
    samples = people.samples(anna.id)
    assert people.outliers(anna.id, policy()) == {samples[1].id}
    people.remove_samples([samples[1].id])
    assert people.outliers(anna.id, policy()) == frozenset()
    assert people.outliers(12345, policy()) == frozenset()
