"""Import of many people from a folder: all photos are examined first, then all are enrolled.

What is examined is staged inside the gallery's file, where nobody is found by it, in short
transactions. So a process that is killed loses a second's work, and nothing is ever half enrolled:
one transaction at the end makes people of all that was staged.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.capture.file_reasons import shown
from desktop_app.errors import (
    EnrolledAlready,
    EnrolledAsOther,
    FolderUnreadable,
    GalleryLocked,
    InputError,
    KnownError,
)
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import NewSample, Origin, name_key
from desktop_app.recognition.staging import Examined, Imported, StagedPhoto
from desktop_app.recognition.types import Identity
from desktop_app.services.enrolment import enrolled_vectors, is_repeated
from desktop_app.services.imports.faces import FindsFaces, ImportRules, face_to_import
from desktop_app.services.imports.layout import FolderPlan
from desktop_app.services.imports.read_ahead import ReadAhead, ReadPhoto
from desktop_app.services.imports.report import Outcome, PhotoReport
from desktop_app.vision.types import Face

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.gallery_file import GalleryFile
    from desktop_app.services.people import GalleryChange, PeopleService

T = TypeVar("T")

# How often what was examined is saved, seconds: what a process that is killed loses.
_SAVE_EVERY = 1.0
# How many photos may wait while another process writes; beyond it, that is a trouble.
_MOST_UNSAVED = 200


class Caller(Protocol):
    """Runs work on the thread that the gallery belongs to, and waits for what it returns."""

    def __call__(self, work: Callable[[], T], /) -> T: ...  # noqa: D102 - see above


def directly(work: Callable[[], T], /) -> T:
    """Run work here, where the gallery belongs to this thread."""
    return work()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One photo of the plan.

    Attributes:
        person: whose it is said to be.
        path: the file.
        key: what it is called in the gallery's file.

    """

    person: str
    path: Path
    key: str


