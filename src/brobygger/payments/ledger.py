"""The ledger file (bogføringsfil): a CSV that Danish finance systems read as it stands. Plain Python."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

HEADINGS = (
    "Fil", "Post", "Godkendt den", "Godkendt af", "Leverandørens CVR-nummer", "Leverandør", "Bilagsart",
    "Bilagsnummer", "Bilagsdato", "Forfaldsdato", "Linje", "Forløb", "Tekst", "Timer", "Beløb uden moms", "Moms",
    "Beløb i alt",
)  # fmt: skip
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Posting:
    """One payment as the finance system gets it. Amounts in kroner, a credit negative; ``minutes`` paid for."""

    approved_on: date
    approved_by: str
    supplier_cvr: str
    supplier_name: str
    kind: str
    number: str
    issued_on: date
    due_on: date | None
    line_number: str
    case_code: str
    text: str
    minutes: int
    net: Decimal
    vat: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.vat


def to_csv(file_number: int, postings: Iterable[Posting]) -> bytes:
    """UTF-8 with a byte order mark, semicolons, decimal commas, and no cell that a spreadsheet would run."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for place, posting in enumerate(postings, start=1):
        writer.writerow(_row(file_number, place, posting))
    return written.getvalue().encode("utf-8-sig")


def safe_text(text: str) -> str:
    """Text from strangers in one line; an apostrophe before what a spreadsheet would take for a formula.

    >>> safe_text("=HYPERLINK(1)"), safe_text(" -1+2"), safe_text("Mentortimer")
    ("'=HYPERLINK(1)", "' -1+2", 'Mentortimer')
    """
    line = " ".join(text.splitlines())
    return f"'{line}" if line.lstrip(" ").startswith(_STARTS_A_FORMULA) else line


def _row(file_number: int, place: int, posting: Posting) -> list[str]:
    return [
        str(file_number),
        str(place),
        _day(posting.approved_on),
        safe_text(posting.approved_by),
        safe_text(posting.supplier_cvr),
        safe_text(posting.supplier_name),
        safe_text(posting.kind),
        safe_text(posting.number),
        _day(posting.issued_on),
        _day(posting.due_on) if posting.due_on else "",
        safe_text(posting.line_number),
        safe_text(posting.case_code),
        safe_text(posting.text),
        _number(Decimal(posting.minutes) / 60),
        _number(posting.net),
        _number(posting.vat),
        _number(posting.total),
    ]


def _number(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"
