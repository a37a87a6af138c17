"""The hours as the second party reads them, month by month, and the row on its own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.citizens import presenters as citizens
from brobygger.controls.attest import selectors
from brobygger.controls.attest.selectors import Hours
from brobygger.controls.samples.models import Attestation, Party
from brobygger.hours.asks import Ask
from brobygger.hours.models import Contact
from brobygger.ui.formats import danish_clock, danish_date, danish_weekday
from brobygger.values.duration import format_minutes
from brobygger.values.moment import danish_day


@dataclass(frozen=True)
class Meeting:
    """One meeting as a line."""

    when: str
    how: str
    about: str


@dataclass(frozen=True)
class Month:
    """The meetings of a month. ``is_open`` unfolds it."""

    month: date
    minutes: int
    meetings: list[Meeting]
    is_open: bool


def page(attestation: Attestation, found: Hours) -> dict[str, Any]:
    """What the page shows of one question."""
    return {
        "attestation": attestation,
        "municipality": attestation.municipality,
        "municipality_name": attestation.municipality.name,
        "about": _about(attestation),
        "lead": _("Svar senest %(day)s.") % {"day": danish_date(attestation.deadline)},
        "span": _("%(first)s til og med %(last)s")
        % {"first": danish_date(attestation.first_day), "last": danish_date(attestation.last_day)},
        "total": _total(found),
        "hours": found,
        "months": _months(attestation, found.contacts),
    }


def _about(attestation: Attestation) -> str:
    """Whose hours they are, in the words of the one who is asked."""
    case, party = attestation.mentorship, Party(attestation.party)
    mentor = case.mentor.name if case.mentor else ""
    if party is Party.CITIZEN:
        return _("Timerne med din mentor %(mentor)s") % {"mentor": mentor}
    if party is Party.MENTOR:
        return _("Dine timer med %(initials)s") % {"initials": case.citizen.initials}
    return _("Mentorens timer i forløb %(code)s") % {"code": case.code}


def _total(found: Hours) -> str:
    if found.meetings is None:
        return format_minutes(found.minutes)
    meetings = ngettext("%(n)d møde", "%(n)d møder", found.meetings) % {"n": found.meetings}
    return _("%(meetings)s, i alt %(time)s") % {"meetings": meetings, "time": format_minutes(found.minutes)}


def _months(attestation: Attestation, contacts: Sequence[Contact]) -> list[Month]:
    months: list[Month] = []
    for month, inside in groupby(contacts, key=lambda each: danish_day(each.starts_at).replace(day=1)):
        those = list(inside)
        lines = [_meeting(attestation, each) for each in those]
        months.append(Month(month, sum(each.minutes for each in those), lines, is_open=not months))
    return months


def _meeting(attestation: Attestation, contact: Contact) -> Meeting:
    if attestation.party == Party.CITIZEN:
        told = citizens.meeting(contact)
        return Meeting(told.when, told.how, told.about)
    times = f"{danish_clock(contact.starts_at)}–{danish_clock(contact.ends_at)}"
    when = _("%(day)s kl. %(times)s") % {"day": danish_weekday(contact.starts_at), "times": times}
    return Meeting(when, str(contact.get_kind_display()), contact.note)


def asks_of(user: User, today: date) -> list[Ask]:
    """What waits for the user's answer, for the page they see first. One query."""
    return [
        Ask(
            _("Kommunen har udtaget nogle timer til kontrol: Passer de? Svar senest %(day)s.")
            % {"day": danish_date(each.deadline)},
            _("Se timerne og svar"),
            reverse("controls:attest", args=[each.public_id]),
        )
        for each in selectors.waiting_for(user)
    ]
