"""What an import has examined and not yet enrolled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop_app.arrays import Float32Array
from desktop_app.recognition.people import NewSample


@dataclass(frozen=True, eq=False, slots=True)
class StagedPhoto:
    """A photo that was examined, on its way into the file.

    Attributes:
        person: whose it is said to be.
        path: relative to the folder.
        photo: SHA-256 of the file; empty where it could not be read.
        sample: what can be enrolled from it; None where it was refused.
        refused: the code of why, else None.
        reason: the sentence of why, else None.

    """

    person: str
    path: str
    photo: bytes
    sample: NewSample | None = None
    refused: str | None = None
    reason: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Examined:
    """A photo that an import examined before it was cut short.

    Attributes:
        person, path, photo, refused, reason: as with ``StagedPhoto``.
        quality: 0 to 1; None where it was refused.
        vector: of its face, shape (d,); None where it was refused.

    """

    person: str
    path: str
    photo: bytes
    refused: str | None
    reason: str | None
    quality: float | None
    vector: Float32Array | None


@dataclass(frozen=True, slots=True)
class UnfinishedImport:
    """An import that is under way, or was cut short.

    Attributes:
        id: by which it goes on, or is discarded.
        folder: of the photos.
        started: when, UTC.
        total: how many photos it has to read.
        examined: how many it has read.
        rules: by which it judges them.
        left_out: names of those in the folder who are not to be imported.

    """

    id: int
    folder: str
    started: datetime
    total: int
    examined: int
    rules: str
    left_out: frozenset[str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made of what it had staged.

    Attributes:
        new_people: how many were enrolled for the first time.
        people: how many got pictures, the new ones included.
        pictures: how many were enrolled.
        renamed: old and new name of those who were renamed while the photos were read; their
            pictures went to them.
        gone: names of those who were removed meanwhile; their pictures were left out.

    """

    new_people: int
    people: int
    pictures: int
    renamed: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
