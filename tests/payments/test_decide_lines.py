"""Refusing lines, choosing their mentorship, opening them again, matching once more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.einvoice.sample import SampleParty
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.models import Invoice, InvoiceLine
from tests.cast import Cast
from tests.factories.invoices import RECEIVED, hours, make_contact, pay, receive, versions_of
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

Acting = Callable[[User | None], AbstractContextManager[None]]
State = InvoiceLine.State


def refuse(cast: Cast, invoice: Invoice, code: str = "NOT_DELIVERED", reason: str = "", **given: Any) -> int:
    versions = given.pop("versions", None) or versions_of(invoice, State.PAYABLE, State.WAITING)
    return services.refuse(
        invoice=invoice,
        versions=versions,
        reason_code=code,
        reason=reason,
        by=cast.finn,
        at=RECEIVED,
        **given,
    )


# Refusing


def test_a_refusal_has_a_reason_and_a_name(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case), hours(None))
    assert refuse(cast, invoice, reason="Vi har talt med borgeren.") == 2
    line = invoice.lines.get(position=0)
    assert (line.state, line.reason_code, line.decided_by) == (State.REFUSED, "NOT_DELIVERED", cast.finn)
    assert line.reason == "Timerne er ikke leveret. Vi har talt med borgeren."
    assert Event.objects.filter(action="invoice_line.refused").count() == 2
    assert Invoice.objects.get().state == Invoice.State.DONE


@pytest.mark.parametrize(
    ("code", "field"), [("", "reason_code"), ("MADE_UP", "reason_code"), ("OTHER", "reason")]
)
def test_without_a_reason_nothing_is_refused(cast: Cast, case: Mentorship, code: str, field: str) -> None:
    invoice = receive(cast, hours(case))
    with pytest.raises(Refused) as refusal:
        refuse(cast, invoice, code)
    assert refusal.value.field == field
    assert InvoiceLine.objects.get().state == State.PAYABLE


def test_a_paid_line_cannot_be_refused(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case))
    versions = versions_of(invoice)
    pay(cast, invoice)
    with pytest.raises(Conflict):
        refuse(cast, invoice, versions=versions)
    assert InvoiceLine.objects.get().state == State.PAID


# Choosing the mentorship


def test_a_person_chooses_and_the_hours_decide(cast: Cast, case: Mentorship) -> None:
    line = receive(cast, hours(None, 120)).lines.get()
    services.assign(line=line, mentorship=case, version=line.version, by=cast.finn, at=RECEIVED)
    line.refresh_from_db()
    assert (line.state, line.mentorship, line.matched_by) == (State.PAYABLE, case, "valgt af Finn Fisker")
    assert Event.objects.get(action="invoice_line.assigned").detail["case"] == case.code


def test_the_wrong_choice_is_refused_by_the_hours(cast: Cast, case: Mentorship) -> None:
    other = make_active(cast, citizen=make_citizen(cast))
    line = receive(cast, hours(None)).lines.get()
    assert (
        services.assign(line=line, mentorship=other, version=1, by=cast.finn, at=RECEIVED).state
        == State.REFUSED
    )


def test_the_same_choice_sent_twice_is_made_once(cast: Cast, case: Mentorship) -> None:
    line = receive(cast, hours(None)).lines.get()
    for _time in range(2):
        services.assign(line=line, mentorship=case, version=1, by=cast.finn, at=RECEIVED)
    assert Event.objects.filter(action="invoice_line.assigned").count() == 1


def test_another_choice_from_the_same_page_comes_too_late(cast: Cast, case: Mentorship) -> None:
    other = make_active(cast, citizen=make_citizen(cast))
    line = receive(cast, hours(None)).lines.get()
    services.assign(line=line, mentorship=case, version=1, by=cast.finn, at=RECEIVED)
    with pytest.raises(Conflict):
        services.assign(line=line, mentorship=other, version=1, by=cast.frida, at=RECEIVED)


# Opening again, matching again


def test_a_refusal_can_be_taken_back(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case, 180))
    line = invoice.lines.get()
    assert (line.state, Invoice.objects.get().state) == (State.REFUSED, Invoice.State.DONE)
    services.reopen(line=line, version=line.version, by=cast.finn, at=RECEIVED)
    line.refresh_from_db()
    assert (line.state, line.decided_at, Invoice.objects.get().state) == (
        State.WAITING,
        None,
        Invoice.State.OPEN,
    )
    make_contact(cast, case, 60, hour=14)
    assert services.rematch(invoice=invoice, by=cast.finn, at=RECEIVED) == 1
    assert pay(cast, invoice).paid == 1


def test_a_rejected_document_stays_rejected(cast: Cast, case: Mentorship) -> None:
    line = receive(cast, hours(case), customer=SampleParty("Fjernby", "", "5798000416604")).lines.get()
    with pytest.raises(Refused, match="Hele fakturaen er afvist"):
        services.reopen(line=line, version=line.version, by=cast.finn, at=RECEIVED)


def test_hours_confirmed_later_cover_the_line(cast: Cast) -> None:
    mentorship = make_active(cast)
    contact = make_contact(cast, mentorship, 60, state=Contact.State.REGISTERED)
    invoice = receive(cast, hours(mentorship))
    assert services.rematch(invoice=invoice, by=cast.finn, at=RECEIVED) == 0
    Contact.objects.filter(pk=contact.pk).update(state=Contact.State.CONFIRMED)
    assert services.rematch(invoice=invoice, by=cast.finn, at=RECEIVED) == 1
    assert invoice.lines.get().state == State.PAYABLE


def test_a_line_nobody_has_placed_keeps_its_reason(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(None))
    assert services.rematch(invoice=invoice, by=cast.finn, at=RECEIVED) == 0
    assert invoice.lines.get().version == 1


@pytest.mark.parametrize("name", ["anna", "eva", "tove", "carla", "david"])
def test_others_may_do_none_of_it(cast: Cast, case: Mentorship, name: str, acting: Acting) -> None:
    invoice, user = receive(cast, hours(None)), cast.users[name]
    line = invoice.lines.get()
    acts: list[Callable[[], object]] = [
        lambda: services.refuse(
            invoice=invoice,
            versions={line.public_id: 1},
            reason_code="NOT_AGREED",
            reason="",
            by=user,
            at=RECEIVED,
        ),
        lambda: services.assign(line=line, mentorship=case, version=1, by=user, at=RECEIVED),
        lambda: services.reopen(line=line, version=1, by=user, at=RECEIVED),
        lambda: services.rematch(invoice=invoice, by=user, at=RECEIVED),
    ]
    for act in acts:
        with acting(user), pytest.raises(NotAllowed):
            act()
