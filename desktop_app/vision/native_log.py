"""Keeps what native libraries print off the user's terminal."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator

_log = logging.getLogger(__name__)
_lock = threading.Lock()


@contextlib.contextmanager
def native_stderr_to_log() -> Iterator[None]:
    """Send what C++ writes to file descriptor 2 to our log, at level DEBUG.

    MediaPipe and LiteRT write through absl and through printf, which no Python setting reaches.
    The descriptor belongs to the whole process, so whatever else was written meanwhile ends up in
    the log too: keep the block to loading and the first run, when these libraries speak.
    """
    if sys.platform == "win32" or sys.stderr is None:
        # A windowed build has no terminal to keep clean; the descriptor may not exist.
        yield
        return
    with _lock, tempfile.TemporaryFile() as caught:
        sys.stderr.flush()
        try:
            saved = os.dup(2)
        except OSError:
            yield
            return
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(saved, 2)
            os.close(saved)
            caught.seek(0)
            text = caught.read().decode("utf-8", "replace")
    for line in text.splitlines():
        if line.strip():
            _log.debug("native: %s", line.strip())
