"""What the pages show of follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.followups import selectors
from brobygger.followups.models import Conclusion, FollowUp
from brobygger.mentorships.models import Mentorship, Status
from brobygger.ui.formats import danish_date


@dataclass(frozen=True)
class Row:
    """One follow-up on the timeline."""

    follow_up: FollowUp
    day: date
    state: str
    label: str
    is_done: bool
    tone: str

    @property
    def moved_from(self) -> date | None:
        return None if self.follow_up.planned_for == self.follow_up.due_on else self.follow_up.due_on


def row_of(follow_up: FollowUp, today: date) -> Row:
    """Done, overdue, due today or still to come, as a word."""
    if follow_up.done_on:
        return Row(follow_up, follow_up.done_on, "done", _("Gjort"), True, "")
    day = follow_up.planned_for
    if day < today:
        return Row(follow_up, day, "overdue", _("Overskredet"), False, "danger")
    if day == today:
        return Row(follow_up, day, "due", _("I dag"), False, "warning")
    return Row(follow_up, day, "planned", _("Planlagt"), False, "")


def case_section(mentorship: Mentorship, user: User, today: date) -> dict[str, Any]:
    """The timeline of one case: what is done, due and overdue, and how it ended."""
    rows = sorted(
        (row_of(each, today) for each in selectors.of_mentorship(mentorship)), key=lambda row: row.day
    )
    may_act = user.may(Permission.FOLLOW_UP)
    conclusion = selectors.conclusion_of(mentorship)
    return {
        "rows": rows,
        "overdue": sum(row.state == "overdue" for row in rows),
        "done": sum(row.is_done for row in rows),
        "next": next((row for row in rows if not row.is_done), None),
        "conclusion": conclusion,
        "may_act": may_act,
        "can_conclude": may_act and conclusion is None and mentorship.status in (Status.ACTIVE, Status.ENDED),
        "note": _note(rows, conclusion),
        "needs_reader": any(row.state in ("overdue", "due") for row in rows),
    }


def _note(rows: list[Row], conclusion: Conclusion | None) -> str:
    """What the folded section says of itself."""
    overdue = sum(row.state == "overdue" for row in rows)
    upcoming = next((row for row in rows if not row.is_done), None)
    if conclusion:
        return str(conclusion.get_reason_display())
    if overdue:
        return _("%(count)d overskredet") % {"count": overdue}
    return _("næste %(day)s") % {"day": danish_date(upcoming.day)} if upcoming else ""


def summary_of(mentorship: Mentorship) -> dict[str, int]:
    """What the page of the end says: minutes granted, used, confirmed, waiting and in dispute; follow-ups done."""
    return {**selectors.minutes_of(mentorship), "follow_ups": selectors.done_count(mentorship)}
