"""Two at once in the ledger, on real connections."""

from __future__ import annotations

from datetime import date

import pytest

from brobygger.accounts import tenancy
from brobygger.hours import services as hour_services
from brobygger.hours.models import Contact
from brobygger.payments.ledger import selectors
from brobygger.payments.ledger.models import Clawback, FinanceFileRow, LedgerTransaction, PayerAnswer
from brobygger.payments.ledger.services import answers, clawback, exports
from tests.factories import books
from tests.factories.invoices import RECEIVED, hours, make_contact, receive, versions_of
from tests.payments.test_at_the_same_time import _both, _kinds, _pay, _set_up

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def test_everything_in_the_ledger_happens_once() -> None:
    """One claim approved by two, one answer read by two, and one file made by two: each of them once."""
    cast, mentorship = _set_up()
    with tenancy.acting(tenancy.actor_of(cast.finn), lifetime=3600):
        line = books.paid_line(cast, mentorship, "F-9", day=date(2026, 11, 12))
        claim = books.claim(cast, line)
        books.sent(cast)
    approving = [
        (user, lambda user=user: clawback.approve(clawback=Clawback.objects.get(), by=user, at=books.LATER))
        for user in (cast.frida, cast.frida)
    ]
    assert _kinds(_both(*approving)) == ["Clawback", "Conflict"]  # type: ignore[arg-type]
    data = books.answer(("1-1", "312,50", "2026-12-01", "betalt"))
    reading = [
        (user, lambda user=user: answers.receive(name="svar.csv", data=data, by=user, at=books.LATER))
        for user in (cast.finn, cast.frida)
    ]
    assert _kinds(_both(*reading)) == ["Received", "Refused"]  # type: ignore[arg-type]
    making = [
        (user, lambda user=user: exports.make_file(by=user, at=books.LATER))
        for user in (cast.finn, cast.frida)
    ]
    assert _kinds(_both(*making)) == ["FinanceFile", "Refused"]  # type: ignore[arg-type]
    with tenancy.acting(tenancy.actor_of(cast.finn), lifetime=3600):
        acts = list(LedgerTransaction.objects.values_list("act", flat=True))
        assert (acts.count("CLAWBACK"), acts.count("PAYOUT"), PayerAnswer.objects.count()) == (1, 1, 1)
        assert (
            FinanceFileRow.objects.values("transaction_id").distinct().count()
            == FinanceFileRow.objects.count()
        )
        assert selectors.faults(cast.finn) == []
        assert Clawback.objects.get().pk == claim.pk


def test_hours_confirmed_while_others_are_paid() -> None:
    cast, mentorship = _set_up()
    with tenancy.acting(tenancy.actor_of(cast.finn), lifetime=3600):
        first, *more = [
            make_contact(cast, mentorship, 60, day=date(2026, 11, 10 + place), state=Contact.State.REGISTERED)
            for place in range(3)
        ]
        hour_services.confirm(contacts=[first], by=cast.david, at=RECEIVED)
        invoice = receive(cast, hours(mentorship, 60))
        versions = versions_of(invoice)
    results = _both(
        _pay(invoice, versions, cast.finn),
        *((cast.david, lambda each=each: hour_services.confirm(contacts=[each], by=cast.david, at=RECEIVED))
          for each in more),
    )  # fmt: skip
    assert sorted(str(type(each).__name__) for each in results) == ["NoneType", "NoneType", "Settled"]
    with tenancy.acting(tenancy.actor_of(cast.finn), lifetime=3600):
        assert selectors.faults(cast.finn) == []
        rows = selectors.trial_balance(cast.finn).values()
        assert {row.account.value: row.amount for each in rows for row in each}["ACCRUED"] == -500
