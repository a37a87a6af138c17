"""The municipality's own dated plans and alarm, and what counts on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.followups.models import LocalAlarm, LocalPlan
from brobygger.followups.plan import STANDARD, Step
from brobygger.law.codes import SupportType

DAYS_TO_LEADER = 14
"""Where a municipality has set nothing."""


def plans_visible_to(user: User) -> QuerySet[LocalPlan]:
    """All that have been laid, the latest first. For those who set frames and those who follow up."""
    may = user.may(Permission.SET_FRAMES) or user.may(Permission.FOLLOW_UP)
    found = LocalPlan.objects.filter(municipality_id=municipality_of(user))
    found = found if may else found.none()
    return found.select_related("recorded_by").order_by("-valid_from", "-recorded_at", "-id")


def plan_on(municipality_id: int, support_type: str, on: date) -> LocalPlan | None:
    """The plan of the kind of mentorship, else the one for all others; None where the standard counts. One query."""
    rows = LocalPlan.objects.filter(
        municipality_id=municipality_id, support_type__in=(support_type, ""), valid_from__lte=on
    )
    # The kind's own plan goes before the one for all, whichever was laid first.
    return rows.order_by("-support_type", "-valid_from", "-recorded_at", "-id").first()


def steps_on(municipality_id: int, support_type: str, on: date) -> tuple[Step, ...]:
    """The steps that a mentorship of this kind is planned by on a day."""
    row = plan_on(municipality_id, support_type, on)
    return steps_of(row) if row else STANDARD


def steps_of(row: LocalPlan) -> tuple[Step, ...]:
    return tuple(Step.of_row(each) for each in row.steps)


def kinds_of_mentorship() -> list[tuple[str, str]]:
    """(value, label) of the support types, as a plan can be laid for each."""
    return SupportType.choices()


def days_to_leader(municipality_id: int, on: date) -> int:
    """After how many days an overdue follow-up is the leader's too. One query."""
    row = alarms_of(municipality_id).filter(valid_from__lte=on).first()
    return row.days_to_leader if row else DAYS_TO_LEADER


def alarms_of(municipality_id: int) -> QuerySet[LocalAlarm]:
    """The latest first."""
    found = LocalAlarm.objects.filter(municipality_id=municipality_id)
    return found.order_by("-valid_from", "-recorded_at", "-id")
