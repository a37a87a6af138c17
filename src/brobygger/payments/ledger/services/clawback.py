"""Claiming paid money back: asked for by one, approved by another, and followed until it is there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.mentorships.selectors import municipality_of
from brobygger.payment import postings
from brobygger.payment.banking_days import banking_day_on_or_after
from brobygger.payment.ledger import Account
from brobygger.payments.ledger import letter
from brobygger.payments.ledger.models import Clawback, ClawbackReceipt
from brobygger.payments.ledger.store import balances, lock, post
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.ui.formats import kroner
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO, round_to_oere

DAYS_TO_PAY = timedelta(days=30)
State = Clawback.State


def request(*, line: InvoiceLine, amount: Decimal, reason: str, by: User, at: datetime) -> Clawback:
    """Asks for ``amount`` kroner of a paid line back, and its share of the VAT. Nothing is owed before approval.

    Raises NotAllowed, Refused for a reason that is missing, a line that is not paid or more than stands on it, and
    Conflict while another request on the line waits.
    """
    require(by, Permission.HANDLE_INVOICES)
    if line.municipality_id != by.municipality_id:
        raise InvoiceLine.DoesNotExist
    if not reason.strip():
        raise Refused(_("Skriv, hvorfor pengene kræves tilbage."), field="reason")
    vat = _vat_of(line, amount)
    assert line.mentorship_id is not None
    try:
        with transaction.atomic():
            made = Clawback.objects.create(
                municipality_id=municipality_of(by),
                line=line,
                mentorship_id=line.mentorship_id,
                amount=amount,
                vat=vat,
                reason=reason.strip(),
                requested_at=at,
                requested_by=by,
            )
            audit.record("clawback.requested", by=by, subject=made, **_facts(made))
    except IntegrityError as error:
        if "one_clawback_waiting" not in str(error):
            raise
        raise Conflict(_("Der venter allerede et krav på linjen. Det skal afgøres først.")) from None
    return made


def _vat_of(line: InvoiceLine, amount: Decimal) -> Decimal:
    """The claim's share of the VAT. Raises Refused where so much is not paid on the line."""
    standing = balances(line.municipality_id, line.pk)
    paid, vat = standing[Account.LINE_PAID], standing[Account.VAT]
    if line.state != InvoiceLine.State.PAID or line.invoice.kind == Invoice.Kind.CREDIT_NOTE or not paid:
        raise Refused(_("Linjen er ikke betalt, så der er intet at kræve tilbage."))
    if not amount.is_finite() or amount <= 0 or amount != round_to_oere(amount):
        raise Refused(_("Skriv et beløb over 0 kr. i hele øre."), field="amount")
    if amount > paid:
        sentence = _("Der står kun %(paid)s betalt på linjen.") % {"paid": kroner(paid)}
        raise Refused(sentence, field="amount")
    return round_to_oere(vat * amount / paid)


def approve(*, clawback: Clawback, by: User, at: datetime) -> Clawback:
    """Another than the requester approves: the claim is booked, falls due on a banking day and gets its letter.

    Raises NotAllowed, Refused for one's own request and for a line with less left on it, and Conflict.
    """
    require(by, Permission.APPROVE_PAYMENT)
    _require_own_municipality(clawback, by)
    if clawback.requested_by_id == by.pk:
        raise Refused(_("Du har selv rejst kravet. En kollega skal godkende det."))
    due_on = due_day(danish_day(at))
    with transaction.atomic():
        lock([clawback.mentorship_id])
        _decide(clawback, State.APPROVED, by, at, due_on=due_on)
        clawback.letter = letter.pdf(clawback, by=by, at=at)
        clawback.save(update_fields=["letter"])
        _book(clawback, by, at)
        audit.record("clawback.approved", by=by, subject=clawback, due_on=due_on, **_facts(clawback))
    return clawback


def due_day(on: date) -> date:
    """Thirty days to pay in, and never on a day when banks are closed.

    >>> due_day(date(2026, 12, 1))
    datetime.date(2027, 1, 4)
    """
    return banking_day_on_or_after(on + DAYS_TO_PAY)


