from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from brobygger.analysis.errors import RegisterError
from brobygger.analysis.register_rows import (
    payments_to_panel,
    read_manual_status,
    read_payments,
    read_survey_answers,
)
from brobygger.analysis.weeks import week_from_iso

PAYMENTS = """pnr;ydelse;fra;til;beløb
A1;730;2026-11-02;2026-11-15;5.500,50
A1;890;09-11-2026;10.11.2026;1200,00
B2;Særlig støtte;2026-11-04;2026-11-04;100
"""


def written(folder: Path, content: str, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_payments_are_read_in_whole_oere(tmp_path: Path) -> None:
    rows = read_payments([written(tmp_path, PAYMENTS)], quiet=True)
    assert rows.columns["amount"].tolist() == [550_050, 120_000, 10_000]
    assert rows.columns["first"].astype("datetime64[D]").astype(str).tolist() == [
        "2026-11-02",
        "2026-11-09",
        "2026-11-04",
    ]


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("A1;730;2026-11-31;2026-12-01;5", "fra", "Datoen kan ikke læses"),
        ("A1;730;2026-11-30;;5", "til", "Datoen kan ikke læses"),
        ("A1;730;2026-11-30;2026-11-01;5", "til", "slutter, før den begynder"),
        ("A1;730;2026-11-01;2026-11-30;5,123", "beløb", "Beløbet kan ikke læses"),
        (";730;2026-11-01;2026-11-30;5", "pnr", "Feltet er tomt"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_kept(tmp_path: Path, line: str, column: str, sentence: str) -> None:
    rows = read_payments([written(tmp_path, PAYMENTS + line + "\n")], quiet=True)
    assert len(rows) == 3
    bad = rows.report.bad_rows[0]
    assert (rows.report.bad, bad.row, bad.column) == (1, 5, column)
    assert sentence in bad.reason


def test_rows_are_not_taken_twice(tmp_path: Path) -> None:
    first = read_payments([written(tmp_path, PAYMENTS)], quiet=True)
    more = PAYMENTS + "A1;730;2026-11-02;2026-11-15;5500,50\nC3;730;2026-11-02;2026-11-15;1\n"
    again = read_payments([written(tmp_path, more, "more.csv")], known=set(first.keys.tolist()), quiet=True)
    assert again.columns["person"].tolist() == ["C3"]
    assert again.report.repeated == 4


def test_a_week_shows_one_benefit_by_priority(tmp_path: Path) -> None:
    rows = read_payments([written(tmp_path, PAYMENTS)], quiet=True)
    panel = payments_to_panel(rows, np.array(["B2", "A1"]), names={"Særlig støtte": "299"})
    weeks = [week_from_iso(2026, number) for number in (45, 46, 47)]
    assert panel.names(panel.status_at(1, weeks)).tolist() == ["730", "890", ""]
    assert panel.names(panel.status_at(0, weeks)).tolist() == ["299", "blank", ""]
    upside_down = payments_to_panel(rows, np.array(["B2", "A1"]), priority=("cash_benefit",))
    assert upside_down.names(upside_down.status_at(1, weeks)).tolist() == ["730", "730", ""]


def test_status_and_answers(tmp_path: Path) -> None:
    status = written(tmp_path, "pnr;dato;status\nA1;2026-11-02;Uddannelse\nB2;2026-11-02;ukendt\n")
    noted = read_manual_status([status], quiet=True)
    assert noted.columns["status"].tolist() == ["education"]
    assert noted.report.bad_rows[0].person == "B2"
    answers = written(
        tmp_path, "pnr;dato;måned;rolle;spørgsmål;svar\nA1;2026-11-02;3;Borger;tillid;4\n", "answers.csv"
    )
    found = read_survey_answers([answers], quiet=True)
    assert (found.columns["role"][0], found.columns["wave"][0], found.columns["answer"][0]) == (
        "citizen",
        3,
        4,
    )


def test_a_file_without_the_columns_says_which(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="fra_dato"):
        read_payments([written(tmp_path, "pnr;ydelse\nA1;730\n")], quiet=True)


def test_a_bad_row_after_quoted_lines_is_named_by_its_own_line(tmp_path: Path) -> None:
    """A benefit written over two lines, an empty line and a line too long all move the rows below them."""
    content = (
        "pnr;ydelse;fra;til;beløb\n"
        'A1;"Særlig\nstøtte";2026-11-02;2026-11-15;1\n'
        "\n"
        "B2;730;2026-11-02;2026-11-15;1;for meget\n"
        'C3;"7""30";2026-11-02;2026-11-15;1\n'
        "D4;730;2026-11-31;2026-12-01;1\n"
        'E5;"a\n\nb";2026-11-02;2026-11-15;1\n'
        "F6;730;2026-11-02;2026-11-15;x\n"
    )
    rows = read_payments([written(tmp_path, content)], quiet=True)
    assert rows.columns["person"].tolist() == ["A1", "C3", "E5"]
    lines = content.split("\n")
    named = {bad.row: bad.reason.split(".")[0] for bad in rows.report.bad_rows}
    assert named == {
        5: "Linjen har flere felter end overskriften",
        7: "Datoen kan ikke læses",
        11: "Beløbet kan ikke læses",
    }
    assert [lines[row - 1][:2] for row in sorted(named)] == ["B2", "D4", "F6"]
