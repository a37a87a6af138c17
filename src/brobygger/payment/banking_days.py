"""Danish banking days, and the day a payment is made.

Closed are Saturdays, Sundays, public holidays, the day after Ascension, Constitution Day, Christmas Eve and New
Year's Eve. Source: the National Bank's list of closed days for 2026 and 2027; other years follow the same rule.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache

import holidays

from brobygger.values.period import ONE_DAY, Period

_FRIDAY, _THURSDAY = 4, 3


class WhenClosed(StrEnum):
    """Where a pay day goes that falls on a closed day. MODIFIED goes on, but never into the next month."""

    BEFORE = "BEFORE"
    AFTER = "AFTER"
    MODIFIED = "MODIFIED"


def is_banking_day(day: date) -> bool:
    """Whether banks move money on the day.

    >>> is_banking_day(date(2026, 5, 1)), is_banking_day(date(2026, 5, 15)), is_banking_day(date(2026, 6, 5))
    (True, False, False)
    """
    return day.weekday() <= _FRIDAY and day not in _closed(day.year)


def banking_day_on_or_after(day: date) -> date:
    """``day``, or the first banking day after it."""
    while not is_banking_day(day):
        day += ONE_DAY
    return day


def banking_day_on_or_before(day: date) -> date:
    """``day``, or the last banking day before it."""
    while not is_banking_day(day):
        day -= ONE_DAY
    return day


def add_banking_days(day: date, count: int) -> date:
    """The day that is ``count`` whole banking days after ``day``, which itself is not counted.

    Raises ValueError for a count below zero; 0 gives the day itself or the next banking day.
    """
    if count < 0:
        raise ValueError("Antal bankdage kan ikke være under 0.")
    day = banking_day_on_or_after(day) if count == 0 else day
    for _ in range(count):
        day = banking_day_on_or_after(day + ONE_DAY)
    return day


def pay_day(due_on: date, *, when_closed: WhenClosed = WhenClosed.BEFORE) -> date:
    """The banking day on which something due on ``due_on`` is paid; by default never late.

    >>> pay_day(date(2026, 12, 31)), pay_day(date(2026, 5, 15), when_closed=WhenClosed.AFTER)
    (datetime.date(2026, 12, 30), datetime.date(2026, 5, 18))
    """
    if when_closed is WhenClosed.BEFORE:
        return banking_day_on_or_before(due_on)
    after = banking_day_on_or_after(due_on)
    if when_closed is WhenClosed.MODIFIED and after.month != due_on.month:
        return banking_day_on_or_before(due_on)
    return after


def payment_run(due_on: date, *, ready_on: date, days_to_send: int = 1) -> date:
    """The pay day of an amount approved on ``ready_on``: at ``due_on``, but never before the file can reach the bank.

    ``days_to_send`` are whole banking days between approval and payment.
    """
    return max(pay_day(due_on), add_banking_days(ready_on, days_to_send))


def last_banking_day(year: int, month: int) -> date:
    """The last banking day of a month."""
    last_day = Period.of_month(year, month).last_day
    assert last_day is not None  # a month ends
    return banking_day_on_or_before(last_day)


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[date]:
    public = holidays.country_holidays("DK", years=year, categories=("public",))
    own = {date(year, 6, 5), date(year, 12, 24), date(year, 12, 31), _ascension(public) + ONE_DAY}
    return frozenset({*public, *own})


def _ascension(public: holidays.HolidayBase) -> date:
    """The Thursday forty days after Easter; Maundy Thursday, the only other one, is always before 30 April."""
    first, last = date(min(public).year, 4, 30), date(min(public).year, 6, 3)
    return next(day for day in sorted(public) if day.weekday() == _THURSDAY and first <= day <= last)
