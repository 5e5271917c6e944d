"""What an import has examined lies here until all of it becomes people, or nothing does."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from db.gallery_file import GalleryFile
from db.mapping import sealed_picture, sealed_vector, unsealed_vector
from db.tables import IdentityRow, ImportRow, SampleRow, StagedRow
from db.vault import Purpose, Vault
from desktop_app.errors import ImportGone
from desktop_app.recognition.staging import Examined, StagedPhoto, UnfinishedImport
from desktop_app.recognition.types import Identity


class Staging:
    """The imports that are under way in a gallery, or were cut short."""

    def __init__(self, file: GalleryFile) -> None:
        self._file = file

    def unfinished(self) -> list[UnfinishedImport]:
        """Return them, oldest first."""
        examined = func.count(StagedRow.id).label("examined")
        statement = (
            select(ImportRow, examined)
            .outerjoin(StagedRow, StagedRow.import_id == ImportRow.id)
            .group_by(ImportRow.id)
            .order_by(ImportRow.id)
        )
        with self._file.read() as session:
            return [
                UnfinishedImport(
                    id=row.id,
                    folder=row.folder,
                    started=row.started,
                    total=row.total,
                    examined=count,
                    rules=row.rules,
                    left_out=frozenset(json.loads(row.left_out)),
                )
                for row, count in session.execute(statement)
            ]

    def begin(self, folder: str, *, total: int, rules: str, left_out: Collection[str]) -> int:
        """Begin an import of a folder, or go on with the one that was cut short.

        What was examined by other rules is forgotten.

        Args:
            folder: absolute.
            total: how many photos there are to read.
            rules: by which they are judged.
            left_out: names of those in the folder who are not to be imported.

        Returns:
            The import's id.

        """
        omitted = json.dumps(sorted(left_out))
        is_other = False
        with self._file.write() as session:
            row = session.scalar(select(ImportRow).where(ImportRow.folder == folder))
            if row is not None and row.rules != rules:
                is_other = True
                session.execute(delete(ImportRow).where(ImportRow.id == row.id))
                session.expunge(row)
                row = None
            if row is None:
                row = ImportRow(folder=folder, started=datetime.now(UTC), rules=rules)
                session.add(row)
            row.total, row.left_out = total, omitted
            session.flush()
            import_id = row.id
        if is_other:
            self._file.forget_removed()
        return import_id

    def examined(self, import_id: int) -> dict[str, Examined]:
        """Return what an import has examined, by path."""
        # Without the pictures, which nobody looks at before they are enrolled.
        statement = select(
            StagedRow.person,
            StagedRow.path,
            StagedRow.photo,
            StagedRow.refused,
            StagedRow.reason,
            StagedRow.quality,
            StagedRow.embedding,
        ).where(StagedRow.import_id == import_id)
        with self._file.read() as session:
            vault = self._file.vault
            return {
                row.path: Examined(
                    person=row.person,
                    path=row.path,
                    photo=row.photo,
                    refused=row.refused,
                    reason=row.reason,
                    quality=row.quality,
                    vector=None
                    if row.embedding is None
                    else unsealed_vector(row.embedding, vault, Purpose.STAGED),
                )
                for row in session.execute(statement.order_by(StagedRow.id))
            }

    def enrolled_photos(self) -> dict[bytes, Identity]:
        """Return whose picture each photo is that somebody is enrolled by, by its SHA-256."""
        with self._file.read() as session:
            return {
                row.photo: Identity(row.id, row.name)
                for row in session.execute(enrolled_photos())
                if row.photo is not None
            }

    def put(self, import_id: int, photos: Sequence[StagedPhoto], *, patient: bool = False) -> None:
        """Keep what was examined; a photo that was examined before is replaced.

        Args:
            import_id: of which import.
            photos: what was examined.
            patient: wait for other processes, as enrolling does.

        Raises:
            ImportGone: it was finished or discarded elsewhere.
            GalleryLocked: another process writes just now; nothing was kept, try again soon.

        """
        with self._file.write() if patient else self._file.write_aside() as session:
            check_import(session, import_id)
            session.execute(
                delete(StagedRow).where(
                    StagedRow.import_id == import_id,
                    StagedRow.path.in_([photo.path for photo in photos]),
                )
            )
            session.add_all(_to_row(photo, self._file.vault, import_id) for photo in photos)

    def forget_photos(self, import_id: int, paths: Collection[str]) -> None:
        """Forget some of what was examined: the photos are gone, or their person is left out."""
        with self._file.write() as session:
            for path in paths:
                session.execute(
                    delete(StagedRow).where(
                        StagedRow.import_id == import_id, StagedRow.path == path
                    )
                )
        self._file.forget_removed()

    def discard(self, import_id: int) -> bool:
        """Delete an import with all that it staged, and leave nothing of it in the file.

        Returns:
            Whether there was such an import.

        """
        with self._file.write() as session:
            statement = delete(ImportRow).where(ImportRow.id == import_id).returning(ImportRow.id)
            found = session.scalar(statement) is not None
        self._file.forget_removed()
        return found


def enrolled_photos() -> Select[bytes | None, int, str]:
    """Return (SHA-256, identity_id, name) of all photos that somebody is enrolled by."""
    return (
        select(SampleRow.photo, IdentityRow.id, IdentityRow.name)
        .join(IdentityRow, IdentityRow.id == SampleRow.identity_id)
        .where(
            SampleRow.photo.is_not(None),
            SampleRow.binned.is_(None),
            IdentityRow.binned.is_(None),
        )
    )


def check_import(session: Session, import_id: int) -> None:
    """Look whether an import is still there.

    Raises:
        ImportGone: it was finished or discarded elsewhere.

    """
    if session.scalar(select(ImportRow.id).where(ImportRow.id == import_id)) is None:
        raise ImportGone


def _to_row(photo: StagedPhoto, vault: Vault, import_id: int) -> StagedRow:
    row = StagedRow(
        import_id=import_id,
        person=photo.person,
        path=photo.path,
        photo=photo.photo,
        refused=photo.refused,
        reason=photo.reason,
    )
    sample = photo.sample
    if sample is not None:
        row.quality = sample.quality
        row.embedder = sample.embedding.embedder
        row.dimension = sample.embedding.dimension
        row.embedding = sealed_vector(sample.embedding.vector, vault, Purpose.STAGED)
        row.image = sealed_picture(sample.pixels, vault, Purpose.STAGED_IMAGE)
    return row
