"""What a control may look at in one whole case. None means "not known": a control never guesses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from brobygger.law import regimes as at
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, SupportType

Documented = bool | str | None
"""The words themselves, or only whether there are any. An empty text is "nothing was written"."""

AGREEMENT_ITEMS = (
    "goal",
    "mentor_name",
    "mentor_contact",
    "tasks",
    "starts_on",
    "ends_on",
    "hours",
    "complaint_guidance",
)
"""What can stand in a mentor agreement; the names of ``law.facts.AgreementFacts``."""


class GrantedPeriod(NamedTuple):
    """One granted period, ``[start, end_before)``."""

    start: date
    end_before: date


class FollowUpSeen(NamedTuple):
    """One follow-up that was planned. ``service_delivered`` is what it found, None where that was not said."""

    due: date
    done_on: date | None = None
    service_delivered: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One case as it stands. Minutes are whole minutes, kroner without VAT, references never names.

    A case can have several decisions. A yes or no about "the decision" is yes only when it holds for every one
    of them; ``notified_on`` and ``complaint_last_day`` are those of the decision with the shortest deadline.
    ``decided_on`` is the day of the first decision, and the law facts are those it was made on.
    """

    # Which case.
    case_code: str
    municipality_code: str | None = None
    team: str | None = None
    citizen_ref: str | None = None
    mentor_ref: str | None = None
    supplier_ref: str | None = None

    # When.
    created_on: date | None = None
    decided_on: date | None = None
    started_on: date | None = None
    begun: bool | None = None
    """Whether the help has begun; where it is not told, the dates decide."""
    ended_on: date | None = None
    """The last day of the support, when it has ended."""
    planned_end_before: date | None = None
    """The first day after the granted time."""
    agreement_on: date | None = None
    """When the last of the parties had said yes to the first agreement."""
    first_contact_on: date | None = None
    citizen_informed_on: date | None = None

    # What the law asks about.
    act: Act | None = None
    target_group: str | None = None
    context: Context | None = None
    support_type: SupportType | None = None
    age: int | None = None
    mentor_kind: MentorKind | None = None
    purpose: Documented = None
    tasks: Documented = None
    qualifications: Documented = None
    decisive: Documented = None
    beyond_normal: Documented = None
    not_usual_work: bool | None = None
    employees: int | None = None
    at_school: bool | None = None
    discharge_on: date | None = None
    education_admission_on: date | None = None
    in_group_since: date | None = None
    right_and_duty: bool | None = None
    """Whether the mentor was one the citizen had both a right and a duty to (2014-2019)."""

    # What was decided.
    periods: tuple[GrantedPeriod, ...] | None = None
    decision_kind: str | None = None
    reasons: Documented = None
    rules_named: bool | None = None
    hearing: Documented = None
    hearing_needed: bool | None = None
    fully_upheld: bool | None = None
    reassessed: bool | None = None
    """Whether every prolongation rests on a new concrete assessment; None also when there is none."""
    complaint_guidance: bool | None = None
    notified_on: date | None = None
    complaint_last_day: date | None = None
    decided_by_ref: str | None = None
    mentor_is_decider: bool | None = None

    # The agreement.
    agreement_items: frozenset[str] | None = None
    agreement_written: bool | None = None

    # Hours and money.
    granted_minutes: int | None = None
    hours_reason: Documented = None
    used_minutes: int | None = None
    confirmed_minutes: int | None = None
    disputed_minutes: int | None = None
    unconfirmed_minutes: int | None = None
    """Neither confirmed nor disputed, and older than the days the citizen has to answer."""
    paid_minutes: int | None = None
    paid_kroner: Decimal | None = None
    granted_kroner: Decimal | None = None
    fixed_kroner: Decimal | None = None
    """What is granted outside the hours, a mentor course for instance."""
    hourly_rate: Decimal | None = None
    price_line_kinds: frozenset[PriceLineKind] | None = None
    account: str | None = None

    # What happened.
    contact_dates: tuple[date, ...] | None = None
    follow_ups: tuple[FollowUpSeen, ...] | None = None
    goals: int | None = None
    goals_with_attainment: int | None = None
    conclusion_recorded: bool | None = None

    @property
    def is_given(self) -> bool:
        """Whether support was given. A case whose periods are not known is taken for what it is listed as."""
        return self.periods != () and self.decision_kind != "REFUSAL"

    @property
    def is_decided(self) -> bool:
        """Whether there is a decision to look at; a case that still waits for one has none."""
        return self.decided_on is not None or self.decision_kind is not None or self.periods != ()

    @property
    def is_before_reform(self) -> bool:
        """Whether the case is older than the demands to the agreement that are known (2014)."""
        day = self.decided_on or self.started_on
        return day is not None and day < at.CASH_BENEFIT_REFORM

    @property
    def has_decider(self) -> bool:
        return bool(self.decided_by_ref)

    @property
    def has_rate(self) -> bool | None:
        """Whether there is a price for the hour; None when it is not known."""
        rate = self.hourly_rate
        return None if rate is None else rate.is_finite() and rate > 0

    @property
    def has_ended(self) -> bool | None:
        """None when it is not known."""
        if self.ended_on is not None or self.conclusion_recorded:
            return True
        return self.conclusion_recorded


def documented(value: Documented) -> bool | None:
    """Whether something was written; None when it is not known."""
    return bool(value.strip()) if isinstance(value, str) else value


def finite(amount: Decimal | None) -> Decimal | None:
    """The amount; None for what is no number."""
    return amount if amount is not None and amount.is_finite() else None


def known_fields(cases: Iterable[CaseFacts]) -> frozenset[str]:
    """The names of the facts that at least one case has a value for; what could be tested at all."""
    missing = {each.name for each in fields(CaseFacts)}
    for case in cases:
        missing -= {name for name in missing if getattr(case, name) is not None}
        if not missing:
            break
    return frozenset(each.name for each in fields(CaseFacts)) - missing
