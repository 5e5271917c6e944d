"""The bytes of a file, read where they are asked for.

Not mapped into memory: where another process makes a file shorter meanwhile, whoever has it mapped
goes down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

# What is read at once, and kept, where single bytes are asked for.
_BLOCK = 64 * 1024


class ByteSource(Protocol):
    """What slices can be taken of: ``bytes``, or a file."""

    def __len__(self) -> int:
        """How many bytes there are."""
        ...

    def __getitem__(self, part: slice, /) -> bytes:
        """Return the bytes of a slice without a step."""
        ...


class FileBytes:
    """A file as a sequence of bytes; where it ends early, a slice does, too."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = file.seek(0, 2)
        self._block = b""
        self._block_at = 0

    def __len__(self) -> int:
        """How many bytes there were when it was opened."""
        return self._length

    def __getitem__(self, part: slice, /) -> bytes:
        """Return the bytes of a slice without a step."""
        start, stop, _ = part.indices(self._length)
        if stop - start > _BLOCK:
            return self._read(start, stop - start)
        if not self._block_at <= start or stop > self._block_at + len(self._block):
            self._block, self._block_at = self._read(start, _BLOCK), start
        return self._block[start - self._block_at : max(stop, start) - self._block_at]

    def _read(self, start: int, size: int) -> bytes:
        self._file.seek(start)
        return self._file.read(size)


@contextmanager
def bytes_of(path: Path) -> Iterator[FileBytes]:
    """Open a file for the length of a block."""
    with path.open("rb") as file:
        yield FileBytes(file)
