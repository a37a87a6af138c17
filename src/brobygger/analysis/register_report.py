"""What an import did: read, kept, named and set aside, counted and not understood, and left out as already known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from brobygger.analysis.errors import RegisterError
from brobygger.analysis.weeks import iso_label

NAMED_ROWS = 1_000
"""So many bad rows are named; the rest are counted."""


@dataclass(frozen=True)
class BadRow:
    """A row that was set aside: where, whose, in which column and why (a Danish sentence)."""

    file: str
    row: int
    person: str
    column: str
    reason: str


@dataclass(frozen=True)
class UnknownCode:
    """A code in no list: how much of it there is, and between which running weeks (last included)."""

    code: str
    weeks: int
    persons: int
    first_week: int
    last_week: int


@dataclass(frozen=True)
class FileRead:
    """One file: its name, SHA-256, rows in it, and whether it was left out because it was imported before."""

    name: str
    digest: str
    rows: int
    already: bool = False


@dataclass(frozen=True)
class ImportReport:
    """The whole import. ``repeated`` rows said nothing new; ``conflicts`` are person-weeks two files disagree on."""

    kind: str
    files: tuple[FileRead, ...] = ()
    kept: int = 0
    repeated: int = 0
    conflicts: int = 0
    bad: int = 0
    bad_rows: tuple[BadRow, ...] = ()
    bad_columns: tuple[str, ...] = ()
    unknown: tuple[UnknownCode, ...] = ()
    outside_dates: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows in the files that were read now."""
        return sum(file.rows for file in self.files if not file.already)

    def lines(self) -> list[str]:
        """The report as Danish sentences, most important first."""
        said = [f"Læst: {_number(self.rows)} rækker. Beholdt: {_number(self.kept)}."]
        said += [f"{f.name} er importeret før og er sprunget over." for f in self.files if f.already]
        if self.repeated:
            said.append(f"{_number(self.repeated)} rækker var der i forvejen og er ikke talt igen.")
        if self.conflicts:
            said.append(
                f"I {_number(self.conflicts)} personuger siger filerne noget forskelligt; den første gælder."
            )
        if self.bad:
            said.append(f"{_number(self.bad)} rækker er sat til side:")
            said += [_bad_line(row) for row in self.bad_rows]
        said += [
            f"Kolonnen {column} er ikke en uge eller måned og er ikke læst." for column in self.bad_columns
        ]
        said += [_unknown_line(code) for code in self.unknown]
        said += [
            f"Koden {code} står i {_number(weeks)} personuger, hvor kodelisten ikke giver den betydning."
            for code, weeks in self.outside_dates.items()
        ]
        return said

    def as_dict(self) -> dict[str, Any]:
        """The report for machines."""
        return asdict(self)


class Notes:
    """Collects bad rows while reading; names the first thousand."""

    def __init__(self) -> None:
        self.named: list[BadRow] = []
        self.count = 0

    def add(self, rows: Iterable[BadRow]) -> None:
        for row in rows:
            self.count += 1
            if len(self.named) < NAMED_ROWS:
                self.named.append(row)


class Ledger:
    """The digests of files imported before, in one JSON file; what stands there is never read again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files: dict[str, dict[str, Any]] = _stored(path)

    def __contains__(self, digest: str) -> bool:
        return digest in self._files

    def record(self, report: ImportReport) -> None:
        """Remembers the files of a report. Call it when the rows themselves are safely stored."""
        for file in report.files:
            if not file.already:
                self._files[file.digest] = {"name": file.name, "kind": report.kind, "rows": file.rows}
        beside = self.path.with_suffix(".new")
        beside.write_text(
            json.dumps(self._files, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8"
        )
        beside.replace(self.path)


def _stored(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    try:
        content: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RegisterError(f"Listen over importerede filer, {path.name}, er ødelagt.") from error
    return content


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _bad_line(row: BadRow) -> str:
    person = f", person {row.person}" if row.person else ""
    column = f", kolonne {row.column}" if row.column else ""
    line = f", række {row.row}" if row.row else ""
    return f"{row.file}{line}{person}{column}: {row.reason}"


def _unknown_line(code: UnknownCode) -> str:
    return (
        f"Koden {code.code} er ukendt: {_number(code.weeks)} personuger hos {_number(code.persons)} personer, "
        f"{iso_label(code.first_week)} til {iso_label(code.last_week)}. Den er beholdt som den står."
    )
