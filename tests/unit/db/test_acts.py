"""What a person can do to the gallery, and that all of it can be undone and done again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from db.events import EventLog
from db.key_slots import Keys
from db.repository import GalleryRepository
from desktop_app.errors import (
    ActOutdated,
    InvalidName,
    NameTaken,
    NoSuchPerson,
    NoSuchSample,
)
from desktop_app.recognition.events import EventChange, EventFilter, EventState, Outcome
from desktop_app.recognition.people import Consent, Origin
from desktop_app.recognition.types import Identity


class DictKeychain:
    """Keeps keys as long as the test."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.entries.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.entries[name] = key

    def delete(self, name: str) -> None:
        self.entries.pop(name, None)


@pytest.fixture(params=["open", "sealed"])
def repository(request, path):
    keys = Keys(keychain=DictKeychain()) if request.param == "sealed" else Keys()
    repository = GalleryRepository.open(path, keys=keys, busy_timeout=0.05)
    assert repository.file.vault.is_sealed == (request.param == "sealed")
    yield repository
    repository.close()


def content(repository: GalleryRepository) -> object:
    """All that can be seen of a gallery, ids and pictures included."""
    gallery = repository.snapshot(embedder="sface", dimension=8)
    people = repository.people(embedder="sface")
    return (
        people,
        gallery.matrix.tolist(),
        gallery.identity_ids.tolist(),
        {
            person.identity.id: [
                (sample.id, sample.pixels.tobytes())
                for sample in repository.samples(person.identity.id)
            ]
            for person in people
        },
        {
            person.identity.id: [
                negative.id for negative in repository.negatives(person.identity.id)
            ]
            for person in people
        },
    )


@pytest.fixture
def both_ways(repository) -> Callable[[Callable[[], object]], None]:
    """Does something, and proves that it can be undone, done again, and undone again."""

    def prove(act: Callable[[], object]) -> None:
        before = content(repository)
        act()
        edits, after = repository.acts.edits, content(repository)
        assert before != after
        for _ in range(2):
            repository.acts.undo(edits)
            assert content(repository) == before
            repository.acts.redo(edits)
            assert content(repository) == after
        assert repository.integrity() == []

    return prove


@pytest.fixture
def anna(repository, make_sample):
    return repository.acts.enrol("Anna", [make_sample() for _ in range(3)])


@pytest.fixture
def bea(repository, make_sample):
    return repository.acts.enrol("Bea", [make_sample() for _ in range(2)])


def sample_ids(repository, identity) -> list[int]:
    return [sample.id for sample in repository.samples(identity.id)]


def seen(repository, identity, *, times: int) -> Callable[[Identity], int]:
    """Record that somebody was seen; return what tells how often anybody was."""
    log, now = EventLog(repository.file), datetime.now(UTC)
    states = [
        EventState(number, identity.id, now, now, "camera:0", Outcome.NAMED)
        for number in range(times)
    ]
    log.write([EventChange(state) for state in states])
    return lambda who: len(log.page(EventFilter(identity_id=who.id), limit=times + 1))


def person_named(repository, name):
    (person,) = [one for one in repository.people(embedder="sface") if one.identity.name == name]
    return person


def refute(repository, identity, sample) -> int:
    return repository.acts.add_negative(
        identity.id, pixels=sample.pixels, embedding=sample.embedding, origin=Origin.LIVE
    )


# Undo and redo


def test_every_act_can_be_undone_and_done_again(repository, make_sample, anna, bea, both_ways):
    new, refuted = make_sample(), make_sample()
    first = sample_ids(repository, anna)[0]
    both_ways(lambda: repository.acts.enrol("Carl", [new]))
    both_ways(lambda: repository.acts.enrol("Anna", [make_sample(), make_sample()]))
    both_ways(lambda: repository.acts.rename(anna.id, "Änne"))
    both_ways(lambda: repository.acts.set_note(anna.id, "sits by the window"))
    both_ways(lambda: repository.acts.set_groups(anna.id, ["Choir", "Board"]))
    both_ways(lambda: repository.acts.set_groups(anna.id, ["choir"]))
    both_ways(lambda: repository.acts.set_consent(anna.id, Consent("Her mother")))
    both_ways(lambda: refute(repository, anna, refuted))
    both_ways(lambda: repository.acts.remove_negative(repository.negatives(anna.id)[0].id))
    both_ways(lambda: repository.acts.remove_samples([first]))
    both_ways(lambda: repository.acts.restore_sample(first))
    both_ways(lambda: repository.acts.move_samples([first], to=bea.id))
    both_ways(lambda: repository.acts.split([first], name="Dora"))
    both_ways(lambda: repository.acts.merge(anna.id, into=bea.id))
    both_ways(lambda: repository.acts.remove(bea.id))
    both_ways(lambda: repository.acts.restore(bea.id))


