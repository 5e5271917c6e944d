"""Which people the photos of a folder are of, told by the names of its folders and files."""

from __future__ import annotations

import enum
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop_app.capture.file_reasons import reason_of, shown
from desktop_app.capture.photo import PHOTO_SUFFIXES
from desktop_app.errors import FolderUnreadable, InvalidName
from desktop_app.recognition.people import clean_name, name_key

# What systems and network drives put beside people's files.
_OF_SYSTEMS = {
    "__macosx",
    "$recycle.bin",
    "@eadir",
    "desktop.ini",
    "lost+found",
    "system volume information",
    "thumbs.db",
}
# "Anna_0001", "Anna 2", "Anna-3", "Anna (4)": the number is the photo's, not the person's.
_NUMBER = re.compile(r"(?:[\s_\-.]+\d+|\s*\(\d+\))$")
# What cameras, phones and messengers call a picture of anybody.
_OF_CAMERAS = re.compile(
    r"(?:cimg|dcim|dji|dsc|dscf|dscn|gopr|image|img|imgp|mvi|p|photo|pict|pxl|sam|screenshot|"
    r"signal|whatsapp image)(?:$|[\W\d_])",
    re.IGNORECASE,
)


class NoteKind(enum.Enum):
    """What is to be said of a folder before it is imported. The words are for programs."""

    EMPTY = "empty"
    HIDDEN = "hidden"
    JOINED = "joined"
    LINK = "link"
    NO_NAME = "no-name"
    OTHER_FILES = "other-files"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LayoutNote:
    """Something that is left out, or not as it seems.

    Attributes:
        kind: what.
        where: the folder or file, relative to what is imported; several of one kind in one
            folder are told of together.
        detail: the reason, or for ``JOINED`` the person's name.
        count: of how many files or folders.

    """

    kind: NoteKind
    where: str
    detail: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class FolderPerson:
    """A person whose photos a folder has.

    Attributes:
        name: as it would be enrolled.
        photos: their files, sorted; none of them was opened.

    """

    name: str
    photos: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """Who would be imported from a folder.

    Attributes:
        folder: absolute.
        people: by name.
        notes: what is left out, and why.

    """

    folder: Path
    people: tuple[FolderPerson, ...]
    notes: tuple[LayoutNote, ...] = ()

    @property
    def photo_count(self) -> int:
        """How many photos there are to read."""
        return sum(len(person.photos) for person in self.people)

    def without(self, names: frozenset[str]) -> FolderPlan:
        """Return the plan without the people of these names."""
        kept = tuple(person for person in self.people if person.name not in names)
        return FolderPlan(self.folder, kept, self.notes)


