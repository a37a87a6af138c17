"""The front page of the toolbox, the log of all that happened, and the section of the case page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.mentorships.models import Mentorship
from brobygger.toolbox import words
from brobygger.toolbox.assessments.selectors import assessments_of
from brobygger.toolbox.models import Side
from brobygger.toolbox.plan.presenters import GoalRow, goal_row
from brobygger.toolbox.plan.selectors import NOT_COUNTED, goals_of
from brobygger.toolbox.tools import presenters as tools
from brobygger.toolbox.tools import selectors
from brobygger.toolbox.tools.definitions import TOOLS
from brobygger.ui.formats import reader_length
from brobygger.values.duration import format_minutes

LOG_ROWS = 60


@dataclass(frozen=True)
class LogRow:
    """Something that happened: when, what, whose it is, what was typed of it in Danish, and where it can be read."""

    at: datetime
    title: str
    text: str = ""
    url: str = ""
    typed: tuple[str, ...] = ()


def front(mentorship: Mentorship, side: Side, mentor_id: int | None) -> dict[str, Any]:
    """Where the plan stands, and each tool with its state."""
    sheets = list(selectors.sheets_of(mentorship))
    return {
        "goals": [goal_row(standing, side) for standing in goals_of(mentorship)],
        "tools": tools.rows(mentorship, side, sheets, mentor_id),
    }


def logbook(mentorship: Mentorship, side: Side, mentor_id: int | None) -> list[LogRow]:
    """Contacts, filled tools and assessments, newest first. What may not be read yet is not in it."""
    sheets = list(selectors.sheets_of(mentorship))
    rows = _contacts(mentorship, side)
    for tool in TOOLS.values():
        address = reverse("toolbox:tool", args=[mentorship.public_id, tool.slug])
        for sheet in selectors.seen_by(side, sheets, tool, mentor_id=mentor_id):
            rows.append(LogRow(sheet.filled_at, str(tool.title), words.who(sheet.side, side), address))
    address = reverse("toolbox:progress", args=[mentorship.public_id])
    for each in assessments_of(mentorship):
        rows.append(LogRow(each.assessed_at, _("Vurdering"), words.who(each.side, side), address))
    return sorted(rows, key=lambda row: row.at, reverse=True)[:LOG_ROWS]


def _contacts(mentorship: Mentorship, side: Side) -> list[LogRow]:
    """Contacts live in a package beside; only their columns are named."""
    kinds = {
        "FACE_TO_FACE": _("Møde"),
        "TELEPHONE": _("Telefon"),
        "VIDEO": _("Video"),
        "MESSAGE": _("Besked"),
        "NO_SHOW_CITIZEN": _("Du kom ikke") if side is Side.CITIZEN else _("Borgeren kom ikke"),
        "NO_SHOW_MENTOR": _("Mentoren kom ikke"),
    }
    length = reader_length if side is Side.CITIZEN else format_minutes
    found = mentorship.contacts.exclude(state__in=NOT_COUNTED).select_related("task").order_by("-starts_at")
    return [
        LogRow(
            contact.starts_at,
            kinds.get(contact.kind, contact.get_kind_display()),
            length(contact.minutes) if contact.minutes else "",
            typed=tuple(filter(None, (contact.task.text if contact.task else "", contact.note))),
        )
        for contact in found[:LOG_ROWS]
    ]


def case_section(mentorship: Mentorship, user: User) -> dict[str, Any] | None:
    """The plan on the case page; None for staff who do not follow up."""
    if not user.may(Permission.FOLLOW_UP):
        return None
    goals: list[GoalRow] = [goal_row(standing, Side.STAFF) for standing in goals_of(mentorship)]
    used = len({sheet.tool for sheet in selectors.sheets_of(mentorship)})
    return {
        "goals": goals,
        "note": ngettext("%(used)d redskab er brugt", "%(used)d redskaber er brugt", used) % {"used": used},
    }
