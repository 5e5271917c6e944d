"""What is written down of a run. Never a name together with an embedding, never a crop."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OURS = ("desktop_app", "db")
_LARGEST = 1_000_000
_KEPT = 3


def log_to_terminal(*, verbose: bool) -> None:
    """Send warnings to stderr, and with ``verbose`` all of our own messages."""
    handler = logging.StreamHandler(sys.stderr)
    # On the handler too: a log file lowers the level of our loggers.
    handler.setLevel(logging.DEBUG if verbose else logging.WARNING)
    handler.setFormatter(logging.Formatter(_FORMAT if verbose else "%(levelname)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.WARNING)
    # A library's warnings help whoever mends us, not whoever uses us.
    logging.getLogger().setLevel(logging.WARNING if verbose else logging.CRITICAL)


def log_to_file(path: Path) -> None:
    """Keep our messages in a file that is replaced when it has grown; without one, go on."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", delay=True
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
