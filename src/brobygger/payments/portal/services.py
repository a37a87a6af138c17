"""The supplier hands in a month, or an invoice."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.mentorships.selectors import municipality_of
from brobygger.payments.intake.models import MonthStatement
from brobygger.payments.intake.sender import Sender
from brobygger.payments.models import Invoice
from brobygger.payments.portal import selectors
from brobygger.payments.services.receiving import receive_from
from brobygger.values.moment import danish_day


def hand_in_month(*, month: date, by: User, at: datetime) -> MonthStatement:
    """The supplier's confirmed hours of a month as they stand now. The same again gives the one handed in before.

    Raises NotAllowed, and Refused for a month that is not over or has no confirmed hours.
    """
    require(by, Permission.SEE_COMPANY)
    supplier = selectors.supplier_of(by)
    if month.day != 1 or (month.year, month.month) >= (danish_day(at).year, danish_day(at).month):
        raise Refused(_("Måneden kan indleveres, når den er slut."))
    rows, _citizens = selectors.months(by, supplier, month)
    lines = [
        {"code": row.code, "mentor": row.mentor, "minutes": row.confirmed, "amount": str(row.amount)}
        for row in rows
        if row.confirmed
    ]
    minutes, amount = selectors.total(rows)
    if not lines:
        raise Refused(_("Der er ingen bekræftede timer i måneden."))
    before = selectors.statements(by, supplier, month)
    if before and before[0].lines == lines:
        return before[0]
    made = MonthStatement(
        municipality_id=municipality_of(by),
        organisation=supplier,
        month=month,
        version=before[0].version + 1 if before else 1,
        minutes=minutes,
        amount=amount,
        lines=lines,
        handed_in_at=at,
        handed_in_by=by,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "statement_version_once" not in str(error):
            raise
        raise Conflict(_("En anden har lige indleveret måneden. Se på den igen.")) from None
    audit.record(
        "month.handed_in_by_supplier",
        by=by,
        subject=made,
        month=str(month),
        minutes=minutes,
        amount=str(amount),
    )
    return made


def send_invoice(*, data: bytes, by: User, at: datetime) -> Invoice:
    """The supplier's own invoice. Raises NotAllowed, and Refused for one that cannot be received or is not theirs."""
    require(by, Permission.SEE_COMPANY)
    supplier = selectors.supplier_of(by)
    home = by.municipality
    assert home is not None
    sender = Sender(home, Invoice.Channel.PORTAL, by.name, by, supplier.cvr)
    with acting(system_actor(home.pk)):
        return receive_from(data=data, sender=sender, at=at)
