"""A step back or forward that fails: what is tried again, and what is dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

import factories
from db.repository import GalleryRepository
from desktop_app.errors import ActOutdated, GalleryLocked
from desktop_app.recognition.people import Origin
from desktop_app.services.people import PeopleService


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gallery.db"


@pytest.fixture
def opened(path):
    """Opens the gallery as another window would, as often as asked."""
    repositories = []

    def open_one() -> PeopleService:
        repository = GalleryRepository.open(path, busy_timeout=0.05)
        repositories.append(repository)
        return PeopleService(repository, embedder=factories.EMBEDDER, dimension=factories.DIMENSION)

    yield open_one
    for repository in repositories:
        repository.close()


@pytest.fixture
def people(opened):
    """Anna, who was called Anne, and Bob, who was called Bobby after that."""
    people = opened()
    for seed, name in enumerate(("Anna", "Bob")):
        people.enrol(name, [factories.face(seed)], origin=Origin.PHOTO)
    people.rename(id_of(people, "Anna"), "Anne")
    people.rename(id_of(people, "Bob"), "Bobby")
    return people


def id_of(people: PeopleService, name: str) -> int:
    return next(one.identity.id for one in people.people() if one.identity.name == name)


def names(people: PeopleService) -> list[str]:
    return [person.identity.name for person in people.people()]


@contextmanager
def somebody_else_writes(path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_step_back_that_failed_for_a_busy_gallery_is_the_one_that_follows(people, path):
    with somebody_else_writes(path), pytest.raises(GalleryLocked):
        people.undo()
    change = people.undo()
    assert names(people) == ["Anne", "Bob"]
    assert change.undoable.names == ("Anna", "Anne")


def test_a_step_forward_that_failed_for_a_busy_gallery_is_the_one_that_follows(people, path):
    people.undo()
    people.undo()
    with somebody_else_writes(path), pytest.raises(GalleryLocked):
        people.redo()
    change = people.redo()
    assert names(people) == ["Anne", "Bob"]
    assert change.redoable.names == ("Bob", "Bobby")


def test_a_step_back_that_can_never_be_made_again_is_dropped(people, opened):
    elsewhere = opened()
    elsewhere.rename(id_of(elsewhere, "Bobby"), "Robert")
    with pytest.raises(ActOutdated):
        people.undo()
    people.undo()
    assert names(people) == ["Anna", "Robert"]


def test_a_step_forward_that_can_never_be_made_again_is_dropped(people, opened):
    people.undo()
    elsewhere = opened()
    elsewhere.rename(id_of(elsewhere, "Bob"), "Robert")
    with pytest.raises(ActOutdated):
        people.redo()
    assert people.redo() is None
    assert names(people) == ["Anne", "Robert"]


def test_steps_about_somebody_who_was_erased_elsewhere_are_gone_with_their_names(people, opened):
    people.set_groups(id_of(people, "Bobby"), ["Choir"])
    people.undo()
    elsewhere = opened()
    anne, bobby = id_of(elsewhere, "Anne"), id_of(elsewhere, "Bobby")
    elsewhere.remove(bobby)
    elsewhere.empty_bin()

    change = people.refresh()

    assert change.undoable.names == ("Anna", "Anne")
    assert change.redoable is None
    elsewhere.remove(anne)
    elsewhere.empty_bin()
    change = people.refresh()
    assert (change.undoable, change.redoable) == (None, None)
