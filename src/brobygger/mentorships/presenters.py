"""How a mentorship is shown: its row in the list and its own sections of the case page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.law.target_groups import target_group
from brobygger.mentorships import selectors
from brobygger.mentorships.models import CitizenMessage, Document, Goal, JournalEntry, Mentorship, Status
from brobygger.mentorships.selectors import CaseFigures
from brobygger.people.models import Mentor
from brobygger.ui.formats import danish_date
from brobygger.values.duration import format_minutes

JOURNAL_ROWS = 20


@dataclass(frozen=True)
class Row:
    """One mentorship in the list; the citizen is shown by initials."""

    mentorship: Mentorship
    mentor: str
    weeks: str
    hours: str
    next_follow_up: date | None


@dataclass(frozen=True)
class Person:
    """Somebody in the case, with what reaches them."""

    role: str
    name: str
    note: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True)
class MessageRow:
    """What the citizen wrote, whether somebody has answered, and where its wish can be met."""

    message: CitizenMessage
    kind: str
    act_url: str = ""


def rows(mentorships: Iterable[Mentorship], today: date) -> list[Row]:
    listed = list(mentorships)
    figures = selectors.figures_of(listed)
    nothing = CaseFigures(0, 0, None)
    return [_row(each, figures.get(each.pk, nothing), today) for each in listed]


def _row(mentorship: Mentorship, figures: CaseFigures, today: date) -> Row:
    hours = ""
    if figures.granted:
        hours = _("%(used)s af %(granted)s") % {
            "used": format_minutes(figures.used),
            "granted": format_minutes(figures.granted),
        }
    return Row(
        mentorship=mentorship,
        mentor=mentorship.mentor.name if mentorship.mentor else "",
        weeks=week_words(mentorship, today),
        hours=hours,
        next_follow_up=figures.next_follow_up if mentorship.status in selectors.OPEN else None,
    )


def week_words(mentorship: Mentorship, today: date) -> str:
    """ "uge 7 af 20"; before the start and after the end, that instead."""
    starts, ends = mentorship.starts_on, mentorship.ends_before
    if starts is None or ends is None:
        return ""
    weeks = -(-(ends - starts).days // 7)
    if today < starts:
        return _("begynder %(day)s") % {"day": danish_date(starts)}
    if today >= ends or mentorship.status == Status.ENDED:
        return _("%(weeks)d uger") % {"weeks": weeks}
    return _("uge %(week)d af %(weeks)d") % {"week": (today - starts).days // 7 + 1, "weeks": weeks}


def case_section(mentorship: Mentorship, user: User, today: date) -> dict[str, Any]:
    """What was agreed, the people, and the journal with documents and the citizen's messages."""
    return {
        "agreed": agreed(mentorship),
        "people": people(mentorship, user),
        "journal": journal(mentorship, user, today) if may_read_journal(user) else None,
    }


# What we agreed


def agreed(mentorship: Mentorship) -> dict[str, Any]:
    goals = list(selectors.goals_of(mentorship))
    return {
        "purpose": mentorship.purpose,
        "goals": [{"goal": goal, "attainment": _attainment(goal)} for goal in goals],
        "tasks": list(selectors.tasks_of(mentorship)),
        "facts": _facts(mentorship),
    }


def _attainment(goal: Goal) -> str:
    return str(Goal.Attainment(goal.attainment).label) if goal.attainment is not None else ""


def _facts(mentorship: Mentorship) -> list[tuple[str, str]]:
    facts = [
        (_("Målgruppe"), _group(mentorship.target_group)),
        (_("Skal opnå eller fastholde"), mentorship.get_context_display()),
        (_("Støttetype"), mentorship.get_support_type_display()),
        (_("Periode"), _period(mentorship)),
        (_("Mentoren er afgørende, fordi"), mentorship.decisive_reason),
        (_("Ud over det sædvanlige"), mentorship.beyond_normal_reason),
        (_("Mentoren skal kunne"), mentorship.qualifications_needed),
    ]
    return [(label, value) for label, value in facts if value]


