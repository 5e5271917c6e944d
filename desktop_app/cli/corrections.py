"""``kenspeckle people samples|merge|split|move|note|group|consent``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop_app.cli.options import Options
from desktop_app.cli.output import source_words
from desktop_app.cli.terminal import say, say_json
from desktop_app.errors import NoSuchPerson, NoSuchSample, UsageError
from desktop_app.recognition.people import Consent, Person, clean_name
from desktop_app.recognition.types import Identity
from desktop_app.services.people import PeopleService
from desktop_app.services.privacy.consent import local_day


def list_samples(people: PeopleService, identity: Identity, options: Options) -> int:
    """List a person's pictures by number."""
    samples = people.samples(identity.id)
    if options.arguments.json:
        say_json(
            [
                {
                    "id": sample.id,
                    "quality": round(sample.quality, 4),
                    "origin": sample.origin.value,
                    "created": sample.created.isoformat(),
                }
                for sample in samples
            ]
        )
        return 0
    if not samples:
        say(f"{identity.name} has no picture.")
    for sample in samples:
        source = source_words(sample.origin, sample.created)
        say(f"{sample.id}: quality {sample.quality:.0%}, {source}")
    return 0


def merge(people: PeopleService, identity: Identity, options: Options) -> int:
    """Give all that one person has to another."""
    into = _person(people, options.arguments.into)
    if into == identity:
        raise UsageError(reason="Somebody cannot be merged with themselves.")
    people.merge(identity.id, into=into.id)
    _tell(
        options,
        f"{identity.name} is {into.name} now, with all pictures.",
        {"merged": identity.name, "into": into.name},
    )
    return 0


def split(people: PeopleService, identity: Identity, options: Options) -> int:
    """Make somebody new of some of a person's pictures."""
    numbers = theirs(people, identity, options.arguments.numbers)
    made = people.split(numbers, name=options.arguments.new_name).identity
    assert made is not None
    _tell(
        options,
        f"{_pictures(numbers)} of {identity.name} made {made.name}.",
        {"person": identity.name, "new": made.name, "samples": numbers},
    )
    return 0


def move(people: PeopleService, identity: Identity, options: Options) -> int:
    """Give some of a person's pictures to somebody who is enrolled."""
    to = _person(people, options.arguments.to)
    if to == identity:
        raise UsageError(reason="These pictures are of that person already; name another one.")
    numbers = theirs(people, identity, options.arguments.numbers)
    people.move_samples(numbers, to=to.id)
    _tell(
        options,
        f"{_pictures(numbers)} of {identity.name} went to {to.name}.",
        {"person": identity.name, "to": to.name, "samples": numbers},
    )
    return 0


def note(people: PeopleService, identity: Identity, options: Options) -> int:
    """Write something about a person, or say what was written."""
    text = options.arguments.text
    if text is not None:
        people.set_note(identity.id, text)
    kept = _line(people, identity).note
    _tell(
        options,
        kept or f"Nothing is noted of {identity.name}.",
        {"person": identity.name, "note": kept},
    )
    return 0


def group(people: PeopleService, identity: Identity, options: Options) -> int:
    """Say which groups a person belongs to, or have it said."""
    arguments = options.arguments
    if arguments.leave_all:
        people.set_groups(identity.id, [])
    elif arguments.groups:
        people.add_to_groups([identity.id], arguments.groups)
    groups = _line(people, identity).groups
    words = f"{identity.name} belongs to: {', '.join(groups)}" if groups else "no group"
    _tell(
        options,
        words if groups else f"{identity.name} belongs to no group.",
        {"person": identity.name, "groups": list(groups)},
    )
    return 0


def consent(people: PeopleService, identity: Identity, options: Options) -> int:
    """Keep what a person agreed to, or say what was kept."""
    given = options.arguments
    is_told = any(part is not None for part in (given.by, given.given, given.until))
    if given.none:
        if is_told:
            raise UsageError(reason="--none keeps nothing, and goes with no other of its options.")
        people.set_consent(identity.id, Consent())
    elif is_told:
        people.set_consent(identity.id, _consent(identity, options))
    kept = _line(people, identity).consent
    _tell(options, _consent_words(identity, kept), {"person": identity.name, **as_json(kept)})
    return 0


def theirs(people: PeopleService, identity: Identity, numbers: Sequence[int]) -> list[int]:
    """Return the numbers of pictures, each once.

    Raises:
        NoSuchSample: one is not this person's: a slip must not hit somebody else.

    """
    found = {sample.id for sample in people.samples(identity.id)}
    for number in numbers:
        if number not in found:
            raise NoSuchSample(number=number)
    return list(dict.fromkeys(numbers))


def as_json(consent: Consent) -> dict[str, Any]:
    """Return a consent for programs."""
    return {
        "consent_by": consent.by or None,
        "consent_given": None if consent.given is None else consent.given.isoformat(),
        "consent_until": None if consent.until is None else consent.until.isoformat(),
    }


def _consent(identity: Identity, options: Options) -> Consent:
    arguments, today = options.arguments, local_day()
    given = today if arguments.given is None else arguments.given
    if given > today:
        raise UsageError(reason=f"{given.isoformat()} is still to come; nobody agreed on that day.")
    if arguments.until is not None and given > arguments.until:
        raise UsageError(reason="A consent cannot end before it was given.")
    # Who speaks for somebody is a name as any other: not empty, and of a bearable length.
    by = identity.name if arguments.by is None else clean_name(arguments.by)
    return Consent(by, given, arguments.until)


def _consent_words(identity: Identity, consent: Consent) -> str:
    if consent == Consent():
        return f"Nothing is kept of a consent of {identity.name}."
    given = "" if consent.given is None else f" on {consent.given.isoformat()}"
    until = "with no end" if consent.until is None else f"until {consent.until.isoformat()}"
    ended = ", which has passed" if consent.has_ended(local_day()) else ""
    return f"{identity.name}: {consent.by or 'somebody'} agreed{given}, {until}{ended}."


def _person(people: PeopleService, name: str) -> Identity:
    identity = people.find(name)
    if identity is None:
        raise NoSuchPerson(name=name)
    return identity


def _line(people: PeopleService, identity: Identity) -> Person:
    return next(person for person in people.people() if person.identity.id == identity.id)


def _pictures(numbers: Sequence[int]) -> str:
    return "1 picture" if len(numbers) == 1 else f"{len(numbers)} pictures"


def _tell(options: Options, words: str, value: dict[str, Any]) -> None:
    if options.arguments.json:
        say_json(value)
    else:
        say(words)
