"""Making and following the plan. What the mentor is paid for and for how long stays with the decision and agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Goal, GoalReading, Mentorship, SupportPlan, Task
from brobygger.toolbox import parties
from brobygger.toolbox.models import Side

HIGHEST = 10
MOST_GOALS = 12


@dataclass(frozen=True)
class GoalTerms:
    """What makes a goal one that can be followed: a day, and a scale from where the citizen is to where they want."""

    own_words: str = ""
    target_on: date | None = None
    scale_start: int | None = None
    scale_wanted: int | None = None


@dataclass(frozen=True)
class TaskLimit:
    """What the mentor does not do, and who does."""

    boundary: str = ""
    beyond: str = ""


@dataclass(frozen=True)
class Frame:
    """The meetings expected, and who else supports the citizen."""

    sessions: int | None = None
    session_minutes: int | None = None
    rhythm: str = ""
    other_support: str = ""


@transaction.atomic
def set_plan(
    *,
    mentorship: Mentorship,
    frame: Frame,
    goals: Mapping[int, GoalTerms],
    tasks: Mapping[int, TaskLimit],
    by: User,
    on: date,
    at: datetime,
) -> None:
    """The consultant's part of the plan; goals and tasks by their position. Raises Refused and NotAllowed."""
    require(by, Permission.FOLLOW_UP)
    parties.require_part(mentorship, by, on)
    for position, terms in goals.items():
        _require_scale(terms, mentorship, f"_{position}")
        mentorships.goals_of(mentorship).filter(position=position).update(**vars(terms))
    for position, limit in tasks.items():
        if limit.boundary and limit.beyond not in Task.Beyond.values:
            raise Refused(_("Vælg, hvem der gør det, mentoren ikke gør."), field=f"beyond_{position}")
        mentorships.tasks_of(mentorship).filter(position=position).update(**vars(limit))
    SupportPlan.objects.update_or_create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        defaults={**vars(frame), "citizen_id": mentorship.citizen_id, "changed_at": at, "changed_by": by},
    )
    audit.record("plan.changed", by=by, subject=mentorship, sessions=frame.sessions, goals=len(goals))


@transaction.atomic
def add_goal(
    *, mentorship: Mentorship, text: str, terms: GoalTerms, by: User, on: date, at: datetime
) -> Goal:
    """A goal that was found after the agreement, last in the row; hours and tasks stay as they are granted.

    Raises Refused, NotAllowed, and DoesNotExist for others' mentorships.
    """
    require(by, Permission.FOLLOW_UP)
    parties.require_part(mentorship, by, on)
    Mentorship.objects.select_for_update().get(municipality_id=mentorship.municipality_id, pk=mentorship.pk)
    goals = list(mentorships.goals_of(mentorship))
    _require_new_goal(text, terms, goals, on)
    _require_scale(terms, mentorship)
    goal = Goal.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        position=max((each.position for each in goals), default=0) + 1,
        text=text.strip(),
        **vars(terms),
    )
    audit.record(
        "plan.goal_added", by=by, subject=mentorship, goal=goal.public_id, position=goal.position, at=at
    )
    return goal


def _require_new_goal(text: str, terms: GoalTerms, goals: Sequence[Goal], on: date) -> None:
    wanted = " ".join(text.split())
    if not wanted:
        raise Refused(_("Skriv målet."), field="text")
    if any(" ".join(goal.text.split()).casefold() == wanted.casefold() for goal in goals):
        raise Refused(_("Målet står allerede i planen."), field="text")
    if len(goals) >= MOST_GOALS:
        raise Refused(_("Planen har allerede %(count)d mål. Ret et af dem i stedet.") % {"count": len(goals)})
    if terms.target_on and terms.target_on < on:
        raise Refused(_("Vælg en dag, der ikke er gået."), field="target_on")


def _require_scale(terms: GoalTerms, mentorship: Mentorship, place: str = "") -> None:
    """``place`` is what the form's names end with."""
    start, wanted = terms.scale_start, terms.scale_wanted
    if (start is None) != (wanted is None):
        field = "scale_wanted" if wanted is None else "scale_start"
        raise Refused(_("Vælg både, hvor borgeren er nu, og hvor borgeren vil hen."), field=f"{field}{place}")
    if start is not None and wanted is not None:
        if not (0 <= start <= HIGHEST and 0 <= wanted <= HIGHEST):
            raise Refused(_("Vælg et tal fra 0 til 10."), field=f"scale_start{place}")
        if wanted <= start:
            raise Refused(
                _("Målet skal ligge højere end det, borgeren begynder med."), field=f"scale_wanted{place}"
            )
    starts_on = mentorship.starts_on
    if terms.target_on and starts_on and terms.target_on < starts_on:
        raise Refused(_("Målet kan ikke være nået, før forløbet begynder."), field=f"target_on{place}")


@transaction.atomic
def read_goals(
    *,
    mentorship: Mentorship,
    scores: Mapping[int, int],
    own_words: Mapping[int, str],
    by: User,
    on: date,
    at: datetime,
) -> None:
    """How far each goal is, as ``by`` sees it, and the citizen's own words for it; both by the goals' position.

    Scores are added, never changed. The words are the citizen's: nobody else's are taken here. Raises Refused,
    NotAllowed, and DoesNotExist for others' mentorships.
    """
    side = parties.require_part(mentorship, by, on)
    goals = {goal.position: goal for goal in mentorships.goals_of(mentorship)}
    words = {
        position: text.strip()
        for position, text in own_words.items()
        if side is Side.CITIZEN and position in goals and text.strip() != goals[position].own_words
    }
    if not scores and not words:
        raise Refused(_("Vælg et tal ved mindst ét mål."), field="score_1")
    if any(position not in goals or not 0 <= score <= HIGHEST for position, score in scores.items()):
        raise Refused(_("Vælg et tal fra 0 til 10."))
    _add_readings(mentorship, {goals[place]: score for place, score in scores.items()}, side, by, on, at)
    for position, text in words.items():
        mentorships.goals_of(mentorship).filter(position=position).update(own_words=text[:300])
    audit.record("goals.read", by=by, subject=mentorship, goals=len(scores), own_words=len(words))


def _add_readings(
    mentorship: Mentorship, scores: Mapping[Goal, int], side: Side, by: User, on: date, at: datetime
) -> None:
    mentor_id = parties.mentor_id_for(mentorship, by, on)
    GoalReading.objects.bulk_create(
        GoalReading(
            municipality_id=mentorship.municipality_id,
            mentorship=mentorship,
            goal=goal,
            citizen_id=mentorship.citizen_id,
            mentor_id=mentor_id,
            side=side,
            score=score,
            read_on=on,
            read_at=at,
            read_by=by,
        )
        for goal, score in scores.items()
    )