def test_acts_are_undone_in_any_depth_and_order_of_time(repository, make_sample, anna, bea):
    states, steps = [content(repository)], []
    acts = [
        lambda: repository.acts.split(sample_ids(repository, anna)[:1], name="Carl"),
        lambda: repository.acts.merge(bea.id, into=anna.id),
        lambda: repository.acts.rename(anna.id, "Bea"),
        lambda: repository.acts.remove(anna.id),
    ]
    for act in acts:
        act()
        steps.append(repository.acts.edits)
        states.append(content(repository))
    for edits, state in zip(reversed(steps), reversed(states[:-1]), strict=True):
        repository.acts.undo(edits)
        assert content(repository) == state


def test_what_was_changed_since_is_not_undone_and_nothing_is_lost(repository, anna):
    repository.acts.rename(anna.id, "Änne")
    renamed = repository.acts.edits
    repository.acts.rename(anna.id, "Annegret")
    before = content(repository)
    with pytest.raises(ActOutdated):
        repository.acts.undo(renamed)
    assert content(repository) == before


def test_an_act_whose_rows_are_gone_for_good_is_not_undone(repository, anna):
    repository.acts.remove(anna.id)
    removed = repository.acts.edits
    repository.acts.empty_bin()
    with pytest.raises(ActOutdated):
        repository.acts.undo(removed)
    assert repository.people(embedder="sface") == []


def test_an_undone_step_that_fails_half_way_changes_nothing(repository, anna, bea, make_sample):
    repository.acts.merge(anna.id, into=bea.id)
    merged = repository.acts.edits
    # Anna's name was taken meanwhile: the last of the steps back cannot be done.
    repository.acts.enrol("Anna", [make_sample()])
    before = content(repository)
    with pytest.raises(ActOutdated):
        repository.acts.undo(merged)
    assert content(repository) == before


def test_an_act_that_changes_nothing_leaves_nothing_to_undo(repository, anna):
    repository.acts.rename(anna.id, "Anna")
    assert repository.acts.edits == ()


# Merging


def test_merging_joins_pictures_notes_groups_and_negatives(repository, make_sample, anna, bea):
    refuted = make_sample()
    refute(repository, anna, refuted)
    repository.acts.set_note(anna.id, "plays the flute")
    repository.acts.set_note(bea.id, "always late")
    repository.acts.set_groups(anna.id, ["Choir", "Board"])
    repository.acts.set_groups(bea.id, ["Board", "Kitchen"])
    repository.acts.set_consent(bea.id, Consent("Bea", date(2026, 1, 1)))
    assert repository.acts.merge(anna.id, into=bea.id) == bea
    (merged,) = repository.people(embedder="sface")
    assert (merged.identity, merged.sample_count, merged.template_count) == (bea, 5, 5)
    assert merged.note == "always late\nplays the flute"
    assert merged.groups == ("Board", "Choir", "Kitchen")
    assert merged.consent.by == "Bea"
    assert len(repository.negatives(bea.id)) == 1
    assert repository.find("Anna") is None
    assert repository.bin() == []


def test_a_consent_that_ends_does_not_get_lost_in_a_merge(repository, anna, bea, both_ways):
    repository.acts.set_consent(anna.id, Consent("Anna", date(2026, 1, 1), date(2026, 7, 31)))
    repository.acts.set_consent(bea.id, Consent("Bea", date(2026, 3, 1), date(2027, 7, 31)))
    both_ways(lambda: repository.acts.merge(anna.id, into=bea.id))
    merged = person_named(repository, "Bea").consent
    assert merged == Consent("Bea; Anna", date(2026, 3, 1), date(2026, 7, 31))


def test_a_negative_that_turns_out_to_be_the_other_one_does_not_outlive_a_merge(
    repository, make_sample, anna
):
    """Who was told apart from Bea by mistake, and is Bea, must be found afterwards."""
    look = make_sample()
    bea = repository.acts.enrol("Bea", [look])
    refute(repository, anna, look)
    repository.acts.merge(bea.id, into=anna.id)
    assert repository.negatives(anna.id) == []
    assert repository.snapshot(embedder="sface", dimension=8).negatives is None


def test_samples_in_the_bin_go_along_with_a_merge(repository, anna, bea):
    binned = sample_ids(repository, anna)[1]
    repository.acts.remove_samples([binned])
    repository.acts.merge(anna.id, into=bea.id)
    assert repository.acts.restore_sample(binned) == bea
    assert binned in sample_ids(repository, bea)


