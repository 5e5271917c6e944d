"""The arguments of ``kenspeckle history``."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from desktop_app.cli.argument_parts import Commands, add_command, add_json, add_yes


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a moment, as somebody typed it.

    Attributes:
        begins: its first moment, with the computer's zone.
        ends: the first moment after it; that of a moment is itself.

    """

    begins: datetime
    ends: datetime


def when(text: str) -> When:
    """Read ``2026-03-29``, ``2026-03-29 14:30``, ``today`` or ``yesterday``, in local time.

    Raises:
        argparse.ArgumentTypeError: it is none of them.

    """
    days = {"today": 0, "yesterday": 1}
    try:
        if text.lower() in days:
            return _day(date.today() - timedelta(days=days[text.lower()]))  # noqa: DTZ011 - local
        if len(text) == len("2026-03-29"):
            return _day(date.fromisoformat(text))
        # Without a zone it means this computer's; one that is written holds.
        moment = datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            f"a day such as 2026-03-29 is wanted, or 2026-03-29T14:30, today or yesterday, "
            f"not “{text}”"
        ) from None
    return When(moment, moment)


def add_history(commands: Commands) -> None:
    """Add ``history``."""
    history = add_command(
        commands,
        "history",
        "Say who was seen when, the newest first; write that to a file, or delete it.",
        module="history",
    )
    history.add_argument(
        "--from",
        dest="since",
        metavar="DATE",
        type=when,
        help="what began then or later: 2026-03-29, 2026-03-29T14:30, today or yesterday",
    )
    history.add_argument(
        "--to", dest="until", metavar="DATE", type=when, help="what began on that day or before"
    )
    history.add_argument("--person", metavar="NAME", help="only of this person")
    history.add_argument("--unknown", action="store_true", help="only of whom no name was given")
    history.add_argument(
        "--source",
        dest="seen_by",
        metavar="SOURCE",
        help="only what this one saw, such as camera:0",
    )
    add_json(history)
    history.add_argument(
        "--csv", metavar="FILE", type=Path, help="write all that to a CSV file instead"
    )
    history.add_argument("--xlsx", metavar="FILE", type=Path, help="or to a workbook (Excel)")
    history.add_argument(
        "--clear", action="store_true", help="delete for good what ended before --before"
    )
    history.add_argument(
        "--before", metavar="DATE", type=when, help="with --clear: what ended earlier is deleted"
    )
    add_yes(history, "with --clear: do it; without this, nothing is deleted")


def _day(day: date) -> When:
    from desktop_app.services.history.days import day_begins

    return When(day_begins(day), day_begins(day + timedelta(days=1)))
