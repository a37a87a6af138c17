"""What is asked for, and the facts that law and frame judge it by. The live panel and the services use the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from brobygger.accounts.models import User
from brobygger.grants.models import Application, Kind
from brobygger.law.codes import MentorKind, PriceLineKind
from brobygger.law.facts import AgreementFacts, Facts, PriceLineFact
from brobygger.mentorships.need import Need
from brobygger.organisations.models import Organisation
from brobygger.payment.hour_plan import HourPlan
from brobygger.payment.price import PER_HOUR, Basis, Estimate, PriceLine, estimate
from brobygger.people.models import Mentor
from brobygger.rulebook.frames import FrameRequest
from brobygger.values.money import ZERO
from brobygger.values.period import Period


@dataclass(frozen=True)
class Proposal:
    """Period, hours and price asked for. ``ends_before`` None means: as long as the plan lasts.

    ``mentor`` is the new one where a change asks for another mentor, ``new_tasks`` what the mentor is to do besides.
    """

    kind: Kind = Kind.GRANT
    starts_on: date | None = None
    ends_before: date | None = None
    plan: HourPlan | None = None
    price_lines: tuple[PriceLine, ...] = ()
    hours_reason: str = ""
    reason: str = ""
    is_reassessed: bool | None = None
    mentor: Mentor | None = None
    new_tasks: tuple[str, ...] = ()

    @property
    def period(self) -> Period | None:
        """The days asked for; None while a date is missing or the end comes before the start."""
        if self.starts_on is None:
            return None
        if self.ends_before is not None:
            return Period(self.starts_on, self.ends_before) if self.ends_before > self.starts_on else None
        return self.plan.period(self.starts_on) if self.plan else None

    def estimate(self, on: date) -> Estimate | None:
        return estimate(self.plan, self.price_lines, on=on) if self.plan else None


def facts_of(
    need: Need,
    proposal: Proposal,
    *,
    on: date,
    previous_period: Period | None = None,
    decider: User | None = None,
    agreement: AgreementFacts | None = None,
) -> Facts:
    """The facts of one case on one date. ``decider`` is the municipality's employee who would decide."""
    organisation, mentor, citizen = need.organisation, need.mentor, need.citizen
    return Facts(
        on=on,
        act=need.act,
        target_group=need.target_group or None,
        context=need.context,
        support_type=need.support_type,
        age=age_on(citizen.birth_date, on) if citizen and citizen.birth_date else None,
        self_supporting=need.target_group == "SELF" if need.target_group else None,
        purpose=need.purpose,
        decisive_reason=need.decisive_reason,
        beyond_normal_reason=need.beyond_normal_reason,
        tasks=need.tasks,
        qualifications=mentor.qualifications if mentor else "",
        mentor_kind=MentorKind(mentor.kind) if mentor else None,
        mentor_decides_case=_is_same_person(mentor.email, decider) if mentor and decider else None,
        not_usual_work=need.not_usual_work,
        organisation_employees=organisation.employees if organisation else None,
        at_school=organisation.kind == Organisation.Kind.SCHOOL if organisation else None,
        period=proposal.period,
        previous_period=previous_period,
        reassessed=proposal.is_reassessed,
        minutes_total=proposal.plan.total_minutes if proposal.plan else None,
        hours_reason=proposal.hours_reason,
        decided_by_municipality=True if decider else None,
        agreement=agreement,
        price_lines=tuple(
            PriceLineFact(line.kind, line.amount, line.text, line.basis is PER_HOUR)
            for line in proposal.price_lines
        ),
        in_group_since=need.in_group_since,
        discharge_on=need.discharge_on,
        education_admission_on=need.education_admission_on,
    )


def frame_request_of(proposal: Proposal, *, on: date) -> FrameRequest:
    """What the municipality's frame is held against."""
    priced = proposal.estimate(on)
    plan = proposal.plan
    return FrameRequest(
        period=proposal.period,
        minutes_per_week_max=plan.max_minutes_per_week if plan else None,
        minutes_total=plan.total_minutes if plan else None,
        kroner_total=priced.total if priced else None,
        hourly_rate=priced.hourly_rate if priced else None,
        training_kroner=sum(
            (line.amount for line in proposal.price_lines if line.kind is PriceLineKind.TRAINING), ZERO
        ),
    )


def price_lines_as_data(lines: tuple[PriceLine, ...]) -> list[dict[str, str]]:
    """Rows that JSON can hold, amounts as text so that no øre is lost."""
    return [
        {"kind": line.kind.value, "text": line.text, "amount": str(line.amount), "basis": line.basis.value}
        for line in lines
    ]


def price_lines_from_data(rows: list[dict[str, Any]]) -> tuple[PriceLine, ...]:
    return tuple(
        PriceLine(PriceLineKind(row["kind"]), row["text"], Decimal(row["amount"]), Basis(row["basis"]))
        for row in rows
    )


def proposal_of(application: Application) -> Proposal:
    """The proposal that an application froze."""
    return Proposal(
        kind=Kind(application.kind),
        starts_on=application.starts_on,
        ends_before=application.ends_before,
        plan=HourPlan.from_data(application.plan),
        price_lines=price_lines_from_data(application.price_lines),
        hours_reason=application.hours_reason,
        reason=application.reason,
        is_reassessed=application.is_reassessed,
        mentor=application.mentor,
        new_tasks=tuple(application.new_tasks.splitlines()),
    )


def as_proposed(need: Need, proposal: Proposal) -> Need:
    """The need as law and letter judge it: with the new mentor and the new tasks where they are asked for."""
    return replace(need, mentor=proposal.mentor or need.mentor, tasks=(*need.tasks, *proposal.new_tasks))


def prices_of_new_mentor(
    lines: tuple[PriceLine, ...], kind: MentorKind, amount: Decimal | None
) -> tuple[PriceLine, ...]:
    """Price lines after a change of mentor: what is paid once stays, the hours follow the new mentor.

    ``amount`` is the new mentor's kroner an hour, None where the price is as before; then a fee stays a fee and a wage
    a wage, and the law says whether it fits. A volunteer gets nothing an hour.
    """
    once = tuple(line for line in lines if line.basis is not PER_HOUR)
    if not kind.is_paid:
        return once
    if amount is None:
        return lines
    paid_as = PriceLineKind.FEE if kind.is_external else PriceLineKind.WAGE
    return (PriceLine(paid_as, "", amount), *once)


def age_on(born: date, on: date) -> int:
    """Whole years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _is_same_person(email: str, user: User) -> bool:
    return bool(email) and email.casefold() == user.email.casefold()
