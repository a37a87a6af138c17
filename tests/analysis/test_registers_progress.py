"""How far a reading is: it grows, ends at all of it, and never falls; of one file or many, of each kind."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from brobygger.analysis import register_files, register_progress, register_rows, registers
from brobygger.analysis.register_progress import part_of
from brobygger.analysis.register_rows import read_payments
from brobygger.analysis.registers import read_weekly
from tests.factories.sas import write_sas7bdat

ROWS = 6


def grows(told: list[float]) -> bool:
    """From something to all of it, in several steps, and never back."""
    return len(set(told)) >= 3 and told == sorted(told) and told[-1] == pytest.approx(1.0)


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "CELLS_AT_A_TIME", 1)
    monkeypatch.setattr(register_rows, "ROWS_AT_A_TIME", 1)
    monkeypatch.setattr(register_files, "CELLS_AT_A_TIME", 1)
    monkeypatch.setattr(register_files, "_FEWEST_ROWS", 2)


def wide(folder: Path, kind: str, week: str = "y_2601") -> Path:
    path = folder / f"{week}.{kind}"
    people = [f"P{number}" for number in range(ROWS)]
    if kind == "sas7bdat":
        write_sas7bdat(path, {"pnr": people, week: ["730"] * ROWS})
    elif kind == "csv":
        path.write_text(f"pnr;{week}\n" + "".join(f"{person};730\n" for person in people))
    else:
        rows = ", ".join(f"('{person}', '730')" for person in people)
        duckdb.sql(f"SELECT * FROM (VALUES {rows}) AS t(pnr, {week})").write_parquet(str(path))
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet", "sas7bdat"])
def test_the_share_of_a_wide_file_grows_to_all_of_it(tmp_path: Path, kind: str) -> None:
    told: list[float] = []
    read_weekly([wide(tmp_path, kind)], quiet=True, progress=told.append)
    assert grows(told), told


def test_of_two_files_the_first_is_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [wide(tmp_path, "csv"), wide(tmp_path, "parquet", "y_2602")]
    told: list[float] = []
    read_weekly(paths, quiet=True, progress=told.append)
    assert grows(told), told
    assert 0.5 in [round(share, 6) for share in told]
    # The planted fault: each file tells of itself as of the whole.
    monkeypatch.setattr(registers, "part_of", lambda progress, low, high: progress)
    wrong: list[float] = []
    read_weekly(paths, quiet=True, progress=wrong.append)
    assert not grows(wrong)


def test_the_share_of_events_grows_too(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    rows = "".join(f"P{number};730;2026-11-02;2026-11-15;1\n" for number in range(ROWS))
    path.write_text("pnr;ydelse;fra;til;beløb\n" + rows)
    told: list[float] = []
    read_payments([path], quiet=True, progress=told.append)
    assert grows(told), told


def test_a_long_statement_is_looked_at_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_files, "_LOOKS_EVERY_SECONDS", 0.01)
    told: list[float] = []
    with duckdb.connect() as connection:
        statement = "CREATE TABLE much AS SELECT sum(sin(range)) AS s FROM range(20000000)"
        register_files._run(connection, statement, told.append)
        assert connection.execute("SELECT count(*) FROM much").fetchone() == (1,)
    assert told and all(0 <= share <= 1 for share in told)


def test_a_part_keeps_within_itself() -> None:
    told: list[float] = []
    for share in (-1.0, 0.0, 0.5, 2.0):
        part_of(told.append, 0.25, 0.75)(share)
    assert told == [0.25, 0.25, 0.5, 0.75]
    register_progress.silent(0.5)
