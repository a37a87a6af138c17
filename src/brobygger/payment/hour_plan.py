"""The hours of a mentorship, phase by phase: many in the beginning, fewer later.

A plan is exact. Only where a phase lasts a broken number of weeks must minutes be rounded, and then the
running total is rounded, never each week, so that the weeks always add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, lcm

from brobygger.values.period import Period

DAYS_PER_WEEK = 7
MAX_MINUTES_PER_WEEK = DAYS_PER_WEEK * 24 * 60
MAX_WEEKS = 520
_HALF = 1
"""Half a minute, counted in halves: what is added before a running total is cut down."""


class BadPlan(ValueError):
    """The phases are no plan; the message can be shown by the field."""


@dataclass(frozen=True)
class Phase:
    """A stretch of ``weeks`` weeks with ``minutes_per_week`` minutes of mentoring in each.

    Raises BadPlan when the weeks are not above 0 and at most ten years, or the minutes do not fit in a week.
    """

    weeks: Decimal | int
    minutes_per_week: int

    def __post_init__(self) -> None:
        if not Decimal(self.weeks).is_finite() or not 0 < self.weeks <= MAX_WEEKS:
            raise BadPlan("Skriv hvor mange uger fasen varer. Det skal være mere end 0.")
        if not 0 <= self.minutes_per_week <= MAX_MINUTES_PER_WEEK:
            raise BadPlan("Skriv timer om ugen mellem 0 og 168.")

    @property
    def exact_weeks(self) -> Fraction:
        return Fraction(self.weeks)


@dataclass(frozen=True)
class HourPlan:
    """Phases after each other, without a break. Raises BadPlan when there is no phase.

    >>> plan = HourPlan((Phase(2, 37 * 60), Phase(10, 5 * 60)))
    >>> plan.total_minutes, plan.weeks, plan.max_minutes_per_week
    (7440, Decimal('12'), 2220)
    """

    phases: tuple[Phase, ...]

    def __post_init__(self) -> None:
        if not self.phases:
            raise BadPlan("Skriv mindst én fase med uger og timer om ugen.")

    @classmethod
    def from_data(cls, rows: Iterable[Mapping[str, str | int]]) -> HourPlan:
        """A plan from what ``as_data`` gave. Raises BadPlan."""
        return cls(tuple(Phase(Decimal(str(row["weeks"])), int(row["minutes_per_week"])) for row in rows))

    def as_data(self) -> list[dict[str, str | int]]:
        """Rows that JSON can hold, weeks as text so that no digit is lost."""
        return [
            {"weeks": str(phase.weeks), "minutes_per_week": phase.minutes_per_week} for phase in self.phases
        ]

    @property
    def weeks(self) -> Decimal:
        """Length in weeks."""
        return sum((Decimal(phase.weeks) for phase in self.phases), Decimal(0))

    @property
    def days(self) -> int:
        """Length in whole days; a day begun counts."""
        return ceil(sum(phase.exact_weeks for phase in self.phases) * DAYS_PER_WEEK)

    @property
    def total_minutes(self) -> int:
        """Minutes in all, rounded once, half a minute up."""
        return self._minutes_after(sum(self._lengths))

    @property
    def max_minutes_per_week(self) -> int:
        """Minutes a week in the busiest phase, the figure a municipality's frame is held against."""
        return max(phase.minutes_per_week for phase in self.phases)

    def by_week(self) -> tuple[int, ...]:
        """Minutes in each week from the start; the last may be a part. The sum is ``total_minutes``."""
        reached = [self._minutes_after(week * self._parts) for week in range(ceil(self.weeks) + 1)]
        return tuple(later - earlier for earlier, later in pairwise(reached))

    def minutes_until(self, day: date, *, start: date) -> int:
        """Minutes planned from ``start`` up to, not including, ``day``, spread evenly over each week."""
        days = max(0, (day - start).days)
        return self._minutes_after(days * self._parts // DAYS_PER_WEEK)

    def period(self, start: date) -> Period:
        """The days the plan covers when it begins on ``start``."""
        return Period(start, start + timedelta(days=self.days))

    def after_weeks(self, weeks: int) -> HourPlan | None:
        """What is left of the plan when ``weeks`` whole weeks have passed; None when nothing is.

        >>> HourPlan((Phase(2, 2220), Phase(10, 300))).after_weeks(5).describe()
        '5 timer om ugen i 7 uger'
        """
        left, passed = [], Decimal(weeks)
        for phase in self.phases:
            rest = Decimal(phase.weeks) - passed
            passed = max(Decimal(0), -rest)
            if rest > 0:
                left.append(Phase(rest, phase.minutes_per_week))
        return HourPlan(tuple(left)) if left else None

    def describe(self) -> str:
        """The plan in Danish.

        >>> HourPlan((Phase(2, 2220), Phase(10, 300))).describe()
        '37 timer om ugen i 2 uger, derefter 5 timer om ugen i 10 uger'
        """
        return ", derefter ".join(
            f"{_hours(phase.minutes_per_week)} om ugen i {_weeks(phase.weeks)}" for phase in self.phases
        )

    @cached_property
    def _parts(self) -> int:
        """So many equal parts of a week that every phase and every day is a whole number of them."""
        return DAYS_PER_WEEK * lcm(*(phase.exact_weeks.denominator for phase in self.phases))

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(int(phase.exact_weeks * self._parts) for phase in self.phases)

    def _minutes_after(self, parts: int) -> int:
        """Minutes of so many parts of weeks from the start: exact in whole numbers, then rounded half a minute up."""
        minutes, left = 0, parts
        for phase, length in zip(self.phases, self._lengths, strict=True):
            used = min(left, length)
            minutes += used * phase.minutes_per_week
            left -= used
        return (2 * minutes + _HALF * self._parts) // (2 * self._parts)


def _hours(minutes: int) -> str:
    number = _danish(Decimal(minutes) / 60)
    return f"{number} time" if number == "1" else f"{number} timer"


def _weeks(weeks: Decimal | int) -> str:
    number = _danish(Decimal(weeks))
    return f"{number} uge" if number == "1" else f"{number} uger"


def _danish(number: Decimal) -> str:
    text = f"{number:.2f}"
    return text.rstrip("0").rstrip(".").replace(".", ",")
