"""The enrolled people: list, enrol, correct, remove; each write returns what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import NegativeSample, NewSample, Origin, Person, Sample
from desktop_app.recognition.review import Lookalikes, find_lookalikes, outlying
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Face

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.repository import GalleryRepository
    from desktop_app.recognition.decision import DecisionPolicy


@dataclass(frozen=True, eq=False, slots=True)
class GalleryChange:
    """What the gallery is after a change.

    Attributes:
        gallery: the new snapshot.
        people: everyone, by name.
        identity: whom the change was about; None where it was about nobody in particular.
        negative_id: of the face that was said not to be theirs just now, by which that can be
            taken back; None where the change was another.

    """

    gallery: Gallery
    people: tuple[Person, ...]
    identity: Identity | None = None
    negative_id: int | None = None


class PeopleService:
    """The one way to read and change who is enrolled.

    Synchronous; every method runs on the thread that owns the repository. Only
    :attr:`gallery` and :meth:`lookalikes` may be used from any thread.
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

    def negatives(self, identity_id: int) -> list[NegativeSample]:
        """Return the faces that somebody said are not a person's, newest last."""
        return self._repository.negatives(identity_id)

    def lookalikes(
        self, policy: DecisionPolicy, *, identity_id: int | None = None
    ) -> tuple[Lookalikes, ...]:
        """Return who looks more alike than the operating point bears, most alike first.

        Args:
            policy: the one in force.
            identity_id: only pairs with this person; all pairs where it is None.

        """
        gallery = self._gallery
        above = policy.lookalike_from(gallery.size)
        if above is None:
            return ()
        return find_lookalikes(gallery, above=above, identity_id=identity_id)

    def outliers(self, identity_id: int, policy: DecisionPolicy) -> frozenset[int]:
        """Return the ids of a person's samples that do not look like the rest of them."""
        templates = self._repository.templates(identity_id, embedder=self._embedder)
        if not templates:
            return frozenset()
        samples = list(templates)
        rows = outlying(np.stack(list(templates.values())), policy)
        return frozenset(samples[row] for row in rows)

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
        """Remove a person with all samples, templates and negatives.

        Raises:
            NoSuchPerson: they are gone already.

        """
        self._repository.remove(identity_id)
        return self._changed(None)

    def remove_sample(self, sample_id: int) -> GalleryChange:
        """Remove one picture and the template made from it."""
        self._repository.remove_sample(sample_id)
        return self._changed(None)

    def add_negative(self, identity_id: int, face: Face, *, origin: Origin) -> GalleryChange:
        """Keep a face as one that is not this person's; every later search respects it.

        Args:
            identity_id: whose it is not.
            face: its embedding is what was searched for, which on a live track is what all looks
                add up to.
            origin: where it came from.

        Raises:
            NoSuchPerson: they are gone.

        """
        negative_id = self._repository.add_negative(
            identity_id, pixels=face.aligned.pixels, embedding=face.embedding, origin=origin
        )
        change = self._changed(None)
        return replace(
            change, identity=change.gallery.identities.get(identity_id), negative_id=negative_id
        )

    def remove_negative(self, negative_id: int) -> GalleryChange:
        """Take back that a face is not a person's.

        Raises:
            NoSuchNegative: it was taken back already, or its person is gone.

        """
        return self._changed(self._repository.remove_negative(negative_id))

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
