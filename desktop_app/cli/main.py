"""Runs what the command line asks for, and turns troubles into one line and a number."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from desktop_app.cli.arguments import parse
from desktop_app.cli.options import Command
from desktop_app.cli.terminal import (
    EXIT_BUG,
    EXIT_INTERRUPTED,
    EXIT_KNOWN,
    EXIT_UNREAD,
    OutputClosed,
    complain,
    speak_utf8,
)
from desktop_app.errors import GalleryDamaged, KnownError, NotAGallery
from desktop_app.log import log_to_terminal


def run(arguments: Sequence[str], *, window: Command) -> int:
    """Run a command line; say a known trouble in one line, show the traceback of a bug.

    Args:
        arguments: without the program's name.
        window: opens the window, where no command is named.

    Raises:
        SystemExit: argparse showed the help (0), or found a mistake and said so (2).

    """
    speak_utf8()
    try:
        options = parse(arguments, window=window)
        log_to_terminal(verbose=options.verbose)
        return options.command(options)
    except KnownError as error:
        complain(error, advice=_advice(error))
        return EXIT_KNOWN
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except OutputClosed:
        return EXIT_UNREAD
    except Exception:  # noqa: BLE001 - the border: whatever is left is a bug
        traceback.print_exc()
        return EXIT_BUG


def _advice(error: KnownError) -> str:
    """Return what mends a damaged gallery, where there is a backup that does."""
    if not isinstance(error, (GalleryDamaged, NotAGallery)):
        return ""
    from desktop_app.cli.backup import way_out

    return way_out(error)
