"""The report as a workbook, as JSON and as a page to print; and the rows with errors, to be mended and sent again.

Text from the file is only ever written as text: a cell that begins with "=" stays the word it is.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any

import xlsxwriter

from brobygger.review.intake.audit import QuestionResult, Report
from brobygger.review.intake.mapping import Sheet
from brobygger.review.intake.rows import Reading
from brobygger.review.intake.sheet import Cell

FAULT_HEADING = "Fejl"
_MOST_PRINTED = 2_000
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def to_json(report: Report) -> bytes:
    """The whole report for other programs, UTF-8."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=1).encode()


def to_xlsx(report: Report) -> bytes:
    """The report with one sheet for the questions, the failing cases, the columns and the rows not read."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        write = _Writer(book)
        write.sheet(
            "Spørgsmål",
            ("Nr.", "Spørgsmål", "Kilde", "Bestået", "Ikke bestået", "Kunne ikke prøves", "Gælder ikke", "Mangler"),
            (
                (
                    each.id, each.text, each.source, each.passed, each.failed, each.cannot_tell,
                    each.not_relevant, ", ".join(each.missing),
                )
                for each in report.questions
            ),
            (6, 60, 36, 10, 12, 16, 12, 60),
        )  # fmt: skip
        write.sheet(
            "Sager at rette",
            ("Række", "Sag", "Borger", "Nr.", "Hvad der er galt", "Hvad der retter det"),
            (
                (
                    each.row, each.case_code, each.citizen, each.question, each.sentence, each.remedy,
                )
                for each in report.failures
            ),
            (8, 18, 14, 6, 60, 60),
        )  # fmt: skip
        write.sheet(
            "Rækker med fejl",
            ("Række", "Kolonne", "Overskrift", "Hvad der er galt"),
            ((each.row, each.letter, each.heading, each.sentence) for each in report.faults),
            (8, 9, 30, 60),
        )
        write.sheet(
            "Kolonner",
            ("Kolonne", "Overskrift i filen", "Læst som"),
            ((each.letter, each.heading, each.label or "ikke brugt") for each in report.columns),
            (9, 36, 36),
        )
        write.sheet("Om", ("Hvad", "Værdi"), summary(report), (32, 60))
    return buffer.getvalue()


def faults_to_xlsx(sheet: Sheet, reading: Reading) -> bytes:
    """The bad rows as they came, with a last column that says what is wrong with each."""
    sentences: dict[int, list[str]] = {}
    for fault in reading.faults:
        sentences.setdefault(fault.row, []).append(f"{fault.letter} ({fault.heading}): {fault.sentence}")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        _Writer(book).sheet(
            "Rækker med fejl",
            (*(column.heading for column in sheet.columns), FAULT_HEADING),
            ((*sheet.rows[place], _told(sentences, sheet.first_row + place)) for place in reading.bad_rows),
            (*(16 for _ in sheet.columns), 80),
        )
    return buffer.getvalue()


def _told(sentences: dict[int, list[str]], row: int) -> str:
    return " ".join(sentences.get(row, ["En anden række i samme sag har en fejl."]))


class _Writer:
    """Writes sheets with a fixed heading, a filter, and every value in the type it has."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd-mm-yyyy", "valign": "top"})
        self.hours = book.add_format({"num_format": "[h]:mm", "valign": "top"})

    def sheet(
        self, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
    ) -> None:
        page = self.book.add_worksheet(name)
        for position, heading in enumerate(headings):
            page.write_string(0, position, heading, self.bold)
            page.set_column(position, position, widths[position])
        last = 0
        for last, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                self._write(page, last, position, value)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(last, 1), len(headings) - 1)

    def _write(self, page: Any, row: int, column: int, value: Cell) -> None:
        if isinstance(value, bool):
            page.write_boolean(row, column, value, self.wrapped)
        elif isinstance(value, int | float) and math.isfinite(value):
            page.write_number(row, column, value, self.wrapped)
        elif isinstance(value, date | datetime) and value.year > 1900:
            page.write_datetime(row, column, value, self.day)
        elif isinstance(value, time | timedelta):
            page.write_datetime(row, column, value, self.hours)
        elif value != "":
            page.write_string(row, column, str(value)[:32_000], self.wrapped)


def summary(report: Report) -> list[tuple[str, str]]:
    """What the report rests on, as (what, value)."""
    return [
        ("Prøvet pr.", f"{report.on:%d-%m-%Y}"),
        ("Ark i filen", report.sheet or "-"),
        ("Andre ark, der ikke er læst", ", ".join(report.other_sheets) or "-"),
        ("Rækker i filen", str(report.rows)),
        ("Sager, der er prøvet", str(report.cases)),
        ("Sager med mindst én fejl", str(report.failing_cases)),
        ("Rækker, der ikke kunne læses", str(report.bad_rows)),
        ("Kolonner, der ville lade mere prøve", ", ".join(report.missing_columns) or "-"),
        ("Borgere", "En borger står med en reference, der kun gælder i denne rapport."),
    ]


# The page to print


def to_html(report: Report, *, title: str = "Gennemgang af mentorsager") -> str:
    """One page that stands alone, in black on white, fit to be printed."""
    parts = [
        f"<!doctype html><html lang='da'><head><meta charset='utf-8'><title>{escape(title)}</title>",
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        _html_table(("Hvad", "Værdi"), summary(report)),
        "<h2>Spørgsmålene</h2>",
        _html_table(
            ("Nr.", "Spørgsmål", "Bestået", "Ikke bestået", "Kunne ikke prøves", "Kolonner, der mangler"),
            [_question_row(each) for each in report.questions],
        ),
        "<h2>Sager at rette</h2>",
        _failures_html(report),
    ]
    if report.faults:
        parts += ["<h2>Rækker med fejl</h2>", _faults_html(report)]
    parts.append("</body></html>")
    return "\n".join(parts)


def _question_row(each: QuestionResult) -> tuple[str, ...]:
    return (
        each.id, each.text, str(each.passed), str(each.failed), str(each.cannot_tell), ", ".join(each.missing) or "-",
    )  # fmt: skip


def _failures_html(report: Report) -> str:
    if not report.failures:
        return "<p>Ingen af de spørgsmål, der kunne prøves, fandt en fejl.</p>"
    rows = [
        (str(each.row), each.case_code, each.question, each.sentence, each.remedy)
        for each in report.failures[:_MOST_PRINTED]
    ]
    return _html_table(("Række", "Sag", "Nr.", "Hvad der er galt", "Hvad der retter det"), rows) + _rest(
        len(report.failures)
    )


def _faults_html(report: Report) -> str:
    rows = [
        (str(each.row), each.letter, each.heading, each.sentence) for each in report.faults[:_MOST_PRINTED]
    ]
    return _html_table(("Række", "Kolonne", "Overskrift", "Hvad der er galt"), rows) + _rest(
        len(report.faults)
    )


def _rest(count: int) -> str:
    left = count - _MOST_PRINTED
    return f"<p>Der er {left} mere. De står i regnearket.</p>" if left > 0 else ""


def _html_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in headings)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(each)}</td>" for each in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}"
    "th,td{border-bottom:1px solid #bbb;padding:.35rem .5rem;text-align:left;vertical-align:top}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "@media print{body{margin:0;max-width:none;font-size:11px}}"
)
