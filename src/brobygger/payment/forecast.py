"""What a grant commits, what is spent, what is still expected, and in which year it falls.

    committed  price of the whole plan, and what is paid once
    spent      payments before the day, credits taken off
    expected   confirmed and not yet paid, and the hours still to come, by plan or at the rate used so far
    released   committed - spent - expected: what the grant will not use

Every figure of a period is a difference of two running totals, so days, months and years add up to the whole.
Expected never goes beyond what is left of the commitment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from brobygger.law.codes import Labelled
from brobygger.payment.hour_plan import HourPlan
from brobygger.values.money import ZERO, fraction_to_oere, price_of_minutes, running_oere
from brobygger.values.period import Period


class Method(Labelled):
    """How the hours still to come are estimated."""

    BY_PLAN = "BY_PLAN", "Efter timeplanen"
    BY_RUN_RATE = "BY_RUN_RATE", "Efter forbruget indtil nu"


@dataclass(frozen=True)
class Paid:
    """An amount paid on a day; a credit is below zero."""

    day: date
    amount: Decimal


@dataclass(frozen=True)
class Commitment:
    """One grant: its closed period, plan, rate and what was paid.

    ``fixed`` are kroner paid once, on the first day. ``unpaid`` is confirmed on the day of the forecast and not
    paid. ``factor_ahead`` changes what is still to come, for a what-if. A mentorship without subsidy has rate 0.
    Raises ValueError for an open period.
    """

    key: str
    period: Period
    plan: HourPlan
    hourly_rate: Decimal
    fixed: Decimal = ZERO
    paid: tuple[Paid, ...] = ()
    unpaid: Decimal = ZERO
    account: str = ""
    team: str = ""
    target_group: str = ""
    context: str = ""
    right_and_duty: bool = False
    factor_ahead: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if self.period.end is None:
            raise ValueError("En bevilling har en slutdag.")

    @property
    def ends_before(self) -> date:
        assert self.period.end is not None  # checked when it was made
        return self.period.end

    @cached_property
    def committed(self) -> Decimal:
        return self.committed_until(self.ends_before)

    @property
    def is_without_subsidy(self) -> bool:
        """It costs nothing and still counts as a mentorship."""
        return not self.committed

    def committed_until(self, day: date) -> Decimal:
        """Kroner of the plan from its start up to, not including, ``day``."""
        until = min(day, self.ends_before)
        if until <= self.period.start:
            return ZERO
        minutes = self.plan.minutes_until(until, start=self.period.start)
        return self.fixed + price_of_minutes(minutes, self.hourly_rate)

    def spent_in(self, period: Period) -> Decimal:
        return sum((each.amount for each in self.paid if each.day in period), ZERO)

    def spent_until(self, day: date) -> Decimal:
        return sum((each.amount for each in self.paid if each.day < day), ZERO)


@dataclass(frozen=True)
class Outlook:
    """What one grant still will cost, seen from the beginning of ``on``. Made once and asked for many days."""

    commitment: Commitment
    on: date
    method: Method = Method.BY_PLAN

    def until(self, day: date) -> Decimal:
        """Kroner still to be paid for work from ``on`` up to, not including, ``day``.

        Unpaid work before ``on`` counts at once. Never falls with ``day``; 0 when ``day`` is not after ``on``.
        """
        if day <= self.on:
            return ZERO
        ahead = min(self._left, self._ahead(min(day, self.commitment.ends_before)))
        factor = self.commitment.factor_ahead
        changed = ahead if factor == 1 else fraction_to_oere(Fraction(ahead) * Fraction(factor))
        return self.commitment.unpaid + changed

    def within(self, period: Period) -> Decimal:
        """Kroner still to be paid that fall in a closed period. Raises ValueError for an open one."""
        if period.end is None:
            raise ValueError("En prognose har brug for en slutdag.")
        return self.until(period.end) - self.until(period.start)

    @cached_property
    def _left(self) -> Decimal:
        """What is left of the commitment when the unpaid work is taken off."""
        own = self.commitment
        return max(ZERO, own.committed - own.spent_until(self.on) - own.unpaid)

    @cached_property
    def _planned_before(self) -> Decimal:
        return self.commitment.committed_until(self.on)

    @cached_property
    def _used_per_day(self) -> Fraction | None:
        """Kroner of hours a day since the start; None where the plan must tell."""
        own = self.commitment
        elapsed = (self.on - own.period.start).days
        if self.method is Method.BY_PLAN or elapsed <= 0:
            return None
        used = max(ZERO, own.spent_until(self.on) + own.unpaid - own.fixed)
        return Fraction(used) / min(elapsed, own.period.days)

    def _ahead(self, until: date) -> Decimal:
        """Kroner of future work before ``until``, before the limit of the commitment is held against it."""
        if until <= max(self.on, self.commitment.period.start):
            return ZERO
        if self._used_per_day is None:
            return self.commitment.committed_until(until) - self._planned_before
        return fraction_to_oere(self._used_per_day * (until - self.on).days)


@dataclass(frozen=True)
class Figures:
    """Kroner of a period: committed, spent, expected, and how many mentorships, those without subsidy too."""

    committed: Decimal = ZERO
    spent: Decimal = ZERO
    expected: Decimal = ZERO
    mentorships: int = 0
    without_subsidy: int = 0

    @property
    def outcome(self) -> Decimal:
        """Spent and expected together."""
        return self.spent + self.expected

    @property
    def released(self) -> Decimal:
        """Committed and not going to be used."""
        return self.committed - self.outcome


def figures(
    commitments: Iterable[Commitment], period: Period, *, on: date, method: Method = Method.BY_PLAN
) -> Figures:
    """The figures of a closed period, such as a year, as they look at the beginning of ``on``."""
    if period.end is None:
        raise ValueError("En prognose har brug for en slutdag.")
    committed = spent = expected = ZERO
    count = free_of_charge = 0
    for each in commitments:
        committed += each.committed_until(period.end) - each.committed_until(period.start)
        spent += _spent(each, period, on)
        expected += Outlook(each, on, method).within(period)
        if each.period.overlaps(period):
            count += 1
            free_of_charge += each.is_without_subsidy
    return Figures(committed, spent, expected, count, free_of_charge)


def _spent(commitment: Commitment, period: Period, on: date) -> Decimal:
    until_now = period.intersection(Period(date.min, on))
    return ZERO if until_now is None else commitment.spent_in(until_now)


def year(number: int) -> Period:
    """The days of a calendar year, which is the municipality's budget year."""
    return Period(date(number, 1, 1), date(number + 1, 1, 1))


def split_by_year(amount: Decimal, period: Period) -> dict[int, Decimal]:
    """An amount shared by whole days over the calendar years of a closed period; the shares add up to it.

    >>> split_by_year(Decimal(100), Period(date(2026, 12, 1), date(2027, 2, 1)))
    {2026: Decimal('50.00'), 2027: Decimal('50.00')}
    """
    total = Fraction(amount)
    days: dict[int, int] = {}
    last = period.last_day
    if last is None:
        raise ValueError("Et beløb kan kun deles over en lukket periode.")
    for number in range(period.start.year, last.year + 1):
        part = period.intersection(year(number))
        days[number] = part.days if part else 0
    shares = running_oere(total * count / period.days for count in days.values())
    return dict(zip(days, shares, strict=True))
