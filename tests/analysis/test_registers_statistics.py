"""The same wide register as CSV, Parquet, SPSS and SAS: one panel, whichever it was, and however small the pieces."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from brobygger.analysis import register_files
from brobygger.analysis.errors import RegisterError
from brobygger.analysis.panel import Panel
from brobygger.analysis.register_files import open_register
from brobygger.analysis.registers import Registers, read_weekly
from tests.factories.sas import write_sas7bdat

PEOPLE = 7
WEEKS = [f"y_{year:02d}{week:02d}" for year in (25, 26) for week in range(1, 53, 4)]
MONTHS = [f"br_2026_{month:02d}" for month in range(1, 13)]
CODES = ("730", "730", "737", "", "652", "ABC")


def register() -> dict[str, list[Any]]:
    """Every fourth week of two years as texts, a year of branches as numbers, and a number written over ten digits."""
    columns: dict[str, list[Any]] = {"pnr": [f"61019012{person:02d}" for person in range(PEOPLE)]}
    for place, week in enumerate(WEEKS):
        columns[week] = [CODES[(place // (person + 1)) % len(CODES)] for person in range(PEOPLE)]
    for place, month in enumerate(MONTHS):
        wages = [471120.0 if (place + person) % 3 else math.nan for person in range(PEOPLE)]
        columns[month] = wages
    return columns


def as_csv(path: Path, columns: dict[str, list[Any]]) -> None:
    lines = [";".join(columns)]
    for row in zip(*columns.values(), strict=True):
        cells = ["" if cell != cell else cell if isinstance(cell, str) else f"{cell:.0f}" for cell in row]
        lines.append(";".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def as_parquet(path: Path, columns: dict[str, list[Any]]) -> None:
    pandas = pytest.importorskip("pandas")
    duckdb.from_df(pandas.DataFrame(columns)).write_parquet(str(path))


def with_pyreadstat(verb: str, **more: Any) -> Callable[[Path, dict[str, list[Any]]], None]:
    def write(path: Path, columns: dict[str, list[Any]]) -> None:
        pandas = pytest.importorskip("pandas")
        getattr(pytest.importorskip("pyreadstat"), verb)(pandas.DataFrame(columns), str(path), **more)

    return write


WRITERS: dict[str, Callable[[Path, dict[str, list[Any]]], None]] = {
    "csv": as_csv,
    "parquet": as_parquet,
    "xpt": with_pyreadstat("write_xport"),
    "sav": with_pyreadstat("write_sav"),
    "zsav": with_pyreadstat("write_sav", compress=True),
    "sas7bdat": write_sas7bdat,
}


def weeks_of(panel: Panel) -> list[list[str]]:
    """Every week of every person, in order of their numbers."""
    order = np.argsort(np.asarray(panel.ids).astype(np.str_))
    weeks = np.arange(panel.first_week, panel.stop_week)
    return [[str(name) for name in row] for row in panel.names(panel.status_at(order[:, None], weeks[None]))]


def content(found: Registers) -> tuple[Any, ...]:
    assert found.branches is not None
    ids = sorted(str(each) for each in np.asarray(found.weekly.ids))
    unknown = [(each.code, each.weeks, each.persons) for each in found.report.unknown]
    return ids, weeks_of(found.weekly), weeks_of(found.branches), unknown, found.report.kept


def read(folder: Path, kind: str, columns: dict[str, list[Any]] | None = None) -> Registers:
    path = folder / f"dream.{kind}"
    WRITERS[kind](path, register() if columns is None else columns)
    return read_weekly([path], quiet=True)


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != "csv"])
def test_every_format_gives_the_panel_of_the_csv(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in pieces of two rows, where a piece ends inside the file."""
    told = content(read(tmp_path, "csv"))
    assert content(read(tmp_path, kind)) == told
    monkeypatch.setattr(register_files, "CELLS_AT_A_TIME", 2)
    monkeypatch.setattr(register_files, "_FEWEST_ROWS", 2)
    assert content(read(tmp_path, kind)) == told


def test_one_other_code_in_one_week_of_one_person_is_seen(tmp_path: Path) -> None:
    """The control of the comparison above."""
    other = register()
    other["y_2609"][3] = "740"
    assert content(read(tmp_path, "sas7bdat", other)) != content(read(tmp_path, "csv"))


