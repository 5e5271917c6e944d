"""``kenspeckle people list|rename|remove``."""

from __future__ import annotations

from desktop_app.cli.opened import people_there_are
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import say, say_json
from desktop_app.errors import NoSuchPerson
from desktop_app.recognition.people import Person
from desktop_app.recognition.types import Identity
from desktop_app.services.people import PeopleService


def run(options: Options) -> int:
    """Do what was asked for."""
    acts = {"list": _list, "rename": _rename, "remove": _remove}
    with people_there_are(options) as people:
        if people is not None:
            acts[options.arguments.act](people, options)
        elif options.arguments.act == "list":
            _say_everyone((), options)
        else:
            raise NoSuchPerson(name=options.arguments.name)
    return 0


def _list(people: PeopleService, options: Options) -> None:
    _say_everyone(people.people(), options)


def _say_everyone(everyone: tuple[Person, ...], options: Options) -> None:
    if options.arguments.json:
        say_json(
            [
                {
                    "name": person.identity.name,
                    "templates": person.template_count,
                    "samples": person.sample_count,
                    "created": person.created.isoformat(),
                }
                for person in everyone
            ]
        )
        return
    if not everyone:
        say("Nobody is enrolled. “kenspeckle enrol NAME PHOTO...” enrols somebody.")
    for person in everyone:
        count = person.sample_count
        pictures = f"{count} {'picture' if count == 1 else 'pictures'}"
        lost = "" if person.template_count or not count else ", to be enrolled again"
        say(f"{person.identity.name}: {pictures}{lost}")


def _rename(people: PeopleService, options: Options) -> None:
    identity = _find(people, options.arguments.name)
    change = people.rename(identity.id, options.arguments.new_name)
    assert change.identity is not None
    if options.arguments.json:
        say_json({"renamed": identity.name, "name": change.identity.name})
    else:
        say(f"{identity.name} is called {change.identity.name} now.")


def _remove(people: PeopleService, options: Options) -> None:
    identity = _find(people, options.arguments.name)
    people.remove(identity.id)
    if options.arguments.json:
        say_json({"removed": identity.name})
    else:
        say(f"{identity.name} was removed, with all pictures.")


def _find(people: PeopleService, name: str) -> Identity:
    identity = people.find(name)
    if identity is None:
        raise NoSuchPerson(name=name)
    return identity
