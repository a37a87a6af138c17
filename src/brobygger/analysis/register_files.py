"""Opens a register file of any of the usual kinds as one temporary Parquet file, read in a stream.

CSV (any delimiter, UTF-8 or Latin-1), Parquet, SAS (sas7bdat, xpt) and SPSS (sav, zsav). SAS and SPSS need the
package pyreadstat. Lines with the wrong number of fields are set aside and named; the rest is read.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import importlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from brobygger.analysis.errors import RegisterError
from brobygger.analysis.register_progress import Progress, silent
from brobygger.analysis.register_report import BadRow

READERS = {
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
    ".sav": "read_sav",
    ".zsav": "read_sav",
}
TEXT_FILES = {".csv", ".txt", ".tsv"}
CELLS_AT_A_TIME = 8_000_000
"""So many cells of a SAS or SPSS file are held at a time: half a gigabyte where they are texts."""
_FEWEST_ROWS = 1_000
_TRANSPORT_RECORD = 80
_LOOKS_EVERY_SECONDS = 0.5
_BLOCK = 1 << 20
_LONGEST_FIELD = 1 << 24
_KINDS = "CSV, Parquet, SAS (sas7bdat, xpt) og SPSS (sav, zsav)"


@dataclass(frozen=True)
class Opened:
    """A register file as Parquet. ``lost`` are lines set aside; ``line_of`` names a row as the source does."""

    source: Path
    parquet: Path
    rows: int
    columns: dict[str, str]
    lost: tuple[BadRow, ...] = ()
    lost_records: frozenset[int] = frozenset()
    is_text: bool = False

    def line_of(self, row: int) -> int:
        """The line (CSV, where it begins, header is 1) or row number (others, from 1) of a row counted from 0."""
        if not self.is_text:
            return row + 1
        return int(self._lines[row]) if row < len(self._lines) else row + 2

    @cached_property
    def _lines(self) -> npt.NDArray[np.int64]:
        """Where each row that was kept begins; read again only when a row is named."""
        begins = lines_of_records(self.source, self.rows + len(self.lost_records) + 1)
        kept = [line for record, line in begins.items() if record > 1 and record not in self.lost_records]
        return np.array(kept, dtype=np.int64)

    def piece(self, low: int, high: int) -> str:
        """The FROM and WHERE of rows ``[low, high)``."""
        return (
            f"FROM read_parquet({quoted(str(self.parquet))}, file_row_number = true) "
            f"WHERE file_row_number >= {low} AND file_row_number < {high}"
        )


@dataclass
class _TextFacts:
    digest: str
    encoding: str = field(default="utf-8")
    lines: int = 0


def digest_of(path: Path) -> str:
    """SHA-256 of the content, hexadecimal. Raises RegisterError when the file cannot be read."""
    return _facts(path).digest


def encoding_of(path: Path) -> str:
    """``utf-8`` when all of the file is, else ``latin-1``. Raises RegisterError when it cannot be read."""
    return _facts(path).encoding


def lines_of_records(path: Path, records: int) -> dict[int, int]:
    """The line each record of a CSV file begins in, both from 1; empty lines are records, but left out.

    A record reaches over several lines where a quoted field does. Where there are as many lines as ``records``
    (heading and lost ones included) none does, and the file need not be taken apart.
    """
    if _facts(path).lines == records:
        return {record: record for record in range(1, records + 1)}
    found: dict[int, int] = {}
    begins = 1
    csv.field_size_limit(_LONGEST_FIELD)
    with path.open(encoding=encoding_of(path), newline="") as file:
        reader = csv.reader(file, delimiter=_delimiter(path))
        for record, fields in enumerate(reader, start=1):
            if fields:
                found[record] = begins
            begins = reader.line_num + 1
    return found


def open_register(
    path: Path, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Progress = silent
) -> Opened:
    """The file as Parquet, made in ``folder`` unless it is Parquet already. ``progress`` is told how far that is.

    Raises RegisterError when the file is missing, empty or of a kind that is not read.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise RegisterError(f"Filen {path.name} findes ikke.")
    try:
        if suffix == ".parquet":
            return _opened(path, path, connection)
        if suffix in TEXT_FILES:
            return _from_text(path, connection, folder, progress)
        if suffix in READERS:
            return _from_statistics(path, connection, folder, progress)
    except duckdb.Error as error:
        raise RegisterError(f"Filen {path.name} kan ikke læses: {str(error).splitlines()[0]}") from error
    raise RegisterError(f"Filen {path.name} er af en type, som ikke kan læses. Brug {_KINDS}.")


