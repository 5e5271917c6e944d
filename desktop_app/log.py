"""What is written down of a run. Never a name together with an embedding, never a crop."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from pathlib import Path
from typing import TextIO

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OURS = ("desktop_app", "db")
_LARGEST = 1_000_000
_KEPT = 3


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
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.setLevel(logging.INFO)
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        if logger.getEffectiveLevel() > logging.INFO:
            logger.setLevel(logging.INFO)
