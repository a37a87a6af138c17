"""The section on hours of the case page, and the page that settles a dispute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.hours import selectors
from brobygger.hours.models import Confirmation, Contact
from brobygger.hours.states import LIVE, PAYABLE, State
from brobygger.mentorships.models import Mentorship

_SHOWN = 6


@dataclass(frozen=True)
class ContactRow:
    """A contact with what was said of it."""

    contact: Contact
    answers: list[Confirmation]

    @property
    def is_disputed(self) -> bool:
        return self.contact.state == State.DISPUTED

    @property
    def is_gone(self) -> bool:
        return self.contact.state not in LIVE

    @property
    def last_answer(self) -> Confirmation | None:
        return self.answers[-1] if self.answers else None


def case_section(mentorship: Mentorship, user: User, today: date) -> dict[str, Any]:
    """Hours used, confirmed and disputed as one bar, the last contacts, the months. Five queries."""
    contacts = list(selectors.contacts_of(mentorship))
    answers = selectors.answers_of(contacts)
    rows = [ContactRow(contact, answers.get(contact.pk, [])) for contact in contacts]
    grants = selectors.grants_since(mentorship)
    minutes = selectors.minutes_by_state(mentorship)
    disputes = [row for row in rows if row.is_disputed]
    return {
        # A grant that was replaced counts for what was used of it.
        "granted": sum(grant.minutes if grant.is_current else grant.used_minutes for grant in grants),
        "used": sum(minutes.get(state, 0) for state in LIVE),
        "confirmed": sum(minutes.get(state, 0) for state in PAYABLE),
        "disputed": minutes.get(State.DISPUTED, 0),
        "unanswered": sum(row.contact.state == State.REGISTERED for row in rows),
        "rows": rows[:_SHOWN],
        "older": rows[_SHOWN:],
        "disputes": disputes,
        "months": selectors.month_statements(mentorship),
        "may_resolve": user.may(Permission.RESOLVE_DISPUTE),
        "needs": bool(disputes),
        "attention": bool(disputes),
    }


def dispute_page(contact: Contact) -> dict[str, Any]:
    """What the mentor registered, what it replaced, and what the citizen says, side by side."""
    answers = selectors.answers_of([contact]).get(contact.pk, [])
    return {
        "contact": contact,
        "mentorship": contact.mentorship,
        "answers": answers,
        "objection": next(
            (each for each in reversed(answers) if each.answer == Confirmation.Answer.NO), None
        ),
    }
