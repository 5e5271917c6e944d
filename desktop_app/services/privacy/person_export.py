"""Everything about one person in one file, for them: a zip that opens with any program.

``index.html`` is for reading: one page with its pictures in it, no scripts, nothing from anywhere
else. ``person.json`` holds the same for programs; its form is in ``docs/person-export.md`` and
named by ``"format": "kenspeckle person"`` and ``"version": 1``. ``templates.json`` holds the
numbers that recognition works with. Pictures lie in ``pictures/`` (those they are enrolled by) and
``history/``. Faces that were said not to be theirs are other people's: it says when that was said,
and shows none.
"""

from __future__ import annotations

import json
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from desktop_app.errors import FileNotWritable, GalleryDamaged
from desktop_app.recognition.types import Identity
from desktop_app.services.privacy.person_page import person_page
from desktop_app.whole_file import whole_file

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.dossier import Dossier, EventRecord, NegativeRecord, SampleRecord, Vector
    from db.gallery_file import GalleryFile

FORMAT, VERSION = "kenspeckle person", 1

# What systems refuse in file names, and names that Windows keeps for devices.
_REFUSED = set('<>:"/\\|?*')
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
_LONGEST = 80

# How many pictures the page holds itself; it names the files of all others, for no browser opens a
# page of a gigabyte.
_IN_PAGE = 200

# How many pictures are done, and of how many.
Progress = Callable[[int, int], None]
T = TypeVar("T")


class Reading(Protocol):
    """Reads from the gallery where that may be done, and returns what was read."""

    def __call__(self, work: Callable[[], T], /) -> T:
        """Do it."""
        ...


@dataclass(frozen=True, slots=True)
class Exported:
    """A file with everything about a person was written.

    Attributes:
        identity: who.
        path: the file.
        pictures, events: how many of each are in it.
        negatives: of how many faces it is told that somebody said they are not theirs.
        unreadable: pictures that were damaged in the gallery, and are missing in it.

    """

    identity: Identity
    path: Path
    pictures: int
    negatives: int
    events: int
    unreadable: int


class ExportCancelled(Exception):
    """A progress callback asked for no more; nothing was written."""


def _here(work: Callable[[], T]) -> T:
    return work()


