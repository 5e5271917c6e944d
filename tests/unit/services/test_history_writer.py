"""What waits to be written to the history."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

import factories
from desktop_app.recognition.events import EventLook, EventState, Outcome
from desktop_app.services.history.writer import HistoryWriter

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def state(key: int, who: int | None = None, **changes) -> EventState:
    values = {"began": NOON, "ended": NOON, "source": "camera:0"}
    outcome = Outcome.UNKNOWN if who is None else Outcome.NAMED
    return EventState(key=key, identity_id=who, outcome=outcome, **(values | changes))


def test_what_could_not_be_written_waits():
    writer = HistoryWriter()
    writer.add([state(1), state(2)])
    first = writer.batch()
    assert [change.state.key for change in writer.batch()] == [1, 2]
    writer.written(first, [10, 20])
    assert writer.is_empty


def test_what_is_written_goes_on_as_the_same_event():
    writer = HistoryWriter()
    writer.add([state(1, 5)])
    writer.written(writer.batch(), [10])
    writer.add([state(1, 5)])
    (change,) = writer.batch()
    assert (change.id, change.goes_on) == (10, True)


def test_a_name_that_became_clear_is_said_anew():
    writer = HistoryWriter()
    writer.add([state(1)])
    writer.written(writer.batch(), [10])
    writer.add([state(1, 5)])
    (change,) = writer.batch()
    assert (change.id, change.goes_on) == (10, False)


def test_of_one_event_only_the_newest_is_written():
    writer = HistoryWriter()
    writer.add([state(1), state(1, 5)])
    (change,) = writer.batch()
    assert change.state.identity_id == 5


def test_what_came_while_the_batch_was_written_is_not_lost():
    writer = HistoryWriter()
    writer.add([state(1)])
    batch = writer.batch()
    newer = state(1, 5)
    writer.add([newer])
    writer.written(batch, [10])
    (change,) = writer.batch()
    assert change.state is newer


def test_a_picture_is_not_lost_to_a_newer_state_without_one():
    writer = HistoryWriter()
    look = EventLook(np.zeros((4, 4, 3), np.uint8), factories.embedding())
    writer.add([state(1, look=look)])
    writer.add([state(1, 5)])
    (change,) = writer.batch()
    assert change.state.look is look


def test_pictures_that_are_not_wanted_any_more_are_not_written_though_their_events_are():
    writer = HistoryWriter()
    look = EventLook(np.zeros((4, 4, 3), np.uint8), factories.embedding())
    writer.add([state(1, 5, look=look), state(2)])
    writer.forget_looks()
    assert [(change.state.identity_id, change.state.look) for change in writer.batch()] == [
        (5, None),
        (None, None),
    ]


def test_what_is_withdrawn_before_it_was_written_is_never_written():
    writer = HistoryWriter()
    writer.add([state(1)])
    writer.add([state(1, withdrawn=True)])
    assert writer.batch() == []
    assert writer.is_empty


def test_what_somebody_deleted_is_not_asked_for_again():
    writer = HistoryWriter()
    writer.add([state(1)])
    writer.written(writer.batch(), [None])
    writer.add([state(1)])
    assert writer.batch() == []


def test_of_too_much_that_waits_the_oldest_is_dropped():
    writer = HistoryWriter(most_waiting=3)
    writer.add([state(key) for key in range(5)])
    assert [change.state.key for change in writer.batch()] == [2, 3, 4]
    assert writer.dropped == 2
    # Nor does its end make it an event that began late.
    writer.written(writer.batch(), [10, 20, 30])
    writer.add([state(0)])
    assert writer.batch() == []
