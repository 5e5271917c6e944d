"""The proof that nothing of somebody is left: every byte of every file that is ours, searched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.file_bytes import ByteSource, bytes_of
from desktop_app.paths import DataDir
from desktop_app.services.privacy.remains import (
    Hit,
    Needles,
    files_below,
    is_whole_word,
    names_a_part,
)

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.gallery_file import GalleryFile
    from db.pages import LivingRanges


_DATABASE = b"SQLite format 3\0"
# Shorter ones are met by chance among numbers.
_TELLING = 8
# How much around a hit tells whose it is.
_CONTEXT = 8
# How much of a file is looked at at a time.
_CHUNK = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """Something of somebody who was to be gone.

    Attributes:
        path: of the file.
        position: in it, bytes; None where the file itself is called after them.
        is_name: it is their name; otherwise part of a picture or template.
        is_shared: it is a face in a database that they were erased from: somebody else is
            enrolled by the very picture.

    """

    path: Path
    position: int | None
    is_name: bool
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class ErasureProof:
    """What a search for somebody found.

    Attributes:
        files: how many were searched.
        bytes: how many.
        searched: for how many different things: ways to write the names, parts of pictures and
            templates.
        found: what is left.
        unread: files that could not be searched.
        others: how many places of a name were told apart by where they lie: somebody else's row,
            a part of a longer word.

    """

    files: int
    bytes: int
    searched: int
    found: tuple[Finding, ...]
    unread: tuple[Path, ...]
    others: int

    @property
    def holds(self) -> bool:
        """Whether everything was searched and nothing was found."""
        return not self.found and not self.unread


class Search:
    """Looks for one person in all files."""

    def __init__(
        self, needles: Needles, *, names: Iterable[str], cleaned: Iterable[Path] = ()
    ) -> None:
        """Args: cleaned: databases from which they were erased, beside the gallery.

        Only there can a name in a row be somebody else's: whoever else it could be is gone.
        """
        self._needles = needles
        self._names = tuple(names)
        self._cleaned = frozenset(path.resolve() for path in cleaned)

    def look(self, file: GalleryFile, *, data_dir: DataDir) -> ErasureProof:
        """Search the data folder, the gallery and its backups."""
        from db.troubles import backups_folder

        gallery = file.path
        own = [gallery.with_name(gallery.name + end) for end in ("", "-wal", "-shm", "-journal")]
        backups = files_below([backups_folder(gallery)])
        cleaned = self._cleaned | {gallery.resolve()}
        settings = data_dir.settings_file.resolve()
        found: list[Finding] = []
        unread: list[Path] = []
        others = searched = 0
        # Nothing of ours may have the gallery open while its bytes are read.
        with file.at_rest():
            paths = dict.fromkeys(
                path.resolve()
                for path in (*own, *backups, *files_below([data_dir.root]))
                if path.is_file()
            )
            for path in paths:
                try:
                    size, hits, told_apart = self._look_into(
                        path, is_settings=path == settings, is_cleaned=path in cleaned
                    )
                except FileNotFoundError:
                    # Another process removed it.
                    continue
                except OSError:
                    unread.append(path)
                    continue
                searched += size
                others += told_apart
                found += hits
                is_own = path.name.startswith(gallery.stem)
                if not is_own and any(names_a_part(path.name, name) for name in self._names):
                    found.append(Finding(path, None, is_name=True))
        return ErasureProof(
            files=len(paths) - len(unread),
            bytes=searched,
            searched=self._needles.count,
            found=tuple(found),
            unread=tuple(unread),
            others=others,
        )

    def _look_into(
        self, path: Path, *, is_settings: bool, is_cleaned: bool
    ) -> tuple[int, list[Finding], int]:
        """Return how large a file is, what is left in it, and how many hits are others'."""
        with bytes_of(path) as data:
            hits = sorted(set(self._needles.search(data)), key=lambda hit: hit.start)
            if not hits:
                return len(data), [], 0
            if is_settings:
                # What the user chose, and the words for it; a source called after them is gone.
                left = [hit for hit in hits if not hit.is_name]
            elif data[: len(_DATABASE)] == _DATABASE:
                left = _left_in_database(hits, path, data) if is_cleaned else hits
            elif path.name.endswith("-shm"):
                # Numbers of pages, never what is on them.
                left = [hit for hit in hits if hit.end - hit.start >= _TELLING]
            elif path.name.endswith(("-wal", "-journal")):
                left = hits
            else:
                left = _left_in_file(hits, data)
            found = [
                Finding(path, hit.start, hit.is_name, is_shared=is_cleaned and not hit.is_name)
                for hit in left
            ]
            return len(data), found, len(hits) - len(left)


def redact(paths: Iterable[Path], needles: Needles) -> None:
    """Black out names in logs, in place: whoever writes there at the same time goes on."""
    for path in paths:
        data = path.read_bytes()
        hits = [hit for hit in needles.search(data) if is_whole_word(data, hit)]
        if hits:
            with path.open("r+b") as file:
                for hit in hits:
                    file.seek(hit.start)
                    file.write(b"-" * (hit.end - hit.start))


def _left_in_database(hits: list[Hit], path: Path, data: ByteSource) -> list[Hit]:
    from db.pages import living_ranges

    try:
        living = living_ranges(path, data)
    except (sqlite3.Error, ValueError, IndexError):
        # Nothing can be told apart in what is broken.
        return hits
    return [
        hit
        for hit in hits
        # A face is nobody else's wherever it lies.
        if not hit.is_name
        or (living.table_at(hit.start, hit.end) is None and not _is_copy(hit, data, living))
    ]


def _is_copy(hit: Hit, data: ByteSource, living: LivingRanges) -> bool:
    """Whether it lies in the copy of a row that is there, as pages that were divided keep them."""
    start, end = max(0, hit.start - _CONTEXT), hit.end + _CONTEXT
    context = data[start:end]
    if context.count(0) > _CONTEXT:
        # Too little beside it to tell whose it is.
        return False
    return any(
        living.table_at(at, at + len(context)) is not None for at in _places_of(context, data)
    )


def _left_in_file(hits: list[Hit], data: ByteSource) -> list[Hit]:
    is_text = next(_places_of(b"\0", data), None) is None
    return [
        hit
        for hit in hits
        if not hit.is_name
        or ((is_text or hit.end - hit.start >= _TELLING) and is_whole_word(data, hit))
    ]


def _places_of(what: bytes, data: ByteSource) -> Iterator[int]:
    for base in range(0, len(data), _CHUNK):
        chunk = data[base : base + _CHUNK + len(what) - 1]
        at = chunk.find(what)
        while at >= 0:
            yield base + at
            at = chunk.find(what, at + 1)
