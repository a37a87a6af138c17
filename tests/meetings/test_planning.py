"""Meetings are planned, moved and called off; the history stays and everybody hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.meetings import selectors, services
from brobygger.meetings.models import Meeting, MeetingMove
from brobygger.meetings.services import telling
from brobygger.mentorships.models import Mentorship, Status
from brobygger.notices.models import OutgoingMessage
from brobygger.values.moment import COPENHAGEN
from tests.cast import Cast
from tests.factories.meetings import NOW, TUESDAY, asked, plan, plan_one
from tests.factories.mentorships import make_active

State = Meeting.State


def messages(channel: str = "EMAIL") -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(channel=channel).order_by("id"))


def move(cast: Cast, meeting: Meeting, **fields: Any) -> Meeting:
    shared = {name: fields.pop(name) for name in ("asked_by", "reason", "by", "at") if name in fields}
    return services.move(
        **{
            "meeting": meeting,
            "asked": asked(**fields),
            "asked_by": "CITIZEN",
            "reason": "Sygdom.",
            "by": cast.carla,
            "at": NOW,
            **shared,
        }
    )


def test_the_mentor_plans_and_all_are_told(cast: Cast, mentorship: Mentorship) -> None:
    meeting = plan_one(cast, mentorship, with_consultant=True, with_company=True)
    assert (meeting.mentor, meeting.citizen, meeting.organisation) == (
        cast.mentor,
        cast.citizen,
        cast.company,
    )
    assert meeting.starts_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC) == meeting.first_starts_at
    told = messages()
    assert [each.address for each in told] == [
        "david@example.org",
        "carla@example.org",
        "anna@example.org",
        "signe@example.org",
    ]
    assert "tirsdag 24. november kl. 10.00–11.00" in told[0].body
    [event] = icalendar.Calendar.from_ical(told[0].attachment).events
    assert (event["uid"], event["attendee"]) == (str(meeting.public_id), "mailto:david@example.org")
    assert Event.objects.filter(action="meetings.planned", actor_id=cast.carla.pk).count() == 1


def test_nothing_about_anybody_leaves_the_house(cast: Cast, mentorship: Mentorship) -> None:
    """Neither in the mail nor in the file: no name, no place, no case number."""
    meeting = plan_one(cast, mentorship, with_consultant=True, with_company=True)
    move(cast, meeting, clock=time(12), reason="David er syg.")
    services.cancel(meeting=meeting, reason="David er indlagt.", by=cast.carla, at=NOW)
    texts = [f"{each.subject} {each.body} {each.attachment}" for each in messages()]
    secrets = ["David", "Dalsgaard", "Carla", "Clausen", "Biblioteket", "Bageri", "Signe", "syg", "indlagt"]
    found = [word for text in texts for word in [*secrets, mentorship.code] if word in _unfolded(text)]
    assert len(texts) == 12
    assert found == []


def test_a_text_that_tells_is_found(
    cast: Cast, mentorship: Mentorship, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "when_in_words", lambda meeting: meeting.place)
    plan_one(cast, mentorship)
    assert "Biblioteket" in messages()[0].body


def _unfolded(text: str) -> str:
    return text.replace("\r\n ", "").replace("david@example.org", "").replace("carla@example.org", "")


def test_a_citizen_without_mail_gets_a_text(cast: Cast, mentorship: Mentorship) -> None:
    cast.citizen.email = ""
    cast.citizen.save()
    plan_one(cast, Mentorship.objects.get(pk=mentorship.pk))
    assert [each.address for each in messages("SMS")] == ["+4545678901"]


def test_weekly_meetings_keep_their_clock_over_the_change_and_stop_with_the_mentorship(cast: Cast) -> None:
    mentorship = make_active(cast, starts_on=date(2026, 3, 2), ends_before=date(2026, 4, 20))
    before = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    made = plan(cast, mentorship, weeks=13, day=date(2026, 3, 17), at=before)
    local = [each.starts_at.astimezone(COPENHAGEN) for each in made]
    assert [(at.day, at.month, at.hour) for at in local] == [
        (17, 3, 10),
        (24, 3, 10),
        (31, 3, 10),
        (7, 4, 10),
        (14, 4, 10),
    ]
    assert made[2].starts_at - made[1].starts_at == timedelta(days=7, hours=-1)
    assert len({each.series for each in made}) == 1 and made[0].series
    [mail] = [each for each in messages() if each.address == "david@example.org"]
    calendar = icalendar.Calendar.from_ical(mail.attachment)
    assert (calendar["method"], len(calendar.events)) == ("PUBLISH", 5)
    assert len({event["uid"] for event in calendar.events}) == 5


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"day": date(2026, 11, 23), "clock": time(9)}, "clock", "ikke er gået"),
        ({"day": date(2027, 2, 1)}, "day", "Sidste dag er 31. jan. 2027"),
        ({"day": date(2026, 11, 1)}, "day", "Det begynder 2. nov. 2026"),
        ({"how": "PIGEON"}, "how", "hvordan I mødes"),
        ({"place": " "}, "place", "Skriv, hvor"),
        ({"minutes": 1}, "length", "5 minutter"),
        ({"weeks": 27}, "weeks", "højst være 26"),
    ],
)
def test_what_cannot_be_planned(
    cast: Cast, mentorship: Mentorship, fields: dict[str, Any], field: str, told: str
) -> None:
    with pytest.raises(Refused, match=told) as refusal:
        plan(cast, mentorship, **fields)
    assert refusal.value.field == field
    assert not Meeting.objects.exists() and not OutgoingMessage.objects.exists()


def test_clock_times_that_do_not_exist_or_come_twice_are_refused(cast: Cast) -> None:
    spring = make_active(cast, starts_on=date(2026, 3, 2), ends_before=date(2026, 11, 20))
    early = datetime(2026, 3, 3, tzinfo=UTC)
    for day, told in ((date(2026, 3, 29), "uret blev stillet frem"), (date(2026, 10, 25), "kommer to gange")):
        with pytest.raises(Refused, match=told) as refusal:
            plan(cast, spring, day=day, clock=time(2, 30), at=early)
        assert refusal.value.field == "clock"


def test_a_mentor_is_not_planned_twice_at_once(cast: Cast, mentorship: Mentorship) -> None:
    plan_one(cast, mentorship)
    for clock in (time(10), time(10, 30), time(9, 30)):
        with pytest.raises(Refused, match="allerede aftalt"):
            plan(cast, mentorship, clock=clock)
    plan(cast, mentorship, clock=time(11))
    with pytest.raises(Refused, match="allerede aftalt"):
        plan(cast, mentorship, weeks=2, clock=time(10, 15))
    assert Meeting.objects.count() == 2


def test_who_may_plan(cast: Cast, mentorship: Mentorship) -> None:
    plan(cast, mentorship, by=cast.anna)
    for user, error in (
        (cast.finn, NotAllowed),
        (cast.david, NotAllowed),
        (cast.bo, Mentorship.DoesNotExist),
    ):
        with pytest.raises(error):
            plan(cast, mentorship, clock=time(14), by=user)
    Mentorship.objects.filter(pk=mentorship.pk).update(status=Status.ENDED)
    with pytest.raises(Refused, match="ikke i gang"):
        plan(cast, mentorship, clock=time(14))


def test_moving_keeps_the_history_and_tells_calendars(cast: Cast, mentorship: Mentorship) -> None:
    meeting = plan_one(cast, mentorship)
    for clock in (time(12), time(13)):
        move(cast, meeting, clock=clock)
    meeting = Meeting.objects.get(pk=meeting.pk)
    assert meeting.starts_at.astimezone(COPENHAGEN).hour == 13
    assert meeting.first_starts_at.astimezone(COPENHAGEN).hour == 10
    moves = list(MeetingMove.objects.order_by("pk"))
    assert [(m.from_starts_at.hour, m.to_starts_at.hour, m.asked_by, m.reason, m.by) for m in moves] == [
        (9, 11, "CITIZEN", "Sygdom.", cast.carla),
        (11, 12, "CITIZEN", "Sygdom.", cast.carla),
    ]
    sent = [
        icalendar.Calendar.from_ical(each.attachment).events[0]
        for each in messages()
        if "david" in each.address
    ]
    assert [int(event["sequence"]) for event in sent] == [0, 1, 2]
    assert {event["uid"] for event in sent} == {str(meeting.public_id)}


def test_what_has_begun_is_neither_moved_nor_called_off(cast: Cast, mentorship: Mentorship) -> None:
    """So nobody's absence disappears by moving the meeting afterwards."""
    meeting = plan_one(cast, mentorship)
    after = datetime(2026, 11, 24, 9, 1, tzinfo=UTC)
    with pytest.raises(Refused, match="er begyndt") as refusal:
        move(cast, meeting, day=date(2026, 11, 25), at=after)
    assert "hvad der skete" in refusal.value.remedy
    with pytest.raises(Refused, match="er begyndt"):
        services.cancel(meeting=meeting, reason="Nej.", by=cast.carla, at=after)


