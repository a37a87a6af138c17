"""The month makes itself from the contacts and is handed in with one tap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.hours import selectors, services
from brobygger.hours.models import MonthHandIn
from brobygger.mentorships.models import Mentorship
from brobygger.values.period import Period
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor

NOVEMBER = Period.of_month(2026, 11)
LAST_DAY = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


def test_handing_in_counts_the_months_minutes(
    cast: Cast, mentorship: Mentorship, actions: Callable[[], list[str]]
) -> None:
    register(cast, mentorship, minutes=90)
    withdrawn = register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=1))
    services.withdraw(contact=withdrawn, reason="Fejl.", by=cast.carla, at=NOW)
    month = services.hand_in_month(mentorship=mentorship, month=NOVEMBER.start, by=cast.carla, at=LAST_DAY)
    assert (month.month, month.minutes) == (date(2026, 11, 1), 90)
    assert actions()[-1] == "month.handed_in"


def test_a_month_is_handed_in_from_its_last_day(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    with pytest.raises(Refused, match=r"^Du kan aflevere måneden fra den 30\. nov\. 2026\.$"):
        services.hand_in_month(
            mentorship=mentorship, month=NOVEMBER.start, by=cast.carla, at=LAST_DAY - timedelta(days=1)
        )
    assert MonthHandIn.objects.count() == 0
    services.hand_in_month(mentorship=mentorship, month=NOVEMBER.start, by=cast.carla, at=LAST_DAY)


def test_the_last_month_opens_when_the_mentorship_ends(cast: Cast, mentorship: Mentorship) -> None:
    mentorship.ends_before = date(2026, 11, 20)
    assert selectors.hand_in_opens(mentorship, NOVEMBER) == date(2026, 11, 19)


def test_a_month_is_handed_in_once(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    services.hand_in_all(month=NOVEMBER.start, by=cast.carla, at=LAST_DAY)
    with pytest.raises(Conflict, match="allerede afleveret"):
        services.hand_in_month(mentorship=mentorship, month=NOVEMBER.start, by=cast.carla, at=LAST_DAY)
    with pytest.raises(Conflict, match="allerede afleveret"):
        services.hand_in_all(month=NOVEMBER.start, by=cast.carla, at=LAST_DAY)


def test_one_tap_hands_in_every_mentorship(cast: Cast, mentorship: Mentorship) -> None:
    other = make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))
    without = make_active(cast, citizen=make_citizen(cast, name="Ulla Uden"))
    register(cast, mentorship)
    register(cast, other, starts_at=MONDAY_BEFORE + timedelta(hours=2))
    handed_in = services.hand_in_all(month=NOVEMBER.start, by=cast.carla, at=LAST_DAY)
    assert {each.mentorship_id for each in handed_in} == {mentorship.pk, other.pk}
    assert without.pk not in {each.mentorship_id for each in MonthHandIn.objects.all()}


def test_only_the_mentor_hands_in(cast: Cast, mentorship: Mentorship) -> None:
    for who in (cast.anna, cast.david, cast.signe):
        with pytest.raises(NotAllowed):
            services.hand_in_month(mentorship=mentorship, month=NOVEMBER.start, by=who, at=LAST_DAY)
    cast.carla.person_id = make_mentor(cast, name="En anden").pk
    with pytest.raises(Mentorship.DoesNotExist):
        services.hand_in_month(mentorship=mentorship, month=NOVEMBER.start, by=cast.carla, at=LAST_DAY)


def test_the_statement_tells_waiting_confirmed_disputed_and_paid(cast: Cast, mentorship: Mentorship) -> None:
    contacts = [
        register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(hours=2 * number), minutes=minutes)
        for number, minutes in enumerate((10, 20, 40, 80))
    ]
    services.confirm(contacts=contacts[1:3], by=cast.david, at=NOW)
    services.mark_paid(contact=contacts[1], minutes=5)
    services.dispute(contact=contacts[3], reason="Nej.", by=cast.david, at=NOW)
    (statement,) = selectors.month_statements(mentorship)
    assert (statement.month, statement.minutes) == (date(2026, 11, 1), 150)
    assert (statement.waiting, statement.confirmed, statement.disputed) == (10, 60, 80)
    assert (statement.paid, statement.payable, statement.rejected) == (5, 55, 0)
    assert selectors.statements_of_month(cast.anna, NOVEMBER) == [statement]
    assert selectors.minutes_by_state(mentorship) == {"REGISTERED": 10, "CONFIRMED": 60, "DISPUTED": 80}


def test_a_meeting_after_midnight_belongs_to_the_danish_month(cast: Cast, mentorship: Mentorship) -> None:
    """30 November 23.30 UTC is 1 December in Denmark."""
    start = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    register(cast, mentorship, starts_at=start, at=start + timedelta(days=1))
    assert [statement.month for statement in selectors.month_statements(mentorship)] == [date(2026, 12, 1)]


def test_a_month_changed_after_it_was_handed_in_says_so(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    services.hand_in_all(month=NOVEMBER.start, by=cast.carla, at=LAST_DAY)
    assert not selectors.month_statements(mentorship)[0].changed_since
    register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=2))
    assert selectors.month_statements(mentorship)[0].changed_since


def test_another_municipality_has_no_months(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    assert selectors.statements_of_month(cast.bo, NOVEMBER) == []


def test_statements_take_the_same_queries_for_one_and_for_many(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    with CaptureQueriesContext(
        connection,
    ) as one:
        selectors.statements_of_month(cast.anna, NOVEMBER)
    for number in range(1, 5):
        case = make_active(cast, citizen=make_citizen(cast, name=f"Nr. {number}"))
        register(cast, case, starts_at=MONDAY_BEFORE + timedelta(hours=2 * number))
    with CaptureQueriesContext(connection) as many:
        assert len(selectors.statements_of_month(cast.anna, NOVEMBER)) == 5
    assert len(one) == len(many)


def test_the_company_learns_sums_and_no_meeting(
    cast: Cast, mentorship: Mentorship, acting: Callable[..., object]
) -> None:
    register(cast, mentorship)
    services.confirm(
        contacts=[register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=1))],
        by=cast.david,
        at=NOW,
    )
    with acting(cast.signe):  # type: ignore[attr-defined]
        assert selectors.company_minutes(NOVEMBER) == {mentorship.pk: {"REGISTERED": 60, "CONFIRMED": 60}}
        assert selectors.visible_to(cast.signe).count() == 0
    for who in (cast.anna, cast.carla, cast.david, cast.bo):
        with acting(who):  # type: ignore[attr-defined]
            assert selectors.company_minutes(NOVEMBER) == {}
