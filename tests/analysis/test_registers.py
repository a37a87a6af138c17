from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from brobygger.analysis import register_cells, registers
from brobygger.analysis.errors import RegisterError
from brobygger.analysis.register_report import Ledger
from brobygger.analysis.registers import read_weekly
from brobygger.analysis.weeks import week_from_dream

WIDE = """pnr;kommune;y_2652;y_2653;y_2701;branche_2026_12;branche_2027_01
A1;101;730;730;;;431200
B2;147;;;652;620100;
C3;101;ABC;7;999;;
"""


def written(folder: Path, content: str, name: str = "dream.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


def read(*paths: Path, **options: Any) -> registers.Registers:
    return read_weekly(paths, quiet=True, **options)


def said(found: registers.Registers, person: str) -> list[str]:
    panel = found.weekly
    weeks = np.arange(panel.first_week, panel.stop_week)
    return [str(name) for name in panel.names(panel.status_at(panel.find([person])[0], weeks))]


def test_a_wide_file_becomes_runs(tmp_path: Path) -> None:
    found = read(written(tmp_path, WIDE), columns=["kommune"])
    assert said(found, "A1") == ["730", "730", "blank"]
    assert said(found, "B2") == ["blank", "blank", "652"]
    assert said(found, "C3") == ["ABC", "007", "999"]
    assert found.columns["kommune"].tolist() == ["101", "147", "101"]
    assert (found.report.rows, found.report.kept, found.report.bad) == (3, 3, 0)


def test_branches_hold_for_the_weeks_of_their_month(tmp_path: Path) -> None:
    """Week 53 of 2026 has its Thursday on 31 December; week 1 of 2027 on 7 January."""
    branches = read(written(tmp_path, WIDE)).branches
    assert branches is not None
    weeks = [week_from_dream("y_2653"), week_from_dream("y_2701")]
    assert branches.names(branches.status_at([[0], [1]], weeks)).tolist() == [
        ["blank", "431200"],
        ["620100", "blank"],
    ]


def test_unknown_codes_are_kept_and_counted(tmp_path: Path) -> None:
    unknown = read(written(tmp_path, WIDE)).report.unknown
    assert [(one.code, one.weeks, one.persons) for one in unknown] == [("007", 1, 1), ("ABC", 1, 1)]
    assert unknown[1].first_week == week_from_dream("y_2652")


def test_bad_rows_are_named_by_line_and_good_rows_kept(tmp_path: Path) -> None:
    content = (
        WIDE + "D4;101;730\n;101;730;730;730;;\nE5;101;730;73,0;730;;\nF6;101;;;;6 20;\nG7;101;111;;;;\n"
    )
    found = read(written(tmp_path, content))
    assert [(bad.row, bad.person, bad.column) for bad in found.report.bad_rows] == [
        (5, "", ""),
        (6, "", "pnr"),
        (7, "E5", "y_2653"),
        (8, "F6", "branche_2026_12"),
    ]
    assert found.report.kept == 4
    assert said(found, "G7") == ["111", "blank", "blank"]
    assert any("dream.csv, række 7, person E5, kolonne y_2653" in line for line in found.report.lines())


def test_nothing_is_imported_twice(tmp_path: Path) -> None:
    one, copy = written(tmp_path, WIDE), written(tmp_path, WIDE, "copy.csv")
    found = read(one, copy)
    assert [file.already for file in found.report.files] == [False, True]
    assert found.weekly.persons == 3
    ledger = Ledger(tmp_path / "ledger.json")
    ledger.record(found.report)
    with pytest.raises(RegisterError, match="ingen nye filer"):
        read(copy, already=Ledger(tmp_path / "ledger.json"))


def test_a_person_twice_in_a_file_counts_once(tmp_path: Path) -> None:
    same, other = "A1;101;730;730;;;431200\n", "A1;101;730;111;;;431200\n"
    found = read(written(tmp_path, WIDE + same + other))
    assert (found.report.kept, found.report.repeated, found.report.bad) == (3, 1, 1)
    assert said(found, "A1") == ["730", "730", "blank"]
    assert found.report.bad_rows[0].row == 6


def test_files_with_other_years_and_persons_are_put_together(tmp_path: Path) -> None:
    later = "pnr;y_2701;y_2702\nA1;111;111\nD4;;652\n"
    found = read(written(tmp_path, WIDE), written(tmp_path, later, "later.csv"))
    assert said(found, "A1") == ["730", "730", "blank", "111"]
    assert said(found, "B2") == ["blank", "blank", "652", "?"]
    assert said(found, "D4") == ["?", "?", "blank", "652"]
    assert found.report.conflicts == 1
    assert found.branches is not None
    assert found.branches.persons == found.weekly.persons == 4


def test_a_missing_week_is_not_a_blank_week(tmp_path: Path) -> None:
    found = read(written(tmp_path, "pnr;y_2651;y_2653\nA1;730;730\n"))
    assert said(found, "A1") == ["730", "?", "730"]


def test_columns_that_are_no_week_are_named(tmp_path: Path) -> None:
    found = read(written(tmp_path, "pnr;y_2552;y_2553;y_2601;branche_2026_13\nA1;730;111;730;6201\n"))
    assert found.report.bad_columns == ("y_2553", "branche_2026_13")
    assert said(found, "A1") == ["730", "730"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("navn;y_2652\nA;730\n", "ingen kolonne med personens nummer"),
        ("pnr;uge\nA;730\n", "ingen ugekolonner"),
        ("pnr;y_2652;Y_2652\nA;730;730\n", "y_2652 og Y_2652_1 gælder det samme tidsrum"),
        ("", "er tom"),
    ],
)
def test_files_that_are_something_else_are_refused(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(RegisterError, match=sentence):
        read(written(tmp_path, content))


def test_kinds_of_files_that_are_not_read(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="Brug CSV, Parquet, SAS"):
        read(written(tmp_path, WIDE, "dream.xlsx"))
    with pytest.raises(RegisterError, match="ikke læses"):
        read(written(tmp_path, WIDE, "dream.parquet"))
    with pytest.raises(RegisterError, match="kan ikke læses"):
        read(tmp_path / "none.csv")


def test_latin_1_and_commas(tmp_path: Path) -> None:
    content = "pnr,sted,y_2652\nA1,Ærø,730\n"
    found = read(written(tmp_path, content, encoding="latin-1"), columns=["sted"])
    assert found.columns["sted"].tolist() == ["Ærø"]


def test_small_pieces_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, WIDE)
    whole = read(path)
    monkeypatch.setattr(registers, "CELLS_AT_A_TIME", 1)
    pieces = read(path)
    assert whole.weekly.codes == pieces.weekly.codes
    assert all(said(whole, person) == said(pieces, person) for person in ("A1", "B2", "C3"))
    monkeypatch.setattr(registers, "CELLS_AT_A_TIME", 64_000_000)
    monkeypatch.setattr(register_cells, "_BLOCK", 2)
    blocks = read(path)
    assert all(said(whole, person) == said(blocks, person) for person in ("A1", "B2", "C3"))


