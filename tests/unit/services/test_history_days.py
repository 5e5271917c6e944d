"""Days as the clock on the wall has them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.gallery_file import GalleryFile
from desktop_app.recognition.events import EventChange, EventFilter, EventState, Outcome
from desktop_app.services.history.days import day_begins, of_day
from desktop_app.services.history.log import Day, History

BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
SHORT, LONG = date(2026, 3, 29), date(2026, 10, 25)


@pytest.fixture
def file(tmp_path):
    with closing(GalleryFile.open(tmp_path / "gallery.db")) as file:
        yield file


def write(history: History, *times: datetime) -> None:
    states = [
        EventState(key, None, time, time, "camera:0", Outcome.UNKNOWN)
        for key, time in enumerate(times)
    ]
    history.write([EventChange(one) for one in states])


def length(day: date) -> timedelta:
    ends, begins = (day_begins(one, BERLIN) for one in (day + timedelta(days=1), day))
    return ends.astimezone(UTC) - begins.astimezone(UTC)


def test_the_days_on_which_clocks_are_changed_are_shorter_and_longer():
    assert length(SHORT) == timedelta(hours=23)
    assert length(LONG) == timedelta(hours=25)
    assert length(date(2026, 7, 1)) == timedelta(hours=24)


def test_days_are_counted_as_the_clock_on_the_wall_has_them(file):
    history = History(file, zone=BERLIN)
    # 23:30 and 00:30 there, on both sides of the night in which clocks are put back.
    write(
        history,
        datetime(2026, 10, 24, 21, 30, tzinfo=UTC),
        datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 22, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 23, 30, tzinfo=UTC),
    )
    assert history.days() == [
        Day(date(2026, 10, 26), 1),
        Day(LONG, 2),
        Day(date(2026, 10, 24), 1),
    ]


def test_what_is_counted_of_a_day_is_what_is_listed_of_it(file):
    history = History(file, zone=KATHMANDU)
    begins = datetime(2026, 3, 1, tzinfo=UTC)
    write(history, *[begins + timedelta(minutes=7 * number) for number in range(500)])
    for day in history.days():
        listed = history.page(of_day(EventFilter(), day.day, KATHMANDU), limit=1000)
        assert len(listed) == day.events
        assert {event.began.astimezone(KATHMANDU).date() for event in listed} == {day.day}


def test_a_day_is_deleted_whole_and_no_more(file):
    history = History(file, zone=BERLIN)
    begins = day_begins(LONG, BERLIN).astimezone(UTC)
    write(history, *[begins + timedelta(hours=hour) for hour in range(-1, 26)])
    assert history.delete_day(LONG) == 25
    assert [day.events for day in history.days()] == [1, 1]


def test_what_is_older_than_wanted_is_deleted_and_0_days_are_for_ever(file):
    history = History(file)
    now = datetime(2026, 3, 31, 12, tzinfo=UTC)
    write(history, now - timedelta(days=31), now - timedelta(days=29))
    assert history.forget_older(days=0, now=now) == 0
    assert history.forget_older(days=30, now=now) == 1
    assert len(history.page()) == 1
