"""The payer's answer as a file: which payments were made, of how much and when. Plain Python."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO

from brobygger.values.money import round_to_oere

COLUMNS = ("reference", "beløb", "dato", "status")
MAX_ROWS = 20_000
MOST_PROBLEMS = 20
_LARGEST = Decimal(10) ** 11
_STATUS = {"betalt": True, "afvist": False}


@dataclass(frozen=True)
class Answered:
    """One row: the payment's reference, kroner with VAT (a credit below zero), the day, whether it was made."""

    reference: str
    amount: Decimal
    day: date
    is_paid: bool


class BadAnswer(ValueError):
    """The file is no answer; ``problems`` are sentences, each with the number of its row."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


def read_answer(data: bytes) -> tuple[Answered, ...]:
    """Rows of a CSV in UTF-8 with semicolons and the columns ``COLUMNS``; nothing is taken from a file with a fault.

    Dates as 2026-12-01 or 01-12-2026, amounts as 1.234,50 or 1234.50, status betalt or afvist. Raises BadAnswer.
    """
    try:
        text = data.decode("utf-8-sig")
        reader = csv.DictReader(StringIO(text, newline=""), delimiter=";", strict=True)
        named = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if not set(COLUMNS) <= set(named):
            raise BadAnswer([f"Den første række skal være {';'.join(COLUMNS)}."])
        reader.fieldnames = named
        return _rows(reader)
    except UnicodeDecodeError:
        raise BadAnswer(["Filen skal være gemt som UTF-8."]) from None
    except csv.Error:
        raise BadAnswer(["Filen kan ikke læses som CSV med semikolon imellem."]) from None


def _rows(reader: csv.DictReader[str]) -> tuple[Answered, ...]:
    rows, problems = [], []
    for number, row in enumerate(reader, start=2):
        if number > MAX_ROWS + 1:
            raise BadAnswer([f"Filen har mere end {MAX_ROWS} rækker. Del den op."])
        try:
            rows.append(_row(row))
        except ValueError as problem:
            problems.append(f"Række {number}: {problem}")
    if problems or not rows:
        raise BadAnswer(problems[:MOST_PROBLEMS] or ["Filen har ingen rækker."])
    return tuple(rows)


def _row(row: Mapping[str, str | None]) -> Answered:
    reference, amount, day, status = ((row.get(column) or "").strip() for column in COLUMNS)
    if not reference or len(reference) > 40:
        raise ValueError("Referencen mangler eller er for lang.")
    if status.lower() not in _STATUS:
        raise ValueError("Status skal være betalt eller afvist.")
    return Answered(reference, _kroner(amount), _day(day), _STATUS[status.lower()])


def _kroner(text: str) -> Decimal:
    """
    >>> _kroner("1.234,50"), _kroner("-312.5")
    (Decimal('1234.50'), Decimal('-312.50'))
    """
    plain = text.replace(".", "").replace(",", ".") if "," in text else text
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise ValueError("Beløbet skal skrives som 1234,50.") from None
    if not amount.is_finite() or abs(amount) >= _LARGEST or amount != round_to_oere(amount):
        raise ValueError("Beløbet skal være i hele øre og skrives som 1234,50.")
    return round_to_oere(amount)


def _day(text: str) -> date:
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
    raise ValueError("Datoen skal skrives som 2026-01-31.")