def test_two_spellings_of_a_code_are_one_stretch(tmp_path: Path) -> None:
    found = read(written(tmp_path, "pnr;y_2651;y_2652;y_2653\nA1;7;007;652\nB2;652;;.\n"))
    assert (said(found, "A1"), said(found, "B2")) == (["007", "007", "652"], ["652", "blank", "blank"])
    assert len(found.weekly) == 3


def test_more_texts_than_a_byte_can_count_read_the_same(tmp_path: Path) -> None:
    """147 codes are listed beforehand; the file has 400 others, so cells go from one byte to two on the way."""
    rows = "".join(f"P{n};Q{n:03d};730\n" for n in range(400))
    found = read(written(tmp_path, "pnr;y_2652;y_2653\n" + rows))
    assert len(found.weekly) == 800
    assert [said(found, f"P{n}")[0] for n in (0, 107, 255, 399)] == ["Q000", "Q107", "Q255", "Q399"]


def test_numbers_in_one_column_and_texts_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "dream.parquet"
    duckdb.execute(
        f"COPY (SELECT pnr, a::SMALLINT AS y_2652, b::VARCHAR AS y_2653 FROM (VALUES ('A1', 730, '730'), "
        f"('B2', NULL, '7'), ('C3', 7, '?')) AS t(pnr, a, b)) TO '{path}' (FORMAT parquet)"
    )
    found = read(path)
    assert (said(found, "A1"), said(found, "B2")) == (["730", "730"], ["blank", "007"])
    assert (len(found.weekly), [bad.person for bad in found.report.bad_rows]) == (2, ["C3"])


@pytest.mark.parametrize("kind", ["SMALLINT", "DOUBLE", "VARCHAR"])
def test_parquet_of_numbers_or_texts_reads_the_same(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "dream.parquet"
    duckdb.execute(
        f"COPY (SELECT id::BIGINT AS pnr, a::{kind} AS y_2652, b::{kind} AS y_2653 FROM "
        f"(VALUES (1, 730, NULL), (2, 7, 652)) AS t(id, a, b)) TO '{path}' (FORMAT parquet)"
    )
    found = read(path)
    assert said(found, "1") == ["730", "blank"]
    assert said(found, "2") == ["007", "652"]


def test_a_code_with_decimals_is_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "dream.parquet"
    duckdb.execute(f"COPY (SELECT 1 AS pnr, 730.5::DOUBLE AS y_2652) TO '{path}' (FORMAT parquet)")
    assert read(path).report.bad_rows[0].column == "y_2652"


@pytest.mark.parametrize("suffix", ["sav", "xpt"])
def test_spss_and_sas(tmp_path: Path, suffix: str) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    pandas = pytest.importorskip("pandas")
    path = tmp_path / f"dream.{suffix}"
    table = pandas.DataFrame({"pnr": ["A1", "B2"], "y_2652": [730.0, float("nan")], "y_2653": ["652", ""]})
    write = pyreadstat.write_sav if suffix == "sav" else pyreadstat.write_xport
    write(table, str(path))
    found = read(path)
    assert said(found, "A1") == ["730", "652"]
    assert said(found, "B2") == ["blank", "blank"]


def test_too_many_kinds_of_values_are_not_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_cells, "MOST_CODES", 200)
    rows = "".join(f"P{n};X{n}\n" for n in range(300))
    with pytest.raises(RegisterError, match="ligner ikke ydelseskoder"):
        read(written(tmp_path, "pnr;y_2652\n" + rows))


def test_a_broken_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger.json").write_text("{")
    with pytest.raises(RegisterError, match="ødelagt"):
        Ledger(tmp_path / "ledger.json")
