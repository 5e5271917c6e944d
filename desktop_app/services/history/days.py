"""Days as people count them: not every one has 24 hours. Light to import."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo

from desktop_app.recognition.events import EventFilter


def day_begins(day: date, zone: tzinfo | None = None) -> datetime:
    """Return the first moment of a day, with a zone; that of the computer where none is given."""
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    return midnight if zone is not None else midnight.astimezone()


def of_day(wanted: EventFilter, day: date, zone: tzinfo | None = None) -> EventFilter:
    """Return a filter narrowed down to one day."""
    ends = day_begins(day + timedelta(days=1), zone)
    return replace(wanted, since=day_begins(day, zone), until=ends)
