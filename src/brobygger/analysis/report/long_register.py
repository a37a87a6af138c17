"""Weekly registers with one row per person and week: person, week, code and, where it is known, branch.

The week is written ``2026-W05``, ``y_2605`` or as any day in it. A week without a row is a week without benefit.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from brobygger.analysis.codes import BLANK, CodeList
from brobygger.analysis.errors import RegisterError, WeekError
from brobygger.analysis.panel import Panel
from brobygger.analysis.register_files import Opened, digest_of, name, open_register
from brobygger.analysis.register_report import BadRow, FileRead, Notes
from brobygger.analysis.registers import ID_COLUMNS, Part, Registers, clean_branch, clean_code, put_together
from brobygger.analysis.weeks import week_from_dream, week_from_iso, week_of

_WEEK = ("week", "uge")
_CODE = ("code", "kode", "ydelseskode", "ydelse")
_BRANCH = ("branch", "branche")
_ISO = re.compile(r"(\d{4})-?[WwUu](\d{1,2})")


def read_long(paths: Sequence[Path], codes: CodeList) -> Registers:
    """As ``registers.read_weekly`` for long files. Raises RegisterError for a file without the columns or any row."""
    notes, files, parts, seen = Notes(), list[FileRead](), list[Part](), set[str]()
    with tempfile.TemporaryDirectory(prefix="brobygger-") as folder, duckdb.connect() as connection:
        for path in paths:
            digest = digest_of(path)
            known = digest in seen
            seen.add(digest)
            if not known:
                opened = open_register(path, connection, Path(folder))
                parts.append(_LongFile(opened, connection, notes).read())
            files.append(FileRead(path.name, digest, 0 if known else parts[-1].rows, known))
    return put_together(parts, files, notes, codes, ())


def week_from_text(text: str) -> int | None:
    """The running week of a text, None when it is none.

    >>> week_from_text("2026-W05") == week_from_text("y_2605") == week_from_text("2026-01-28")
    True
    """
    iso = _ISO.fullmatch(text.strip())
    try:
        if iso:
            return week_from_iso(int(iso[1]), int(iso[2]))
        if text.strip().lower().startswith("y_"):
            return week_from_dream(text)
        return week_of(date.fromisoformat(text.strip()[:10]))
    except (WeekError, ValueError):
        return None


class _LongFile:
    """One long file: its different texts are read once, the rows stay in DuckDB until they are runs."""

    def __init__(self, opened: Opened, connection: duckdb.DuckDBPyConnection, notes: Notes) -> None:
        self.opened, self.connection, self.notes = opened, connection, notes
        lower = {column.strip().lower(): column for column in opened.columns}
        self.person, self.week, self.code = (
            self._heading(lower, each) for each in (ID_COLUMNS, _WEEK, _CODE)
        )
        self.branch = next((lower[each] for each in _BRANCH if each in lower), None)

    def _heading(self, lower: dict[str, str], wanted: Sequence[str]) -> str:
        found = next((lower[each] for each in wanted if each in lower), None)
        if found is None:
            raise RegisterError(
                f"Filen {self.opened.source.name} mangler en kolonne, der hedder en af disse: {', '.join(wanted)}."
            )
        return found

    def read(self) -> Part:
        self.notes.add(self.opened.lost)
        self._rows()
        self._meaning("week", week_from_text)
        self._meaning("code", clean_code)
        self._meaning("branch", clean_branch)
        self._name_bad()
        repeated = self._once()
        ids = np.sort(self._fetch("SELECT DISTINCT person FROM good")["person"].astype(np.str_))
        if not len(ids):
            raise RegisterError(f"Der er ingen rækker at læse i {self.opened.source.name}.")
        window = self.connection.execute("SELECT min(week_is), max(week_is) + 1 FROM good").fetchone()
        assert window is not None
        first, stop = int(window[0]), int(window[1])
        weekly = self._panel("code_is", ids, first, stop)
        branches = self._panel("branch_is", ids, first, stop) if self.branch else None
        return Part(ids, weekly, branches, {}, self.opened.rows + len(self.opened.lost), repeated, ())

    def _rows(self) -> None:
        wanted = {"person": self.person, "week": self.week, "code": self.code, "branch": self.branch}
        parts = [
            f"{f'coalesce(trim(CAST({name(column)} AS VARCHAR)), {_NOTHING})' if column else _NOTHING} AS {key}"
            for key, column in wanted.items()
        ]
        source = f"read_parquet('{str(self.opened.parquet).replace(chr(39), chr(39) * 2)}', file_row_number = true)"
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE cells AS SELECT file_row_number AS row, {', '.join(parts)} FROM {source}"
        )

    def _meaning(self, key: str, read: Callable[[str], Any]) -> None:
        texts = [row[0] for row in self.connection.execute(f"SELECT DISTINCT {key} FROM cells").fetchall()]
        kind = "INTEGER" if key == "week" else "VARCHAR"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {key}_means (text VARCHAR, is_ {kind})")
        self.connection.executemany(
            f"INSERT INTO {key}_means VALUES (?, ?)", [(text, read(text)) for text in texts] or [("", None)]
        )

    def _name_bad(self) -> None:
        joins = " ".join(
            f"LEFT JOIN {key}_means AS {key[0]} ON {key[0]}.text = {key}"
            for key in ("week", "code", "branch")
        )
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE read AS SELECT row, person, w.is_ AS week_is, c.is_ AS code_is, "
            "b.is_ AS branch_is, "
            f"CASE WHEN person = '' THEN 'person' WHEN w.is_ IS NULL THEN 'week' WHEN c.is_ IS NULL THEN 'code' "
            f"WHEN b.is_ IS NULL THEN 'branch' END AS wrong FROM cells {joins}"
        )
        bad = self.connection.execute(
            "SELECT row, person, wrong FROM read WHERE wrong IS NOT NULL ORDER BY row"
        )
        columns = {"person": self.person, "week": self.week, "code": self.code, "branch": self.branch or ""}
        for row, person, wrong in bad.fetchall():
            line = self.opened.line_of(int(row))
            self.notes.add([BadRow(self.opened.source.name, line, person, columns[wrong], _WHY[wrong])])

    def _once(self) -> int:
        """Each person and week once: the same said again is counted, something else is set aside and named."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE ranked AS SELECT *, row_number() OVER again AS number, "
            "first(code_is) OVER again = code_is AND first(branch_is) OVER again = branch_is AS same "
            "FROM read WHERE wrong IS NULL WINDOW again AS (PARTITION BY person, week_is ORDER BY row)"
        )
        other = self.connection.execute(
            "SELECT row, person FROM ranked WHERE number > 1 AND NOT same ORDER BY row"
        ).fetchall()
        for row, person in other:
            line = self.opened.line_of(int(row))
            why = "Ugen står i en tidligere række med en anden kode."
            self.notes.add([BadRow(self.opened.source.name, line, person, self.week, why)])
        self.connection.execute("CREATE OR REPLACE TEMP TABLE good AS SELECT * FROM ranked WHERE number = 1")
        found = self.connection.execute("SELECT count(*) FROM ranked WHERE number > 1 AND same").fetchone()
        return int(found[0]) if found else 0

    def _panel(self, column: str, ids: np.ndarray[Any, Any], first: int, stop: int) -> Panel:
        runs = self._fetch(
            f"SELECT person, {column} AS code, min(week_is) AS low, max(week_is) + 1 AS high FROM (SELECT *, week_is - "
            f"row_number() OVER (PARTITION BY person, {column} ORDER BY week_is) AS island FROM good "
            f"WHERE {column} <> '{BLANK}') GROUP BY person, {column}, island"
        )
        texts, status = np.unique(runs["code"].astype(np.str_), return_inverse=True)
        return Panel.build(
            person=np.searchsorted(ids, runs["person"].astype(np.str_)),
            start=runs["low"],
            stop=runs["high"],
            status=status,
            codes=[str(each) for each in texts],
            persons=len(ids),
            first_week=first,
            stop_week=stop,
            ids=ids,
        )

    def _fetch(self, query: str) -> dict[str, Any]:
        return {
            key: np.ma.getdata(column) for key, column in self.connection.execute(query).fetchnumpy().items()
        }


_NOTHING = "''"
_WHY = {
    "person": "Personens nummer mangler.",
    "week": "Ugen kan ikke læses. Skriv den som 2026-W05.",
    "code": "Værdien er ikke en ydelseskode.",
    "branch": "Værdien er ikke en branche.",
}
