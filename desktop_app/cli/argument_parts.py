"""What the arguments of several commands are made of."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from desktop_app.errors import UsageError

# SQLite's largest number; a longer one is nothing's, and no question it could be asked.
LARGEST_NUMBER = 2**63 - 1

# It has no public name.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def common_options(*, top: bool) -> argparse.ArgumentParser:
    """Return the options that stand before or after the sub-command."""
    # A sub-command's default must not undo what stood before it.
    absent = None if top else argparse.SUPPRESS
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("everywhere")
    group.add_argument(
        "--gallery",
        type=path_from_home,
        metavar="FILE",
        default=absent,
        help="the file with the enrolled people (default: gallery.db in the data folder)",
    )
    group.add_argument(
        "--data-dir",
        type=path_from_home,
        metavar="DIR",
        default=absent,
        help="the folder for gallery, settings and log (default: the system's place for them)",
    )
    group.add_argument(
        "--verbose",
        action="store_true",
        default=False if top else absent,
        help="say more on stderr",
    )
    return common


def add_command(to: Commands, name: str, summary: str, **defaults: str) -> argparse.ArgumentParser:
    """Add a command with the options that all have.

    Args:
        to: what it is a command of.
        name: what is typed.
        summary: one sentence for the help.
        defaults: what it sets in the parsed arguments.

    """
    command = to.add_parser(
        name, help=summary, description=summary, parents=[common_options(top=False)]
    )
    command.set_defaults(parser=command, **defaults)
    return command


def add_sources(command: argparse.ArgumentParser, *, dest: str, **keywords: Any) -> None:
    """Give a command the option ``--source``, which may be given several times.

    Args:
        command: the command.
        dest: what the list of them is called; a command's must not undo what stood before it.
        keywords: argparse's.

    """
    command.add_argument("--source", dest=dest, action="append", default=[], **keywords)


def add_json(command: argparse.ArgumentParser) -> None:
    """Give a command the option ``--json``."""
    command.add_argument("--json", action="store_true", help="for programs: JSON on stdout")


def add_yes(
    command: argparse.ArgumentParser, what: str = "do it; without this nothing is changed"
) -> None:
    """Give a command that cannot be undone the option ``--yes``.

    Args:
        command: the command.
        what: what the option does.

    """
    command.add_argument("--yes", action="store_true", help=what)


def path_from_home(text: str) -> Path:
    """Read a path that may begin with ``~``, which not every shell replaces.

    Raises:
        UsageError: it begins with the home folder of somebody who is not there.

    """
    try:
        return Path(text).expanduser()
    except RuntimeError:  # "~nobody/gallery.db"
        raise UsageError(
            reason=f"“{text}” begins with somebody's home folder, and there is none of that name."
        ) from None


def positive(text: str) -> int:
    """Read a whole number above 0."""
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number above 0 is wanted, not “{text}”")
    return number


def day(text: str) -> date:
    """Read a day as 2026-03-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day as 2026-03-31 is wanted, not “{text}”") from None
