"""Opens a register file of any of the usual kinds as one temporary Parquet file, read in a stream.

CSV (any delimiter, UTF-8 or Latin-1), Parquet, SAS (sas7bdat, xpt) and SPSS (sav, zsav). SAS and SPSS need the
package pyreadstat. Lines with the wrong number of fields are set aside and named; the rest is read.
"""

from __future__ import annotations

import codecs
import hashlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from brobygger.analysis.errors import RegisterError
from brobygger.analysis.register_report import BadRow

READERS = {
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
    ".sav": "read_sav",
    ".zsav": "read_sav",
}
TEXT_FILES = {".csv", ".txt", ".tsv"}
_ROWS_AT_A_TIME = 20_000
_BLOCK = 1 << 20
_KINDS = "CSV, Parquet, SAS (sas7bdat, xpt) og SPSS (sav, zsav)"


@dataclass(frozen=True)
class Opened:
    """A register file as Parquet. ``lost`` are lines set aside; ``line_of`` names a row as the source does."""

    source: Path
    parquet: Path
    rows: int
    columns: dict[str, str]
    lost: tuple[BadRow, ...] = ()
    lost_lines: tuple[int, ...] = ()
    first_line: int = 1

    def line_of(self, row: int) -> int:
        """The line (CSV, header is 1) or row number (others, from 1) of a row counted from 0."""
        line = row + self.first_line
        for lost in self.lost_lines:
            if lost > line:
                break
            line += 1
        return line

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


def digest_of(path: Path) -> str:
    """SHA-256 of the content, hexadecimal. Raises RegisterError when the file cannot be read."""
    return _facts(path).digest


def open_register(path: Path, connection: duckdb.DuckDBPyConnection, folder: Path) -> Opened:
    """The file as Parquet, made in ``folder`` unless it is Parquet already.

    Raises RegisterError when the file is missing, empty or of a kind that is not read.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise RegisterError(f"Filen {path.name} findes ikke.")
    try:
        if suffix == ".parquet":
            return _opened(path, path, connection)
        if suffix in TEXT_FILES:
            return _from_text(path, connection, folder)
        if suffix in READERS:
            return _from_statistics(path, connection, folder)
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
    """The digest, and whether all of it is UTF-8, in one pass."""
    digest, decoder, encoding = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), "utf-8"
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                encoding = encoding if _decodes(decoder, block) else "latin-1"
    except OSError as error:
        raise RegisterError(f"Filen {path.name} kan ikke læses.") from error
    return _TextFacts(digest.hexdigest(), encoding)


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
    first_line: int = 1,
) -> Opened:
    table = f"read_parquet({quoted(str(parquet))})"
    columns = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()}
    counted = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    rows = int(counted[0]) if counted else 0
    lines = tuple(sorted(bad.row for bad in lost))
    return Opened(path, parquet, rows, columns, lost, lines, first_line)


def _from_text(path: Path, connection: duckdb.DuckDBPyConnection, folder: Path) -> Opened:
    if not path.stat().st_size:
        raise RegisterError(f"Filen {path.name} er tom.")
    target = folder / f"{digest_of(path)[:16]}.parquet"
    connection.execute("DROP TABLE IF EXISTS reject_errors")
    connection.execute("DROP TABLE IF EXISTS reject_scans")
    connection.execute(
        f"COPY (SELECT * FROM read_csv({quoted(str(path))}, all_varchar = true, header = true, delim = "
        f"{quoted(_delimiter(path))}, quote = '\"', store_rejects = true, rejects_limit = 0, encoding = "
        f"{quoted(_facts(path).encoding)})) TO {quoted(str(target))} (FORMAT parquet, ROW_GROUP_SIZE 61440)"
    )
    return _opened(path, target, connection, _set_aside(path, connection), first_line=2)


def _delimiter(path: Path) -> str:
    """The one of ; , tab | that the header line holds most of."""
    with path.open("rb") as file:
        header = file.readline().decode("latin-1")
    return max(";,\t|", key=header.count)


def _set_aside(path: Path, connection: duckdb.DuckDBPyConnection) -> tuple[BadRow, ...]:
    found = connection.execute(
        "SELECT line, min(error_type) FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    return tuple(BadRow(path.name, int(line), "", "", _why(str(error))) for line, error in found)


def _why(error_type: str) -> str:
    reasons = {
        "TOO MANY COLUMNS": "Linjen har flere felter end overskriften.",
        "MISSING COLUMNS": "Linjen har færre felter end overskriften.",
        "UNQUOTED VALUE": "Linjen har et anførselstegn, som ikke afsluttes.",
    }
    return reasons.get(error_type, "Linjen kan ikke læses.")


def _from_statistics(path: Path, connection: duckdb.DuckDBPyConnection, folder: Path) -> Opened:
    target = folder / f"{digest_of(path)[:16]}.parquet"
    pieces = 0
    for piece in _statistics_pieces(path):
        connection.register("statistics_piece", {key: _column(value) for key, value in piece.items()})
        verb = "INSERT INTO statistics_rows" if pieces else "CREATE OR REPLACE TEMP TABLE statistics_rows AS"
        connection.execute(f"{verb} SELECT * FROM statistics_piece")
        connection.unregister("statistics_piece")
        pieces += 1
    if not pieces:
        raise RegisterError(f"Filen {path.name} er tom.")
    connection.execute(
        f"COPY statistics_rows TO {quoted(str(target))} (FORMAT parquet, ROW_GROUP_SIZE 61440)"
    )
    connection.execute("DROP TABLE statistics_rows")
    return _opened(path, target, connection)


def _statistics_pieces(path: Path) -> Iterator[dict[str, Any]]:
    try:
        library = importlib.import_module("pyreadstat")
    except ImportError as error:
        raise RegisterError("SAS- og SPSS-filer kræver pakken pyreadstat.") from error
    reader = getattr(library, READERS[path.suffix.lower()])
    low, rows = 0, _ROWS_AT_A_TIME
    try:
        while rows == _ROWS_AT_A_TIME:
            piece, _ = reader(str(path), row_offset=low, row_limit=_ROWS_AT_A_TIME, output_format="dict")
            rows = len(next(iter(piece.values()), []))
            if rows or not low:
                yield piece
            low += rows
    except library.ReadstatError as error:
        raise RegisterError(f"Filen {path.name} kan ikke læses som {path.suffix[1:].upper()}.") from error


def _column(values: Any) -> np.ndarray[Any, Any]:
    """Numbers stay numbers; everything else becomes text, with nothing for missing."""
    array = np.asarray(values)
    if array.dtype.kind in "iuf":
        return array
    texts = [None if value is None or value != value else str(value) for value in array.tolist()]
    return np.array(texts, dtype=object)
