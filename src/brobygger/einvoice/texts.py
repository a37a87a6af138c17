"""Danish spelling of amounts, dates and hours in remarks, decisions and reports."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

from brobygger.values.money import round_to_oere

_SWAP = str.maketrans(",.", ".,")


def kroner(amount: Decimal, currency: str = "DKK") -> str:
    """An amount with its currency.

    >>> kroner(Decimal("6312.5")), kroner(Decimal("-1"), "EUR")
    ('6.312,50 kr.', '-1,00 EUR')
    """
    return f"{f'{round_to_oere(amount):,.2f}'.translate(_SWAP)} {'kr.' if currency == 'DKK' else currency}"


def full_stop(sentence: str) -> str:
    """The sentence with one full stop, also where an abbreviation ends it.

    >>> full_stop("Det er 5,00 kr.."), full_stop("Det er 5,00 kr.")
    ('Det er 5,00 kr.', 'Det er 5,00 kr.')
    """
    return f"{sentence.rstrip('.')}."


def danish_date(day: date) -> str:
    """A date as 05.11.2026."""
    return f"{day:%d.%m.%Y}"


def hours(minutes: int) -> str:
    """Minutes as hours to be read in a sentence.

    >>> hours(90), hours(80), hours(60), hours(0)
    ('1,5 timer', '1 time og 20 minutter', '1 time', '0 timer')
    """
    whole, rest = divmod(minutes, 60)
    if rest % 15:
        minute = f"{rest} {'minut' if rest == 1 else 'minutter'}"
        return f"{hours(whole * 60)} og {minute}" if whole else minute
    number = f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{number} {'time' if number == '1' else 'timer'}"


def printable(text: str) -> str:
    """Text from strangers, safe for a terminal: control and direction signs become question marks."""
    return "".join("?" if unicodedata.category(sign) in ("Cc", "Cf", "Cs") else sign for sign in text)
