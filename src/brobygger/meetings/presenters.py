"""What the pages show of meetings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.meetings import selectors
from brobygger.meetings.models import Meeting
from brobygger.mentorships.models import Mentorship, Status
from brobygger.ui.formats import danish_clock, danish_weekday, days_away, isolated_times, reader_weekday
from brobygger.values.moment import COPENHAGEN, danish_day, day_start, elapsed_minutes
from brobygger.values.period import ONE_DAY

_PAST_SHOWN = 8
_NEXT_SHOWN = 3


@dataclass(frozen=True)
class Line:
    """One meeting on a list. ``register_url`` and ``missed_url`` open the mentor's form with the meeting filled in."""

    meeting: Meeting
    when: str
    away: str
    who: str
    label: str
    tone: str
    moved_from: str = ""
    register_url: str = ""
    missed_url: str = ""

    @property
    def is_planned(self) -> bool:
        return self.meeting.state == Meeting.State.PLANNED


def next_meetings(user: User, today: date) -> dict[str, Any]:
    """For the template ``meetings/next_meetings.html`` on the own page of mentor, citizen, consultant and company."""
    coming = selectors.next_of(user, today, limit=_NEXT_SHOWN)
    behind = selectors.unsettled_of(user, today) if user.kind in ("mentor", "staff") else []
    return {
        "coming": [line(each, user, today) for each in coming],
        "unsettled": [line(each, user, today) for each in behind],
        "may_plan": user.kind == "mentor",
    }


def line(meeting: Meeting, user: User, today: date) -> Line:
    day = danish_day(meeting.starts_at)
    is_over = meeting.state == Meeting.State.PLANNED and day < today
    registers = user.kind == "mentor" and meeting.state == Meeting.State.PLANNED and day <= today
    return Line(
        meeting=meeting,
        when=when_in_words(meeting),
        away=days_away(day, today) if day >= today else "",
        who=who_in_words(meeting, user),
        label=_("Mangler svar") if is_over else _word(meeting, user),
        tone=_tone(meeting, is_over),
        moved_from=_moved_from(meeting),
        register_url=register_url(meeting) if registers else "",
        missed_url=register_url(meeting, kind="NO_SHOW_CITIZEN") if registers else "",
    )


def register_url(meeting: Meeting, *, kind: str = "") -> str:
    """The mentor's form for a contact with all that the meeting says."""
    local = meeting.starts_at.astimezone(COPENHAGEN)
    told = {
        "forloeb": meeting.mentorship.public_id,
        "dag": f"{local:%d.%m.%Y}",
        "kl": f"{local:%H.%M}",
        "varighed": elapsed_minutes(meeting.starts_at, meeting.ends_at),
        "hvordan": kind or meeting.how,
    }
    return f"{reverse('hours:register')}?{urlencode(told)}"


def when_in_words(meeting: Meeting) -> str:
    """ "tirsdag 24. november kl. 10.00–11.00"."""
    times = isolated_times(f"{danish_clock(meeting.starts_at)}–{danish_clock(meeting.ends_at)}")
    return _("%(day)s kl. %(times)s") % {"day": reader_weekday(meeting.starts_at), "times": times}


def who_in_words(meeting: Meeting, user: User) -> str:
    """Who else takes part: to a citizen the mentor's first name, to others the citizen's initials."""
    first = meeting.mentor.name.split()
    names = [meeting.citizen.initials if user.kind != "citizen" else " ".join(first[:1])]
    if user.kind in ("staff", "company"):
        names.append(meeting.mentor.name)
    if meeting.with_consultant:
        names.append(_("jobkonsulenten"))
    if meeting.organisation and user.kind != "company":
        names.append(meeting.organisation.name)
    return ", ".join(names)


def _word(meeting: Meeting, user: User) -> str:
    if user.kind == "citizen" and meeting.state == Meeting.State.NO_SHOW_CITIZEN:
        return _("Du kom ikke")
    return str(meeting.get_state_display())


