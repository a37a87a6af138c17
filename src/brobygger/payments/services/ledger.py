"""Sending approved payments to the books, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.mentorships.selectors import municipality_of
from brobygger.payments import selectors
from brobygger.payments.ledger.payment_file import Posting, to_csv
from brobygger.payments.models import LedgerFile, Payment
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO


def make_ledger_file(*, by: User, at: datetime) -> LedgerFile:
    """A numbered file with every payment that no file carries yet; it can be fetched again, byte for byte.

    Raises NotAllowed, and Refused when there is nothing new.
    """
    require(by, Permission.APPROVE_PAYMENT)
    with transaction.atomic():
        _one_at_a_time(by)
        payments = _new_payments(by)
        if not payments:
            raise Refused(_("Der er ingen nye betalinger at bogføre."))
        number = (selectors.ledger_files_visible_to(by).aggregate(last=Max("number"))["last"] or 0) + 1
        total = sum((payment.total for payment in payments), ZERO)
        made = LedgerFile.objects.create(
            municipality_id=municipality_of(by),
            number=number,
            made_at=at,
            made_by=by,
            content=to_csv(number, _postings(payments), made_on=danish_day(at)),
            total=total,
        )
        _mark_exported(payments, made)
        audit.record(
            "ledger.made", by=by, subject=made, number=number, payments=len(payments), total=str(total)
        )
    return made


def _one_at_a_time(by: User) -> None:
    """Numbers follow each other without a gap, so files of a municipality are made one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('ledger', %s))", [by.municipality_id])


def _new_payments(by: User) -> list[Payment]:
    found = selectors.not_exported(by).select_related("line__invoice", "line__mentorship", "approved_by")
    found = found.defer("line__invoice__content").annotate(minutes=Sum("line__covers__minutes"))
    return list(found)


def _postings(payments: Sequence[Payment]) -> list[Posting]:
    return [_posting(payment) for payment in payments]


def _posting(payment: Payment) -> Posting:
    line, invoice = payment.line, payment.line.invoice
    minutes: int | None = payment.minutes  # type: ignore[attr-defined]
    return Posting(
        approved_on=danish_day(payment.approved_at),
        approved_by=payment.approved_by.name,
        supplier_cvr=invoice.supplier_cvr,
        supplier_name=invoice.supplier_name,
        kind=str(invoice.get_kind_display()),
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        line_number=line.line_number,
        case_code=line.mentorship.code if line.mentorship else "",
        text=line.text,
        minutes=minutes or 0,
        net=Decimal(payment.amount),
        vat=Decimal(payment.vat),
    )


def _mark_exported(payments: Sequence[Payment], made: LedgerFile) -> None:
    rows = Payment.objects.filter(pk__in=[payment.pk for payment in payments], exported_in=None)
    if rows.update(exported_in=made) != len(payments):
        raise RuntimeError("A payment was exported twice.")
