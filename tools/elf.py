"""Whether a library of Linux is the same to its loader after ``strip`` as it was before.

``strip`` lays a file out anew. It knows sections; the loader goes by segments. Where a tool has
moved sections about, as auditwheel does in wheels, the two can come apart, and the file no longer
loads, or loads something else. So what a process would find in its memory is compared.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_MAGIC = b"\x7fELF\x02\x01"  # of 64 bits, the lowest byte first
_HEADER = struct.Struct("<16xHHI3QI6H")
_SEGMENT = struct.Struct("<2I6Q")
_SECTION = struct.Struct("<2I4Q2I2Q")
_SYMBOL = struct.Struct("<I2BH2Q")

# System V ABI, "Program Header" and "Section Header".
_LOAD = 1
_NO_BITS = 8
_DYNAMIC_SYMBOLS = 11
_IN_MEMORY, _PER_THREAD = 0x2, 0x400
_ORDINARY = range(1, 0xFF00)  # sections' numbers, but for those with a meaning of their own


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    flags: int
    offset: int
    address: int
    in_file: int
    in_memory: int
    align: int


@dataclass(frozen=True, slots=True)
class _Section:
    kind: int
    flags: int
    address: int
    size: int


class _Library:
    def __init__(self, content: bytes) -> None:
        self._content = content
        *target, segments_at, sections_at, _, _, _, segments, _, sections, _ = _HEADER.unpack_from(
            content
        )
        self.target = target  # type, machine, version and entry
        self.segments = tuple(self._segments(segments_at, segments))
        self.sections = tuple(self._sections(sections_at, sections))

    def _segments(self, place: int, count: int) -> Iterator[_Segment]:
        for entry in _SEGMENT.iter_unpack(self._content[place : place + count * _SEGMENT.size]):
            kind, flags, offset, address, _, *sizes = entry
            yield _Segment(kind, flags, offset, address, *sizes)

    def _sections(self, place: int, count: int) -> Iterator[_Section]:
        """Give those that a process has in its memory."""
        for entry in _SECTION.iter_unpack(self._content[place : place + count * _SECTION.size]):
            _, kind, flags, address, _, size, *_ = entry
            if flags & _IN_MEMORY:
                yield _Section(kind, flags, address, size)

    def loaded(self, section: _Section) -> object | None:
        """Return what is found at a section's address; None where nothing is loaded there."""
        for segment in self.segments:
            start = section.address - segment.address
            is_empty = section.kind == _NO_BITS
            room = segment.in_memory if is_empty else segment.in_file
            if segment.kind != _LOAD or not 0 <= start <= start + section.size <= room:
                continue
            if is_empty:
                return segment.flags
            place = segment.offset + start
            content = self._content[place : place + section.size]
            if section.kind == _DYNAMIC_SYMBOLS:
                return segment.flags, [_symbol(entry) for entry in _SYMBOL.iter_unpack(content)]
            return segment.flags, content
        return None


def same_when_loaded(before: bytes, after: bytes) -> bool:
    """Whether two files are the same library to a process that loads them.

    Args:
        before: an ELF file with its table of sections.
        after: what is to take its place.

    """
    if not before.startswith(_MAGIC) or not after.startswith(_MAGIC):
        return False
    old, new = _Library(before), _Library(after)
    return (
        old.target == new.target
        and _instructions(old) == _instructions(new)
        and all((one.offset - one.address) % max(one.align, 1) == 0 for one in new.segments)
        and all(_is_kept(section, old, new) for section in old.sections)
    )


def _instructions(library: _Library) -> list[tuple[int, ...]]:
    """Return what the loader is told beyond what to load: where what lies that it reads itself."""
    return [
        (one.kind, one.flags, one.address, one.in_file, one.in_memory)
        for one in library.segments
        if one.kind != _LOAD
    ]


def _is_kept(section: _Section, old: _Library, new: _Library) -> bool:
    if section.kind == _NO_BITS and section.flags & _PER_THREAD:
        return True  # each thread gets it anew; its size is among the instructions
    found = old.loaded(section)
    return found is not None and found == new.loaded(section)


def _symbol(entry: tuple[int, ...]) -> tuple[int, ...]:
    """Return a symbol without the number of its section, which the loader only asks for zero."""
    name, info, other, section, value, size = entry
    return name, info, other, 1 if section in _ORDINARY else section, value, size