def quoted(text: str) -> str:
    """A text literal in SQL."""
    return "'" + text.replace("'", "''") + "'"


def name(column: str) -> str:
    """A column name in SQL."""
    return '"' + column.replace('"', '""') + '"'


def _facts(path: Path) -> _TextFacts:
    """The digest, whether all of it is UTF-8, and the number of lines, in one pass."""
    digest, decoder, encoding = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), "utf-8"
    lines, last = 0, b"\n"
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                lines, last = lines + block.count(b"\n"), block[-1:]
                encoding = encoding if _decodes(decoder, block) else "latin-1"
    except OSError as error:
        raise RegisterError(f"Filen {path.name} kan ikke læses.") from error
    return _TextFacts(digest.hexdigest(), encoding, lines + (last != b"\n"))


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _opened(
    path: Path,
    parquet: Path,
    connection: duckdb.DuckDBPyConnection,
    lost: tuple[BadRow, ...] = (),
    lost_records: frozenset[int] = frozenset(),
    is_text: bool = False,
) -> Opened:
    table = f"read_parquet({quoted(str(parquet))})"
    columns = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()}
    counted = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    rows = int(counted[0]) if counted else 0
    return Opened(path, parquet, rows, columns, lost, lost_records, is_text)


def share_of_opening(path: Path) -> float:
    """How much of the whole reading goes to opening the file: nothing where it is Parquet already."""
    return 0.0 if path.suffix.lower() == ".parquet" else 0.5


