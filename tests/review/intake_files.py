"""Files as other systems write them. Every CPR number is a replacement number that nobody has."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from brobygger.review import intake

ON = date(2026, 1, 5)

FULL = (
    "Sagsnr;Borgers CPR;Mentor navn;Bevilget af;Bevillingsdato;Startdato;Slutdato;Opstart;Målgruppe;Formål;Opgaver;"
    "Bevilgede timer;Forbrugte timer;Udbetalt beløb\n"
    "M-1;610190-1234;Carla Mentor;Freja Frandsen;03-02-2025;10-02-2025;09-05-2025;10-02-2025;§ 6, nr. 3;"
    "Fastholde praktik;Følge på arbejde;40;38,5;8.662,50\n"
    "M-2;620291-1235;Carla Mentor;Carla Mentor;04-02-2025;10-02-2025;09-05-2025;11-02-2025;§ 6, nr. 3;"
    ";Møde op;20;25;5.000,00\n"
)


def workbook(rows: Sequence[Sequence[Any]], *, sheets: Sequence[str] = ("Sager",)) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        for name in sheets:
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        page.write_datetime(number, column, value, day)
                    else:
                        page.write(number, column, value)
    return buffer.getvalue()


def report(text: str, mapping: dict[int, str] | None = None, on: date = ON) -> intake.Report:
    sheet = intake.open_sheet(text.encode())
    return intake.audit(sheet, intake.guess(sheet) if mapping is None else mapping, on)


def case_of(text: str) -> Any:
    """The facts of the only case in a text."""
    sheet = intake.open_sheet(text.encode())
    reading = intake.read_cases(sheet, intake.guess(sheet))
    assert reading.faults == ()
    (case,) = reading.cases
    return case.facts
