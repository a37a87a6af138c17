"""A lottery at each of its steps, and what both sides are asked, made directly as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from brobygger.evaluations.models import Candidate, Evaluation, SurveyAsk
from brobygger.mentorships.models import Mentorship
from tests.factories.people import make_citizen

if TYPE_CHECKING:
    from tests.cast import Cast

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ON = date(2026, 11, 2)
REGISTERED = {"state": "REGISTERED", "seed": "frø", "registered_at": AT}


def make_lottery(cast: Cast, **fields: Any) -> Evaluation:
    """A draft with all that has to be written."""
    return Evaluation.objects.create(
        **{
            "municipality": cast.municipality,
            "design": "LOTTERY",
            "name": "Mentor til unge",
            "question": "Kommer flere i uddannelse?",
            "protocol": "Alle på listen kan være med.",
            "consent_text": "Vi trækker lod.",
            "outcome": "EDUCATION",
            "base": Decimal(12),
            "relevant": Decimal(4),
            "people": 20,
            "places": 2,
            "created_at": AT,
            "created_by": cast.users["eva"],
            **fields,
        }
    )


def make_candidate(cast: Cast, evaluation: Evaluation, number: int = 0) -> Candidate:
    name = f"Dorte Venter {number}"
    return Candidate.objects.create(
        municipality=cast.municipality,
        evaluation=evaluation,
        citizen=make_citizen(cast, name=name, email=f"{evaluation.pk}-{number}@example.org"),
        target_group="6.3",
        consented_on=ON,
        consent_how="MEETING",
        added_at=AT,
        added_by=cast.users["anna"],
    )


def make_ask(cast: Cast, mentorship: Mentorship, party: str = "CITIZEN") -> SurveyAsk:
    whose = {"citizen": cast.citizen} if party == "CITIZEN" else {"mentor": cast.mentor}
    return SurveyAsk.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        party=party,
        **whose,
        moment="M03",
        due_on=ON,
        last_day=date(2026, 11, 30),
        asked_at=AT,
    )


def each_step(cast: Cast, mentorship: Mentorship) -> dict[str, Any]:
    """A draft, a lot that can be drawn with one who stands in it, one that was drawn, and a question to each side."""
    leader = cast.users["eva"]
    registered = {**REGISTERED, "registered_by": leader}
    waiting = make_lottery(cast, **registered)
    candidates = [make_candidate(cast, waiting, number) for number in range(3)]
    drawn = make_lottery(cast, **registered)
    candidate = make_candidate(cast, drawn)
    Candidate.objects.filter(pk=candidate.pk).update(is_drawn=True)
    Evaluation.objects.filter(pk=drawn.pk).update(state="STARTED", drawn_at=AT, drawn_by=leader)
    return {
        "draft_evaluation": make_lottery(cast),
        "evaluation": waiting,
        "candidate": candidates[0],
        "drawn_evaluation": drawn,
        "survey_ask": make_ask(cast, mentorship),
        "mentor_ask": make_ask(cast, mentorship, "MENTOR"),
    }
