"""The plan as citizen, mentor and municipality read it: the same for all three, in the words of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship, SupportPlan, Task
from brobygger.toolbox import words
from brobygger.toolbox.models import Side
from brobygger.toolbox.plan import selectors
from brobygger.toolbox.plan.selectors import GoalStanding
from brobygger.ui.formats import reader_short_date
from brobygger.values.duration import format_minutes

HIGHEST = 10


@dataclass(frozen=True)
class GoalRow:
    """A goal with the citizen's words, where it stands and by when it is to be reached."""

    position: int
    text: str
    own_words: str
    target_on: date | None
    newest: int | None
    newest_by: str
    scale: str
    bar: str


@dataclass(frozen=True)
class TaskRow:
    """A task and where it ends."""

    text: str
    boundary: str
    beyond: str


def page(mentorship: Mentorship, viewer: Side) -> dict[str, Any]:
    plan = selectors.plan_of(mentorship)
    return {
        "purpose": mentorship.purpose,
        "goals": [goal_row(standing, viewer) for standing in selectors.goals_of(mentorship)],
        "tasks": [_task(task) for task in mentorships.tasks_of(mentorship)],
        "sessions": _sessions(plan, selectors.sessions_held(mentorship)),
        "rhythm": plan.rhythm if plan else "",
        "other_support": plan.other_support if plan else "",
        "hours": _hours(mentorship, plan) if viewer is not Side.CITIZEN else "",
        "changed": reader_short_date(plan.changed_at) if plan else "",
    }


def goal_row(standing: GoalStanding, viewer: Side) -> GoalRow:
    goal, newest = standing.goal, standing.newest
    return GoalRow(
        position=goal.position,
        text=goal.text,
        own_words=goal.own_words,
        target_on=goal.target_on,
        newest=newest.score if newest else goal.scale_start,
        newest_by=_read_by(standing, viewer),
        scale=_scale(goal.scale_start, goal.scale_wanted),
        bar=_("%(score)s af 10") % {"score": newest.score if newest else goal.scale_start},
    )


def _read_by(standing: GoalStanding, viewer: Side) -> str:
    newest = standing.newest
    if newest is None:
        return ""
    return words.by(newest.side, newest.read_on, viewer)


def _scale(start: int | None, wanted: int | None) -> str:
    if start is None or wanted is None:
        return ""
    return _("Fra %(start)s til %(wanted)s på en skala til 10.") % {"start": start, "wanted": wanted}


def _task(task: Task) -> TaskRow:
    return TaskRow(task.text, task.boundary, str(Task.Beyond(task.beyond).label) if task.beyond else "")


def _sessions(plan: SupportPlan | None, held: int) -> str:
    """Meetings held, of those expected where that is said."""
    if plan is None or plan.sessions is None:
        return ngettext("%(held)d møde er holdt.", "%(held)d møder er holdt.", held) % {"held": held}
    told = {"held": held, "sessions": plan.sessions}
    return ngettext(
        "%(held)d af %(sessions)d møder er holdt.", "%(held)d af %(sessions)d møder er holdt.", held
    ) % told  # fmt: skip


def _hours(mentorship: Mentorship, plan: SupportPlan | None) -> str:
    """Whether the meetings expected fit into what is granted."""
    if plan is None or plan.sessions is None or plan.session_minutes is None:
        return ""
    wanted = plan.sessions * plan.session_minutes
    granted = mentorships.figures_of([mentorship])[mentorship.pk].granted
    told = {"wanted": format_minutes(wanted), "granted": format_minutes(granted)}
    if granted and wanted > granted:
        return _("Møderne fylder %(wanted)s Det er mere end de %(granted)s, der er bevilget.") % told
    return _("Møderne fylder %(wanted)s") % told
