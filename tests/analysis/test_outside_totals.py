"""Statistics Denmark's totals: both forms of export, bad lines by their line, and no arithmetic across definitions."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from brobygger.analysis.errors import RegisterError
from brobygger.analysis.outside_totals import BesideTotal, beside_totals, period_of, read_outside_totals
from brobygger.values.period import Period

READ_ON = date(2026, 11, 20)
LONG = """\ufeffOMRÅDE;YTELSESTYPE;KØN;TID;INDHOLD
Hele landet;MED Mentorstøtte, dagpenge;I alt;2024K1;104
Hele landet;MEK Mentorstøtte, kontanthjælp;I alt;2024K1;1.234
Hele landet;MEK Mentorstøtte, kontanthjælp;I alt;2024K2;1250*
Hele landet;MEK Mentorstøtte, kontanthjælp;I alt;2024K3;..
Vejle;MEK Mentorstøtte, kontanthjælp;I alt;2024K1;-
Vejle;Løntilskud;I alt;2024K1;87
"""
WIDE = """"AUK03: Offentligt forsørgede (aktiverede fuldtidsmodtagere) efter område, ydelsestype og tid"

"";"";2024K1;2024K2
"Hele landet";"Mentorstøtte
kontanthjælp";1234;1250
"";"Løntilskud";900;tolv
"Vejle";"Mentorstøtte
kontanthjælp";-;..
"""
MENTOR = {"OMRÅDE": "Hele landet", "YTELSESTYPE": "MEK Mentorstøtte, kontanthjælp"}


def written(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / "auk03.csv"
    path.write_bytes(content.encode(encoding))
    return path


def test_the_long_form_with_its_signs(tmp_path: Path) -> None:
    found = read_outside_totals(written(tmp_path, LONG), table="AUK03", read_on=READ_ON)
    assert found.dimensions == ("OMRÅDE", "YTELSESTYPE", "KØN")
    assert [each.value for each in found.rows] == [104, 1234, 1250, None, 0, 87]
    assert [each.provisional for each in found.rows] == [False, False, True, False, False, False]
    assert found.rows[0].period == Period(date(2024, 1, 1), date(2024, 4, 1))
    assert len(found.mentor()) == 5
    assert found.report.bad == 0


def test_the_form_of_the_pages_with_blanks_carried_down(tmp_path: Path) -> None:
    found = read_outside_totals(written(tmp_path, WIDE, "latin-1"), table="AUK03", read_on=READ_ON)
    assert found.title.startswith("AUK03")
    assert [(each.labels["D1"], each.label, each.value) for each in found.mentor()] == [
        ("Hele landet", "2024K1", 1234),
        ("Hele landet", "2024K2", 1250),
        ("Vejle", "2024K1", 0),
        ("Vejle", "2024K2", None),
    ]
    bad = found.report.bad_rows[0]
    assert (found.report.bad, bad.row, bad.column, bad.reason) == (1, 6, "2024K2", "»tolv« er ikke et tal.")


def test_bad_lines_are_named_and_nothing_is_taken_twice(tmp_path: Path) -> None:
    more = (
        "Vejle;Løntilskud;I alt;2024K1;87\nVejle;Løntilskud;I alt;2024K1;88\n"
        "Vejle;Løntilskud;I alt;2024K7;1\nVejle;Løntilskud;2024K1\n"
    )
    found = read_outside_totals(written(tmp_path, LONG + more), table="AUK03", read_on=READ_ON)
    assert (len(found.rows), found.report.repeated, found.report.bad) == (6, 1, 3)
    assert [(bad.row, bad.reason) for bad in found.report.bad_rows] == [
        (9, "Tallet er et andet end i linje 7, som gælder."),
        (10, "Perioden »2024K7« kan ikke læses."),
        (11, "Linjen har ikke lige så mange felter som overskriften."),
    ]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="ligner ikke et udtræk"):
        read_outside_totals(written(tmp_path, "pnr;ydelse\n1;730\n"), table="AUH03", read_on=READ_ON)
    with pytest.raises(RegisterError, match="findes ikke"):
        read_outside_totals(tmp_path / "intet.csv", table="AUH03", read_on=READ_ON)


def test_the_totals_stand_beside_and_are_never_subtracted(tmp_path: Path) -> None:
    outside = read_outside_totals(written(tmp_path, LONG), table="AUK03", read_on=READ_ON)
    own = {"2024K1": 40, "2024K2": None, "2023K4": 12}
    lines = beside_totals(own, outside, MENTOR, own_counts="forløb med bekræftede møder")
    assert [(each.own, each.outside) for each in lines] == [(40, 1234), (None, 1250), (12, None)]
    assert all("ikke trækkes fra hinanden" in each.caveat for each in lines)
    assert lines[0].source == "Danmarks Statistik, AUK03, hentet 20.11.2026"
    names = {each.name for each in fields(BesideTotal)}
    assert not names & {"difference", "ratio", "share"}


def test_a_question_with_several_answers_is_refused(tmp_path: Path) -> None:
    outside = read_outside_totals(written(tmp_path, LONG), table="AUK03", read_on=READ_ON)
    with pytest.raises(RegisterError, match="Angiv også YTELSESTYPE, KØN"):
        outside.one("2024K1", {"OMRÅDE": "Hele landet"})


@pytest.mark.parametrize(
    ("label", "first", "end"),
    [
        ("2024", date(2024, 1, 1), date(2025, 1, 1)),
        ("2024K4", date(2024, 10, 1), date(2025, 1, 1)),
        ("2024Q2", date(2024, 4, 1), date(2024, 7, 1)),
        ("2024M02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2024H2", date(2024, 7, 1), date(2025, 1, 1)),
    ],
)
def test_periods(label: str, first: date, end: date) -> None:
    assert period_of(label) == Period(first, end)
    assert period_of(label + "x") is None
