"""The steps of a register as expressions in Ibis: the same lines run in DuckDB and on Apache Spark.

Wide columns become cells (person, slot, text), the different texts become codes by the rules of one machine, and codes
become runs: within a person and a code, the slot less its rank is the same for all slots that follow each other.
Comes with ``pip install brobygger[cluster]``. Rows in error are counted and named by person and column; their line is
not known on a cluster, where a file lies in parts.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from brobygger.analysis.codes import BLANK, NOT_SEEN, CodeList
from brobygger.analysis.errors import RegisterError, WeekError
from brobygger.analysis.outcomes import Counts, Windows
from brobygger.analysis.panel import Column, Panel, Spells
from brobygger.analysis.register_cells import MOST_CODES
from brobygger.analysis.register_files import TEXT_FILES, digest_of
from brobygger.analysis.register_report import BadRow, FileRead, Notes
from brobygger.analysis.registers import (
    ID_COLUMNS,
    Part,
    Registers,
    clean_branch,
    clean_code,
    month_of_column,
    put_together,
)
from brobygger.analysis.report.engines import in_order
from brobygger.analysis.weeks import week_from_dream, weeks_of_months

MISSING = "Klyngen kræver pakkerne ibis og pyspark: pip install brobygger[cluster]."
_BAD = "!"


@dataclass(frozen=True)
class _Slots:
    """Weeks or months of a file: their columns, the slot of each (from 0), and the running weeks at their edges."""

    columns: tuple[str, ...]
    places: tuple[int, ...]
    edges: npt.NDArray[np.int32]
    clean: Callable[[str], str | None]
    what: str

    @property
    def absent(self) -> list[tuple[int, int]]:
        """Stretches of slots without a column, as running weeks."""
        there = np.zeros(len(self.edges) - 1, dtype=bool)
        there[list(self.places)] = True
        return [(int(self.edges[slot]), int(self.edges[slot + 1])) for slot in np.flatnonzero(~there)]


class Cluster:
    """Ibis on a connection: ``Cluster.spark()`` for Apache Spark, ``Cluster(ibis.duckdb.connect())`` for a test."""

    def __init__(self, connection: Any) -> None:
        self.ibis = _ibis()
        self.connection = connection

    @classmethod
    def spark(cls, master: str | None = None) -> Cluster:
        """A session of Spark: the ``master`` given, else that of ``spark-defaults.conf`` or ``spark-submit``.

        Raises RegisterError without the packages, or without a Java that Spark can use.
        """
        ibis = _ibis()
        try:
            sql, errors = importlib.import_module("pyspark.sql"), importlib.import_module("pyspark.errors")
        except ImportError as error:
            raise RegisterError(MISSING) from error
        builder = sql.SparkSession.builder.appName("brobygger effects")
        if master:
            builder = builder.master(master)
        try:
            session = builder.getOrCreate()
        except (errors.PySparkException, OSError) as error:
            raise RegisterError(
                f"Spark kan ikke startes: {str(error).splitlines()[0]} Findes Java 17 eller 21?"
            ) from error
        session.sparkContext.setLogLevel("ERROR")
        return cls(ibis.pyspark.connect(session))

    def close(self) -> None:
        """Ends the session."""
        self.connection.disconnect()

    def read_wide(self, paths: Sequence[Path], codes: CodeList, *, quiet: bool) -> Registers:
        """As ``registers.read_weekly``: CSV and Parquet only, and a person twice with different codes stops it."""
        notes, files, parts, seen = Notes(), list[FileRead](), list[Part](), set[str]()
        for path in paths:
            digest = digest_of(path)
            known = digest in seen
            seen.add(digest)
            if not known:
                parts.append(self._part(path, notes))
            files.append(FileRead(path.name, digest, 0 if known else parts[-1].rows, known))
        if not parts:
            raise RegisterError("Der er ingen nye filer at læse.")
        return in_order(put_together(parts, files, notes, codes, ()))

    def count_edges(self, states: Panel, spells: Spells, windows: Windows) -> Counts:
        """As ``outcomes.edges_here``, summed where the data lie."""
        width = windows.width
        size = windows.groups * windows.kinds * (width + 1)
        found = self._edges(states, spells, windows)
        change = np.zeros(size, dtype=np.int64)
        np.add.at(change, found["cell"], found["change"])
        return change

    def _edges(self, states: Panel, spells: Spells, windows: Windows) -> dict[str, Column]:
        ibis, width = self.ibis, windows.width
        runs = self._table(
            person=states.person, start=states.start, stop=states.stop, kind=windows.lookup[states.status]
        )
        mine = self._table(owner=spells.person, low=windows.low, high=windows.high, grp=windows.group)
        met = runs.inner_join(
            mine,
            [runs.person == mine.owner, runs.start < mine.high, runs.stop > mine.low],
        )
        base = (met.grp * windows.kinds + met.kind) * (width + 1)
        enters = met.select(
            cell=base + ibis.greatest(met.start, met.low) - met.low, change=ibis.literal(1, "int64")
        )
        leaves = met.select(
            cell=base + ibis.least(met.stop, met.high) - met.low, change=ibis.literal(-1, "int64")
        )
        both = enters.union(leaves)
        return self._fetch(both.group_by("cell").aggregate(change=both.change.sum()))

    def _part(self, path: Path, notes: Notes) -> Part:
        table = self._open(path)
        person, weeks, months, bad_columns = _headings(path, table.columns)
        kinds = [weeks] if months is None else [weeks, months]
        named = self._named(table, person)
        whole, rows, repeated = self._once(named, path, notes, person)
        cells = self._cells(whole, kinds)
        bad = self._bad(cells, kinds)
        notes.add(BadRow(path.name, 0, who, column, why) for who, (column, why) in sorted(bad.items()))
        everyone = np.asarray(self._fetch(whole.select("person"))["person"], dtype=np.str_)
        ids = np.setdiff1d(everyone, np.array(list(bad), dtype=np.str_))
        runs = self._runs(cells)
        panels = [_panel_of(runs, number, slots, ids) for number, slots in enumerate(kinds)]
        return Part(ids, panels[0], panels[1] if months else None, {}, rows, repeated, tuple(bad_columns))

    def _named(self, table: Any, column: str) -> Any:
        """The table with ``person`` as text; a whole number kept as a float loses its ``.0``."""
        cell = table[column]
        text = (
            (cell.cast("int64") if cell.type().is_floating() else cell).cast("string").strip().fill_null("")
        )
        return table.mutate(person=text)

    def _open(self, path: Path) -> Any:
        suffix = path.suffix.lower()
        if suffix == ".parquet":
            return self.connection.read_parquet(str(path))
        if suffix not in TEXT_FILES:
            raise RegisterError(f"Filen {path.name} kan ikke læses på en klynge. Brug Parquet eller CSV.")
        with path.open("rb") as file:
            header = file.readline().decode("latin-1")
        delimiter = max(";,\t|", key=header.count)
        if self.connection.name == "duckdb":
            return self.connection.read_csv(str(path), all_varchar=True, header=True, delim=delimiter)
        return self.connection.read_csv(
            str(path), header=True, sep=delimiter, inferSchema=False, mode="FAILFAST"
        )

    def _once(self, table: Any, path: Path, notes: Notes, column: str) -> tuple[Any, int, int]:
        """Rows with a person, each once, how many rows there were, and how many stood twice.

        The same person with other codes stops the run: a cluster has no order by which one of them comes first.
        """
        counted = table.group_by("person").aggregate(times=table.count())
        several = self._fetch(counted.filter((counted.times > 1) | (counted.person == "")))
        times = dict(zip(several["person"], several["times"].tolist(), strict=True))
        nameless = int(times.pop("", 0))
        notes.add([BadRow(path.name, 0, "", column, "Personens nummer mangler.")] * nameless)
        rows, whole = int(self.connection.execute(table.count())), table.filter(table.person != "")
        if not times:
            return whole, rows, 0
        again = whole.filter(whole.person.isin(list(times))).distinct()
        left = int(self.connection.execute(again.count()))
        if left > len(times):
            raise RegisterError(
                f"I {path.name} står {left - len(times)} personer flere gange med forskellige koder. Ret filen, "
                "eller kør uden klynge; så nævnes rækkerne."
            )
        return (
            whole.filter(~whole.person.isin(list(times))).union(again),
            rows,
            sum(times.values()) - len(times),
        )

    def _cells(self, table: Any, kinds: Sequence[_Slots]) -> Any:
        """Person, kind (weeks or months), slot and code of every cell that is not empty; ``!`` for what is no code.

        Only the different texts are read as codes, here and by the rules of one machine.
        """
        columns = [column for slots in kinds for column in slots.columns]
        picked = table.select("person", **{column: table[column].cast("string") for column in columns})
        long = picked.pivot_longer(columns, names_to="heading", values_to="raw")
        kept = self._kept("cells", long.filter(long.raw.notnull()))
        placed = kept.inner_join(self._places(kinds), "heading").select("person", "kind", "slot", "raw")
        meaning = self._meaning(placed, kinds)
        return placed.inner_join(meaning, ["kind", "raw"]).select("person", "kind", "slot", "code")

    def _kept(self, name: str, expression: Any) -> Any:
        """The rows themselves, so that they are worked out once."""
        if self.connection.name == "duckdb":
            return self.connection.create_table(self.ibis.util.gen_name(name), expression, temp=True)
        return expression.cache()

    def _places(self, kinds: Sequence[_Slots]) -> Any:
        rows = [
            (column, kind, place)
            for kind, slots in enumerate(kinds)
            for column, place in zip(slots.columns, slots.places, strict=True)
        ]
        return self._rows(rows, heading="string", kind="int64", slot="int64")

    def _meaning(self, cells: Any, kinds: Sequence[_Slots]) -> Any:
        """What each text means, without those that mean nothing."""
        found = self._fetch(cells.select("kind", "raw").distinct().limit(2 * MOST_CODES + 1))
        if len(found["raw"]) > 2 * MOST_CODES:
            raise RegisterError(
                f"Kolonnerne ligner ikke ydelseskoder: der er over {MOST_CODES} forskellige værdier."
            )
        pairs = zip(found["kind"].tolist(), found["raw"].tolist(), strict=True)
        rows = [(kind, raw, kinds[kind].clean(raw) or _BAD) for kind, raw in pairs]
        kept = [row for row in rows if row[2] != BLANK]
        return self._rows(kept, kind="int64", raw="string", code="string")

    def _bad(self, cells: Any, kinds: Sequence[_Slots]) -> dict[str, tuple[str, str]]:
        """The first column in error of each person who has one, weeks before months."""
        wrong = cells.filter(cells.code == _BAD)
        found = self._fetch(wrong.group_by(["person", "kind"]).aggregate(slot=wrong.slot.min()))
        told = dict[str, tuple[str, str]]()
        for who, kind, slot in sorted(
            zip(*(found[name].tolist() for name in ("person", "kind", "slot")), strict=True)
        ):
            slots = kinds[kind]
            told.setdefault(
                str(who), (slots.columns[slots.places.index(slot)], f"Værdien er ikke {slots.what}.")
            )
        return told

    def _runs(self, cells: Any) -> dict[str, Column]:
        """Runs by person, kind and code: within them a slot less its rank stays the same."""
        rank = self.ibis.row_number().over(
            group_by=[cells.person, cells.kind, cells.code], order_by=cells.slot
        )
        islands = cells.mutate(island=cells.slot - rank)
        runs = islands.group_by(["person", "kind", "code", "island"]).aggregate(
            low=islands.slot.min(), high=islands.slot.max() + 1
        )
        return self._fetch(runs.select("person", "kind", "code", "low", "high"))

    def _rows(self, rows: Sequence[tuple[Any, ...]], **schema: str) -> Any:
        columns = list(zip(*rows, strict=True)) or [()] * len(schema)
        return self.ibis.memtable(
            {name: list(values) for name, values in zip(schema, columns, strict=True)}, schema=schema
        )

    def _table(self, **columns: npt.NDArray[Any]) -> Any:
        pandas = importlib.import_module("pandas")
        frame = pandas.DataFrame(
            {name: np.asarray(values, dtype=np.int64) for name, values in columns.items()}
        )
        return self.ibis.memtable(frame)

    def _fetch(self, expression: Any) -> dict[str, Column]:
        frame = self.connection.to_pandas(expression)
        return {str(name): frame[name].to_numpy() for name in frame.columns}


def _panel_of(runs: dict[str, Column], kind: int, slots: _Slots, ids: Column) -> Panel:
    """The runs of one kind, of the persons that are kept, and the stretches no column tells about."""
    found = {name: column[runs["kind"] == kind] for name, column in runs.items()}
    names = np.asarray(found["person"], dtype=np.str_)
    place = np.minimum(np.searchsorted(ids, names), max(len(ids) - 1, 0))
    kept = (ids[place] == names) if len(ids) else np.zeros(0, dtype=bool)
    texts, status = np.unique(np.asarray(found["code"], dtype=np.str_)[kept], return_inverse=True)
    codes = [*(str(each) for each in texts if each != NOT_SEEN), NOT_SEEN]
    lookup = np.array([codes.index(str(each)) for each in texts] or [0], dtype=np.int64)
    gaps, everyone = slots.absent, np.arange(len(ids))
    return Panel.build(
        person=np.concatenate([place[kept], *(everyone for _ in gaps)]),
        start=np.concatenate(
            [slots.edges[found["low"][kept].astype(np.int64)], *(np.full(len(ids), low) for low, _ in gaps)]
        ),
        stop=np.concatenate(
            [
                slots.edges[found["high"][kept].astype(np.int64)],
                *(np.full(len(ids), high) for _, high in gaps),
            ]
        ),
        status=np.concatenate([lookup[status], *(np.full(len(ids), len(codes) - 1) for _ in gaps)]),
        codes=codes,
        persons=len(ids),
        first_week=int(slots.edges[0]),
        stop_week=int(slots.edges[-1]),
        ids=ids,
    ).trimmed()


def _headings(path: Path, columns: Sequence[str]) -> tuple[str, _Slots, _Slots | None, list[str]]:
    """The column with the person, the weeks, the months, and columns that look like weeks but are not."""
    lower = {column.lower(): column for column in columns}
    person = next((lower[each] for each in ID_COLUMNS if each in lower), None)
    if person is None:
        raise RegisterError(
            f"Filen {path.name} har ingen kolonne med personens nummer (den kan hedde {', '.join(ID_COLUMNS)})."
        )
    weeks, bad = dict[int, str](), list[str]()
    months = dict[int, str]()
    for column in columns:
        head = column.lower()
        if head.startswith(("y_", "branche_", "br_")):
            try:
                if head.startswith("y_"):
                    weeks[week_from_dream(column)] = column
                else:
                    months[month_of_column(column)] = column
            except WeekError:
                bad.append(column)
    if not weeks:
        raise RegisterError(f"Filen {path.name} har ingen ugekolonner (y_ÅÅUU).")
    return person, _week_slots(weeks), _month_slots(months) if months else None, bad


def _week_slots(weeks: dict[int, str]) -> _Slots:
    order, first = sorted(weeks), min(weeks)
    edges = np.arange(first, order[-1] + 2, dtype=np.int32)
    columns, places = tuple(weeks[week] for week in order), tuple(week - first for week in order)
    return _Slots(columns, places, edges, clean_code, "en ydelseskode")


def _month_slots(months: dict[int, str]) -> _Slots:
    order = sorted(months)
    every = range(order[0], order[-1] + 2)
    edges = np.array([weeks_of_months(month, month)[0] for month in every], dtype=np.int32)
    columns, places = tuple(months[month] for month in order), tuple(month - order[0] for month in order)
    return _Slots(columns, places, edges, clean_branch, "en branche")


def _ibis() -> Any:
    try:
        return importlib.import_module("ibis")
    except ImportError as error:
        raise RegisterError(MISSING) from error


__all__ = ["MISSING", "Cluster"]
