"""Files of ours that are there whole or not at all, and for their owner's eyes only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop_app.errors import FileNotWritable

_PREFIX, _SUFFIX, _PARTS = ".kenspeckle-", ".partial", ".parts"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a file beside the one that is wanted; it takes its place when all went well.

    What a process that was killed left of one in that folder is removed first.

    Args:
        path: the file, which is replaced where there is one; a device or a pipe is written to.

    Raises:
        FileNotWritable: it could not be written; what was there is as it was.

    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        yield path
        return
    # What a link points to is replaced, and not the link.
    path = Path(os.path.realpath(path))
    _remove_dead(path.parent)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PREFIX, suffix=_SUFFIX)
    except OSError as error:
        raise FileNotWritable(path=path, reason=error.strerror or error) from error
    unfinished = Path(name)
    try:
        # For as long as somebody is at it; the system lets go of it for whoever dies.
        with os.fdopen(handle, "r+b") as file:
            _lock(file.fileno())
            yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise FileNotWritable(path=path, reason=error.strerror or error) from error
    finally:
        _remove(unfinished)


def parts_of(unfinished: Path) -> Path:
    """Return a folder for what goes into such a file; it goes away with it."""
    folder = unfinished.with_suffix(_PARTS)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _remove_dead(folder: Path) -> None:
    for unfinished in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):
            if _is_dead(unfinished):
                _remove(unfinished)


def _is_dead(unfinished: Path) -> bool:
    """Whether nobody writes it any more; on Windows it is gone then.

    Raises:
        OSError: somebody does, or it is not ours to remove.

    """
    if os.name == "nt":
        # What is open cannot be removed there.
        unfinished.unlink()
        return True
    with unfinished.open("r+b") as file:
        return _lock(file.fileno())


def _remove(unfinished: Path) -> None:
    shutil.rmtree(unfinished.with_suffix(_PARTS), ignore_errors=True)
    unfinished.unlink(missing_ok=True)


def _lock(handle: int) -> bool:
    """Lock a file that is open; False where somebody has, or where there is no locking."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
