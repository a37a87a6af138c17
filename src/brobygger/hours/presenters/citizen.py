"""The citizen's pages, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from brobygger.hours import selectors
from brobygger.hours.models import Contact
from brobygger.hours.states import State
from brobygger.mentorships.models import Mentorship
from brobygger.payment.hour_plan import HourPlan
from brobygger.ui.formats import danish_clock, danish_weekday
from brobygger.values.moment import danish_day

_HOW = {
    Contact.Kind.FACE_TO_FACE: gettext_lazy("I mødtes."),
    Contact.Kind.TELEPHONE: gettext_lazy("I talte i telefon."),
    Contact.Kind.VIDEO: gettext_lazy("I talte på video."),
    Contact.Kind.MESSAGE: gettext_lazy("I skrev sammen."),
    Contact.Kind.NO_SHOW_CITIZEN: gettext_lazy("Din mentor skriver, at du ikke kom."),
    Contact.Kind.NO_SHOW_MENTOR: gettext_lazy("Din mentor skriver, at mentoren ikke kom."),
}
_ANSWERED_SHOWN = 8
_ANSWERED_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Meeting:
    """One contact as the citizen reads it."""

    contact: Contact
    when: str
    how: str
    about: str
    state: str

    @property
    def can_dispute(self) -> bool:
        return self.contact.state == State.CONFIRMED and not self.contact.paid_minutes


@dataclass(frozen=True)
class MentorCard:
    """Who the mentor is: first name, firm and how to reach them; and who comes next, from which day."""

    mentorship: Mentorship
    first_name: str
    firm: str
    phone: str
    next_name: str = ""
    next_from: date | None = None


def citizen_page(user: User, today: date) -> dict[str, Any]:
    """Who the mentor is, what awaits an answer by week, and what was answered last."""
    cases = list(selectors.mentorships_under_way(user))
    waiting = list(selectors.awaiting_answer(user))
    answered = selectors.last_contacts(user, today - _ANSWERED_FOR).exclude(state=State.REGISTERED)
    return {
        "mentors": mentor_cards(cases, today),
        "weeks": by_week([meeting(contact) for contact in waiting], today),
        "waiting": len(waiting),
        "answered": [meeting(contact) for contact in answered[:_ANSWERED_SHOWN]],
    }


def mentor_cards(cases: list[Mentorship], today: date) -> list[MentorCard]:
    """The mentor of today in each mentorship."""
    turns = selectors.turns_of(cases, today)
    return [mentor_card(case, turns[case.pk]) for case in cases]


def mentor_card(case: Mentorship, turn: selectors.MentorTurn) -> MentorCard:
    mentor = turn.mentor
    firm = mentor.organisation if mentor else None
    return MentorCard(
        case,
        first_name(mentor.name) if mentor else "",
        firm.name if firm else "",
        mentor.phone if mentor else "",
        first_name(turn.next_mentor.name) if turn.next_mentor else "",
        turn.next_from,
    )


def meeting(contact: Contact) -> Meeting:
    about = " · ".join(part for part in (contact.task.text if contact.task else "", contact.note) if part)
    times = f"{danish_clock(contact.starts_at)}–{danish_clock(contact.ends_at)}"
    return Meeting(
        contact=contact,
        when=_("%(day)s kl. %(times)s") % {"day": danish_weekday(contact.starts_at), "times": times},
        how=str(_HOW[Contact.Kind(contact.kind)]),
        about=about,
        state=_state(contact),
    )


def _state(contact: Contact) -> str:
    return {
        State.REGISTERED: _("Mangler dit svar"),
        State.CONFIRMED: _("Du har sagt ja"),
        State.DISPUTED: _("Kommunen ser på det"),
        State.ACCEPTED: _("Kommunen har sagt ja"),
        State.REJECTED: _("Kommunen har sagt nej"),
    }.get(State(contact.state), str(contact.get_state_display()))


def by_week(meetings: list[Meeting], today: date) -> list[tuple[str, list[Meeting]]]:
    """The meetings under this week, last week and earlier weeks, the newest week first."""
    found: dict[date, list[Meeting]] = {}
    for each in meetings:
        day = danish_day(each.contact.starts_at)
        found.setdefault(day - timedelta(days=day.weekday()), []).append(each)
    return [(_week(monday, today), found[monday]) for monday in sorted(found, reverse=True)]


def _week(monday: date, today: date) -> str:
    weeks_ago = (today - timedelta(days=today.weekday()) - monday).days // 7
    if weeks_ago <= 0:
        return _("I denne uge")
    if weeks_ago == 1:
        return _("I sidste uge")
    return _("I uge %(week)d") % {"week": monday.isocalendar().week}


def agreed(user: User, case: Mentorship, today: date) -> dict[str, Any]:
    """What was agreed: purpose, goals, tasks and hours."""
    grant = selectors.grants_on(user, [case], today).get(case.pk) or selectors.grants_since(case).last()
    return {
        "card": mentor_cards([case], today)[0],
        "mentorship": case,
        "goals": case.goals.all(),
        "tasks": case.tasks.all(),
        "grant": grant,
        "plan": HourPlan.from_data(grant.plan).describe() if grant else "",
    }


def looks(found: list[selectors.Look]) -> list[dict[str, Any]]:
    """Looks as rows: when, in which role, at what."""
    return [
        {
            "at": look.at,
            "who": ", ".join(str(Role(role).label) if role in Role.values else role for role in look.roles),
            "what": look.purpose,
        }
        for look in found
    ]


def first_name(name: str) -> str:
    return name.split()[0] if name.split() else name
