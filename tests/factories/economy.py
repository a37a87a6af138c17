"""Pay records, and mentorships with payments made directly as rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from brobygger.mentorships.models import Mentorship
from brobygger.payment.pay_evidence import Holiday, PayBasis, PayEvidence
from brobygger.payment.pay_items import PayItem, PayItemKind, Per
from brobygger.payments.evidence import services
from brobygger.payments.evidence.models import PayRecord
from brobygger.payments.evidence.reading import Paper
from brobygger.payments.models import Invoice, InvoiceLine, Payment
from brobygger.values.period import Period

if TYPE_CHECKING:
    from tests.cast import Cast

RECORDED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FROM = date(2026, 2, 1)
PAYSLIP_ITEMS = (
    PayItem(PayItemKind.WAGE, Decimal("33734.13")),
    PayItem(PayItemKind.OWN_PENSION, Decimal("918.00")),
    PayItem(PayItemKind.EMPLOYER_PENSION, Decimal("1836.00")),
    PayItem(PayItemKind.EMPLOYER_ATP, Decimal("198.00")),
    PayItem(PayItemKind.WORK_INJURY, Decimal("120.00"), Per.QUARTER),
    PayItem(PayItemKind.PARENTAL_FUND, Decimal("175.00"), Per.QUARTER),
    PayItem(PayItemKind.OVERHEAD, Decimal("1500.00")),
)
"""A month of 160 hours and 20 minutes that makes an hour cost 250 kroner to the øre."""


def payslip(start: date = FROM, **fields: Any) -> PayEvidence:
    given: dict[str, Any] = {
        "basis": PayBasis.PAYSLIP,
        "items": PAYSLIP_ITEMS,
        "valid": Period(start),
        "minutes": 9620,
        "holiday": Holiday.ALLOWANCE,
        **fields,
    }
    return PayEvidence(**given)


def record(
    cast: Cast, evidence: PayEvidence | None = None, *, group: str = "", paper: Paper | None = None
) -> PayRecord:
    """What Anna writes from the bakery's payslip."""
    owner = services.Owner(cast.company, group)  # type: ignore[arg-type]
    return services.record_pay(
        owner=owner, evidence=evidence or payslip(), paper=paper, by=cast.anna, at=RECORDED
    )


def make_payments(cast: Cast, paid: Iterable[tuple[Mentorship, date, Decimal]]) -> list[Payment]:
    """Approved payments at noon of their days, each with a line of its own."""
    wanted = list(paid)
    invoice = Invoice.objects.create(
        municipality=cast.municipality,
        kind=Invoice.Kind.INVOICE,
        standard="OIOUBL_2_1",
        supplier_cvr="12345674",
        supplier_name="Nordhavn Bageri",
        number="P-1",
        normalised_number=uuid.uuid4().hex,
        issued_on=FROM,
        currency="DKK",
        tax_exclusive=0,
        tax=0,
        payable=0,
        content=b"",
        sha256=b"0" * 32,
        received_at=RECORDED,
    )
    lines = InvoiceLine.objects.bulk_create(
        InvoiceLine(
            municipality=cast.municipality,
            invoice=invoice,
            position=place,
            line_number=str(place),
            text="Mentortimer",
            quantity=1,
            amount=amount,
            mentorship=mentorship,
        )
        for place, (mentorship, _day, amount) in enumerate(wanted)
    )
    return Payment.objects.bulk_create(
        Payment(
            municipality=cast.municipality,
            line=line,
            mentorship=mentorship,
            amount=amount,
            approved_at=datetime.combine(day, time(12), tzinfo=UTC),
            approved_by=cast.finn,
        )
        for line, (mentorship, day, amount) in zip(lines, wanted, strict=True)
    )
