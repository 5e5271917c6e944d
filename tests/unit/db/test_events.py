"""Who was seen when, in a real file."""

from __future__ import annotations

import dataclasses
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from db.events import EventLog
from db.gallery_file import GalleryFile
from db.key_slots import Keys
from db.repository import GalleryRepository
from desktop_app.errors import ActOutdated, GalleryLocked, NoSuchEvent, NoSuchPerson
from desktop_app.recognition.events import (
    EventChange,
    EventFilter,
    EventLook,
    EventState,
    Outcome,
)
from desktop_app.vision.types import Embedding

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def log(repository) -> EventLog:
    return EventLog(repository.file)


@pytest.fixture
def anna(repository, make_sample) -> int:
    return repository.acts.enrol("Anna", [make_sample()]).id


@pytest.fixture
def bea(repository, make_sample) -> int:
    return repository.acts.enrol("Bea Ärmel", [make_sample()]).id


def state(who: int | None = None, *, key: int = 1, after: float = 0, **changes) -> EventState:
    began = NOON + timedelta(seconds=after)
    values = {
        "key": key,
        "identity_id": who,
        "began": began,
        "ended": began + timedelta(seconds=10),
        "source": "camera:0",
        "outcome": Outcome.UNKNOWN if who is None else Outcome.NAMED,
        "confidence": None if who is None else 0.9,
    }
    return EventState(**(values | changes))


def a_look(seed: int = 0) -> EventLook:
    random = np.random.default_rng(seed)
    vector = random.standard_normal(8).astype(np.float32)
    pixels = random.integers(0, 256, (16, 16, 3), np.uint8)
    return EventLook(pixels, Embedding(vector / np.linalg.norm(vector), "sface"))


def write(log: EventLog, *states: EventState) -> list[int | None]:
    return log.write([EventChange(one) for one in states])


def names(events) -> list[str | None]:
    return [None if event.identity is None else event.identity.name for event in events]


def test_what_is_written_is_read_newest_first(log, anna):
    write(log, state(anna), state(after=60))
    unknown, named = log.page()
    assert (named.identity.name, named.outcome, named.confidence) == ("Anna", Outcome.NAMED, 0.9)
    assert (named.began, named.ended) == (NOON, NOON + timedelta(seconds=10))
    assert (unknown.identity, unknown.outcome, unknown.source) == (
        None,
        Outcome.UNKNOWN,
        "camera:0",
    )
    assert not named.has_picture


def test_an_event_goes_on_without_being_two(log, anna):
    (number,) = write(log, state(anna))
    longer = state(anna, ended=NOON + timedelta(minutes=5), confidence=0.97)
    assert log.write([EventChange(longer, id=number, goes_on=True)]) == [number]
    (event,) = log.page()
    assert event.ended == NOON + timedelta(minutes=5)
    assert event.confidence == 0.97


def test_an_event_never_ends_earlier_than_was_written(log, anna):
    (number,) = write(log, state(anna))
    log.write([EventChange(state(anna, ended=NOON), id=number, goes_on=True)])
    assert log.page()[0].ended == NOON + timedelta(seconds=10)


def test_a_stranger_becomes_known_in_the_same_event(log, anna):
    (number,) = write(log, state())
    log.write([EventChange(state(anna), id=number)])
    assert names(log.page()) == ["Anna"]


def test_what_is_withdrawn_is_gone(log):
    (number,) = write(log, state())
    assert log.write([EventChange(state(withdrawn=True), id=number)]) == [None]
    assert log.page() == []


def test_an_event_that_somebody_deleted_is_not_written_again(log, anna):
    (number,) = write(log, state(anna))
    log.delete([number])
    assert log.write([EventChange(state(anna), id=number, goes_on=True)]) == [None]
    assert log.page() == []


