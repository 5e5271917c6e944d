"""How values lie in the file: vectors as little-endian float32, times as UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

from desktop_app.arrays import Float32Array


class DamagedValueError(ValueError):
    """What lies in the file cannot be what was once stored there."""


def encode_vector(vector: Float32Array) -> bytes:
    """Return an embedding of shape (d,) as 4·d bytes, little-endian on every machine.

    Raises:
        TypeError: not a float32 array.
        ValueError: not of shape (d,) with d ≥ 1, or with a number that is not finite.

    """
    if not isinstance(vector, np.ndarray) or vector.dtype != np.float32:
        got = vector.dtype if isinstance(vector, np.ndarray) else type(vector).__name__
        raise TypeError(f"expected an array of float32, got {got}")
    if vector.ndim != 1 or not vector.size:
        raise ValueError(f"expected shape (d,) with d of 1 or more, got {vector.shape}")
    if not np.isfinite(vector).all():
        raise ValueError("expected finite numbers only")
    return vector.astype("<f4").tobytes()


def decode_vector(data: bytes) -> Float32Array:
    """Return what :func:`encode_vector` made bytes of, read-only.

    Raises:
        DamagedValueError: the bytes are no sequence of float32.

    """
    if not isinstance(data, bytes) or not data or len(data) % 4:
        raise DamagedValueError("an embedding is not a whole number of float32")
    vector = np.frombuffer(data, "<f4").astype(np.float32)
    vector.flags.writeable = False
    return vector


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; SQLite itself keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Return the time in UTC without its zone.

        Raises:
            ValueError: the time has no zone, so nobody knows when it is.

        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected a time with a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Return the time with its zone, UTC."""
        return None if value is None else value.replace(tzinfo=UTC)
