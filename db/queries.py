"""The questions that the repository asks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.tables import GalleryRow, IdentityRow, SampleRow, TemplateRow
from db.types import DamagedValueError
from desktop_app.arrays import Float32Array
from desktop_app.recognition.people import name_key


def version_of(session: Session) -> int:
    """Return the gallery's counter of writes.

    Raises:
        DamagedValueError: the row that holds it is gone.

    """
    version: int | None = session.scalar(select(GalleryRow.version))
    if version is None:
        raise DamagedValueError("the row about the gallery itself is missing")
    return version


def row_named(session: Session, name: str) -> IdentityRow | None:
    """Return the person of that name, in whatever spelling."""
    return session.scalar(select(IdentityRow).where(IdentityRow.name_key == name_key(name)))


def templates_of(embedder: str) -> Select[int, int, Float32Array]:
    """Return (identity_id, dimension, embedding) of all templates of an embedder."""
    return (
        select(TemplateRow.identity_id, TemplateRow.dimension, TemplateRow.embedding)
        .where(TemplateRow.embedder == embedder)
        .order_by(TemplateRow.identity_id, TemplateRow.id)
    )


def templates_by_sample(identity_id: int, *, embedder: str) -> Select[int, Float32Array]:
    """Return (sample_id, embedding) of a person's templates of an embedder."""
    return (
        select(TemplateRow.sample_id, TemplateRow.embedding)
        .where(TemplateRow.identity_id == identity_id, TemplateRow.embedder == embedder)
        .order_by(TemplateRow.sample_id)
    )


def everyone(embedder: str) -> Select[int, str, datetime, int, int, int | None]:
    """Return (id, name, created, templates, samples, cover) of all people, by name.

    ``templates`` counts those of ``embedder``; ``cover`` is the id of the best sample, the
    oldest of several.
    """
    templates = (
        select(TemplateRow.identity_id, func.count().label("number"))
        .where(TemplateRow.embedder == embedder)
        .group_by(TemplateRow.identity_id)
        .subquery()
    )
    samples = (
        select(SampleRow.identity_id, func.count().label("number"))
        .group_by(SampleRow.identity_id)
        .subquery()
    )
    best = func.row_number().over(
        partition_by=SampleRow.identity_id, order_by=(SampleRow.quality.desc(), SampleRow.id)
    )
    ranked = select(SampleRow.identity_id, SampleRow.id, best.label("rank")).subquery()
    return (
        select(
            IdentityRow.id,
            IdentityRow.name,
            IdentityRow.created,
            func.coalesce(templates.c.number, 0).label("templates"),
            func.coalesce(samples.c.number, 0).label("samples"),
            ranked.c.id.label("cover"),
        )
        .outerjoin(templates, templates.c.identity_id == IdentityRow.id)
        .outerjoin(samples, samples.c.identity_id == IdentityRow.id)
        .outerjoin(ranked, (ranked.c.identity_id == IdentityRow.id) & (ranked.c.rank == 1))
        .order_by(IdentityRow.name_key)
    )
