"""A mentorship with two mentors of two firms: each firm is paid for its own mentor's hours and no others."""

from __future__ import annotations

from datetime import date

import pytest

from brobygger.einvoice.sample import SampleParty
from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.law.codes import MentorKind
from brobygger.mentorships.models import Mentorship
from brobygger.payments import selectors
from brobygger.payments.models import InvoiceLine, Payment
from tests.cast import Cast
from tests.factories.invoices import hours, make_contact, pay, receive
from tests.factories.mentorships import make_grant
from tests.factories.people import make_mentor, make_organisation

FIRM = SampleParty("Støtteben", "87654338")
CHANGE_DAY = date(2026, 11, 12)


@pytest.fixture
def changed(cast: Cast, case: Mentorship) -> Mentorship:
    """Carla of the bakery met David twice; from 12 November Mona of the firm does, once so far."""
    firm = make_organisation(cast, name=FIRM.name, cvr=FIRM.cvr)
    mona = make_mentor(cast, name="Mona", kind=MentorKind.PRIVATE_PROVIDER, organisation=firm)
    Grant.objects.update(mentor=cast.mentor, ends_before=CHANGE_DAY)
    second = make_grant(cast, case, starts_on=CHANGE_DAY, mentor=mona)
    case.mentor = mona
    case.save(update_fields=["mentor"])
    make_contact(cast, case, 60, day=date(2026, 11, 17), grant=second)
    return case


def test_each_firm_is_paid_for_its_own_mentor(cast: Cast, changed: Mentorship) -> None:
    former = receive(cast, hours(changed, 120))
    new = receive(cast, hours(changed, 60), number="F-2001", supplier=FIRM)
    assert (pay(cast, former).paid, pay(cast, new).paid) == (1, 1)
    assert Payment.objects.count() == 2
    assert [each.paid_minutes for each in Contact.objects.order_by("starts_at")] == [60, 60, 60]


def test_nobody_is_paid_for_the_others_hours(cast: Cast, changed: Mentorship) -> None:
    receive(cast, hours(changed, 120), supplier=FIRM)
    line = InvoiceLine.objects.get()
    assert line.state != InvoiceLine.State.PAYABLE
    assert line.covered_minutes == 60


def test_the_control_without_a_change_the_line_is_covered(cast: Cast, changed: Mentorship) -> None:
    """The same hours, were they all one mentor's grants: then the firm's line is covered."""
    Grant.objects.update(mentor=None)
    receive(cast, hours(changed, 120), supplier=FIRM)
    assert InvoiceLine.objects.get().state == InvoiceLine.State.PAYABLE


def test_the_formers_firm_keeps_its_mentorship(cast: Cast, changed: Mentorship) -> None:
    changed.organisation = None
    changed.save(update_fields=["organisation"])
    assert list(selectors.of_supplier(cast.finn, "12345674")) == [changed]
    assert list(selectors.of_supplier(cast.finn, FIRM.cvr)) == [changed]
    assert not selectors.of_supplier(cast.finn, "11111111").exists()
