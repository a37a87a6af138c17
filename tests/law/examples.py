"""Whole cases that the tests vary: one per regime, each allowed and complete at its date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from brobygger.law.catalogue import Assessment, Stage, assess
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind
from brobygger.law.facts import AgreementFacts, Facts, PriceLineFact
from brobygger.law.finding import Finding, Outcome
from brobygger.values.period import Period

YES, NO, OPEN = Outcome.SATISFIED, Outcome.NOT_SATISFIED, Outcome.CANNOT_TELL

AGREEMENT = AgreementFacts(
    written=True,
    parties=("Borger", "Kommune"),
    date=date(2026, 11, 25),
    goal="Fast job",
    mentor_name="Mentor",
    mentor_contact="12345678",
    tasks=("Introduktion til arbejdet",),
    starts_on=date(2026, 12, 1),
    ends_on=date(2027, 5, 31),
    hours=80,
    complaint_guidance=True,
)
WAGE = PriceLineFact(PriceLineKind.WAGE, Decimal("250.00"), "Løn")
FEE = PriceLineFact(PriceLineKind.FEE, Decimal("400.00"), "Honorar")
TRANSPORT = PriceLineFact(PriceLineKind.TRANSPORT_TIME, Decimal("250.00"), "Kørsel")


def facts(on: date = date(2026, 11, 23), **changes: Any) -> Facts:
    """A company placement with a company mentor, six months from the first of next month."""
    start = date(on.year + (on.month == 12), on.month % 12 + 1, 1)
    whole = Facts(
        on=on,
        target_group="6.3" if on >= date(2020, 1, 1) else "2.3",
        context=Context.COMPANY_PLACEMENT,
        age=34,
        purpose="At fastholde praktikken og få et job i butikken.",
        decisive_reason="Borgeren er stoppet i to praktikker uden støtte.",
        beyond_normal_reason="Støtten gælder mødetid og rutiner hver morgen.",
        tasks=("Introduktion til arbejdet", "Samtale om ugen"),
        qualifications="Ti års erfaring med oplæring.",
        mentor_kind=MentorKind.COMPANY_EMPLOYEE,
        mentor_decides_case=False,
        not_usual_work=True,
        organisation_employees=25,
        at_school=False,
        period=Period.of_months(start, 6),
        minutes_total=80 * 60,
        hours_reason="Mest støtte i de første uger.",
        decided_by_municipality=True,
        agreement=AGREEMENT,
        price_lines=(WAGE,),
    )
    return replace(whole, **changes)


def integration_facts(on: date = date(2026, 11, 23), **changes: Any) -> Facts:
    return facts(on, **{"act": Act.INL, "target_group": "INL", **changes})


def external(on: date, **changes: Any) -> Facts:
    return facts(on, **{"mentor_kind": MentorKind.EXTERNAL_CONSULTANT, "price_lines": (FEE,), **changes})


def finding(rule_id: str, case: Facts, stage: Stage = Stage.GRANT) -> Finding:
    """The finding of one rule, which must be there."""
    found = assess(case, stage=stage).by_rule(rule_id)
    assert found is not None, f"{rule_id} siger intet om sagen."
    return found


def outcome(rule_id: str, case: Facts, stage: Stage = Stage.GRANT) -> Outcome | None:
    """None where the rule says nothing."""
    found = assess(case, stage=stage).by_rule(rule_id)
    return found.outcome if found else None


def blocking_ids(assessment: Assessment) -> set[str]:
    return {each.rule_id for each in assessment.blocking}
