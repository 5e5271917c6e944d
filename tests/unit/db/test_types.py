from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from sqlalchemy.dialects import sqlite

from db.types import DamagedValueError, UtcDateTime, decode_vector, encode_vector

DIALECT = sqlite.dialect()


def test_an_embedding_is_stored_as_little_endian_float32() -> None:
    stored = encode_vector(np.array([1.0, -2.0], np.float32))
    assert stored == bytes.fromhex("0000803f 000000c0")


def test_an_embedding_comes_back_bit_for_bit_and_read_only() -> None:
    vector = np.random.default_rng(1).standard_normal(512).astype(np.float32)
    back = decode_vector(encode_vector(vector))
    assert back.dtype == np.float32
    assert back.tobytes() == vector.tobytes()
    assert not back.flags.writeable


def test_every_other_number_of_a_strided_embedding_is_stored() -> None:
    strided = np.arange(6, dtype=np.float32)[::2]
    assert decode_vector(encode_vector(strided)).tolist() == [0.0, 2.0, 4.0]


@pytest.mark.parametrize("value", [np.zeros(4), np.zeros(4, np.float16), [1.0, 2.0]])
def test_only_float32_is_stored(value: object) -> None:
    with pytest.raises(TypeError, match="float32"):
        encode_vector(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((2, 2), np.float32),
        np.zeros(0, np.float32),
        np.array([1.0, np.nan], np.float32),
        np.array([1.0, np.inf], np.float32),
    ],
)
def test_what_is_no_vector_of_finite_numbers_is_not_stored(value: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected"):
        encode_vector(value)


@pytest.mark.parametrize("stored", [b"", b"12345", "text", 7])
def test_bytes_that_are_no_embedding_count_as_damage(stored: object) -> None:
    with pytest.raises(DamagedValueError):
        decode_vector(stored)  # type: ignore[arg-type]


def test_a_time_of_any_zone_comes_back_in_utc() -> None:
    column = UtcDateTime()
    noon_in_kabul = datetime(2026, 2, 3, 12, 0, tzinfo=timezone(timedelta(hours=4, minutes=30)))
    stored = column.process_bind_param(noon_in_kabul, DIALECT)
    assert stored == datetime(2026, 2, 3, 7, 30)  # noqa: DTZ001 - as it lies in the file
    assert column.process_result_value(stored, DIALECT) == noon_in_kabul
    assert column.process_result_value(stored, DIALECT).tzinfo is UTC  # type: ignore[union-attr]


def test_a_time_without_a_zone_is_not_stored() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2026, 2, 3), DIALECT)  # noqa: DTZ001
