"""What a new mentorship is about, before anything is granted. Plain data between form, law and service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from brobygger.law.codes import Act, Context, SupportType
from brobygger.organisations.models import Organisation
from brobygger.people.models import Citizen, Mentor


@dataclass(frozen=True)
class Need:
    """All of it may still be missing while somebody types; the law says what is."""

    citizen: Citizen | None = None
    act: Act = Act.LAB
    target_group: str = ""
    context: Context | None = None
    support_type: SupportType | None = None
    organisation: Organisation | None = None
    mentor: Mentor | None = None
    purpose: str = ""
    goals: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    qualifications_needed: str = ""
    decisive_reason: str = ""
    beyond_normal_reason: str = ""
    not_usual_work: bool | None = None
    in_group_since: date | None = None
    discharge_on: date | None = None
    education_admission_on: date | None = None
