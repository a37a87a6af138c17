"""The books of an installation that had payments before it had books: they say what booking day by day would have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connections, transaction

from brobygger.accounts import tenancy
from brobygger.hours import services as hour_services
from brobygger.hours.models import Contact
from brobygger.payment.ledger import Account
from brobygger.payments import services
from brobygger.payments.ledger import opening
from tests.cast import make_cast
from tests.factories.invoices import RECEIVED, credit_note, hours, make_contact, pay, receive
from tests.factories.mentorships import make_active

A = Account
SAME = (A.COST, A.ACCRUED, A.VAT, A.USED)
"""Accounts on which nothing depends on what is known of files that were sent before."""


def _set_up() -> None:
    """Three confirmed hours of 250 kr., two of them paid with VAT, one of those taken back by a credit note."""
    with transaction.atomic():
        cast = make_cast()
        tenancy.set_context(tenancy.system_actor(cast.municipality.pk), lifetime=3600)
        case = make_active(cast)
        for place in (3, 10, 17):
            contact = make_contact(cast, case, 60, day=date(2026, 11, place), state=Contact.State.REGISTERED)
            hour_services.confirm(contacts=[contact], by=cast.david, at=RECEIVED)
        pay(cast, receive(cast, hours(case, 120)))
        pay(cast, services.receive(data=credit_note(cast, hours(case, 60)), by=cast.finn, at=RECEIVED))


def _balances() -> dict[str, Decimal]:
    """Kroner on each account, of all mentorships and lines together, as the entries give them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select account, sum(amount) from payments_ledgerentry group by 1")
        return dict(cursor.fetchall())


def _opened() -> dict[str, Decimal]:
    """The same after the books have been thrown away and opened anew; undone again."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "truncate payments_ledgertransaction, payments_ledgerentry, payments_ledgerbalance cascade"
        )
        opening.open_books(cursor, day=date(2026, 12, 2), at=datetime(2026, 12, 2, 9, tzinfo=UTC))
        found = _balances()
        cursor.execute("select account, sum(amount) from payments_ledgerbalance group by 1")
        kept = dict(cursor.fetchall())
        assert kept == {name: amount for name, amount in found.items() if amount and name in kept}
        transaction.set_rollback(True, using="owner")
    return found


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_books_opened_later_say_what_was_booked_day_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    _set_up()
    booked, found = _balances(), _opened()
    # Cost: 3 hours less the one credited. Owed: the third hour. VAT: a quarter of what is paid and not taken back.
    worked_out = {
        A.COST: Decimal(500),
        A.ACCRUED: Decimal(-250),
        A.VAT: Decimal("62.50"),
        A.USED: Decimal(500),
    }
    assert {account: found[account] for account in SAME} == worked_out
    assert {account: booked[account] for account in SAME} == worked_out
    for of in (booked, found):  # what stands with the supplier, sent to the bank or not
        suppliers = sum(of.get(account, Decimal(0)) for account in (A.BANK, A.SUPPLIER, A.RECLAIM))
        assert suppliers == Decimal("-312.50")

    # Planted faults: a credit that leaves the cost, and one that leaves the VAT.
    forgotten = (
        "(values ('BANK', o.credited), ('FREE', -o.credited), ('USED', o.credited)) v(account, amount)"
    )
    credit = next(part for part in opening._PARTS if part[2] == "CREDIT")
    others = tuple(part for part in opening._PARTS if part is not credit)
    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="do not balance"):
        patched.setattr(opening, "_PARTS", (*others, (credit[0], forgotten, *credit[2:])))
        _opened()
    with monkeypatch.context() as patched:
        patched.setattr(opening, "_PARTS", others)
        assert _opened()[A.COST] == 750
    with monkeypatch.context() as patched:
        patched.setattr(
            opening, "_LINES", opening._LINES.replace("case when c.credited_vat > 0", "case when false")
        )
        assert _opened()[A.VAT] == 125
