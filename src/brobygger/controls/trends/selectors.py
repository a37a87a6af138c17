"""The runs that a trend is drawn through, and what was answered in each, added up by team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F, Max, Sum
from django.db.models.functions import TruncMonth

from brobygger.accounts.models import User
from brobygger.controls.models import ControlRun, ControlShare
from brobygger.controls.selectors import results
from brobygger.review.questionnaire import Counts

NIGHTS, MONTHS = 31, 24

Counted = dict[int | None, dict[int, Counts]]
"""Team, None for cases without one -> run -> what was answered."""


def runs(user: User, *, monthly: bool) -> list[ControlRun]:
    """The newest run of each of the latest nights or months, oldest first. Two queries."""
    found = results.runs_visible_to(user).order_by().annotate(step=TruncMonth("on") if monthly else F("on"))
    newest = found.values("step").annotate(newest=Max("id")).order_by("-step")
    ids = [row["newest"] for row in newest[: MONTHS if monthly else NIGHTS]]
    return sorted(results.runs_visible_to(user).filter(pk__in=ids), key=lambda run: run.on)


def counted(user: User, through: Sequence[ControlRun], question: str = "") -> Counted:
    """The answers of the runs by team; ``question`` narrows to one. One query, added up by the database."""
    shares = ControlShare.objects.filter(
        municipality_id=results.municipality_of(user), run__in=[run.pk for run in through]
    )
    if question:
        shares = shares.filter(question=question)
    sums = shares.order_by().values_list("team_id", "run_id")
    found: Counted = defaultdict(dict)
    for team, run, *numbers in sums.annotate(
        Sum("passed"), Sum("failed"), Sum("cannot_tell"), Sum("not_relevant")
    ):
        found[team][run] = Counts(*numbers)
    return found
