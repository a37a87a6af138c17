"""Wide weekly registers (DREAM and files like it) to run-length panels.

One row per person, a column ``y_YYWW`` for every week and ``branche_YYYY_MM`` (or ``br_YYYY_MM``) for every month.
Files may hold different years and different persons; they are put together by the person's id. A week no file tells
about is ``?`` for that person: not blank, and never a state.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from brobygger.analysis.codes import BLANK, NOT_SEEN, CodeList, dream_codes
from brobygger.analysis.errors import RegisterError, WeekError
from brobygger.analysis.panel import GAP, Column, Panel, segments
from brobygger.analysis.register_cells import BAD, Places, Runs, Slots, runs_in
from brobygger.analysis.register_files import (
    Opened,
    digest_of,
    name,
    open_register,
    quoted,
    share_of_opening,
)
from brobygger.analysis.register_progress import Progress, part_of, silent
from brobygger.analysis.register_report import BadRow, FileRead, ImportReport, Notes, UnknownCode
from brobygger.analysis.weeks import month_from, week_from_dream, weeks_of_months

ID_COLUMNS = ("person", "pnr", "person_id", "personnummer", "id")
CELLS_AT_A_TIME = 64_000_000

_WEEK = re.compile(r"y_\d{4}", re.IGNORECASE)
_MONTH = re.compile(r"(?:branche|br)_(\d{4})_(\d{2})", re.IGNORECASE)
_NUMBERED = re.compile(r"(y_\d{4}|(?:branche|br)_\d{4}_\d{2})_\d+", re.IGNORECASE)
_CODE = re.compile(r"[0-9A-Z]{1,4}")
_BRANCH = re.compile(r"[0-9A-Z][0-9A-Z.]{0,7}")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+")


@dataclass(frozen=True)
class Registers:
    """What the files said: weekly codes, branches by week (None without branch columns), columns asked for, report.

    Both panels number persons alike and carry the source's ids. In ``branches`` a row means a wage from that branch
    in the month the week belongs to.
    """

    weekly: Panel
    branches: Panel | None
    columns: dict[str, Column]
    report: ImportReport


def read_weekly(
    paths: Sequence[Path],
    *,
    codes: CodeList | None = None,
    id_column: str | None = None,
    columns: Sequence[str] = (),
    already: Container[str] = (),
    memory: str = "2GB",
    quiet: bool = False,
    progress: Progress = silent,
) -> Registers:
    """Reads wide files in a stream; bad rows are named and set aside, unknown codes kept and counted.

    ``columns`` are further columns to carry along as text, one value per person. ``already`` holds digests of files
    imported before (a ``Ledger``). ``memory`` bounds DuckDB. A code of digits has at least three (``7`` is ``007``).
    ``progress`` is told the share that is read, from 0 to 1; ``quiet`` shows no bar on a terminal.
    Raises RegisterError when nothing is left to read, or a file has no id or no week.
    """
    notes, files, parts = Notes(), list[FileRead](), list[Part]()
    seen, known_codes = set[str](), codes or dream_codes()
    with tempfile.TemporaryDirectory(prefix="brobygger-") as folder, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = {quoted(memory)}")
        connection.execute(f"SET temp_directory = {quoted(folder)}")
        for number, path in enumerate(paths):
            told = part_of(progress, number / len(paths), (number + 1) / len(paths))
            digest = digest_of(path)
            known = digest in already or digest in seen
            seen.add(digest)
            if not known:
                middle = share_of_opening(path)
                opened = open_register(path, connection, Path(folder), part_of(told, 0.0, middle))
                file = _WideFile(opened, connection, known_codes, id_column, columns, notes, quiet)
                parts.append(file.read(part_of(told, middle, 1.0)))
            files.append(FileRead(path.name, digest, 0 if known else parts[-1].rows, known))
    if not parts:
        raise RegisterError("Der er ingen nye filer at læse.")
    return put_together(parts, files, notes, known_codes, columns)


def job_weeks(branches: Panel) -> Panel:
    """Branches as one state, ``wage``: a wage was paid in the month the week belongs to."""
    mapping = {code: NOT_SEEN if code == NOT_SEEN else "wage" for code in branches.codes}
    return branches.mapped(mapping)


@dataclass
class Part:
    """One file's persons and runs, before files are put together."""

    ids: Column
    weekly: Panel
    branches: Panel | None
    columns: dict[str, Column]
    rows: int
    repeated: int
    bad_columns: tuple[str, ...]


