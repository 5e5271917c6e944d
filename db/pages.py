"""Which bytes of a database file belong to rows that are there, and which are left over.

What was deleted can still be read in a file: in pages that are free, and in the gaps of pages in
use. SQLite has no question for that, so that the file is read here as its format says
(https://www.sqlite.org/fileformat2.html, chapters 1.3 and 1.6). Nothing is ever written.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop_app.file_bytes import ByteSource

_HEADER = 100
_INTERIOR_INDEX, _INTERIOR_TABLE, _LEAF_INDEX, _LEAF_TABLE = 2, 5, 10, 13
_KINDS = {_INTERIOR_INDEX, _INTERIOR_TABLE, _LEAF_INDEX, _LEAF_TABLE}
_SCHEMA = "sqlite_master"


@dataclass(frozen=True, slots=True)
class LivingRanges:
    """Where in a file rows that are there lie.

    Attributes:
        starts, ends: of each range, in rising order; the end is the first byte after it.
        tables: whose row it is; that of the table for an index of it.

    """

    starts: list[int]
    ends: list[int]
    tables: list[str]

    def table_at(self, start: int, end: int) -> str | None:
        """Return whose row covers the bytes from ``start`` to before ``end``; None for nobody's."""
        place = bisect_right(self.starts, start) - 1
        if place < 0 or end > self.ends[place]:
            return None
        return self.tables[place]


def living_ranges(path: Path, data: ByteSource) -> LivingRanges:
    """Return where in a database file rows lie.

    Args:
        path: the file, which nothing of this process has open.
        data: its bytes.

    Raises:
        sqlite3.Error: it is no database, or broken.
        ValueError: it does not follow the format.

    """
    # Immutable: neither locks nor a log, so that looking changes nothing.
    address = f"{path.absolute().as_uri()}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as file:
        roots = file.execute("SELECT tbl_name, rootpage FROM sqlite_master WHERE rootpage > 0")
        trees = {root: table for table, root in roots}
    reader = _Reader(data)
    found = [(0, _HEADER, "header")]
    for root, table in {1: _SCHEMA, **trees}.items():
        found += [(start, end, table) for start, end in reader.ranges(root)]
    found.sort()
    return LivingRanges(
        [start for start, _, _ in found], [end for _, end, _ in found], [name for *_, name in found]
    )


class _Reader:
    """Walks the trees of a file."""

    def __init__(self, data: ByteSource) -> None:
        self._data = data
        size = int.from_bytes(data[16:18], "big")
        self._page_size = 65536 if size == 1 else size
        if self._page_size < 512:
            raise ValueError("a page size that no database has")
        self._usable = self._page_size - self._number(20, 1)
        self._pages = len(data) // self._page_size
        self._seen: set[int] = set()

    def ranges(self, root: int) -> Iterator[tuple[int, int]]:
        """Give (start, end) of what each cell of a tree holds, overflow pages included."""
        waiting = [root]
        while waiting:
            page = waiting.pop()
            base = self._enter(page)
            at = base + (_HEADER if page == 1 else 0)
            kind = self._number(at, 1)
            if kind not in _KINDS:
                raise ValueError(f"page {page} is of no kind that there is")
            interior = kind in {_INTERIOR_INDEX, _INTERIOR_TABLE}
            head = 12 if interior else 8
            if interior:
                waiting.append(self._number(at + 8, 4))
            for cell in range(self._number(at + 3, 2)):
                start = base + self._number(at + head + 2 * cell, 2)
                if interior:
                    waiting.append(self._number(start, 4))
                if kind != _INTERIOR_TABLE:
                    yield from self._cell(start, kind)

    def _cell(self, start: int, kind: int) -> Iterator[tuple[int, int]]:
        at = start + (4 if kind == _INTERIOR_INDEX else 0)
        size, at = self._varint(at)
        if kind == _LEAF_TABLE:
            _, at = self._varint(at)
        local = self._local(size, kind)
        yield start, at + local
        if local == size:
            return
        page, left = self._number(at + local, 4), size - local
        while left > 0:
            base = self._enter(page)
            here = min(left, self._usable - 4)
            yield base + 4, base + 4 + here
            left -= here
            page = self._number(base, 4)

    def _local(self, size: int, kind: int) -> int:
        """Return how much of a cell's content lies in its own page."""
        usable = self._usable
        most = usable - 35 if kind == _LEAF_TABLE else (usable - 12) * 64 // 255 - 23
        if size <= most:
            return size
        least = (usable - 12) * 32 // 255 - 23
        kept = least + (size - least) % (usable - 4)
        return kept if kept <= most else least

    def _enter(self, page: int) -> int:
        """Return where a page begins; each is part of one tree only."""
        if not 1 <= page <= self._pages or page in self._seen:
            raise ValueError(f"page {page} is not where a page can be")
        self._seen.add(page)
        return (page - 1) * self._page_size

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self._data[at : at + size], "big")

    def _varint(self, at: int) -> tuple[int, int]:
        value = 0
        for step in range(9):
            byte = self._number(at + step, 1)
            if step == 8:
                return value << 8 | byte, at + 9
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value, at + step + 1
        raise AssertionError
