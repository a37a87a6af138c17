"""Whatever comes in and in whatever order: what is paid never exceeds the confirmed hours at their rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.hours.states import PAYABLE
from brobygger.payments import services
from brobygger.payments.models import Cover, InvoiceLine, Payment
from brobygger.values.money import price_of_minutes
from tests.cast import Cast
from tests.factories.invoices import RATE, RECEIVED, hours, make_contact, receive, versions_of
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

STATES = [Contact.State.CONFIRMED, Contact.State.ACCEPTED, Contact.State.REGISTERED, Contact.State.DISPUTED]
meetings = st.lists(
    st.tuples(st.integers(0, 1), st.integers(1, 180), st.sampled_from(STATES)), min_size=1, max_size=6
)
line = st.tuples(st.integers(-1, 1), st.integers(1, 240), st.sampled_from([200, 250, 250, 251]))
invoices = st.lists(st.lists(line, min_size=1, max_size=3), min_size=1, max_size=3)
_numbers = count(1)


class _Undone(Exception):
    pass


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(meetings=meetings, invoices=invoices, choice=st.randoms(use_true_random=False))
def test_paid_never_exceeds_confirmed_at_the_agreed_rate(
    cast: Cast, meetings: list[Any], invoices: list[Any], choice: Any
) -> None:
    with pytest.raises(_Undone), transaction.atomic():
        _live_through(cast, meetings, invoices, choice)
        _assert_every_minute_and_krone_is_accounted_for()
        raise _Undone


def _live_through(cast: Cast, meetings: list[Any], invoices: list[Any], choice: Any) -> None:
    cases = [make_active(cast), make_active(cast, citizen=make_citizen(cast))]
    for place, (case, minutes, state) in enumerate(meetings):
        make_contact(cast, cases[case], minutes, day=date(2026, 11, 3 + place), state=state)
    received = [
        receive(
            cast,
            *(hours(None if case < 0 else cases[case], minutes, rate) for case, minutes, rate in lines),
            number=f"P-{next(_numbers)}",
        )
        for lines in invoices
    ]
    choice.shuffle(received)
    for invoice in received:
        for waiting in invoice.lines.filter(state=InvoiceLine.State.WAITING, mentorship=None):
            services.assign(
                line=waiting,
                mentorship=choice.choice(cases),
                version=waiting.version,
                by=cast.finn,
                at=RECEIVED,
            )
        chosen = {key: version for key, version in versions_of(invoice).items() if choice.random() < 0.9}
        if chosen:
            services.pay(invoice=invoice, versions=chosen, by=cast.finn, at=RECEIVED)
        services.rematch(invoice=invoice, by=cast.finn, at=RECEIVED)


def _assert_every_minute_and_krone_is_accounted_for() -> None:
    for contact in Contact.objects.annotate(covered=Sum("covers__minutes", default=0)):
        assert contact.covered == contact.paid_minutes <= contact.minutes
        assert contact.state in PAYABLE or not contact.paid_minutes
    for grant in Grant.objects.all():
        confirmed = Contact.objects.filter(grant=grant, state__in=PAYABLE).aggregate(
            m=Sum("minutes", default=0)
        )["m"]
        paid = Payment.objects.filter(mentorship=grant.mentorship).aggregate(
            k=Sum("amount", default=Decimal(0))
        )["k"]
        assert paid == grant.paid_kroner <= price_of_minutes(confirmed, RATE)
    assert not InvoiceLine.objects.exclude(state__in=InvoiceLine.State.values).exists()
    paid_lines = InvoiceLine.objects.filter(state=InvoiceLine.State.PAID)
    assert paid_lines.count() == Payment.objects.count()
    assert all(
        each.claimed_minutes == each.minutes for each in paid_lines.annotate(minutes=Sum("covers__minutes"))
    )
    assert (
        not InvoiceLine.objects.exclude(state__in=["PAID", "WAITING", "PAYABLE"]).filter(reason="").exists()
    )


def test_a_planted_double_payment_is_found(cast: Cast) -> None:
    case = make_active(cast)
    make_contact(cast, case, 60)
    invoice = receive(cast, hours(case, 60))
    services.pay(invoice=invoice, versions=versions_of(invoice), by=cast.finn, at=RECEIVED)
    _assert_every_minute_and_krone_is_accounted_for()
    paid = Payment.objects.get()
    Payment.objects.filter(pk=paid.pk).update(amount=F("amount") + 1)
    with pytest.raises(AssertionError):
        _assert_every_minute_and_krone_is_accounted_for()
    Payment.objects.filter(pk=paid.pk).update(amount=F("amount") - 1)
    Cover.objects.create(
        municipality=cast.municipality,
        line=invoice.lines.get(),
        contact=make_contact(cast, case, 30, day=date(2026, 11, 9)),
        minutes=30,
    )
    with pytest.raises(AssertionError):
        _assert_every_minute_and_krone_is_accounted_for()
