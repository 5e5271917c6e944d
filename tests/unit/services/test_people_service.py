from contextlib import closing

import pytest

import factories
from db.repository import GalleryRepository
from desktop_app.recognition.people import Origin
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
    assert people.remove_sample(sample.id).gallery.template_count == 1
    removed = people.remove(enrolled.identity.id)
    assert (removed.people, removed.gallery.template_count, removed.identity) == ((), 0, None)
    assert people.find("Anna Bauer") is None


def test_a_change_is_in_the_file(opened, path):
    opened().enrol("Anna", [factories.face(1)], origin=Origin.PHOTO)
    with closing(GalleryRepository.open(path)) as repository:
        assert repository.find("anna") is not None