def test_the_second_to_change_a_meeting_is_told_so(cast: Cast, mentorship: Mentorship) -> None:
    plan_one(cast, mentorship)
    one, other = Meeting.objects.get(), Meeting.objects.get()
    move(cast, one, clock=time(12))
    with pytest.raises(Conflict, match="En anden var først"):
        services.cancel(meeting=other, reason="Sygdom.", by=cast.anna, at=NOW)
    assert Meeting.objects.get().state == State.PLANNED


def test_the_rest_of_a_series_is_called_off(cast: Cast, mentorship: Mentorship) -> None:
    made = plan(cast, mentorship, weeks=4)
    services.cancel(meeting=made[1], reason="Ferie.", rest_of_series=True, by=cast.carla, at=NOW)
    states = list(Meeting.objects.order_by("starts_at").values_list("state", flat=True))
    assert states == [State.PLANNED, State.CANCELLED, State.CANCELLED, State.CANCELLED]
    called_off = [each for each in messages() if "aflyst" in each.subject and "david" in each.address]
    assert [icalendar.Calendar.from_ical(each.attachment)["method"] for each in called_off] == ["CANCEL"] * 3


def test_the_end_of_the_mentorship_calls_off_what_is_left(cast: Cast, mentorship: Mentorship) -> None:
    made = plan(cast, mentorship, weeks=3)
    services.when_ended(mentorship, TUESDAY, NOW + timedelta(days=3), None)
    states = list(Meeting.objects.order_by("starts_at").values_list("state", flat=True))
    assert states == [State.PLANNED, State.CANCELLED, State.CANCELLED]
    assert selectors.get(cast.anna, made[2].public_id).reason == "Forløbet er slut."


def test_each_sees_the_own_meetings_only(cast: Cast, mentorship: Mentorship, acting: Any) -> None:
    plain, three_way = (
        plan_one(cast, mentorship),
        plan_one(cast, mentorship, clock=time(14), with_company=True),
    )
    for user, expected in (
        (cast.anna, {plain.pk, three_way.pk}),
        (cast.carla, {plain.pk, three_way.pk}),
        (cast.david, {plain.pk, three_way.pk}),
        (cast.signe, {three_way.pk}),
        (cast.bo, set()),
    ):
        with acting(user):
            assert set(selectors.visible_to(user).values_list("pk", flat=True)) == expected
            assert set(Meeting.objects.values_list("pk", flat=True)) == expected, "the second lock"
