"""Whom the citizen can ring right now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from brobygger.citizens import words
from brobygger.ui.formats import danish_clock, isolated, reader_weekday
from brobygger.values.moment import danish_day
from brobygger.values.opening_hours import OpeningHours

OFFICE = OpeningHours()
"""When the municipality's own people answer their telephones."""


@dataclass(frozen=True)
class Call:
    """A telephone to ring, and who answers it."""

    label: str
    phone: str


@dataclass(frozen=True)
class Lifeline:
    """``now`` says whether the mentor can be reached; ``first`` are those to ring, in order."""

    is_open: bool
    now: str
    hours: str
    first: tuple[Call, ...]
    write_to: Call | None


@dataclass(frozen=True)
class Around:
    """The telephones around a citizen; "" where there is none."""

    mentor: str
    mentor_phone: str
    consultant: str
    consultant_phone: str
    municipality_phone: str


def lifeline(around: Around, hours: OpeningHours, at: datetime) -> Lifeline:
    """The mentor in the open hours, else the consultant in office hours, and always the main number."""
    is_open = bool(around.mentor_phone) and hours.is_open(at)
    mentor = Call(_("Ring til %(name)s") % {"name": around.mentor}, around.mentor_phone)
    consultant = Call(
        _("Ring til %(name)s i kommunen") % {"name": around.consultant}, around.consultant_phone
    )
    municipality = Call(_("Ring til kommunen"), around.municipality_phone)
    calls = (mentor if is_open else None, consultant if OFFICE.is_open(at) else None, municipality)
    return Lifeline(
        is_open=is_open,
        now=_now(around, hours, at, is_open),
        hours=words.open_days(hours),
        first=tuple(call for call in calls if call and call.phone),
        write_to=Call(_("Skriv til %(name)s") % {"name": around.mentor}, around.mentor_phone)
        if around.mentor_phone
        else None,
    )


def _now(around: Around, hours: OpeningHours, at: datetime, is_open: bool) -> str:
    if not around.mentor_phone:
        return _("Vi har ikke et nummer til din mentor. Ring til kommunen.")
    if is_open:
        closes = isolated(danish_clock(hours.ends(at)))
        return _("Du kan ringe nu. Der er åbent til kl. %(time)s.") % {"time": closes}
    opens = hours.next_opening(at)
    if opens is None:
        return _("Der er lukket nu.")
    time = isolated(danish_clock(opens))
    if danish_day(opens) == danish_day(at):
        return _("Der er lukket nu. Der er åbent igen i dag kl. %(time)s.") % {"time": time}
    return _("Der er lukket nu. Der er åbent igen %(day)s kl. %(time)s.") % {
        "day": reader_weekday(opens),
        "time": time,
    }
