"""The enrolled people on disk: takes and gives the domain's types, never rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db import negatives
from db.engine import BUSY_TIMEOUT, writing
from db.mapping import to_matrix, to_rows, to_sample
from db.opening import OpenGallery
from db.queries import (
    everyone,
    row_named,
    templates_by_sample,
    templates_of,
    version_of,
)
from db.tables import GalleryRow, IdentityRow, SampleRow
from db.troubles import known_troubles
from db.upkeep import forget_removed, integrity_findings
from desktop_app.arrays import Float32Array, UInt8Array
from desktop_app.errors import (
    EmbedderMismatch,
    InvalidName,
    NameTaken,
    NoSuchPerson,
)
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import (
    NegativeSample,
    NewSample,
    Origin,
    Person,
    Sample,
    clean_name,
    name_key,
)
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding


class GalleryRepository:
    """One gallery file, for one thread at a time; other processes may have it open too.

    Each write is one transaction: whole or not at all, and seen by :meth:`version`. Every
    method raises a kind of ``GalleryError`` for what can be wrong with the file: locked for
    too long, disk full, not writable, damaged.

    Attributes:
        path: the file.

    """

    def __init__(self, path: Path, gallery: OpenGallery) -> None:
        """Use :meth:`open` instead."""
        self.path = path
        self._open_gallery = gallery
        self._reader = gallery.engine
        self._writer = writing(gallery.engine)

    @classmethod
    def open(cls, path: Path, *, busy_timeout: float = BUSY_TIMEOUT) -> GalleryRepository:
        """Open a gallery; a missing or empty file becomes one, an older one is migrated.

        Args:
            path: the file.
            busy_timeout: seconds to wait for other processes, here and in all methods.

        Raises:
            NotAGallery: the file is something else; it was not touched.
            GalleryFromNewerVersion: it was not touched.
            GalleryError: another kind, as its text says.

        """
        with known_troubles(path):
            return cls(path, OpenGallery(path, busy_timeout=busy_timeout))

    def close(self) -> None:
        """Close the file; closing again does nothing."""
        with known_troubles(self.path):
            self._open_gallery.close()

    def version(self) -> int:
        """Return a number that grows with each write by any process."""
        with self._read() as session:
            return version_of(session)

    def snapshot(self, *, embedder: str, dimension: int) -> Gallery:
        """Return everyone, and all templates and negatives of one embedder.

        Raises:
            EmbedderMismatch: an embedder of that name made vectors of another dimension.

        """
        with self._read() as session:
            version = version_of(session)
            everyone_named = select(IdentityRow.id, IdentityRow.name)
            identities = {key: Identity(key, name) for key, name in session.execute(everyone_named)}
            templates = session.execute(templates_of(embedder)).all()
            refuted = session.execute(negatives.negatives_of(embedder)).all()
            for row in (*templates, *refuted):
                if row.dimension != dimension:
                    raise EmbedderMismatch(
                        expected=f"{embedder}, {dimension} numbers",
                        actual=f"{embedder}, {row.dimension} numbers",
                    )
            return Gallery(
                embedder=embedder,
                matrix=to_matrix([row.embedding for row in templates], dimension=dimension),
                identity_ids=np.array([row.identity_id for row in templates], np.int64),
                identities=identities,
                version=version,
                negatives=negatives.to_negatives(refuted, dimension=dimension),
            )

    def people(self, *, embedder: str) -> list[Person]:
        """Return everyone by name, with how many templates of ``embedder`` they have."""
        with self._read() as session:
            return [
                Person(
                    identity=Identity(row.id, row.name),
                    created=row.created,
                    template_count=row.templates,
                    sample_count=row.samples,
                    cover_sample_id=row.cover,
                )
                for row in session.execute(everyone(embedder))
            ]

    def find(self, name: str) -> Identity | None:
        """Return the person of that name; spellings are compared by NFC and casefold."""
        try:
            name = clean_name(name)
        except InvalidName:
            return None
        with self._read() as session:
            row = row_named(session, name)
            return None if row is None else Identity(row.id, row.name)

    def samples(self, identity_id: int) -> list[Sample]:
        """Return a person's samples, oldest first; none where there is no such person."""
        statement = (
            select(SampleRow).where(SampleRow.identity_id == identity_id).order_by(SampleRow.id)
        )
        with self._read() as session:
            return [to_sample(row) for row in session.scalars(statement)]

    def templates(self, identity_id: int, *, embedder: str) -> dict[int, Float32Array]:
        """Return sample id to template, each of shape (d,), of what a person is found by."""
        with self._read() as session:
            found = session.execute(templates_by_sample(identity_id, embedder=embedder))
            return {row.sample_id: row.embedding for row in found}

    def negatives(self, identity_id: int) -> list[NegativeSample]:
        """Return the faces said not to be a person's, oldest first, whatever embedder."""
        with self._read() as session:
            return negatives.listed(session, identity_id)

    def enrol(self, name: str, samples: Sequence[NewSample]) -> Identity:
        """Add samples to the person of that name, who is made where there is none.

        What was said before of the very same looks, that they are not this person's, is thereby
        taken back.

        Returns:
            The person, by the name they were first enrolled under.

        Raises:
            InvalidName: the name cannot be used.

        """
        name = clean_name(name)
        created = datetime.now(UTC)
        rows = [to_rows(sample, created=created) for sample in samples]
        with self._write() as session:
            person = row_named(session, name)
            if person is None:
                person = IdentityRow(name=name, name_key=name_key(name), created=created)
                session.add(person)
                session.flush()
            for row in rows:
                row.identity_id = person.id
            session.add_all(rows)
            session.flush()
            contradicted = negatives.take_back_contradicted(session, person.id, samples)
            identity = Identity(person.id, person.name)
        if contradicted:
            forget_removed(self._reader)
        return identity

    def rename(self, identity_id: int, name: str) -> Identity:
        """Give a person another name, or another spelling of theirs.

        Raises:
            InvalidName: the name cannot be used.
            NameTaken: somebody else has it.
            NoSuchPerson: they are gone.

        """
        name = clean_name(name)
        with self._write() as session:
            person = session.get(IdentityRow, identity_id)
            if person is None:
                raise NoSuchPerson(name=f"#{identity_id}")
            other = row_named(session, name)
            if other is not None and other.id != identity_id:
                raise NameTaken(name=other.name)
            person.name, person.name_key = name, name_key(name)
            return Identity(identity_id, name)

    def remove(self, identity_id: int) -> None:
        """Remove a person with all samples, templates and negatives.

        Raises:
            NoSuchPerson: they are gone already.

        """
        with self._write() as session:
            # The tables' foreign keys take the rest along.
            statement = delete(IdentityRow).where(IdentityRow.id == identity_id)
            if session.scalar(statement.returning(IdentityRow.id)) is None:
                raise NoSuchPerson(name=f"#{identity_id}")
        forget_removed(self._reader)

    def remove_sample(self, sample_id: int) -> None:
        """Remove a sample and its templates; nothing happens where it is gone already.

        A person who loses the last one stays, and cannot be found until they get another.
        """
        with self._write() as session:
            session.execute(delete(SampleRow).where(SampleRow.id == sample_id))
        forget_removed(self._reader)

    def add_negative(
        self, identity_id: int, *, pixels: UInt8Array, embedding: Embedding, origin: Origin
    ) -> int:
        """Keep a face as one that is not this person's.

        Args:
            identity_id: whose it is not.
            pixels: the aligned crop, RGB, uint8, shape (s, s, 3).
            embedding: what searches are held against.
            origin: where it came from.

        Returns:
            The id by which it can be taken back; that of before where it was said before.

        Raises:
            NoSuchPerson: they are gone.

        """
        row = negatives.new_negative(identity_id, pixels=pixels, embedding=embedding, origin=origin)
        with self._write() as session:
            return negatives.keep(session, row)

    def remove_negative(self, negative_id: int) -> Identity:
        """Take back that a face is not a person's, and return that person.

        Raises:
            NoSuchNegative: it was taken back already, or its person is gone.

        """
        with self._write() as session:
            identity = negatives.take_back(session, negative_id)
        forget_removed(self._reader)
        return identity

    def integrity(self) -> list[str]:
        """Return what is broken in the file, a line each; empty when it is sound."""
        with known_troubles(self.path):
            return integrity_findings(self._reader)

    @contextmanager
    def _read(self) -> Iterator[Session]:
        """Give a session that sees the file as it was at its first statement."""
        with known_troubles(self.path), Session(self._reader) as session:
            yield session

    @contextmanager
    def _write(self) -> Iterator[Session]:
        """Give a session that holds the write lock; what it did is saved when it ends well."""
        with known_troubles(self.path), Session(self._writer) as session, session.begin():
            session.execute(update(GalleryRow).values(version=GalleryRow.version + 1))
            yield session
