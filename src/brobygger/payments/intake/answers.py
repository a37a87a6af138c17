"""What a supplier is answered about an invoice: a plain text, and an ApplicationResponse for the supplier's system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import uuid5

from django.utils.translation import gettext as _
from django.utils.translation import override

from brobygger.einvoice import Kind
from brobygger.einvoice.response import LineResponse, Response, ResponseCode, ResponseParty, write_response
from brobygger.payments.intake.models import SupplierAnswer
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.ui.formats import kroner
from brobygger.values.moment import danish_day

State = InvoiceLine.State


def give(*, invoice: Invoice, at: datetime) -> SupplierAnswer | None:
    """Keeps the answer about an invoice that nothing waits on; None while something does, or the answer is the same.

    Suppliers are answered in Danish, whatever language the clerk reads.
    """
    if invoice.state == Invoice.State.OPEN:
        return None
    found = InvoiceLine.objects.filter(municipality_id=invoice.municipality_id, invoice=invoice)
    lines = list(found.order_by("position"))
    standing = newest(invoice)
    made = _answer(invoice, lines, standing.number + 1 if standing else 1, at)
    if standing and standing.text == made.text:
        return standing
    made.save(force_insert=True)
    return made


def first(invoice: Invoice, lines: Sequence[InvoiceLine], at: datetime) -> SupplierAnswer | None:
    """The answer about an invoice that came now, not yet kept; None while something of it waits."""
    return None if invoice.state == Invoice.State.OPEN else _answer(invoice, lines, 1, at)


def _answer(invoice: Invoice, lines: Sequence[InvoiceLine], number: int, at: datetime) -> SupplierAnswer:
    with override("da"):
        text = text_of(invoice, lines)
    response = response_of(invoice, lines, text, number, at)
    return SupplierAnswer(
        municipality_id=invoice.municipality_id,
        invoice=invoice,
        number=number,
        is_accepted=response.code is ResponseCode.ACCEPT,
        text=text,
        content=write_response(response) if _has_address(response.sender) else b"",
        given_at=at,
    )


def _has_address(party: ResponseParty) -> bool:
    """A municipality without EAN and CVR number answers in words only: a system's answer must say who sends it."""
    return bool(party.gln or party.cvr)


def newest(invoice: Invoice) -> SupplierAnswer | None:
    """The answer that stands, None while there is none."""
    rows = SupplierAnswer.objects.filter(municipality_id=invoice.municipality_id, invoice=invoice)
    return rows.order_by("-number").first()


def text_of(invoice: Invoice, lines: Sequence[InvoiceLine]) -> str:
    """Sentences about what is not paid and why, or that all of it is accepted."""
    told = {"kind": invoice.get_kind_display(), "number": invoice.number}
    refused = [line for line in lines if _refusal(line)]
    if not refused and invoice.state != Invoice.State.REJECTED:
        return _("%(kind)s %(number)s er godkendt.") % told
    opening = _("%(kind)s %(number)s er behandlet. Disse linjer betales ikke:") % told
    closing = _("Send en kreditnota på linjerne. Skriv forløbets nummer på næste faktura.")
    if invoice.state == Invoice.State.REJECTED:
        closing = _("Ret fejlen, og send dokumentet igen med et nyt nummer.")
    return "\n\n".join([opening, *map(_about, refused), closing])


def _about(line: InvoiceLine) -> str:
    _code, reason, amount = _refusal(line) or ("", "", line.amount)
    told = {"line": line.line_number, "amount": kroner(amount), "reason": reason}
    if line.state != State.REFUSED:
        told["whole"] = kroner(line.amount)
        return _("Linje %(line)s, %(amount)s af %(whole)s uden moms: %(reason)s") % told
    return _("Linje %(line)s, %(amount)s uden moms: %(reason)s") % told


def _refusal(line: InvoiceLine) -> tuple[str, str, Decimal] | None:
    """(code, reason, kroner) of what is refused of a line: all of it, a part, or nothing."""
    if line.state == State.REFUSED:
        return line.reason_code, line.reason, line.amount
    if line.part_amount is not None:
        return line.part_code, line.part_reason, line.refused_part
    return None


def response_of(
    invoice: Invoice, lines: Sequence[InvoiceLine], text: str, number: int, at: datetime
) -> Response:
    """Accepted when any line is; each line that is refused, in whole or in part, with its code and sentence."""
    is_accepted = invoice.state == Invoice.State.DONE and any(line.state != State.REFUSED for line in lines)
    home = invoice.municipality
    return Response(
        number=f"{invoice.normalised_number}-{number}",
        uuid=uuid5(invoice.public_id, str(number)),
        issued_on=danish_day(at),
        sender=ResponseParty(home.name, home.cvr, home.gln),
        receiver=ResponseParty(invoice.supplier_name, invoice.supplier_cvr),
        document_number=invoice.number,
        document_kind=Kind(invoice.kind),
        document_issued_on=invoice.issued_on,
        code=ResponseCode.ACCEPT if is_accepted else ResponseCode.REJECT,
        description=text.replace("\n\n", " "),
        lines=tuple(
            LineResponse(line.line_number, ResponseCode.REJECT, f"[{found[0]}] {found[1]}")
            for line in lines
            if (found := _refusal(line))
        ),
    )
