"""What a rule may look at. None and an empty text mean "not known yet"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, SupportType
from brobygger.values.period import Period

Content = bool | str | int | date | tuple[str, ...] | None
"""An item of the agreement: its value, or whether it is there."""


@dataclass(frozen=True)
class AgreementFacts:
    """The mentor agreement (mentoraftale): whether it is in writing, and what stands in it."""

    written: bool = False
    parties: Content = None
    date: Content = None
    goal: Content = None
    mentor_name: Content = None
    mentor_contact: Content = None
    tasks: Content = None
    starts_on: Content = None
    ends_on: Content = None
    hours: Content = None
    complaint_guidance: Content = None


@dataclass(frozen=True)
class PriceLineFact:
    """A line of the price: kroner an hour, or in all where ``per_hour`` is False."""

    kind: PriceLineKind
    amount: Decimal | None = None
    text: str = ""
    per_hour: bool = True


@dataclass(frozen=True)
class Facts:
    """One case on one date.

    ``on`` decides which law answers. ``qualifications`` are the mentor's. ``previous_period`` is the one
    that a renewal continues, None for a first period. ``minutes_total`` is whole minutes over the period.
    """

    on: date
    act: Act = Act.LAB
    target_group: str | None = None
    context: Context | None = None
    support_type: SupportType | None = None
    age: int | None = None
    self_supporting: bool | None = None
    purpose: str = ""
    decisive_reason: str = ""
    beyond_normal_reason: str = ""
    tasks: tuple[str, ...] = ()
    qualifications: str = ""
    mentor_kind: MentorKind | None = None
    mentor_decides_case: bool | None = None
    not_usual_work: bool | None = None
    organisation_employees: int | None = None
    at_school: bool | None = None
    period: Period | None = None
    previous_period: Period | None = None
    reassessed: bool | None = None
    minutes_total: int | None = None
    hours_reason: str = ""
    decided_by_municipality: bool | None = None
    agreement: AgreementFacts | None = None
    price_lines: tuple[PriceLineFact, ...] = ()
    psychiatric_admitted: bool | None = None
    discharge_on: date | None = None
    education_admission_on: date | None = None
    right_used_from: date | None = None

    @property
    def has_purpose(self) -> bool:
        return bool(self.purpose.strip())

    @property
    def has_decisive_reason(self) -> bool:
        return bool(self.decisive_reason.strip())

    @property
    def has_tasks(self) -> bool:
        return any(task.strip() for task in self.tasks)

    @property
    def has_qualifications(self) -> bool:
        return bool(self.qualifications.strip())
