"""The enrolled people on disk: takes and gives the domain's types, never rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import select

from db import negatives
from db.acts import PeopleActs
from db.engine import BUSY_TIMEOUT
from db.gallery_file import NO_KEYS, GalleryFile
from db.key_slots import Keys
from db.mapping import (
    to_person,
    to_sample,
    unsealed_matrix,
    unsealed_picture,
    unsealed_vector,
)
from db.queries import (
    binned_things,
    everyone,
    memberships,
    pictures_of,
    row_named,
    templates_by_sample,
    templates_of,
    uid_of,
    version_of,
)
from db.tables import IdentityRow, NegativeRow, SampleRow
from db.vault import Purpose
from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import EmbedderMismatch, InvalidName
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import (
    Binned,
    NegativeSample,
    Person,
    Sample,
    clean_name,
)
from desktop_app.recognition.types import Identity


class GalleryRepository:
    """Who is enrolled, read from one gallery file; for one thread at a time.

    Attributes:
        file: the open file, shared with whatever else reads and writes it.
        acts: changes who is enrolled.

    """

    def __init__(self, file: GalleryFile) -> None:
        self.file = file
        self.acts = PeopleActs(file)
        self._file = file

    @classmethod
    def open(
        cls, path: Path, *, keys: Keys = NO_KEYS, busy_timeout: float = BUSY_TIMEOUT
    ) -> GalleryRepository:
        """Open a gallery; see ``GalleryFile.open``."""
        return cls(GalleryFile.open(path, keys=keys, busy_timeout=busy_timeout))

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    def close(self) -> None:
        """Close the file; closing again does nothing."""
        self._file.close()

    def version(self) -> int:
        """Return a number that grows with each write by any process."""
        return self._file.version()

    def integrity(self) -> list[str]:
        """Return what is broken in the file, a line each; empty when it is sound."""
        return self._file.integrity()

    def snapshot(self, *, embedder: str, dimension: int) -> Gallery:
        """Return everyone, and all templates and negatives of one embedder.

        Raises:
            EmbedderMismatch: an embedder of that name made vectors of another dimension.

        """
        with self._file.read() as session:
            version = version_of(session)
            everyone_named = select(IdentityRow.id, IdentityRow.name).where(
                IdentityRow.binned.is_(None)
            )
            identities = {key: Identity(key, name) for key, name in session.execute(everyone_named)}
            templates = session.execute(templates_of(embedder)).all()
            refuted = session.execute(negatives.negatives_of(embedder)).all()
            for row in (*templates, *refuted):
                if row.dimension != dimension:
                    raise EmbedderMismatch(
                        expected=f"{embedder}, {dimension} numbers",
                        actual=f"{embedder}, {row.dimension} numbers",
                    )
            vault = self._file.vault
            return Gallery(
                embedder=embedder,
                matrix=unsealed_matrix(
                    [row.embedding for row in templates],
                    vault,
                    Purpose.TEMPLATE,
                    dimension=dimension,
                ),
                identity_ids=np.array([row.identity_id for row in templates], np.int64),
                identities=identities,
                version=version,
                uid=uid_of(session),
                negatives=negatives.to_negatives(refuted, vault, dimension=dimension),
            )

    def people(self, *, embedder: str) -> list[Person]:
        """Return everyone by name, with how many templates of ``embedder`` they have."""
        with self._file.read() as session:
            groups: dict[int, list[str]] = {}
            for row in session.execute(memberships()):
                groups.setdefault(row.identity_id, []).append(row.name)
            return [
                to_person(*row, groups=tuple(groups.get(row[0].id, ())))
                for row in session.execute(everyone(embedder))
            ]

    def find(self, name: str) -> Identity | None:
        """Return the person of that name; spellings are compared by NFC and casefold."""
        try:
            name = clean_name(name)
        except InvalidName:
            return None
        with self._file.read() as session:
            row = row_named(session, name)
            return None if row is None else Identity(row.id, row.name)

    def samples(self, identity_id: int) -> list[Sample]:
        """Return a person's samples, oldest first; none where there is no such person."""
        statement = (
            select(SampleRow)
            .where(SampleRow.identity_id == identity_id, SampleRow.binned.is_(None))
            .order_by(SampleRow.id)
        )
        with self._file.read() as session:
            return [to_sample(row, self._file.vault) for row in session.scalars(statement)]

    def pictures(
        self, sample_ids: Collection[int], *, binned: bool = False
    ) -> dict[int, UInt8Array]:
        """Return sample id to aligned crop, RGB, uint8, (s, s, 3), of those that are still there.

        For a few at a time: each is decoded.

        Args:
            sample_ids: which.
            binned: those of them that were removed on their own and wait in the bin.

        """
        with self._file.read() as session:
            return {
                row.id: unsealed_picture(row.image, self._file.vault, Purpose.SAMPLE)
                for row in session.execute(pictures_of(sample_ids, binned=binned))
            }

    def templates(self, identity_id: int, *, embedder: str) -> dict[int, Float32Array]:
        """Return sample id to template, each of shape (d,), of what a person is found by."""
        with self._file.read() as session:
            found = session.execute(templates_by_sample(identity_id, embedder=embedder))
            vault = self._file.vault
            return {
                row.sample_id: unsealed_vector(row.embedding, vault, Purpose.TEMPLATE)
                for row in found
            }

    def negatives(self, identity_id: int) -> list[NegativeSample]:
        """Return the faces said not to be a person's, oldest first, whatever embedder."""
        with self._file.read() as session:
            return negatives.listed(session, self._file.vault, identity_id)

    def bin(self) -> list[Binned]:
        """Return what is in the bin, newest first."""
        with self._file.read() as session:
            return binned_things(session)

    def has_binned(self, *, before: datetime) -> bool:
        """Whether anything has been in the bin since before a time, negatives too."""
        with self._file.read() as session:
            return any(
                session.scalar(select(table.id).where(table.binned <= before).limit(1)) is not None
                for table in (IdentityRow, SampleRow, NegativeRow)
            )
