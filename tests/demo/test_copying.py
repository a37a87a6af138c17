"""The binary form that numpy writes is what PostgreSQL reads."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.web.demo import copying
from brobygger.web.demo.copying import Key, Nullable, Oere, Pool, copy_rows
from brobygger.web.demo.loading import _connect

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

TABLE = (
    "create temporary table sample (small int2, whole int4, long int8, key int8, day date, moment timestamptz,"
    " yes bool, id uuid, amount numeric(14, 2), quantity numeric(14, 4), text varchar(80), data jsonb, content bytea,"
    " words varchar[], clock time, days int2[])"
)


def _columns() -> dict[str, Any]:
    three = np.arange(3)
    return {
        "small": np.array([-5, 0, 7]),
        "whole": Nullable(np.array([1, 2, 3]), np.array([False, True, False])),
        "long": np.array([1 << 40, -1, 0]),
        "key": Key(np.array([9, 0, 11])),
        "day": np.array(["1994-05-02", "NaT", "2026-11-23"], "datetime64[D]"),
        "moment": np.array(["2026-11-23T08:30:00.25", "NaT", "1999-12-31T23:59:59"], "datetime64[us]"),
        "yes": np.array([True, False, True]),
        "id": np.arange(48, dtype=np.uint8).reshape(3, 16),
        "amount": Oere(np.array([1_234_567_89, -50, 0])),
        "quantity": Pool([Decimal("1.5833"), Decimal("-2")], np.array([0, 1, 0])),
        "text": Pool(["Ærø", "", "x" * 70], three),
        "data": Pool(['{"a": "å"}'], np.array([0, -1, 0])),
        "content": Pool([b"\x00\xff", b""], np.array([0, 1, 0])),
        "words": Pool([["A", "B"], ["C"]], np.array([0, 1, 1])),
        "clock": np.array([8 * 3_600_000_000, 0, 1_000_001]),
        "days": Pool([(1, 7), ()], np.array([0, 1, 0])),
    }


EXPECTED = [
    (
        -5, 1, 1 << 40, 9, date(1994, 5, 2), datetime(2026, 11, 23, 8, 30, 0, 250_000, UTC), True,
        UUID(bytes=bytes(range(16))), Decimal("1234567.89"), Decimal("1.5833"), "Ærø", {"a": "å"},
        b"\x00\xff", ["A", "B"], time(8), [1, 7],
    ),
    (
        0, None, -1, None, None, None, False,
        UUID(bytes=bytes(range(16, 32))), Decimal("-0.50"), Decimal("-2.0000"), "", None, b"", ["C"], time(0), [],
    ),
    (
        7, 3, 0, 11, date(2026, 11, 23), datetime(1999, 12, 31, 23, 59, 59, 0, UTC), True,
        UUID(bytes=bytes(range(32, 48))), Decimal("0.00"), Decimal("1.5833"), "x" * 70, {"a": "å"}, b"\x00\xff", ["C"],
        time(0, 0, 1, 1), [1, 7],
    ),
]  # fmt: skip


@pytest.mark.parametrize("chunk", [1, 2, 25_000])
@pytest.mark.parametrize("long_cell", [0, 150])
def test_rows_come_back_as_they_went_in(monkeypatch: pytest.MonkeyPatch, chunk: int, long_cell: int) -> None:
    monkeypatch.setattr(copying, "CHUNK", chunk)
    monkeypatch.setattr(copying, "LONG_CELL", long_cell)
    monkeypatch.setattr(copying, "CHUNK_BYTES", 10_000_000)
    with _connect() as connection, connection.cursor() as cursor:
        cursor.execute("set time zone 'UTC'")
        cursor.execute(TABLE)
        copy_rows(cursor, "sample", _columns(), 3)
        assert cursor.execute("select * from sample").fetchall() == EXPECTED
        connection.rollback()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=40))
def test_every_amount_keeps_its_oere(amounts: list[int]) -> None:
    with _connect() as connection, connection.cursor() as cursor:
        cursor.execute("create temporary table money (amount numeric(16, 2))")
        copy_rows(cursor, "money", {"amount": Oere(np.array(amounts))}, len(amounts))
        stored = [row[0] for row in cursor.execute("select amount from money").fetchall()]
        connection.rollback()
    assert stored == [Decimal(amount) / 100 for amount in amounts]


def test_a_column_of_texts_must_be_a_pool() -> None:
    with _connect() as connection, connection.cursor() as cursor:
        cursor.execute("create temporary table words (word text)")
        with pytest.raises(TypeError, match=r"words\.word"):
            copy_rows(cursor, "words", {"word": np.array([1, 2])}, 2)
        connection.rollback()


def test_json_is_stored_as_json() -> None:
    assert json.loads(copying._content("jsonb", '{"a": 1}')[1:]) == {"a": 1}
