"""Lengths of time as whole minutes, read the way people write them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

_WORDS = re.compile(
    r"^(?:(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:t|timer?|h)\.?)?\s*(?:og)?\s*(?:(\d{1,4})\s*(?:m|min|minutter)?\.?)?$"
)
_DECIMAL = re.compile(r"^\d{1,4}(?:[.,]\d{1,2})?$")


class NotADuration(ValueError):
    """The text is not a length of time; the message says how to write one."""


def parse_minutes(text: str) -> int:
    """Minutes from "2,5", "2.5", "2 t 30", "2:30", "90 min", "1½ t"; a bare number is hours.

    Raises NotADuration with a sentence that can be shown.

    >>> parse_minutes("2 t 30"), parse_minutes("1,25"), parse_minutes("45 min")
    (150, 75, 45)
    """
    cleaned = text.strip().lower().replace("½", ",5").replace(" ,5", ",5")
    if cleaned.startswith(","):
        cleaned = "0" + cleaned
    if _DECIMAL.match(cleaned):
        return _hours(cleaned)
    if clock := re.match(r"^(\d{1,4}):([0-5]\d)$", cleaned):
        return int(clock[1]) * 60 + int(clock[2])
    if (words := _WORDS.match(cleaned)) and (words[1] or words[2]):
        return (_hours(words[1]) if words[1] else 0) + int(words[2] or 0)
    raise NotADuration("Skriv timerne som 2,5 eller 2 t 30.")


def _hours(number: str) -> int:
    hours = Decimal(number.replace(",", "."))
    return int((hours * 60).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_minutes(minutes: int) -> str:
    """Minutes as "2 t. 30 min.".

    >>> format_minutes(150), format_minutes(60), format_minutes(45), format_minutes(0)
    ('2 t. 30 min.', '1 t.', '45 min.', '0 t.')
    """
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    if not rest:
        return f"{sign}{hours} t."
    return f"{sign}{hours} t. {rest} min." if hours else f"{sign}{rest} min."
