"""How values lie in the file: vectors as little-endian float32, times as UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from desktop_app.arrays import Float32Array


class DamagedValueError(ValueError):
    """What lies in the file cannot be what was once stored there."""


class EmbeddingVector(TypeDecorator[Float32Array]):
    """A float32 array of shape (d,), stored as 4·d little-endian bytes on every machine."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self,
        value: Float32Array | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> bytes | None:
        """Return the bytes.

        Raises:
            TypeError: not a float32 array.
            ValueError: not of shape (d,) with d ≥ 1, or with a number that is not finite.

        """
        if value is None:
            return None
        if not isinstance(value, np.ndarray) or value.dtype != np.float32:
            got = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
            raise TypeError(f"expected an array of float32, got {got}")
        if value.ndim != 1 or not value.size:
            raise ValueError(f"expected shape (d,) with d of 1 or more, got {value.shape}")
        if not np.isfinite(value).all():
            raise ValueError("expected finite numbers only")
        return value.astype("<f4").tobytes()

    def process_result_value(
        self,
        value: Any,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> Float32Array | None:
        """Return the array, read-only.

        Raises:
            DamagedValueError: the bytes are no sequence of float32.

        """
        if value is None:
            return None
        if not isinstance(value, bytes) or not value or len(value) % 4:
            raise DamagedValueError("an embedding is not a whole number of float32")
        vector = np.frombuffer(value, "<f4").astype(np.float32)
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
