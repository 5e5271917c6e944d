"""How commands speak: lines on stdout, troubles on stderr, a number at the end. Light to import."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import TextIO

from desktop_app.errors import FileNotWritable, KnownError

EXIT_BUG, EXIT_KNOWN = 1, 2
# What shells show for a program that Ctrl-C or a closed pipe ended: 128 and the signal's number.
EXIT_INTERRUPTED, EXIT_UNREAD = 130, 141


class OutputClosed(Exception):
    """Whoever read our stdout (head, less) has seen enough."""


def speak_utf8() -> None:
    """Make the streams take names in any script; a Windows console's code page does not."""
    for stream in (sys.stdout, sys.stderr):
        # A windowed build has no streams, and a test may have put a plain one in their place.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say(text: str) -> None:
    """Print a line on stdout.

    Raises:
        OutputClosed: nobody reads it.
        FileNotWritable: it goes to a file, and the disk is full.

    """
    try:
        # With its end in one piece: Ctrl-C between the two would join two lines.
        print(f"{text}\n", end="", flush=True)  # noqa: T201 - the command line's one way to speak
    except BrokenPipeError:
        _discard(sys.stdout)
        raise OutputClosed from None
    except OSError as error:
        _discard(sys.stdout)
        raise FileNotWritable(path="stdout", reason=error.strerror) from error


def say_json(value: object) -> None:
    """Print a value as one line of JSON; names stay readable in any script."""
    say(json.dumps(value, ensure_ascii=False, allow_nan=False))


def complain(error: KnownError, *, advice: str = "") -> None:
    """Say a known trouble in one line on stderr, and what mends it, if anybody reads it."""
    remark(f"{error} {advice}")


def remark(sentence: str) -> None:
    """Say something beside the answer in one line on stderr, if anybody reads it."""
    line = " ".join(sentence.split())
    try:
        print("kenspeckle:", line, file=sys.stderr, flush=True)  # noqa: T201
    except BrokenPipeError:
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Send what is left in a stream to nowhere, so that Python can close it at exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a number with what it counts: ``1 file``, ``2 files``; ``many`` where no s will do."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
