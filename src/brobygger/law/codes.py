"""The code lists that the law speaks in: contexts, support types, mentors, price lines, target groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from brobygger.values.period import Period


class Labelled(StrEnum):
    """A stored upper-case value with its Danish term."""

    label: str
    # The enumeration's own is written in Python, and the cases of a country are looked up by these.
    __hash__ = str.__hash__

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]


class Act(Labelled):
    LAB = "LAB", "Lov om en aktiv beskæftigelsesindsats"
    INL = "INL", "Integrationsloven"


class Context(Labelled):
    """What the person shall obtain or keep with the mentor's help."""

    COMPANY_PLACEMENT = "COMPANY_PLACEMENT", "Virksomhedspraktik"
    WAGE_SUBSIDY = "WAGE_SUBSIDY", "Løntilskud"
    ORDINARY_EMPLOYMENT = "ORDINARY_EMPLOYMENT", "Ordinær ansættelse"
    FLEX_JOB = "FLEX_JOB", "Fleksjob"
    EDUCATION = "EDUCATION", "Ordinær uddannelse"
    GUIDANCE = "GUIDANCE", "Vejledning og opkvalificering"
    NEWLY_EDUCATED_DISABILITY = "NEWLY_EDUCATED_DISABILITY", "Nyuddannet med handicap"
    ONLY_EFFORT = "ONLY_EFFORT", "Mentor som eneste indsats"
    PSYCHIATRIC_DISCHARGE = "PSYCHIATRIC_DISCHARGE", "Udskrivning fra psykiatrisk indlæggelse"
    CONTACT_COURSE = "CONTACT_COURSE", "Kontaktforløb"


class SupportType(Labelled):
    """The three kinds of support (VIVE's evaluation)."""

    DAILY_LIFE = "DAILY_LIFE", "Støtte i hverdagen"
    HOLD_ACTIVITY = "HOLD_ACTIVITY", "Støtte til at fastholde en anden aktivitet"
    WORKPLACE_INTRODUCTION = "WORKPLACE_INTRODUCTION", "Introduktion på arbejdspladsen"


class MentorKind(Labelled):
    COMPANY_EMPLOYEE = "COMPANY_EMPLOYEE", "Medarbejder i virksomhed"
    SCHOOL_EMPLOYEE = "SCHOOL_EMPLOYEE", "Medarbejder på uddannelsesinstitution"
    MUNICIPAL_EMPLOYEE = "MUNICIPAL_EMPLOYEE", "Kommunalt ansat"
    EXTERNAL_CONSULTANT = "EXTERNAL_CONSULTANT", "Ekstern konsulent"
    PRIVATE_PROVIDER = "PRIVATE_PROVIDER", "Privat leverandør"
    VOLUNTEER = "VOLUNTEER", "Frivillig"
    PRISON_PROBATION = "PRISON_PROBATION", "Kriminalforsorgen"

    @property
    def is_external(self) -> bool:
        """Whether the cost is a fee and not wage for released hours."""
        return self in (MentorKind.EXTERNAL_CONSULTANT, MentorKind.PRIVATE_PROVIDER)

    @property
    def is_paid(self) -> bool:
        return self is not MentorKind.VOLUNTEER


class PriceLineKind(Labelled):
    """What a price line pays for; the last four may not be paid (D06)."""

    WAGE = "WAGE", "Løn"
    HOLIDAY_PAY = "HOLIDAY_PAY", "Feriepenge"
    PENSION = "PENSION", "Pension"
    EMPLOYER_CONTRIBUTION = "EMPLOYER_CONTRIBUTION", "Andre arbejdsgiverbidrag"
    FEE = "FEE", "Honorar til ekstern konsulent"
    TRAINING = "TRAINING", "Mentorkursus"
    OVERHEAD = "OVERHEAD", "Overhead"
    ILLNESS_WAGE = "ILLNESS_WAGE", "Løn under mentors sygdom"
    TRANSPORT_TIME = "TRANSPORT_TIME", "Løn for transporttid"
    TRAVEL_EXPENSES = "TRAVEL_EXPENSES", "Rejseudgifter"


class RightAndDutyEnd(Labelled):
    """How a right-and-duty mentor's support ended."""

    BROKEN_OFF = "BROKEN_OFF", "Afbrudt undervejs"
    ENDED_ABLE = "ENDED_ABLE", "Slut, og borgeren kan deltage i tilbud"
    ENDED_UNABLE = "ENDED_UNABLE", "Slut, og borgeren kan stadig ikke deltage i tilbud"


@dataclass(frozen=True)
class TargetGroup:
    """A number of the act's list of target groups; before 2020 the same number means other people.

    ``code`` is list and number ("6.3" is LAB § 6, no. 3; "2.3" the former § 2, no. 3; "OUTSIDE" no number).
    """

    code: str
    label: str
    paragraph: str
    in_force: Period
    confirmed: bool = True
    closed_for_new_from: date | None = None

    @property
    def number(self) -> str:
        return self.code.partition(".")[2]
