"""Deletes the rows of one person from a gallery file of whatever revision."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from db.soundness import tables_of
from db.vault import Purpose
from desktop_app.recognition.people import name_key

# Table: the column that says when a row was made, and those that hold what a face is known by.
FACES = {
    "samples": ("created", ("image",)),
    "negatives": ("created", ("embedding", "image")),
    "events": ("began", ("embedding", "image")),
}
PURPOSES = {
    ("samples", "image"): Purpose.SAMPLE,
    ("templates", "embedding"): Purpose.TEMPLATE,
    ("negatives", "embedding"): Purpose.NEGATIVE,
    ("negatives", "image"): Purpose.NEGATIVE_IMAGE,
    ("events", "embedding"): Purpose.EVENT,
    ("events", "image"): Purpose.EVENT_IMAGE,
    ("staged", "embedding"): Purpose.STAGED,
    ("staged", "image"): Purpose.STAGED_IMAGE,
}
# A table, a column and what lay there.
_Value = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be erased.

    Attributes:
        identity_id, created: of the person; the time as it lies in the file.
        names: by which they are enrolled, and were before.
        rows: by table, the (id, time) of each row of theirs.
        photos: SHA-256 of the photos that they were enrolled from.

    """

    identity_id: int
    created: str
    names: frozenset[str]
    rows: dict[str, list[tuple[int, str]]]
    photos: frozenset[bytes]


@dataclass(slots=True)
class Removed:
    """What was deleted, to be searched for.

    Attributes:
        names: by which they were known.
        values: pictures, templates and photos' checksums, as they lay in the file and unsealed.
        counts: by table, how many rows went.

    """

    names: set[str] = field(default_factory=set)
    values: set[bytes] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there was anything."""
        return any(self.counts.values())

    def add(self, other: Removed) -> None:
        """Take what was deleted elsewhere, without counting it twice."""
        self.names |= other.names
        self.values |= other.values


@dataclass(slots=True)
class Deleted:
    """What was deleted from one file.

    Attributes:
        removed: to be searched for.
        found: what lay in it as it lay there, sealed or not.

    """

    removed: Removed
    found: list[_Value]


def delete_rows(connection: sqlite3.Connection, wanted: Wanted) -> Deleted:
    """Delete within a transaction; foreign keys are on, so that what hangs on a row goes too."""
    tables = tables_of(connection)
    removed = Removed()
    deleted = Deleted(removed, [])
    owner = _owner(connection, wanted, removed)
    for table, (moment, columns) in FACES.items():
        if table in tables:
            keys = set(wanted.rows[table])
            if owner is not None:
                mine = f"SELECT id, {moment} FROM {table} WHERE identity_id = ?"  # noqa: S608
                keys |= set(connection.execute(mine, (owner,)).fetchall())
            _delete_faces(connection, deleted, table, moment, columns, sorted(keys))
    if "staged" in tables:
        _delete_staged(connection, deleted, wanted)
    if owner is not None:
        _delete_person(connection, owner, with_groups="memberships" in tables)
        removed.counts["identities"] = 1
    return deleted


def _delete_person(connection: sqlite3.Connection, owner: int, *, with_groups: bool) -> None:
    mine = "SELECT group_id FROM memberships WHERE identity_id = ?"
    groups = connection.execute(mine, (owner,)).fetchall() if with_groups else []
    connection.execute("DELETE FROM identities WHERE id = ?", (owner,))
    for group in groups:
        left = "SELECT 1 FROM memberships WHERE group_id = ?"
        if connection.execute(left, group).fetchone() is None:
            connection.execute("DELETE FROM groups WHERE id = ?", group)


def _owner(connection: sqlite3.Connection, wanted: Wanted, removed: Removed) -> int | None:
    row = connection.execute(
        "SELECT id, name FROM identities WHERE id = ? AND created = ?",
        (wanted.identity_id, wanted.created),
    ).fetchone()
    if row is None:
        return None
    removed.names.add(row[1])
    return int(row[0])


def _delete_faces(
    connection: sqlite3.Connection,
    deleted: Deleted,
    table: str,
    moment: str,
    columns: tuple[str, ...],
    keys: list[tuple[int, str]],
) -> None:
    gone = 0
    for key in keys:
        this = f"FROM {table} WHERE id = ? AND {moment} = ?"
        row = connection.execute(f"SELECT {', '.join(columns)} {this}", key).fetchone()
        if row is None:
            continue
        deleted.found += _values(table, columns, row)
        if table == "samples":
            for template in connection.execute(
                "SELECT embedding FROM templates WHERE sample_id = ?", (key[0],)
            ):
                deleted.found += _values("templates", ("embedding",), template)
        connection.execute(f"DELETE {this}", key)
        gone += 1
    deleted.removed.counts[table] = gone


def _values(table: str, columns: tuple[str, ...], row: tuple[object, ...]) -> Iterator[_Value]:
    for column, value in zip(columns, row, strict=True):
        if isinstance(value, bytes):
            yield table, column, value


def _delete_staged(connection: sqlite3.Connection, deleted: Deleted, wanted: Wanted) -> None:
    """Delete what an import has examined of theirs; one that is about them begins afresh."""
    keys = {name_key(name) for name in wanted.names}
    theirs = set()
    for number, folder, left_out in connection.execute("SELECT id, folder, left_out FROM imports"):
        # Without their name there, they would be imported after all.
        omitted = {name_key(name) for name in json.loads(left_out)}
        if keys & (_names_in(folder) | omitted):
            theirs.add(number)
    staged = "SELECT id, import_id, person, path, photo, embedding, image FROM staged"
    gone = []
    for number, import_id, person, path, photo, *values in connection.execute(staged).fetchall():
        mine = (
            import_id in theirs
            or photo in wanted.photos
            or keys & ({name_key(person)} | _names_in(path))
        )
        if mine:
            gone.append((number,))
            deleted.found += _values("staged", ("embedding", "image"), tuple(values))
    connection.executemany("DELETE FROM staged WHERE id = ?", gone)
    connection.executemany("DELETE FROM imports WHERE id = ?", [(number,) for number in theirs])
    deleted.removed.counts["staged"] = len(gone) + len(theirs)


def _names_in(path: str) -> set[str]:
    """Return what folders and files on a path are called: “Anna_Berg_0001.jpg” is “anna berg”."""
    return {_as_name(part) for part in (*PurePath(path).parts, PurePath(path).stem)}


def _as_name(part: str) -> str:
    words = re.sub(r"[\s_]+", " ", unicodedata.normalize("NFC", part))
    return name_key(re.sub(r"[ \-.]*\d*$", "", words).strip())
