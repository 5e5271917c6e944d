"""The questions that the repository asks."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from db.tables import (
    GalleryRow,
    GroupRow,
    IdentityRow,
    MembershipRow,
    SampleRow,
    TemplateRow,
)
from db.types import DamagedValueError
from desktop_app.errors import NoSuchPerson
from desktop_app.recognition.people import Binned, name_key
from desktop_app.recognition.types import Identity

# As text, because an erasure sends it to files of other revisions, too.
DELETE_EMPTY_GROUPS = "DELETE FROM groups WHERE id NOT IN (SELECT group_id FROM memberships)"


def version_of(session: Session) -> int:
    """Return the gallery's counter of writes.

    Raises:
        DamagedValueError: the row that holds it is gone.

    """
    version: int | None = session.scalar(select(GalleryRow.version))
    if version is None:
        raise DamagedValueError("the row about the gallery itself is missing")
    return version


def uid_of(session: Session) -> str:
    """Return the gallery's own name.

    Raises:
        DamagedValueError: the row that holds it is gone.

    """
    uid: str | None = session.scalar(select(GalleryRow.uid))
    if uid is None:
        raise DamagedValueError("the row about the gallery itself is missing")
    return uid


def row_named(session: Session, name: str) -> IdentityRow | None:
    """Return the person of that name, in whatever spelling; nobody who is in the bin."""
    kept = select(IdentityRow).where(IdentityRow.binned.is_(None))
    return session.scalar(kept.where(IdentityRow.name_key == name_key(name)))


def row_of(session: Session, identity_id: int) -> IdentityRow:
    """Return a person who is not in the bin.

    Raises:
        NoSuchPerson: they are gone, or in the bin.

    """
    person = session.get(IdentityRow, identity_id)
    if person is None or person.binned is not None:
        raise NoSuchPerson(name=f"#{identity_id}")
    return person


def templates_of(embedder: str) -> Select[int, int, bytes]:
    """Return (identity_id, dimension, embedding) of all templates of an embedder.

    Each person's own are in their order; the people are not.
    """
    # What is in the bin is little, and looked up faster than every sample is joined.
    gone = select(SampleRow.id).where(SampleRow.binned.is_not(None))
    gone_people = select(IdentityRow.id).where(IdentityRow.binned.is_not(None))
    return (
        select(TemplateRow.identity_id, TemplateRow.dimension, TemplateRow.embedding)
        .where(
            TemplateRow.embedder == embedder,
            TemplateRow.sample_id.not_in(gone),
            TemplateRow.identity_id.not_in(gone_people),
        )
        .order_by(TemplateRow.id)
    )


def templates_by_sample(identity_id: int, *, embedder: str) -> Select[int, bytes]:
    """Return (sample_id, embedding) of a person's templates of an embedder."""
    return (
        select(TemplateRow.sample_id, TemplateRow.embedding)
        .join(SampleRow, SampleRow.id == TemplateRow.sample_id)
        .where(
            TemplateRow.identity_id == identity_id,
            TemplateRow.embedder == embedder,
            SampleRow.binned.is_(None),
        )
        .order_by(TemplateRow.sample_id)
    )


def memberships() -> Select[int, str]:
    """Return (identity_id, name of a group) of all memberships, by name of the group."""
    return (
        select(MembershipRow.identity_id, GroupRow.name)
        .join(GroupRow, GroupRow.id == MembershipRow.group_id)
        .order_by(GroupRow.name_key)
    )


def everyone(embedder: str) -> Select[IdentityRow, int, int, int | None]:
    """Return (person, templates, samples, cover) of all who are not in the bin, by name.

    ``templates`` counts those of ``embedder``; ``cover`` is the id of the best sample, the
    oldest of several.
    """
    # Of each sample there is one template of an embedder at most: one pass counts both.
    counted = (
        select(
            SampleRow.identity_id,
            func.count().label("samples"),
            func.count(TemplateRow.id).label("templates"),
        )
        .outerjoin(
            TemplateRow,
            (TemplateRow.sample_id == SampleRow.id) & (TemplateRow.embedder == embedder),
        )
        .where(SampleRow.binned.is_(None))
        .group_by(SampleRow.identity_id)
        .subquery()
    )
    cover = (
        select(SampleRow.id)
        .where(SampleRow.identity_id == IdentityRow.id, SampleRow.binned.is_(None))
        .order_by(SampleRow.quality.desc(), SampleRow.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            IdentityRow,
            func.coalesce(counted.c.templates, 0).label("templates"),
            func.coalesce(counted.c.samples, 0).label("samples"),
            cover.label("cover"),
        )
        .outerjoin(counted, counted.c.identity_id == IdentityRow.id)
        .where(IdentityRow.binned.is_(None))
        .order_by(IdentityRow.name_key)
    )


def pictures_of(sample_ids: Collection[int], *, binned: bool) -> Select[int, bytes]:
    """Return (sample_id, image) of those samples that are in the bin, or that are not."""
    place = SampleRow.binned.is_not(None) if binned else SampleRow.binned.is_(None)
    return select(SampleRow.id, SampleRow.image).where(SampleRow.id.in_(sample_ids), place)


def binned_things(session: Session) -> list[Binned]:
    """Return the people and the single samples that are in the bin, newest first."""
    counted = (
        select(SampleRow.identity_id, func.count().label("number"))
        .join(IdentityRow, IdentityRow.id == SampleRow.identity_id)
        .where(or_(SampleRow.binned.is_(None), SampleRow.binned == IdentityRow.binned))
        .group_by(SampleRow.identity_id)
        .subquery()
    )
    people = (
        select(
            IdentityRow.id,
            IdentityRow.name,
            IdentityRow.binned,
            func.coalesce(counted.c.number, 0).label("number"),
        )
        .outerjoin(counted, counted.c.identity_id == IdentityRow.id)
        .where(IdentityRow.binned.is_not(None))
    )
    samples = (
        select(SampleRow.id, SampleRow.binned, IdentityRow.id.label("owner"), IdentityRow.name)
        .join(IdentityRow, IdentityRow.id == SampleRow.identity_id)
        .where(SampleRow.binned.is_not(None), IdentityRow.binned.is_(None))
    )
    things = [
        Binned(Identity(row.id, row.name), row.binned, row.number)
        for row in session.execute(people)
    ]
    things += [
        Binned(Identity(row.owner, row.name), row.binned, 1, row.id)
        for row in session.execute(samples)
    ]
    return sorted(things, key=lambda thing: thing.binned, reverse=True)
