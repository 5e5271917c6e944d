"""``kenspeckle people remove|bin|restore``: what was removed, and how it comes back."""

from __future__ import annotations

from desktop_app.cli.argument_parts import LARGEST_NUMBER
from desktop_app.cli.corrections import theirs
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import say, say_json
from desktop_app.errors import NoSuchSample, NotInTheBin, UsageError
from desktop_app.recognition.people import Binned, name_key
from desktop_app.recognition.types import Identity
from desktop_app.services.people import PeopleService


def remove(people: PeopleService, identity: Identity, options: Options) -> int:
    """Put a person, or some of their pictures, into the bin."""
    numbers = options.arguments.numbers
    if not numbers:
        people.remove(identity.id)
        if options.arguments.json:
            say_json({"removed": identity.name})
        else:
            say(
                f"{identity.name} was removed, with all pictures. "
                "“kenspeckle people restore” puts back who was removed."
            )
        return 0
    numbers = theirs(people, identity, numbers)
    people.remove_samples(numbers)
    if options.arguments.json:
        say_json({"person": identity.name, "removed_samples": numbers})
    else:
        count = "1 picture" if len(numbers) == 1 else f"{len(numbers)} pictures"
        say(f"{count} of {identity.name} removed.")
    return 0


def look(people: PeopleService | None, options: Options) -> int:
    """List what is in the bin, or empty it."""
    if options.arguments.empty:
        return _empty(people, options)
    things = [] if people is None else people.bin()
    if options.arguments.json:
        say_json([_as_json(thing) for thing in things])
        return 0
    if not things:
        say("The bin is empty.")
    for thing in things:
        since = f"{thing.binned.astimezone():%Y-%m-%d %H:%M}"
        if thing.sample_id is None:
            count = thing.sample_count
            what = f"{thing.identity.name}, {count} {'picture' if count == 1 else 'pictures'}"
        else:
            what = f"picture {thing.sample_id} of {thing.identity.name}"
        say(f"{what}, removed {since}")
    return 0


def restore(people: PeopleService | None, options: Options) -> int:
    """Put back a person by name, or a picture by number."""
    arguments = options.arguments
    if (arguments.name is None) == (arguments.picture is None):
        raise UsageError(reason="Give the NAME of a person, or --picture NUMBER.")
    if arguments.picture is not None:
        number = arguments.picture
        if arguments.new_name is not None:
            raise UsageError(reason="--as gives a person another name; a picture has none.")
        if people is None or number > LARGEST_NUMBER:
            raise NoSuchSample(number=number)
        identity = people.restore_sample(number).identity
        assert identity is not None
        words = f"Picture {number} of {identity.name} is back."
    else:
        if people is None:
            raise NotInTheBin(name=arguments.name)
        thing = _newest(people, arguments.name)
        identity = people.restore(thing.identity.id, name=arguments.new_name).identity
        assert identity is not None
        words = f"{thing.identity.name} is back."
        if identity.name != thing.identity.name:
            words = f"{thing.identity.name} is back, and called {identity.name} now."
    if arguments.json:
        say_json({"restored": identity.name})
    else:
        say(words)
    return 0


def _empty(people: PeopleService | None, options: Options) -> int:
    if not options.arguments.yes:
        raise UsageError(reason="What leaves the bin is gone for good; add --yes if it shall be.")
    things = [] if people is None else people.bin()
    if people is not None:
        people.empty_bin()
    if options.arguments.json:
        say_json({"deleted": len(things)})
    else:
        say("The bin is empty now.")
    return 0


def _newest(people: PeopleService, name: str) -> Binned:
    """Return who was removed last of those of a name."""
    for thing in people.bin():
        if thing.sample_id is None and name_key(thing.identity.name) == name_key(name):
            return thing
    raise NotInTheBin(name=name)


def _as_json(thing: Binned) -> dict[str, object]:
    return {
        "person": thing.identity.name,
        "picture": thing.sample_id,
        "pictures": thing.sample_count,
        "removed": thing.binned.isoformat(),
    }
