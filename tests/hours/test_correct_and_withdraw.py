"""The mentor corrects and deletes contacts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.grants.models import Grant
from brobygger.hours import services
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, correct, register
from tests.factories.people import make_mentor

Balances = Callable[[Mentorship], tuple[int, int]]


def test_a_correction_supersedes_and_asks_the_citizen_again(
    cast: Cast, mentorship: Mentorship, balances: Balances, actions: Callable[[], list[str]]
) -> None:
    first = register(cast, mentorship)
    services.confirm(contacts=[first], by=cast.david, at=NOW)
    newer = correct(cast, first, minutes=90)
    first.refresh_from_db()
    assert (first.state, first.minutes) == ("SUPERSEDED", 60)
    assert (newer.state, newer.supersedes, newer.correction_reason) == ("REGISTERED", first, "Skrev forkert.")
    assert balances(mentorship) == (90, 90)
    assert actions() == ["contact.registered", "contact.confirmed", "contact.corrected"]


def test_a_correction_may_move_the_meeting_a_little(cast: Cast, mentorship: Mentorship) -> None:
    first = register(cast, mentorship)
    newer = correct(cast, first, starts_at=MONDAY_BEFORE + timedelta(minutes=15), minutes=60)
    assert newer.starts_at == MONDAY_BEFORE + timedelta(minutes=15)


def test_a_refused_correction_leaves_the_old_contact(
    cast: Cast, mentorship: Mentorship, grant: Grant, balances: Balances
) -> None:
    first = register(cast, mentorship)
    Grant.objects.filter(pk=grant.pk).update(minutes=70)
    with pytest.raises(Refused, match="tilbage af bevillingen"):
        correct(cast, first, minutes=90)
    with pytest.raises(Refused, match="Skriv, hvorfor du retter"):
        correct(cast, first, reason="  ")
    first.refresh_from_db()
    assert first.state == "REGISTERED"
    assert balances(mentorship) == (60, 60)


def test_a_contact_is_corrected_once(cast: Cast, mentorship: Mentorship) -> None:
    first = register(cast, mentorship)
    correct(cast, first)
    with pytest.raises(Conflict, match="allerede rettet"):
        correct(cast, first)
    assert Contact.objects.count() == 2


def test_the_same_correction_sent_twice_arrives_once(
    cast: Cast, mentorship: Mentorship, balances: Balances
) -> None:
    first, key = register(cast, mentorship), uuid.uuid4()
    newer = correct(cast, first, public_id=key)
    assert correct(cast, first, public_id=key) == newer
    assert balances(mentorship) == (30, 30)


@pytest.mark.parametrize("act", ["correct", "withdraw"])
def test_paid_hours_cannot_be_changed(cast: Cast, mentorship: Mentorship, act: str) -> None:
    contact = register(cast, mentorship)
    services.confirm(contacts=[contact], by=cast.david, at=NOW)
    services.mark_paid(contact=contact, minutes=60)
    with pytest.raises(Refused, match="Timerne er betalt"):
        _change(cast, contact, act)


@pytest.mark.parametrize("act", ["correct", "withdraw"])
@pytest.mark.parametrize("pay", [True, False])
def test_what_staff_has_settled_stands(cast: Cast, mentorship: Mentorship, act: str, pay: bool) -> None:
    contact = register(cast, mentorship)
    services.dispute(contact=contact, reason="Vi mødtes ikke.", by=cast.david, at=NOW)
    services.resolve(contact=contact, pay=pay, reason="Talt med begge.", by=cast.anna, at=NOW)
    with pytest.raises(Refused, match="Kommunen har afgjort"):
        _change(cast, contact, act)


def test_a_disputed_contact_may_be_corrected(cast: Cast, mentorship: Mentorship, balances: Balances) -> None:
    contact = register(cast, mentorship)
    services.dispute(contact=contact, reason="Kun en halv time.", by=cast.david, at=NOW)
    assert correct(cast, contact, minutes=30).state == "REGISTERED"
    assert balances(mentorship) == (30, 30)


def test_withdrawing_gives_the_minutes_back_and_keeps_the_row(
    cast: Cast, mentorship: Mentorship, balances: Balances, actions: Callable[[], list[str]]
) -> None:
    contact = register(cast, mentorship)
    services.withdraw(contact=contact, reason="Dobbelt.", by=cast.carla, at=NOW)
    contact.refresh_from_db()
    assert (contact.state, contact.correction_reason) == ("WITHDRAWN", "Dobbelt.")
    assert balances(mentorship) == (0, 0)
    assert actions()[-1] == "contact.withdrawn"
    register(cast, mentorship)  # the time is free again


def test_withdrawing_needs_a_reason(cast: Cast, mentorship: Mentorship, balances: Balances) -> None:
    contact = register(cast, mentorship)
    with pytest.raises(Refused, match="Skriv, hvorfor du sletter"):
        services.withdraw(contact=contact, reason="", by=cast.carla, at=NOW)
    assert balances(mentorship) == (60, 60)


@pytest.mark.parametrize("act", ["correct", "withdraw"])
def test_another_mentor_changes_nothing(cast: Cast, mentorship: Mentorship, act: str) -> None:
    contact = register(cast, mentorship)
    cast.carla.person_id = make_mentor(cast, name="En anden").pk
    with pytest.raises(Contact.DoesNotExist):
        _change(cast, contact, act)


@pytest.mark.parametrize("act", ["correct", "withdraw"])
def test_staff_changes_no_hours(cast: Cast, mentorship: Mentorship, act: str) -> None:
    contact = register(cast, mentorship)
    with pytest.raises(NotAllowed):
        _change(cast, contact, act, by=cast.anna)


def _change(cast: Cast, contact: Contact, act: str, **who: object) -> None:
    if act == "correct":
        correct(cast, contact, **who)
    else:
        services.withdraw(**{"contact": contact, "reason": "Fejl.", "by": cast.carla, "at": NOW, **who})
