"""The ledger file (bogføringsfil): approved payments as a CSV that Danish finance systems read. Plain Python."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brobygger.payment.banking_days import payment_run

HEADINGS = (
    "Fil", "Post", "Godkendt den", "Godkendt af", "Leverandørens CVR-nummer", "Leverandør", "Bilagsart",
    "Bilagsnummer", "Bilagsdato", "Forfaldsdato", "Linje", "Forløb", "Tekst", "Timer", "Beløb uden moms", "Moms",
    "Beløb i alt", "Reference", "Betalingsdag",
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


def reference_of(file_number: int, place: int) -> str:
    """What the payer's answer calls a payment: its file and its place in it.

    >>> reference_of(7, 3)
    '7-3'
    """
    return f"{file_number}-{place}"


def pay_on(*, due_on: date | None, ready_on: date) -> date:
    """The banking day a payment in a file of ``ready_on`` is made: when due, or as soon as the file can get there.

    >>> pay_on(due_on=date(2026, 12, 31), ready_on=date(2026, 12, 1))
    datetime.date(2026, 12, 30)
    """
    return payment_run(due_on or ready_on, ready_on=ready_on)


def to_csv(file_number: int, postings: Iterable[Posting], *, made_on: date | None = None) -> bytes:
    """UTF-8 with a byte order mark, semicolons, decimal commas, and no cell that a spreadsheet would run.

    ``made_on`` is the day of the file; else each payment is ready on the day it was approved.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for place, posting in enumerate(postings, start=1):
        writer.writerow(_row(file_number, place, posting, made_on or posting.approved_on))
    return written.getvalue().encode("utf-8-sig")


def safe_text(text: str) -> str:
    """Text from strangers in one line; an apostrophe before what a spreadsheet would take for a formula.

    >>> safe_text("=HYPERLINK(1)"), safe_text(" -1+2"), safe_text("Mentortimer")
    ("'=HYPERLINK(1)", "' -1+2", 'Mentortimer')
    """
    line = " ".join(text.splitlines())
    return f"'{line}" if line.lstrip(" ").startswith(_STARTS_A_FORMULA) else line


def _row(file_number: int, place: int, posting: Posting, ready_on: date) -> list[str]:
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
        danish_number(Decimal(posting.minutes) / 60),
        danish_number(posting.net),
        danish_number(posting.vat),
        danish_number(posting.total),
        reference_of(file_number, place),
        _day(pay_on(due_on=posting.due_on, ready_on=ready_on)),
    ]


def danish_number(amount: Decimal) -> str:
    """Two decimals after a comma, no thousands."""
    return f"{amount:.2f}".replace(".", ",")


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"