class FolderImport:
    """One import: :meth:`examine` all photos, then :meth:`enrol`, or :meth:`discard`; then close.

    Attributes:
        plan: who is imported.
        reports: what became of the photos so far.

    """

    def __init__(
        self,
        plan: FolderPlan,
        *,
        file: GalleryFile,
        gallery: Gallery,
        pipeline: FindsFaces,
        rules: ImportRules,
        left_out: frozenset[str] = frozenset(),
        call: Caller = directly,
    ) -> None:
        """Prepare; nothing is read or written yet.

        Args:
            plan: who is in the folder.
            file: the gallery.
            gallery: who is enrolled in it.
            pipeline: finds the faces.
            rules: which faces are taken.
            left_out: names of those in the plan who are not to be imported.
            call: runs what needs the gallery on its thread.

        """
        from db.import_lock import ImportLock
        from db.staging import Staging

        self.plan = plan.without(left_out)
        self.reports: list[PhotoReport] = []
        self._staging = Staging(file)
        self._lock = ImportLock(file.path)
        self._gallery = gallery
        self._pipeline = pipeline
        self._rules = rules
        self._left_out = left_out
        self._call = call
        self._import_id: int | None = None
        self._expected = {
            name_key(identity.name): identity for identity in gallery.identities.values()
        }
        self._enrolled: dict[bytes, Identity] = {}
        self._examined: dict[str, Examined] = {}
        # Of the photos that this import takes: whose each is.
        self._taken: dict[bytes, str] = {}
        self._unsaved: list[StagedPhoto] = []
        self._saved_at = 0.0

    def examine(self) -> Generator[PhotoReport, None, None]:
        """Examine the photos one after another; those of an import that was cut short count.

        Whoever stops in between must close the generator, and then discards the import, or leaves
        it to be gone on with later.

        Raises:
            ImportUnderWay: there is another one.
            ImportGone: it was discarded elsewhere.
            FolderUnreadable: the folder is gone, as when its disk was unplugged.
            GalleryError: what was examined cannot be saved; what was saved before is kept.

        """
        self._begin()
        asked = [
            _Asked(person.name, path, path_key(path.relative_to(self.plan.folder)))
            for person in self.plan.people
            for path in person.photos
        ]
        ahead = ReadAhead([one.path for one in asked], is_known=self._needs_no_look)
        try:
            known: list[Float32Array] = []
            person = None
            for one, photo in zip(asked, ahead, strict=True):
                if one.person != person:
                    person, known = one.person, self._known_of(one.person)
                report = self._report(one, photo, known)
                self.reports.append(report)
                self._save_now_and_then()
                yield report
            self._save(patient=True)
        finally:
            ahead.close()

    def enrol(self, people: PeopleService) -> tuple[GalleryChange, Imported]:
        """Make people of all that was examined; on the gallery's thread.

        Raises:
            ImportGone: it was discarded elsewhere; nothing was enrolled.
            GalleryError: it could not be saved; nothing was enrolled, what was staged is kept.

        """
        assert self._import_id is not None
        expected = {key: identity.id for key, identity in self._expected.items()}
        return people.enrol_staged(self._import_id, expected=expected)

    def discard(self) -> bool:
        """Leave everything as it was; return whether there was anything to discard.

        False also where all of it was enrolled already: that is undone by other means.
        """
        import_id = self._import_id
        self._unsaved = []
        return import_id is not None and self._call(lambda: self._staging.discard(import_id))

    def close(self) -> None:
        """Let others import; what was staged and not enrolled stays until it is gone on with."""
        self._lock.release()

    def _begin(self) -> None:
        self._lock.take()
        folder, total = path_key(self.plan.folder), self.plan.photo_count
        rules = self._rules.key(embedder=self._gallery.embedder)
        self._import_id = self._call(
            lambda: self._staging.begin(folder, total=total, rules=rules, left_out=self._left_out)
        )
        import_id = self._import_id
        self._enrolled = self._call(self._staging.enrolled_photos)
        self._examined = self._call(lambda: self._staging.examined(import_id))
        wanted = {
            path_key(path.relative_to(self.plan.folder)): person.name
            for person in self.plan.people
            for path in person.photos
        }
        gone = [key for key, one in self._examined.items() if wanted.get(key) != one.person]
        if gone:
            self._call(lambda: self._staging.forget_photos(import_id, gone))
        for key in gone:
            del self._examined[key]
        self._taken = {
            one.photo: one.person for one in self._examined.values() if one.vector is not None
        }
        self._saved_at = time.monotonic()

    def _needs_no_look(self, path: Path, digest: bytes) -> bool:
        """Whether it is known what becomes of a photo; asked by the thread that reads ahead."""
        examined = self._examined.get(path_key(path.relative_to(self.plan.folder)))
        return digest in self._enrolled or (examined is not None and examined.photo == digest)

    def _known_of(self, person: str) -> list[Float32Array]:
        """Return what is enrolled of a person, each of shape (d,)."""
        return enrolled_vectors(self._gallery, self._expected.get(name_key(person)))

    def _report(self, one: _Asked, photo: ReadPhoto, known: list[Float32Array]) -> PhotoReport:
        examined = self._examined.get(one.key)
        if examined is not None and photo.digest and examined.photo == photo.digest:
            if examined.vector is not None:
                known.append(examined.vector)
            return _report_again(examined)
        try:
            if photo.error is not None:
                raise photo.error
            owner = self._enrolled.get(photo.digest)
            if owner is not None:
                return self._report_enrolled(one, owner)
            face = self._face(one, photo, known)
        except InputError as error:
            self._check_folder(error)
            self._unsaved.append(_refused(one, photo.digest, error))
            return PhotoReport(one.key, one.person, Outcome.REFUSED, error.code, str(error))
        known.append(face.embedding.vector)
        self._taken[photo.digest] = one.person
        quality = face.quality.overall
        self._unsaved.append(
            StagedPhoto(
                one.person,
                one.key,
                photo.digest,
                sample=NewSample(
                    pixels=face.aligned.pixels,
                    embedding=face.embedding,
                    quality=quality,
                    origin=Origin.PHOTO,
                    photo=photo.digest,
                ),
            )
        )
        return PhotoReport(one.key, one.person, Outcome.TAKEN, quality=quality)

    def _report_enrolled(self, one: _Asked, owner: Identity) -> PhotoReport:
        if one.key in self._examined:
            # The file was another when it was staged.
            import_id, stale = self._import_id, [one.key]
            assert import_id is not None
            self._call(lambda: self._staging.forget_photos(import_id, stale))
        if name_key(owner.name) == name_key(one.person):
            return PhotoReport(one.key, one.person, Outcome.ENROLLED_BEFORE)
        raise EnrolledAsOther(path=shown(one.path), name=owner.name)

    def _face(self, one: _Asked, photo: ReadPhoto, known: list[Float32Array]) -> Face:
        """Return the face of a photo that is to be enrolled.

        Raises:
            InputError: there is none, for one of many reasons.

        """
        label = shown(one.path)
        taken = self._taken.get(photo.digest)
        if taken is not None:
            if name_key(taken) != name_key(one.person):
                raise EnrolledAsOther(path=label, name=taken)
            raise EnrolledAlready(path=label)
        face = face_to_import(
            self._pipeline, self._pixels(one, photo), label=label, rules=self._rules
        )
        if is_repeated(face.embedding.vector, known):
            raise EnrolledAlready(path=label)
        return face

    def _pixels(self, one: _Asked, photo: ReadPhoto) -> UInt8Array:
        if photo.pixels is not None:
            return photo.pixels
        raise AssertionError(f"{one.key} was taken for known when it was read")

    def _check_folder(self, error: KnownError) -> None:
        """Stop where it is not one photo that is gone, but the disk with all of them."""
        if error.code == "photo-unreadable" and not self.plan.folder.is_dir():
            self._save(patient=True)
            raise FolderUnreadable(
                path=shown(self.plan.folder), reason="it is gone; is its disk still plugged in?"
            ) from error

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved_at < _SAVE_EVERY:
            return
        try:
            self._save()
        except GalleryLocked:
            # Another process writes at this moment; it is asked again with the next photo.
            if len(self._unsaved) > _MOST_UNSAVED:
                raise

    def _save(self, *, patient: bool = False) -> None:
        import_id, photos = self._import_id, self._unsaved
        assert import_id is not None
        if photos:
            self._call(lambda: self._staging.put(import_id, photos, patient=patient))
            self._unsaved = []
        self._saved_at = time.monotonic()


def path_key(path: Path) -> str:
    """Return a path as it is kept in the gallery's file: any bytes as text, no two alike."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _refused(one: _Asked, digest: bytes, error: InputError) -> StagedPhoto:
    return StagedPhoto(one.person, one.key, digest, refused=error.code, reason=str(error))


def _report_again(examined: Examined) -> PhotoReport:
    outcome = Outcome.TAKEN if examined.refused is None else Outcome.REFUSED
    return PhotoReport(
        examined.path,
        examined.person,
        outcome,
        examined.refused,
        examined.reason,
        examined.quality,
    )