def test_a_whole_history_changes_hands_in_one_edit_and_back(repository, anna, bea):
    """A year of one person is tens of thousands of events, while everybody waits for the lock."""
    seen_by = seen(repository, anna, times=700)
    repository.acts.merge(anna.id, into=bea.id)
    merged = repository.acts.edits
    assert len(merged) < 10
    assert seen_by(bea) == 700
    repository.acts.undo(merged)
    assert (seen_by(anna), seen_by(bea)) == (700, 0)
    repository.acts.redo(merged)
    assert seen_by(bea) == 700


def test_a_merge_is_not_undone_by_halves_where_some_of_the_history_is_gone(repository, anna, bea):
    seen_by = seen(repository, anna, times=3)
    repository.acts.merge(anna.id, into=bea.id)
    log = EventLog(repository.file)
    log.delete([log.page()[0].id])
    with pytest.raises(ActOutdated):
        repository.acts.undo(repository.acts.edits)
    assert seen_by(bea) == 2
    assert repository.find("Anna") is None


def test_somebody_merged_with_themselves_stays_as_they_are(repository, anna):
    before = content(repository)
    repository.acts.merge(anna.id, into=anna.id)
    assert content(repository) == before


def test_nobody_is_merged_with_somebody_who_is_gone(repository, anna, bea):
    repository.acts.remove(bea.id)
    with pytest.raises(NoSuchPerson):
        repository.acts.merge(anna.id, into=bea.id)
    with pytest.raises(NoSuchPerson):
        repository.acts.merge(bea.id, into=anna.id)


# Splitting and moving


def test_samples_that_are_split_off_make_somebody_new(repository, anna):
    first, second, third = sample_ids(repository, anna)
    carl = repository.acts.split([first, third], name="Carl")
    assert sample_ids(repository, carl) == [first, third]
    assert sample_ids(repository, anna) == [second]
    gallery = repository.snapshot(embedder="sface", dimension=8)
    assert sorted(gallery.identity_ids.tolist()) == [anna.id, carl.id, carl.id]


def test_nobody_is_split_into_somebody_there_is(repository, anna, bea):
    with pytest.raises(NameTaken, match="Bea"):
        repository.acts.split(sample_ids(repository, anna)[:1], name="BEA")
    with pytest.raises(InvalidName):
        repository.acts.split(sample_ids(repository, anna)[:1], name="  ")


def test_when_one_sample_of_several_is_gone_none_is_moved(repository, anna, bea):
    first, second, _ = sample_ids(repository, anna)
    repository.acts.remove_samples([second])
    before = content(repository)
    with pytest.raises(NoSuchSample, match=str(second)):
        repository.acts.move_samples([first, second], to=bea.id)
    with pytest.raises(NoSuchSample):
        repository.acts.split([first, second], name="Carl")
    assert content(repository) == before


def test_a_moved_look_takes_back_that_it_was_not_theirs(repository, make_sample, anna, bea):
    look = make_sample()
    repository.acts.enrol("Anna", [look])
    refute(repository, bea, look)
    repository.acts.move_samples(sample_ids(repository, anna)[-1:], to=bea.id)
    assert repository.negatives(bea.id) == []


# The bin


def test_who_is_in_the_bin_is_found_nowhere_and_can_be_put_back(path, make_sample):
    repository = GalleryRepository.open(path)
    anna = repository.acts.enrol("Anna", [make_sample(), make_sample()])
    repository.acts.remove(anna.id)
    assert repository.find("Anna") is None
    assert repository.people(embedder="sface") == []
    assert repository.snapshot(embedder="sface", dimension=8).identities == {}
    repository.close()

    repository = GalleryRepository.open(path)
    (thing,) = repository.bin()
    assert (thing.identity, thing.sample_count, thing.sample_id) == (anna, 2, None)
    assert repository.acts.restore(anna.id) == anna
    assert repository.snapshot(embedder="sface", dimension=8).template_count == 2
    assert repository.bin() == []
    repository.close()


def test_a_name_in_the_bin_is_free_for_somebody_else(repository, make_sample, anna):
    repository.acts.remove(anna.id)
    other = repository.acts.enrol("Anna", [make_sample()])
    assert other.id != anna.id
    with pytest.raises(NameTaken):
        repository.acts.restore(anna.id)
    back = repository.acts.restore(anna.id, name="Anna B.")
    assert (back.id, back.name) == (anna.id, "Anna B.")
    assert [one.identity.name for one in repository.people(embedder="sface")] == ["Anna", "Anna B."]


