"""How consent is said to people: to be recognised, by whom, since when, until when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from desktop_app.recognition.people import NO_CONSENT, Consent, Person
from desktop_app.services.privacy.consent import ends_soon
from desktop_app.ui.words import isolated, names_in_a_sentence

translate = QCoreApplication.translate


def day_text(day: date, *, year: bool = True, short: bool = False) -> str:
    """Return a day as it is written in the user's language.

    Args:
        day: which.
        year: with its year.
        short: with the month abbreviated, where there is little room.

    """
    format_ = QLocale.FormatType.LongFormat
    text = QLocale().dateFormat(format_)
    # The day of the week tells nothing about an end in a year's time.
    for name in ("dddd, ", "dddd، ", "dddd ", ", dddd", " dddd", "dddd"):
        text = text.replace(name, "")
    if short:
        text = text.replace("MMMM", "MMM")
    if not year:
        # With what stands between it and the month: “de” in Spanish, a sign in Japanese.
        text = re.sub(
            r"(\s*'[^']*')?[\s,./-]*y+\s*([年년]|'[^']*')?\.?[\s,./-]*", " ", text
        ).strip()
    return QLocale().toString(QDate(day.year, day.month, day.day), text)


def consent_line(person: Person, today: date) -> str:
    """Say in a line of the list that a consent ends or has ended; empty where it does not."""
    until = person.consent.until
    if until is None:
        return ""
    if person.consent.has_ended(today):
        return translate("Consent", "Consent ended on {day}").format(
            day=day_text(until, year=until.year != today.year, short=True)
        )
    if not ends_soon(person, today):
        return ""
    if until == today:
        return translate("Consent", "Consent ends today")
    return translate("Consent", "Consent ends on {day}").format(
        day=day_text(until, year=False, short=True)
    )


def consent_sentences(name: str, consent: Consent, today: date) -> str:
    """Say what is known of a person's consent, and what follows from it."""
    if consent == NO_CONSENT:
        text = translate("Consent", "Nothing is kept about whether {name} agreed to be recognised.")
        return text.format(name=isolated(name))
    return " ".join((_who_agreed(name, consent), _how_long(name, consent, today)))


def _who_agreed(name: str, consent: Consent) -> str:
    if consent.given is None:
        text = translate("Consent", "{by} agreed that {name} is recognised.")
    else:
        text = translate("Consent", "On {given} {by} agreed that {name} is recognised.")
    by = consent.by or translate("Consent", "somebody")
    if consent.given is None:
        by = by[:1].upper() + by[1:]
    given = "" if consent.given is None else day_text(consent.given)
    return text.format(by=isolated(by), given=given, name=isolated(name))


def _how_long(name: str, consent: Consent, today: date) -> str:
    if consent.until is None:
        return translate("Consent", "No end was agreed.")
    if consent.has_ended(today):
        text = translate(
            "Consent",
            "That ended on {until}: {name} goes into the bin when Kenspeckle looks next, at its "
            "start and once a day.",
        )
    else:
        text = translate(
            "Consent",
            "That holds until {until}. After that day {name} goes into the bin by itself.",
        )
    return text.format(until=day_text(consent.until), name=isolated(name))


def ended_text(people: Sequence[Person]) -> str:
    """Say who was put into the bin because their consent has ended."""
    if len(people) == 1:
        (person,) = people
        until = person.consent.until
        assert until is not None, "only a consent with an end ends"
        text = translate(
            "Consent", "The consent of {name} ended on {day}. {name} is in the bin now."
        )
        return text.format(name=isolated(person.identity.name), day=day_text(until))
    text = translate("Consent", "The consent of {names} has ended. They are in the bin now.")
    return text.format(names=_names(people))


def ending_text(people: Sequence[Person], today: date) -> str:
    """Remind of whose consent ends soon."""
    first = people[0]
    until = first.consent.until
    assert until is not None, "only a consent with an end ends"
    if len(people) > 1:
        text = translate("Consent", "The consent of {names} ends soon: the first on {day}.")
    elif until == today:
        text = translate("Consent", "The consent of {names} ends today.")
    else:
        text = translate("Consent", "The consent of {names} ends on {day}.")
    return text.format(names=_names(people), day=day_text(until))


def _names(people: Sequence[Person]) -> str:
    return names_in_a_sentence([person.identity.name for person in people])
