"""Invoice lines in the ledger: each øre waits, is paid, refused or reclaimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.hours.models import Contact
from brobygger.hours.states import PAYABLE
from brobygger.payment import postings
from brobygger.payment.ledger import Account, Transaction
from brobygger.payments.amounts import LineAmount, worth
from brobygger.payments.ledger.models import LedgerTransaction
from brobygger.payments.ledger.services.following import commit_enough, opposite
from brobygger.payments.ledger.store import balances, lock, post
from brobygger.payments.models import Invoice, InvoiceLine, Payment
from brobygger.ui.formats import kroner
from brobygger.values.moment import danish_day
from brobygger.values.money import OERE, ZERO, price_of_minutes

Act = postings.Act
Covered = Sequence[tuple[Contact, int]]
"""Contacts and the minutes of each that a line is paid for."""


Came = tuple[Invoice, Sequence[InvoiceLine], Sequence[LineAmount]]
"""An invoice that came in, its lines, and what each line costs."""


def received(*came: Came, by: User | None, at: datetime) -> None:
    """The lines of invoices claim their kroner without VAT; those refused at once are refused here too.

    A credit note claims nothing, and neither does a line of 0 kroner or less. The invoices are one municipality's.
    """
    made: list[Transaction] = []
    for invoice, lines, amounts in came:
        if invoice.kind == Invoice.Kind.CREDIT_NOTE:
            continue
        for line, amount in zip(lines, amounts, strict=True):
            if amount.net > 0:
                made.append(_claim(line, amount.net, at))
                if line.state == InvoiceLine.State.REFUSED:
                    made.append(_refusal(line, amount.net, at, number=1))
    if made:
        post(*made, municipality_id=came[0][0].municipality_id, by=by, at=at)


def followed(line: InvoiceLine, *, by: User | None, at: datetime) -> None:
    """The line was refused, or its refusal was taken back: its kroner go with it. Doing it again changes nothing.

    What a person has refused of a line that goes on stays refused.
    """
    standing = balances(line.municipality_id, line.pk)
    if line.state == InvoiceLine.State.REFUSED:
        made = _refusal(line, waiting, at) if (waiting := standing[Account.LINE_WAITING]) else None
    elif line.state in (InvoiceLine.State.WAITING, InvoiceLine.State.PAYABLE):
        refused = standing[Account.LINE_REFUSED] - _part_refused(line)
        made = _reopened(line, refused, at) if refused else None
    else:
        made = None
    if made:
        post(made, municipality_id=line.municipality_id, by=by, at=at)


def refused_part(line: InvoiceLine, net: Decimal, *, by: User, at: datetime) -> None:
    """A part of a line that waits is refused, ``net`` kroner without VAT; the rest goes on."""
    if balances(line.municipality_id, line.pk)[Account.CLAIMED] and net > 0:
        post(_refusal(line, net, at), municipality_id=line.municipality_id, by=by, at=at)


def _part_refused(line: InvoiceLine) -> Decimal:
    """What stands refused of a line that goes on, as it was booked; 0 when a person has refused no part of it."""
    if line.part_amount is None:
        return ZERO
    rows = LedgerTransaction.objects.filter(
        municipality_id=line.municipality_id, line=line, act=Act.REFUSAL, reverses=None, reversed_by=None
    )
    first = rows.order_by("pk").first()
    return _booked(first) if first else ZERO


def _booked(refusal: LedgerTransaction) -> Decimal:
    amounts = refusal.entries.filter(account=Account.LINE_REFUSED.value).values_list("amount", flat=True)
    return abs(sum(amounts, ZERO))


def _claim(line: InvoiceLine, net: Decimal, at: datetime) -> Transaction:
    return postings.invoice(
        key=f"invoice:{line.public_id}", day=danish_day(at), line=str(line.pk), amount=net
    )


def _refusal(line: InvoiceLine, amount: Decimal, at: datetime, *, number: int = 0) -> Transaction:
    """``number`` is which refusal of the line it is, where that is known."""
    key = f"refusal:{line.public_id}:{number or _count(line) + 1}"
    return postings.refusal(key=key, day=danish_day(at), line=str(line.pk), amount=amount)


def _reopened(line: InvoiceLine, amount: Decimal, at: datetime) -> Transaction:
    """The reversal of the line's refusal; where that was before the ledger began, its opposite."""
    rows = LedgerTransaction.objects.filter(
        municipality_id=line.municipality_id, line=line, act=Act.REFUSAL, reverses=None, reversed_by=None
    )
    undone = rows.order_by("-pk").values_list("key", flat=True).first() or ""
    key = f"reopened:{line.public_id}:{_count(line) + 1}"
    refusal = postings.refusal(key=key, day=danish_day(at), line=str(line.pk), amount=amount)
    return Transaction(key, refusal.day, Act.REFUSAL, opposite(refusal.entries), undone)


def _count(line: InvoiceLine) -> int:
    return LedgerTransaction.objects.filter(
        municipality_id=line.municipality_id, line=line, act=Act.REFUSAL
    ).count()


# Paying


def lock_mentorships(lines: Sequence[InvoiceLine]) -> None:
    """Before the lines are paid, so that two clerks never wait for each other."""
    lock(line.mentorship_id for line in lines)


