"""Another mentor in a mentorship: the meetings that are left go over from the day of the change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import icalendar
import pytest

from brobygger.audit.models import Event
from brobygger.grants import events
from brobygger.grants.models import Application
from brobygger.meetings import selectors, services
from brobygger.meetings.models import Meeting
from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from brobygger.people.models import Mentor
from tests.cast import Cast
from tests.factories.meetings import asked
from tests.factories.mentorships import make_active
from tests.grants.test_change_of_mentor import CHANGE_DAY, LATER_AT, mona
from tests.grants.test_change_of_mentor import ask as ask_for_change
from tests.grants.test_renew_change_end import under_way

BEFORE, FIRST, SECOND = date(2027, 1, 12), date(2027, 1, 19), date(2027, 1, 26)
"""Three Tuesdays; the new mentor begins on Monday the eighteenth."""


@pytest.fixture
def under_change(cast: Cast) -> Mentorship:
    mentorship = under_way(cast)
    services.plan(mentorship=mentorship, asked=asked(day=BEFORE), weeks=3, by=cast.anna, at=LATER_AT)
    return mentorship


def mentors_by_day(mentorship: Mentorship) -> dict[date, tuple[str, str]]:
    return {
        each.starts_at.date(): (each.mentor.name.split()[0], each.state)
        for each in selectors.of_mentorship(mentorship)
    }


def change(cast: Cast, mentorship: Mentorship, mentor: Mentor) -> None:
    assert ask_for_change(cast, mentorship, mentor).state == Application.State.GRANTED


def test_meetings_from_the_day_of_the_change_go_over(cast: Cast, under_change: Mentorship) -> None:
    change(cast, under_change, mona(cast))
    assert mentors_by_day(under_change) == {
        BEFORE: ("Carla", "PLANNED"),
        FIRST: ("Mona", "PLANNED"),
        SECOND: ("Mona", "PLANNED"),
    }
    event = Event.objects.get(action="meetings.handed_over")
    assert event.detail["count"] == 2 and event.detail["called_off"] == 0


def test_each_hears_once_and_the_former_mentors_calendar_drops_them(
    cast: Cast, under_change: Mentorship
) -> None:
    before = set(OutgoingMessage.objects.values_list("pk", flat=True))
    change(cast, under_change, mona(cast))
    new = OutgoingMessage.objects.exclude(attachment="").exclude(pk__in=before)
    told = {each.address: each for each in new}
    assert len(told) == len(new)
    assert set(told) == {"david@example.org", "mona@example.org", "carla@example.org"}
    assert "2 møder i mentorforløbet holdes med en ny mentor" in told["david@example.org"].body
    assert statuses(told["mona@example.org"]) == {(FIRST, "CONFIRMED", 1), (SECOND, "CONFIRMED", 1)}
    assert statuses(told["carla@example.org"]) == {(FIRST, "CANCELLED", 1), (SECOND, "CANCELLED", 1)}
    for each in told.values():
        assert not any(name in each.body for name in ("Mona", "Carla", "David", "Biblioteket"))


def statuses(message: OutgoingMessage) -> set[tuple[date, str, int]]:
    calendar = icalendar.Calendar.from_ical(message.attachment)
    return {
        (each["dtstart"].dt.date(), str(each["status"]), int(each["sequence"]))
        for each in calendar.walk("VEVENT")
    }


def test_where_the_new_mentor_is_taken_the_meeting_is_called_off(
    cast: Cast, under_change: Mentorship
) -> None:
    other = mona(cast)
    make_meeting(cast, other, datetime(2027, 1, 19, 9, 30, tzinfo=UTC))
    change(cast, under_change, other)
    assert mentors_by_day(under_change) == {
        BEFORE: ("Carla", "PLANNED"),
        FIRST: ("Carla", "CANCELLED"),
        SECOND: ("Mona", "PLANNED"),
    }
    called_off = selectors.of_mentorship(under_change).get(state="CANCELLED")
    assert called_off.reason == "Den nye mentor har et andet møde på det tidspunkt."


def make_meeting(cast: Cast, mentor: Mentor, starts_at: datetime) -> None:
    """The new mentor meets somebody else, half an hour across the first meeting."""
    Meeting.objects.create(
        municipality=cast.municipality,
        mentorship=make_active(cast),
        mentor=mentor,
        citizen=cast.citizen,
        starts_at=starts_at,
        ends_at=starts_at.replace(hour=starts_at.hour + 1),
        first_starts_at=starts_at,
        how="TELEPHONE",
        planned_at=LATER_AT,
    )


def test_a_chain_that_tells_nobody_is_found(
    cast: Cast, under_change: Mentorship, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "when_mentor_changed", [])
    change(cast, under_change, mona(cast))
    assert mentors_by_day(under_change)[FIRST] == ("Carla", "PLANNED")


def test_asking_again_moves_nothing_more(cast: Cast, under_change: Mentorship) -> None:
    change(cast, under_change, mona(cast))
    before = OutgoingMessage.objects.count()
    under_change.refresh_from_db()
    services.when_mentor_changed(under_change, CHANGE_DAY, LATER_AT, cast.anna)
    assert OutgoingMessage.objects.count() == before