def test_pictures_that_were_removed_before_their_person_stay_in_the_bin(repository, anna):
    first = sample_ids(repository, anna)[0]
    repository.acts.remove_samples([first])
    repository.acts.remove(anna.id)
    assert [thing.sample_count for thing in repository.bin()] == [2]
    repository.acts.restore(anna.id)
    (thing,) = repository.bin()
    assert (thing.sample_id, thing.identity) == (first, anna)


def test_who_was_enrolled_by_mistake_can_be_found_in_the_bin_with_their_pictures(
    repository, make_sample
):
    anna = repository.acts.enrol("Anna", [make_sample(), make_sample()])
    repository.acts.undo(repository.acts.edits)
    (thing,) = repository.bin()
    assert (thing.identity, thing.sample_count) == (anna, 2)
    repository.acts.restore(anna.id)
    assert len(repository.samples(anna.id)) == 2


def test_the_bin_is_emptied_of_what_has_been_there_for_long(repository, anna, bea):
    repository.acts.remove(anna.id)
    now = datetime.now(UTC)
    assert repository.acts.empty_bin(before=now - timedelta(days=30)) == 0
    assert len(repository.bin()) == 1
    assert repository.acts.empty_bin(before=now) == 1
    assert repository.bin() == []
    assert len(repository.samples(bea.id)) == 2


# Many at once


@pytest.mark.parametrize("how", ["emptied", "chosen"])
def test_a_group_does_not_outlive_its_last_member_in_the_bin(repository, path, anna, bea, how):
    repository.acts.set_groups(anna.id, ["Choir", "Board"])
    repository.acts.set_groups(bea.id, ["Board"])
    repository.acts.remove(anna.id)
    if how == "emptied":
        repository.acts.empty_bin()
    else:
        repository.acts.delete_binned(repository.bin())
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT name FROM groups").fetchall() == [("Board",)]


def test_an_import_with_a_name_that_cannot_be_used_enrols_nobody(repository, make_sample):
    before = repository.version()
    with pytest.raises(InvalidName):
        repository.acts.enrol_all({"Anna": [make_sample()], "\n": [make_sample()]})
    assert repository.people(embedder="sface") == []
    assert repository.version() == before


# Groups and consent


def test_groups_are_made_once_and_go_with_their_last_member(repository, path, anna, bea):
    repository.acts.set_groups(anna.id, ["Choir", "choir "])
    repository.acts.set_groups(bea.id, ["CHOIR"])
    assert person_named(repository, "Bea").groups == ("Choir",)
    repository.acts.set_groups(anna.id, [])
    assert person_named(repository, "Anna").groups == ()
    repository.acts.set_groups(bea.id, [])
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM groups").fetchone() == (0,)


def test_a_group_that_somebody_else_joined_meanwhile_is_not_left_for_another(repository, anna):
    repository.acts.set_groups(anna.id, ["Choir"])
    assert repository.acts.add_to_groups(anna.id, ["Kitchen", "CHOIR"]) == anna
    assert person_named(repository, "Anna").groups == ("Choir", "Kitchen")


def test_no_group_ever_stands_in_the_place_of_one_that_is_gone(repository, anna, bea):
    """What is done again names a group by its id, which must not be another group's by then."""
    repository.acts.set_groups(bea.id, ["Choir"])
    repository.acts.set_groups(anna.id, ["Choir"])
    joined = repository.acts.edits
    repository.acts.undo(joined)
    repository.acts.set_groups(bea.id, [])
    repository.acts.set_groups(bea.id, ["Suspects"])
    with pytest.raises(ActOutdated):
        repository.acts.redo(joined)
    assert person_named(repository, "Anna").groups == ()


def test_consent_is_kept_to_the_day(repository, anna):
    consent = Consent("Her mother", date(2026, 3, 1), date(2027, 2, 28))
    repository.acts.set_consent(anna.id, consent)
    assert person_named(repository, "Anna").consent == consent
    assert not consent.has_ended(date(2027, 2, 28))
    assert consent.has_ended(date(2027, 3, 1))
    assert not Consent().has_ended(date(2027, 3, 1))


# Sealed


def test_no_template_and_no_crop_can_be_read_from_the_files_of_a_sealed_gallery(path, make_sample):
    with closing(GalleryRepository.open(path, keys=Keys(keychain=DictKeychain()))) as repository:
        sample, refuted = make_sample(dimension=128), make_sample(dimension=128)
        anna = repository.acts.enrol("Anna", [sample])
        refute(repository, anna, refuted)
        content = b"".join(file.read_bytes() for file in path.parent.iterdir())
        for vector in (sample.embedding.vector, refuted.embedding.vector):
            assert vector.tobytes() not in content
            assert vector.tobytes()[:16] not in content
        assert b"\x89PNG" not in content
        (kept,) = repository.samples(anna.id)
        assert np.array_equal(kept.pixels, sample.pixels)