def refuse(*, clawback: Clawback, note: str, by: User, at: datetime) -> Clawback:
    """The claim is not made after all; also by whoever asked. Raises NotAllowed, Refused without a reason, Conflict."""
    require(by, Permission.HANDLE_INVOICES)
    _require_own_municipality(clawback, by)
    if not note.strip():
        raise Refused(_("Skriv, hvorfor kravet ikke godkendes."), field="note")
    with transaction.atomic():
        _decide(clawback, State.REFUSED, by, at, decision_note=note.strip())
        audit.record("clawback.refused", by=by, subject=clawback, **_facts(clawback))
    return clawback


def record_receipt(
    *, clawback: Clawback, amount: Decimal, received_on: date, by: User, at: datetime
) -> ClawbackReceipt:
    """Money has come back. Raises NotAllowed, and Refused for more than is outstanding or a day that cannot be."""
    require(by, Permission.HANDLE_INVOICES)
    _require_own_municipality(clawback, by)
    _require_day(clawback, received_on, danish_day(at))
    if not amount.is_finite() or amount <= 0 or amount != round_to_oere(amount):
        raise Refused(_("Skriv et beløb over 0 kr. i hele øre."), field="amount")
    with transaction.atomic():
        room = Clawback.objects.filter(
            pk=clawback.pk, state=State.APPROVED, received__lte=F("amount") + F("vat") - amount
        )
        if not room.update(received=F("received") + amount):
            clawback.refresh_from_db(fields=["received", "state"])
            sentence = _("Der mangler kun %(left)s på kravet.") % {"left": kroner(clawback.outstanding)}
            raise Refused(sentence, field="amount")
        receipt = ClawbackReceipt.objects.create(
            municipality_id=clawback.municipality_id,
            clawback=clawback,
            amount=amount,
            received_on=received_on,
            recorded_at=at,
            recorded_by=by,
        )
        repaid = postings.repayment(
            key=f"repayment:{receipt.public_id}", day=received_on, supplier=_supplier(clawback), amount=amount
        )
        post(repaid, municipality_id=clawback.municipality_id, by=by, at=at)
        audit.record(
            "clawback.received", by=by, subject=clawback, received_on=received_on, kroner=str(amount)
        )
    clawback.refresh_from_db(fields=["received"])
    return receipt


def _require_own_municipality(clawback: Clawback, by: User) -> None:
    if clawback.municipality_id != by.municipality_id:
        raise Clawback.DoesNotExist


def _require_day(clawback: Clawback, received_on: date, today: date) -> None:
    if received_on > today:
        raise Refused(_("Skriv en dag, der ikke ligger ude i fremtiden."), field="received_on")
    if clawback.state != State.APPROVED or clawback.decided_at is None:
        raise Refused(_("Kravet er ikke godkendt, så der kan ikke være betalt på det."))
    if received_on < danish_day(clawback.decided_at):
        raise Refused(_("Pengene kan ikke være kommet, før kravet blev godkendt."), field="received_on")


def _decide(clawback: Clawback, state: State, by: User, at: datetime, **more: object) -> None:
    """Settles a waiting request, once."""
    waiting = Clawback.objects.filter(pk=clawback.pk, state=State.REQUESTED)
    if not waiting.update(state=state, decided_at=at, decided_by=by, **more):
        raise Conflict(_("En anden var først. Kravet er allerede afgjort."))
    clawback.refresh_from_db()


def _book(clawback: Clawback, by: User, at: datetime) -> None:
    claim = postings.clawback(
        key=f"clawback:{clawback.public_id}",
        day=danish_day(at),
        mentorship=str(clawback.mentorship_id),
        line=str(clawback.line_id),
        supplier=_supplier(clawback),
        amount=clawback.amount,
        vat=clawback.vat,
        requested_by=str(clawback.requested_by_id),
        approved_by=str(by.pk),
    )
    post(claim, municipality_id=clawback.municipality_id, by=by, at=at)


def _supplier(clawback: Clawback) -> str:
    return str(clawback.line.invoice.supplier_cvr)


def _facts(clawback: Clawback) -> dict[str, str]:
    return {
        "line": str(clawback.line.public_id),
        "amount": str(clawback.amount),
        "vat": str(clawback.vat or ZERO),
    }
