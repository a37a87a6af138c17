"""Bytes in: every way a list is written, and every file that is turned away."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.review import intake
from brobygger.review.intake import FileRefused
from brobygger.review.intake import sheet as sheets
from tests.review.intake_files import workbook

ROWS = [
    ["Sagsnr", "Bevillingsdato", "Formål"],
    ["M-1", "03-02-2025", "Blive på jobbet"],
    ["M-2", "04-02-2025", "Æblegrød"],
]


def csv(delimiter: str) -> str:
    return "\r\n".join(delimiter.join(row) for row in ROWS) + "\r\n"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_dialect_and_character_set_gives_the_same_cells(delimiter: str, encoding: str) -> None:
    table = intake.read(csv(delimiter).encode(encoding))
    assert table.rows == ROWS


def test_semicolons_win_over_the_commas_of_danish_decimals() -> None:
    table = intake.read(b"Sag;Timer;Pris\nM-1;2,5;180,25\nM-2;3,5;190,75\n")
    assert table.rows[1] == ["M-1", "2,5", "180,25"]


def test_the_line_that_states_the_delimiter_is_no_row_but_counts() -> None:
    table = intake.read(b"sep=;\nSagsnr;Dato\nM-1;03-02-2025\n")
    assert (table.rows[0], table.first_row) == (["Sagsnr", "Dato"], 2)


def test_a_quoted_cell_may_hold_delimiters_and_lines() -> None:
    table = intake.read('Sagsnr;Formål\nM-1;"Et; og\nto"\n'.encode())
    assert table.rows[1] == ["M-1", "Et; og\nto"]


def test_a_workbook_keeps_its_dates_and_names_the_sheets_it_left() -> None:
    table = intake.read(workbook([["Sagsnr", "Dato"], ["M-1", date(2025, 2, 3)]], sheets=("A", "B")))
    assert table.rows[1] == ["M-1", date(2025, 2, 3)]
    assert (table.sheet, table.other_sheets) == ("A", ("B",))


def test_a_title_above_the_headings_is_passed_over_and_rows_keep_their_numbers() -> None:
    sheet = intake.open_sheet(workbook([["Udtræk fra fagsystemet"], [], *ROWS]))
    assert [column.heading for column in sheet.columns] == ROWS[0]
    assert sheet.first_row == 4


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY"),
        (b"\xef\xbb\xbf", "EMPTY"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "OLD_EXCEL"),
        (b"\x1f\x8b\x08", "ARCHIVE"),
        (b"<!doctype html><table><tr><td>x;y</td></tr></table>", "NOT_TEXT"),
        (b'{"a": 1}', "NOT_TEXT"),
        (b"\x00\x01\x02binary", "NOT_TEXT"),
        (b"a;b\x07\nc;d\n", "NOT_TEXT"),
        (b"a;\x81\n", "ENCODING"),
        (b"Sagsnr;Dato\n", "NO_ROWS"),
        (b"PK\x03\x04" + b"\xff" * 80, "DAMAGED"),
    ],
)
def test_files_that_are_no_list_are_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        intake.read(data)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_a_file_without_headings_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        intake.open_sheet(b"1;2;3\n4;5;6\n")
    assert refused.value.code == "NO_HEADER"


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(FileRefused, match="større end 20 MB"):
        intake.read(b"a;b\n" * (intake.MAX_BYTES // 4 + 1))


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/workbook.xml": b"<x/>", "xl/vbaProject.bin": b"x"}, "MACROS"),
        ({"content.xml": b"<x/>", "mimetype": b"x"}, "OTHER_SPREADSHEET"),
        ({"xl/workbook.bin": b"x"}, "OTHER_SPREADSHEET"),
        ({"sager.csv": b"a;b"}, "ARCHIVE"),
        ({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}, "DAMAGED"),
        ({"xl/workbook.xml": b"<not xml", "xl/worksheets/sheet1.xml": b"<"}, "DAMAGED"),
    ],
)
def test_archives_that_are_no_plain_workbook_are_refused(parts: dict[str, bytes], code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        intake.read(archive(parts))
    assert refused.value.code == code


def test_a_bomb_is_refused_by_what_it_says() -> None:
    bomb = archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * (sheets.MAX_UNPACKED + 1)})
    assert len(bomb) < sheets.MEGABYTE
    with pytest.raises(FileRefused) as refused:
        intake.read(bomb)
    assert refused.value.code == "BOMB"


def test_a_bomb_that_lies_about_its_size_is_refused_by_what_it_is() -> None:
    content = b" " * (sheets.MAX_UNPACKED + 1)
    honest = archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": content})
    lie = honest.replace(struct.pack("<L", len(content)), struct.pack("<L", 10))
    with zipfile.ZipFile(io.BytesIO(lie)) as archive_:
        assert archive_.infolist()[1].file_size == 10
    with pytest.raises(FileRefused) as refused:
        intake.read(lie)
    assert refused.value.code == "BOMB"


@pytest.mark.parametrize("quote", ['"', "'"])
def test_one_cell_far_away_does_not_make_room_for_a_billion(quote: str) -> None:
    """Two cells, and the reader of spreadsheets would make room for every one between them."""
    far = workbook(ROWS)
    parts = {}
    with zipfile.ZipFile(io.BytesIO(far)) as archive_:
        for name in archive_.namelist():
            content = archive_.read(name)
            if name.endswith("sheet1.xml"):
                cell = f"<row r={quote}1048576{quote}><c r={quote}XFD1048576{quote}><v>1</v></c></row></sheetData>"
                content = content.replace(b"</sheetData>", cell.encode())
            parts[name] = content
    with pytest.raises(FileRefused) as refused:
        intake.read(archive(parts))
    assert refused.value.code == "BOMB"


def test_too_many_rows_and_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    with pytest.raises(FileRefused, match="mere end 2 rækker"):
        intake.read(b"a;b\n" + b"1;2\n" * 3)
    with pytest.raises(FileRefused, match="mere end 200 kolonner"):
        intake.read(b";".join([b"a"] * 201) + b"\n" + b";".join([b"1"] * 201))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    try:
        intake.open_sheet(data)
    except FileRefused as refused:
        assert str(refused)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_a_few_wrong_bytes_is_read_or_refused(place: int, wrong: bytes) -> None:
    good = bytearray(workbook(ROWS))
    place %= len(good)
    good[place : place + len(wrong)] = wrong
    try:
        intake.open_sheet(bytes(good))
    except FileRefused as refused:
        assert str(refused)


def test_reading_a_path_says_when_there_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(FileRefused, match="ingen fil"):
            intake.read_path(path)


def test_a_sheet_of_five_columns_with_all_that_real_ones_have() -> None:
    """A hidden sheet before it, a title above the headings, odd headings, dates as text, and one row that is wrong."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    hidden, shown = (book.add_worksheet(name) for name in ("Gammelt", "Sager"))
    hidden.hide()
    shown.activate()
    hidden.write_column(0, 0, ["Sagsnr", "SKJULT-1", "SKJULT-2"])
    shown.write(0, 0, "Udtræk fra fagsystem, dannet 3/2-2025")
    rows = [
        ["Journal nr. ", "Målgr.", "Bevilget d.", "Start  (dato)", "Antal timer bev."],
        ["2024-001", "6.3", "12.03.2024", "1. april 2024", "40"],
        ["2024-002", "6.1", "3/4-2024", "15-04-24", "25,5"],
        ["2024-003", "6.2", "31.02.2024", "1.6.2024", "20"],
    ]
    for place, row in enumerate(rows, start=2):
        shown.write_row(place, 0, row)
    book.close()
    sheet = intake.sheet_of(intake.read(content.getvalue()))
    mapping = intake.guess(sheet, {"Målgr.": "target_group"})
    read = intake.read_cases(sheet, mapping)
    report = intake.audit(sheet, mapping, date(2025, 2, 3), reading=read)
    assert [each.facts.case_code for each in read.cases] == ["2024-001", "2024-002"]
    assert [each.facts.decided_on for each in read.cases] == [date(2024, 3, 12), date(2024, 4, 3)]
    assert [each.facts.granted_minutes for each in read.cases] == [2400, 1530]
    assert [(each.row, each.letter) for each in report.faults] == [(6, "C")] and report.bad_rows == 1
    assert "Formål" in report.missing_columns and "Målgruppe" not in report.missing_columns
    untold = {each.id: each.cannot_tell for each in report.questions}
    assert untold["K01"] == 2 and report.sheet == "Sager" and report.other_sheets == ("Gammelt",)
