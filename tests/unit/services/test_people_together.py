"""Several people at once: one act, all or nobody, and one step back."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest

import factories
from db.repository import GalleryRepository
from desktop_app.errors import NoSuchPerson
from desktop_app.recognition.people import Consent, Origin
from desktop_app.services.people import PeopleService
from desktop_app.services.undo import ActKind


@pytest.fixture
def people(tmp_path):
    repository = GalleryRepository.open(tmp_path / "gallery.db")
    yield PeopleService(repository, embedder=factories.EMBEDDER, dimension=factories.DIMENSION)
    repository.close()


@pytest.fixture
def ids(people):
    """Three people, by name."""
    for number, name in enumerate(("Anna", "Bea", "Cem")):
        people.enrol(name, [factories.face(number)], origin=Origin.PHOTO)
    return {person.identity.name: person.identity.id for person in people.people()}


def names(people) -> list[str]:
    return [person.identity.name for person in people.people()]


def test_several_people_are_removed_and_come_back_in_one_step(people, ids):
    change = people.remove(ids["Anna"], ids["Cem"])
    assert names(people) == ["Bea"]
    assert change.act.names == ("Anna", "Cem")
    assert change.undoable is change.act
    people.undo()
    assert names(people) == ["Anna", "Bea", "Cem"]


def test_nobody_is_removed_where_one_of_them_is_gone(people, ids):
    with pytest.raises(NoSuchPerson):
        people.remove(ids["Anna"], 999)
    assert names(people) == ["Anna", "Bea", "Cem"]
    # What was done before can still be undone.
    people.undo()
    assert names(people) == ["Anna", "Bea"]


def test_several_people_are_merged_into_one_and_parted_in_one_step(people, ids):
    change = people.merge(ids["Anna"], ids["Cem"], into=ids["Bea"])
    assert change.act.kind is ActKind.MERGE
    assert change.act.names == ("Anna", "Cem", "Bea")
    assert names(people) == ["Bea"]
    assert len(people.samples(ids["Bea"])) == 3
    people.undo()
    assert names(people) == ["Anna", "Bea", "Cem"]
    assert [len(people.samples(who)) for who in ids.values()] == [1, 1, 1]


def test_a_group_is_added_to_those_that_people_have(people, ids):
    people.set_groups(ids["Anna"], ["Chess"])
    people.add_to_groups([ids["Anna"], ids["Bea"]], ["Class 4b"])
    assert [person.groups for person in people.people()] == [
        ("Chess", "Class 4b"),
        ("Class 4b",),
        (),
    ]
    people.undo()
    assert [person.groups for person in people.people()] == [("Chess",), (), ()]


def test_a_group_that_another_window_gives_just_then_is_not_taken_away(
    people, ids, tmp_path, monkeypatch
):
    write = people.file.write
    with closing(GalleryRepository.open(tmp_path / "gallery.db")) as elsewhere:

        def write_just_after_them():
            elsewhere.acts.set_groups(ids["Bea"], ["Choir"])
            return write()

        monkeypatch.setattr(people.file, "write", write_just_after_them)
        people.add_to_groups([ids["Bea"]], ["Class 4b"])
    assert [person.groups for person in people.people()] == [(), ("Choir", "Class 4b"), ()]


def test_several_negatives_are_taken_back_in_one_step(people, ids):
    for number in (11, 12):
        people.add_negative(ids["Anna"], factories.face(number), origin=Origin.PHOTO)
    people.remove_negative(*(negative.id for negative in people.negatives(ids["Anna"])))
    assert people.negatives(ids["Anna"]) == []
    people.undo()
    assert len(people.negatives(ids["Anna"])) == 2


def test_consent_comes_with_the_enrolment_and_goes_with_it(people):
    consent = Consent("Anna", date(2026, 1, 2), date(2027, 1, 2))
    people.enrol("Anna", [factories.face(1)], origin=Origin.LIVE, consent=consent)
    assert people.people()[0].consent == consent
    people.undo()
    assert names(people) == []


def test_what_is_chosen_in_the_bin_is_deleted_and_the_rest_stays(people, ids):
    people.remove(ids["Anna"], ids["Bea"])
    (sample,) = people.samples(ids["Cem"])
    people.remove_samples([sample.id])
    binned = {(thing.identity.name, thing.sample_id): thing for thing in people.bin()}
    people.delete_binned([binned["Anna", None], binned["Cem", sample.id]])
    assert [thing.identity.name for thing in people.bin()] == ["Bea"]
    assert names(people) == ["Cem"]


def test_nothing_that_was_put_back_meanwhile_is_deleted(people, ids):
    people.remove(ids["Anna"])
    binned = people.bin()
    people.restore(ids["Anna"])
    people.delete_binned(binned)
    assert names(people) == ["Anna", "Bea", "Cem"]
