"""Rows as PostgreSQL's binary COPY wants them, put together by numpy column by column instead of row by row.

A table is a mapping from column name to ``Column``. The column types are read from the database, so that a model that
changes needs no change here.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

Array = NDArray[Any]
Bytes = NDArray[np.uint8]

HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!II", 0, 0)
TRAILER = struct.pack("!h", -1)
CHUNK = 25_000
"""Most rows made at a time."""
CHUNK_BYTES = 8_000_000
LONG_CELL = 150
"""Bytes on average from which cells of a pool are copied one by one."""

_EPOCH_DAY = np.datetime64("2000-01-01", "D")
_EPOCH_INSTANT = np.datetime64("2000-01-01", "us")
_NULL = struct.pack("!i", -1)
_TEXTS = frozenset({"text", "varchar", "bpchar"})
_WIDTHS = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "date": ">i4", "timestamptz": ">i8", "bool": ">i1"}
_WIDTHS["time"] = ">i8"  # microseconds since midnight


@dataclass(frozen=True)
class Pool:
    """Values that many rows share: row ``i`` holds ``values[codes[i]]``; a code of -1 is NULL."""

    values: Sequence[Any]
    codes: Array


@dataclass(frozen=True)
class Oere:
    """Whole øre for a numeric column of two decimals."""

    amounts: Array


@dataclass(frozen=True)
class Key:
    """Keys to other rows; 0 is NULL."""

    ids: Array


@dataclass(frozen=True)
class Nullable:
    values: Array
    is_null: Array


Column = Array | Pool | Oere | Key | Nullable | str | int | bool | bytes | None
"""A whole column, or one value that every row has."""
Table = Mapping[str, Column]


def copy_rows(cursor: psycopg.Cursor[Any], table: str, columns: Table, count: int) -> None:
    """Adds ``count`` rows to ``table``. Columns that are not named take the database's default."""
    if not count:
        return
    types = _types(cursor, table)
    names = list(columns)
    quoted = ", ".join(f'"{name}"' for name in names)
    with cursor.copy(f"copy {table} ({quoted}) from stdin (format binary)") as copy:
        copy.write(HEADER)
        encoders = [_encoder(types[name], columns[name], f"{table}.{name}") for name in names]
        step = _step(encoders, count)
        for start in range(0, count, step):
            copy.write(_rows(encoders, start, min(start + step, count)))
        copy.write(TRAILER)


