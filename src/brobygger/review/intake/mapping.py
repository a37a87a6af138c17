"""Which column holds what: guessed from headings and content, corrected by people, remembered by heading."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from brobygger.review.intake import cells
from brobygger.review.intake.cells import NotReadable, is_blank
from brobygger.review.intake.choices import plain
from brobygger.review.intake.fields import BY_NAME, FIELDS, Field, Kind
from brobygger.review.intake.refusal import FileRefused
from brobygger.review.intake.sheet import Cell, Row, Table

IGNORED = ""
"""A column that nothing is read from."""

SAMPLES = 3
_LOOKED_AT = 120
_ROWS_ABOVE = 15
_SURE = 0.8
_EXACTLY = 0.97
_FITS = 0.6
_FITS_A_NAME = 0.2


@dataclass(frozen=True)
class Column:
    """One column of the file: its heading, and a few of its values with CPR numbers hidden."""

    position: int
    heading: str
    samples: tuple[str, ...]
    filled: int

    @property
    def letter(self) -> str:
        """The column as a spreadsheet names it.

        >>> Column(27, "", (), 0).letter
        'AB'
        """
        letters, number = "", self.position + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters

    @property
    def key(self) -> str:
        """What the column is remembered by."""
        return plain(self.heading)


@dataclass(frozen=True)
class Sheet:
    """A table whose headings are found. ``rows[0]`` stands in row ``first_row`` of the file."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    first_row: int
    name: str = ""
    other_sheets: tuple[str, ...] = ()


Mapping_ = Mapping[int, str]
"""Column position -> name of a field, or IGNORED."""


def sheet_of(table: Table) -> Sheet:
    """Finds the row with headings. Raises FileRefused where there is none or nothing under it."""
    place = _header_place(table.rows)
    headings = [_heading(cell) for cell in table.rows[place]]
    rows = table.rows[place + 1 :]
    if not any(not is_blank(cell) for row in rows for cell in row):
        raise FileRefused("NO_ROWS")
    columns = tuple(
        Column(position, heading, *_samples(rows, position)) for position, heading in enumerate(headings)
    )
    return Sheet(columns, rows, table.first_row + place + 1, table.sheet, table.other_sheets)


def _heading(cell: Cell) -> str:
    return cells.without_cpr(cells.text_of(cell))[:120]


def _samples(rows: Sequence[Row], position: int) -> tuple[tuple[str, ...], int]:
    found: dict[str, None] = {}
    filled = 0
    for row in rows:
        if is_blank(row[position]):
            continue
        filled += 1
        if len(found) < SAMPLES:
            found.setdefault(cells.without_cpr(cells.text_of(row[position]))[:40])
    return tuple(found), filled


def _header_place(rows: Sequence[Row]) -> int:
    """The row with most known headings among the first; a list can have a title above them."""
    scores = [sum(_known_heading(cell) for cell in row) for row in rows[:_ROWS_ABOVE]]
    if best := max(scores, default=0):
        return scores.index(best)
    for place, row in enumerate(rows[:_ROWS_ABOVE]):
        filled = [cell for cell in row if not is_blank(cell)]
        if len(filled) > 1 and all(isinstance(cell, str) and not _is_data(cell) for cell in filled):
            return place
    raise FileRefused("NO_HEADER")


def _known_heading(cell: Cell) -> bool:
    return isinstance(cell, str) and plain(cell) in _EXACT and not is_blank(cell)


def _is_data(text: str) -> bool:
    if cells.holds_cpr(text):
        return True
    for read in (cells.read_date, cells.read_decimal):
        try:
            read(text)
        except NotReadable:
            continue
        return True
    return False


_EXACT: dict[str, Field] = {}
for _field in FIELDS:
    for _name in _field.headings:
        _EXACT.setdefault(plain(_name), _field)
    _EXACT.setdefault(plain(_field.name), _field)
_WORDS = {name: frozenset(name.split()) for name in _EXACT}


# Guessing


def guess(sheet: Sheet, remembered: Mapping[str, str] | None = None) -> dict[int, str]:
    """The likely field of each column, IGNORED where none is likely.

    ``remembered`` maps a heading's key to a field and goes before all guessing. Each field is given once, except
    those that several columns may hold.
    """
    known = remembered or {}
    chosen: dict[int, str] = {}
    for column in sheet.columns:
        if column.key in known and (known[column.key] == IGNORED or known[column.key] in BY_NAME):
            chosen[column.position] = known[column.key]
    taken = {name for name in chosen.values() if name and not BY_NAME[name].several}
    likely = sorted(
        (
            (score, -column.position, column, field)
            for column in sheet.columns
            if column.position not in chosen
            for score, field in _candidates(sheet, column)
        ),
        key=lambda each: each[:2],
        reverse=True,
    )
    for _score, _position, column, field in likely:
        if column.position in chosen or field.name in taken:
            continue
        chosen[column.position] = field.name
        if not field.several:
            taken.add(field.name)
    return {column.position: chosen.get(column.position, IGNORED) for column in sheet.columns}


