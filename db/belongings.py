"""What belongs to a person, and how it changes hands: samples, negatives, history, groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import column, func, select, table
from sqlalchemy.orm import Session

from db.edits import Recorder
from db.mapping import to_consent, unsealed_vector
from db.negatives import take_back_contradicted
from db.queries import row_of
from db.tables import (
    EventRow,
    GroupRow,
    IdentityRow,
    MembershipRow,
    NegativeRow,
    SampleRow,
    TemplateRow,
)
from db.vault import Purpose, Vault
from desktop_app.errors import NoSuchSample
from desktop_app.recognition.people import clean_name, name_key
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding


def new_person(recorder: Recorder, name: str) -> IdentityRow:
    """Add a person, who has nothing yet."""
    (person,) = new_people(recorder, [name])
    return person


def new_people(recorder: Recorder, names: Sequence[str]) -> list[IdentityRow]:
    """Add people, who have nothing yet; no two names are of one person."""
    people = [
        IdentityRow(
            name=name, name_key=name_key(name), created=recorder.now, note="", consent_by=""
        )
        for name in names
    ]
    recorder.add(*people)
    return people


def merge(recorder: Recorder, vault: Vault, identity_id: int, *, into: int) -> Identity:
    """Give all that one person has to another; see ``PeopleActs.merge``."""
    session = recorder.session
    leaving, staying = row_of(session, identity_id), row_of(session, into)
    name = staying.name
    if identity_id == into:
        return Identity(into, name)
    notes = [note for note in (staying.note, leaving.note) if note]
    consent = to_consent(staying).joined_with(to_consent(leaving))
    groups = {*_groups_of(session, into), *_groups_of(session, identity_id)}
    for belonging in (SampleRow, NegativeRow, EventRow):
        recorder.set_all(belonging, "identity_id", before=identity_id, after=into)
    recorder.set(
        IdentityRow,
        into,
        note="\n".join(notes),
        consent_by=consent.by,
        consent_given=consent.given,
        consent_until=consent.until,
    )
    # In this order, or a group of the one who leaves would be empty for a moment, and go.
    _set_memberships(recorder, into, groups)
    _set_memberships(recorder, identity_id, set())
    recorder.delete(IdentityRow, {"id": identity_id})
    # What was said not to be the one may be a look of the other, and so of both by now.
    take_back_contradicted(recorder, vault, into, _looks_of(session, vault, into))
    return Identity(into, name)


def move_samples(recorder: Recorder, vault: Vault, sample_ids: Collection[int], *, to: int) -> None:
    """Give samples to another person.

    Raises:
        NoSuchSample: one of them is gone, or in the bin.

    """
    for sample_id in sample_ids:
        kept = select(SampleRow.id).where(SampleRow.id == sample_id, SampleRow.binned.is_(None))
        if recorder.session.scalar(kept) is None:
            raise NoSuchSample(number=sample_id)
        recorder.set(SampleRow, sample_id, identity_id=to)
    looks = _looks_of(recorder.session, vault, to, only=sample_ids)
    take_back_contradicted(recorder, vault, to, looks)


def set_groups(recorder: Recorder, identity_id: int, names: Collection[str]) -> None:
    """Say which groups a person belongs to; see ``PeopleActs.set_groups``."""
    _set_memberships(recorder, identity_id, _group_ids(recorder, names))


def add_to_groups(recorder: Recorder, identity_id: int, names: Collection[str]) -> None:
    """Let a person belong to more groups; see ``PeopleActs.add_to_groups``."""
    groups = _groups_of(recorder.session, identity_id) | _group_ids(recorder, names)
    _set_memberships(recorder, identity_id, groups)


def _group_ids(recorder: Recorder, names: Collection[str]) -> set[int]:
    """Return the groups that are called so; those that there are not yet are made."""
    wanted: dict[str, str] = {}
    for name in map(clean_name, names):
        wanted.setdefault(name_key(name), name)
    session = recorder.session
    found = select(GroupRow.name_key, GroupRow.id).where(GroupRow.name_key.in_(wanted))
    ids = {row.name_key: row.id for row in session.execute(found)}
    for key, name in wanted.items():
        if key not in ids:
            ids[key] = _unused_group_id(session)
            recorder.insert(GroupRow, {"id": ids[key]}, name=name, name_key=key)
    return set(ids.values())


def _set_memberships(recorder: Recorder, identity_id: int, groups: set[int]) -> None:
    before = _groups_of(recorder.session, identity_id)
    for group in sorted(groups - before):
        recorder.insert(MembershipRow, {"identity_id": identity_id, "group_id": group})
    for group in sorted(before - groups):
        recorder.delete(MembershipRow, {"identity_id": identity_id, "group_id": group})
        of_it = select(func.count()).where(MembershipRow.group_id == group)
        if not recorder.session.scalar(of_it) and group not in groups:
            recorder.delete(GroupRow, {"id": group})


def _groups_of(session: Session, identity_id: int) -> set[int]:
    of_them = select(MembershipRow.group_id).where(MembershipRow.identity_id == identity_id)
    return set(session.scalars(of_them))


def _unused_group_id(session: Session) -> int:
    """Return an id that no group ever had: what can be done again names groups by their ids."""
    counters = table("sqlite_sequence", column("name"), column("seq"))
    last = select(counters.c.seq).where(counters.c.name == GroupRow.__tablename__)
    return 1 + (session.scalar(last) or 0)


def _looks_of(
    session: Session, vault: Vault, identity_id: int, *, only: Collection[int] | None = None
) -> list[Embedding]:
    """Return what is enrolled of a person, or of these samples of theirs."""
    statement = select(TemplateRow.embedding, TemplateRow.embedder).where(
        TemplateRow.identity_id == identity_id
    )
    if only is not None:
        statement = statement.where(TemplateRow.sample_id.in_(only))
    return [
        Embedding(unsealed_vector(row.embedding, vault, Purpose.TEMPLATE), row.embedder)
        for row in session.execute(statement)
    ]
