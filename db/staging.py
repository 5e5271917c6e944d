"""What an import has examined lies here until all of it becomes people, or nothing does."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from db.belongings import new_person
from db.edits import Recorder
from db.gallery_file import GalleryFile
from db.mapping import sealed_picture, sealed_vector, unsealed_vector
from db.negatives import take_back_contradicted
from db.queries import row_named
from db.tables import IdentityRow, ImportRow, SampleRow, StagedRow, TemplateRow
from db.vault import Purpose, Vault
from desktop_app.errors import ImportGone
from desktop_app.recognition.people import Origin, name_key
from desktop_app.recognition.staging import Examined, Imported, StagedPhoto, UnfinishedImport
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding


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
        with self._file.write() as session:
            row = session.scalar(select(ImportRow).where(ImportRow.folder == folder))
            if row is not None and row.rules != rules:
                session.execute(delete(ImportRow).where(ImportRow.id == row.id))
                session.expunge(row)
                row = None
            if row is None:
                row = ImportRow(folder=folder, started=datetime.now(UTC), rules=rules)
                session.add(row)
            row.total, row.left_out = total, omitted
            session.flush()
            return row.id

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
                for row in session.execute(_enrolled_photos())
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
            _check_it_is_there(session, import_id)
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


def enrol_staged(
    recorder: Recorder, vault: Vault, import_id: int, *, expected: Mapping[str, int]
) -> Imported:
    """Make people, samples and templates of what was staged; see ``PeopleActs.enrol_staged``."""
    session = recorder.session
    _check_it_is_there(session, import_id)
    usable = (StagedRow.import_id == import_id, StagedRow.refused.is_(None))
    names = session.scalars(
        select(StagedRow.person)
        .where(*usable)
        .group_by(StagedRow.person)
        .order_by(func.min(StagedRow.id))
    ).all()
    enrolled = {row.photo for row in session.execute(_enrolled_photos())}
    new = people = pictures = 0
    renamed: list[tuple[str, str]] = []
    gone: list[str] = []
    for name in names:
        known_id = expected.get(name_key(name))
        if known_id is None:
            person = row_named(session, name)
        else:
            person = session.get(IdentityRow, known_id)
            if person is None or person.binned is not None:
                gone.append(name)
                continue
            if name_key(person.name) != name_key(name):
                renamed.append((name, person.name))
        staged = session.execute(
            select(StagedRow).where(*usable, StagedRow.person == name).order_by(StagedRow.id)
        ).scalars()
        # Somebody may have enrolled the very photo meanwhile.
        rows = [_to_sample(row, vault, recorder.now) for row in staged if row.photo not in enrolled]
        if not rows:
            continue
        if person is None:
            person = new_person(recorder, name)
            new += 1
        person_id = person.id
        for row in rows:
            row.identity_id = person_id
        recorder.add(*rows)
        looks = [_look_of(template, vault) for row in rows for template in row.templates]
        take_back_contradicted(recorder, vault, person_id, looks)
        people += 1
        pictures += len(rows)
    session.execute(delete(ImportRow).where(ImportRow.id == import_id))
    return Imported(new, people, pictures, tuple(renamed), tuple(gone))


def _enrolled_photos() -> Select[bytes | None, int, str]:
    return (
        select(SampleRow.photo, IdentityRow.id, IdentityRow.name)
        .join(IdentityRow, IdentityRow.id == SampleRow.identity_id)
        .where(
            SampleRow.photo.is_not(None),
            SampleRow.binned.is_(None),
            IdentityRow.binned.is_(None),
        )
    )


def _check_it_is_there(session: Session, import_id: int) -> None:
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


def _to_sample(row: StagedRow, vault: Vault, now: datetime) -> SampleRow:
    """Return a sample with its template; what is sealed is sealed anew, for what it is now."""
    assert row.embedding is not None
    assert row.image is not None
    vector = vault.unseal(row.embedding, Purpose.STAGED)
    picture = vault.unseal(row.image, Purpose.STAGED_IMAGE)
    template = TemplateRow(
        embedder=row.embedder,
        dimension=row.dimension,
        quality=row.quality,
        embedding=vault.seal(vector, Purpose.TEMPLATE),
    )
    return SampleRow(
        quality=row.quality,
        origin=Origin.PHOTO,
        created=now,
        photo=row.photo,
        image=vault.seal(picture, Purpose.SAMPLE),
        templates=[template],
    )


def _look_of(template: TemplateRow, vault: Vault) -> Embedding:
    vector = unsealed_vector(template.embedding, vault, Purpose.TEMPLATE)
    return Embedding(vector, template.embedder)
