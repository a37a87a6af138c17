"""What leaves as iCalendar: right through every change of the clock, and nothing about anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.meetings import ical
from brobygger.values.moment import COPENHAGEN, instant

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def entry(starts_at: datetime = START, **fields: object) -> ical.Entry:
    given: dict[str, object] = {
        "uid": "7d0c",
        "sequence": 0,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "summary": "Møde i mentorforløb",
        "description": "Se sted og detaljer i Brobygger.",
        "url": "https://brobygger.example/moeder/7d0c/",
        "changed_at": AT,
    }
    return ical.Entry(**{**given, **fields})  # type: ignore[arg-type]


def invited(made: ical.Entry) -> icalendar.Calendar:
    content = ical.invitation(made, organiser="kommunen@example.org", attendee="david@example.org", at=AT)
    return icalendar.Calendar.from_ical(content)


def times_read_by_others(content: bytes) -> list[datetime]:
    """What a program makes of the file that knows no time zone but the one in the file itself."""
    calendar = icalendar.Calendar.from_ical(content)
    zone = calendar.timezones[0].to_tz(lookup_tzid=False)
    [event] = calendar.events
    found = []
    for name in ("dtstart", "dtend"):
        value = event[name].dt
        local = value if value.tzinfo is UTC or str(value.tzinfo) == "UTC" else None
        found.append((local or value.replace(tzinfo=zone)).astimezone(UTC))
    return found


def test_an_invitation_and_its_cancellation_are_told_apart() -> None:
    calendar = invited(entry())
    [event] = calendar.events
    assert (calendar["method"], event["status"], event["sequence"]) == ("REQUEST", "CONFIRMED", 0)
    assert event["organizer"] == "mailto:kommunen@example.org"
    assert event["attendee"] == "mailto:david@example.org"
    called_off = invited(entry(is_cancelled=True, sequence=3))
    assert (called_off["method"], called_off.events[0]["status"]) == ("CANCEL", "CANCELLED")
    assert (called_off.events[0]["uid"], called_off.events[0]["sequence"]) == (event["uid"], 3)


def test_lines_end_and_fold_as_the_standard_says() -> None:
    content = ical.invitation(
        entry(description="æ" * 200), organiser="a@example.org", attendee="b@example.org", at=AT
    )
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75


HOURS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(0, 24 * 365, 1)]
AROUND_CHANGES = [
    at
    for at in HOURS
    if at.date() in {date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)}
]


@pytest.mark.parametrize("starts_at", AROUND_CHANGES[::2], ids=lambda at: f"{at:%m%d-%H}")
def test_the_file_alone_gives_the_right_instant_around_the_changes(starts_at: datetime) -> None:
    content = ical.published([entry(starts_at)], name="x", at=AT)
    assert times_read_by_others(content) == [starts_at, starts_at + timedelta(hours=1)]


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(2015, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_and_at_any_time(starts_at: datetime) -> None:
    starts_at = starts_at.replace(second=0, microsecond=0)
    content = ical.published([entry(starts_at)], name="x", at=AT)
    assert times_read_by_others(content) == [starts_at, starts_at + timedelta(hours=1)]


def test_a_zone_without_its_changes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the zone of the file has winter time only."""
    whole = ical._zone()
    winter = icalendar.Timezone()
    winter.add("tzid", ical.ZONE)
    winter.add_component(next(part for part in whole.subcomponents if part.name == "STANDARD"))
    monkeypatch.setattr(ical, "_zone", lambda: winter)
    july = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert times_read_by_others(ical.published([entry(july)], name="x", at=AT)) != [
        july,
        july + timedelta(hours=1),
    ]


def test_the_second_of_two_equal_clock_times_is_said_in_utc() -> None:
    first = instant(date(2026, 10, 25), time(2, 30), after_change=False)
    second = instant(date(2026, 10, 25), time(2, 30), after_change=True)
    texts = [ical.published([entry(at)], name="x", at=AT).decode() for at in (first, second)]
    assert "DTSTART;TZID=Europe/Copenhagen:20261025T023000" in texts[0]
    assert "DTSTART:20261025T013000Z" in texts[1]


def test_the_zone_agrees_with_the_machines() -> None:
    zone, own = ical._zone().to_tz(lookup_tzid=False), ZoneInfo("Europe/Copenhagen")
    assert own.key == COPENHAGEN.key
    noons = [datetime(2026, 1, 1, 12) + timedelta(days=day) for day in range(0, 3650, 7)]  # noqa: DTZ001
    wrong = [
        noon
        for noon in noons
        if noon.replace(tzinfo=zone).utcoffset() != noon.replace(tzinfo=own).utcoffset()
    ]
    assert wrong == []
