"""``kenspeckle people ACT``: lists and renames itself, and knows who does the rest."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.cli import corrections, person_data, removal
from desktop_app.cli.check import check
from desktop_app.cli.negatives import list_negatives, say_not, take_back
from desktop_app.cli.opened import people_there_are
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import say, say_json
from desktop_app.errors import NoSuchPerson
from desktop_app.recognition.types import Identity
from desktop_app.services.people import PeopleService


def run(options: Options) -> int:
    """Do what was asked for."""
    act = options.arguments.act
    with people_there_are(options) as people:
        if act in _WITHOUT_A_NAME:
            return _WITHOUT_A_NAME[act](people, options)
        name = options.arguments.name
        identity = None if people is None else people.find(name)
        if people is None or identity is None:
            raise NoSuchPerson(name=name)
        return _TO_SOMEBODY[act](people, identity, options)


def _list(people: PeopleService | None, options: Options) -> int:
    everyone = () if people is None else people.people()
    if options.arguments.json:
        say_json(
            [
                {
                    "name": person.identity.name,
                    "templates": person.template_count,
                    "samples": person.sample_count,
                    "created": person.created.isoformat(),
                    "groups": list(person.groups),
                    "note": person.note,
                    **corrections.as_json(person.consent),
                }
                for person in everyone
            ]
        )
        return 0
    if not everyone:
        say("Nobody is enrolled. “kenspeckle enrol NAME PHOTO...” enrols somebody.")
    for person in everyone:
        count = person.sample_count
        pictures = f"{count} {'picture' if count == 1 else 'pictures'}"
        lost = "" if person.template_count or not count else ", to be enrolled again"
        say(f"{person.identity.name}: {pictures}{lost}")
    return 0


def _rename(people: PeopleService, identity: Identity, options: Options) -> int:
    change = people.rename(identity.id, options.arguments.new_name)
    assert change.identity is not None
    if options.arguments.json:
        say_json({"renamed": identity.name, "name": change.identity.name})
    else:
        say(f"{identity.name} is called {change.identity.name} now.")
    return 0


# With None where there is no gallery yet.
_WITHOUT_A_NAME: dict[str, Callable[[PeopleService | None, Options], int]] = {
    "list": _list,
    "check": check,
    "take-back": take_back,
    "bin": removal.look,
    "restore": removal.restore,
    # Also of those who are in the bin.
    "export": person_data.export,
    "erase": person_data.erase_for_good,
}
_TO_SOMEBODY: dict[str, Callable[[PeopleService, Identity, Options], int]] = {
    "not": say_not,
    "negatives": list_negatives,
    "rename": _rename,
    "samples": corrections.list_samples,
    "merge": corrections.merge,
    "split": corrections.split,
    "move": corrections.move,
    "note": corrections.note,
    "group": corrections.group,
    "consent": corrections.consent,
    "remove": removal.remove,
}
