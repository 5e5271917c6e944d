"""What is written down of a run: never a name, never the path of a photo, never a crop.

The terminal shows its owner which photo was meant. The file stays, lies beside the gallery, and is
searched when somebody is erased: a path or a trouble in a message is written there as what kind of
thing it is, and a traceback without what the exception said.
"""

from __future__ import annotations

import copy
import logging
import logging.handlers
import os
import sys
import traceback
from pathlib import Path, PurePath
from typing import Any, TextIO

from desktop_app.errors import KnownError

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OURS = ("desktop_app", "db")
_LARGEST = 1_000_000
_KEPT = 3


class FileFormatter(logging.Formatter):
    """Writes messages without whom they are about."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a message."""
        discreet = copy.copy(record)
        if isinstance(record.args, tuple):
            discreet.args = tuple(_kind_of(value) for value in record.args)
        # Another handler may have kept what the exception said.
        discreet.exc_text = None
        return super().format(discreet)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return a traceback that ends with the kind of the exception."""
        kind, _, trace = ei
        frames = "".join(traceback.format_tb(trace))
        return f"Traceback (most recent call last):\n{frames}{getattr(kind, '__name__', kind)}"


def _kind_of(value: object) -> object:
    if isinstance(value, KnownError):
        return value.code
    if isinstance(value, BaseException):
        return type(value).__name__
    return "(a path)" if isinstance(value, PurePath) else value


class TerminalHandler(logging.StreamHandler[TextIO]):
    """Writes to the terminal also while ``native_stderr_to_log`` has descriptor 2 elsewhere."""

    def __init__(self) -> None:
        try:
            descriptor = os.dup(sys.stderr.fileno())
            self._own: TextIO | None = os.fdopen(
                descriptor, "w", encoding="utf-8", errors="backslashreplace"
            )
        except (AttributeError, OSError, ValueError):
            # A test that captures, or a windowed build: there is no descriptor to keep.
            self._own = None
        super().__init__(self._own or sys.stderr)

    def close(self) -> None:
        """Let go of the descriptor."""
        super().close()
        if self._own is not None:
            self._own.close()


def log_to_terminal(*, verbose: bool) -> None:
    """Send warnings to stderr, and with ``verbose`` all of our own messages."""
    root = logging.getLogger()
    for before in [one for one in root.handlers if isinstance(one, TerminalHandler)]:
        root.removeHandler(before)
        before.close()
    handler = TerminalHandler()
    # On the handler too: a log file lowers the level of our loggers.
    handler.setLevel(logging.DEBUG if verbose else logging.WARNING)
    handler.setFormatter(logging.Formatter(_FORMAT if verbose else "%(levelname)s: %(message)s"))
    root.addHandler(handler)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.WARNING)
    # A library's warnings help whoever mends us, not whoever uses us.
    root.setLevel(logging.WARNING if verbose else logging.CRITICAL)


def log_to_file(path: Path) -> None:
    """Keep our messages in a file that is replaced when it has grown; without one, go on."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Opened now, not at the first message: then it would complain on stderr at each.
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8"
        )
    except OSError as error:
        logging.getLogger(__name__).warning("no log is kept: %s", error)
        return
    handler.setFormatter(FileFormatter(_FORMAT))
    handler.setLevel(logging.INFO)
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        if logger.getEffectiveLevel() > logging.INFO:
            logger.setLevel(logging.INFO)
