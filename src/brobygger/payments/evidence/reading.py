"""Rows of the database and typed lines to the pure pay evidence, and back. Plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from brobygger.law.codes import PriceLineKind
from brobygger.payment.pay_evidence import Holiday, PayBasis, PayEvidence
from brobygger.payment.pay_items import PayItem, PayItemKind, Per
from brobygger.payment.price import PER_HOUR, PriceLine
from brobygger.payment.wage_cost import HourlyCost
from brobygger.payments.evidence.models import PayRecord
from brobygger.values.money import ZERO
from brobygger.values.period import Period

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
_MARKS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)
ENDINGS = {kind: ending for _mark, kind, ending in _MARKS}


class NotAPaper(ValueError):
    """The file is no PDF and no photo; the message can be shown by the field."""


@dataclass(frozen=True)
class Paper:
    """A payslip or contract as it came: its bytes and what its own first bytes say it is."""

    content: bytes
    content_type: str


def read_paper(content: bytes) -> Paper:
    """The paper of an upload. Its name is not believed, its first bytes are. Raises NotAPaper."""
    if len(content) > MOST_BYTES:
        raise NotAPaper(f"Filen er for stor. Den må højst fylde {MOST_BYTES // MEGABYTE} MB.")
    for mark, content_type, _ending in _MARKS:
        if content.startswith(mark):
            return Paper(content, content_type)
    raise NotAPaper("Vælg en PDF eller et billede (JPEG eller PNG).")


def items_as_data(items: Iterable[PayItem]) -> list[dict[str, Any]]:
    """Lines as JSON holds them; amounts as text, so that no digit is lost."""
    return [
        {
            "kind": item.kind.value,
            "amount": str(item.amount),
            "per": item.per.value,
            "text": item.text,
            "agreed": item.agreed,
        }
        for item in items
    ]


def items_from_data(rows: Iterable[dict[str, Any]]) -> tuple[PayItem, ...]:
    """Lines from what ``items_as_data`` gave. Raises BadPay and ValueError for others."""
    return tuple(
        PayItem(
            PayItemKind(row["kind"]),
            Decimal(row["amount"]),
            Per(row["per"]),
            row["text"],
            bool(row["agreed"]),
        )
        for row in rows
    )


def evidence_of(record: PayRecord) -> PayEvidence:
    """The record as the arithmetic reads it."""
    return PayEvidence(
        basis=PayBasis(record.basis),
        items=items_from_data(record.items),
        valid=Period(record.valid_from, record.valid_before),
        minutes=record.minutes,
        holiday=Holiday(record.holiday),
        holiday_days=record.holiday_days,
        reason=record.reason,
        reference=record.reference,
    )


def price_lines(cost: HourlyCost, text: str) -> tuple[PriceLine, ...]:
    """The parts of an hour put together by what they are counted as, so that a grant's price has few lines.

    Kroner an hour; together exactly the hourly cost. Every line carries ``text``, which names the paper.
    """
    together: dict[PriceLineKind, Decimal] = {}
    for part in cost.parts:
        together[part.counted_as] = together.get(part.counted_as, ZERO) + part.per_hour
    return tuple(PriceLine(kind, text, amount, PER_HOUR) for kind, amount in together.items() if amount)
