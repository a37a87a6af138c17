"""The citizen confirms or disputes; staff settles; payments notes what is paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.hours import selectors, services
from brobygger.hours.models import Confirmation, Contact
from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from brobygger.values.period import Period
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, correct, register
from tests.factories.people import make_citizen

NOVEMBER = Period.of_month(2026, 11)
Balances = Callable[[Mentorship], tuple[int, int]]


def _confirm(cast: Cast, *contacts: Contact, by: User | None = None) -> None:
    services.confirm(contacts=contacts, by=by or cast.david, at=NOW)


def _dispute(cast: Cast, contact: Contact, reason: str = "Vi mødtes ikke.") -> None:
    services.dispute(contact=contact, reason=reason, by=cast.david, at=NOW)


def test_yes_makes_the_hours_payable(
    cast: Cast, mentorship: Mentorship, actions: Callable[[], list[str]]
) -> None:
    contact = register(cast, mentorship)
    assert list(selectors.payable_contacts(mentorship, NOVEMBER)) == []
    _confirm(cast, contact)
    assert [each.minutes_left for each in selectors.payable_contacts(mentorship, NOVEMBER)] == [60]
    answer = Confirmation.objects.get()
    assert (answer.answer, answer.strength, answer.by) == ("YES", "SIGNED_IN", cast.david)
    assert actions()[-1] == "contact.confirmed"


def test_yes_to_all_is_all_or_nothing(cast: Cast, mentorship: Mentorship) -> None:
    first = register(cast, mentorship)
    second = register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=1))
    correct(cast, second)
    with pytest.raises(Conflict, match="ændret, mens du så på det"):
        _confirm(cast, first, second)
    first.refresh_from_db()
    assert (first.state, Confirmation.objects.count()) == ("REGISTERED", 0)


def test_a_citizen_cannot_confirm_another_citizens_meeting(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    cast.david.person_id = make_citizen(cast, name="En anden").pk
    for act in (lambda: _confirm(cast, contact), lambda: _dispute(cast, contact)):
        with pytest.raises(Contact.DoesNotExist):
            act()


@pytest.mark.parametrize("who", ["carla", "signe", "anna"])
def test_nobody_but_the_citizen_says_yes(cast: Cast, mentorship: Mentorship, who: str) -> None:
    contact = register(cast, mentorship)
    with pytest.raises(NotAllowed):
        _confirm(cast, contact, by=getattr(cast, who))
    contact.refresh_from_db()
    assert contact.state == "REGISTERED"


def test_a_dispute_stops_payment_and_tells_the_consultant_without_a_name(
    cast: Cast, mentorship: Mentorship, balances: Balances, actions: Callable[[], list[str]]
) -> None:
    contact = register(cast, mentorship)
    _confirm(cast, contact)
    _dispute(cast, contact, "David Dalsgaard var syg.")
    assert list(selectors.payable_contacts(mentorship, NOVEMBER)) == []
    assert balances(mentorship) == (60, 60)
    assert actions()[-1] == "contact.disputed"
    mail = OutgoingMessage.objects.get()
    assert mail.address == cast.anna.email
    assert mentorship.code in mail.body
    assert "David" not in mail.subject + mail.body


def test_a_dispute_needs_a_reason(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    with pytest.raises(Refused, match="Skriv, hvad der er forkert"):
        _dispute(cast, contact, " ")
    contact.refresh_from_db()
    assert contact.state == "REGISTERED"


def test_paid_hours_cannot_be_disputed_here(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    _confirm(cast, contact)
    services.mark_paid(contact=contact, minutes=10)
    with pytest.raises(Refused, match="Kommunen har betalt timerne"):
        _dispute(cast, contact)


@pytest.mark.parametrize(("pay", "state", "used"), [(True, "ACCEPTED", 60), (False, "REJECTED", 0)])
def test_staff_settles(
    cast: Cast,
    mentorship: Mentorship,
    balances: Balances,
    actions: Callable[[], list[str]],
    pay: bool,
    state: str,
    used: int,
) -> None:
    contact = register(cast, mentorship)
    _dispute(cast, contact)
    services.resolve(contact=contact, pay=pay, reason="Talt med begge.", by=cast.anna, at=NOW)
    contact.refresh_from_db()
    assert contact.state == state
    assert balances(mentorship) == (used, used)
    assert selectors.payable_contacts(mentorship, NOVEMBER).count() == pay
    assert actions()[-1] == "contact.resolved"
    with pytest.raises(Conflict, match="En anden var først"):
        services.resolve(contact=contact, pay=pay, reason="Igen.", by=cast.eva, at=NOW)
    assert balances(mentorship) == (used, used)


@pytest.mark.parametrize("who", ["carla", "david", "signe", "finn", "tove", "adam"])
def test_a_dispute_is_not_settled_by_the_parties_or_by_those_without_cases(
    cast: Cast, mentorship: Mentorship, who: str
) -> None:
    contact = register(cast, mentorship)
    _dispute(cast, contact)
    with pytest.raises(NotAllowed):
        services.resolve(contact=contact, pay=True, reason="Ja.", by=getattr(cast, who), at=NOW)


def test_an_employee_who_is_the_mentor_settles_nothing(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    cast.anna.email = "CARLA@example.org"
    with pytest.raises(NotAllowed, match="selv mentor"):
        services.confirm_on_behalf(contacts=[contact], reason="Ringede.", by=cast.anna, at=NOW)
    _dispute(cast, contact)
    with pytest.raises(NotAllowed, match="selv mentor"):
        services.resolve(contact=contact, pay=True, reason="Ja.", by=cast.anna, at=NOW)


def test_settling_needs_a_reason(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    _dispute(cast, contact)
    with pytest.raises(Refused, match="Skriv begrundelsen"):
        services.resolve(contact=contact, pay=True, reason="", by=cast.anna, at=NOW)
    contact.refresh_from_db()
    assert contact.state == "DISPUTED"


def test_staff_notes_an_answer_given_by_telephone(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    with pytest.raises(Refused, match="Skriv, hvad borgeren har sagt"):
        services.confirm_on_behalf(contacts=[contact], reason=" ", by=cast.anna, at=NOW)
    services.confirm_on_behalf(contacts=[contact], reason="Ringede i dag.", by=cast.anna, at=NOW)
    answer = Confirmation.objects.get()
    assert (answer.strength, answer.reason, answer.by) == ("STAFF_NOTE", "Ringede i dag.", cast.anna)


def test_answers_cannot_be_changed_in_the_database(cast: Cast, mentorship: Mentorship) -> None:
    _confirm(cast, register(cast, mentorship))
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update hours_confirmation set answer = 'NO'")


# Paying


def test_minutes_are_paid_in_parts_and_never_twice(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    _confirm(cast, contact)
    services.mark_paid(contact=contact, minutes=45)
    assert contact.paid_minutes == 45
    assert [each.minutes_left for each in selectors.payable_contacts(mentorship, NOVEMBER)] == [15]
    with pytest.raises(Conflict, match="En anden var først"):
        services.mark_paid(contact=contact, minutes=16)
    services.mark_paid(contact=contact, minutes=15)
    assert list(selectors.payable_contacts(mentorship, NOVEMBER)) == []


def test_unconfirmed_and_disputed_hours_are_never_paid(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    with pytest.raises(Conflict):
        services.mark_paid(contact=contact, minutes=1)
    _dispute(cast, contact)
    with pytest.raises(Conflict):
        services.mark_paid(contact=contact, minutes=1)
    with pytest.raises(ValueError, match="above zero"):
        services.mark_paid(contact=contact, minutes=0)


def test_the_database_itself_refuses_to_pay_more_than_was_worked(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    with pytest.raises(IntegrityError, match="contact_not_overpaid"), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(paid_minutes=61)


def test_only_contacts_of_the_period_are_payable_there(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    _confirm(cast, contact)
    assert list(selectors.payable_contacts(mentorship, Period.of_month(2026, 10))) == []
    assert list(selectors.payable_contacts(mentorship, Period(NOVEMBER.start))) == [contact]
