"""The citizen's pages, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from brobygger.citizens import selectors as own
from brobygger.citizens import words
from brobygger.citizens.languages import Language
from brobygger.citizens.lifeline import Around, Lifeline, lifeline
from brobygger.followups.models import Concern
from brobygger.hours import selectors
from brobygger.hours.models import Contact
from brobygger.hours.states import State
from brobygger.mentorships.models import CitizenMessage, Mentorship
from brobygger.mentorships.presenters import may_read_journal
from brobygger.payment.hour_plan import HourPlan
from brobygger.ui.fields import FACES
from brobygger.ui.formats import (
    danish_clock,
    isolated,
    isolated_times,
    reader_date,
    reader_length,
    reader_weekday,
)
from brobygger.values.moment import danish_day
from brobygger.values.opening_hours import OpeningHours

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
_MESSAGES_FOR = timedelta(days=90)
_MOOD_ASKED_AGAIN = timedelta(days=7)
_MOODS_SHOWN = 6


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
    initial: str = ""
    mentor_id: int | None = None


@dataclass(frozen=True)
class Mood:
    """One answer to how it goes, as staff reads it."""

    day: date
    answer: str
    words: str


@dataclass(frozen=True)
class Written:
    """Something the citizen wrote, and the answer."""

    what: str
    when: str
    text: str
    answer: str


def citizen_page(user: User, at: datetime) -> dict[str, Any]:
    """Who the mentor is and how to reach them, what awaits an answer by week, and what was said last.

    The number of queries does not depend on how much there is.
    """
    today = danish_day(at)
    cases = list(selectors.mentorships_under_way(user).select_related("consultant"))
    cards = mentor_cards(cases, today)
    waiting = list(selectors.awaiting_answer(user))
    answered = selectors.last_contacts(user, today - _ANSWERED_FOR).exclude(state=State.REGISTERED)
    return {
        "mentors": cards,
        "lifelines": _lifelines(user, cards, at),
        "weeks": by_week([meeting(contact) for contact in waiting], today),
        "waiting": len(waiting),
        "answered": [meeting(contact) for contact in answered[:_ANSWERED_SHOWN]],
        "written": _written(user, at),
        "asks_mood": _asks_mood(user, cases, at),
    }


def _lifelines(user: User, cards: list[MentorCard], at: datetime) -> list[tuple[MentorCard, Lifeline]]:
    """One for each whom the citizen can reach: the same mentor of two mentorships stands there once."""
    hours = own.contact_hours([card.mentorship for card in cards])
    main = user.municipality.phone if user.municipality else ""
    found: dict[object, tuple[MentorCard, Lifeline]] = {}
    for card in cards:
        open_hours, case = hours[card.mentorship.pk], card.mentorship
        same = (card.mentor_id, card.next_name, card.next_from, case.consultant_id, open_hours)
        found.setdefault(same, (card, _lifeline(card, main, open_hours, at)))
    return list(found.values())


def _lifeline(card: MentorCard, main: str, hours: OpeningHours, at: datetime) -> Lifeline:
    consultant = card.mentorship.consultant
    around = Around(card.first_name, card.phone, isolated(consultant.name), consultant.phone, main)
    return lifeline(around, hours, at)


def _asks_mood(user: User, cases: list[Mentorship], at: datetime) -> Mentorship | None:
    """The mentorship to ask about: the one there is, when it is a week since the last answer."""
    answered = set(own.how_it_goes(user, at - _MOOD_ASKED_AGAIN).values_list("mentorship_id", flat=True))
    return next((case for case in cases if len(cases) == 1 and case.pk not in answered), None)


_MESSAGE_NAMES = {
    CitizenMessage.Kind.QUESTION: gettext_lazy("Dit spørgsmål"),
    CitizenMessage.Kind.DECLINE_MENTOR: gettext_lazy("Du vil have en anden mentor"),
    CitizenMessage.Kind.COMPLAINT: gettext_lazy("Din klage"),
}


def _written(user: User, at: datetime) -> list[Written]:
    messages: Iterable[CitizenMessage] = own.own_messages(user, at - _MESSAGES_FOR)
    concerns: Iterable[Concern] = own.own_concerns(user, at - _MESSAGES_FOR)
    found = [
        (each.sent_at, str(_MESSAGE_NAMES[CitizenMessage.Kind(each.kind)]), each.text, each.answer)
        for each in messages
    ]
    found += [(each.raised_at, _("Du bad om hjælp"), each.text, each.answer) for each in concerns]
    return [
        Written(what, reader_date(when), text, answer)
        for when, what, text, answer in sorted(found, key=lambda row: row[0], reverse=True)
    ]


def mentor_cards(cases: list[Mentorship], today: date) -> list[MentorCard]:
    """The mentor of today in each mentorship."""
    turns = selectors.turns_of(cases, today)
    return [mentor_card(case, turns[case.pk]) for case in cases]


def mentor_card(case: Mentorship, turn: selectors.MentorTurn) -> MentorCard:
    mentor = turn.mentor
    firm = mentor.organisation if mentor else None
    return MentorCard(
        case,
        isolated(first_name(mentor.name)) if mentor else "",
        isolated(firm.name) if firm else "",
        mentor.phone if mentor else "",
        isolated(first_name(turn.next_mentor.name)) if turn.next_mentor else "",
        turn.next_from,
        mentor.name[:1].upper() if mentor else "",
        mentor.pk if mentor else None,
    )


def meeting(contact: Contact) -> Meeting:
    about = " · ".join(part for part in (contact.task.text if contact.task else "", contact.note) if part)
    begun, ended = contact.shared_starts_at or contact.starts_at, contact.shared_ends_at or contact.ends_at
    times = isolated_times(f"{danish_clock(begun)}–{danish_clock(ended)}")
    return Meeting(
        contact=contact,
        when=_("%(day)s kl. %(times)s") % {"day": reader_weekday(contact.starts_at), "times": times},
        how=f"{_HOW[Contact.Kind(contact.kind)]} {_share(contact)}".strip(),
        about=about,
        state=_state(contact),
    )


def _share(contact: Contact) -> str:
    """Of a meeting with others: how much of it is the citizen's own."""
    if contact.shared_among is None:
        return ""
    return _("I var flere. Din del er %(time)s.") % {"time": reader_length(contact.minutes)}


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
        "phases": words.plan(HourPlan.from_data(grant.plan)) if grant else [],
        "used": isolated(reader_length(grant.used_minutes)) if grant else "",
        "all": isolated(reader_length(grant.minutes)) if grant else "",
    }


def case_section(mentorship: Mentorship, user: User) -> dict[str, Any]:
    """The newest answers to how it goes, for staff who may read the journal. At most one query."""
    labels = {step: str(label) for step, label in FACES}
    newest = own.moods_of(mentorship)[:_MOODS_SHOWN] if may_read_journal(user) else ()
    return {"moods": [Mood(danish_day(each.answered_at), labels[each.score], each.words) for each in newest]}


def looks(found: list[selectors.Look]) -> list[dict[str, Any]]:
    """Looks as rows: when, in which role, at what."""
    return [
        {
            "day": reader_weekday(look.at),
            "time": danish_clock(look.at),
            "who": ", ".join(str(Role(role).label) if role in Role.values else role for role in look.roles),
            "what": look.purpose,
        }
        for look in found
    ]


def languages_of(offered: Iterable[Language], current: str) -> list[dict[str, Any]]:
    """The languages to choose between, for the menu; nothing where there is only one."""
    found = [{"code": each.code, "label": each.own_name, "current": each.code == current} for each in offered]
    return found if len(found) > 1 else []


def first_name(name: str) -> str:
    return name.split()[0] if name.split() else name
