"""Approving payment, line by line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal

import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.einvoice.sample import SampleLine
from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.models import Cover, Invoice, InvoiceLine, Payment
from tests.cast import Cast
from tests.factories.invoices import RECEIVED, hours, make_contact, pay, receive, versions_of
from tests.factories.mentorships import make_active, make_grant
from tests.factories.people import make_citizen

Acting = Callable[[User | None], AbstractContextManager[None]]
State = InvoiceLine.State


def test_a_payment_uses_the_oldest_hours_first(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case, 90))
    settled = pay(cast, invoice)
    assert (settled.paid, settled.total, settled.left) == (1, Decimal("468.75"), ())
    payment, grant = Payment.objects.get(), Grant.objects.get()
    assert (payment.amount, payment.vat, payment.total) == (375, Decimal("93.75"), Decimal("468.75"))
    assert (payment.mentorship, payment.approved_by, payment.approved_at) == (case, cast.finn, RECEIVED)
    assert [(cover.contact.starts_at.day, cover.minutes) for cover in Cover.objects.order_by("pk")] == [
        (3, 60),
        (10, 30),
    ]
    assert [contact.paid_minutes for contact in Contact.objects.order_by("starts_at")] == [60, 30]
    assert grant.paid_kroner == 375, "VAT is put on top and does not use the grant."


def test_the_line_and_the_invoice_are_done(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case))
    pay(cast, invoice)
    line = InvoiceLine.objects.get()
    assert (line.state, line.decided_by, line.decided_at) == (State.PAID, cast.finn, RECEIVED)
    assert Invoice.objects.get().state == Invoice.State.DONE


def test_it_stays_open_while_a_line_waits(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case), hours(None))
    pay(cast, invoice)
    assert Invoice.objects.get().state == Invoice.State.OPEN


def test_each_payment_is_an_event(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 90)))
    event = Event.objects.get(action="invoice_line.paid")
    assert (event.detail["case"], event.detail["amount"], event.detail["vat"]) == (
        case.code,
        "375.00",
        "93.75",
    )
    assert (event.detail["minutes"], event.actor_name) == (90, "Finn Fisker")


def test_training_is_paid_from_the_grant(cast: Cast, case: Mentorship) -> None:
    case.grants.update(fixed_kroner=1000)
    pay(cast, receive(cast, SampleLine("Mentorkursus", None, Decimal(800), case.code)))
    assert Grant.objects.get().paid_kroner == 800
    again = receive(cast, SampleLine("Mentorkursus", None, Decimal(201), case.code), number="F-2")
    assert InvoiceLine.objects.get(invoice=again).state == State.REFUSED, (
        "Only 200 kroner are left for training."
    )


def test_hours_of_two_grants_are_paid_from_each(cast: Cast, case: Mentorship) -> None:
    first = case.grants.get()
    first.is_current = False
    first.save()
    second = make_grant(cast, case, starts_on=date(2026, 11, 20), hourly_rate=Decimal(300))
    make_contact(cast, case, 60, day=date(2026, 11, 24), grant=second)
    pay(cast, receive(cast, hours(case, 180, Decimal("266.66"))))
    assert dict(Grant.objects.values_list("hourly_rate", "paid_kroner")) == {
        Decimal(250): Decimal(500),
        Decimal(300): Decimal("299.98"),
    }


def test_only_the_chosen_lines_are_paid(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case), hours(case))
    line = invoice.lines.get(position=1)
    services.pay(invoice=invoice, versions={line.public_id: line.version}, by=cast.finn, at=RECEIVED)
    assert list(invoice.lines.order_by("position").values_list("state", flat=True)) == [
        State.PAYABLE,
        State.PAID,
    ]


def test_a_line_whose_hours_were_disputed_meanwhile_is_left_and_the_others_go_on(
    cast: Cast, case: Mentorship
) -> None:
    other = make_active(cast, citizen=make_citizen(cast))
    make_contact(cast, other, 60, day=date(2026, 11, 5))
    invoice = receive(cast, hours(case, 120), hours(other, 60))
    Contact.objects.filter(mentorship=case, starts_at__day=10).update(state=Contact.State.DISPUTED)
    settled = pay(cast, invoice)
    assert (settled.paid, [line.position for line in settled.left]) == (1, [0])
    left, paid = invoice.lines.order_by("position")
    assert (left.state, left.reason_code, paid.state) == (State.WAITING, "DISPUTED", State.PAID)
    assert Contact.objects.filter(mentorship=case, paid_minutes__gt=0).count() == 0


def test_hours_paid_on_another_invoice_are_told_of(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 120)))
    line = receive(cast, hours(case, 60), number="F-2").lines.get()
    assert (line.state, line.reason_code) == (State.REFUSED, "ALREADY_PAID")
    assert line.reason.endswith("Der er allerede betalt 2 t. i perioden.")


def test_more_than_the_grant_is_never_paid(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case, 120))
    Grant.objects.update(kroner=499)
    settled = pay(cast, invoice)
    line = invoice.lines.get()
    assert (settled.paid, line.state, line.reason_code) == (0, State.WAITING, "OVER_GRANT")
    assert "499,00 kr." in line.reason
    assert (Payment.objects.count(), Cover.objects.count()) == (0, 0)
    assert set(Contact.objects.values_list("paid_minutes", flat=True)) == {0}


def test_a_page_that_is_out_of_date_changes_nothing(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case), hours(case))
    stale = versions_of(invoice)
    first = invoice.lines.get(position=0)
    services.refuse(
        invoice=invoice,
        versions={first.public_id: first.version},
        reason_code="NOT_DELIVERED",
        reason="",
        by=cast.frida,
        at=RECEIVED,
    )
    with pytest.raises(Conflict, match="En anden var først"):
        services.pay(invoice=invoice, versions=stale, by=cast.finn, at=RECEIVED)
    assert Payment.objects.count() == 0
    assert invoice.lines.get(position=1).version == 1


def test_nothing_chosen_is_refused(cast: Cast, case: Mentorship) -> None:
    with pytest.raises(Refused, match="Vælg mindst én linje"):
        services.pay(invoice=receive(cast, hours(case)), versions={}, by=cast.finn, at=RECEIVED)


def test_a_line_of_another_invoice_cannot_be_slipped_in(cast: Cast, case: Mentorship) -> None:
    one, two = receive(cast, hours(case)), receive(cast, hours(case), number="F-2")
    with pytest.raises(Conflict):
        services.pay(
            invoice=one, versions={**versions_of(one), **versions_of(two)}, by=cast.finn, at=RECEIVED
        )


@pytest.mark.parametrize("name", ["anna", "eva", "tove", "adam", "carla", "david", "signe"])
def test_others_may_not(cast: Cast, case: Mentorship, name: str, acting: Acting) -> None:
    invoice = receive(cast, hours(case))
    versions = versions_of(invoice)
    with acting(cast.users[name]), pytest.raises(NotAllowed):
        services.pay(invoice=invoice, versions=versions, by=cast.users[name], at=RECEIVED)
    assert Payment.objects.count() == 0