def _candidates(sheet: Sheet, column: Column) -> list[tuple[float, Field]]:
    """Fields whose heading is alike and whose content fits."""
    if not column.filled:
        # An empty column says what it would hold, but never takes the place of a filled one.
        return [(score - 1, field) for field, score in _alike(column.key).items() if score >= _EXACTLY]
    found = [
        (score, field)
        for field, score in _alike(column.key).items()
        if score >= _SURE and _fits(sheet, column, field) >= (_FITS_A_NAME if score >= _EXACTLY else _FITS)
    ]
    if not found and _share(sheet, column, cells.read_cpr) >= 0.8 and "mentor" not in column.key:
        found.append((_SURE, BY_NAME["citizen_ref"]))
    return found


def _alike(key: str) -> dict[Field, float]:
    """How alike a heading is to those of each field, 0 to 1."""
    if not key:
        return {}
    if key in _EXACT:
        return {_EXACT[key]: 1.0}
    bare = " ".join(word for word in key.split() if not word.isdecimal())
    if bare in _EXACT:
        return {_EXACT[bare]: _EXACTLY}
    words = frozenset(bare.split())
    found: dict[Field, float] = {}
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(bare)
    for name, field in _EXACT.items():
        score = 0.0
        if len(name) > 3 and _WORDS[name] <= words:
            # A heading with a few words more; the longer the known part, the surer.
            score = 0.8 + 0.15 * len(name) / len(bare)
        elif min(len(name), len(bare)) >= 5:
            matcher.set_seq1(name)
            if matcher.real_quick_ratio() > 0.84 and matcher.quick_ratio() > 0.84:
                score = 0.95 * matcher.ratio() if matcher.ratio() > 0.84 else 0.0
        if score > found.get(field, 0.0):
            found[field] = score
    return found


def _fits(sheet: Sheet, column: Column, field: Field) -> float:
    """The share of the column's first values that the field can read."""
    if field.kind in (Kind.TEXT, Kind.PERSON, Kind.DOCUMENTED):
        return 1.0
    return _share(sheet, column, field.read)


def _share(sheet: Sheet, column: Column, read: object) -> float:
    seen = good = 0
    for row in sheet.rows:
        cell = row[column.position]
        if is_blank(cell):
            continue
        seen += 1
        try:
            read(cell)  # type: ignore[operator]
        except NotReadable:
            pass
        else:
            good += 1
        if seen >= _LOOKED_AT:
            break
    return good / seen if seen else 0.0


# People's own choice


def remembered_by(columns: Iterable[Column], mapping: Mapping_) -> dict[str, str]:
    """Heading's key -> field, to be kept for the next file. Headings that hold a CPR number are not kept."""
    return {
        column.key: mapping.get(column.position, IGNORED)
        for column in columns
        if column.key and "••" not in column.heading
    }


def twice(mapping: Mapping_) -> list[Field]:
    """Fields that more than one column is said to hold although only one may."""
    names = [name for name in mapping.values() if name]
    return [
        BY_NAME[name] for name in dict.fromkeys(names) if names.count(name) > 1 and not BY_NAME[name].several
    ]


def read_mapping(path: Path) -> dict[str, str]:
    """Heading's key -> field from a TOML file with a table ``[kolonner]``. Raises FileRefused."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise FileRefused("NOT_A_FILE") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileRefused("MAPPING", detail=f"{error}.") from None
    columns = content.get("kolonner")
    if not isinstance(columns, dict):
        raise FileRefused("MAPPING", detail="Der mangler en tabel med navnet [kolonner].")
    for heading, name in columns.items():
        if not isinstance(name, str) or (name != IGNORED and name not in BY_NAME):
            raise FileRefused("MAPPING", detail=f"Feltet for kolonnen »{heading}« kendes ikke.")
    return {plain(heading): name for heading, name in columns.items()}


def write_mapping(columns: Iterable[Column], mapping: Mapping_) -> str:
    """The mapping as the TOML that ``read_mapping`` reads."""
    lines = ["[kolonner]"]
    for column in columns:
        if column.heading and "••" not in column.heading:
            escaped = column.heading.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'"{escaped}" = "{mapping.get(column.position, IGNORED)}"')
    return "\n".join(dict.fromkeys(lines)) + "\n"
