"""The payer's answers: held against what was sent, booked, and what differs is listed until somebody closes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.mentorships.selectors import municipality_of
from brobygger.payment import postings
from brobygger.payment.banking_days import is_banking_day
from brobygger.payment.ledger import Transaction
from brobygger.payments.ledger import selectors
from brobygger.payments.ledger.answer_file import Answered, BadAnswer, read_answer
from brobygger.payments.ledger.models import PayerAnswer, PayerAnswerLine
from brobygger.payments.ledger.store import post
from brobygger.payments.models import Payment
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO

Difference, Status = PayerAnswerLine.Difference, PayerAnswerLine.Status


@dataclass(frozen=True)
class Received:
    """What came of a file: rows that were as expected, and rows that somebody must look at."""

    answer: PayerAnswer
    agreed: int
    differing: int


def receive(*, name: str, data: bytes, by: User, at: datetime) -> Received:
    """Reads an answer and books each payment that was made, in one transaction: all rows or none.

    A file that came before changes nothing. Raises NotAllowed, and Refused for a file that cannot be read, that came
    before, or that tells of days to come.
    """
    require(by, Permission.HANDLE_INVOICES)
    rows = _read(data, danish_day(at))
    with transaction.atomic():
        _one_at_a_time(municipality_of(by))
        answer = _save(name, data, by, at)
        known = selectors.payments_by_reference(by, [row.reference for row in rows])
        lines = _judged(answer, rows, known)
        PayerAnswerLine.objects.bulk_create(lines)
        post(*_booked(lines, known), municipality_id=answer.municipality_id, by=by, at=at)
        differing = sum(bool(line.difference) for line in lines)
        audit.record("payer_answer.received", by=by, subject=answer, rows=len(lines), differing=differing)
    return Received(answer, len(lines) - differing, differing)


def close_difference(*, line: PayerAnswerLine, reason: str, by: User, at: datetime) -> None:
    """Somebody has looked at a difference and says what it was. Raises NotAllowed, Refused and Conflict."""
    require(by, Permission.HANDLE_INVOICES)
    if line.municipality_id != by.municipality_id:
        raise PayerAnswerLine.DoesNotExist
    if not reason.strip():
        raise Refused(_("Skriv, hvad forskellen skyldes."), field="reason")
    open_line = PayerAnswerLine.objects.filter(pk=line.pk, closed_at=None).exclude(difference="")
    with transaction.atomic():
        if not open_line.update(closed_at=at, closed_by=by, close_reason=reason.strip()):
            raise Conflict(_("En anden var først. Forskellen er allerede lukket."))
        facts = {"reference": line.reference, "difference": line.difference, "amount": str(line.amount)}
        audit.record("payer_answer.difference_closed", by=by, subject=line.answer, **facts)


def _read(data: bytes, today: date) -> tuple[Answered, ...]:
    try:
        rows = read_answer(data)
    except BadAnswer as bad:
        raise Refused(str(bad), field="file") from None
    ahead = next((number for number, row in enumerate(rows, start=2) if row.day > today), None)
    if ahead:
        sentence = _("Række %(number)s: Dagen ligger ude i fremtiden.") % {"number": ahead}
        raise Refused(sentence, field="file")
    return rows


def _one_at_a_time(municipality_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('answers', %s))", [municipality_id])


def _save(name: str, data: bytes, by: User, at: datetime) -> PayerAnswer:
    try:
        with transaction.atomic():
            return PayerAnswer.objects.create(
                municipality_id=municipality_of(by),
                name=name[:120],
                sha256=hashlib.sha256(data).digest(),
                content=data,
                received_at=at,
                received_by=by,
            )
    except IntegrityError as error:
        if "payer_answer_received_once" not in str(error):
            raise
        raise Refused(_("Filen er allerede læst ind."), field="file") from None


def _judged(
    answer: PayerAnswer, rows: Sequence[Answered], known: Mapping[str, Payment]
) -> list[PayerAnswerLine]:
    answered = selectors.answered_payments([payment.pk for payment in known.values()])
    lines = []
    for position, row in enumerate(rows, start=1):
        payment = known.get(row.reference)
        line = PayerAnswerLine(
            municipality_id=answer.municipality_id,
            answer=answer,
            position=position,
            reference=row.reference,
            amount=row.amount,
            paid_on=row.day,
            status=Status.PAID if row.is_paid else Status.REJECTED,
            payment=payment,
            expected=payment.total if payment else None,
            difference=_difference(row, payment, answered),
        )
        if payment and row.is_paid:
            answered.add(payment.pk)
        lines.append(line)
    return lines


def _difference(row: Answered, payment: Payment | None, answered: set[int]) -> str:
    if payment is None:
        return Difference.UNKNOWN
    if not row.is_paid:
        return Difference.REJECTED
    if payment.pk in answered:
        return Difference.TWICE
    if row.amount != payment.total:
        return Difference.AMOUNT
    return "" if is_banking_day(row.day) else Difference.CLOSED_DAY


def _booked(lines: Sequence[PayerAnswerLine], known: Mapping[str, Payment]) -> list[Transaction]:
    """What has left the bank, or come back; never more than was owed. The rest stays a difference."""
    made = []
    for line in lines:
        payment = known.get(line.reference)
        if payment is None or line.status != Status.PAID or line.difference == Difference.TWICE:
            continue
        supplier, total = payment.line.invoice.supplier_cvr, payment.total
        key = f"{payment.public_id}"
        if total > 0 and (amount := min(total, max(ZERO, line.amount))):
            made.append(
                postings.payout(key=f"payout:{key}", day=line.paid_on, supplier=supplier, amount=amount)
            )
        elif total < 0 and (amount := min(-total, max(ZERO, -line.amount))):
            made.append(
                postings.repayment(key=f"repaid:{key}", day=line.paid_on, supplier=supplier, amount=amount)
            )
    return made
