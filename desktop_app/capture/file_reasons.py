"""Why a file or folder could not be read, in words that end a sentence."""

from __future__ import annotations

import errno
from pathlib import Path

_WORDS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.EACCES: "you do not have permission to read it",
    errno.EPERM: "you do not have permission to read it",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.EIO: "the disk or card it lies on does not answer",
    errno.ENODEV: "the disk or card it lies on does not answer",
    errno.ESTALE: "the network folder it lies in does not answer",
}


def reason_of(error: OSError | ValueError) -> str:
    """Say in words what the system said as a number."""
    if isinstance(error, ValueError):
        return "its name holds characters that no file name can have"
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    return error.strerror or "the system gives no reason"


def shown(path: Path) -> str:
    """Return ``path`` as text that can be printed, whatever bytes its name holds."""
    return str(path).encode(errors="replace").decode()
