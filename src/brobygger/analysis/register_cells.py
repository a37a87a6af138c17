"""The cells of wide registers as small numbers, and the runs of equal ones.

A cell is kept in one byte while a file holds few different texts, in two otherwise. Runs are found before cells are
given their meaning, so that a text is looked up once per run and not once per week.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from brobygger.analysis.codes import BLANK, NOT_SEEN
from brobygger.analysis.errors import RegisterError
from brobygger.analysis.panel import GAP
from brobygger.analysis.register_files import name

MOST_CODES = 5_000
_BLOCK = 1 << 16
"""Rows that can be numbered in two bytes: sorting by such numbers is quick."""

BAD = -3
"""The meaning of what cannot be a code."""
_SEEN_NOT = 0
_FIRST_NUMBER, _NUMBERS = 10_000, 10_000

Cells = npt.NDArray[np.unsignedinteger[Any]]
Meanings = npt.NDArray[np.int16]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Width:
    """How wide a cell is kept: the largest numbers stand for what is no text of the list."""

    kind: type[np.unsignedinteger[Any]]
    sql: str
    strange: int

    @property
    def empty(self) -> int:
        return self.strange - 1

    @property
    def not_whole(self) -> int:
        return self.strange - 2

    @property
    def not_seen(self) -> int:
        return self.strange - 3


ONE_BYTE, TWO_BYTES = Width(np.uint8, "UTINYINT", 0xFF), Width(np.uint16, "USMALLINT", 0xFFFF)


class Runs(NamedTuple):
    """Unbroken stretches (m,) in order of row and slot: slots [``slot``, ``last``) of ``row`` mean ``value``."""

    row: Places
    slot: Places
    last: Places
    value: Meanings

    def take(self, chosen: npt.NDArray[Any]) -> Runs:
        return Runs(*(column[chosen] for column in self))

    def of_rows(self, good: npt.NDArray[np.bool_]) -> Runs:
        """Those of the rows marked (n,), numbered anew without the others."""
        kept = self.take(good[self.row])
        return kept._replace(row=(np.cumsum(good) - 1)[kept.row])


def runs_in(cells: Cells, meanings: Meanings) -> Runs:
    """Runs of equal meaning in ``cells`` (slots, rows); ``meanings`` says what each number in a cell means."""
    blocks = [
        _runs_in(cells[:, low : low + _BLOCK], meanings, low) for low in range(0, cells.shape[1], _BLOCK)
    ]
    return blocks[0] if len(blocks) == 1 else Runs(*map(np.concatenate, zip(*blocks, strict=True)))


def _runs_in(cells: Cells, meanings: Meanings, before: int) -> Runs:
    slots, rows = cells.shape
    begins = np.empty(cells.shape, dtype=bool)
    begins[0] = True
    np.not_equal(cells[1:], cells[:-1], out=begins[1:])
    slot, row = np.divmod(np.flatnonzero(begins), rows)
    order = np.argsort(row.astype(np.uint16), kind="stable")
    slot, row = slot[order], row[order]
    value = meanings[cells[slot, row]]
    turns = np.ones(len(row), dtype=bool)
    turns[1:] = (row[1:] != row[:-1]) | (value[1:] != value[:-1])
    slot, row, value = slot[turns], row[turns], value[turns]
    last = np.full(len(row), slots)
    last[:-1] = np.where(row[1:] == row[:-1], slot[1:], slots)
    return Runs(row + before, slot, last, value)


@dataclass
class Slots:
    """The weekly or monthly columns of a file, in order of time, and what their texts mean.

    ``places`` says which of the slots between ``edges`` each column fills; a slot without a column is not seen.
    ``numeric`` columns hold small numbers (codes of benefits), ``written`` ones numbers of any size (branches), which
    are read as they would be written.
    """

    kind: str
    clean: Callable[[str], str | None]
    columns: list[str]
    places: Places
    edges: npt.NDArray[np.int32]
    numeric: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    raw: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=lambda: [NOT_SEEN])
    meaning: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.edges) - 1

    @property
    def width(self) -> Width:
        narrow = not self.numeric and len(self.raw) <= ONE_BYTE.not_seen
        return ONE_BYTE if narrow else TWO_BYTES

    def learn(self, texts: Sequence[str]) -> None:
        """Gives every new text a place: that of its code, of the gap, or of what cannot be a code."""
        if len(self.raw) + len(texts) > MOST_CODES:
            raise RegisterError(
                f"Kolonnerne ligner ikke {self.kind}: der er over {MOST_CODES} forskellige værdier."
            )
        for text in texts:
            self.raw.append(text)
            self.meaning.append(self._index(text))

    def cell(self, column: str) -> str:
        """SQL for what stands in a cell; NULL for nothing."""
        cell = name(column)
        if column not in self.written:
            return cell
        whole = f"WHEN {cell} = trunc({cell}) THEN CAST(CAST({cell} AS HUGEINT) AS VARCHAR)"
        return f"(CASE WHEN isnan({cell}::DOUBLE) THEN NULL {whole} ELSE CAST({cell} AS VARCHAR) END)"

    def expression(self, column: str) -> str:
        """SQL for a cell: a text's place in the type ``raw_text``, or a whole number moved beyond the texts."""
        cell, width = self.cell(column), self.width
        if column not in self.numeric:
            place = f"CAST(enum_code(TRY_CAST({cell} AS raw_text)) AS {width.sql})"
            return (
                f"CASE WHEN {cell} IS NULL THEN {width.empty}::{width.sql} "
                f"ELSE coalesce({place}, {width.strange}::{width.sql}) END"
            )
        missing = f"{cell} IS NULL OR isnan({cell}::DOUBLE)"
        whole = f"{cell} = trunc({cell}) AND {cell} BETWEEN 0 AND {_NUMBERS - 1}"
        return (
            f"CASE WHEN {missing} THEN {width.empty}::USMALLINT "
            f"WHEN {whole} THEN CAST({cell} AS USMALLINT) + {_FIRST_NUMBER}::USMALLINT "
            f"ELSE {width.not_whole}::USMALLINT END"
        )

    def together(self, values: dict[str, Any], rows: int) -> Cells:
        """(slots, rows) of the columns as they were fetched."""
        width = self.width
        cells: Cells = np.full((self.count, rows), width.not_seen, dtype=width.kind)
        for place, column in zip(self.places, self.columns, strict=True):
            cells[place] = values[column]
        return cells

    def strange_in(self, cells: Cells) -> list[str]:
        """Columns with a text that has not been met before."""
        rows = zip(self.places, self.columns, strict=True)
        return [column for place, column in rows if (cells[place] == self.width.strange).any()]

    def meanings(self, cells: Cells) -> Meanings:
        """What each number a cell may hold means: the place of a code, ``GAP`` or ``BAD``."""
        width = self.width
        table = np.full(width.strange + 1, BAD, dtype=np.int16)
        if self.numeric:
            for number in np.flatnonzero(np.bincount(cells.ravel(), minlength=width.strange + 1)).tolist():
                if _FIRST_NUMBER <= number < _FIRST_NUMBER + _NUMBERS:
                    table[number] = self._index(str(number - _FIRST_NUMBER))
        table[: len(self.meaning)] = self.meaning
        table[width.empty] = GAP
        table[width.not_seen] = _SEEN_NOT
        return table

    def _index(self, text: str) -> int:
        code = self.clean(text)
        if code is None:
            return BAD
        if code == BLANK:
            return GAP
        if code not in self.codes:
            self.codes.append(code)
        return self.codes.index(code)
