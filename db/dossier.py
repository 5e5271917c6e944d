"""Everything that a gallery holds of one person, for them to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.gallery_file import GalleryFile
from db.mapping import unsealed_vector
from db.tables import (
    EventRow,
    GroupRow,
    IdentityRow,
    MembershipRow,
    NegativeRow,
    SampleRow,
    StagedRow,
    TemplateRow,
)
from db.vault import Purpose, Vault
from desktop_app.arrays import Float32Array
from desktop_app.errors import NoSuchPerson
from desktop_app.recognition.events import Outcome
from desktop_app.recognition.people import Consent, Origin, name_key
from desktop_app.recognition.types import Identity


@dataclass(frozen=True, eq=False, slots=True)
class Vector:
    """What an embedder made of a face.

    Attributes:
        embedder: which.
        vector: shape (d,), of length 1.

    """

    embedder: str
    vector: Float32Array


@dataclass(frozen=True, eq=False, slots=True)
class SampleRecord:
    """A picture they are enrolled by.

    Attributes:
        binned: since when it is in the bin, UTC; None where it is not.
        photo: SHA-256 of the photo it came from, hexadecimal; None where it came from none.
        templates: of every embedder.

    """

    id: int
    created: datetime
    quality: float
    origin: Origin
    binned: datetime | None
    photo: str | None
    templates: tuple[Vector, ...]


@dataclass(frozen=True, eq=False, slots=True)
class NegativeRecord:
    """That somebody said of a face that it is not theirs; the face is another person's.

    Attributes:
        binned: since when that is taken back, UTC; None where it holds.

    """

    id: int
    created: datetime
    origin: Origin
    binned: datetime | None


@dataclass(frozen=True, eq=False, slots=True)
class EventRecord:
    """That they were seen; ``template`` is None where the history keeps no pictures."""

    id: int
    began: datetime
    ended: datetime
    source: str
    outcome: Outcome
    confidence: float | None
    has_picture: bool
    template: Vector | None


@dataclass(frozen=True, eq=False, slots=True)
class StagedRecord:
    """A photo that an import, which is not over, takes for theirs."""

    path: str
    refused: str | None


@dataclass(frozen=True, eq=False, slots=True)
class Dossier:
    """All of that.

    Attributes:
        binned: since when they are in the bin, UTC; None where they are enrolled.

    """

    identity: Identity
    created: datetime
    binned: datetime | None
    note: str
    groups: tuple[str, ...]
    consent: Consent
    samples: tuple[SampleRecord, ...]
    negatives: tuple[NegativeRecord, ...]
    events: tuple[EventRecord, ...]
    staged: tuple[StagedRecord, ...]


def read_dossier(file: GalleryFile, identity_id: int) -> Dossier:
    """Return what there is of a person, also of one who is in the bin; pictures apart.

    Raises:
        NoSuchPerson: they are gone.
        GalleryError: a kind of it; a template that was altered, for one.

    """
    with file.read() as session:
        row = session.get(IdentityRow, identity_id)
        if row is None:
            raise NoSuchPerson(name=f"#{identity_id}")
        groups = (
            select(GroupRow.name)
            .join(MembershipRow, MembershipRow.group_id == GroupRow.id)
            .where(MembershipRow.identity_id == identity_id)
            .order_by(GroupRow.name_key)
        )
        return Dossier(
            identity=Identity(row.id, row.name),
            created=row.created,
            binned=row.binned,
            note=row.note,
            groups=tuple(session.scalars(groups)),
            consent=Consent(row.consent_by, row.consent_given, row.consent_until),
            samples=_samples(session, identity_id, file.vault),
            negatives=_negatives(session, identity_id),
            events=_events(session, identity_id, file.vault),
            staged=_staged(session, row.name),
        )


def read_picture(file: GalleryFile, record: SampleRecord | EventRecord) -> bytes | None:
    """Return the PNG of a record; None where it is gone by now.

    Raises:
        GalleryDamaged: it was altered.

    """
    table: type[SampleRow | EventRow]
    if isinstance(record, SampleRecord):
        table, purpose = SampleRow, Purpose.SAMPLE
    else:
        table, purpose = EventRow, Purpose.EVENT_IMAGE
    with file.read() as session:
        data = session.scalar(select(table.image).where(table.id == record.id))
        return None if data is None else file.vault.unseal(data, purpose)


def _samples(session: Session, identity_id: int, vault: Vault) -> tuple[SampleRecord, ...]:
    templates: dict[int, list[Vector]] = {}
    theirs = select(TemplateRow).where(TemplateRow.identity_id == identity_id)
    for row in session.scalars(theirs.order_by(TemplateRow.id)):
        vector = unsealed_vector(row.embedding, vault, Purpose.TEMPLATE)
        templates.setdefault(row.sample_id, []).append(Vector(row.embedder, vector))
    # Without the picture, which is read when it is its turn.
    columns = (
        SampleRow.id,
        SampleRow.created,
        SampleRow.quality,
        SampleRow.origin,
        SampleRow.binned,
        SampleRow.photo,
    )
    found = select(*columns).where(SampleRow.identity_id == identity_id).order_by(SampleRow.id)
    return tuple(
        SampleRecord(
            id=row.id,
            created=row.created,
            quality=row.quality,
            origin=row.origin,
            binned=row.binned,
            photo=None if row.photo is None else row.photo.hex(),
            templates=tuple(templates.get(row.id, ())),
        )
        for row in session.execute(found)
    )


def _negatives(session: Session, identity_id: int) -> tuple[NegativeRecord, ...]:
    columns = (
        NegativeRow.id,
        NegativeRow.created,
        NegativeRow.origin,
        NegativeRow.binned,
    )
    found = select(*columns).where(NegativeRow.identity_id == identity_id).order_by(NegativeRow.id)
    return tuple(
        NegativeRecord(
            id=row.id,
            created=row.created,
            origin=row.origin,
            binned=row.binned,
        )
        for row in session.execute(found)
    )


def _events(session: Session, identity_id: int, vault: Vault) -> tuple[EventRecord, ...]:
    columns = (
        EventRow.id,
        EventRow.began,
        EventRow.ended,
        EventRow.source,
        EventRow.outcome,
        EventRow.confidence,
        EventRow.image.is_not(None).label("has_picture"),
        EventRow.embedder,
        EventRow.embedding,
    )
    found = select(*columns).where(EventRow.identity_id == identity_id).order_by(EventRow.began)
    return tuple(
        EventRecord(
            id=row.id,
            began=row.began,
            ended=row.ended,
            source=row.source,
            outcome=row.outcome,
            confidence=row.confidence,
            has_picture=row.has_picture,
            template=None
            if row.embedding is None or row.embedder is None
            else Vector(row.embedder, unsealed_vector(row.embedding, vault, Purpose.EVENT)),
        )
        for row in session.execute(found)
    )


def _staged(session: Session, name: str) -> tuple[StagedRecord, ...]:
    found = session.execute(select(StagedRow.person, StagedRow.path, StagedRow.refused))
    return tuple(
        StagedRecord(row.path, row.refused)
        for row in found
        if name_key(row.person) == name_key(name)
    )
