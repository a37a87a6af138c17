"""What follow-up puts on the work list."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brobygger.followups import selectors, services
from brobygger.followups.concerns.services import raise_concern
from brobygger.followups.local.services import set_alarm
from brobygger.followups.models import FollowUp
from brobygger.law.target_groups import RIGHT_AND_DUTY_CASH_BENEFIT
from brobygger.mentorships.models import Mentorship, Status
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

MONDAY = date(2026, 11, 16)  # the fourth contact is due, three are overdue


def kinds(cast: Cast, day: date, user: Any = None) -> list[str]:
    return [row.kind for row in selectors.needs_attention(user or cast.anna, day)]


def test_overdue_due_and_soon(cast: Cast, planned: Mentorship) -> None:
    assert kinds(cast, MONDAY) == ["follow_up_overdue"] * 3 + ["follow_up_today"]
    assert kinds(cast, date(2026, 12, 10))[-1] == "follow_up_soon"
    first = selectors.needs_attention(cast.anna, MONDAY)[0]
    assert (first.case_code, first.initials, first.urgency, first.scope) == (planned.code, "D. D.", 0, "mine")
    assert [act.label for act in first.acts] == ["Registrér", "Flyt"]


def test_what_is_done_or_moved_leaves(cast: Cast, planned: Mentorship, now: datetime) -> None:
    first, second, *_rest = selectors.open_of(planned).select_related("mentorship")
    services.record(
        follow_up=first,
        form="CALL",
        note="",
        service_delivered=True,
        done_on=date(2026, 11, 20),
        by=cast.anna,
        at=now,
    )
    services.move(follow_up=second, to=date(2026, 12, 9), reason="Syg", by=cast.anna, at=now)
    assert len(kinds(cast, MONDAY)) == 2


def test_colleagues_see_it_as_the_teams_and_others_not(cast: Cast, planned: Mentorship) -> None:
    assert {row.scope for row in selectors.needs_attention(cast.freja, MONDAY)} == {"team"}
    for user in (cast.finn, cast.tove, cast.adam, cast.carla, cast.david, cast.bo):
        assert kinds(cast, MONDAY, user) == []


def test_one_that_ended_without_a_conclusion_asks_for_it(cast: Cast) -> None:
    make_active(cast)
    ended = make_active(cast, status=Status.ENDED, starts_on=date(2026, 6, 1), ends_before=date(2026, 9, 1))
    long_ago = make_active(
        cast, status=Status.ENDED, starts_on=date(2018, 6, 1), ends_before=date(2018, 9, 1)
    )
    rows = [row for row in selectors.needs_attention(cast.anna, MONDAY) if row.kind == "unconcluded"]
    assert [row.case_code for row in rows] == [ended.code]
    assert long_ago.code not in {row.case_code for row in rows}
    assert [row.case_code for row in selectors.needs_attention(cast.anna, date(2027, 2, 1))][-1] != ended.code


@pytest.mark.parametrize("who", ["anna", "eva"])
def test_many_cost_no_more_queries_than_one(cast: Cast, planned: Mentorship, now: datetime, who: str) -> None:
    user = cast.users[who]
    raise_concern(mentorship=planned, by=cast.carla, who="MENTOR", text="Han kommer ikke.", at=now)

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as counted:
            rows = selectors.needs_attention(user, MONDAY)
        return len(rows), len(counted)

    few = queries()
    for number in range(4):
        other = make_active(cast, citizen=make_citizen(cast, name=f"Mia {number}"))
        services.plan_for(mentorship=other, on=date(2026, 11, 2), at=now, by=cast.anna)
        raise_concern(mentorship=other, by=cast.carla, who="MENTOR", text="Han kommer ikke.", at=now)
    many = queries()
    assert (few[0], many[0]) == (5, 25)
    assert few[1] == many[1]


# The leader's alarm


def kinds_of_leader(cast: Cast, day: date) -> list[str]:
    return [row.kind for row in selectors.needs_attention(cast.eva, day) if row.scope == "mine"]


def test_what_is_overdue_too_long_rises_to_the_leader(cast: Cast, planned: Mentorship, now: datetime) -> None:
    first = date(2026, 11, 5)
    assert kinds_of_leader(cast, first + timedelta(days=14)) == []
    assert kinds_of_leader(cast, first + timedelta(days=15)) == ["follow_up_alarm"]
    set_alarm(days=3, valid_from=date(2026, 11, 24), by=cast.eva, at=now, on=date(2026, 11, 23))
    assert kinds_of_leader(cast, date(2026, 11, 23)) == ["follow_up_alarm"]
    assert kinds_of_leader(cast, date(2026, 11, 24)) == ["follow_up_alarm"] * 4


def test_the_alarm_is_no_other_colleagues(cast: Cast, planned: Mentorship) -> None:
    rows = selectors.needs_attention(cast.freja, date(2026, 12, 20))
    assert rows and "follow_up_alarm" not in {row.kind for row in rows}
    own = selectors.needs_attention(cast.anna, date(2026, 12, 20))
    assert {row.scope for row in own} == {"mine"} and "follow_up_alarm" not in {row.kind for row in own}


# Right and duty


def test_the_contact_minimum_of_its_day(cast: Cast) -> None:
    """Seven days in 2014 and 2015; from 2016 the usual fourteen days are as strict; from 2020 nothing is confirmed."""
    started = date(2014, 8, 4)
    duty = make_active(
        cast, starts_on=started, ends_before=date(2026, 12, 31), context="ONLY_EFFORT", target_group="6.3"
    )
    for_group = sorted(RIGHT_AND_DUTY_CASH_BENEFIT)[0]
    Mentorship.objects.filter(pk=duty.pk).update(target_group=for_group)

    def found(day: date) -> bool:
        return "contact_minimum" in kinds(cast, day)

    assert not found(started + timedelta(days=6))
    assert found(started + timedelta(days=7))
    assert not found(date(2016, 6, 1))
    assert not found(MONDAY)
    Mentorship.objects.filter(pk=duty.pk).update(context="COMPANY_PLACEMENT")
    assert not found(started + timedelta(days=7))


# How many are on time


def test_on_time_counts_the_planned_day(cast: Cast, planned: Mentorship, now: datetime) -> None:
    first, second, third, fourth = list(selectors.open_of(planned).select_related("mentorship"))[:4]

    def done(follow_up: FollowUp, day: date) -> None:
        FollowUp.objects.filter(pk=follow_up.pk).update(done_at=now, done_on=day, form="CALL")

    done(first, date(2026, 11, 5))  # on the day
    done(second, date(2026, 11, 10))  # a day late
    FollowUp.objects.filter(pk=third.pk).update(planned_for=date(2026, 11, 17))
    done(third, date(2026, 11, 17))  # moved, and then in time
    [row] = selectors.on_time_of_teams(cast.anna, date(2026, 11, 23))
    assert (row.team, row.due, row.in_time, row.moved, row.late, row.open) == ("Team Ung", 4, 2, 1, 1, 1)
    assert row.share == Decimal("0.5")
    assert selectors.on_time_of_teams(cast.anna, date(2026, 11, 5)) == []
    assert selectors.on_time_of_teams(cast.finn, date(2026, 11, 23)) != []
    assert selectors.on_time_of_teams(cast.bo, date(2026, 11, 23)) == []
    assert fourth.done_on is None
