"""A person refuses a part of a line, with a coded reason; what is left goes on by its own hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger import einvoice
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.payments import selectors
from brobygger.payments.amounts import line_amounts
from brobygger.payments.decisions import Verdict
from brobygger.payments.ledger.services import lines as books
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.payments.services import settle
from brobygger.ui.formats import kroner
from brobygger.values.money import ZERO, round_to_oere

State = InvoiceLine.State


@dataclass(frozen=True)
class Left:
    """What is left of a line: minutes where it is in hours, and kroner without VAT before the document's discount."""

    amount: Decimal
    minutes: int | None = None


def left_of(line: InvoiceLine, *, minutes: int | None = None, amount: Decimal | None = None) -> Left:
    """Minutes of a line in hours at the line's own price, else kroner. Raises Refused for none or all of the line."""
    if line.claimed_minutes and minutes is not None:
        amount = round_to_oere(line.amount * minutes / line.claimed_minutes)
    elif line.claimed_minutes:
        raise Refused(_("Skriv, hvor mange timer der skal betales."), field="left")
    if amount is None:
        raise Refused(_("Skriv, hvor mange kroner der skal betales."), field="left")
    if not ZERO < amount < line.amount:
        raise Refused(
            _("Skriv mindre, end linjen er på, og mere end 0. Hele linjen afviser du nederst på siden."),
            field="left",
        )
    return Left(amount, minutes if line.claimed_minutes else None)


def refuse_part(
    *,
    line: InvoiceLine,
    left: Left,
    version: int,
    reason_code: str,
    reason: str,
    by: User,
    at: datetime,
) -> InvoiceLine:
    """Refuses all of a line but what is left, which is held against the hours again.

    Also of a line that was refused. Raises NotAllowed, Conflict, and Refused for a credit note, a rejected document,
    a line with a part refused already, or without a reason.
    """
    require(by, Permission.HANDLE_INVOICES)
    sentence = settle.refusal_in_words(reason_code, reason)
    _require_can_be_parted(line)
    with transaction.atomic():
        claimed = settle.claim(
            line.invoice, {line.public_id: version}, (*selectors.UNDECIDED, State.REFUSED)
        )[0]
        if claimed.state == State.REFUSED:
            _open_again(claimed, at)
        claimed.part_amount, claimed.part_minutes = left.amount, left.minutes
        claimed.part_code, claimed.part_reason = reason_code, sentence
        claimed.save(update_fields=["part_amount", "part_minutes", "part_code", "part_reason"])
        books.refused_part(claimed, _refused_net(claimed), by=by, at=at)
        settle.judge_again(claimed, by=by, at=at)
        audit.record(
            "invoice_line.part_refused", by=by, subject=claimed, **settle.facts_of(claimed, reason_code),
            left=str(left.amount),
        )  # fmt: skip
    return claimed


def take_part_back(*, line: InvoiceLine, version: int, by: User, at: datetime) -> InvoiceLine:
    """The whole line is asked for again. Raises NotAllowed, Conflict, and Refused when no part is refused."""
    require(by, Permission.HANDLE_INVOICES)
    if line.part_amount is None:
        raise Refused(_("Der er ikke afvist en del af linjen."))
    with transaction.atomic():
        claimed = settle.claim(line.invoice, {line.public_id: version}, selectors.UNDECIDED)[0]
        code = claimed.part_code
        claimed.part_amount = claimed.part_minutes = None
        claimed.part_code = claimed.part_reason = ""
        claimed.save(update_fields=["part_amount", "part_minutes", "part_code", "part_reason"])
        books.followed(claimed, by=by, at=at)
        settle.judge_again(claimed, by=by, at=at)
        audit.record("invoice_line.part_taken_back", by=by, subject=claimed, **settle.facts_of(claimed, code))
    return claimed


def _require_can_be_parted(line: InvoiceLine) -> None:
    if line.invoice.kind == Invoice.Kind.CREDIT_NOTE:
        raise Refused(_("En kreditnotas linje kan ikke deles. Afvis den, og bed om en ny."))
    if line.invoice.state == Invoice.State.REJECTED:
        raise Refused(_("Hele fakturaen er afvist. Bed om en ny."))
    if line.part_amount is not None:
        sentence = _("Der er allerede afvist %(amount)s af linjen. Tag det tilbage først.")
        raise Refused(sentence % {"amount": kroner(line.refused_part)})


def _open_again(line: InvoiceLine, at: datetime) -> None:
    settle.write(line, Verdict(State.WAITING, "REOPENED", "", line.covered_minutes), at=at)
    Invoice.objects.filter(pk=line.invoice_id, state=Invoice.State.DONE).update(state=Invoice.State.OPEN)


def _refused_net(line: InvoiceLine) -> Decimal:
    """Kroner without VAT after discount: what the line claims in the ledger less what is left of it."""
    document = einvoice.read(selectors.content_of(line.invoice))
    whole = line_amounts(document)[line.position].net
    return whole - line_amounts(document, selectors.parts_of([line]))[line.position].net
