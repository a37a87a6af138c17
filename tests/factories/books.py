"""A paid line, a difference, and claims for money back, made by the services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from brobygger.accounts.models import User
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.ledger.models import Clawback, FinanceFile, PayerAnswerLine
from brobygger.payments.ledger.services import answers, clawback, exports
from brobygger.payments.models import InvoiceLine, Payment
from tests.factories.invoices import RECEIVED, file_of, hours, make_contact, versions_of

if TYPE_CHECKING:
    from tests.cast import Cast

LATER = RECEIVED + timedelta(hours=3)
"""The same day, after what was received."""


def paid_line(
    cast: Cast, mentorship: Mentorship, number: str, minutes: int = 60, *, day: date, **fields: Any
) -> InvoiceLine:
    """A line for ``minutes`` confirmed that day, paid by Finn."""
    place = {name: fields.pop(name) for name in ("hour",) if name in fields}
    make_contact(cast, mentorship, minutes, day=day, **place)
    file = file_of(cast, hours(mentorship, minutes), number=number, **fields)
    invoice = services.receive(data=file, by=cast.users["finn"], at=RECEIVED)
    services.pay(invoice=invoice, versions=versions_of(invoice), by=cast.users["finn"], at=RECEIVED)
    return invoice.lines.select_related("invoice", "mentorship", "payment").get()


def claim(cast: Cast, line: InvoiceLine, amount: int | str = 100) -> Clawback:
    """Finn asks for kroner of the line back."""
    reason = "Timerne er betalt to gange."
    return clawback.request(line=line, amount=Decimal(amount), reason=reason, by=cast.users["finn"], at=LATER)


def approved(cast: Cast, line: InvoiceLine, amount: int | str = 100, *, by: User | None = None) -> Clawback:
    """Frida, or somebody else, approves what Finn asked for."""
    asked = claim(cast, line, amount)
    return clawback.approve(clawback=asked, by=by or cast.users["frida"], at=LATER)


def answer(*rows: tuple[str, str, str, str]) -> bytes:
    """The payer's file: (reference, amount, day, status)."""
    lines = ["reference;beløb;dato;status", *(";".join(row) for row in rows)]
    return "\r\n".join(lines).encode("utf-8-sig")


def receive_answer(cast: Cast, *rows: tuple[str, str, str, str], name: str = "svar.csv") -> answers.Received:
    return answers.receive(name=name, data=answer(*rows), by=cast.users["finn"], at=LATER)


def difference(cast: Cast, reference: str = "999-1") -> PayerAnswerLine:
    """A payment that nobody has sent."""
    told = receive_answer(cast, (reference, "100,00", "2026-12-01", "betalt"))
    return told.answer.lines.get()


def sent(cast: Cast) -> dict[str, Payment]:
    """All payments so far go into a file; by reference."""
    made = services.make_ledger_file(by=cast.users["finn"], at=RECEIVED)
    rows = Payment.objects.filter(exported_in=made).order_by("pk")
    return {f"{made.number}-{place}": payment for place, payment in enumerate(rows, start=1)}


def finance_file(cast: Cast) -> FinanceFile:
    return exports.make_file(by=cast.users["finn"], at=RECEIVED)