def test_somebody_who_was_erased_meanwhile_leaves_no_event(log, repository, anna):
    repository.acts.remove(anna)
    repository.acts.empty_bin()
    assert write(log, state(anna)) == [None]
    with closing(sqlite3.connect(repository.path)) as file:
        assert file.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_pages_follow_each_other_without_gap_or_repetition(log):
    # Several began at the same moment.
    write(log, *[state(after=number // 3) for number in range(20)])
    seen, last = [], None
    while page := log.page(after=last, limit=7):
        seen += [event.id for event in page]
        last = page[-1]
    assert len(seen) == len(set(seen)) == 20
    assert seen == [event.id for event in log.page(limit=100)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EventFilter(text="ÄRMEL"), ["Bea Ärmel"]),
        (EventFilter(text="party"), [None]),
        (EventFilter(text="%"), []),
        (EventFilter(nameless=True), [None, None]),
        (EventFilter(source="party.mp4"), [None]),
        (EventFilter(since=NOON + timedelta(seconds=60)), ["Bea Ärmel", None, None]),
        (EventFilter(until=NOON + timedelta(seconds=60)), ["Anna"]),
    ],
)
def test_events_are_found_by_what_is_asked_for(log, anna, bea, wanted, found):
    write(
        log,
        state(anna),
        state(after=60),
        state(after=120, source="party.mp4"),
        state(bea, after=180),
    )
    assert names(log.page(wanted)) == found
    assert sum(count for _, count in log.slots(wanted)) == len(found)


def test_one_persons_events_are_found(log, anna, bea):
    write(log, state(anna), state(bea))
    assert names(log.page(EventFilter(identity_id=anna))) == ["Anna"]


def test_slots_count_by_quarters_of_an_hour(log):
    write(log, *[state(after=minutes * 60) for minutes in (0, 14, 15, 61)])
    assert log.slots() == [
        (NOON + timedelta(hours=1), 1),
        (NOON + timedelta(minutes=15), 1),
        (NOON, 2),
    ]


def test_events_of_somebody_in_the_bin_are_not_there_until_they_are_back(log, repository, anna):
    write(log, state(anna))
    repository.acts.remove(anna)
    assert log.page() == []
    assert log.slots() == []
    repository.acts.restore(anna)
    assert names(log.page()) == ["Anna"]


def test_a_name_that_is_refuted_is_taken_away_and_the_face_is_kept_as_not_theirs(
    log, repository, anna
):
    look = a_look()
    (number,) = write(log, state(anna, look=look))
    log.refute(number)
    event = log.event(number)
    assert (event.identity, event.outcome, event.confidence) == (None, Outcome.UNKNOWN, None)
    (negative,) = repository.negatives(anna)
    assert np.array_equal(negative.pixels, look.pixels)


def test_without_a_picture_only_the_name_is_taken_away(log, repository, anna):
    (number,) = write(log, state(anna))
    log.refute(number)
    assert log.event(number).identity is None
    assert repository.negatives(anna) == []


def test_what_was_refuted_can_be_undone(log, repository, anna):
    (number,) = write(log, state(anna, look=a_look()))
    log.undo(log.refute(number))
    assert log.event(number).identity.name == "Anna"
    assert repository.negatives(anna) == []


def test_undoing_is_refused_where_the_person_is_gone_since(log, repository, anna):
    (number,) = write(log, state(anna))
    edits = log.refute(number)
    repository.acts.remove(anna)
    repository.acts.empty_bin()
    with pytest.raises(ActOutdated):
        log.undo(edits)


def test_a_correction_is_not_undone_by_what_goes_on(log, anna):
    (number,) = write(log, state(anna))
    log.refute(number)
    longer = state(anna, ended=NOON + timedelta(minutes=5))
    log.write([EventChange(longer, id=number, goes_on=True)])
    event = log.event(number)
    assert event.identity is None
    assert event.ended == NOON + timedelta(minutes=5)


def test_an_event_gets_another_name_and_the_wrong_one_is_refuted(log, repository, anna, bea):
    (number,) = write(log, state(anna, look=a_look()))
    log.name(number, bea)
    event = log.event(number)
    assert (event.identity.id, event.confidence) == (bea, None)
    assert len(repository.negatives(anna)) == 1
    assert repository.negatives(bea) == []


def test_naming_somebody_who_is_gone_changes_nothing(log, anna):
    (number,) = write(log, state(anna))
    with pytest.raises(NoSuchPerson):
        log.name(number, 99)
    assert log.event(number).identity.name == "Anna"
    with pytest.raises(NoSuchEvent):
        log.refute(99)


def test_merged_people_share_their_history(log, repository, anna, bea):
    (number,) = write(log, state(anna))
    repository.acts.merge(anna, into=bea)
    assert log.event(number).identity.name == "Bea Ärmel"
    # What the recorder still says of the one who is gone changes nothing but the end.
    longer = state(anna, ended=NOON + timedelta(minutes=5))
    assert log.write([EventChange(longer, id=number, goes_on=True)]) == [number]
    assert log.event(number).identity.name == "Bea Ärmel"


def test_old_events_are_forgotten_and_new_ones_stay(log, anna):
    write(log, state(anna), state(after=3600))
    assert log.forget_before(NOON + timedelta(minutes=30)) == 1
    assert names(log.page()) == [None]


def test_a_stretch_of_time_is_deleted(log):
    write(log, *[state(after=3600 * hour) for hour in range(5)])
    assert log.delete_between(NOON + timedelta(hours=1), NOON + timedelta(hours=3)) == 2
    assert len(log.page()) == 3


def test_thousands_are_deleted_at_once(log):
    numbers = write(log, *[state(key=number) for number in range(1200)])
    assert log.delete([number for number in numbers if number]) == 1200


def test_nothing_of_a_deleted_picture_is_left_in_the_files(log, repository, anna):
    look = a_look()
    (number,) = write(log, state(anna, look=look))
    vector = look.embedding.vector.astype("<f4").tobytes()

    def is_in_a_file() -> bool:
        files = repository.path.parent.glob("gallery.db*")
        return any(vector in file.read_bytes() for file in files)

    assert is_in_a_file()
    log.delete([number])
    assert not is_in_a_file()


def test_pictures_are_deleted_and_events_stay(log, anna):
    (number,) = write(log, state(anna, look=a_look()))
    assert log.forget_pictures() == 1
    assert not log.event(number).has_picture
    assert log.picture(number) is None
    assert log.look(number) is None


def test_an_event_that_goes_on_is_told_from_another_of_the_same_number(log, anna):
    # As after another gallery's backup was put back.
    (number,) = write(log, state(anna))
    other = state(None, after=3600)
    assert log.write([EventChange(other, id=number)]) == [None]
    assert log.write([EventChange(dataclasses.replace(other, withdrawn=True), id=number)]) == [None]
    (event,) = log.page()
    assert (event.identity.name, event.ended) == ("Anna", NOON + timedelta(seconds=10))


def test_nothing_is_written_of_what_another_gallery_saw(log, anna, repository):
    assert log.write([EventChange(state(anna))], uid="0" * 32) == [None]
    assert log.page() == []
    assert log.write([EventChange(state(anna))], uid=repository.file.uid()) != [None]


def test_a_better_picture_takes_the_place_of_the_first(log, anna):
    (number,) = write(log, state(anna, look=a_look(1)))
    better = a_look(2)
    log.write([EventChange(state(anna, look=better), id=number, goes_on=True)])
    assert np.array_equal(log.picture(number), better.pixels)
    look = log.look(number)
    assert np.array_equal(look.embedding.vector, better.embedding.vector)
    # Without one, what was kept stays.
    log.write([EventChange(state(anna), id=number, goes_on=True)])
    assert log.event(number).has_picture


class Chain:
    """A keychain in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.kept[name] = key

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


def test_pictures_are_sealed_where_the_gallery_is(path):
    with closing(GalleryFile.open(path, keys=Keys(keychain=Chain()))) as file:
        assert file.vault.is_sealed
        log, look = EventLog(file), a_look()
        (number,) = log.write([EventChange(state(look=look))])
        assert np.array_equal(log.picture(number), look.pixels)
        vector = look.embedding.vector.astype("<f4").tobytes()
        for part in path.parent.glob("gallery.db*"):
            assert vector not in part.read_bytes()
            assert b"PNG" not in part.read_bytes()


def test_nobody_has_to_read_the_people_again_for_an_event(log, repository, anna):
    before = repository.version()
    (number,) = write(log, state(anna))
    log.write([EventChange(state(anna), id=number, goes_on=True)])
    log.forget_before(NOON + timedelta(days=1))
    assert repository.version() == before


def test_while_another_process_writes_nothing_waits_and_nothing_is_half_written(path, log, anna):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GalleryLocked):
            write(log, state(anna), state())
        other.execute("ROLLBACK")
    assert log.page() == []
    write(log, state(anna))
    assert len(log.page()) == 1


def test_an_event_waits_for_nobody_however_patient_the_gallery_is_otherwise(path):
    with (
        # It would outlast the test.
        closing(GalleryRepository.open(path, busy_timeout=600)) as repository,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GalleryLocked):
            EventLog(repository.file).write([EventChange(state())])
        other.execute("ROLLBACK")


def test_patience_for_other_writers_is_as_it_was_after_an_event(path, make_sample):
    with closing(GalleryRepository.open(path, busy_timeout=3)) as repository:
        EventLog(repository.file).write([EventChange(state())])
        with closing(repository.file._reader.raw_connection()) as connection:
            assert connection.cursor().execute("PRAGMA busy_timeout").fetchone() == (3000,)


_WRITES_FOR_EVER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from db.events import EventLog
from db.gallery_file import GalleryFile
from desktop_app.recognition.events import EventChange, EventState, Outcome

log = EventLog(GalleryFile.open(Path(sys.argv[1])))
began = datetime(2026, 3, 1, tzinfo=UTC)
number = None
for key in range(1_000_000):
    states = [
        EventState(one, None, began, began + timedelta(seconds=key), "camera:0", Outcome.UNKNOWN)
        for one in range(5)
    ]
    log.write([EventChange(one) for one in states])
    print(key, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_history_that_is_cut_off_in_the_middle_is_whole_up_to_there(path, repository, log):
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITES_FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True
    )
    written = 0
    for line in process.stdout:
        written = int(line) + 1
        if written == 20:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.stdout.close()
    process.wait()
    events = log.page(limit=10_000)
    assert len(events) >= 100
    assert len(events) % 5 == 0
    assert repository.integrity() == []