def _group(code: str) -> str:
    try:
        group = target_group(code)
    except KeyError:
        return code
    return f"{group.label} ({group.paragraph})"


def _period(mentorship: Mentorship) -> str:
    if mentorship.starts_on is None or mentorship.last_day is None:
        return ""
    return _("%(first)s til og med %(last)s") % {
        "first": danish_date(mentorship.starts_on),
        "last": danish_date(mentorship.last_day),
    }


# People


def people(mentorship: Mentorship, user: User) -> dict[str, Any]:
    citizen = mentorship.citizen
    return {
        "citizen": citizen,
        "masked_cpr": f"{citizen.birth_date:%d%m%y}-••••" if citizen.birth_date else "",
        "may_see_cpr": user.may(Permission.SEE_CPR),
        "may_set_contact_hours": user.may(Permission.FOLLOW_UP) and mentorship.mentor_id is not None,
        "others": _others(mentorship, user),
    }


def _others(mentorship: Mentorship, user: User) -> list[Person]:
    may_open = user.may(Permission.MANAGE_MENTORS)
    found = [_mentor(*turn, may_open=may_open) for turn in selectors.mentors_of(mentorship)]
    if place := mentorship.organisation:
        found.append(
            Person(
                place.get_kind_display(),
                place.name,
                place.contact_name,
                place.contact_phone,
                place.contact_email,
                reverse("people:edit_organisation", args=[place.public_id]) if may_open else "",
            )
        )
    consultant = mentorship.consultant
    note = mentorship.team.name if mentorship.team else ""
    found.append(Person(_("Jobkonsulent"), consultant.name, note, consultant.phone, consultant.email))
    return found


def _mentor(mentor: Mentor, first: date | None, last: date | None, *, may_open: bool) -> Person:
    """One of the mentors; where there has been one only, without days."""
    role = _("Mentor")
    if first:
        role = _("Mentor fra %(day)s") % {"day": danish_date(first)}
    if last:
        role = _("Mentor til og med %(day)s") % {"day": danish_date(last)}
    note = mentor.get_kind_display()
    if mentor.qualifications:
        note = f"{note}. {mentor.qualifications}"
    url = reverse("people:mentor", args=[mentor.public_id]) if may_open else ""
    return Person(role, mentor.name, note, mentor.phone, mentor.email, url)


# Journal, documents and messages


def may_read_journal(user: User) -> bool:
    """Who pays invoices needs no journal; who works the case or controls it does."""
    wanted = (Permission.FOLLOW_UP, Permission.REQUEST_GRANT, Permission.SEE_CONTROLS)
    return any(user.may(permission) for permission in wanted)


def may_write_journal(user: User) -> bool:
    return user.may(Permission.SEE_CASES) and (
        user.may(Permission.FOLLOW_UP) or user.may(Permission.REQUEST_GRANT)
    )


def journal(mentorship: Mentorship, user: User, today: date) -> dict[str, Any]:
    entries: list[JournalEntry] = list(selectors.journal_of(mentorship)[: JOURNAL_ROWS + 1])
    documents: list[Document] = list(selectors.documents_of(mentorship))
    may_change_mentor = selectors.may_change_mentor(user, mentorship)
    messages = [
        _message_row(message, mentorship, may_change_mentor) for message in selectors.messages_of(mentorship)
    ]
    return {
        "entries": entries[:JOURNAL_ROWS],
        "has_more": len(entries) > JOURNAL_ROWS,
        "documents": documents,
        "messages": messages,
        "unanswered": sum(row.message.handled_at is None for row in messages),
        "may_write": may_write_journal(user),
        "may_answer": user.may(Permission.FOLLOW_UP),
    }


def _message_row(message: CitizenMessage, mentorship: Mentorship, may_change_mentor: bool) -> MessageRow:
    kind = CitizenMessage.Kind(message.kind)
    wants_another = kind is CitizenMessage.Kind.DECLINE_MENTOR and message.handled_at is None
    url = reverse("grants:change", args=[mentorship.public_id]) if wants_another and may_change_mentor else ""
    return MessageRow(message, str(kind.label), url)
