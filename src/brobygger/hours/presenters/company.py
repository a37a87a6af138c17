"""The company's page: hours, no person beyond a first name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from brobygger.accounts.models import User
from brobygger.hours import selectors
from brobygger.hours.states import State
from brobygger.mentorships.models import Mentorship
from brobygger.people.models import Mentor
from brobygger.values.period import Period, add_months

_MONTHS_BACK = 6


@dataclass(frozen=True)
class CompanyCase:
    """One mentorship in the company; minutes of the month."""

    mentorship: Mentorship
    citizen: str
    mentor: str
    confirmed: int
    waiting: int
    disputed: int

    @property
    def minutes(self) -> int:
        return self.confirmed + self.waiting + self.disputed


def company_page(user: User, month: date, today: date) -> dict[str, Any]:
    """The company's mentorships under way with today's mentor and the month's hours, in three queries."""
    minutes = selectors.company_minutes(Period.of_months(month, 1))
    under_way = list(selectors.mentorships_under_way(user))
    turns = selectors.turns_of(under_way, today)
    cases = [_case(case, turns[case.pk].mentor, minutes.get(case.pk, {})) for case in under_way]
    return {
        "cases": cases,
        "month": month,
        "total": sum(case.minutes for case in cases),
        "confirmed": sum(case.confirmed for case in cases),
    }


def months_to_choose(today: date) -> list[date]:
    return [add_months(today.replace(day=1), -back) for back in range(_MONTHS_BACK)]


def _case(case: Mentorship, mentor: Mentor | None, minutes: dict[str, int]) -> CompanyCase:
    return CompanyCase(
        mentorship=case,
        citizen=_first(case.citizen.name),
        mentor=_first(mentor.name) if mentor else "",
        confirmed=minutes.get(State.CONFIRMED, 0) + minutes.get(State.ACCEPTED, 0),
        waiting=minutes.get(State.REGISTERED, 0),
        disputed=minutes.get(State.DISPUTED, 0),
    )


def _first(name: str) -> str:
    return (name.split() or [""])[0]