def test_a_compressed_data_set_is_read_too_and_pandas_reads_the_same(tmp_path: Path) -> None:
    """Another reader than ours, so that writer and reader cannot be wrong in the same way."""
    pandas = pytest.importorskip("pandas")
    path, told = tmp_path / "dream.sas7bdat", content(read(tmp_path, "csv"))
    for compressed in (False, True):
        write_sas7bdat(path, register(), compressed=compressed)
        assert content(read_weekly([path], quiet=True)) == told
        table = pandas.read_sas(path, encoding="utf-8")
        wanted = pandas.DataFrame(register())
        assert table.fillna("").astype(str).equals(wanted.fillna("").astype(str))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    """The first row and how many that each piece was asked for."""
    pyreadstat = pytest.importorskip("pyreadstat")
    told: list[tuple[int, int]] = []
    for verb in ("read_sas7bdat", "read_xport", "read_sav"):
        inner = getattr(pyreadstat, verb)

        def reader(path: str, inner: Any = inner, **how: Any) -> Any:
            if not how.get("metadataonly"):
                told.append((how.get("row_offset", 0), how.get("row_limit", 0)))
            return inner(path, **how)

        monkeypatch.setattr(pyreadstat, verb, reader)
    yield told


@pytest.mark.parametrize("kind", ["xpt", "sav", "sas7bdat"])
def test_the_whole_file_is_never_asked_for(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[int, int]]
) -> None:
    """So many cells at a time: wide files come in few rows, narrow ones in many."""
    monkeypatch.setattr(register_files, "_FEWEST_ROWS", 1)
    monkeypatch.setattr(register_files, "CELLS_AT_A_TIME", 3 * len(register()))
    read(tmp_path, kind)
    assert asked == [(0, 3), (3, 3), (6, 3)]
    asked.clear()
    monkeypatch.setattr(register_files, "CELLS_AT_A_TIME", 10_000)
    read(tmp_path, kind)
    assert asked == [(0, 10_000 // len(register()))]


@pytest.mark.parametrize("kind", ["xpt", "sav", "sas7bdat"])
def test_a_file_that_is_cut_off_or_is_something_else_is_told(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"dream.{kind}"
    path.write_text("pnr;y_2601\n6101901200;730\n", encoding="utf-8")
    with pytest.raises(RegisterError, match=f"kan ikke læses som {kind.upper()}"):
        read_weekly([path], quiet=True)
    WRITERS[kind](path, register() | {"y_2601": ["730"] * PEOPLE})
    content = path.read_bytes()
    assert read_weekly([path], quiet=True).report.kept == PEOPLE, "The control: whole it is read."
    for share in (0.3, 0.6, 0.9, 0.97):
        path.write_bytes(content[: int(len(content) * share) | 1])
        with pytest.raises(RegisterError, match=r"kan ikke læses|er ikke hel|ingen|mangler"):
            read_weekly([path], quiet=True)


@pytest.mark.parametrize("kind", ["xpt", "sav", "sas7bdat"])
def test_a_number_of_a_person_is_the_same_where_others_lack_theirs(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number as a number: in a piece where somebody has none, and in one after a piece where nobody has any."""
    monkeypatch.setattr(register_files, "CELLS_AT_A_TIME", 1)
    monkeypatch.setattr(register_files, "_FEWEST_ROWS", 2)
    for numbers in ([6101901234.0, math.nan, 6202911235.0], [math.nan, math.nan, 6101901234.0]):
        found = read(tmp_path, kind, {"pnr": numbers, "y_2601": ["730"] * 3})
        wanted = [f"{number:.0f}" for number in numbers if number == number]
        assert np.asarray(found.weekly.ids).tolist() == wanted
        assert [bad.reason for bad in found.report.bad_rows] == ["Personens nummer mangler."] * (
            3 - len(wanted)
        )


def test_days_and_marked_gaps_become_texts_and_nothing(tmp_path: Path) -> None:
    """A day keeps its day; a number that is missing is no text."""
    pyreadstat, pandas = pytest.importorskip("pyreadstat"), pytest.importorskip("pandas")
    days = pandas.to_datetime(["2026-11-02", None]).date
    table = pandas.DataFrame({"pnr": ["A1", "B2"], "day": days, "amount": [1.5, math.nan]})
    pyreadstat.write_sav(table, str(tmp_path / "rows.sav"))
    with duckdb.connect() as connection:
        opened = open_register(tmp_path / "rows.sav", connection, tmp_path)
        rows = connection.execute(f"SELECT * FROM read_parquet('{opened.parquet}')").fetchall()
    assert [(row[0], row[1]) for row in rows] == [("A1", "2026-11-02"), ("B2", None)]
    assert rows[0][2] == 1.5 and (rows[1][2] is None or math.isnan(rows[1][2]))
