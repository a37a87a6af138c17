"""Kroner as Decimal. Rounding happens here, by name, and nowhere else."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

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
