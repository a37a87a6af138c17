"""A credit note takes kroner back from a paid invoice, and nothing else."""

from __future__ import annotations

from decimal import Decimal

from brobygger.audit.models import Event
from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.models import Invoice, InvoiceLine, Payment
from tests.cast import Cast
from tests.factories.invoices import RECEIVED, credit_note, hours, pay, receive

State = InvoiceLine.State


def test_it_gives_the_kroner_back_and_keeps_the_hours_paid(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 120)))
    note = services.receive(data=credit_note(cast, hours(case, 60)), by=cast.finn, at=RECEIVED)
    assert note.lines.get().state == State.PAYABLE
    settled = pay(cast, note)
    assert settled.total == Decimal("-312.50")
    assert sorted(Payment.objects.values_list("amount", "vat")) == [
        (Decimal(-250), Decimal("-62.50")),
        (Decimal(500), Decimal(125)),
    ]
    assert Grant.objects.get().paid_kroner == 250
    assert set(Contact.objects.values_list("paid_minutes", flat=True)) == {60}
    assert Event.objects.filter(action="invoice_line.credited").count() == 1


def test_it_finds_the_mentorship_of_the_invoice_it_credits(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 120)))
    note = services.receive(data=credit_note(cast, hours(None)), by=cast.finn, at=RECEIVED)
    assert note.lines.get().mentorship == case


def test_more_than_was_paid_waits_for_a_person(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 60)))
    note = services.receive(data=credit_note(cast, hours(case, 90)), by=cast.finn, at=RECEIVED)
    line = note.lines.get()
    assert (line.state, line.reason_code) == (State.WAITING, "CREDIT_ABOVE_PAID")
    assert "250,00 kr." in line.reason


def test_two_credit_notes_never_take_back_more_than_was_paid(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 60)))
    notes = [
        services.receive(data=credit_note(cast, hours(case, 45), number=number), by=cast.finn, at=RECEIVED)
        for number in ("K-1", "K-2")
    ]
    assert [pay(cast, note).paid for note in notes] == [1, 0]
    assert Grant.objects.get().paid_kroner == Decimal("62.50")


def test_an_unpaid_invoice_has_nothing_to_take_from(cast: Cast, case: Mentorship) -> None:
    receive(cast, hours(case, 60))
    note = services.receive(data=credit_note(cast, hours(case, 60)), by=cast.finn, at=RECEIVED)
    assert note.lines.get().state == State.WAITING


def test_the_same_number_may_be_an_invoice_and_a_credit_note(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 60)))
    services.receive(data=credit_note(cast, hours(case, 60), number="F-1001"), by=cast.finn, at=RECEIVED)
    assert Invoice.objects.count() == 2
