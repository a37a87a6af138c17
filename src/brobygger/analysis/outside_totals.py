"""Statistics Denmark's totals of activated full-time persons (AUH03, AUK03), to stand beside one's own.

Reads what StatBank exports as semicolon-separated text: the long form of its interface (``…;TID;INDHOLD``) and the form
of its pages, with a title, the periods across and the first columns written once and then left blank. Its signs: ``..``
and ``.`` are not there, ``-`` is none, ``*`` marks a provisional figure.

The totals count something else than a mentorship does, so the two stand beside each other and are never subtracted.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from brobygger.analysis.errors import RegisterError
from brobygger.analysis.register_files import digest_of, encoding_of
from brobygger.analysis.register_report import BadRow, FileRead, ImportReport, Notes
from brobygger.values.period import Period

TableName = Literal["AUH03", "AUK03"]

CAVEAT = (
    "Danmarks Statistik tæller fuldtidspersoner i aktivering og regner deltagelse om til fuld tid. Her tælles "
    "forløb med bekræftede møder. Tallene kan stå ved siden af hinanden, men ikke trækkes fra hinanden."
)
_MENTOR = {"MED", "MEK"}
_NOT_THERE = {"..", ".", ""}
_PERIOD = re.compile(r"(\d{4})(?:([KQMH])(\d{1,2}))?")
_MONTHS = {"K": 3, "Q": 3, "M": 1, "H": 6}
_NUMBER = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")


@dataclass(frozen=True)
class OutsideTotal:
    """One figure: ``labels`` (dimension → value), the period as written and as days, ``value`` None: not published."""

    labels: Mapping[str, str]
    label: str
    period: Period
    value: float | None
    provisional: bool
    line: int

    @property
    def is_mentor(self) -> bool:
        """Whether it is about mentor support: MED (insured), MEK (cash benefit), or a value that says mentor."""
        return any(
            value.split(" ")[0] in _MENTOR or "mentor" in value.lower() for value in self.labels.values()
        )


@dataclass(frozen=True)
class OutsideTotals:
    """A table as it was on ``read_on``: later releases correct earlier figures."""

    table: TableName
    title: str
    read_on: date
    dimensions: tuple[str, ...]
    rows: tuple[OutsideTotal, ...]
    report: ImportReport

    def mentor(self) -> tuple[OutsideTotal, ...]:
        """The rows about mentor support."""
        return tuple(each for each in self.rows if each.is_mentor)

    def one(self, label: str, labels: Mapping[str, str]) -> OutsideTotal | None:
        """The row of a period with these values. Raises RegisterError when several fit: name more of them."""
        found = [
            each
            for each in self.rows
            if each.label == label and all(each.labels.get(name) == value for name, value in labels.items())
        ]
        if len(found) > 1:
            missing = ", ".join(name for name in self.dimensions if name not in labels)
            raise RegisterError(f"{len(found)} tal passer. Angiv også {missing}.")
        return found[0] if found else None


@dataclass(frozen=True)
class BesideTotal:
    """Own figure and the outside one in a period, each with what it counts. There is no difference on purpose."""

    label: str
    own: int | None
    own_counts: str
    outside: float | None
    outside_counts: str
    provisional: bool
    source: str
    caveat: str = CAVEAT


def read_outside_totals(path: Path, *, table: TableName, read_on: date) -> OutsideTotals:
    """Reads one export. A line that cannot be read is named and set aside; a figure said twice is taken once.

    ``read_on`` is the day the table was fetched. Raises RegisterError for a file without a heading of either form.
    """
    lines = list(_lines(path))
    notes = Notes()
    form, place = _heading(path, lines)
    cells = _long(path, lines, place, notes) if form == "long" else _wide(path, lines, place, notes)
    rows, repeated = _once(path, cells, notes)
    dimensions = tuple(rows[0].labels) if rows else ()
    report = ImportReport(
        kind="outside_totals",
        files=(FileRead(path.name, digest_of(path), len(rows) + repeated + notes.count),),
        kept=len(rows),
        repeated=repeated,
        bad=notes.count,
        bad_rows=tuple(notes.named),
    )
    title = next((cells[0] for _, cells in lines[:place] if cells and cells[0].strip()), "")
    return OutsideTotals(table, title.strip(), read_on, dimensions, tuple(rows), report)


def beside_totals(
    own: Mapping[str, int | None], outside: OutsideTotals, labels: Mapping[str, str], *, own_counts: str
) -> tuple[BesideTotal, ...]:
    """One line a period of one's own figures (by the period as StatBank writes it), with the caveat on each.

    ``own`` must already have passed disclosure control; None stays None. ``own_counts`` says what they count.
    """
    source = f"Danmarks Statistik, {outside.table}, hentet {outside.read_on:%d.%m.%Y}"
    found = [(label, count, outside.one(label, labels)) for label, count in own.items()]
    return tuple(
        BesideTotal(
            label,
            count,
            own_counts,
            None if other is None else other.value,
            "fuldtidspersoner i aktivering",
            other is not None and other.provisional,
            source,
        )
        for label, count, other in found
    )


def period_of(label: str) -> Period | None:
    """The days of a period as StatBank writes it: 2024, 2024K1 (or Q1), 2024M03, 2024H1. None for anything else."""
    found = _PERIOD.fullmatch(label.strip().upper())
    if not found:
        return None
    year, kind, number = int(found[1]), found[2], int(found[3] or 1)
    months = _MONTHS[kind] if kind else 12
    if not 1 <= number <= 12 // months or not 1900 <= year <= 2200:
        return None
    return Period.of_months(date(year, (number - 1) * months + 1, 1), months)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines with something in them, numbered as an editor shows them (where each begins)."""
    if not path.is_file():
        raise RegisterError(f"Filen {path.name} findes ikke.")
    begun = 1
    with path.open(encoding=encoding_of(path), newline="") as file:
        reader = csv.reader(file, delimiter=";")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begun, [cell.removeprefix("\ufeff").strip() for cell in cells]
            begun = reader.line_num + 1


