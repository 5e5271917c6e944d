"""Searches files, byte by byte, for what must not be found in them any more."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np

from desktop_app.file_bytes import ByteSource

# How much of a file is looked at at a time.
_CHUNK = 32 * 1024 * 1024
_WORD = 8
# A window covers an aligned word wherever it lies, and is too long to be met by chance.
_WINDOW = 32
# SQLite spreads a picture over pages: two windows begin in each, so that no page goes unsearched.
_STRIDE = 1900
# What all pictures of one size begin with says nothing about whose they are.
_PNG_HEAD = 48
# Fewer different bytes in a window are no picture of anybody, but an even surface.
_LEAST_VARIETY = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """Something was found.

    Attributes:
        start, end: where, in bytes; the end is the first byte after it.
        is_name: it is a name; otherwise part of a picture, a template, or a photo's checksum.

    """

    start: int
    end: int
    is_name: bool


class Needles:
    """What is searched for.

    Attributes:
        names: each way to write the names, as bytes with ASCII letters in lower case.
        count: how many different things there are to be found.

    """

    def __init__(self, *, names: Iterable[str], values: Iterable[bytes]) -> None:
        """Args: names: of a person. values: pictures, templates, checksums, sealed or not."""
        self.names = tuple(sorted({way for name in names for way in ways_to_write(name)}))
        windows = sorted({window for value in values for window in _windows(value)})
        self._windows = windows
        self.count = len(self.names) + len(windows)
        words = np.array(
            [
                (int.from_bytes(window[shift : shift + _WORD], "little"), number, shift)
                for number, window in enumerate(windows)
                for shift in range(_WORD)
            ],
            np.uint64,
        ).reshape(-1, 3)
        order = np.argsort(words[:, 0], kind="stable")
        self._words = words[order, 0]
        self._origins = words[order, 1:].astype(np.int64)
        # By a word's first two bytes: looked up in a moment, and true for hardly any.
        self._likely = np.zeros(1 << 16, np.bool_)
        self._likely[(self._words & np.uint64(0xFFFF)).astype(np.int64)] = True

    def search(self, data: ByteSource, *, names: bool = True) -> Iterator[Hit]:
        """Give every place at which one of them is found.

        Args:
            data: a file's bytes.
            names: search for names, too.

        """
        longest = max([_WINDOW, *map(len, self.names)])
        for base in range(0, max(len(data), 1), _CHUNK):
            chunk = data[base : base + _CHUNK + longest]
            if names:
                yield from self._names_in(chunk, base)
            yield from self._windows_in(chunk, base)

    def _names_in(self, chunk: bytes, base: int) -> Iterator[Hit]:
        lowered = chunk.lower()
        for name in self.names:
            at = lowered.find(name)
            while 0 <= at < _CHUNK:
                yield Hit(base + at, base + at + len(name), is_name=True)
                at = lowered.find(name, at + 1)

    def _windows_in(self, chunk: bytes, base: int) -> Iterator[Hit]:
        if not len(self._words):
            return
        words = np.frombuffer(chunk, "<u8", count=len(chunk) // _WORD)
        likely = np.flatnonzero(self._likely[words.view("<u2")[::4]])
        entries = np.searchsorted(self._words, words[likely])
        entries[entries == len(self._words)] = 0
        hits = self._words[entries] == words[likely]
        for place, first in zip(likely[hits], entries[hits], strict=True):
            last = int(np.searchsorted(self._words, words[place], side="right"))
            for entry in range(int(first), last):
                number, shift = self._origins[entry]
                window, at = self._windows[number], int(place) * _WORD - int(shift)
                if at >= 0 and chunk[at : at + _WINDOW] == window:
                    yield Hit(base + at, base + at + _WINDOW, is_name=False)


def ways_to_write(name: str) -> set[bytes]:
    """Return how a name may lie in a file: its spellings and cases in every encoding.

    Letters of ASCII are in lower case, as what is searched has to be, too.
    """
    cases = {name, name.lower(), name.upper(), name.casefold(), name.title()}
    forms = {unicodedata.normalize(form, case) for case in cases for form in ("NFC", "NFD")}
    forms |= {form.replace(" ", "_") for form in forms}
    ways = set()
    for form in forms:
        ways |= {form.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")}
        ways |= {json.dumps(form)[1:-1].encode(), quote(form, safe="").encode()}
        ways.add(form.encode("ascii", "backslashreplace"))
    return {way.lower() for way in ways}


def is_whole_word(data: ByteSource, hit: Hit) -> bool:
    """Whether a name in a text stands there by itself: “Ann”, and not in “Hannah”."""
    before = data[max(0, hit.start - 4) : hit.start].decode("utf-8", "ignore")[-1:]
    after = data[hit.end : hit.end + 4].decode("utf-8", "ignore")[:1]
    return not (before.isalnum() or after.isalnum() or unicodedata.combining(after or " "))


def names_a_part(path: str, name: str) -> bool:
    """Whether a name stands by itself in a path or an address: in “/photos/Anna_1.jpg”."""
    data = unicodedata.normalize("NFC", path).encode("utf-8", "replace")
    needles = Needles(names=[name], values=())
    return any(is_whole_word(data, hit) for hit in needles.search(data))


def files_below(folders: Iterable[Path]) -> list[Path]:
    """Return all files in folders and their sub-folders, each once."""
    found = {file for folder in folders for file in folder.rglob("*") if file.is_file()}
    return sorted(found)


def _windows(value: bytes) -> Iterator[bytes]:
    begin = _PNG_HEAD if value.startswith(b"\x89PNG") else 0
    for start in [*range(begin, len(value) - _WINDOW, _STRIDE), len(value) - _WINDOW]:
        window = value[max(0, start) : max(0, start) + _WINDOW]
        if len(window) == _WINDOW and len(set(window)) >= _LEAST_VARIETY:
            yield window
