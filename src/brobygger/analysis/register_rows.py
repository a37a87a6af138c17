"""Registers with one row per event: benefits paid by the municipality, status noted at follow-up, survey answers.

Headings may be English or Danish. A row with something wrong in it is named and set aside; a row that says what an
earlier one said is not taken twice, neither within the files nor against rows stored before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from brobygger.analysis.codes import CodeList, dream_codes
from brobygger.analysis.errors import RegisterError
from brobygger.analysis.panel import Column, Ints, Panel, expand
from brobygger.analysis.register_files import (
    Opened,
    digest_of,
    name,
    open_register,
    quoted,
    share_of_opening,
)
from brobygger.analysis.register_progress import Progress, part_of, silent
from brobygger.analysis.register_report import BadRow, FileRead, ImportReport, Notes
from brobygger.analysis.weeks import weeks_of

ROWS_AT_A_TIME = 200_000

Kind = Literal["text", "day", "amount", "whole", "choice"]

_SAYS: Mapping[Kind, str] = {
    "text": "Feltet er tomt.",
    "day": "Datoen kan ikke læses. Skriv den som 2026-11-23 eller 23-11-2026.",
    "amount": "Beløbet kan ikke læses. Skriv det som 1234,50.",
    "whole": "Tallet er ikke et helt tal.",
    "choice": "Værdien er ikke en af dem, der kan bruges.",
}
_DANISH_THOUSANDS = r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?"
_PLAIN_AMOUNT = r"-?[0-9]+([,.][0-9]{1,2})?"
_NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL")


@dataclass(frozen=True)
class Field:
    """A column of a register: its name here, what it holds, and the headings it may have in a file.

    ``choices`` translate what is written to what is kept.
    """

    name: str
    kind: Kind
    headings: tuple[str, ...]
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """Rows as columns of equal length; ``keys`` name each row for ``known`` in a later import."""

    columns: dict[str, Column]
    keys: Column
    report: ImportReport

    def __len__(self) -> int:
        return len(self.keys)


_PERSON = Field("person", "text", ("person", "pnr", "person_id", "personnummer", "id"))
PAYMENTS = (
    _PERSON,
    Field("benefit", "text", ("benefit", "ydelse", "ydelseskode", "kode", "code")),
    Field("first", "day", ("first", "fra", "fra_dato", "periode_fra", "start")),
    Field("last", "day", ("last", "til", "til_dato", "periode_til", "slut")),
    Field("amount", "amount", ("amount", "beløb", "beloeb", "kroner")),
)
MANUAL_STATUS = (
    _PERSON,
    Field("day", "day", ("day", "dato", "opfølgningsdato", "date")),
    Field(
        "status",
        "choice",
        ("status", "tilstand"),
        choices={
            **{status: status for status in ("job", "education", "benefit", "self_support", "other")},
            "uddannelse": "education",
            "ydelse": "benefit",
            "selvforsørgelse": "self_support",
            "selvforsørget": "self_support",
            "andet": "other",
        },
    ),
)
SURVEY_ANSWERS = (
    _PERSON,
    Field("day", "day", ("day", "dato", "besvaret", "date")),
    Field("wave", "whole", ("wave", "runde", "måned", "maaned")),
    Field(
        "role",
        "choice",
        ("role", "rolle", "svarer"),
        choices={"mentor": "mentor", "citizen": "citizen", "borger": "citizen", "mentee": "citizen"},
    ),
    Field("item", "text", ("item", "spørgsmål", "spoergsmaal")),
    Field("answer", "whole", ("answer", "svar")),
)

PRIORITY = (
    "dead",
    "abroad",
    "pension",
    "disability_pension",
    "early_exit",
    "sickness_benefit",
    "maternity",
    "unemployment_benefit",
    "holiday_benefit",
    "job_clarification",
    "resource_course",
    "rehabilitation",
    "pre_rehabilitation",
    "flex_waiting",
    "cash_benefit",
    "educational_help",
    "integration_benefit",
)
"""Which benefit a week shows when several were paid: sickness over the others, unemployment over cash benefit."""


def read_payments(
    paths: Sequence[Path],
    *,
    already: Container[str] = (),
    known: Collection[str] = (),
    quiet: bool = False,
    progress: Progress = silent,
) -> Rows:
    """Benefits paid: person, benefit (text), first and last day (datetime64), amount in whole øre (int64).

    A period that ends before it begins is set aside. Raises RegisterError for a file without the columns.
    """
    return read_rows(
        paths, PAYMENTS, kind="payments", already=already, known=known, quiet=quiet, progress=progress
    )


def read_manual_status(
    paths: Sequence[Path],
    *,
    already: Container[str] = (),
    known: Collection[str] = (),
    quiet: bool = False,
    progress: Progress = silent,
) -> Rows:
    """Status noted by a person at follow-up: person, day, status (one of the five)."""
    return read_rows(
        paths,
        MANUAL_STATUS,
        kind="manual_status",
        already=already,
        known=known,
        quiet=quiet,
        progress=progress,
    )


def read_survey_answers(
    paths: Sequence[Path],
    *,
    already: Container[str] = (),
    known: Collection[str] = (),
    quiet: bool = False,
    progress: Progress = silent,
) -> Rows:
    """Answers: person, day, wave (months after start), role (mentor or citizen), item, answer (whole number)."""
    return read_rows(
        paths, SURVEY_ANSWERS, kind="survey", already=already, known=known, quiet=quiet, progress=progress
    )


def read_rows(
    paths: Sequence[Path],
    fields: Sequence[Field],
    *,
    kind: str,
    already: Container[str] = (),
    known: Collection[str] = (),
    quiet: bool = False,
    progress: Progress = silent,
) -> Rows:
    """Reads files of one kind, each once, each row once. See ``Field`` for what a register is made of.

    ``progress`` is told the share that is read, from 0 to 1; ``quiet`` shows no bar on a terminal.
    """
    notes, files = Notes(), list[FileRead]()
    pieces, digests = list[dict[str, Any]](), set[str]()
    with tempfile.TemporaryDirectory(prefix="brobygger-") as folder, duckdb.connect() as connection:
        for number, path in enumerate(paths):
            told = part_of(progress, number / len(paths), (number + 1) / len(paths))
            digest = digest_of(path)
            skip = digest in already or digest in digests
            digests.add(digest)
            rows = 0
            if not skip:
                middle = share_of_opening(path)
                opened = open_register(path, connection, Path(folder), part_of(told, 0.0, middle))
                file = _EventFile(opened, connection, fields, notes)
                pieces += file.read(quiet, part_of(told, middle, 1.0))
                rows = file.opened.rows + len(file.opened.lost)
            files.append(FileRead(path.name, digest, rows, skip))
    return _once(pieces, fields, kind, files, notes, known)


def payments_to_panel(
    rows: Rows,
    ids: Column,
    *,
    codes: CodeList | None = None,
    names: Mapping[str, str] | None = None,
    priority: Sequence[str] = PRIORITY,
    first_week: int | None = None,
    stop_week: int | None = None,
) -> Panel:
    """Payments as a weekly register: a week has a benefit when one of its days has; one benefit per week.

    ``names`` translates the municipality's own names to codes; the rest stand as they are. Where several benefits
    touch a week, the family first in ``priority`` is shown, then the code first in order of text. Persons outside
    ``ids`` are left out. Raises PanelError when a payment lies outside the given weeks.
    """
    order = np.argsort(ids, kind="stable")
    place = np.searchsorted(ids, rows.columns["person"], sorter=order)
    person = order[np.minimum(place, max(len(ids) - 1, 0))]
    ours = ids[person] == rows.columns["person"]
    translated = [(names or {}).get(str(benefit), str(benefit)) for benefit in rows.columns["benefit"][ours]]
    texts, status = np.unique(np.array(translated, dtype=np.str_), return_inverse=True)
    family = (codes or dream_codes()).mapping([str(text) for text in texts], "family")
    ranks = {name: rank for rank, name in enumerate(priority)}
    rank = np.array([ranks.get(family[str(text)], len(ranks)) for text in texts], dtype=np.int64)
    start = weeks_of(rows.columns["first"][ours])
    stop = weeks_of(rows.columns["last"][ours]) + np.int32(1)
    who, low, high, chosen = highest(person[ours].astype(np.int32), start, stop, status, rank)
    return Panel.build(
        person=who,
        start=low,
        stop=high,
        status=chosen,
        codes=[str(text) for text in texts],
        persons=len(ids),
        first_week=first_week,
        stop_week=stop_week,
        ids=ids,
    )


def highest(
    person: Ints,
    start: Ints,
    stop: Ints,
    status: npt.NDArray[np.int64],
    rank: npt.NDArray[np.int64],
) -> tuple[Column, Column, Column, Column]:
    """Overlapping intervals to disjoint ones, each with the status of the lowest rank among those it lies in.

    All but ``rank`` are (R,); ``rank`` is one number a status. Returns person, start, stop, status, in order of person
    and week; touching ones of the same status are not joined.
    """
    if not len(person):
        return person, start, stop, status
    base = int(start.min())
    width = int(stop.max()) - base + 1
    low = person.astype(np.int64) * width + (start - base)
    high = person.astype(np.int64) * width + (stop - base)
    edges = np.unique(np.concatenate((low, high)))
    cell, row = expand(np.searchsorted(edges, low), np.searchsorted(edges, high))
    order = np.lexsort((status[row], rank[status[row]], cell))
    best = order[np.concatenate(([True], np.diff(cell[order]) != 0))]
    who, first = np.divmod(edges[cell[best]], width)
    return who, first + base, edges[cell[best] + 1] - who * width + base, status[row[best]]


class _EventFile:
    """Reads one file of events, so many rows at a time."""

    def __init__(
        self,
        opened: Opened,
        connection: duckdb.DuckDBPyConnection,
        fields: Sequence[Field],
        notes: Notes,
    ) -> None:
        self.opened, self.connection, self.fields, self.notes = opened, connection, fields, notes
        self.heading = {each.name: self._heading(each) for each in fields}

    def read(self, quiet: bool, progress: Progress = silent) -> list[dict[str, Any]]:
        self.notes.add(self.opened.lost)
        pieces = []
        with tqdm(total=self.opened.rows, unit=" rækker", disable=quiet or None) as bar:
            for low in range(0, self.opened.rows, ROWS_AT_A_TIME):
                high = min(low + ROWS_AT_A_TIME, self.opened.rows)
                pieces.append(self._piece(low, high))
                bar.update(high - low)
                progress(high / self.opened.rows)
        return pieces

    def _heading(self, wanted: Field) -> str:
        for column in self.opened.columns:
            if column.strip().lower() in wanted.headings:
                return column
        listed = ", ".join(wanted.headings)
        raise RegisterError(
            f"Filen {self.opened.source.name} mangler en kolonne, der hedder en af disse: {listed}."
        )

    def _piece(self, low: int, high: int) -> dict[str, Any]:
        parts = [f"{self._parsed(each)} AS {name(each.name)}" for each in self.fields]
        found = self.connection.execute(
            f"SELECT {', '.join(parts)} {self.opened.piece(low, high)}"
        ).fetchnumpy()
        missing = {each.name: np.ma.getmaskarray(found[each.name]) for each in self.fields}
        bad = np.zeros(high - low, dtype=bool)
        for each in self.fields:
            self._name(low, np.flatnonzero(missing[each.name] & ~bad), each, found, _SAYS[each.kind])
            bad |= missing[each.name]
        if {"first", "last"} <= set(found):
            backwards = ~bad & (np.ma.getdata(found["last"]) < np.ma.getdata(found["first"]))
            last = next(each for each in self.fields if each.name == "last")
            self._name(low, np.flatnonzero(backwards), last, found, "Perioden slutter, før den begynder.")
            bad |= backwards
        return {key: np.ma.getdata(column)[~bad] for key, column in found.items()}

    def _name(
        self, low: int, rows: npt.NDArray[np.int64], each: Field, found: dict[str, Any], why: str
    ) -> None:
        for row in rows:
            person = found["person"][row]
            known = "" if person is np.ma.masked or person is None else str(person)
            heading = self.heading[each.name]
            line = self.opened.line_of(low + int(row))
            self.notes.add([BadRow(self.opened.source.name, line, known, heading, why)])

    def _parsed(self, each: Field) -> str:
        """SQL for the field; NULL when it cannot be read."""
        column = self.heading[each.name]
        kind = self.opened.columns[column]
        cell = name(column)
        text = f"nullif(trim(CAST({cell} AS VARCHAR)), '')"
        if each.kind == "day":
            return self._day(cell, text, kind)
        if each.kind == "amount":
            return self._amount(cell, text, kind)
        if each.kind == "whole":
            return f"CASE WHEN regexp_full_match({text}, '-?[0-9]+(\\.0+)?') THEN TRY_CAST({text} AS INTEGER) END"
        if each.kind == "choice":
            pairs = " ".join(f"WHEN {quoted(a)} THEN {quoted(b)}" for a, b in each.choices.items())
            return f"CASE lower({text}) {pairs} END"
        if kind in {"DOUBLE", "FLOAT"}:
            return f"CASE WHEN {cell} = trunc({cell}) THEN CAST(CAST({cell} AS HUGEINT) AS VARCHAR) ELSE {text} END"
        return text

    @staticmethod
    def _day(cell: str, text: str, kind: str) -> str:
        if kind.startswith(("DATE", "TIMESTAMP")):
            return f"CAST({cell} AS DATE)"
        formats = "['%d-%m-%Y', '%d.%m.%Y', '%d/%m/%Y']"
        return f"coalesce(TRY_CAST({text} AS DATE), CAST(try_strptime({text}, {formats}) AS DATE))"

    @staticmethod
    def _amount(cell: str, text: str, kind: str) -> str:
        """Whole øre, never by way of a binary fraction when the file holds text."""
        if kind.startswith(_NUMBERS):
            return f"CAST(round({cell} * 100) AS BIGINT)"
        bare = f"replace({text}, '.', '')"
        return (
            f"CASE WHEN regexp_full_match({text}, '{_DANISH_THOUSANDS}') "
            f"THEN CAST(TRY_CAST(replace({bare}, ',', '.') AS DECIMAL(18, 2)) * 100 AS BIGINT) "
            f"WHEN regexp_full_match({text}, '{_PLAIN_AMOUNT}') "
            f"THEN CAST(TRY_CAST(replace({text}, ',', '.') AS DECIMAL(18, 2)) * 100 AS BIGINT) END"
        )


def _once(
    pieces: list[dict[str, Any]],
    fields: Sequence[Field],
    kind: str,
    files: list[FileRead],
    notes: Notes,
    known: Collection[str],
) -> Rows:
    columns = {
        each.name: np.concatenate([piece[each.name] for piece in pieces]) if pieces else np.array([])
        for each in fields
    }
    texts = [np.asarray(column).astype(np.str_) for column in columns.values()]
    keys = texts[0]
    for column in texts[1:]:
        keys = np.char.add(np.char.add(keys, "\x1f"), column)
    first = np.sort(np.unique(keys, return_index=True)[1]) if len(keys) else np.array([], dtype=np.int64)
    fresh = first[~np.isin(keys[first], np.array(list(known), dtype=np.str_))] if len(known) else first
    report = ImportReport(
        kind=kind,
        files=tuple(files),
        kept=len(fresh),
        repeated=len(keys) - len(fresh),
        bad=notes.count,
        bad_rows=tuple(notes.named),
    )
    return Rows({key: column[fresh] for key, column in columns.items()}, keys[fresh], report)
