"""Reading the plan. Whoever calls has found the mentorship through ``parties.case_for``."""

from __future__ import annotations

from dataclasses import dataclass

from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Goal, GoalReading, Mentorship, SupportPlan

NOT_MEETINGS = ("MESSAGE", "NO_SHOW_CITIZEN", "NO_SHOW_MENTOR")
NOT_COUNTED = ("SUPERSEDED", "WITHDRAWN", "REJECTED")


@dataclass(frozen=True)
class GoalStanding:
    """A goal with its readings, oldest first."""

    goal: Goal
    readings: tuple[GoalReading, ...]

    @property
    def newest(self) -> GoalReading | None:
        return self.readings[-1] if self.readings else None


def goals_of(mentorship: Mentorship) -> list[GoalStanding]:
    """The goals with their readings: two queries whatever their number."""
    rows = GoalReading.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    by_goal: dict[int, list[GoalReading]] = {}
    for reading in rows.order_by("read_on", "id"):
        by_goal.setdefault(reading.goal_id, []).append(reading)
    return [GoalStanding(goal, tuple(by_goal.get(goal.pk, ()))) for goal in mentorships.goals_of(mentorship)]


def plan_of(mentorship: Mentorship) -> SupportPlan | None:
    found = SupportPlan.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.first()


def sessions_held(mentorship: Mentorship) -> int:
    """Meetings, calls and video that count. Contacts live in a package beside; only their columns are named."""
    held = mentorship.contacts.exclude(kind__in=NOT_MEETINGS).exclude(state__in=NOT_COUNTED)
    return int(held.count())
