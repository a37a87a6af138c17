"""Reads numbers, dates and clock times the way people type them. Raises ValueError with a sentence to show."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from decimal import Decimal

from django.utils.translation import gettext as _

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_DANISH = re.compile(r"^(\d{1,2})[./\-\s]+(\d{1,2})[./\-\s]+(\d{4}|\d{2})$")
_DIGITS = re.compile(r"^(\d{2})(\d{2})(\d{4}|\d{2})$")
_WORDS = re.compile(r"^(\d{1,2})\.?\s*([a-z]{3,9})\.?\s*(\d{4})$")
_CLOCK = re.compile(r"^(\d{1,2})(?:[.:\s]?(\d{2}))?$")
_PLAIN = re.compile(r"^-?\d{1,12}(\.\d{1,6})?$")
_GROUPED = re.compile(r"^-?\d{1,3}(\.\d{3})+$")


def read_date(text: str) -> date:
    """A date from "3/2-2026", "03.02.2026", "3. feb. 2026", "030226" or "2026-02-03"; day before month.

    Two figures of a year are read as 20xx. Raises ValueError.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip().lower()
    if found := _ISO.match(cleaned):
        year, month, day = found.groups()
    elif found := (_DANISH.match(cleaned) or _DIGITS.match(cleaned)):
        day, month, year = found.groups()
    elif (found := _WORDS.match(cleaned)) and found[2][:3] in _MONTHS:
        day, month, year = found[1], str(_MONTHS.index(found[2][:3]) + 1), found[3]
    else:
        raise ValueError(_("Skriv datoen som dag, måned og år, for eksempel 03.02.2026."))
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        raise ValueError(_("Datoen findes ikke. Kontroller dag og måned.")) from None


def read_clock(text: str) -> time:
    """A clock time from "10.30", "10:30", "1030", "930" or "10", also dictated: "klokken 10 . 30".

    Raises ValueError.
    """
    cleaned = re.sub(r"\s*([.:])\s*", r"\1", unicodedata.normalize("NFKC", text).strip().lower())
    found = _CLOCK.match(re.sub(r"^(?:klokken|kl\.?)\s*", "", cleaned))
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise ValueError(_("Skriv klokkeslættet med timer og minutter, for eksempel 10.30."))
    return time(int(found[1]), int(found[2] or 0))


def read_number(text: str) -> Decimal:
    """A number from "2,5", "2.5", "1.234,50" or "12.345"; exactly three figures after each dot make thousands.

    Raises ValueError.
    """
    cleaned = re.sub(r"\s|kr\.?$", "", text.strip().lower()).removesuffix(",-")
    if "," in cleaned:
        cleaned = cleaned.replace(".", "").replace(",", ".", 1)
    elif _GROUPED.match(cleaned):
        cleaned = cleaned.replace(".", "")
    if not _PLAIN.match(cleaned):
        raise ValueError(_("Skriv et tal, for eksempel 250 eller 250,50."))
    return Decimal(cleaned)
