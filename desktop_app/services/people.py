"""The enrolled people: list, enrol, rename, remove; each write returns what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import NewSample, Origin, Person, Sample
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Face

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.repository import GalleryRepository


@dataclass(frozen=True, eq=False, slots=True)
class GalleryChange:
    """What the gallery is after a change.

    Attributes:
        gallery: the new snapshot.
        people: everyone, by name.
        identity: whom the change was about; None where it was about nobody in particular.

    """

    gallery: Gallery
    people: tuple[Person, ...]
    identity: Identity | None = None


class PeopleService:
    """The one way to read and change who is enrolled.

    Synchronous; every method runs on the thread that owns the repository. Only
    :attr:`gallery` may be read from any thread.
    """

    def __init__(self, repository: GalleryRepository, *, embedder: str, dimension: int) -> None:
        self._repository = repository
        self._embedder = embedder
        self._dimension = dimension
        self._gallery = repository.snapshot(embedder=embedder, dimension=dimension)

    @property
    def gallery(self) -> Gallery:
        """The newest snapshot."""
        return self._gallery

    def people(self) -> tuple[Person, ...]:
        """Everyone, by name."""
        return tuple(self._repository.people(embedder=self._embedder))

    def unsearchable(self) -> tuple[Person, ...]:
        """Return people whose pictures another embedder has read: this one cannot find them."""
        return tuple(
            person for person in self.people() if person.sample_count and not person.template_count
        )

    def find(self, name: str) -> Identity | None:
        """Return the person of that name, in whatever case it is written."""
        return self._repository.find(name)

    def samples(self, identity_id: int) -> list[Sample]:
        """Return a person's pictures, newest last."""
        return self._repository.samples(identity_id)

    def enrol(self, name: str, faces: Sequence[Face], *, origin: Origin) -> GalleryChange:
        """Add faces to the person of that name, who is made where there is none.

        Raises:
            InvalidName: the name cannot be used.
            GalleryError: it could not be saved; nothing was changed.

        """
        samples = [
            NewSample(
                pixels=face.aligned.pixels,
                embedding=face.embedding,
                quality=face.quality.overall,
                origin=origin,
            )
            for face in faces
        ]
        return self._changed(self._repository.enrol(name, samples))

    def rename(self, identity_id: int, name: str) -> GalleryChange:
        """Give a person another name.

        Raises:
            NameTaken: somebody else has it.
            NoSuchPerson: they are gone.

        """
        return self._changed(self._repository.rename(identity_id, name))

    def remove(self, identity_id: int) -> GalleryChange:
        """Remove a person with all samples and templates.

        Raises:
            NoSuchPerson: they are gone already.

        """
        self._repository.remove(identity_id)
        return self._changed(None)

    def remove_sample(self, sample_id: int) -> GalleryChange:
        """Remove one picture and the template made from it."""
        self._repository.remove_sample(sample_id)
        return self._changed(None)

    def refresh(self) -> GalleryChange | None:
        """Read again if another process wrote to the file; None where nobody did."""
        if self._repository.version() == self._gallery.version:
            return None
        return self._changed(None)

    def _changed(self, identity: Identity | None) -> GalleryChange:
        self._gallery = self._repository.snapshot(
            embedder=self._embedder, dimension=self._dimension
        )
        return GalleryChange(self._gallery, self.people(), identity)