def _from_text(path: Path, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> Opened:
    if not path.stat().st_size:
        raise RegisterError(f"Filen {path.name} er tom.")
    target = folder / f"{digest_of(path)[:16]}.parquet"
    connection.execute("DROP TABLE IF EXISTS reject_errors")
    connection.execute("DROP TABLE IF EXISTS reject_scans")
    statement = (
        f"COPY (SELECT * FROM read_csv({quoted(str(path))}, all_varchar = true, header = true, delim = "
        f"{quoted(_delimiter(path))}, quote = '\"', store_rejects = true, rejects_limit = 0, encoding = "
        f"{quoted(_facts(path).encoding)})) TO {quoted(str(target))} (FORMAT parquet, ROW_GROUP_SIZE 61440)"
    )
    _run(connection, statement, progress)
    rejected = dict(
        connection.execute(
            "SELECT line, min(error_type) FROM reject_errors GROUP BY line ORDER BY line"
        ).fetchall()
    )
    opened = _opened(path, target, connection, lost_records=frozenset(rejected), is_text=True)
    return replace(opened, lost=_set_aside(path, opened.rows, rejected))


def _run(connection: duckdb.DuckDBPyConnection, statement: str, progress: Progress) -> None:
    """Runs one long statement, and tells meanwhile how far DuckDB says it is."""
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(connection.execute, statement)
        while True:
            try:
                work.result(timeout=_LOOKS_EVERY_SECONDS)
                break
            except TimeoutError:
                progress(max(connection.query_progress(), 0.0) / 100)


def _delimiter(path: Path) -> str:
    """The one of ; , tab | that the header line holds most of."""
    with path.open("rb") as file:
        header = file.readline().decode("latin-1")
    return max(";,\t|", key=header.count)


def _set_aside(path: Path, kept: int, rejected: dict[int, str]) -> tuple[BadRow, ...]:
    """What was lost, by the line it begins in. ``rejected`` counts records, empty lines too, from the heading."""
    begins = lines_of_records(path, kept + len(rejected) + 1) if rejected else {}
    return tuple(
        BadRow(path.name, begins.get(record, record), "", "", _why(error))
        for record, error in rejected.items()
    )


def _why(error_type: str) -> str:
    reasons = {
        "TOO MANY COLUMNS": "Linjen har flere felter end overskriften.",
        "MISSING COLUMNS": "Linjen har færre felter end overskriften.",
        "UNQUOTED VALUE": "Linjen har et anførselstegn, som ikke afsluttes.",
    }
    return reasons.get(error_type, "Linjen kan ikke læses.")


def _from_statistics(
    path: Path, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Progress
) -> Opened:
    target = folder / f"{digest_of(path)[:16]}.parquet"
    numbers: set[str] | None = None
    for piece in _statistics_pieces(path, progress):
        if numbers is None:  # the first piece says what a column holds
            numbers = {key for key, values in piece.items() if _are_numbers(values)}
            kinds = [f"{name(key)} {'DOUBLE' if key in numbers else 'VARCHAR'}" for key in piece]
            connection.execute(f"CREATE OR REPLACE TEMP TABLE statistics_rows ({', '.join(kinds)})")
        columns = {key: _column(values, is_number=key in numbers) for key, values in piece.items()}
        connection.register("statistics_piece", columns)
        connection.execute("INSERT INTO statistics_rows SELECT * FROM statistics_piece")
        connection.unregister("statistics_piece")
    if numbers is None:
        raise RegisterError(f"Filen {path.name} er tom.")
    connection.execute(
        f"COPY statistics_rows TO {quoted(str(target))} (FORMAT parquet, ROW_GROUP_SIZE 61440)"
    )
    connection.execute("DROP TABLE statistics_rows")
    return _opened(path, target, connection)


def _statistics_pieces(path: Path, progress: Progress) -> Iterator[dict[str, Any]]:
    """So many rows at a time as columns: the whole file is never held. A file without rows gives one empty piece."""
    try:
        library = importlib.import_module("pyreadstat")
    except ImportError as error:
        raise RegisterError("SAS- og SPSS-filer kræver pakken pyreadstat.") from error
    reader = getattr(library, READERS[path.suffix.lower()])
    try:
        _, facts = reader(str(path), metadataonly=True)
        at_a_time = max(CELLS_AT_A_TIME // max(facts.number_columns, 1), _FEWEST_ROWS)
        expected = _rows_expected(path, facts)
        low, rows = 0, at_a_time
        while rows == at_a_time:
            piece, _ = reader(str(path), row_offset=low, row_limit=at_a_time, output_format="dict")
            rows = len(next(iter(piece.values()), []))
            if rows or not low:
                yield piece
            low += rows
            progress(low / expected)
        _require_whole(path, facts, low)
    except (library.ReadstatError, library.PyreadstatError) as error:
        raise RegisterError(f"Filen {path.name} kan ikke læses som {path.suffix[1:].upper()}.") from error


def _require_whole(path: Path, facts: Any, rows: int) -> None:
    """A file that was cut off may read as a shorter one; a transport file has no count, but comes in records."""
    says = facts.number_rows if facts.number_rows and facts.number_rows > 0 else rows
    if rows != says or (path.suffix.lower() == ".xpt" and path.stat().st_size % _TRANSPORT_RECORD):
        raise RegisterError(f"Filen {path.name} er ikke hel: der mangler rækker i den.")


def _rows_expected(path: Path, facts: Any) -> int:
    """The rows of the file as it says itself; of a transport file, which does not, as its size tells."""
    if facts.number_rows and facts.number_rows > 0:
        return int(facts.number_rows)
    width = sum(facts.variable_storage_width.values())
    return max(path.stat().st_size // max(int(width), 1), 1)


def _are_numbers(values: Any) -> bool:
    """Whether there is something and all of it is numbers. A column without anything may hold days further down."""
    held = [value for value in np.asarray(values).tolist() if value is not None and value == value]
    return bool(held) and all(isinstance(value, int | float) for value in held)


def _column(values: Any, *, is_number: bool) -> np.ndarray[Any, Any]:
    """Numbers stay numbers, with NaN for missing; everything else becomes text, with nothing for missing."""
    array = np.asarray(values)
    if not is_number:
        return np.array([_text(value) for value in array.tolist()], dtype=object)
    if array.dtype.kind in "iuf":
        return array
    return np.array([np.nan if value is None else value for value in array.tolist()], dtype=np.float64)


def _text(value: Any) -> str | None:
    """As it would be written: a whole number without decimals, a day as 2026-11-23."""
    if value is None or value != value:
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