class _WideFile:
    """Reads one wide file, so many cells at a time."""

    def __init__(
        self,
        opened: Opened,
        connection: duckdb.DuckDBPyConnection,
        codes: CodeList,
        id_column: str | None,
        columns: Sequence[str],
        notes: Notes,
        quiet: bool,
    ) -> None:
        self.opened, self.connection, self.notes, self.quiet = opened, connection, notes, quiet
        self.extra = [self._column(wanted) for wanted in columns]
        self.id_column = self._column(id_column) if id_column else self._find_id()
        self.bad_columns: list[str] = []
        self._refuse_repeated()
        self.weeks, self.months = self._week_slots(), self._month_slots()
        self.weeks.learn(["", *sorted(codes.known)])
        if self.months:
            self.months.learn([""])
        self.chosen: list[npt.NDArray[np.int64]] = []
        self.people: list[dict[str, Column]] = []
        self.runs: dict[str, list[tuple[Any, ...]]] = {"weeks": [], "months": []}

    def read(self, progress: Progress = silent) -> Part:
        slots = self.weeks.count + (self.months.count if self.months else 0)
        step = max(CELLS_AT_A_TIME // slots, 1)
        self.notes.add(self.opened.lost)
        with tqdm(total=self.opened.rows, unit=" personer", disable=self.quiet or None) as bar:
            for low in range(0, self.opened.rows, step):
                high = min(low + step, self.opened.rows)
                self._read_piece(low, high)
                bar.update(high - low)
                progress(high / self.opened.rows)
        return self._part()

    def _column(self, wanted: str) -> str:
        for column in self.opened.columns:
            if column.lower() == wanted.lower():
                return column
        raise RegisterError(f"Filen {self.opened.source.name} har ikke kolonnen »{wanted}«.")

    def _find_id(self) -> str:
        lower = {column.lower(): column for column in self.opened.columns}
        for candidate in ID_COLUMNS:
            if candidate in lower:
                return lower[candidate]
        raise RegisterError(
            f"Filen {self.opened.source.name} har ingen kolonne med personens nummer "
            f"(den kan hedde {', '.join(ID_COLUMNS)})."
        )

    def _week_slots(self) -> Slots:
        found: dict[int, str] = {}
        for column in self.opened.columns:
            if _WEEK.fullmatch(column):
                self._note_column(column, found, week_from_dream)
        if not found:
            return self._no_weeks()
        first, last = min(found), max(found) + 1
        order = sorted(found)
        places = np.array(order) - first
        edges = np.arange(first, last + 1, dtype=np.int32)
        return self._slots("ydelseskoder", clean_code, [found[week] for week in order], places, edges)

    def _no_weeks(self) -> Slots:
        """Of a file with branches alone: one week that is not seen."""
        months = [month_of_column(column) for column in self.opened.columns if _MONTH.fullmatch(column)]
        if not months:
            raise RegisterError(f"Filen {self.opened.source.name} har ingen ugekolonner (y_ÅÅUU).")
        first = weeks_of_months(min(months), min(months))[0]
        edges = np.array([first, first + 1], dtype=np.int32)
        return self._slots("ydelseskoder", clean_code, [], np.array([], dtype=np.int64), edges)

    def _month_slots(self) -> Slots | None:
        found: dict[int, str] = {}
        for column in self.opened.columns:
            if _MONTH.fullmatch(column):
                self._note_column(column, found, month_of_column)
        if not found:
            return None
        order = sorted(found)
        months = range(order[0], order[-1] + 1)
        edges = np.array(
            [weeks_of_months(month, month)[0] for month in (*months, order[-1] + 1)], dtype=np.int32
        )
        places = np.array(order) - order[0]
        return self._slots("brancher", clean_branch, [found[month] for month in order], places, edges)

    def _slots(
        self,
        kind: str,
        clean: Callable[[str], str | None],
        columns: list[str],
        places: Places,
        edges: npt.NDArray[np.int32],
    ) -> Slots:
        numbers = frozenset(column for column in columns if self.opened.columns[column] != "VARCHAR")
        if clean is clean_branch:  # six digits: more numbers than a cell has room for
            return Slots(kind, clean, columns, places, edges, written=numbers)
        return Slots(kind, clean, columns, places, edges, numeric=numbers)

    def _refuse_repeated(self) -> None:
        """A heading that stands twice gets a number when a text file is opened."""
        for column in self.opened.columns:
            again = _NUMBERED.fullmatch(column)
            first = [other for other in self.opened.columns if again and other.lower() == again[1].lower()]
            if first:
                raise RegisterError(f"Kolonnerne {first[0]} og {column} gælder det samme tidsrum.")

    def _note_column(self, column: str, found: dict[int, str], when: Callable[[str], int]) -> None:
        try:
            place = when(column)
        except WeekError:
            self.bad_columns.append(column)
            return
        if place in found:
            raise RegisterError(f"Kolonnerne {found[place]} og {column} gælder det samme tidsrum.")
        found[place] = column

    def _read_piece(self, low: int, high: int) -> None:
        people = self._people(low, high)
        weekly = self._runs(self.weeks, low, high)
        monthly = self._runs(self.months, low, high) if self.months else None
        good = self._set_aside(people["id"], low, weekly, monthly)
        before = sum(len(piece) for piece in self.chosen)
        self.chosen.append(np.flatnonzero(good) + low)
        self.people.append({key: column[good] for key, column in people.items()})
        for key, slots, runs in (("weeks", self.weeks, weekly), ("months", self.months, monthly)):
            if slots is not None and runs is not None:
                self.runs[key].append(_rows_of(runs.of_rows(good), slots.edges, before))

    def _people(self, low: int, high: int) -> dict[str, Column]:
        wanted = {"id": self.id_column} | {f"c{n}": column for n, column in enumerate(self.extra)}
        parts = [f"coalesce(trim({self._as_text(column)}), '') AS {key}" for key, column in wanted.items()]
        return _fetched(self.connection, f"SELECT {', '.join(parts)} {self.opened.piece(low, high)}")

    def _as_text(self, column: str) -> str:
        """A whole number kept as a float loses its ``.0``."""
        if self.opened.columns[column] in {"DOUBLE", "FLOAT"}:
            whole = f"{name(column)} = trunc({name(column)})"
            return f"CASE WHEN {whole} THEN CAST({name(column)} AS HUGEINT)::VARCHAR ELSE {name(column)}::VARCHAR END"
        return f"CAST({name(column)} AS VARCHAR)"

    def _runs(self, slots: Slots, low: int, high: int) -> Runs:
        """The runs of a piece; asks again when texts turn up that have not been met before."""
        while True:
            self._enumerate(slots)
            parts = [f"{slots.expression(column)} AS {name(column)}" for column in slots.columns]
            values = self._values(parts, low, high)
            cells = slots.together(values, high - low)
            strange = slots.strange_in(cells)
            if not strange:
                return runs_in(cells, slots.meanings(cells))
            slots.learn(self._new_texts([slots.cell(column) for column in strange], low, high))

    def _values(self, parts: list[str], low: int, high: int) -> dict[str, Any]:
        query = f"SELECT {', '.join(parts)} {self.opened.piece(low, high)}"
        return _fetched(self.connection, query) if parts else {}

    def _enumerate(self, slots: Slots) -> None:
        texts = ", ".join(map(quoted, slots.raw))
        self.connection.execute("DROP TYPE IF EXISTS raw_text")
        self.connection.execute(f"CREATE TYPE raw_text AS ENUM ({texts})")

    def _new_texts(self, cells: list[str], low: int, high: int) -> list[str]:
        new = [
            f"list(DISTINCT {cell}) FILTER (WHERE {cell} IS NOT NULL AND TRY_CAST({cell} AS raw_text) IS NULL)"
            for cell in cells
        ]
        row = self.connection.execute(f"SELECT {', '.join(new)} {self.opened.piece(low, high)}").fetchone()
        return sorted({text for texts in row or () for text in texts or ()})

    def _set_aside(self, ids: Column, low: int, weekly: Runs, monthly: Runs | None) -> npt.NDArray[np.bool_]:
        """Which rows are good; the others are named with the first thing wrong in each."""
        nameless = {int(row): -1 for row in np.flatnonzero(ids == "")}
        weeks, months = _first_bad(weekly), _first_bad(monthly)
        wrong = sorted(nameless | weeks | months)
        for row in wrong:
            if row in nameless:
                self._name_row(row + low, "", self.id_column, "Personens nummer mangler.")
            elif row in weeks:
                self._name_cell(row + low, ids[row], self.weeks, weeks[row])
            elif self.months is not None:
                self._name_cell(row + low, ids[row], self.months, months[row])
        good = np.ones(len(ids), dtype=bool)
        good[wrong] = False
        return good

    def _name_cell(self, row: int, person: str, slots: Slots, place: int) -> None:
        column = slots.columns[int(np.flatnonzero(slots.places == place)[0])]
        what = "en ydelseskode" if slots is self.weeks else "en branche"
        self._name_row(row, person, column, f"Værdien er ikke {what}.")

    def _name_row(self, row: int, person: str, column: str, reason: str) -> None:
        self.notes.add([BadRow(self.opened.source.name, self.opened.line_of(row), person, column, reason)])

    def _part(self) -> Part:
        people = {
            key: np.concatenate([piece[key] for piece in self.people] or [np.array([], dtype="U1")])
            for key in ("id", *(f"c{n}" for n in range(len(self.extra))))
        }
        weekly = self._panel("weeks", self.weeks, people["id"])
        branches = None if self.months is None else self._panel("months", self.months, people["id"])
        kept, repeated = self._once(people["id"], [weekly] if branches is None else [weekly, branches])
        if len(kept) < len(people["id"]):
            weekly = weekly.only(kept)
            branches = None if branches is None else branches.only(kept)
        return Part(
            people["id"][kept],
            weekly,
            branches,
            {column: people[f"c{n}"][kept] for n, column in enumerate(self.extra)},
            self.opened.rows + len(self.opened.lost),
            repeated,
            tuple(self.bad_columns),
        )

    def _panel(self, key: str, slots: Slots, ids: Column) -> Panel:
        pieces = self.runs.pop(key)
        pieces = pieces or [(np.zeros(0, dtype=np.int32),) * 4]
        columns: list[Column] = [np.concatenate(part) for part in zip(*pieces, strict=True)]
        del pieces
        return Panel.build(
            person=columns[0],
            start=columns[1],
            stop=columns[2],
            status=columns[3],
            codes=slots.codes,
            persons=len(ids),
            first_week=int(slots.edges[0]),
            stop_week=int(slots.edges[-1]),
            ids=ids,
        ).trimmed()

    def _once(self, ids: Column, panels: list[Panel]) -> tuple[npt.NDArray[np.int64], int]:
        """Each person once: an equal row counts as repeated, another that says something else is set aside."""
        _, first, place = np.unique(ids, return_index=True, return_inverse=True)
        again = np.flatnonzero(first[place] != np.arange(len(ids)))
        repeated = 0
        for row in again:
            if all(same_rows(panel, int(first[place[row]]), int(row)) for panel in panels):
                repeated += 1
            else:
                source = int(np.concatenate(self.chosen)[row])
                reason = "Personen står i en tidligere række med andre koder."
                self._name_row(source, str(ids[row]), self.id_column, reason)
        return np.setdiff1d(np.arange(len(ids)), again), repeated


def clean_code(text: str) -> str | None:
    """A code as it is written in lists: three digits at least, capitals; BLANK for nothing, None for no code.

    >>> clean_code(" 7 "), clean_code("651.0"), clean_code("."), clean_code("65,1")
    ('007', '651', 'blank', None)
    """
    bare = _bare(text)
    if not bare:
        return BLANK
    if not _CODE.fullmatch(bare):
        return None
    return bare.zfill(3) if bare.isdigit() else bare


def clean_branch(text: str) -> str | None:
    """A branch code of six digits or as it stands; BLANK for nothing, None for no branch."""
    bare = _bare(text)
    if not bare:
        return BLANK
    if not _BRANCH.fullmatch(bare):
        return None
    return bare.zfill(6) if bare.isdigit() else bare


def _bare(text: str) -> str:
    stripped = text.strip().upper()
    whole = _WHOLE_FLOAT.fullmatch(stripped)
    if whole:
        return whole[1]
    return "" if stripped in {"", ".", "NAN", "NA"} else stripped


def same_rows(panel: Panel, one: int, other: int) -> bool:
    """Whether two persons have the same runs."""
    a, b = (slice(*panel.offsets[[person, person + 1]]) for person in (one, other))
    columns = (panel.start, panel.stop, panel.status)
    return all(np.array_equal(column[a], column[b]) for column in columns)


def _first_bad(runs: Runs | None) -> dict[int, int]:
    """The first slot that is no code, by row."""
    if runs is None:
        return {}
    bad = runs.take(runs.value == BAD)
    rows, first = np.unique(bad.row, return_index=True)
    return dict(zip(rows.tolist(), bad.slot[first].tolist(), strict=True))


def _rows_of(runs: Runs, edges: npt.NDArray[np.int32], before: int) -> tuple[Column, ...]:
    """Person, start, stop and status of a panel's rows; ``before`` persons come first, the gap has no rows."""
    kept = runs.take(runs.value != GAP)
    return (kept.row + before).astype(np.int32), edges[kept.slot], edges[kept.last], kept.value


def month_of_column(column: str) -> int:
    """The running month of a column with branches. Raises WeekError for another name."""
    found = _MONTH.fullmatch(column)
    if not found:
        raise WeekError(f"Kolonnen »{column}« er ikke en måned.")
    return month_from(int(found[1]), int(found[2]))


def _fetched(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    found = connection.execute(query).fetchnumpy()
    return {key: np.asarray(column) for key, column in found.items()}


def put_together(
    parts: list[Part],
    files: list[FileRead],
    notes: Notes,
    codes: CodeList,
    columns: Sequence[str],
) -> Registers:
    ids = parts[0].ids if len(parts) == 1 else np.unique(np.concatenate([part.ids for part in parts]))
    weekly, conflicts = _joined([(part.ids, part.weekly) for part in parts], ids)
    with_branch = [(part.ids, part.branches) for part in parts if part.branches is not None]
    branches, more = _joined(with_branch, ids) if with_branch else (None, 0)
    report = ImportReport(
        kind="weekly",
        files=tuple(files),
        kept=sum(len(part.ids) for part in parts),
        repeated=sum(part.repeated for part in parts),
        conflicts=conflicts + more,
        bad=notes.count,
        bad_rows=tuple(notes.named),
        bad_columns=tuple(column for part in parts for column in part.bad_columns),
        unknown=unknown_codes(weekly, codes),
        outside_dates=codes.outside_dates(weekly),
    )
    return Registers(weekly, branches, _joined_columns(parts, ids, columns), report)


def unknown_codes(panel: Panel, codes: CodeList) -> tuple[UnknownCode, ...]:
    """The codes of a panel that stand in no list, most person-weeks first."""
    found, listed = list[UnknownCode](), codes.known
    for index, code in enumerate(panel.codes):
        told = code in listed or code == NOT_SEEN
        rows = np.flatnonzero(panel.status == index) if not told else np.zeros(0, dtype=np.int64)
        if not len(rows):
            continue
        start, stop = panel.start[rows], panel.stop[rows]
        persons = len(np.unique(panel.person[rows]))
        weeks = int((stop - start).sum())
        found.append(UnknownCode(code, weeks, persons, int(start.min()), int(stop.max()) - 1))
    return tuple(sorted(found, key=lambda unknown: (-unknown.weeks, unknown.code)))


def _joined(parts: list[tuple[Column, Panel]], ids: Column) -> tuple[Panel, int]:
    """One panel of all persons and weeks: the first file that tells about a week is believed.

    Also counts person-weeks in which a later file says something else.
    """
    if len(parts) == 1 and len(parts[0][0]) == len(ids):
        return parts[0][1], 0
    first = min(panel.first_week for _, panel in parts)
    stop = max(panel.stop_week for _, panel in parts)
    whole = [
        panel.widened(
            first_week=first, stop_week=stop, outside=NOT_SEEN, place=np.searchsorted(ids, own), ids=ids
        )
        for own, panel in parts
    ]
    result, conflicts = whole[0], 0
    for later in whole[1:]:
        result, more = _first_seen(result, later)
        conflicts += more
    return result, conflicts


def _first_seen(upper: Panel, lower: Panel) -> tuple[Panel, int]:
    person, start, stop = segments([upper, lower])
    one = upper.names(upper.status_at(person, start))
    two = lower.names(lower.status_at(person, start))
    conflict = (one != two) & (one != NOT_SEEN) & (two != NOT_SEEN)
    chosen = np.where(one == NOT_SEEN, two, one)
    codes, status = np.unique(chosen, return_inverse=True)
    joined = Panel.build(
        person=person,
        start=start,
        stop=stop,
        status=status,
        codes=[str(code) for code in codes],
        persons=upper.persons,
        first_week=upper.first_week,
        stop_week=upper.stop_week,
        ids=upper.ids,
    )
    return joined, int((stop - start)[conflict].sum())


def _joined_columns(parts: list[Part], ids: Column, columns: Sequence[str]) -> dict[str, Column]:
    """Columns carried along: the first file that tells about a person is believed."""
    result = {}
    for number, wanted in enumerate(columns):
        column = np.full(len(ids), "", dtype=object)
        for part in reversed(parts):
            place = np.arange(len(ids)) if len(parts) == 1 else np.searchsorted(ids, part.ids)
            column[place] = list(part.columns.values())[number]
        result[wanted] = column.astype(np.str_)
    return result
