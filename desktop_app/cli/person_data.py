"""``kenspeckle people export|erase``: what is kept of a person, handed out or gone for good."""

from __future__ import annotations

import sys
from typing import Any

from desktop_app.cli.options import Options
from desktop_app.cli.terminal import EXIT_KNOWN, counted, remark, say, say_json
from desktop_app.errors import NoSuchPerson, UsageError
from desktop_app.recognition.people import name_key
from desktop_app.recognition.types import Identity
from desktop_app.services.people import PeopleService
from desktop_app.services.privacy.erasure import Erased, erase, finish_erasing, whom_to_erase
from desktop_app.services.privacy.person_export import export_person


def export(people: PeopleService | None, options: Options) -> int:
    """Write everything about a person to a zip."""
    arguments = options.arguments
    people, identity = _found(people, arguments.name)
    done = export_person(people.file, identity.id, arguments.file, overwrite=arguments.force)
    if arguments.json:
        say_json(
            {
                "exported": done.identity.name,
                "file": str(done.path),
                "pictures": done.pictures,
                "negatives": done.negatives,
                "events": done.events,
                "unreadable": done.unreadable,
            }
        )
        return 0
    say(f"Everything about {done.identity.name} is in “{done.path}”.")
    if done.unreadable:
        say(f"Pictures that are damaged in the gallery, and missing there: {done.unreadable}.")
    say("That file is not sealed: whoever has it can read it.")
    return 0


def erase_for_good(people: PeopleService | None, options: Options) -> int:
    """Erase a person everywhere, and prove it; 2 where something of them was found after all."""
    arguments = options.arguments
    if people is None:
        raise NoSuchPerson(name=arguments.name)
    identity = whom_to_erase(people.file, arguments.name)
    if identity is None:
        # They may be gone, and what was left of them not yet overwritten.
        erased = finish_erasing(people.file, arguments.name, data_dir=options.data_dir)
    else:
        _ask(identity, asked=arguments.yes)
        erased = erase(people.file, identity.id, data_dir=options.data_dir)
    if arguments.json:
        say_json(_as_json(erased, arguments.name))
    else:
        _say(erased, arguments.name)
    if erased.proof.holds:
        return 0
    remark(
        f"Something of {arguments.name} was found afterwards, or could not be looked for; what "
        "and where is on stdout."
    )
    return EXIT_KNOWN


def _found(people: PeopleService | None, name: str) -> tuple[PeopleService, Identity]:
    identity = None if people is None else whom_to_erase(people.file, name)
    if people is None or identity is None:
        raise NoSuchPerson(name=name)
    return people, identity


def _ask(identity: Identity, *, asked: bool) -> None:
    if asked:
        return
    warning = (
        f"{identity.name} would be erased for good, with all pictures, history and backups' copies."
    )
    if not sys.stdin.isatty():
        raise UsageError(reason=f"{warning} Nothing was changed; add --yes if it shall be.")
    # On stderr, for what comes on stdout may be read by a program.
    question = f"{warning} This cannot be undone.\nType the name to erase them: "
    print(question, end="", file=sys.stderr, flush=True)  # noqa: T201
    if name_key(sys.stdin.readline().strip()) != name_key(identity.name):
        raise UsageError(reason="That was another name. Nothing was changed.")


def _say(erased: Erased, name: str) -> None:
    proof = erased.proof
    if erased.identity is None:
        say(f"An erasure that was cut short is finished; {name} is nowhere in the gallery.")
    else:
        say(
            f"{erased.identity.name} is erased: {counted(erased.pictures, 'picture')}, "
            f"{counted(erased.events, 'time')} seen, and their copies in "
            f"{counted(erased.copies, 'backup')}."
        )
    if erased.alike:
        say(
            f"Erased as well: {counted(erased.alike, 'look')} at their face, without a name or "
            "kept as not somebody else’s."
        )
    say(
        f"Searched afterwards: {counted(proof.files, 'file')}, {counted(proof.bytes, 'byte')}, "
        f"for {counted(proof.searched, 'thing')} (the name in all spellings, pictures, templates)."
    )
    if proof.others:
        say(
            f"Told apart by where they lie: {counted(proof.others, 'place')} of somebody else, or "
            "part of a longer word."
        )
    if proof.holds:
        say("Found: nothing.")
    for path in proof.unread:
        say(f"NOT SEARCHED: “{path}”, which cannot be read.")
    for path in dict.fromkeys(finding.path for finding in proof.found if finding.is_shared):
        say(f"FOUND in “{path}”: somebody else is enrolled by the very same picture.")
    for path in dict.fromkeys(finding.path for finding in proof.found if not finding.is_shared):
        say(f"FOUND in “{path}”, which could not be cleaned. Delete that file if you can spare it.")
    if erased.namesakes:
        say(
            f"There is {erased.namesakes} more of that name, enrolled or in the bin; erasing the "
            "name again erases them."
        )


def _as_json(erased: Erased, name: str) -> dict[str, Any]:
    proof = erased.proof
    return {
        "erased": name if erased.identity is None else erased.identity.name,
        "pictures": erased.pictures,
        "events": erased.events,
        "alike": erased.alike,
        "backups": erased.copies,
        "broken_backups": [str(path) for path in erased.broken],
        "namesakes": erased.namesakes,
        "proof": {
            "files": proof.files,
            "bytes": proof.bytes,
            "searched": proof.searched,
            "others": proof.others,
            "unread": [str(path) for path in proof.unread],
            "found": [
                {
                    "file": str(finding.path),
                    "position": finding.position,
                    "what": "name" if finding.is_name else "face",
                }
                for finding in proof.found
            ],
        },
    }