def _heading(path: Path, lines: list[tuple[int, list[str]]]) -> tuple[Literal["long", "wide"], int]:
    for place, (_, cells) in enumerate(lines):
        upper = [cell.upper() for cell in cells]
        if upper[-1] == "INDHOLD" and "TID" in upper:
            return "long", place
        times = [cell for cell in cells if cell]
        if times and all(period_of(cell) for cell in times) and cells[-1]:
            return "wide", place
    raise RegisterError(
        f"Filen {path.name} ligner ikke et udtræk fra Statistikbanken. Hent den som semikolonsepareret tekst."
    )


Cell = tuple[int, dict[str, str], str, str, str]
"""Line, labels, period, figure, and the heading the figure stands under."""


def _long(path: Path, lines: list[tuple[int, list[str]]], place: int, notes: Notes) -> Iterator[Cell]:
    heading = [cell.upper() for cell in lines[place][1]]
    time = heading.index("TID")
    for line, cells in lines[place + 1 :]:
        if len(cells) != len(heading):
            notes.add(
                [BadRow(path.name, line, "", "", "Linjen har ikke lige så mange felter som overskriften.")]
            )
            continue
        labels = {name: cells[at] for at, name in enumerate(heading[:-1]) if at != time}
        yield line, labels, cells[time], cells[-1], "INDHOLD"


def _wide(path: Path, lines: list[tuple[int, list[str]]], place: int, notes: Notes) -> Iterator[Cell]:
    heading = lines[place][1]
    first = next(at for at, cell in enumerate(heading) if cell)
    names = [f"D{at + 1}" for at in range(first)]
    last = [""] * first
    for line, cells in lines[place + 1 :]:
        if len(cells) != len(heading):
            if len(cells) > 1:
                notes.add(
                    [
                        BadRow(
                            path.name, line, "", "", "Linjen har ikke lige så mange felter som overskriften."
                        )
                    ]
                )
            continue
        last = [cell or before for cell, before in zip(cells[:first], last, strict=True)]
        labels = dict(zip(names, last, strict=True))
        for at in range(first, len(heading)):
            yield line, labels, heading[at], cells[at], heading[at]


def _once(path: Path, cells: Iterator[Cell], notes: Notes) -> tuple[list[OutsideTotal], int]:
    kept: dict[tuple[tuple[str, ...], str], OutsideTotal] = {}
    repeated = 0
    for line, labels, label, text, column in cells:
        row = _parsed(path, line, labels, label, text, column, notes)
        if row is None:
            continue
        key = (tuple(labels.values()), label)
        if key not in kept:
            kept[key] = row
        elif kept[key].value == row.value:
            repeated += 1
        else:
            why = f"Tallet er et andet end i linje {kept[key].line}, som gælder."
            notes.add([BadRow(path.name, line, "", column, why)])
    return list(kept.values()), repeated


def _parsed(
    path: Path, line: int, labels: dict[str, str], label: str, text: str, column: str, notes: Notes
) -> OutsideTotal | None:
    period = period_of(label)
    if period is None:
        notes.add([BadRow(path.name, line, "", "TID", f"Perioden »{label}« kan ikke læses.")])
        return None
    bare = text.rstrip("*").strip()
    if bare in _NOT_THERE:
        return OutsideTotal(labels, label, period, None, text.endswith("*"), line)
    if bare == "-":
        bare = "0"
    if not _NUMBER.fullmatch(bare):
        notes.add([BadRow(path.name, line, "", column, f"»{text}« er ikke et tal.")])
        return None
    value = float(bare.replace(".", "").replace(",", "."))
    return OutsideTotal(labels, label, period, value, text.endswith("*"), line)
