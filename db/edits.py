"""What an act did to the rows, so that it can be undone and done again.

An act never deletes a face: what is removed gets a time in its column ``binned`` and waits in the
bin. So that undoing is setting a few fields back, and no picture has to be kept for it elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Table, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.tables import Base
from desktop_app.errors import ActOutdated


@dataclass(frozen=True, slots=True)
class Edit:
    """One row before and after an act.

    Attributes:
        table: its name.
        key: the primary key, by column.
        before: the fields that changed, or all of a row that was deleted; None where there was
            no row.
        after: the same afterwards; None where the row is gone.

    """

    table: str
    key: Mapping[str, int]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def reverse(self) -> Edit:
        """What undoes it."""
        return Edit(self.table, self.key, before=self.after, after=self.before)


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """Many rows of which one field was changed alike: somebody's whole history changes hands.

    Attributes:
        table: its name.
        ids: of the rows.
        field: which.
        before: what lay in it, in each of them.
        after: the same afterwards.

    """

    table: str
    ids: tuple[int, ...]
    field: str
    before: Any
    after: Any

    @property
    def reverse(self) -> BulkEdit:
        """What undoes it."""
        return BulkEdit(self.table, self.ids, self.field, before=self.after, after=self.before)


Edits = tuple[Edit | BulkEdit, ...]


class Recorder:
    """Changes rows in a transaction, and keeps what it changed.

    Attributes:
        session: the transaction.
        now: the time at which all that it bins is binned.

    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = datetime.now(UTC)
        self._edits: list[Edit | BulkEdit] = []

    @property
    def edits(self) -> Edits:
        """What was changed so far, in order."""
        return tuple(self._edits)

    def set(self, table: type[Base], row_id: int, **values: object) -> None:
        """Set fields of the row with this id; those that have the value already stay out."""
        core, key = _core(table), {"id": row_id}
        before = _fields(self.session, core, key, columns=list(values))
        assert before is not None, f"{core.name} has no row {row_id}"
        changed = {name: value for name, value in values.items() if before[name] != value}
        if changed:
            edit = Edit(core.name, key, {name: before[name] for name in changed}, changed)
            self._do(edit)

    def set_all(self, table: type[Base], field: str, *, before: object, after: object) -> None:
        """Set a field of all rows in which it has one value to another, in one statement."""
        core = _core(table)
        statement = update(core).where(core.c[field] == before).values({field: after})
        ids = self.session.scalars(statement.returning(core.c.id)).all()
        self.session.expire_all()
        if ids:
            self._edits.append(BulkEdit(core.name, tuple(ids), field, before, after))

    def bin(self, table: type[Base], row_id: int) -> None:
        """Put a row into the bin."""
        self.set(table, row_id, binned=self.now)

    def insert(self, table: type[Base], key: Mapping[str, int], **values: object) -> None:
        """Insert a small row, whose key is known."""
        self._do(Edit(_core(table).name, dict(key), None, values))

    def delete(self, table: type[Base], key: Mapping[str, int]) -> None:
        """Delete a small row that nothing refers to any more."""
        core = _core(table)
        others = [column.name for column in core.columns if column.name not in key]
        before = _fields(self.session, core, key, columns=others)
        assert before is not None, f"{core.name} has no row {key}"
        self._do(Edit(core.name, dict(key), before, None))

    def add(self, *rows: Any) -> None:
        """Add rows that can be binned; to undo that is to bin them."""
        self.session.add_all(rows)
        self.session.flush()
        for row in rows:
            table = row.__table__.name
            self._edits.append(Edit(table, {"id": row.id}, {"binned": self.now}, {"binned": None}))

    def _do(self, edit: Edit) -> None:
        _carry_out(self.session, edit)
        # Rows that were read before are read anew.
        self.session.expire_all()
        self._edits.append(edit)


def undo(session: Session, edits: Edits) -> None:
    """Set everything back.

    Raises:
        ActOutdated: something was changed since, so that there is no way back.

    """
    _carry_out_all(session, [edit.reverse for edit in reversed(edits)])


def redo(session: Session, edits: Edits) -> None:
    """Do again what was undone.

    Raises:
        ActOutdated: something was changed since.

    """
    _carry_out_all(session, edits)


def is_possible(session: Session, edits: Edits) -> bool:
    """Whether whom and what was edited is still there: not erased, nor emptied from the bin."""
    wanted: dict[str, set[int]] = {}
    for edit in edits:
        if isinstance(edit, BulkEdit):
            continue
        if "binned" in Base.metadata.tables[edit.table].columns:
            wanted.setdefault(edit.table, set()).add(edit.key["id"])
        elif "identity_id" in edit.key:
            wanted.setdefault("identities", set()).add(edit.key["identity_id"])
    return all(_are_there(session, name, ids) for name, ids in wanted.items())


def _are_there(session: Session, name: str, ids: Collection[int]) -> bool:
    table = Base.metadata.tables[name]
    count = select(func.count()).select_from(table).where(table.c.id.in_(_these(ids)))
    return session.scalar(count) == len(ids)


def _these(ids: Collection[int]) -> Select[Any]:
    """Return ids as rows of one value: SQLite takes a limited number of them in a statement."""
    return select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value)


def _carry_out_all(session: Session, edits: Iterable[Edit | BulkEdit]) -> None:
    session.expire_all()
    try:
        for edit in edits:
            if isinstance(edit, BulkEdit):
                _carry_out_bulk(session, edit)
            else:
                _carry_out(session, edit)
    except IntegrityError as error:
        # A name was taken since, or what a row refers to is gone for good.
        raise ActOutdated from error


def _carry_out(session: Session, edit: Edit) -> None:
    table = Base.metadata.tables[edit.table]
    columns = list(edit.before or edit.after or {})
    if _fields(session, table, edit.key, columns=columns) != edit.before:
        raise ActOutdated
    this_row = and_(*(table.c[name] == value for name, value in edit.key.items()))
    if edit.before is None:
        session.execute(insert(table).values(**edit.key, **(edit.after or {})))
    elif edit.after is None:
        session.execute(delete(table).where(this_row))
    else:
        session.execute(update(table).where(this_row).values(**edit.after))


def _carry_out_bulk(session: Session, edit: BulkEdit) -> None:
    table = Base.metadata.tables[edit.table]
    statement = (
        update(table)
        .where(table.c.id.in_(_these(edit.ids)), table.c[edit.field] == edit.before)
        .values({edit.field: edit.after})
        .returning(table.c.id)
    )
    if len(session.execute(statement).all()) != len(edit.ids):
        raise ActOutdated


def _fields(
    session: Session, table: Table, key: Mapping[str, int], *, columns: list[str]
) -> dict[str, Any] | None:
    """Return these fields of a row; None where there is no such row."""
    wanted = [table.c[name] for name in columns] or [next(iter(table.primary_key.columns))]
    found = session.execute(
        select(*wanted).where(*(table.c[name] == value for name, value in key.items()))
    ).one_or_none()
    return None if found is None else dict(zip(columns, found, strict=False))


def _core(table: type[Base]) -> Table:
    core = table.__table__
    assert isinstance(core, Table)
    return core
