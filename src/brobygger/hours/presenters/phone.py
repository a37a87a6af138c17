"""What a mentor's telephone keeps for the time without a network: initials, numbers, tasks and hours left."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac

from brobygger.accounts.models import User
from brobygger.hours import selectors
from brobygger.hours.models import Contact
from brobygger.hours.presenters import mentor as page
from brobygger.hours.states import CHANGEABLE
from brobygger.hours.words import entry_as_initial, label_of, task_key, when_in_words
from brobygger.mentorships.models import Mentorship
from brobygger.values.duration import format_minutes
from brobygger.values.moment import danish_day

KEPT_FOR = timedelta(days=14)
"""How long a telephone may show what it last saw, and which contacts it can correct."""
_PURPOSE = "brobygger.hours.phone"


def owner_of(user: User) -> str:
    """Whose entries these are, told to a telephone without saying who."""
    return salted_hmac(f"{_PURPOSE}.owner", str(user.public_id), algorithm="sha256").hexdigest()[:24]


def key_of(user: User) -> str:
    """The user's own key (AES, 256 bits, base64) to what the telephone keeps; the same at each sign-in."""
    return b64encode(
        salted_hmac(f"{_PURPOSE}.key", str(user.public_id), algorithm="sha256").digest()
    ).decode()


def snapshot(user: User, now: datetime) -> dict[str, Any]:
    """As JSON. No names, no notes, no purpose. As many queries for many mentorships as for one."""
    today = danish_day(now)
    rows = page.mentor_page(user, today)["cases"]
    cases = [row.mentorship for row in rows]
    preset = page.preset(user, cases, "", now)
    return {
        "usual": preset["length"],
        "kind": preset["kind"],
        "mentorship": preset["mentorship"],
        "cases": [_case(row, cases) for row in rows if row.first_day is None],
        "contacts": [_contact(each, cases) for each in _changeable(user, today)],
    }


def _case(row: page.MentorCase, cases: list[Mentorship]) -> dict[str, Any]:
    case = row.mentorship
    return {
        "id": str(case.public_id),
        "label": label_of(case, cases),
        "week_left": None if row.week_left is None else format_minutes(row.week_left),
        "total_left": format_minutes(row.total_left) if row.grant else None,
        "tasks": [{"key": task_key(case, task), "text": task.text} for task in case.tasks.all()],
    }


def _changeable(user: User, today: date) -> list[Contact]:
    found = selectors.last_contacts(user, today - KEPT_FOR)
    return list(found.filter(state__in=CHANGEABLE, paid_minutes=0))


def _contact(contact: Contact, cases: list[Mentorship]) -> dict[str, Any]:
    fields = {name: value for name, value in entry_as_initial(contact).items() if name != "note"}
    fields |= {"day": f"{fields['day']:%d.%m.%Y}", "clock": f"{fields['clock']:%H.%M}"}
    return {
        "id": str(contact.public_id),
        "label": label_of(contact.mentorship, cases),
        "when": when_in_words(contact),
        "fields": fields,
    }
