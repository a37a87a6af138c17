"""Whole-day periods, half-open: ``[start, end)``, shown as "til og med"."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later; the last day of that month where it is shorter.

    >>> add_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, order=True)
class Period:
    """Days from ``start`` up to, not including, ``end``; ``end`` None means open.

    Raises ValueError when it would hold no day.
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"En periode skal slutte efter den begynder ({self.start} - {self.end}).")

    @classmethod
    def through(cls, first: date, last: date) -> Period:
        """From ``first`` to and including ``last`` (til og med)."""
        return cls(first, last + ONE_DAY)

    @classmethod
    def of_months(cls, start: date, months: int) -> Period:
        return cls(start, add_months(start, months))

    @classmethod
    def of_weeks(cls, start: date, weeks: int) -> Period:
        return cls(start, start + timedelta(weeks=weeks))

    @classmethod
    def of_month(cls, year: int, month: int) -> Period:
        return cls.of_months(date(year, month, 1), 1)

    @property
    def last_day(self) -> date | None:
        """The last day inside, None when open."""
        return None if self.end is None else self.end - ONE_DAY

    @property
    def days(self) -> int:
        """Number of days. Raises ValueError for an open period."""
        if self.end is None:
            raise ValueError("En åben periode har ingen længde.")
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def __iter__(self) -> Iterator[date]:
        for offset in range(self.days):
            yield self.start + timedelta(days=offset)

    def overlaps(self, other: Period) -> bool:
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def contains(self, other: Period) -> bool:
        starts_inside = self.start <= other.start
        return starts_inside and (self.end is None or (other.end is not None and other.end <= self.end))

    def intersection(self, other: Period) -> Period | None:
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.end, other.end) if end is not None]
        return Period(max(self.start, other.start), min(ends) if ends else None)

    def lasts_at_most_months(self, months: int) -> bool:
        """Whether the period ends no later than ``months`` calendar months after its start."""
        return self.end is not None and self.end <= add_months(self.start, months)


def gaps(periods: Iterable[Period], within: Period) -> list[Period]:
    """The parts of ``within`` (closed) that no period covers, in order."""
    if within.end is None:
        raise ValueError("Huller findes kun i en lukket periode.")
    found: list[Period] = []
    reached = within.start
    for period in sorted(periods, key=lambda each: each.start):
        if period.start >= within.end:
            break
        if period.start > reached:
            found.append(Period(reached, period.start))
        if period.end is None:
            return found
        reached = max(reached, period.end)
    if reached < within.end:
        found.append(Period(reached, within.end))
    return found
