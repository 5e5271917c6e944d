"""When a consent has ended, and when it soon will."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop_app.recognition.people import Consent, Person
from desktop_app.recognition.types import Identity
from desktop_app.services.privacy.consent import ended, ending, ends_soon

TODAY = date(2026, 3, 10)


def person(name: str, until: date | None) -> Person:
    return Person(
        identity=Identity(1, name),
        created=datetime(2026, 1, 1, tzinfo=UTC),
        template_count=1,
        sample_count=1,
        cover_sample_id=None,
        consent=Consent(name, None, until),
    )


def names(people) -> list[str]:
    return [one.identity.name for one in people]


def test_a_consent_holds_on_its_last_day_and_has_ended_on_the_next():
    anna = person("Anna", TODAY)
    assert ended([anna], TODAY) == ()
    assert names(ended([anna], TODAY + timedelta(days=1))) == ["Anna"]


def test_a_consent_without_an_end_neither_ends_nor_is_reminded_of():
    anna = person("Anna", None)
    assert ended([anna], date.max) == ()
    assert ending([anna], TODAY) == ()


@pytest.mark.parametrize(("days", "soon"), [(-1, False), (0, True), (13, True), (14, False)])
def test_the_reminder_comes_fourteen_days_before_and_ends_with_the_consent(days, soon):
    assert ends_soon(person("Anna", TODAY + timedelta(days=days)), TODAY) is soon


def test_whoever_is_next_comes_first():
    people = [person("Bea", TODAY + timedelta(days=9)), person("Anna", TODAY)]
    assert names(ending(people, TODAY)) == ["Anna", "Bea"]
    assert names(ended(people, TODAY + timedelta(days=30))) == ["Anna", "Bea"]