def plan_folder(folder: Path) -> FolderPlan:
    """Say who would be imported from a folder: a sub-folder a person, or ``Name_0001.jpg``.

    Nothing but names is read. Whatever lies deeper in a sub-folder is that person's as well.

    Raises:
        FolderUnreadable: the folder itself cannot be read.

    """
    reader = _Reader(folder.absolute())
    reader.read()
    return reader.plan()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._people: dict[str, tuple[str, list[Path]]] = {}
        # From which folders each person's photos come; loose ones count as one more.
        self._sources: dict[str, dict[str, str]] = {}
        self._notes: dict[tuple[NoteKind, str, str], int] = {}

    def read(self) -> None:
        try:
            entries = self._listed(self._folder)
        except (OSError, ValueError) as error:
            raise FolderUnreadable(path=shown(self._folder), reason=_why(error)) from error
        for entry in entries:
            if _is_folder(entry):
                self._take_person(entry)
            else:
                self._take_loose(entry)

    def plan(self) -> FolderPlan:
        for key, sources in self._sources.items():
            if len(sources) > 1:
                where = ", ".join(sorted(sources.values()))
                self._note(NoteKind.JOINED, where, self._people[key][0])
        people = [
            FolderPerson(name, tuple(sorted(photos)))
            for _, (name, photos) in sorted(self._people.items())
        ]
        notes = [LayoutNote(*key, count) for key, count in self._notes.items()]
        return FolderPlan(self._folder, tuple(people), tuple(notes))

    def _take_person(self, entry: os.DirEntry[str]) -> None:
        photos = list(self._photos_below(Path(entry.path)))
        if not photos:
            if not self._is_noted(entry):
                self._note(NoteKind.EMPTY, self._shown(entry))
            return
        self._add(entry.name.replace("_", " "), photos, entry=entry, source=entry.name)

    def _take_loose(self, entry: os.DirEntry[str]) -> None:
        if not _is_photo(entry.name):
            self._note(NoteKind.OTHER_FILES, ".")
            return
        stem = _NUMBER.sub("", Path(entry.name).stem).replace("_", " ").strip()
        if not any(letter.isalpha() for letter in stem) or _OF_CAMERAS.match(stem):
            self._note(NoteKind.NO_NAME, self._shown(entry), "the file is not called by a name")
            return
        self._add(stem, [Path(entry.path)], entry=entry, source=".")

    def _add(self, text: str, photos: list[Path], *, entry: os.DirEntry[str], source: str) -> None:
        try:
            name = clean_name(text)
        except InvalidName as error:
            self._note(NoteKind.NO_NAME, self._shown(entry), str(error.params["reason"]))
            return
        key = name_key(name)
        self._people.setdefault(key, (name, []))[1].extend(photos)
        self._sources.setdefault(key, {}).setdefault(source, self._shown(entry))

    def _photos_below(self, folder: Path) -> Iterator[Path]:
        try:
            entries = self._listed(folder)
        except (OSError, ValueError) as error:
            self._note(NoteKind.UNREADABLE, self._relative(folder), reason_of(error))
            return
        for entry in entries:
            if _is_folder(entry):
                yield from self._photos_below(Path(entry.path))
            elif _is_photo(entry.name):
                yield Path(entry.path)
            else:
                self._note(NoteKind.OTHER_FILES, self._relative(folder))

    def _listed(self, folder: Path) -> list[os.DirEntry[str]]:
        """Return what is in a folder, by name, without what nobody means to import."""
        kept = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if _is_hidden(entry):
                    self._note(NoteKind.HIDDEN, self._relative(folder))
                elif _is_link_to_folder(entry):
                    # It may lead in a circle, and to other people's photos.
                    self._note(NoteKind.LINK, self._shown(entry))
                else:
                    kept.append(entry)
        return sorted(kept, key=lambda entry: entry.name)

    def _is_noted(self, entry: os.DirEntry[str]) -> bool:
        """Whether it is said already why a folder gives nothing."""
        where = self._shown(entry)
        return any(
            kind is not NoteKind.HIDDEN and (place == where or place.startswith(f"{where}{os.sep}"))
            for kind, place, _ in self._notes
        )

    def _note(self, kind: NoteKind, where: str, detail: str = "") -> None:
        key = (kind, where, detail)
        self._notes[key] = self._notes.get(key, 0) + 1

    def _shown(self, entry: os.DirEntry[str]) -> str:
        return self._relative(Path(entry.path))

    def _relative(self, path: Path) -> str:
        return shown(path.relative_to(self._folder))


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such folder"
    if isinstance(error, NotADirectoryError):
        return "it is a file"
    return reason_of(error)


def _is_photo(name: str) -> bool:
    return Path(name).suffix.lower() in PHOTO_SUFFIXES


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads back to itself; reading it as a photo says what it is.
        return False


def _is_link_to_folder(entry: os.DirEntry[str]) -> bool:
    # Windows' own kind of link; Python 3.11 takes it for a plain folder.
    is_junction = getattr(entry, "is_junction", bool)
    return _is_folder(entry) and (entry.is_symlink() or is_junction())


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name.casefold() in _OF_SYSTEMS:
        return True
    try:
        # On Windows alone, where it costs nothing.
        attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    except OSError:
        return False
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)
