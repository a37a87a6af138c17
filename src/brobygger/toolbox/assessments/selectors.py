"""Reading assessments. Whoever calls has found the mentorship through ``parties.case_for``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from brobygger.mentorships.models import Mentorship
from brobygger.toolbox.models import Assessment, AssessmentScore, Side


@dataclass(frozen=True)
class Progress:
    """One score: on which area, by which side, on which day, from 0 to 10."""

    barrier: str
    who: Side
    when: date
    score: int


def assessments_of(mentorship: Mentorship) -> QuerySet[Assessment]:
    """Oldest first, with their scores: two queries."""
    found = Assessment.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("assessed_by").prefetch_related("scores").order_by("assessed_on", "id")


def progress_of(mentorship: Mentorship) -> list[Progress]:
    """All scores, oldest first, in one query. Of two by the same side on the same day the later counts."""
    rows = AssessmentScore.objects.filter(
        municipality_id=mentorship.municipality_id, assessment__mentorship=mentorship
    ).order_by("assessment__assessed_on", "assessment_id")
    values = rows.values_list("area", "assessment__side", "assessment__assessed_on", "score")
    newest = {(area, side, day): score for area, side, day, score in values}
    return [Progress(area, Side(side), day, score) for (area, side, day), score in newest.items()]
