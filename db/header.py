"""What a file is, told from its first bytes, before SQLite may touch it.

Merely opening another program's database can leave files beside it or change it. SQLite keeps
a place in its header for exactly this question: the ``application_id``.
"""

from __future__ import annotations

import stat
from pathlib import Path

from desktop_app.errors import NotAGallery

APPLICATION_ID = int.from_bytes(b"KENS", "big")

_MAGIC = b"SQLite format 3\x00"
# https://www.sqlite.org/fileformat2.html, "The Database Header"
_HEADER_SIZE = 100
_APPLICATION_ID_AT = 68


def is_new(path: Path) -> bool:
    """Return whether a gallery is yet to be made at ``path``.

    An empty file counts as new: a first start that was cut short leaves one, SQLite takes it
    for a database without tables, and there is nothing in it to lose.

    Do not call this for a file that this process has open in SQLite: closing any handle of a
    file drops all POSIX locks that the process holds on it
    (https://www.sqlite.org/howtocorrupt.html, 2.2).

    Raises:
        NotAGallery: there is something else.
        OSError: it cannot be read, or is a folder.

    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return True
    # Opening a pipe or a device can block or worse; open() itself refuses a folder.
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise NotAGallery(path=path)
    with path.open("rb") as file:
        header = file.read(_HEADER_SIZE)
    if not header:
        return True
    identifier = header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4]
    ours = identifier == APPLICATION_ID.to_bytes(4, "big")
    if len(header) < _HEADER_SIZE or not header.startswith(_MAGIC) or not ours:
        raise NotAGallery(path=path)
    return False
