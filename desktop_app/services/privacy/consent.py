"""Whose consent to be recognised has ended, or soon will."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from desktop_app.recognition.people import Person

# So long before the end of a consent there is a reminder.
REMINDER_DAYS = 14


def local_day() -> date:
    """Return which day it is here: the one by which consents begin and end."""
    return datetime.now().astimezone().date()


def ended(people: Iterable[Person], today: date) -> tuple[Person, ...]:
    """Return whose consent holds no more, the longest ended first."""
    found = [person for person in people if person.consent.has_ended(today)]
    return tuple(sorted(found, key=_end))


def ending(
    people: Iterable[Person], today: date, *, days: int = REMINDER_DAYS
) -> tuple[Person, ...]:
    """Return whose consent still holds and will not in so many days, the next to end first.

    A consent holds on its last day; one that ends today is therefore among them.
    """
    found = [person for person in people if ends_soon(person, today, days=days)]
    return tuple(sorted(found, key=_end))


def ends_soon(person: Person, today: date, *, days: int = REMINDER_DAYS) -> bool:
    """Whether a person's consent still holds and will not in so many days."""
    until = person.consent.until
    return until is not None and today <= until < today + timedelta(days=days)


def _end(person: Person) -> date:
    until = person.consent.until
    assert until is not None, "only a consent with an end ends"
    return until
