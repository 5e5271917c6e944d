"""``kenspeckle history``."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Any

from desktop_app.cli.opened import people_there_are
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import say, say_json
from desktop_app.errors import NoSuchPerson, UsageError
from desktop_app.recognition.events import Event, EventFilter, Outcome
from desktop_app.services.history.export import write_csv, write_xlsx
from desktop_app.services.history.log import History
from desktop_app.services.people import PeopleService

# What is read at once: a long history needs no more room than a short one.
_AT_ONCE = 1000


def run(options: Options) -> int:
    """List, export or delete what was recorded."""
    arguments = options.arguments
    _refuse_what_does_not_go_together(options)
    with people_there_are(options) as people:
        history = None if people is None else History(people.file)
        if arguments.clear:
            return _clear(history, options)
        wanted = _wanted(people, options)
        if arguments.csv is None and arguments.xlsx is None:
            _list(history, wanted, options)
            return 0
        for path, write in ((arguments.csv, write_csv), (arguments.xlsx, write_xlsx)):
            if path is not None:
                with closing(_all(history, wanted)) as events:
                    count = write(events, path)
                if arguments.json:
                    say_json({"file": str(path), "events": count})
                else:
                    say(f"{count} entries of the history were written to “{path}”.")
    return 0


def _refuse_what_does_not_go_together(options: Options) -> None:
    given = options.arguments
    if given.person is not None and given.unknown:
        raise UsageError(reason="--person and --unknown exclude each other.")
    filters = (given.since, given.until, given.person, given.seen_by, given.csv, given.xlsx)
    if not given.clear:
        if given.before is not None or given.yes:
            raise UsageError(reason="--before and --yes belong to --clear.")
        return
    if given.unknown or any(one is not None for one in filters):
        raise UsageError(reason="--clear goes with --before and --yes alone.")
    if given.before is None:
        raise UsageError(reason="--clear needs --before DATE: what ended before it is deleted.")
    if not given.yes:
        raise UsageError(
            reason="Nothing was deleted: it would be gone for good. Add --yes if that is meant."
        )


def _wanted(people: PeopleService | None, options: Options) -> EventFilter:
    given = options.arguments
    identity_id = None
    if given.person is not None:
        identity = None if people is None else people.find(given.person)
        if identity is None:
            raise NoSuchPerson(name=given.person)
        identity_id = identity.id
    return EventFilter(
        since=None if given.since is None else given.since.begins,
        until=None if given.until is None else given.until.ends,
        identity_id=identity_id,
        nameless=given.unknown,
        source=given.seen_by,
    )


def _all(history: History | None, wanted: EventFilter) -> Generator[Event, None, None]:
    last: Event | None = None
    while history is not None:
        events = history.page(wanted, after=last, limit=_AT_ONCE)
        if not events:
            return
        yield from events
        last = events[-1]


def _list(history: History | None, wanted: EventFilter, options: Options) -> None:
    if options.arguments.json:
        say_json([_json(event) for event in _all(history, wanted)])
        return
    none = True
    for event in _all(history, wanted):
        none = False
        say(_sentence(event))
    if none:
        say(
            "Nothing of that kind is in the history. The window and “kenspeckle live --headless” "
            "record who is seen."
        )


def _json(event: Event) -> dict[str, Any]:
    confidence = event.confidence
    return {
        "id": event.id,
        "name": None if event.identity is None else event.identity.name,
        "said": event.outcome.value,
        "from": event.began.astimezone().isoformat(timespec="seconds"),
        "to": event.ended.astimezone().isoformat(timespec="seconds"),
        "seconds": round((event.ended - event.began).total_seconds(), 1),
        "source": event.source,
        "confidence": None if confidence is None else round(confidence, 4),
        "picture": event.has_picture,
    }


def _sentence(event: Event) -> str:
    began, ended = event.began.astimezone(), event.ended.astimezone()
    same_day = began.date() == ended.date()
    until = f"{ended:%H:%M:%S}" if same_day else f"{ended:%Y-%m-%d %H:%M:%S}"
    if event.identity is None:
        who = "unsure who" if event.outcome is Outcome.UNSURE else "unknown"
    elif event.confidence is None:
        who = event.identity.name
    else:
        # Never "100%": nothing here is certain.
        who = f"{event.identity.name} ({min(event.confidence, 0.99):.0%})"
    return f"{began:%Y-%m-%d %H:%M:%S} to {until}  {who}  {event.source}"


def _clear(history: History | None, options: Options) -> int:
    moment = options.arguments.before.begins
    gone = 0 if history is None else history.forget_before(moment)
    if options.arguments.json:
        say_json({"deleted": gone})
    else:
        say(f"{gone} entries of the history were deleted.")
    return 0
