"""The plan of a mentorship: when it starts, is renewed, and ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from brobygger.followups import selectors, services
from brobygger.followups.models import FollowUp
from brobygger.grants import events as chain
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.mentorships import STARTED, make_active

Events = Callable[..., list[dict[str, Any]]]


def days_of(mentorship: Mentorship) -> list[date]:
    return [each.planned_for for each in selectors.of_mentorship(mentorship)]


def test_the_chain_tells_follow_up_of_start_and_end(
    cast: Cast, mentorship: Mentorship, now: datetime, events: Events
) -> None:
    chain.announce(chain.when_started, mentorship, on=STARTED, at=now, by=cast.anna)
    assert selectors.open_of(mentorship).count() == 9
    chain.announce(chain.when_ended, mentorship, on=STARTED, at=now, by=cast.anna)
    assert selectors.open_of(mentorship).count() == 0
    assert events("follow_ups.planned")[0]["detail"] == {"count": 9}
    assert events("follow_ups.cancelled")[0]["detail"] == {"count": 9}


def test_acceptance_by_link_plans_in_the_plans_own_name(
    mentorship: Mentorship, now: datetime, events: Events
) -> None:
    chain.announce(chain.when_started, mentorship, on=STARTED, at=now, by=None)
    assert events("follow_ups.planned")[0]["actor_id"] is None


def test_a_late_start_moves_the_first_weeks(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    late = STARTED + timedelta(days=21)
    services.plan_for(mentorship=mentorship, on=late, at=now, by=cast.anna)
    assert min(days_of(mentorship)) == late + timedelta(days=3)


def test_planning_again_changes_nothing(cast: Cast, planned: Mentorship, now: datetime) -> None:
    before = days_of(planned)
    services.plan_for(mentorship=planned, on=date(2026, 11, 23), at=now, by=cast.anna)
    assert days_of(planned) == before


def test_a_longer_period_replaces_what_nobody_touched(cast: Cast, planned: Mentorship, now: datetime) -> None:
    on = date(2026, 11, 23)
    monthly = FollowUp.objects.get(mentorship=planned, kind="MONTHLY")
    services.move(follow_up=monthly, to=date(2026, 12, 21), reason="Ferie", by=cast.anna, at=now)
    planned.ends_before = date(2027, 5, 1)
    services.plan_for(mentorship=planned, on=on, at=now, by=cast.anna)
    kept = list(selectors.of_mentorship(planned))
    assert monthly in kept
    assert [each.planned_for for each in kept if each.kind == "END"] == [date(2027, 4, 16)]
    assert [each.kind for each in kept].count("STATUS") == 1
    overdue = [each for each in kept if each.planned_for < on]
    assert len(overdue) == 4


def test_a_mentorship_without_dates_or_in_the_past_gets_no_plan(cast: Cast, now: datetime) -> None:
    mentorship = make_active(cast)
    assert services.plan_for(mentorship=mentorship, on=date(2027, 2, 1), at=now, by=cast.anna) == []
    mentorship.starts_on = None
    assert services.plan_for(mentorship=mentorship, on=STARTED, at=now, by=cast.anna) == []
