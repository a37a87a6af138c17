"""A generated municipality for the tests, without a database."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import numpy as np

from brobygger.accounts.models import Municipality
from brobygger.web.demo.copying import Column, Key, Nullable, Oere, Pool
from brobygger.web.demo.drawing import Draw, Ids
from brobygger.web.demo.sizes import Size
from brobygger.web.demo.town import Home, make_town

TODAY = date(2026, 11, 23)
SECRET_COLUMNS = {"ciphertext", "blind_index"}
"""They depend on the installation's secret and on chance, as they must."""


def town(
    *,
    seed: int = 1,
    count: int = 150,
    years: float = 1.6,
    detailed: bool = False,
    first_day: date | None = None,
    today: date = TODAY,
) -> dict[str, dict[str, Column]]:
    """The tables of a municipality by name; those filled in several goes have all their parts joined by number."""
    municipality = Municipality(pk=1, code="9000", name="Brobyg Kommune", cvr="95000009", gln="5790009000011")
    size = Size("test", count, years, detailed, 3, first_day)
    tables = make_town(Draw(seed), Ids({}), Home(municipality, "!", shared=True), size, count, today)
    named: dict[str, dict[str, Column]] = {}
    for table, columns, _count in tables:
        name = table if table not in named else f"{table} {len(named)}"
        named[name] = dict(columns)
    return named


def fingerprint(tables: dict[str, dict[str, Column]]) -> str:
    """A hash of everything that is the same in every installation."""
    digest = hashlib.sha256()
    for table in sorted(tables):
        for column in sorted(tables[table]):
            if column not in SECRET_COLUMNS:
                digest.update(f"{table}.{column}:".encode() + _bytes(tables[table][column]))
    return digest.hexdigest()


def values(column: Column) -> Any:
    """The column as an array of plain values."""
    if isinstance(column, Pool):
        pool = np.empty(len(column.values) + 1, object)
        pool[: len(column.values)] = list(column.values)
        return pool[column.codes]
    if isinstance(column, Key):
        return column.ids
    if isinstance(column, Oere):
        return column.amounts
    if isinstance(column, Nullable):
        return np.where(column.is_null, None, column.values)
    return column


def _bytes(column: Column) -> bytes:
    if isinstance(column, Pool):
        return repr(list(column.values)).encode() + np.asarray(column.codes).tobytes()
    if isinstance(column, (Key, Oere)):
        return values(column).tobytes()
    if isinstance(column, Nullable):
        return np.asarray(column.values).tobytes() + np.asarray(column.is_null).tobytes()
    return column.tobytes() if isinstance(column, np.ndarray) else repr(column).encode()
