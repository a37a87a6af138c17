"""What a rule may look at. None and an empty text mean "not known yet"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, RightAndDutyEnd, SupportType
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
class RightAndDutyFacts:
    """A right-and-duty mentor (ret og pligt-mentor) of 2014-2019.

    ``contact_interval_days`` is the longest time between two contacts, as planned or as held. ``ending`` says how
    the support ended; ``other_offer_ready`` whether another offer can begin, ``new_offer_given`` whether one did.
    """

    personal_circumstances: str = ""
    can_join_offers: bool | None = None
    contact_interval_days: int | None = None
    meets_in_person: bool | None = None
    not_in_person_reason: str = ""
    ending: RightAndDutyEnd | None = None
    other_offer_ready: bool | None = None
    new_offer_given: bool | None = None


@dataclass(frozen=True)
class DecisionFacts:
    """The decision letter and what happened to it: its contents, notice, complaint, filing and keeping.

    ``authority`` and ``appeal_body`` are the names in the letter. ``complaint_last_day`` is the day the letter gives.
    ``available_on`` is the day the message could be read in Digital Post. ``kept_from`` is the day from which the
    age of the case is counted when papers are destroyed.
    """

    written: bool | None = None
    fully_upheld: bool | None = None
    reasons_given: bool | None = None
    rules_named: bool | None = None
    facts_named: bool | None = None
    considerations_named: bool | None = None
    hearing_needed: bool | None = None
    heard: bool | None = None
    authority: str = ""
    complaint_guidance: bool | None = None
    appeal_body: str = ""
    complaint_to_authority: bool | None = None
    notified_on: date | None = None
    complaint_last_day: date | None = None
    complaint_received_on: date | None = None
    complaint_refused_as_late: bool | None = None
    reassessed_on: date | None = None
    oral_information: bool | None = None
    noted: bool | None = None
    journalised_on: date | None = None
    journal_subject: str = ""
    by_digital_post: bool | None = None
    available_on: date | None = None
    closed_on: date | None = None
    kept_from: date | None = None
    destroyed_on: date | None = None
    still_needed: bool | None = None


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
    in_group_since: date | None = None
    per_place: bool | None = None
    places: int | None = None
    people_served: int | None = None
    right_and_duty: RightAndDutyFacts | None = None
    status_at_agreement: str | None = None
    employed_at_agreement: bool | None = None
    reimbursement_percent: Decimal | None = None
    account: str = ""
    delivery_checked: bool | None = None
    decision: DecisionFacts | None = None

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
