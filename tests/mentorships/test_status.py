"""The table of statuses and the one function that moves along it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import product

import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.mentorships import selectors, services
from brobygger.mentorships.models import Mentorship, Status, StatusChange
from brobygger.mentorships.services import TRANSITIONS
from brobygger.values.period import Period
from tests.cast import Cast
from tests.factories.mentorships import make_mentorship


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_only_the_moves_of_the_table_are_made(
    cast: Cast, now: datetime, before: Status, after: Status, actions: Callable[[], list[str]]
) -> None:
    mentorship = make_mentorship(cast, status=before)
    if after in TRANSITIONS[before]:
        services.set_status(mentorship=mentorship, status=after, reason="Fordi", by=cast.anna, at=now)
        assert Mentorship.objects.get().status == after
        assert next(change.status for change in selectors.status_history(mentorship)) == after
        assert actions() == ["mentorship.status_changed"]
    else:
        with pytest.raises(Refused, match="kan ikke blive"):
            services.set_status(mentorship=mentorship, status=after, reason="", by=cast.anna, at=now)
        assert Mentorship.objects.get().status == before
        assert StatusChange.objects.count() == 1 and actions() == []


def test_an_end_is_final_and_nothing_starts_without_a_grant() -> None:
    assert not TRANSITIONS[Status.ENDED]
    assert [before for before in Status if Status.ACTIVE in TRANSITIONS[before]] == [Status.GRANTED]


def test_the_second_of_two_is_told(cast: Cast, now: datetime) -> None:
    mentorship = make_mentorship(cast, status=Status.GRANTED)
    stale = Mentorship.objects.get()
    services.set_status(mentorship=mentorship, status=Status.ACTIVE, reason="", by=cast.anna, at=now)
    with pytest.raises(Conflict, match="En anden var først"):
        services.set_status(mentorship=stale, status=Status.ENDED, reason="", by=cast.freja, at=now)
    assert Mentorship.objects.get().status == Status.ACTIVE


def test_whoever_comes_by_a_link_is_named_so(cast: Cast, now: datetime) -> None:
    from brobygger.audit.models import Event

    mentorship = make_mentorship(cast, status=Status.GRANTED)
    services.set_status(mentorship=mentorship, status=Status.ACTIVE, reason="", by=None, at=now)
    event = Event.objects.get(action="mentorship.status_changed")
    assert (event.actor_id, event.actor_name) == (None, "Modtager af link")


def test_the_period_follows_the_decision_and_is_recorded(
    cast: Cast, now: datetime, actions: Callable[[], list[str]]
) -> None:
    mentorship = make_mentorship(cast)
    period = Period(date(2026, 11, 2), date(2027, 5, 1))
    services.set_period(mentorship=mentorship, period=period, by=cast.anna, at=now)
    assert Mentorship.objects.get().ends_before == date(2027, 5, 1)
    assert actions() == ["mentorship.period_changed"]
