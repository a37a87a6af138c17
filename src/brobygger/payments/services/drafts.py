"""What a document becomes before it is kept: the invoice and its lines in memory. Asks and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from brobygger.einvoice import Document, Line, normalise_number
from brobygger.einvoice.checks import Remark, Severity
from brobygger.einvoice.document import claimed_minutes
from brobygger.payments.decisions import Verdict
from brobygger.payments.intake.sender import Sender
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.values.cpr import mask_cpr
from brobygger.values.money import round_to_oere

_FOUR_DECIMALS = Decimal("0.0001")
_CPR = re.compile(r"(?<!\d)(\d{6})[-\s]?\d{4}(?!\d)")


def invoice_of(
    document: Document, data: bytes, remarks: Iterable[Remark], sender: Sender, at: datetime
) -> Invoice:
    """The invoice without its lines; rejected when a remark on the whole document is an error."""
    remarks = list(remarks)
    is_rejected = any(each.severity is Severity.ERROR and not each.line for each in remarks)
    stated, totals = document.stated_period, document.totals
    before_tax = totals.line_total - document.allowance_total + document.charge_total
    credited = document.billing_reference
    return Invoice(
        municipality=sender.municipality,
        channel=sender.channel,
        kind=document.kind.value,
        state=Invoice.State.REJECTED if is_rejected else Invoice.State.OPEN,
        standard=document.standard.value,
        supplier_cvr=document.supplier.cvr,
        supplier_name=document.supplier.name[:200],
        number=document.number,
        normalised_number=normalise_number(document.number),
        issued_on=document.issued_on,
        due_on=document.due_on,
        period_start=stated.first if stated else None,
        period_end=stated.last if stated else None,
        currency=document.currency[:3],
        tax_exclusive=round_to_oere(before_tax),
        tax=round_to_oere(totals.tax),
        payable=round_to_oere(totals.payable),
        order_reference=without_cpr(document.order_reference)[:120],
        credited_number=normalise_number(credited)[:80] if credited else "",
        remarks=[_remark(each) for each in remarks],
        content=data,
        sha256=bytes.fromhex(document.raw_sha256),
        received_at=at,
        received_by=sender.staff,
    )


def _remark(each: Remark) -> dict[str, str]:
    return {
        "code": each.code,
        "severity": each.severity.value,
        "sentence": each.sentence_da,
        "line": each.line,
    }


def line_of(invoice: Invoice, position: int, stated: Line) -> InvoiceLine:
    claimed = claimed_minutes(stated)
    period = stated.stated_period
    return InvoiceLine(
        municipality_id=invoice.municipality_id,
        invoice=invoice,
        position=position,
        line_number=stated.number[:40],
        text=without_cpr(stated.text or stated.note)[:300],
        quantity=_four_decimals(stated.quantity or Decimal(0)),
        unit=stated.unit[:10],
        unit_price=None if stated.unit_price is None else _four_decimals(stated.unit_price),
        amount=round_to_oere(stated.amount),
        vat_percent=stated.vat_percent,
        claimed_minutes=claimed if claimed is not None and claimed >= 0 else None,
        period_start=period.first if period else None,
        period_end=period.last if period else None,
    )


def _four_decimals(number: Decimal) -> Decimal:
    return number.quantize(_FOUR_DECIMALS)


def without_cpr(text: str) -> str:
    """Suppliers write CPR numbers on their lines; they stay in the file and are shown nowhere."""
    return _CPR.sub(lambda found: mask_cpr(found[1]), text)


def apply_verdict(line: InvoiceLine, verdict: Verdict, at: datetime) -> None:
    """Puts a verdict on a line in memory. What the system refuses is dated but has nobody's name on it."""
    line.state, line.reason_code, line.reason = verdict.state, verdict.code, verdict.sentence
    line.covered_minutes = verdict.covered_minutes
    line.decided_at = at if verdict.state == InvoiceLine.State.REFUSED else None
    line.decided_by = None
