"""Keeping an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.audit import services as audit
from brobygger.mentorships.models import Mentorship
from brobygger.toolbox import parties
from brobygger.toolbox.assessments.areas import AREAS, HIGHEST, Group
from brobygger.toolbox.models import Assessment, AssessmentScore, Side


@transaction.atomic
def assess(
    *,
    mentorship: Mentorship,
    moment: Assessment.Moment,
    scores: Mapping[str, int],
    language: str = "",
    note: str = "",
    by: User,
    on: date,
    at: datetime,
) -> Assessment:
    """One side's scores on some of the areas, 0 to 10, as a new row. The citizen scores the areas of life only.

    Raises Refused, NotAllowed, and DoesNotExist for others' mentorships.
    """
    side = parties.require_part(mentorship, by, on)
    _require_scores(scores, side)
    assessment = Assessment.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        citizen_id=mentorship.citizen_id,
        mentor_id=parties.mentor_id_for(mentorship, by, on),
        side=side,
        moment=moment,
        language="" if side is Side.CITIZEN else language,
        note=note.strip(),
        assessed_on=on,
        assessed_at=at,
        assessed_by=by,
    )
    AssessmentScore.objects.bulk_create(
        AssessmentScore(
            municipality_id=mentorship.municipality_id, assessment=assessment, area=area, score=score
        )
        for area, score in scores.items()
    )
    audit.record(
        "assessment.made", by=by, subject=mentorship, assessment=assessment.public_id, moment=str(moment)
    )
    return assessment


def _require_scores(scores: Mapping[str, int], side: Side) -> None:
    if not scores:
        raise Refused(_("Vælg et tal ved mindst ét spørgsmål."), field=next(iter(AREAS)))
    for code, score in scores.items():
        area = AREAS.get(code)
        if area is None or (side is Side.CITIZEN and area.group is Group.WORK):
            raise Refused(_("Det spørgsmål hører ikke til vurderingen."))
        if not 0 <= score <= HIGHEST:
            raise Refused(_("Vælg et tal fra 0 til 10."), field=code)
