"""Hours for several people with one mentor: each with a plan of their own, or hours fixed for a place (B12).

A place is held by changing people. Its hours are shared among them by the whole days each held it, so that every
minute has one owner and the shares add up to the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from brobygger.law import regimes
from brobygger.law.target_groups import NEW_ACT
from brobygger.payment.hour_plan import BadPlan, HourPlan
from brobygger.values.period import Period
from brobygger.values.source import Source

MAX_PLACES = 200


@dataclass(frozen=True)
class PlannedPerson:
    """One person's own plan from a day on."""

    key: str
    start: date
    plan: HourPlan


@dataclass(frozen=True)
class PlacePlan:
    """``places`` places with the same plan from ``start``. Raises BadPlan for no place or more than 200."""

    plan: HourPlan
    start: date
    places: int

    def __post_init__(self) -> None:
        if not 0 < self.places <= MAX_PLACES:
            raise BadPlan("Skriv antal pladser mellem 1 og 200.")

    @property
    def period(self) -> Period:
        return self.plan.period(self.start)

    @property
    def total_minutes(self) -> int:
        return self.plan.total_minutes * self.places

    def shares(self, holders: Mapping[str, Period]) -> dict[str, int]:
        """Minutes of ONE place for each holder, by the days of the plan they held it.

        Raises BadPlan where two hold it on one day. Days that nobody held are in no share.
        """
        in_order = sorted(holders.items(), key=lambda each: each[1].start)
        for (_, earlier), (_, later) in pairwise(in_order):
            if earlier.overlaps(later):
                raise BadPlan("To borgere har pladsen samme dag. Ret perioderne.")
        return {key: self._minutes_in(period) for key, period in in_order}

    def _minutes_in(self, period: Period) -> int:
        held = self.period.intersection(period)
        if held is None or held.end is None:
            return 0
        until = self.plan.minutes_until
        return until(held.end, start=self.start) - until(held.start, start=self.start)


def may_be_fixed_per_place(on: date) -> Source:
    """Where it stands that hours may be fixed for a place: the act until 2019, since then municipal practice (B12).

    Raises BadPlan before the act had it.
    """
    if on < regimes.CASH_BENEFIT_REFORM:
        raise BadPlan("Timer pr. plads er først læst fra den 1. januar 2014. Skriv timer for hver borger.")
    return regimes.places() if on < NEW_ACT else regimes.places_today()


def minutes_in_week(people: Iterable[PlannedPerson], monday: date) -> int:
    """Planned minutes of one mentor in the week that begins on ``monday``, over all people."""
    next_monday = monday + timedelta(days=7)
    return sum(
        each.plan.minutes_until(next_monday, start=each.start)
        - each.plan.minutes_until(monday, start=each.start)
        for each in people
    )


def busiest_week(people: Iterable[PlannedPerson]) -> tuple[date, int]:
    """Monday and minutes of the week with most planned minutes, the earliest of equals. Raises BadPlan for nobody."""
    kept = tuple(people)
    if not kept:
        raise BadPlan("Der er ingen borgere i planen.")
    first = min(each.start for each in kept)
    last = max(each.start + timedelta(days=each.plan.days - 1) for each in kept)
    monday = first - timedelta(days=first.weekday())
    weeks = [monday + timedelta(weeks=step) for step in range((last - monday).days // 7 + 1)]
    return max(((week, minutes_in_week(kept, week)) for week in weeks), key=lambda each: each[1])
