"""A month made from confirmed contacts: minutes, then hours at the rate of each day, then kroner.

Minutes at one rate are priced together and rounded once, as an invoice line is, so the month and the invoice agree
to the øre. What the grant does not hold, and what has no rate, is listed and never paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise

from brobygger.values.money import ZERO, price_of_minutes
from brobygger.values.period import Period


@dataclass(frozen=True)
class DatedRate:
    """Kroner an hour in a period, without VAT. Raises ValueError for a rate below zero."""

    period: Period
    rate: Decimal

    def __post_init__(self) -> None:
        if not self.rate.is_finite() or self.rate < 0:
            raise ValueError("Skriv timeprisen i kroner. Den kan ikke være under 0.")


@dataclass(frozen=True)
class ConfirmedContact:
    """A contact that both sides have confirmed: the day it began and its whole minutes."""

    key: str
    day: date
    minutes: int


@dataclass(frozen=True)
class RateLine:
    """All minutes of the month at one rate. ``contacts`` are (key, minutes), in order of day."""

    rate: Decimal
    minutes: int
    amount: Decimal
    contacts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class MonthClaim:
    """What a month is worth. ``beyond`` are (key, minutes) that the grant does not hold, ``without_rate`` keys."""

    period: Period
    lines: tuple[RateLine, ...]
    beyond: tuple[tuple[str, int], ...] = ()
    without_rate: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def total(self) -> Decimal:
        """Kroner; exactly the sum of the lines."""
        return sum((line.amount for line in self.lines), ZERO)


def month_claim(
    contacts: Iterable[ConfirmedContact],
    rates: Sequence[DatedRate],
    *,
    period: Period,
    minutes_left: int | None = None,
) -> MonthClaim:
    """The claim for the contacts that began in ``period``, the oldest first until ``minutes_left`` is used.

    A contact over midnight belongs whole to the day it began. Raises ValueError for a contact without minutes, for
    two contacts with one key, and for rates that overlap.
    """
    of_month = _in_order(contacts, period)
    _check_rates(rates)
    left = minutes_left
    kept: dict[Decimal, list[tuple[str, int]]] = defaultdict(list)
    beyond, without_rate = [], []
    for contact in of_month:
        rate = _rate_on(rates, contact.day)
        if rate is None:
            without_rate.append(contact.key)
            continue
        used = contact.minutes if left is None else min(left, contact.minutes)
        left = None if left is None else left - used
        if used:
            kept[rate].append((contact.key, used))
        if used < contact.minutes:
            beyond.append((contact.key, contact.minutes - used))
    lines = tuple(_line(rate, found) for rate, found in kept.items())
    return MonthClaim(period, lines, tuple(beyond), tuple(without_rate))


def accrual_steps(minutes: Iterable[int], rate: Decimal) -> tuple[Decimal, ...]:
    """What each contact adds to a month at one rate, in øre, so that the steps add up to the month's line.

    >>> accrual_steps([50, 50, 50], Decimal("333.33"))
    (Decimal('277.78'), Decimal('277.77'), Decimal('277.78'))
    """
    reached = [price_of_minutes(total, rate) for total in accumulate(minutes, initial=0)]
    return tuple(later - earlier for earlier, later in pairwise(reached))


def _in_order(contacts: Iterable[ConfirmedContact], period: Period) -> list[ConfirmedContact]:
    found = sorted((each for each in contacts if each.day in period), key=lambda each: (each.day, each.key))
    if any(each.minutes <= 0 for each in found):
        raise ValueError("En kontakt skal have mindst ét minut.")
    if len({each.key for each in found}) != len(found):
        raise ValueError("Den samme kontakt står to gange.")
    return found


def _check_rates(rates: Sequence[DatedRate]) -> None:
    in_order = sorted(rates, key=lambda each: each.period.start)
    if any(earlier.period.overlaps(later.period) for earlier, later in pairwise(in_order)):
        raise ValueError("To timepriser gælder samme dag.")


def _rate_on(rates: Sequence[DatedRate], day: date) -> Decimal | None:
    return next((each.rate for each in rates if day in each.period), None)


def _line(rate: Decimal, contacts: list[tuple[str, int]]) -> RateLine:
    minutes = sum(used for _, used in contacts)
    return RateLine(rate, minutes, price_of_minutes(minutes, rate), tuple(contacts))
