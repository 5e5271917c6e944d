"""The arguments of ``kenspeckle enrol``, which has two forms: one person, or a folder of many."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from desktop_app.cli.argument_parts import Commands, add_command, add_json
from desktop_app.errors import UsageError

_FOLDER = "--folder"
_USAGE = """\
kenspeckle enrol NAME PHOTO [PHOTO ...] [--allow-low-quality] [--json]
       kenspeckle enrol --folder DIR [--dry-run | --discard] [--report FILE] [--largest]
                        [--allow-low-quality] [--json]"""


def add_enrol(commands: Commands, arguments: Sequence[str]) -> None:
    """Add ``enrol``, in the form that a command line is of."""
    enrol = add_command(
        commands,
        "enrol",
        "Enrol a person from photos, or many people from a folder with a sub-folder for each.",
        module="enrol",
    )
    enrol.usage = _USAGE
    if not _is_of_a_folder(arguments):
        enrol.add_argument(
            "name",
            metavar="NAME",
            help="who; if somebody is called so already, they get more photos",
        )
        enrol.add_argument(
            "photos", metavar="PHOTO", nargs="+", type=Path, help="a photo in which nobody else is"
        )
    enrol.add_argument(
        "--allow-low-quality",
        action="store_true",
        help="take faces that would be recognised badly as well",
    )
    add_json(enrol)
    many = enrol.add_argument_group("many people at once")
    many.add_argument(
        _FOLDER,
        metavar="DIR",
        type=Path,
        help="a folder with a sub-folder of photos for each person, called by their name, or with "
        "photos called Name_0001.jpg. What was cut short goes on where it was; who is enrolled "
        "already gets what is new",
    )
    many.add_argument(
        "--dry-run", action="store_true", help="say who would be enrolled, and change nothing"
    )
    many.add_argument(
        "--discard", action="store_true", help="drop what an import that was cut short has read"
    )
    many.add_argument(
        "--report", metavar="FILE", type=Path, help="write what became of each photo, as CSV"
    )
    many.add_argument(
        "--largest",
        action="store_true",
        help="of several faces take the one that is clearly the largest, instead of none",
    )


def check_enrol(parsed: argparse.Namespace, surplus: Sequence[str]) -> None:
    """Refuse what does not go together.

    Args:
        parsed: the arguments.
        surplus: what argparse could not place.

    Raises:
        UsageError: names beside a folder, or a folder's options without one.

    """
    if parsed.folder is None:
        for option in ("dry_run", "discard", "report", "largest"):
            if getattr(parsed, option):
                name = option.replace("_", "-")
                raise UsageError(reason=f"--{name} goes with --folder DIR, which is missing.")
    elif any(not word.startswith("-") for word in surplus):
        raise UsageError(
            reason="With --folder, leave NAME and PHOTO out: the names are those of the "
            "sub-folders. Or leave --folder out to enrol one person."
        )
    elif parsed.dry_run and parsed.discard:
        raise UsageError(reason="--dry-run and --discard do not go together.")
    elif parsed.report is not None and (parsed.dry_run or parsed.discard):
        raise UsageError(
            reason="--report says what became of each photo; with --dry-run and --discard none is "
            "read."
        )


def _is_of_a_folder(arguments: Sequence[str]) -> bool:
    # In this form, argparse must not ask for a name: a positional that may be missing would be
    # taken for missing as soon as an option stands before it.
    return any(word == _FOLDER or word.startswith(f"{_FOLDER}=") for word in arguments)
