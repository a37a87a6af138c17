"""What a run reads: the register, the mentorships, persons, payments, answers, lots and dates of change.

Bad rows are named and set aside, good rows kept. Nothing is analysed here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from brobygger.analysis.codes import CodeList, dream_codes, load_code_list
from brobygger.analysis.cohorts import Agreements, Meetings, mentor_spells
from brobygger.analysis.errors import RegisterError
from brobygger.analysis.outcomes import labour_states
from brobygger.analysis.panel import Column, Panel, Spells
from brobygger.analysis.register_files import digest_of, name, open_register
from brobygger.analysis.register_report import BadRow, FileRead, ImportReport, Notes
from brobygger.analysis.register_rows import Field, Rows, read_payments, read_rows, read_survey_answers
from brobygger.analysis.registers import ID_COLUMNS, Registers
from brobygger.analysis.report.engines import Engine, in_order
from brobygger.analysis.report.long_register import read_long
from brobygger.analysis.report.runfile import Asked, RunFile
from brobygger.analysis.weeks import Days, week_of, weeks_of

_PERSON = Field("person", "text", ID_COLUMNS)
_FIRST = Field("first", "day", ("first", "fra", "fra_dato", "start", "første"))
_LAST = Field("last", "day", ("last", "til", "til_dato", "slut", "sidste"))
_HOURS = Field("hours", "amount", ("hours", "timer"))
_FACE = Field("face", "amount", ("face", "timer_ansigt", "face_hours"))
_YES = {"1": "1", "0": "0", "ja": "1", "nej": "0"}
_LOT = (
    _PERSON,
    Field("day", "day", ("day", "dag", "dato")),
    Field("drawn", "choice", ("drawn", "mentor", "lod"), choices=_YES),
)
_TOOK = Field("took", "choice", ("took", "deltog"), choices=_YES)
_GROUP = Field("group", "text", ("group", "gruppe", "stratum"))
_CHANGES = (
    Field("place", "text", ("place", "kommune", "sted")),
    Field("changed", "text", ("changed", "aendret", "ændret")),
)
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Persons:
    """Columns (P,) in the order of the register; empty text and NaT where nothing is known. ``found`` (P,)."""

    columns: dict[str, Column]
    birth: Days
    found: Flags


@dataclass(frozen=True)
class Lots:
    """A drawn lottery: row of the person in the register (n,), week, drawn, took part (None: not told), group."""

    person: npt.NDArray[np.int32]
    week: npt.NDArray[np.int32]
    drawn: Flags
    took: Flags | None
    group: Column


@dataclass(frozen=True)
class Inputs:
    """Everything read. ``states`` is ``labour_states``, ``spells`` the cohort's mentorships and ``all_spells`` all."""

    registers: Registers
    codes: CodeList
    states: Panel
    all_spells: Spells
    spells: Spells
    persons: Persons
    payments: Rows | None
    surveys: Rows | None
    lots: dict[str, Lots]
    changes: dict[str, dict[str, int]]
    reports: tuple[ImportReport, ...]

    @property
    def has_jobs(self) -> bool:
        return self.registers.branches is not None


def read_inputs(run: RunFile, engine: Engine, *, quiet: bool) -> Inputs:
    """Reads every file of a run. Raises RegisterError, CodeListError and the like, each a whole sentence."""
    codes = load_code_list(run.codes) if run.codes else dream_codes()
    registers = _register(run, engine, codes, quiet)
    states = labour_states(registers.weekly, registers.branches, codes)
    reports = [registers.report]
    ids = np.asarray(registers.weekly.ids)
    spells, report = _mentorships(run, registers.weekly, quiet)
    reports.append(report)
    persons, more = _persons(run, ids)
    reports += more
    payments = read_payments(run.payments, quiet=quiet) if run.payments else None
    surveys = read_survey_answers(run.surveys, quiet=quiet) if run.surveys else None
    reports += [rows.report for rows in (payments, surveys) if rows is not None]
    lots = {
        each.name: _lots(each, registers.weekly, reports)
        for each in run.comparisons
        if each.design == "lottery"
    }
    changes = {each.name: _changes(each, reports) for each in run.comparisons if each.design == "roll_out"}
    begun = spells.column("first_day")
    inside = (begun >= np.datetime64(run.start)) & (begun < np.datetime64(run.stop))
    cohort = spells.take(inside)
    if not len(cohort):
        raise RegisterError("Ingen mentorforløb begyndte i perioden, eller ingen af dem er i registret.")
    return Inputs(
        registers, codes, states, spells, cohort, persons, payments, surveys, lots, changes, tuple(reports)
    )


def _register(run: RunFile, engine: Engine, codes: CodeList, quiet: bool) -> Registers:
    if run.long:
        return in_order(read_long(run.long, codes))
    return engine.read_wide(run.weekly, codes, quiet=quiet)