def export_person(
    file: GalleryFile,
    identity_id: int,
    target: Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
    reading: Reading = _here,
) -> Exported:
    """Write everything about a person to a zip, whole or not at all.

    Args:
        file: the gallery.
        identity_id: who; they may be in the bin.
        target: the file; readable by its owner only.
        overwrite: replace a file that is there.
        progress: hears of each picture, and may raise ``ExportCancelled``.
        reading: does what reads from the gallery, a picture at a time, where another thread than
            this one owns it: whoever else waits for that has a turn between two pictures.

    Raises:
        NoSuchPerson: they are gone.
        FileNotWritable: there is a file of that name, or it cannot be written.
        GalleryError: the gallery cannot be read.

    """
    from db.dossier import read_dossier

    if target.exists() and not overwrite:
        raise FileNotWritable(path=target, reason="there is a file of that name already")
    dossier = reading(lambda: read_dossier(file, identity_id))
    with (
        whole_file(target) as unfinished,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        unreadable = _Writer(file, dossier, archive, progress, reading).write()
    return Exported(
        identity=dossier.identity,
        path=target,
        pictures=len(dossier.samples),
        negatives=len(dossier.negatives),
        events=len(dossier.events),
        unreadable=unreadable,
    )


def file_name_for(name: str) -> str:
    """Return a name for the zip of a person of whatever name, which every system takes."""
    kept = "".join(
        " " if letter in _REFUSED or unicodedata.category(letter)[0] == "C" else letter
        for letter in name
    )
    stem = " ".join(kept.split()).strip(". ")
    while len(stem.encode()) > _LONGEST:
        stem = stem[:-1].rstrip(". ")
    if not stem or stem.split(".")[0].casefold() in _DEVICES:
        stem = f"person {stem}".rstrip()
    return f"{stem}.zip"


class _Writer:
    """Writes one dossier into one archive."""

    def __init__(
        self,
        file: GalleryFile,
        dossier: Dossier,
        archive: zipfile.ZipFile,
        progress: Progress | None,
        reading: Reading,
    ) -> None:
        self._file = file
        self._dossier = dossier
        self._archive = archive
        self._progress = progress
        self._reading = reading
        self._done = 0
        self._unreadable = 0
        self._pictures: dict[str, bytes] = {}

    def write(self) -> int:
        """Write all; return how many pictures could not be read."""
        dossier = self._dossier
        self._tell()
        content = {
            "format": FORMAT,
            "version": VERSION,
            "name": dossier.identity.name,
            "enrolled": _moment(dossier.created),
            "in_bin_since": _moment(dossier.binned),
            "note": dossier.note,
            "groups": list(dossier.groups),
            "consent": {
                "by": dossier.consent.by,
                "given": _day(dossier.consent.given),
                "until": _day(dossier.consent.until),
            },
            "pictures": [self._sample(sample) for sample in dossier.samples],
            "negatives": [_negative(negative) for negative in dossier.negatives],
            "history": [self._event(event) for event in dossier.events],
            "being_imported": [
                {"path": staged.path, "refused": staged.refused} for staged in dossier.staged
            ],
        }
        self._add_text("person.json", [json.dumps(content, ensure_ascii=False, indent=2)])
        self._add_text("templates.json", _as_list(self._templates()))
        self._add_text("index.html", person_page(content, self._pictures))
        return self._unreadable

    def _sample(self, sample: SampleRecord) -> dict[str, Any]:
        return {
            "id": sample.id,
            "file": self._picture(f"pictures/{sample.id}.png", sample),
            "taken_in": _moment(sample.created),
            "from": sample.origin.value,
            "quality": round(sample.quality, 4),
            "photo_sha256": sample.photo,
            "in_bin_since": _moment(sample.binned),
            "templates": [_about(template) for template in sample.templates],
        }

    def _event(self, event: EventRecord) -> dict[str, Any]:
        path = f"history/{event.id}.png"
        return {
            "id": event.id,
            "from": _moment(event.began),
            "until": _moment(event.ended),
            "source": event.source,
            "outcome": event.outcome.value,
            "confidence": event.confidence,
            "file": self._picture(path, event) if event.has_picture else None,
        }

    def _templates(self) -> Iterator[dict[str, Any]]:
        dossier = self._dossier
        for sample in dossier.samples:
            for template in sample.templates:
                yield _vector("picture", sample.id, template)
        for event in dossier.events:
            if event.template is not None:
                yield _vector("history", event.id, event.template)

    def _picture(self, path: str, record: SampleRecord | EventRecord) -> str | None:
        from db.dossier import read_picture

        try:
            data = self._reading(lambda: read_picture(self._file, record))
        except GalleryDamaged:
            # What is left of somebody is theirs all the same.
            data = None
            self._unreadable += 1
        self._done += 1
        self._tell()
        if data is None:
            return None
        # It is compressed as it is.
        self._archive.writestr(path, data, zipfile.ZIP_STORED)
        if len(self._pictures) < _IN_PAGE:
            self._pictures[path] = data
        return path

    def _add_text(self, path: str, parts: Iterable[str]) -> None:
        # Piece by piece: all templates of years of history as one text are hundreds of megabytes.
        entry = zipfile.ZipInfo(path, time.localtime()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with self._archive.open(entry, "w") as stream:
            for part in parts:
                stream.write(part.encode())

    def _tell(self) -> None:
        if self._progress is not None:
            dossier = self._dossier
            pictured = sum(event.has_picture for event in dossier.events)
            self._progress(self._done, len(dossier.samples) + pictured)


def _negative(negative: NegativeRecord) -> dict[str, Any]:
    return {
        "id": negative.id,
        "said": _moment(negative.created),
        "from": negative.origin.value,
        "taken_back": _moment(negative.binned),
    }


def _vector(kind: str, number: int, template: Vector) -> dict[str, Any]:
    return {
        "of": kind,
        "id": number,
        "embedder": template.embedder,
        "vector": [float(value) for value in template.vector],
    }


def _as_list(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Give a list in JSON, an entry at a time."""
    yield "["
    for number, entry in enumerate(entries):
        yield f"{',' if number else ''}\n{json.dumps(entry)}"
    yield "\n]\n"


def _about(template: Vector) -> dict[str, Any]:
    return {"embedder": template.embedder, "dimension": len(template.vector)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
