"""The arguments of ``kenspeckle people``."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop_app.cli.argument_parts import Commands, add_command, add_json, positive


def add_people(commands: Commands) -> None:
    """Add ``people`` with all that can be done to those enrolled."""
    people = add_command(commands, "people", "List, correct, rename or remove enrolled people.")
    acts = people.add_subparsers(
        title="what to do",
        metavar="{list,check,not,negatives,take-back,rename,remove}",
        required=True,
    )

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        act = add_command(acts, name, summary, module="people", act=name)
        add_json(act)
        return act

    add("list", "List who is enrolled.")
    add("check", "Find people who look alike, and pictures that do not fit their person.")
    refute = add("not", "Say that photos do not show a person; from then on they are not named so.")
    refute.add_argument("name", metavar="NAME")
    refute.add_argument("photos", metavar="PHOTO", nargs="+", type=Path)
    negatives = add("negatives", "List the faces that were said not to be a person's.")
    negatives.add_argument("name", metavar="NAME")
    take_back = add("take-back", "Take back that a face is not a person's.")
    take_back.add_argument(
        "number", metavar="NUMBER", type=positive, help="as “people negatives” lists it"
    )
    rename = add("rename", "Give a person another name.")
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new_name", metavar="NEW_NAME")
    remove = add("remove", "Remove a person with all pictures.")
    remove.add_argument("name", metavar="NAME")