def _mentorships(run: RunFile, weekly: Panel, quiet: bool) -> tuple[Spells, ImportReport]:
    """Mentor spells by the rule of ``mentor_spells``: rows of one person join over at most four empty weeks."""
    fields = [_PERSON, _FIRST, _LAST]
    told = [each for each in (_HOURS, _FACE) if _has(run.mentorships, each)]
    rows = read_rows(run.mentorships, [*fields, *told], kind="mentorships", quiet=quiet)
    report, ours = _only_known(rows, weekly)
    columns = {key: column[ours] for key, column in rows.columns.items()}
    person = weekly.find(columns["person"])
    count = len(person)
    minutes = _minutes(columns, "hours", count)
    face = np.minimum(_minutes(columns, "face", count), minutes)
    agreement = np.repeat(np.arange(count, dtype=np.int32), 3)
    day = np.stack([columns["first"], columns["first"], columns["last"]], axis=1).ravel()
    spent = np.stack([face, minutes - face, np.zeros(count, dtype=np.int64)], axis=1).ravel()
    there = np.tile([True, False, False], count)
    meetings = Meetings(agreement, day, spent.astype(np.int32), there, np.ones(3 * count, dtype=bool))
    agreements = Agreements(person, np.zeros(count, dtype=bool), {})
    spells, _ = mentor_spells(agreements, meetings)
    known = np.full(len(spells), bool(told))
    return spells.with_columns(hours_known=known), report


def _minutes(columns: dict[str, Column], key: str, count: int) -> npt.NDArray[np.int64]:
    """Hundredths of hours to whole minutes; 0 where the file does not tell."""
    if key not in columns:
        return np.zeros(count, dtype=np.int64)
    return np.rint(columns[key].astype(np.float64) * 0.6).astype(np.int64)


def _only_known(rows: Rows, weekly: Panel) -> tuple[ImportReport, Flags]:
    """Rows of persons in the register; the others are counted as a fault that is told once."""
    here = weekly.find(rows.columns["person"].astype(np.str_)) >= 0
    missing = rows.columns["person"][~here]
    if not len(missing):
        return rows.report, here
    file = rows.report.files[0].name
    bad = tuple(BadRow(file, 0, str(each), "", "Personen er ikke i registret.") for each in missing[:1000])
    report = rows.report
    return (
        ImportReport(
            report.kind, report.files, report.kept - len(missing), report.repeated, report.conflicts,
            report.bad + len(missing), (*report.bad_rows, *bad),
        ),
        here,
    )  # fmt: skip


def _has(paths: Sequence[Path], wanted: Field) -> bool:
    """Whether every file has a column with one of the headings."""
    return all(any(each.strip().lower() in wanted.headings for each in _columns(path)) for path in paths)


def _columns(path: Path) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="brobygger-") as folder, duckdb.connect() as connection:
        return list(open_register(path, connection, Path(folder)).columns)


def _persons(run: RunFile, ids: Column) -> tuple[Persons, list[ImportReport]]:
    """The file with persons laid beside the register."""
    wanted = run.person_columns
    nothing = {column: np.full(len(ids), "", dtype=np.str_) for column in wanted}
    if not run.persons:
        return Persons(nothing, np.full(len(ids), np.datetime64("NaT", "D")), np.zeros(len(ids), bool)), []
    notes, files, parts = Notes(), list[FileRead](), list[dict[str, Column]]()
    with tempfile.TemporaryDirectory(prefix="brobygger-") as folder, duckdb.connect() as connection:
        for path in run.persons:
            part, rows = _person_file(path, connection, Path(folder), wanted, run.birth, notes)
            parts.append(part)
            files.append(FileRead(path.name, digest_of(path), rows))
    read = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    kept, repeated = _first_of_each(read, notes, files[0].name)
    place = np.searchsorted(read["person"][kept], ids)
    row = kept[np.minimum(place, max(len(kept) - 1, 0))] if len(kept) else np.zeros(len(ids), np.int64)
    found = read["person"][row] == ids if len(kept) else np.zeros(len(ids), bool)
    columns = {key: np.where(found, read[key][row], "") for key in wanted}
    birth = np.where(found, read["_birth"][row], np.datetime64("NaT", "D")).astype("datetime64[D]")
    report = ImportReport("persons", tuple(files), len(kept), repeated, 0, notes.count, tuple(notes.named))
    return Persons(columns, birth, found), [report]


