"""The questions that are asked about the history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import ColumnElement, Integer, Row, Select, cast, func, or_, select

from db.tables import EventRow, IdentityRow
from desktop_app.recognition.events import Event, EventFilter, Outcome
from desktop_app.recognition.people import name_key
from desktop_app.recognition.types import Identity

# Every zone's clock is so many minutes apart from UTC, or a multiple of them, so that a slot lies
# within one day wherever the days are counted.
SLOT = timedelta(minutes=15)

_Columns: TypeAlias = tuple[
    int, int | None, str, datetime, datetime, str, Outcome, float | None, bool
]


def listed(wanted: EventFilter) -> Select[*_Columns]:
    """Return the events that are wanted, as :func:`to_event` reads them, in no order."""
    return (
        select(
            EventRow.id,
            EventRow.identity_id,
            IdentityRow.name,
            EventRow.began,
            EventRow.ended,
            EventRow.source,
            EventRow.outcome,
            EventRow.confidence,
            # A small column before the picture tells as much, and the picture need not be read.
            EventRow.embedder.is_not(None).label("has_picture"),
        )
        .outerjoin(IdentityRow, IdentityRow.id == EventRow.identity_id)
        .where(*_conditions(wanted))
    )


def to_event(row: Row[*_Columns]) -> Event:
    """Return the event of a row that :func:`listed` gives."""
    identity = None if row.identity_id is None else Identity(row.identity_id, row.name)
    return Event(
        id=row.id,
        identity=identity,
        began=row.began,
        ended=row.ended,
        source=row.source,
        outcome=row.outcome,
        confidence=row.confidence,
        has_picture=bool(row.has_picture),
    )


def slots(wanted: EventFilter) -> Select[int, int]:
    """Return (number of the slot since 1970, events that began in it), newest first."""
    number = cast(func.strftime("%s", EventRow.began), Integer) // int(SLOT.total_seconds())
    return (
        select(number.label("slot"), func.count().label("events"))
        .select_from(EventRow)
        .outerjoin(IdentityRow, IdentityRow.id == EventRow.identity_id)
        .where(*_conditions(wanted))
        .group_by("slot")
        .order_by(number.desc())
    )


def to_slot(row: Row[int, int]) -> tuple[datetime, int]:
    """Return when a slot begins, UTC, and how many events began in it."""
    return datetime.fromtimestamp(row.slot * SLOT.total_seconds(), UTC), row.events


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [IdentityRow.binned.is_(None)]
    if wanted.since is not None:
        conditions.append(EventRow.began >= wanted.since)
    if wanted.until is not None:
        conditions.append(EventRow.began < wanted.until)
    if wanted.identity_id is not None:
        conditions.append(EventRow.identity_id == wanted.identity_id)
    if wanted.nameless:
        conditions.append(EventRow.identity_id.is_(None))
    if wanted.source is not None:
        conditions.append(EventRow.source == wanted.source)
    if wanted.text:
        key = name_key(wanted.text)
        conditions.append(
            or_(
                IdentityRow.name_key.contains(key, autoescape=True),
                EventRow.source.contains(wanted.text, autoescape=True),
            )
        )
    return conditions
