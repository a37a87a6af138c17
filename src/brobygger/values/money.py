"""Kroner as Decimal. Rounding happens here, by name, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from math import floor

OERE = Decimal("0.01")
KRONE = Decimal("1")
MINUTES_PER_HOUR = Decimal(60)
ZERO = Decimal("0.00")


def round_to_oere(amount: Decimal) -> Decimal:
    """Half away from zero to whole øre; used on each line, never on a sum of lines.

    >>> round_to_oere(Decimal("0.125"))
    Decimal('0.13')
    """
    return amount.quantize(OERE, rounding=ROUND_HALF_UP)


def round_to_kroner(amount: Decimal) -> Decimal:
    """Half away from zero to whole kroner; used for display of estimates only."""
    return amount.quantize(KRONE, rounding=ROUND_HALF_UP)


def price_of_minutes(minutes: int, hourly_rate: Decimal) -> Decimal:
    """Kroner for ``minutes`` at ``hourly_rate`` kroner an hour, rounded once to øre.

    >>> price_of_minutes(90, Decimal("250"))
    Decimal('375.00')
    """
    return round_to_oere(Decimal(minutes) * hourly_rate / MINUTES_PER_HOUR)


def fraction_to_oere(amount: Fraction) -> Decimal:
    """An exact fraction of kroner to whole øre, half away from zero.

    >>> fraction_to_oere(Fraction(1, 8)), fraction_to_oere(Fraction(-1, 8)), fraction_to_oere(Fraction(1, 3))
    (Decimal('0.13'), Decimal('-0.13'), Decimal('0.33'))
    """
    oere = floor(abs(amount) * 100 + Fraction(1, 2))
    return Decimal(oere if amount >= 0 else -oere).scaleb(-2)


def running_oere(parts: Iterable[Fraction]) -> tuple[Decimal, ...]:
    """Parts in whole øre that add up to the rounded whole: the running total is rounded, a part is a difference.

    >>> running_oere([Fraction(1, 3)] * 3)
    (Decimal('0.33'), Decimal('0.34'), Decimal('0.33'))
    """
    reached = [fraction_to_oere(total) for total in accumulate(parts, initial=Fraction(0))]
    return tuple(later - earlier for earlier, later in pairwise(reached))


def kroner_in_words(amount: Decimal) -> str:
    """Danish kroner with øre, for sentences.

    >>> kroner_in_words(Decimal("15450")), kroner_in_words(Decimal("-0.5"))
    ('15.450,00 kr.', '-0,50 kr.')
    """
    return f"{f'{round_to_oere(amount):,.2f}'.translate(str.maketrans(',.', '.,'))} kr."
