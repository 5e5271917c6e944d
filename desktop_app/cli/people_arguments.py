"""The arguments of ``kenspeckle people``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from desktop_app.cli.argument_parts import (
    Commands,
    add_command,
    add_json,
    add_yes,
    day,
    path_from_home,
    positive,
)

_Add = Callable[[str, str], argparse.ArgumentParser]


def add_people(commands: Commands) -> None:
    """Add ``people`` with all that can be done to those enrolled."""
    people = add_command(commands, "people", "List, correct, rename or remove enrolled people.")
    acts = people.add_subparsers(
        title="what to do",
        metavar="ACT",
        required=True,
    )

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        act = add_command(acts, name, summary, module="people", act=name)
        add_json(act)
        return act

    add("list", "List who is enrolled.")
    add("check", "Find people who look alike, and pictures that do not fit their person.")
    _add_negatives(add)
    _add_corrections(add)
    _add_descriptions(add)
    _add_bin(add)
    _add_data(add)


def _add_negatives(add: _Add) -> None:
    refute = add("not", "Say that photos do not show a person; from then on they are not named so.")
    _add_name(refute)
    refute.add_argument(
        "photos", metavar="PHOTO", nargs="+", type=Path, help="a photo of somebody else, alone"
    )
    _add_name(add("negatives", "List the faces that were said not to be a person's."))
    take_back = add("take-back", "Take back that a face is not a person's.")
    take_back.add_argument(
        "number", metavar="NUMBER", type=positive, help="as “people negatives” lists it"
    )


def _add_corrections(add: _Add) -> None:
    rename = add("rename", "Give a person another name.")
    _add_name(rename)
    rename.add_argument("new_name", metavar="NEW_NAME", help="what to call them")
    _add_name(add("samples", "List a person's pictures, with their numbers."))
    merge = add("merge", "Make one person of two who are the same: NAME becomes INTO.")
    _add_name(merge)
    merge.add_argument("into", metavar="INTO", help="who stays, and gets all pictures")
    split = add("split", "Make somebody new of some of a person's pictures.")
    _add_name(split)
    split.add_argument("new_name", metavar="NEW_NAME", help="of somebody who is not enrolled yet")
    _add_numbers(split, nargs="+")
    move = add("move", "Give some of a person's pictures to somebody who is enrolled.")
    _add_name(move)
    move.add_argument("to", metavar="TO", help="who gets them")
    _add_numbers(move, nargs="+")


def _add_descriptions(add: _Add) -> None:
    note = add("note", "Write something about a person, or show what was written.")
    _add_name(note)
    note.add_argument(
        "text",
        metavar="TEXT",
        nargs="?",
        help='in quotes; an empty one ("") takes the note away, none shows it',
    )
    group = add("group", "Add a person to groups, or show which they belong to.")
    _add_name(group)
    group.add_argument(
        "groups", metavar="GROUP", nargs="*", help="to add to those there are; none shows them"
    )
    group.add_argument(
        "--leave-all", action="store_true", help="take the person out of all their groups"
    )
    consent = add(
        "consent", "Keep that a person agreed to be recognised; without an option, show it."
    )
    _add_name(consent)
    consent.add_argument("--by", metavar="WHO", help="who agreed (default: the person)")
    consent.add_argument(
        "--given",
        metavar="DATE",
        type=day,
        help="on which day, as 2026-03-31 (default: today)",
    )
    consent.add_argument("--until", metavar="DATE", type=day, help="the last day that it holds")
    consent.add_argument("--none", action="store_true", help="keep nothing of a consent any more")


def _add_bin(add: _Add) -> None:
    remove = add("remove", "Put a person, or some of their pictures, into the bin.")
    _add_name(remove)
    _add_numbers(remove, nargs="*", more="; without any, the person is removed")
    bin_ = add("bin", "List what was removed and can be put back.")
    bin_.add_argument("--empty", action="store_true", help="delete all of it for good")
    add_yes(bin_, "do that; without this, nothing is deleted")
    restore = add("restore", "Put back who was removed last of that name, or a picture.")
    restore.add_argument("name", metavar="NAME", nargs="?", help="of somebody in the bin")
    restore.add_argument(
        "--as", dest="new_name", metavar="NEW_NAME", help="call them so, where NAME is taken by now"
    )
    restore.add_argument(
        "--picture",
        metavar="NUMBER",
        type=positive,
        help="instead of a NAME; as “people bin” lists it",
    )


def _add_data(add: _Add) -> None:
    export = add("export", "Write everything about a person to a zip, which is not sealed.")
    _add_name(export, "who, enrolled or in the bin")
    export.add_argument("file", metavar="FILE.zip", type=path_from_home, help="a new file")
    export.add_argument("--force", action="store_true", help="replace a file that is there")
    erase = add(
        "erase", "Erase a person for good, from the gallery, history and backups, and prove it."
    )
    _add_name(erase, "who, enrolled or in the bin")
    add_yes(erase, "do not ask for the name again first")


def _add_name(act: argparse.ArgumentParser, what: str = "of somebody who is enrolled") -> None:
    act.add_argument("name", metavar="NAME", help=what)


def _add_numbers(act: argparse.ArgumentParser, *, nargs: str, more: str = "") -> None:
    act.add_argument(
        "numbers",
        metavar="NUMBER",
        nargs=nargs,
        type=positive,
        help=f"of a picture, as “people samples” lists it{more}",
    )
