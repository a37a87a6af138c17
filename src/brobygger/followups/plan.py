"""The default follow-up plan by phase. Plain Python: days in, days out.

Practice as the municipalities describe it: contact every third or fourth day for the first two weeks, then at least
monthly, a written status after three months, and a talk before the end. The law asks for follow-up without fixing an
interval, so this is the municipality's own plan and no legal deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

from brobygger.values.period import ONE_DAY, add_months

START_DAYS = (3, 7, 10, 14)
STATUS_MONTHS = 3
END_DAYS_BEFORE = 14
CLOSE_DAYS = 7
"""Follow-ups closer to each other than this are made one."""


class Kind(StrEnum):
    CONTACT = "CONTACT"
    MONTHLY = "MONTHLY"
    STATUS = "STATUS"
    END = "END"


@dataclass(frozen=True, order=True)
class Planned:
    """One follow-up and the working day it is due."""

    due_on: date
    kind: Kind


def default_plan(starts_on: date, ends_before: date) -> tuple[Planned, ...]:
    """The follow-ups of a mentorship that runs ``[starts_on, ends_before)``, in order; empty for one of few days.

    From start to last day no two neighbours are more than a month apart, and all lie on working days inside the
    period. Raises ValueError when the period holds no day.
    """
    if ends_before <= starts_on:
        raise ValueError("A follow-up plan needs a period with at least one day.")
    contacts = _contacts(starts_on, ends_before)
    first_after = contacts[-1].due_on if contacts else starts_on
    end = _end_of(starts_on, ends_before, after=first_after)
    middle = _monthly(starts_on, first_after, end.due_on if end else ends_before)
    if (
        end
        and middle
        and (end.due_on - middle[-1].due_on).days < CLOSE_DAYS
        and middle[-1].kind is Kind.MONTHLY
    ):
        end = Planned(middle.pop().due_on, Kind.END)
    return (*contacts, *middle, *((end,) if end else ()))


def _contacts(starts_on: date, ends_before: date) -> list[Planned]:
    days = [next_working_day(starts_on + timedelta(days=days)) for days in START_DAYS]
    return [Planned(day, Kind.CONTACT) for day in sorted(set(days)) if day < ends_before]


def _end_of(starts_on: date, ends_before: date, *, after: date) -> Planned | None:
    """Two weeks before the end; in a short mentorship the last working day of it, if any is left."""
    day = previous_working_day(ends_before - timedelta(days=END_DAYS_BEFORE))
    if day <= after:
        day = previous_working_day(ends_before - ONE_DAY)
    return Planned(day, Kind.END) if day > after else None


def _monthly(starts_on: date, after: date, before: date) -> list[Planned]:
    """At most a month apart, also around weekends: a day off moves them to the working day before, never after."""
    planned: list[Planned] = []
    status_on = previous_working_day(add_months(starts_on, STATUS_MONTHS))
    last, has_status = after, status_on <= after
    while True:
        day = previous_working_day(add_months(last, 1))
        is_status = not has_status and (status_on - day).days < CLOSE_DAYS
        if is_status:
            day = min(day, status_on)
        if day >= before:
            return planned
        planned.append(Planned(day, Kind.STATUS if is_status else Kind.MONTHLY))
        last, has_status = day, has_status or is_status


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no Danish holiday, Constitution Day, Christmas Eve or New Year's Eve."""
    return day.weekday() < 5 and day not in _closed(day.year)


def next_working_day(day: date) -> date:
    """``day``, or the first working day after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def previous_working_day(day: date) -> date:
    """``day``, or the last working day before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year, categories=("public", "optional")))