def _person_file(
    path: Path,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    wanted: Sequence[str],
    birth: str,
    notes: Notes,
) -> tuple[dict[str, Column], int]:
    opened = open_register(path, connection, folder)
    lower = {column.strip().lower(): column for column in opened.columns}
    person = next((lower[each] for each in ID_COLUMNS if each in lower), None)
    missing = [each for each in wanted if each.lower() not in lower]
    if person is None or missing:
        what = f"kolonnen »{missing[0]}«" if missing else "en kolonne med personens nummer"
        raise RegisterError(f"Filen {path.name} mangler {what}.")
    notes.add(opened.lost)
    parts = [
        f"coalesce(trim(CAST({name(lower[key.lower()])} AS VARCHAR)), '') AS {name(key)}" for key in wanted
    ]
    parts.append(f"coalesce(trim(CAST({name(person)} AS VARCHAR)), '') AS person")
    parts.append(f"{_birth_of(lower[birth.lower()]) if birth else 'CAST(NULL AS DATE)'} AS _birth")
    found = connection.execute(f"SELECT {', '.join(parts)} {opened.piece(0, opened.rows)}").fetchnumpy()
    table = {key: np.ma.getdata(column) for key, column in found.items() if key != "_birth"}
    unread = np.ma.getmaskarray(found["_birth"])
    days = np.ma.getdata(found["_birth"]).astype("datetime64[D]")
    table = {key: column.astype(np.str_) for key, column in table.items()}
    table["_birth"] = np.where(unread, np.datetime64("NaT", "D"), days)
    nameless = table["person"] == ""
    wrong = unread & (table[birth] != "") if birth else np.zeros(opened.rows, dtype=bool)
    notes.add(BadRow(path.name, opened.line_of(int(row)), "", person, "Personens nummer mangler.")
              for row in np.flatnonzero(nameless))  # fmt: skip
    notes.add(
        BadRow(
            path.name, opened.line_of(int(row)), str(table["person"][row]), birth, "Datoen kan ikke læses."
        )
        for row in np.flatnonzero(wrong & ~nameless)
    )
    good = ~nameless & ~wrong
    return {key: column[good] for key, column in table.items()}, opened.rows + len(opened.lost)


def _birth_of(column: str) -> str:
    text = f"nullif(trim(CAST({name(column)} AS VARCHAR)), '')"
    formats = "['%d-%m-%Y', '%d.%m.%Y', '%d/%m/%Y']"
    return f"coalesce(TRY_CAST({text} AS DATE), CAST(try_strptime({text}, {formats}) AS DATE))"


def _first_of_each(read: dict[str, Column], notes: Notes, file: str) -> tuple[npt.NDArray[np.int64], int]:
    """Row of each person, in order of their number; who stands twice with something else is named."""
    _, first, place = np.unique(read["person"], return_index=True, return_inverse=True)
    again = np.flatnonzero(first[place] != np.arange(len(place)))
    repeated = 0
    for row in again.tolist():
        told = [str(column[row]) == str(column[first[place[row]]]) for column in read.values()]
        if all(told):
            repeated += 1
        else:
            why = "Personen står i en tidligere række med andre oplysninger."
            notes.add([BadRow(file, 0, str(read["person"][row]), "", why)])
    return first.astype(np.int64), repeated


def _lots(asked: Asked, weekly: Panel, reports: list[ImportReport]) -> Lots:
    assert asked.file is not None
    more = [each for each in (_TOOK, _GROUP) if _has([asked.file], each)]
    rows = read_rows([asked.file], [*_LOT, *more], kind="lottery", quiet=True)
    report, ours = _only_known(rows, weekly)
    reports.append(report)
    columns = {key: column[ours] for key, column in rows.columns.items()}
    person = weekly.find(columns["person"].astype(np.str_))
    if len(np.unique(person)) < len(person):
        raise RegisterError(f"I {asked.file.name} er den samme person med i lodtrækningen to gange.")
    took = columns["took"] == "1" if "took" in columns else None
    group = columns["group"] if "group" in columns else np.zeros(len(person), dtype=np.int64)
    return Lots(person, weeks_of(columns["day"]), columns["drawn"] == "1", took, np.asarray(group))


def _changes(asked: Asked, reports: list[ImportReport]) -> dict[str, int]:
    """The running week each place changed practice, -1 for never."""
    assert asked.file is not None
    with tempfile.TemporaryDirectory(prefix="brobygger-") as folder, duckdb.connect() as connection:
        opened = open_register(asked.file, connection, Path(folder))
        lower = {column.strip().lower(): column for column in opened.columns}
        chosen = [next((lower[h] for h in each.headings if h in lower), None) for each in _CHANGES]
        if None in chosen:
            raise RegisterError(f"Filen {asked.file.name} skal have kolonnerne »kommune« og »aendret«.")
        place, changed = (f"coalesce(trim(CAST({name(str(each))} AS VARCHAR)), '')" for each in chosen)
        rows = connection.execute(f"SELECT {place}, {changed} {opened.piece(0, opened.rows)}").fetchall()
    found: dict[str, int] = {}
    for number, (where, when) in enumerate(rows):
        if where in found:
            raise RegisterError(f"I {asked.file.name} står {where} to gange.")
        try:
            found[where] = week_of(date.fromisoformat(when)) if when else -1
        except ValueError:
            line = opened.line_of(number)
            raise RegisterError(
                f"{asked.file.name}, række {line}: datoen skal skrives som 2026-11-23."
            ) from None
    read = FileRead(asked.file.name, digest_of(asked.file), len(rows))
    reports.append(ImportReport("roll_out", (read,), len(found)))
    return found


__all__ = ["Inputs", "Lots", "Persons", "read_inputs"]
