"""Reminders the day before: once, by day only, without anything personal, and none to those who want none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connections

from brobygger.meetings import selectors, services
from brobygger.meetings.models import Meeting, Reminder
from brobygger.meetings.services import reminding
from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from tests.cast import Cast
from tests.factories.meetings import NOW, asked, plan_one

TEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def texts() -> list[tuple[str, str]]:
    found = OutgoingMessage.objects.filter(subject="Påmindelse om møde").order_by("id")
    return list(found.values_list("channel", "body"))


def remind(cast: Cast, at: datetime = TEN) -> int:
    return services.remind(municipality=cast.municipality, at=at)


def test_all_who_take_part_are_reminded_once(cast: Cast, mentorship: Mentorship) -> None:
    plan_one(cast, mentorship, with_consultant=True)
    assert [remind(cast), remind(cast), remind(cast, TEN + timedelta(hours=2))] == [3, 0, 0]
    [first, *_others] = texts()
    assert first[0] == "SMS"
    assert "tirsdag 24. november kl. 10.00" in first[1]
    for word in ("David", "Carla", "D. D.", "Biblioteket", "mentor", mentorship.code):
        assert word not in first[1].split("http")[0]


def test_tomorrow_only(cast: Cast, mentorship: Mentorship) -> None:
    for day in (date(2026, 11, 23), date(2026, 11, 25)):
        plan_one(cast, mentorship, day=day, clock=time(15))
    assert remind(cast) == 0
    assert remind(cast, TEN + timedelta(days=1)) == 2


def test_the_day_is_the_danish_one(cast: Cast, mentorship: Mentorship) -> None:
    """Half past midnight in Denmark is still the day before in UTC."""
    plan_one(cast, mentorship, day=date(2026, 11, 25), clock=time(0, 30))
    assert remind(cast) == 0
    assert remind(cast, TEN + timedelta(days=1)) == 2


def test_a_moved_meeting_is_reminded_of_at_its_new_time_but_never_twice_of_one(
    cast: Cast, mentorship: Mentorship
) -> None:
    meeting = plan_one(cast, mentorship)
    sent = [remind(cast)]
    for clock in (time(12), time(10)):
        services.move(
            meeting=meeting, asked=asked(clock=clock), asked_by="MENTOR", reason="x", by=cast.carla, at=NOW
        )
        sent.append(remind(cast))
    assert sent == [2, 2, 0]
    assert Reminder.objects.count() == 4


def test_what_is_called_off_is_not_reminded_of(cast: Cast, mentorship: Mentorship) -> None:
    services.cancel(meeting=plan_one(cast, mentorship), reason="x", by=cast.carla, at=NOW)
    assert remind(cast) == 0


def test_who_wants_none_gets_none_and_can_change_the_mind(
    cast: Cast, mentorship: Mentorship, acting: Any
) -> None:
    plan_one(cast, mentorship)
    for user in (cast.david, cast.carla):
        with acting(user):
            services.set_reminders(wanted=False, by=user, at=NOW)
    with acting(cast.carla):
        services.set_reminders(wanted=True, by=cast.carla, at=NOW)
    assert remind(cast) == 1
    assert not selectors.wants_reminders(cast.municipality.pk, selectors.own_key(cast.david))
    [message] = OutgoingMessage.objects.filter(subject="Påmindelse om møde")
    assert message.recipient == "Carla Clausen"


def test_a_job_that_forgets_what_it_sent_is_found(
    cast: Cast, mentorship: Mentorship, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the mark on the meeting is lost. The row of each reminder still says that it was sent."""
    plan_one(cast, mentorship)
    remind(cast)
    Meeting.objects.update(reminded_for=None)
    assert remind(cast) == 0
    monkeypatch.setattr(reminding, "_remind", lambda *a: True)
    Meeting.objects.update(reminded_for=None)
    assert remind(cast) == 2


@pytest.fixture
def owner_sees(cast: Cast) -> Iterator[None]:
    """The owner's connection reads through the test's own transaction, where nothing is committed."""
    own, owners = connections["default"], connections["owner"]
    connections["owner"] = own  # type: ignore[assignment]
    yield
    connections["owner"] = owners  # type: ignore[assignment]


@pytest.mark.usefixtures("owner_sees")
def test_the_worker_reminds_by_day_only(cast: Cast, mentorship: Mentorship) -> None:
    plan_one(cast, mentorship)
    for hour in (0, 7, 19, 22):  # 01, 08, 20 and 23 in Denmark
        assert services.remind_next(at=TEN.replace(hour=hour)) == 0
    assert services.remind_next(at=TEN.replace(hour=8)) == 2
    assert services.remind_next(at=TEN.replace(hour=8)) == 0
