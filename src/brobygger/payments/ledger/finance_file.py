"""The postings as a file for the finance system: two sides for each act, on the municipality's own accounts.

Plain Python. The columns are described in docs/operate/finance-export.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brobygger.payment.ledger import ACCOUNTS, Account, Book
from brobygger.payments.ledger.payment_file import danish_number, safe_text
from brobygger.values.money import ZERO

HEADINGS = (
    "Fil", "Post", "Bogført den", "Art", "Brobyggers konto", "Kontonavn", "Kommunens konto", "Debet", "Kredit",
    "Forløb", "Leverandørens CVR-nummer", "Bilag", "Nøgle",
)  # fmt: skip
FINANCE_ACCOUNTS = tuple(account for account in Account if ACCOUNTS[account].book is Book.FINANCE)


@dataclass(frozen=True)
class FinanceRow:
    """One entry as the finance system gets it. ``post`` is the same for the entries of an act; debit above zero."""

    post: int
    day: date
    act: str
    account: Account
    number: str
    amount: Decimal
    case_code: str
    supplier: str
    voucher: str
    key: str


def to_csv(file_number: int, rows: Iterable[FinanceRow]) -> bytes:
    """UTF-8 with a byte order mark, semicolons, decimal commas, and no cell that a spreadsheet would run."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow(_cells(file_number, row))
    return written.getvalue().encode("utf-8-sig")


def _cells(file_number: int, row: FinanceRow) -> list[str]:
    debit, credit = max(row.amount, ZERO), max(-row.amount, ZERO)
    return [
        str(file_number),
        str(row.post),
        f"{row.day:%d-%m-%Y}",
        row.act,
        row.account.value,
        row.account.label,
        safe_text(row.number),
        danish_number(debit) if debit else "",
        danish_number(credit) if credit else "",
        safe_text(row.case_code),
        safe_text(row.supplier),
        safe_text(row.voucher),
        row.key,
    ]
