"""Meetings as iCalendar (RFC 5545) and as invitations (iTIP, RFC 5546). Plain Python.

Nothing personal leaves in a file: calendars are copied to telephones, watches and other people's servers, so that
the place of a meeting and whole names stay behind the sign-in that the event links to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from icalendar import (
    Calendar,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDatetime,
    vRecur,
    vText,
)
from icalendar import Event as Component

from brobygger.values.moment import COPENHAGEN

PRODUCT = "-//Brobygger//Mentorforløb//DA"
ZONE = "Europe/Copenhagen"
REFRESH = timedelta(hours=1)
CONTENT_TYPE = "text/calendar; charset=utf-8"


class Method(StrEnum):
    """What the receiver shall do with the file. PUBLISH may hold many meetings, the others hold one."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Entry:
    """One meeting as a calendar sees it. Instants are aware; ``uid`` never changes, ``sequence`` only grows."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    url: str
    changed_at: datetime
    is_cancelled: bool = False


def invitation(entry: Entry, *, organiser: str, attendee: str, at: datetime) -> bytes:
    """REQUEST, or CANCEL where the meeting is cancelled, from one e-mail address to another. ``at``: when it was made.

    The receiver's calendar finds the meeting again by UID and believes the highest SEQUENCE (RFC 5546, 2.1.4).
    """
    method = Method.CANCEL if entry.is_cancelled else Method.REQUEST
    calendar = _calendar(method)
    component = _component(entry, at)
    component.add("organizer", _address(organiser))
    component.add(
        "attendee", _address(attendee, partstat="NEEDS-ACTION", rsvp="FALSE", role="REQ-PARTICIPANT")
    )
    calendar.add_component(component)
    return bytes(calendar.to_ical())


def published(entries: Iterable[Entry], *, name: str, at: datetime, organiser: str = "") -> bytes:
    """Many meetings in one file: a feed, or a series sent at once (REQUEST may hold one meeting only)."""
    calendar = _calendar(Method.PUBLISH)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        component = _component(entry, at)
        if organiser:
            component.add("organizer", _address(organiser))
        calendar.add_component(component)
    return bytes(calendar.to_ical())


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(_zone())
    return calendar


def _component(entry: Entry, at: datetime) -> Component:
    component = Component()
    component.add("uid", entry.uid)
    component.add("sequence", entry.sequence)
    component.add("dtstamp", at.astimezone(UTC))
    component.add("last-modified", entry.changed_at.astimezone(UTC))
    component["dtstart"] = _moment(entry.starts_at)
    component["dtend"] = _moment(entry.ends_at)
    component.add("summary", entry.summary)
    component.add("description", entry.description)
    component.add("url", entry.url)
    component.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    component.add("class", "PRIVATE")
    return component


def _moment(instant: datetime) -> vDatetime:
    """Danish wall-clock time with its zone; UTC where that clock time comes for the second time in the night.

    A local time that occurs twice means the first of them (RFC 5545, 3.3.5), so the second must be said otherwise.
    """
    local = instant.astimezone(COPENHAGEN)
    if local.fold:
        return vDatetime(instant.astimezone(UTC))
    moment = vDatetime(local.replace(tzinfo=None))
    moment.params["TZID"] = ZONE
    return moment


def _address(email: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for name, value in parameters.items():
        address.params[name.upper()] = vText(value)
    return address


@lru_cache(maxsize=1)
def _zone() -> Timezone:
    """Danish time since the end of summer time moved to October (directive 2000/84/EC and those before it)."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    zone.add_component(_part(TimezoneDaylight(), "CEST", date(1996, 3, 31), 2, (1, 2), month=3))
    zone.add_component(_part(TimezoneStandard(), "CET", date(1996, 10, 27), 3, (2, 1), month=10))
    return zone


_Part = TypeVar("_Part", TimezoneDaylight, TimezoneStandard)


def _part(part: _Part, name: str, first: date, hour: int, offsets: tuple[int, int], *, month: int) -> _Part:
    before, after = (timedelta(hours=hours) for hours in offsets)
    part.add("tzname", name)
    part.add("dtstart", datetime(first.year, first.month, first.day, hour))  # noqa: DTZ001 - local, as the rule says
    part.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday="-1SU"))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    return part
