"""Deletes the rows of one person from a gallery file of whatever revision."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from db.likenesses import Key, Looks, joined, looks_of, rows_like
from db.queries import DELETE_EMPTY_GROUPS
from db.soundness import tables_of
from db.types import DamagedValueError
from db.vault import SEALED, Vault
from desktop_app.recognition.people import name_key

# Table: the column that says when a row was made, and those that hold what a face is known by.
FACES = {
    "samples": ("created", ("image",)),
    "negatives": ("created", ("embedding", "image")),
    "events": ("began", ("embedding", "image")),
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
        alike: by table, the same of rows that are not theirs, and show their face.
        photos: SHA-256 of the photos that they were enrolled from.
        looks: what they are recognised by.

    """

    identity_id: int
    created: str
    names: frozenset[str]
    rows: dict[str, set[Key]]
    alike: dict[str, set[Key]]
    photos: frozenset[bytes]
    looks: Looks

    def __or__(self, other: Wanted) -> Wanted:
        """What tells the same person in two files."""
        return replace(
            self,
            names=self.names | other.names,
            rows=_both(self.rows, other.rows),
            alike=_both(self.alike, other.alike),
            photos=self.photos | other.photos,
            looks=joined(self.looks, other.looks),
        )


@dataclass(slots=True)
class Removed:
    """What was deleted, to be searched for.

    Attributes:
        names: by which they were known.
        values: pictures, templates and photos' checksums, as they lay in the file and unsealed.
        counts: by table, how many rows of theirs went.
        alike: how many rows went that showed their face and bore another name, or none.

    """

    names: set[str] = field(default_factory=set)
    values: set[bytes] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    alike: int = 0

    def __bool__(self) -> bool:
        """Whether there was anything."""
        return bool(self.alike) or any(self.counts.values())

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

    def keep_values(self, vault: Vault | None) -> None:
        """Have it searched for as it lay there, and unsealed where that can be."""
        for table, column, value in self.found:
            self.removed.values.add(value)
            if vault is not None:
                # What is broken goes all the same.
                with suppress(DamagedValueError):
                    self.removed.values.add(vault.unseal(value, SEALED[table, column]))


def wanted_in(
    connection: sqlite3.Connection, identity_id: int, vault: Vault | None
) -> Wanted | None:
    """Return what tells a person and all that is theirs; None where a file does not know them.

    Args:
        connection: to a gallery file of whatever revision.
        identity_id: whom.
        vault: what its values are sealed by; None where that cannot be opened.

    """
    row = connection.execute(
        "SELECT name, created FROM identities WHERE id = ?", (identity_id,)
    ).fetchone()
    if row is None:
        return None
    tables = tables_of(connection)
    looks = {} if vault is None else looks_of(connection, identity_id, vault)
    return Wanted(
        identity_id,
        row[1],
        frozenset({row[0]}),
        rows={
            table: _rows_of(connection, table, identity_id) if table in tables else set()
            for table in FACES
        },
        alike={} if vault is None else rows_like(connection, looks, vault),
        photos=_photos_of(connection, identity_id),
        looks=looks,
    )


def delete_rows(connection: sqlite3.Connection, wanted: Wanted, vault: Vault | None) -> Deleted:
    """Delete within a transaction; foreign keys are on, so that what hangs on a row goes too.

    Args:
        connection: to a gallery file of whatever revision.
        wanted: who.
        vault: what its values are sealed by; None where that cannot be opened.

    """
    tables = tables_of(connection)
    removed = Removed()
    deleted = Deleted(removed, [])
    owner = _owner(connection, wanted, removed)
    alike = wanted.alike
    if vault is not None:
        # A copy may have had pictures of theirs that went since.
        own = {} if owner is None else looks_of(connection, owner, vault)
        alike = _both(alike, rows_like(connection, joined(wanted.looks, own), vault))
    for table in FACES.keys() & tables:
        keys = set(wanted.rows[table])
        if owner is not None:
            keys |= _rows_of(connection, table, owner)
        removed.counts[table] = _delete_faces(connection, deleted, table, keys)
        others = alike.get(table, set()) - keys
        removed.alike += _delete_faces(connection, deleted, table, others)
    if "staged" in tables:
        _delete_staged(connection, deleted, wanted)
    if owner is not None:
        connection.execute("DELETE FROM identities WHERE id = ?", (owner,))
        if "memberships" in tables:
            connection.execute(DELETE_EMPTY_GROUPS)
        removed.counts["identities"] = 1
    return deleted


def _both(first: dict[str, set[Key]], second: dict[str, set[Key]]) -> dict[str, set[Key]]:
    tables = first.keys() | second.keys()
    return {table: first.get(table, set()) | second.get(table, set()) for table in tables}


def _rows_of(connection: sqlite3.Connection, table: str, identity_id: int) -> set[Key]:
    mine = f"SELECT id, {FACES[table][0]} FROM {table} WHERE identity_id = ?"  # noqa: S608 - ours
    return set(connection.execute(mine, (identity_id,)))


def _photos_of(connection: sqlite3.Connection, identity_id: int) -> frozenset[bytes]:
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(samples)")}
    if "photo" not in columns:
        return frozenset()
    mine = "SELECT photo FROM samples WHERE identity_id = ? AND photo IS NOT NULL"
    return frozenset(photo for (photo,) in connection.execute(mine, (identity_id,)))


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
    connection: sqlite3.Connection, deleted: Deleted, table: str, keys: set[Key]
) -> int:
    moment, columns = FACES[table]
    gone = 0
    for key in sorted(keys):
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
    return gone


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
