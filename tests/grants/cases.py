"""The need and the proposal that the tests of grants vary: David with Carla at the bakery, inside the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from brobygger.accounts.models import User
from brobygger.grants.models import Agreement, AgreementParty, Application
from brobygger.grants.proposals import Proposal
from brobygger.grants.services import agree, apply
from brobygger.law.codes import Context, PriceLineKind, SupportType
from brobygger.mentorships.need import Need
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.price import PriceLine
from brobygger.rulebook.models import LocalFrame, LocalWayOfWorking
from tests.cast import Cast

ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STARTS = date(2026, 12, 1)
WAGE = PriceLine(PriceLineKind.WAGE, "Løn", Decimal(250))


def need(cast: Cast, **changes: Any) -> Need:
    whole = Need(
        citizen=cast.citizen,
        target_group="6.3",
        context=Context.COMPANY_PLACEMENT,
        support_type=SupportType.WORKPLACE_INTRODUCTION,
        organisation=cast.company,
        mentor=cast.mentor,
        purpose="At David gennemfører praktikken i bageriet.",
        goals=("Møder tre dage om ugen", "Kan åbne butikken alene"),
        tasks=("Introducere til arbejdet", "Tale om mødetider hver mandag"),
        qualifications_needed="Erfaring med oplæring",
        decisive_reason="David er stoppet i to praktikker uden støtte.",
        beyond_normal_reason="Støtten er daglig og rækker ud over almindelig oplæring.",
        not_usual_work=True,
    )
    return replace(whole, **changes)


def plan(weeks: int = 10, hours: int = 5) -> HourPlan:
    return HourPlan((Phase(weeks, hours * 60),))


def proposal(**changes: Any) -> Proposal:
    """Ten weeks of five hours at 250 kroner from the first of December: 50 hours, 12,500 kroner."""
    whole = Proposal(
        starts_on=STARTS,
        plan=plan(),
        price_lines=(WAGE,),
        hours_reason="Mest støtte i begyndelsen.",
        reason="Støtten er nødvendig for at fastholde praktikken.",
    )
    return replace(whole, **changes)


def set_frame(cast: Cast, **limits: Any) -> LocalFrame:
    """Three months and five hours a week, more by a leader."""
    return LocalFrame.objects.create(
        **{
            "municipality": cast.municipality,
            "name": "3 måneder og 5 timer om ugen",
            "valid_from": date(2020, 1, 1),
            "max_months": 3,
            "max_minutes_per_week": 300,
            "exceeded_by": "TEAM_LEADER",
            "recorded_at": AT,
            "recorded_by": cast.eva,
            **limits,
        }
    )


def set_way(cast: Cast, way: str) -> None:
    LocalWayOfWorking.objects.create(
        municipality=cast.municipality, valid_from=date(2020, 1, 1), way=way, recorded_at=AT
    )


def submit(cast: Cast, *, by: User | None = None, **changes: Any) -> Application:
    return apply.submit(need=need(cast), proposal=proposal(**changes), by=by or cast.anna, at=AT, on=ON)


def pending(cast: Cast, **changes: Any) -> Application:
    """Six hours a week, which is one over the frame: a leader decides."""
    set_frame(cast)
    application = submit(cast, **{"plan": plan(hours=6), **changes})
    assert application.state == "PENDING"
    return application


def granted(cast: Cast) -> Application:
    """Granted by Anna inside the frame."""
    set_frame(cast)
    application = submit(cast)
    assert application.state == "GRANTED"
    return application


def agreement_of(application: Application) -> Agreement:
    found = Agreement.objects.filter(mentorship=application.mentorship, replaced_at=None).last()
    assert found is not None
    return found


def party_of(application: Application, party: str) -> AgreementParty:
    return AgreementParty.objects.select_related("agreement__mentorship").get(
        agreement=agreement_of(application), party=party
    )


def all_accept(cast: Cast, application: Application, at: datetime = AT) -> None:
    for party in ("CITIZEN", "MENTOR", "COMPANY"):
        agree.accept_on_paper(party=party_of(application, party), by=cast.anna, at=at)
    application.mentorship.refresh_from_db()


def actions() -> list[str]:
    """What the audit trail says was done, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("select action from audit_event order by id")
        return [row[0] for row in cursor.fetchall()]


def messages() -> list[tuple[str, str, str, str, int | None]]:
    """The outbox: channel, address, subject, body, document."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select channel, address, subject, body, document_id from notices_outgoingmessage order by id"
        )
        return cursor.fetchall()
