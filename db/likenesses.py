"""Finds one person's face among those that bear no name, and among those that are not somebody's.

Who enrols a face that was taken for somebody else's has it kept twice: as theirs, and as not the
other's. And whoever is enrolled today was a stranger in the history of yesterday.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from db.soundness import tables_of
from db.types import DamagedValueError, decode_vector
from db.vault import SEALED, Vault
from desktop_app.arrays import Float32Array
from desktop_app.recognition.negatives import SAME_LOOK

# By embedder, the unit vectors of one person, shape (n, d).
Looks = Mapping[str, Float32Array]
# A row's id, and when it was made.
Key = tuple[int, str]

_FOREIGN = {
    "negatives": "SELECT embedder, embedding, id, created FROM negatives",
    "events": "SELECT embedder, embedding, id, began FROM events "
    "WHERE identity_id IS NULL AND embedding IS NOT NULL",
}


def looks_of(connection: sqlite3.Connection, identity_id: int, vault: Vault) -> Looks:
    """Return what a person is known by; templates that are damaged are left out."""
    found: dict[str, list[Float32Array]] = {}
    for embedder, value in connection.execute(
        "SELECT embedder, embedding FROM templates WHERE identity_id = ?", (identity_id,)
    ):
        with suppress(DamagedValueError):
            vector = decode_vector(vault.unseal(value, SEALED["templates", "embedding"]))
            found.setdefault(embedder, []).append(vector)
    return {embedder: np.stack(vectors) for embedder, vectors in found.items()}


def joined(first: Looks, second: Looks) -> Looks:
    """Return the looks of both."""
    both = dict(first)
    for embedder, matrix in second.items():
        both[embedder] = np.vstack([both[embedder], matrix]) if embedder in both else matrix
    return both


def rows_like(connection: sqlite3.Connection, looks: Looks, vault: Vault) -> dict[str, set[Key]]:
    """Return, by table, the rows that hold the same look at a face as one of somebody's.

    Args:
        connection: to a gallery file of whatever revision.
        looks: of a person.
        vault: what its values are sealed by.

    """
    found: dict[str, set[Key]] = {}
    for table in _FOREIGN.keys() & tables_of(connection):
        purpose = SEALED[table, "embedding"]
        for embedder, value, *key in connection.execute(_FOREIGN[table]):
            matrix = looks.get(embedder)
            if matrix is None:
                continue
            # One that is damaged resembles nobody.
            with suppress(DamagedValueError):
                vector = decode_vector(vault.unseal(value, purpose))
                if len(vector) == matrix.shape[1] and (matrix @ vector).max() >= SAME_LOOK:
                    found.setdefault(table, set()).add((key[0], key[1]))
    return found