def _tone(meeting: Meeting, is_over: bool) -> str:
    tones = {"HELD": "done", "CANCELLED": "cancelled", "PLANNED": "planned"}
    return "attention" if is_over else tones.get(meeting.state, "warning")


def _moved_from(meeting: Meeting) -> str:
    if meeting.first_starts_at == meeting.starts_at:
        return ""
    return _("%(day)s kl. %(times)s") % {
        "day": reader_weekday(meeting.first_starts_at),
        "times": isolated_times(danish_clock(meeting.first_starts_at)),
    }


# Pages


def meeting_page(meeting: Meeting, user: User, *, at: datetime) -> dict[str, Any]:
    """One meeting with its history, and what the user can do about it."""
    may_change = changes(user) and meeting.state == Meeting.State.PLANNED
    has_begun = meeting.starts_at <= at
    return {
        "meeting": meeting,
        "line": line(meeting, user, danish_day(at)),
        "moves": selectors.moves_of(meeting),
        "facts": _facts(meeting, user),
        "may_move": may_change and not has_begun,
        "may_settle": may_change and has_begun,
        "may_see_case": user.kind == "staff",
        "is_citizen": user.kind == "citizen",
        "has_calendar": has_calendar(user),
        "may_still_cancel": meeting.state == Meeting.State.PLANNED and not has_begun,
    }


def has_calendar(user: User) -> bool:
    """Whether the user takes part in meetings."""
    return user.kind != "staff" or user.may(Permission.FOLLOW_UP)


def changes(user: User) -> bool:
    """Whether the user plans and changes meetings at all."""
    return user.may(Permission.REGISTER_HOURS) or user.may(Permission.FOLLOW_UP)


def _facts(meeting: Meeting, user: User) -> list[tuple[str, str]]:
    rows = [
        (_("Hvem"), who_in_words(meeting, user)),
        (_("Hvordan"), str(meeting.get_how_display())),
        (_("Sted"), meeting.place),
        (_("Hvorfor"), meeting.reason if user.kind in ("staff", "mentor") else ""),
    ]
    return [(label, text) for label, text in rows if text]


def calendar_page(user: User, today: date) -> dict[str, Any]:
    """The own meetings ahead, the private address, and whether reminders are on."""
    coming = selectors.next_of(user, today, limit=60)
    return {
        "lines": [line(each, user, today) for each in coming],
        "unsettled": [line(each, user, today) for each in selectors.unsettled_of(user, today)]
        if changes(user)
        else [],
        "live_feed": selectors.feed_of(user),
        "reminders_on": selectors.wants_reminders(user.municipality_id or 0, selectors.own_key(user)),
    }


def case_section(mentorship: Mentorship, user: User, today: date) -> dict[str, Any]:
    """The meetings of one case: ahead, unsettled and past, and how many came to something. Two queries."""
    meetings = list(selectors.of_mentorship(mentorship))
    lines = [line(each, user, today) for each in meetings]
    ahead = [each for each in lines if each.is_planned and danish_day(each.meeting.starts_at) >= today]
    unsettled = [each for each in lines if each.is_planned and danish_day(each.meeting.starts_at) < today]
    settled = [each for each in lines if not each.is_planned][::-1]
    return {
        "ahead": ahead,
        "unsettled": unsettled,
        "settled": settled[:_PAST_SHOWN],
        "older": settled[_PAST_SHOWN:],
        "counts": selectors.counts_of(mentorship, at=day_start(today + ONE_DAY)),
        "may_plan": changes(user) and mentorship.status in (Status.GRANTED, Status.ACTIVE),
        "may_settle": changes(user),
        "note": _note(ahead, unsettled),
        "needs": bool(unsettled),
    }


def _note(ahead: Iterable[Line], unsettled: Iterable[Line]) -> str:
    coming = next(iter(ahead), None)
    if any(unsettled):
        return _("mangler svar")
    return _("næste %(day)s") % {"day": danish_weekday(coming.meeting.starts_at)} if coming else ""