def _step(encoders: Sequence[_Encoder], count: int) -> int:
    """Rows at a time, by the size of the first ones."""
    few = min(count, 100)
    size = sum(int(encoder.lengths(0, few).sum()) for encoder in encoders) // few
    return int(min(CHUNK, max(100, CHUNK_BYTES // max(1, size))))


def _types(cursor: psycopg.Cursor[Any], table: str) -> dict[str, str]:
    cursor.execute(
        "select a.attname, t.typname from pg_attribute a join pg_type t on t.oid = a.atttypid"
        " where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped",
        [table],
    )
    return dict(cursor.fetchall())


class _Encoder:
    """Cells of one column: each is its length in four bytes and its content."""

    def lengths(self, start: int, end: int) -> Array:
        raise NotImplementedError

    def fill(self, out: Bytes, at: Array, start: int, end: int) -> None:
        raise NotImplementedError


class _Fixed(_Encoder):
    """Cells of one width, some of them perhaps NULL."""

    def __init__(self, content: Bytes, is_null: Array | None) -> None:
        width = content.shape[1]
        self.cells = np.empty((len(content), 4 + width), np.uint8)
        self.cells[:, :4] = np.frombuffer(struct.pack("!i", width), np.uint8)
        self.cells[:, 4:] = content
        self.is_null = is_null if is_null is not None and is_null.any() else None

    def lengths(self, start: int, end: int) -> Array:
        lengths = np.full(end - start, self.cells.shape[1], np.int64)
        if self.is_null is not None:
            lengths[self.is_null[start:end]] = 4
        return lengths

    def fill(self, out: Bytes, at: Array, start: int, end: int) -> None:
        cells = self.cells[start:end]
        if self.is_null is not None:
            missing = self.is_null[start:end]
            out[at[missing, None] + np.arange(4)] = 255
            at, cells = at[~missing], cells[~missing]
        out[at[:, None] + np.arange(cells.shape[1])] = cells


class _Shared(_Encoder):
    """Cells of any width from a pool."""

    def __init__(self, cells: Sequence[bytes], codes: Array | None) -> None:
        lengths = np.array([len(cell) for cell in cells] or [0], np.int64)
        self.width = lengths
        self.begins = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        self.flat = np.frombuffer(b"".join(cells), np.uint8)
        self.codes = codes

    def _codes(self, start: int, end: int) -> Array:
        return np.zeros(end - start, np.int64) if self.codes is None else self.codes[start:end]

    def lengths(self, start: int, end: int) -> Array:
        return self.width[self._codes(start, end)]

    def fill(self, out: Bytes, at: Array, start: int, end: int) -> None:
        codes = self._codes(start, end)
        lengths = self.width[codes]
        if lengths.sum() > LONG_CELL * len(codes):
            self._fill_one_by_one(out, at, codes)
            return
        before = np.cumsum(lengths) - lengths
        step = np.arange(int(lengths.sum()))
        source = step + np.repeat(self.begins[codes] - before, lengths)
        out[step + np.repeat(at - before, lengths)] = self.flat[source]

    def _fill_one_by_one(self, out: Bytes, at: Array, codes: Array) -> None:
        """For long texts, where an index for each byte would cost more than a step for each row."""
        flat, target = memoryview(self.flat.data), memoryview(out.data)
        begins, widths = self.begins[codes].tolist(), self.width[codes].tolist()
        for place, begin, width in zip(at.tolist(), begins, widths, strict=True):
            target[place : place + width] = flat[begin : begin + width]


def _rows(encoders: Sequence[_Encoder], start: int, end: int) -> bytes:
    lengths = [encoder.lengths(start, end) for encoder in encoders]
    sizes = np.sum(lengths, axis=0) + 2
    at = np.cumsum(sizes) - sizes
    out = np.empty(int(sizes.sum()), np.uint8)
    out[at[:, None] + np.arange(2)] = np.frombuffer(struct.pack("!h", len(encoders)), np.uint8)
    at = at + 2
    for encoder, length in zip(encoders, lengths, strict=True):
        encoder.fill(out, at, start, end)
        at = at + length
    return out.tobytes()


def _encoder(kind: str, column: Column, name: str) -> _Encoder:
    if isinstance(column, Pool):
        codes = np.where(column.codes < 0, len(column.values), column.codes)
        return _Shared([*(_cell(kind, value) for value in column.values), _NULL], codes)
    if isinstance(column, Oere):
        return _Fixed(_numeric(column.amounts * 100), None)
    if isinstance(column, Key):
        return _Fixed(_fixed(kind, column.ids, name), column.ids == 0)
    if isinstance(column, Nullable):
        return _Fixed(_fixed(kind, column.values, name), column.is_null)
    if isinstance(column, np.ndarray):
        is_null = np.isnat(column) if column.dtype.kind == "M" else None
        return _Fixed(_fixed(kind, column, name), is_null)
    return _Shared([_cell(kind, column)], None)


def _fixed(kind: str, values: Array, name: str) -> Bytes:
    if values.dtype == np.uint8 and values.ndim == 2:
        return values
    if kind not in _WIDTHS:
        raise TypeError(f"{name} is {kind}: give a Pool or bytes.")
    if kind == "date":
        values = (values.astype("datetime64[D]") - _EPOCH_DAY).astype(np.int64)
    elif kind == "timestamptz":
        values = (values.astype("datetime64[us]") - _EPOCH_INSTANT).astype(np.int64)
    wide = np.ascontiguousarray(values.astype(_WIDTHS[kind]))
    return wide.view(np.uint8).reshape(len(values), -1)


def _numeric(parts: Array) -> Bytes:
    """Ten-thousandths: four digits of base 10,000 before the point and one after; leading zeros are stripped there.

    The column's own scale decides how many decimals are kept.
    """
    size = np.abs(parts.astype(np.int64))
    whole, rest = size // 10_000, size % 10_000
    digits = [whole // 10_000**place % 10_000 for place in (3, 2, 1, 0)] + [rest]
    head = [
        np.full(len(size), 5),
        np.full(len(size), 3),
        np.where(parts < 0, 0x4000, 0),
        np.full(len(size), 4),
    ]
    return np.ascontiguousarray(np.stack([*head, *digits], axis=1).astype(">i2")).view(np.uint8)


def _cell(kind: str, value: Any) -> bytes:
    if value is None:
        return _NULL
    content = _content(kind, value)
    return struct.pack("!i", len(content)) + content


def _content(kind: str, value: Any) -> bytes:
    if kind in _TEXTS:
        return str(value).encode()
    if kind == "jsonb":
        return b"\x01" + str(value).encode()
    if kind in {"bytea", "uuid"}:
        return bytes(value)
    if kind == "_varchar":
        return _array(1043, "varchar", value)
    if kind == "_int2":
        return _array(21, "int2", value)
    if kind == "numeric":
        return _numeric(np.array([int(value * 10_000)])).tobytes()
    return _fixed(kind, np.array([value]), kind).tobytes()


def _array(element: int, kind: str, values: Sequence[Any]) -> bytes:
    """``element`` is what the database calls the kind: its number in pg_type."""
    cells = b"".join(_cell(kind, value) for value in values)
    return struct.pack("!iiIii", 1, 0, element, len(values), 1) + cells
