"""Mentorships at the points of the chain where tests begin, made directly as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

from brobygger.grants.models import Agreement, AgreementParty, Decision, Grant
from brobygger.law.codes import Context, SupportType
from brobygger.mentorships.models import Goal, Mentorship, Status, StatusChange, Task
from brobygger.mentorships.services import CODE_ALPHABET, CODE_LENGTH

if TYPE_CHECKING:
    from tests.cast import Cast

STARTED = date(2026, 11, 2)
ENDS_BEFORE = date(2027, 2, 1)
AT = datetime(2026, 10, 30, 9, 0, tzinfo=UTC)
_codes = ("T" + "".join(rest) for rest in product(CODE_ALPHABET, repeat=CODE_LENGTH - 1))


def make_mentorship(cast: Cast, **fields: Any) -> Mentorship:
    """David with Carla at the bakery, granted."""
    mentorship = Mentorship.objects.create(
        **{
            "municipality": cast.municipality,
            "code": next(_codes),
            "status": Status.GRANTED,
            "citizen": cast.citizen,
            "mentor": cast.mentor,
            "organisation": cast.company,
            "consultant": cast.anna,
            "team": cast.team,
            "target_group": "6.3",
            "context": Context.COMPANY_PLACEMENT,
            "support_type": SupportType.WORKPLACE_INTRODUCTION,
            "purpose": "At David kan gennemføre praktikken.",
            "decisive_reason": "Uden mentor møder David ikke.",
            "beyond_normal_reason": "Daglig støtte til fremmøde.",
            "not_usual_work": True,
            "starts_on": STARTED,
            "ends_before": ENDS_BEFORE,
            "created_at": AT,
            "created_by": cast.anna,
            **fields,
        }
    )
    Goal.objects.create(
        municipality=cast.municipality, mentorship=mentorship, position=1, text="Møder tre dage om ugen"
    )
    Task.objects.create(
        municipality=cast.municipality, mentorship=mentorship, position=1, text="Introducere til arbejdet"
    )
    StatusChange.objects.create(
        municipality=cast.municipality, mentorship=mentorship, status=mentorship.status, at=AT, by=cast.anna
    )
    return mentorship


def make_decision(cast: Cast, mentorship: Mentorship, **fields: Any) -> Decision:
    return Decision.objects.create(
        **{
            "municipality": cast.municipality,
            "mentorship": mentorship,
            "kind": "GRANT",
            "decided_on": AT.date(),
            "decided_at": AT,
            "decided_by": cast.eva,
            "reasons": "Støtten er afgørende.",
            "rules_used": {},
            "notified_on": AT.date(),
            "complaint_last_day": AT.date() + timedelta(weeks=4),
            **fields,
        }
    )


def make_grant(cast: Cast, mentorship: Mentorship, **fields: Any) -> Grant:
    """13 weeks of 5 hours at 250 kroner: 65 hours, 16,250 kroner."""
    return Grant.objects.create(
        **{
            "municipality": cast.municipality,
            "mentorship": mentorship,
            "decision": make_decision(cast, mentorship),
            "starts_on": mentorship.starts_on,
            "ends_before": mentorship.ends_before,
            "plan": [{"weeks": "13", "minutes_per_week": 300}],
            "minutes": 13 * 300,
            "hourly_rate": Decimal(250),
            "kroner": Decimal(16_250),
            **fields,
        }
    )


def make_active(cast: Cast, **fields: Any) -> Mentorship:
    """A mentorship under way: granted, agreed by all three, status I gang."""
    mentorship = make_mentorship(cast, **{"status": Status.ACTIVE, **fields})
    grant = make_grant(cast, mentorship)
    agreement = Agreement.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        grant=grant,
        content={},
        sent_at=AT,
        completed_at=AT,
    )
    for party, name, person in (
        ("CITIZEN", mentorship.citizen.name, mentorship.citizen_id),
        ("MENTOR", mentorship.mentor.name if mentorship.mentor else "", mentorship.mentor_id),
        ("COMPANY", "Signe Storm", mentorship.organisation_id),
    ):
        if person:
            AgreementParty.objects.create(
                municipality=cast.municipality,
                agreement=agreement,
                party=party,
                name=name,
                person_id=person,
                accepted_at=AT,
                strength="LINK_AND_CODE",
            )
    return mentorship
