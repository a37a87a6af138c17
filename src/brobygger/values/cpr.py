"""Civil registration numbers (CPR): reading, checking, masking.

Numbers given after 2007 need not satisfy modulus 11 (CPR-kontoret, "Personnumre uden kontrolciffer"),
so the check digit is never demanded. Replacement numbers (erstatningspersonnumre) add 60 to the day;
the demonstration uses only those, which no registered person has.
"""

from __future__ import annotations

import re
from datetime import date

_SHAPE = re.compile(r"[0-9]{10}")


class NotACpr(ValueError):
    """The text is not a CPR number; the message says how to write one."""


def parse_cpr(text: str) -> str:
    """Ten digits from "010190-1234" and its spellings. Raises NotACpr; never judges the check digit."""
    digits = re.sub(r"[\s\-]", "", text)
    if not _SHAPE.fullmatch(digits):
        raise NotACpr("Skriv CPR-nummeret med ti cifre, for eksempel 010190-1234.")
    birth_date(digits)
    return digits


def is_replacement(cpr: str) -> bool:
    """Whether the day is raised by 60, so that no registered person can have the number."""
    return int(cpr[:2]) > 60


def birth_date(cpr: str) -> date:
    """Birth date by the table of the CPR office for the seventh digit. Raises NotACpr."""
    day, month, year, seventh = int(cpr[:2]), int(cpr[2:4]), int(cpr[4:6]), int(cpr[6])
    if day > 60:
        day -= 60
    try:
        return date(_century(year, seventh) + year, month, day)
    except ValueError:
        raise NotACpr("De første seks cifre i CPR-nummeret er ikke en dato.") from None


def _century(year: int, seventh: int) -> int:
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def mask_cpr(cpr: str) -> str:
    """What a screen shows: "010190-••••"."""
    return f"{cpr[:6]}-••••"
