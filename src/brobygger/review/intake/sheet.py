"""Bytes from strangers as a table of cells, or a refusal, within fixed time and memory.

A workbook is unpacked and measured here before the reader of spreadsheets sees it: that one trusts the sizes
a file states, and makes room for every cell up to the last one.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from stat import S_ISREG

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from brobygger.review.intake.refusal import FileRefused

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_UNPACKED = 150 * MEGABYTE
MAX_PARTS = 1_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELLS = 3_000_000
MAX_TEXT = 32_767

_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"\xd0\xcf\x11\xe0", "OLD_EXCEL"),
    (b"\x1f\x8b", "ARCHIVE"),
    (b"BZh", "ARCHIVE"),
    (b"\xfd7zXZ\x00", "ARCHIVE"),
    (b"7z\xbc\xaf\x27\x1c", "ARCHIVE"),
    (b"Rar!", "ARCHIVE"),
    (b"\x28\xb5\x2f\xfd", "ARCHIVE"),
)
_DELIMITERS = ";\t,|"
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
# Where a cell stands, "BC12"; written by hand in any way that the reader of spreadsheets accepts.
_CELL_PLACE = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br\s*=\s*[\"']([A-Za-z]{1,9})([0-9]{1,12})[\"']")
_ROW_PLACE = re.compile(rb"<(?:\w+:)?row\s[^<>]*?\br\s*=\s*[\"']([0-9]{1,12})[\"']")
_ODD_PLACE = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^<>]*?\br\s*=\s*[\"'][^\"']*&")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Table:
    """The cells of a file. ``rows[0]`` stands in row ``first_row`` of the file, counted from 1."""

    rows: list[Row]
    first_row: int
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


def read_path(path: Path, *, max_bytes: int = MAX_BYTES) -> Table:
    """The table in a file; its size is looked at before anything is read. Raises FileRefused."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise FileRefused("NOT_A_FILE")
        if status.st_size > max_bytes:
            raise FileRefused("TOO_LARGE", limit=max_bytes // MEGABYTE)
        with path.open("rb") as file:
            return read(file.read(max_bytes + 1), max_bytes=max_bytes)
    except OSError:
        raise FileRefused("NOT_A_FILE") from None


def read(data: bytes, *, max_bytes: int = MAX_BYTES) -> Table:
    """The table in ``data``, an .xlsx workbook or delimited text. The content decides, not the name.

    Raises FileRefused, and nothing else.
    """
    if len(data) > max_bytes:
        raise FileRefused("TOO_LARGE", limit=max_bytes // MEGABYTE)
    if not data.strip(b"\x00\t\r\n ") or data in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise FileRefused("EMPTY")
    for signature, code in _SIGNATURES:
        if data.startswith(signature):
            raise FileRefused(code)
    table = _workbook(data) if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else _text(data)
    return _within_limits(_without_empty_edges(table))


# Workbooks


def _workbook(data: bytes) -> Table:
    _measure(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            grids = [each for each in book.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
            for chosen in (each.name for each in grids if each.visible is SheetVisibleEnum.Visible):
                sheet = book.get_sheet_by_name(chosen)
                if sheet.height > 1:
                    rows: list[Row] = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 40)
                    # A hidden sheet is not read, but it is told: nobody may hide cases from the report.
                    others = tuple(each.name for each in grids if each.name != chosen)
                    return Table(rows, 1, chosen, others)
    except Exception as error:
        # The reader is compiled code and has many ways to say that a file is broken.
        raise FileRefused("DAMAGED") from error
    raise FileRefused("NO_ROWS")


def _measure(data: bytes) -> None:
    """Refuses archives that are no plain workbook, or that would grow beyond the limits when read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError):
        raise FileRefused("DAMAGED") from None
    _require_workbook({part.filename for part in parts})
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileRefused("BOMB")
    left = MAX_UNPACKED
    for part in parts:
        content = _unpacked(data, part, left)
        left -= len(content)
        if _SHEET_PART.search(part.filename):
            _require_small_grid(content)


def _require_workbook(names: set[str]) -> None:
    lowered = {name.lower().replace("\\", "/") for name in names}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered):
        raise FileRefused("MACROS")
    if "xl/workbook.xml" in lowered:
        return
    if "content.xml" in lowered or "xl/workbook.bin" in lowered:
        raise FileRefused("OTHER_SPREADSHEET")
    raise FileRefused("DAMAGED" if "[content_types].xml" in lowered else "ARCHIVE")


def _unpacked(data: bytes, part: zipfile.ZipInfo, limit: int) -> bytes:
    """What a part really unpacks to, whatever size it states. Raises FileRefused beyond ``limit`` bytes."""
    start = part.header_offset + 30
    head = data[part.header_offset : start]
    if len(head) < 30 or part.flag_bits & 0x1:
        raise FileRefused("DAMAGED")
    start += int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = data[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit + 1)
        except zlib.error:
            raise FileRefused("DAMAGED") from None
    else:
        raise FileRefused("DAMAGED")
    if len(content) > limit:
        raise FileRefused("BOMB")
    return content


def _require_small_grid(content: bytes) -> None:
    """The last cell decides how much room the whole sheet takes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in content[:64]:
        raise FileRefused("DAMAGED")
    if _ODD_PLACE.search(content):
        raise FileRefused("DAMAGED")
    places = _CELL_PLACE.findall(content)
    last_column = max(
        (_column_number(letters.upper()) for letters in {each[0] for each in places}), default=1
    )
    rows = {each[1] for each in places} | set(_ROW_PLACE.findall(content))
    last_row = max(map(int, rows), default=1)
    if last_column * last_row > MAX_CELLS * 2:
        raise FileRefused("BOMB")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# Delimited text


def _text(data: bytes) -> Table:
    text = _decoded(data)
    if len(_CONTROL.findall(text[:100_000])) > 0:
        raise FileRefused("NOT_TEXT")
    if text.lstrip()[:100].lower().startswith(("<!doctype", "<html", "<?xml", "{", "<")):
        raise FileRefused("NOT_TEXT")
    text, stated, skipped = _stated_delimiter(text)
    delimiter = stated or _likely_delimiter(text)
    rows: list[Row] = []
    csv.field_size_limit(MEGABYTE)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            rows.append(list(row))
            if len(rows) > MAX_ROWS + 40:
                break
    except csv.Error:
        raise FileRefused("QUOTES") from None
    return Table(rows, 1 + skipped)


def _decoded(data: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _decoded_as(data[len(mark) :], encoding)
    if guessed := _unmarked_utf16(data[:4000]):
        return _decoded_as(data, guessed)
    if b"\x00" in data:
        raise FileRefused("NOT_TEXT")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded_as(data, "cp1252")


def _decoded_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise FileRefused("ENCODING") from None


def _unmarked_utf16(head: bytes) -> str:
    """Latin text in UTF-16 has a zero in nearly every second byte."""
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > half * 0.7 and head[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.7 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def _stated_delimiter(text: str) -> tuple[str, str, int]:
    """Excel's own first line ``sep=;`` says the delimiter; the rest, what it says, and how many lines it took."""
    if match := re.match(r"sep=(.)\r?\n", text, re.IGNORECASE):
        return text[match.end() :], match[1], 1
    return text, "", 0


def _likely_delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into most columns, equally many in most lines."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:60]

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter, strict=False)]
        if not widths:
            return 0.0, 0
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return (0.0, 0) if usual < 2 else (widths.count(usual) / len(widths), usual)

    try:
        # Semicolon before comma: Danish decimals hold commas, equally many in each line.
        best = max(_DELIMITERS, key=lambda each: (score(each)[0] > 0.6, score(each)[1], score(each)[0]))
        return best if score(best)[1] >= 2 else ";"
    except csv.Error:
        raise FileRefused("QUOTES") from None


# What remains


def _without_empty_edges(table: Table) -> Table:
    """Drops empty rows at both ends and empty columns at the right."""
    rows, first = _trimmed(table.rows), table.first_row
    start = next((index for index, row in enumerate(rows) if not _is_empty(row)), len(rows))
    width = max((_width(row) for row in rows), default=0)
    kept = [row[:width] + [""] * (width - len(row)) for row in rows[start:]]
    return Table(kept, first + start, table.sheet, table.other_sheets)


def _trimmed(rows: list[Row]) -> list[Row]:
    last = next(
        (index for index in range(len(rows) - 1, -1, -1) if not _is_empty(rows[index])),
        -1,
    )
    return rows[: last + 1]


def _width(row: Row) -> int:
    return next((index + 1 for index in range(len(row) - 1, -1, -1) if row[index] not in ("", None)), 0)


def _is_empty(row: Row) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def _within_limits(table: Table) -> Table:
    if len(table.rows) < 2:
        raise FileRefused("NO_ROWS")
    if len(table.rows) > MAX_ROWS + 1:
        raise FileRefused("TOO_MANY_ROWS", limit=f"{MAX_ROWS:,}".replace(",", "."))
    if len(table.rows[0]) > MAX_COLUMNS:
        raise FileRefused("TOO_MANY_COLUMNS", limit=MAX_COLUMNS)
    for offset, row in enumerate(table.rows):
        if any(isinstance(cell, str) and len(cell) > MAX_TEXT for cell in row):
            raise FileRefused("LONG_CELL", row=table.first_row + offset, limit=MAX_TEXT)
    return table
