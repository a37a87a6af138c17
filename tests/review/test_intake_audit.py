"""From a list to a report: the same questions, what could not be tested, and nothing about people."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from brobygger.review import intake
from brobygger.review.intake import Report, audit, export, guess, open_sheet
from brobygger.review.intake.fields import FIELDS
from brobygger.web import cli
from tests.review.intake_files import FULL, ON, report


def of(found: Report, question: str) -> intake.QuestionResult:
    return next(each for each in found.questions if each.id == question)


def failed(found: Report) -> set[tuple[str, str]]:
    return {(each.case_code, each.question) for each in found.failures}


def test_the_questions_of_the_auditor_are_asked() -> None:
    found = report(FULL)
    assert {("M-2", "K01"), ("M-2", "K13"), ("M-2", "K17")} <= failed(found)
    assert ("M-1", "K01") not in failed(found)
    assert (of(found, "K01").passed, of(found, "K01").failed) == (1, 1)
    assert all(each.sentence and each.remedy for each in found.failures)


def test_few_columns_test_little_and_the_rest_says_which_columns_are_missing() -> None:
    found = report("Sagsnr;Formål\nM-1;Job\nM-2;")
    assert failed(found) == {("M-2", "K01")}
    assert of(found, "K02").untested
    assert of(found, "K02").missing == ("Mentors opgaver",)
    assert {"Afgørelsesdato", "Timepris", "Aftalen indgået"} <= set(found.missing_columns)
    assert not of(found, "K01").untested


def test_adding_a_column_makes_a_question_testable() -> None:
    found = report("Sagsnr;Formål;Opgaver\nM-1;Job;Møde op")
    assert of(found, "K02").passed == 1
    assert "Mentors opgaver" not in found.missing_columns


def test_nobody_is_blamed_for_a_question_the_list_does_not_ask() -> None:
    """Follow-up was held; whether the support was asked about is in no column."""
    text = "Sagsnr;Opstart;Opfølgning planlagt;Opfølgning holdt\nM-1;10-02-2025;01-03-2025;01-03-2025"
    found = report(text)
    assert of(found, "K14").passed == 1
    assert (of(found, "K15").failed, of(found, "K15").missing) == (0, ("Støtten er givet som aftalt",))
    asked = report(text.replace("holdt\n", "holdt;Ydelse leveret\n") + ";nej")
    assert of(asked, "K15").failed == 1


def test_the_report_holds_no_number_name_or_free_text_of_the_file() -> None:
    text = FULL + "610190-1234;630392-1236;Xenia Hemmelig;Y;03-02-2025;;;;;Hemmelig grund;;;;\n"
    text += "M-9;640493-1237;Xenia Hemmelig;Y;31-02-2025;;;;;;;;;\n"
    sheet = open_sheet(text.encode())
    found = audit(sheet, guess(sheet), ON)
    assert found.faults
    written = export.to_json(found).decode() + export.to_html(found) + str(cells_of(export.to_xlsx(found)))
    for secret in ("610190", "620291", "630392", "640493", "1234", "Carla", "Hemmelig", "Fastholde"):
        assert secret not in written
    assert "M-2" in written


def cells_of(data: bytes, sheet: int = 0) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    if sheet:
        return book.get_sheet_by_index(sheet).to_python()  # type: ignore[return-value]
    return [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]  # type: ignore[misc]


def test_the_machine_readable_report_is_the_report() -> None:
    found = report(FULL + "M-3;;;;31-02-2025;;;;;;;;;\n")
    assert Report.from_dict(json.loads(export.to_json(found))) == found


def test_a_report_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        Report.from_dict({"format": "other"})


def test_counts_add_up_for_every_question() -> None:
    found = report(FULL)
    for each in found.questions:
        assert each.passed + each.failed + each.cannot_tell + each.not_relevant == found.cases


def test_rows_with_faults_come_back_with_a_reason_and_can_be_mended_and_sent_again() -> None:
    text = "Sagsnr;CPR;Bevillingsdato\nM-1;610190-1234;31-02-2025\nM-2;620291-1235;03-02-2025\n=1+1;;xx\n"
    sheet = open_sheet(text.encode())
    reading = intake.read_cases(sheet, guess(sheet))
    data = export.faults_to_xlsx(sheet, reading)
    rows = cells_of(data)
    assert rows[0] == ["Sagsnr", "CPR", "Bevillingsdato", "Fejl"]
    assert rows[1][:3] == ["M-1", "610190-1234", "31-02-2025"]
    assert "C (Bevillingsdato): Cellen er ikke en dato." in str(rows[1][3])
    assert rows[2][0] == "=1+1"
    again = intake.open_sheet(data)
    assert intake.guess(again)[3] == ""
    assert len(intake.read_cases(again, guess(sheet)).faults) == len(reading.faults)
    again.rows[0][2] = "03-02-2025"
    assert [case.facts.case_code for case in intake.read_cases(again, guess(sheet)).cases] == ["M-1"]


def test_no_text_of_a_file_becomes_a_formula() -> None:
    found = report("Sagsnr;Formål;=HYPERLINK(1)\n=cmd|x;;1\n+1+1;;2\n@SUM(1);Job;3")
    for data in (export.to_xlsx(found),):
        assert b"<f>" not in unpacked(data)
        assert "=cmd|x" in str(cells_of(data))


def unpacked(data: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_markup_of_a_file_stays_text_on_the_page() -> None:
    page = export.to_html(report("Sagsnr;Formål\n<script>alert(1)</script>;\nM-2;Job"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_columns_in_any_state_give_a_report(data: st.DataObject) -> None:
    """No question raises, whatever a list says or leaves out."""
    chosen = data.draw(
        st.lists(st.sampled_from(FIELDS), min_size=2, max_size=8, unique_by=lambda field: field.name)
    )
    values = st.sampled_from(
        ["", "ja", "nej", "x", "40", "03-02-2016", "04-05-2025", "Fleksjob", "§ 6, nr. 3", "Løn", "Afslag"]
    )
    rows = data.draw(
        st.lists(st.lists(values, min_size=len(chosen), max_size=len(chosen)), min_size=1, max_size=6)
    )
    text = "\n".join(
        ";".join(row) for row in [[field.label for field in chosen], *rows, ["ja"] * len(chosen)]
    )
    sheet = open_sheet(text.encode())
    found = audit(sheet, dict(enumerate(field.name for field in chosen)), date(2026, 1, 5))
    assert Report.from_dict(json.loads(export.to_json(found))) == found
    assert export.to_xlsx(found)


# The command


def test_the_command_writes_everything_and_says_that_something_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sager.csv"
    file.write_text(FULL + "M-3;;;;31-02-2025;;;;;;;;;\n", encoding="cp1252")
    out = tmp_path / "ud"
    assert cli.main(["audit", str(file), "--out", str(out), "--on", "2026-01-05"]) == 1
    told = capsys.readouterr().out
    assert "2 sager prøvet" in told
    assert "Række 4, E (Bevillingsdato): Cellen er ikke en dato." in told
    assert {each.name for each in out.iterdir()} == {
        "rapport.html", "rapport.xlsx", "rapport.json", "kolonner.toml", "raekker-med-fejl.xlsx",
    }  # fmt: skip
    assert all(each.stat().st_mode & 0o077 == 0 for each in out.iterdir())


def test_the_command_reads_the_columns_as_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, mapping = tmp_path / "sager.csv", tmp_path / "kolonner.toml"
    file.write_text("Nr;Hvorfor\nM-1;\nM-2;Job\n")
    mapping.write_text('[kolonner]\nNr = "case_code"\nHvorfor = "purpose"\n')
    assert cli.main(["audit", str(file), "--mapping", str(mapping), "--on", "2026-01-05"]) == 1
    assert "K01 Formålet er dokumenteret" in capsys.readouterr().out


def test_the_command_says_why_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sager.pdf"
    file.write_bytes(b"%PDF-1.7")
    assert cli.main(["audit", str(file)]) == 2
    assert "Det er en PDF." in capsys.readouterr().out