def paid(payment: Payment, invoice: Invoice, covered: Covered, *, by: User, at: datetime) -> None:
    """A line is approved: confirmed hours become debt to the supplier. Inside the lock of its mentorship.

    Raises Refused for more than the confirmed hours are worth by the agreed rate, which no check before should have
    let through.
    """
    line, net = payment.line, payment.amount
    if net <= 0:
        return
    assert line.mentorship_id is not None
    if covered and net > worth([(minutes, contact.grant.hourly_rate) for contact, minutes in covered]):
        sentence = _("Beløbet er mere, end de bekræftede timer er værd. Linjen kan ikke betales.")
        raise Refused(sentence)
    made = []
    if balances(line.municipality_id, line.pk)[Account.CLAIMED] == 0:
        made.append(_claim(line, net, at))
    if change := _change_of_debt(payment, covered):
        if change > 0:
            commit_enough(line.municipality_id, line.mentorship_id, change, on=danish_day(at), at=at, by=by)
        made.append(
            postings.adjustment(
                key=f"adjustment:{payment.public_id}",
                day=danish_day(at),
                mentorship=str(line.mentorship_id),
                amount=change,
            )
        )
    made.append(
        postings.payment(
            key=f"payment:{payment.public_id}",
            day=danish_day(at),
            mentorship=str(line.mentorship_id),
            line=str(line.pk),
            supplier=invoice.supplier_cvr,
            amount=net,
            vat=payment.vat,
        )
    )
    post(*made, municipality_id=line.municipality_id, by=by, at=at)


@dataclass(frozen=True)
class _Confirmed:
    """Confirmed and paid minutes of one grant."""

    minutes: int
    paid: int
    rate: Decimal


def _change_of_debt(payment: Payment, covered: Covered) -> Decimal:
    """By how much the debt for confirmed work must move before the payment takes from it.

    Up for what is not hours, and for an øre of rounding; down for what the supplier took less than was agreed.
    """
    line, net = payment.line, payment.amount
    assert line.mentorship_id is not None
    owed = -balances(line.municipality_id, line.mentorship_id)[Account.ACCRUED]
    if not covered:
        return net
    grants = _confirmed(line)
    if all(each.minutes <= each.paid for each in grants.values()):
        return net - owed  # nothing is left to pay, so nothing is left owed
    cheaper = net - _value(covered, grants)
    if cheaper < -OERE * len(covered):
        return max(cheaper, net - owed)
    return max(ZERO, net - owed)


def _confirmed(line: InvoiceLine) -> dict[int, _Confirmed]:
    assert line.mentorship_id is not None
    rows = (
        Contact.objects.filter(
            municipality_id=line.municipality_id, mentorship_id=line.mentorship_id, state__in=PAYABLE
        )
        .order_by()
        .values_list("grant_id", "grant__hourly_rate")
        .annotate(minutes=Sum("minutes"), paid=Sum("paid_minutes"))
    )
    return {grant_id: _Confirmed(minutes, paid, rate) for grant_id, rate, minutes, paid in rows}


def _value(covered: Covered, grants: dict[int, _Confirmed]) -> Decimal:
    """What the covered minutes make of the worth of all paid minutes of their grants."""
    used: dict[int, int] = {}
    for contact, minutes in covered:
        used[contact.grant_id] = used.get(contact.grant_id, 0) + minutes
    return sum(
        (
            price_of_minutes(grants[key].paid, grants[key].rate)
            - price_of_minutes(grants[key].paid - minutes, grants[key].rate)
            for key, minutes in used.items()
        ),
        ZERO,
    )


# Credit notes


def credited(
    payment: Payment, credit_note: Invoice, paid_lines: Sequence[InvoiceLine], *, by: User, at: datetime
) -> None:
    """A credit note takes its kroner from the paid lines it is about, those with the same share of VAT first.

    Raises Refused where less is left of them, because some has been claimed back already.
    """
    assert payment.line.mentorship_id is not None
    net, vat = -payment.amount, -payment.vat
    made = []
    for line, taken, its_vat in spread_credit(net, vat, [_paid_line(each) for each in paid_lines]):
        made.append(
            postings.credit(
                key=f"credit:{payment.public_id}:{line.public_id}",
                day=danish_day(at),
                mentorship=str(payment.line.mentorship_id),
                line=str(line.pk),
                supplier=credit_note.supplier_cvr,
                amount=taken,
                vat=its_vat,
            )
        )
    post(*made, municipality_id=credit_note.municipality_id, by=by, at=at)


@dataclass(frozen=True)
class PaidLine:
    """A paid line with what still stands on it in the ledger."""

    line: InvoiceLine
    net: Decimal
    vat: Decimal


def _paid_line(line: InvoiceLine) -> PaidLine:
    standing = balances(line.municipality_id, line.pk)
    return PaidLine(line, standing[Account.LINE_PAID], standing[Account.VAT])


def spread_credit(
    net: Decimal, vat: Decimal, lines: Sequence[PaidLine]
) -> list[tuple[InvoiceLine, Decimal, Decimal]]:
    """(line, kroner, VAT) of each paid line that bears a credit. Raises Refused where they do not hold it."""
    share = vat / net
    nearest = sorted((each for each in lines if each.net), key=lambda each: abs(each.vat / each.net - share))
    found = []
    for each in nearest:
        taken = min(net, each.net)
        its_vat = min(vat, each.vat) if taken else ZERO
        if taken:
            found.append((each.line, taken, its_vat))
            net, vat = net - taken, vat - its_vat
    if net or vat:
        sentence = _("Der er %(missing)s mindre tilbage på de betalte linjer, end kreditnotaen trækker fra.")
        raise Refused(sentence % {"missing": kroner(net + vat)})
    return found
