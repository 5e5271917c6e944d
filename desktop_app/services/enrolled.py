"""Who is enrolled, to be read; ``services.people`` changes it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.arrays import UInt8Array
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import Binned, NegativeSample, Person, Sample
from desktop_app.recognition.review import Lookalikes, find_lookalikes, outlying
from desktop_app.recognition.types import Identity

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.gallery_file import GalleryFile
    from db.repository import GalleryRepository
    from desktop_app.recognition.decision import DecisionPolicy


class EnrolledPeople:
    """Reads who is enrolled.

    Synchronous; every method runs on the thread that owns the repository. Only
    :attr:`gallery` and :meth:`lookalikes` may be used from any thread.
    """

    def __init__(self, repository: GalleryRepository, *, embedder: str, dimension: int) -> None:
        self._repository = repository
        self._embedder = embedder
        self._dimension = dimension
        self._gallery = repository.snapshot(embedder=embedder, dimension=dimension)

    @property
    def file(self) -> GalleryFile:
        """The open file, for the services that share it: history, imports, backups."""
        return self._repository.file

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

    def pictures(
        self, sample_ids: Collection[int], *, binned: bool = False
    ) -> dict[int, UInt8Array]:
        """Return sample id to aligned crop, RGB, uint8, (s, s, 3), of those still there.

        Args:
            sample_ids: which, a few at a time.
            binned: those of them that were removed on their own and wait in the bin.

        """
        return self._repository.pictures(sample_ids, binned=binned)

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

    def bin(self) -> list[Binned]:
        """Return what was removed and can be put back, newest first."""
        return self._repository.bin()

    def has_binned(self, *, before: datetime) -> bool:
        """Whether anything has been in the bin since before a time, negatives too."""
        return self._repository.has_binned(before=before)

    def _read_again(self) -> Gallery:
        self._gallery = self._repository.snapshot(
            embedder=self._embedder, dimension=self._dimension
        )
        return self._gallery
