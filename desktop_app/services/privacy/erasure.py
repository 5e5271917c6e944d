"""Erases a person for good, everywhere that we keep anything, and proves it.

The order is such that a computer that stops at any moment leaves databases that open, and that
erasing the person again finishes the work: copies first, while the gallery still says who they
are; then the gallery, which from then on says in its header that something is yet to be
overwritten; then whatever copies were made meanwhile. Copies that are not finished by then are
removed, and begun anew by whoever makes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.errors import GalleryDamaged, NoSuchPerson, NotAGallery
from desktop_app.paths import DataDir
from desktop_app.recognition.people import clean_name, name_key
from desktop_app.recognition.types import Identity
from desktop_app.services.privacy.proof import ErasureProof, Search, redact
from desktop_app.services.privacy.remains import Needles, names_a_part
from desktop_app.settings import Settings, load_settings, save_settings, with_sources

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.erasing import Removed, Wanted
    from db.gallery_file import GalleryFile

# How often what is still in the write-ahead log, because others write, is waited for.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody was erased.

    Attributes:
        identity: who; None where an erasure that was cut short was finished.
        pictures, events: how many of theirs there were.
        alike: faces of theirs that were kept beside: as not somebody else's, or as unknown.
        copies: how many backups they were erased from.
        namesakes: how many others of the same name there still are, in the bin or enrolled.
        broken: backups that could not be read, so that nobody can be erased from them.
        proof: that nothing is left.

    """

    identity: Identity | None
    pictures: int
    events: int
    alike: int
    copies: int
    namesakes: int
    broken: tuple[Path, ...]
    proof: ErasureProof


def whom_to_erase(file: GalleryFile, name: str) -> Identity | None:
    """Return the person of that name: who is enrolled, else in the bin, else only in backups."""
    from db.copies import people_in_copies
    from db.erasure import people_called

    key = name_key(clean_name(name))
    found = people_called(file, key) or people_in_copies(file, key)
    return found[0] if found else None


def erase(file: GalleryFile, identity_id: int, *, data_dir: DataDir) -> Erased:
    """Erase somebody who is enrolled or in the bin.

    Args:
        file: the gallery.
        identity_id: whom.
        data_dir: where settings and log are.

    Raises:
        NoSuchPerson: they are gone.
        ErasureIncomplete: they are deleted, and what is left of them could not be overwritten.
        GalleryError: another kind; a backup that cannot be written, for one. Then they are still
            in the gallery.

    """
    from db.erasure import (
        erase_from_gallery,
        find_wanted,
        finish,
        leave_nothing,
        people_called,
    )

    finish(file)
    wanted = find_wanted(file, identity_id)
    copies = _Copies()
    copies.erase(file, wanted)
    removed = copies.removed
    name = next(iter(wanted.names))
    # What they were called when a copy was made, an import may still call them.
    wanted = replace(wanted, names=wanted.names | removed.names)
    gone = erase_from_gallery(file, wanted)
    removed.add(gone)
    removed.names |= wanted.names
    # Whoever copied the gallery meanwhile copied them along.
    copies.sweep(file, wanted)
    leave_nothing(file, sweep=lambda: copies.sweep(file, wanted))
    _forget_beside(removed.names, data_dir)
    return Erased(
        identity=Identity(identity_id, name),
        pictures=gone.counts["samples"],
        events=gone.counts["events"],
        alike=gone.alike,
        copies=len(copies.held_them),
        namesakes=len(people_called(file, name_key(name))),
        broken=tuple(sorted(copies.broken)),
        proof=_prove(file, removed, data_dir=data_dir, cleaned=copies.cleaned),
    )


def finish_erasing(file: GalleryFile, name: str, *, data_dir: DataDir) -> Erased:
    """Prove that nothing is left of a name, once an erasure that was cut short was finished.

    Raises:
        NoSuchPerson: somebody of that name was never here, or nothing was cut short.
        ErasureIncomplete: another process is still in the way.

    """
    from db.copies import copies_of
    from db.erasing import Removed
    from db.erasure import finish

    if not finish(file):
        raise NoSuchPerson(name=name)
    _forget_beside([name], data_dir)
    proof = _prove(file, Removed(names={name}), data_dir=data_dir, cleaned=copies_of(file.path))
    return Erased(
        None, pictures=0, events=0, alike=0, copies=0, namesakes=0, broken=(), proof=proof
    )


def without_sources_of(settings: Settings, names: Iterable[str]) -> Settings:
    """Return settings that remember no source which is called after somebody of these names."""
    names = list(names)
    kept = [
        source
        for source in settings.sources
        if not any(names_a_part(source, name) for name in names)
    ]
    return settings.with_changes(**with_sources(kept))


class _Copies:
    """Erases somebody from all copies, and keeps what became of each.

    Attributes:
        removed: what was deleted.
        held_them: those that they were erased from.
        cleaned: those in which nothing of theirs can be any more.
        broken: those that could not be read.

    """

    def __init__(self) -> None:
        # Half a second of imports that the window must not wait for.
        from db.erasing import Removed

        self.removed = Removed()
        self._seen: dict[Path, object] = {}
        self.held_them: set[Path] = set()
        self.cleaned: set[Path] = set()
        self.broken: set[Path] = set()

    def erase(self, file: GalleryFile, wanted: Wanted) -> None:
        """Erase them from all that there are now, but for those that are as they were left."""
        from db.copies import copies_of, erase_from_copy

        for path in copies_of(file.path):
            if self._seen.get(path) == (wanted.names, _state_of(path)):
                continue
            try:
                gone = erase_from_copy(path, wanted, file=file)
            except (GalleryDamaged, NotAGallery):
                # Nobody can be found in it but by searching its bytes, which the proof does.
                self.broken.add(path)
                continue
            self.cleaned.add(path)
            if gone:
                self.held_them.add(path)
            self.removed.add(gone)
            self._seen[path] = (wanted.names, _state_of(path))

    def sweep(self, file: GalleryFile, wanted: Wanted) -> None:
        """Erase them from copies that were begun while they were in the gallery."""
        from db.copies import remove_partial_copies

        remove_partial_copies(file.path)
        self.erase(file, wanted)


def _state_of(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _forget_beside(names: Iterable[str], data_dir: DataDir) -> None:
    """Forget a source that bears their name, and black out the name in logs of old."""
    settings = load_settings(data_dir.settings_file)
    without = without_sources_of(settings, names)
    if without != settings:
        save_settings(without, data_dir.settings_file)
    logs = sorted(data_dir.root.glob(f"{data_dir.log_file.name}*"))
    redact(logs, Needles(names=names, values=()))


def _prove(
    file: GalleryFile, removed: Removed, *, data_dir: DataDir, cleaned: Iterable[Path]
) -> ErasureProof:
    needles = Needles(names=removed.names, values=removed.values)
    search = Search(needles, names=removed.names, cleaned=cleaned)
    proof = search.look(file, data_dir=data_dir)
    for _ in range(_TRIES):
        if not any(finding.path.name.endswith("-wal") for finding in proof.found):
            break
        # Others write pages that hold names of people who are there.
        file.forget_removed()
        proof = search.look(file, data_dir=data_dir)
    return proof
