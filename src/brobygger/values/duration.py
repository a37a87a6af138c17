"""Lengths of time as whole minutes, read the way people write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

_NUMBER = r"\d{1,4}(?:,\d{1,2})?"
_HOURS = r"(?:t|timer?|h)\.?"
_MINUTES = r"(?:m|min|minut|minutter)?\.?"
_WORDS = re.compile(rf"^(?:({_NUMBER})\s*{_HOURS})?\s*(?:og)?\s*(?:(\d{{1,4}})\s*{_MINUTES})?$")
_DECIMAL = re.compile(rf"^{_NUMBER}$")
_CLOCK = re.compile(r"^(\d{1,4}):([0-5]\d)$")
_SPACED_NUMBER = re.compile(r"(?<=\d)\s*([,.:])\s*(?=\d)")
_QUARTERS = re.compile(r"^(?:(1|3) kvarter)$")

_SPOKEN = {
    "nul": "0",
    "en": "1",
    "én": "1",
    "et": "1",
    "ét": "1",
    "to": "2",
    "tre": "3",
    "fire": "4",
    "fem": "5",
    "seks": "6",
    "syv": "7",
    "otte": "8",
    "ni": "9",
    "ti": "10",
    "femten": "15",
    "tyve": "20",
    "tredive": "30",
    "fyrre": "40",
    "femogfyrre": "45",
    "halvtreds": "50",
    "tres": "60",
    "halvfems": "90",
    "halvanden": "1,5",
    "komma": ",",
    "halv": "0,5",
}
_SPOKEN_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_SPOKEN, key=len, reverse=True))})\b")
_HALVES = (
    (re.compile(r"^(?:0|1) 0,5(?= timer?$)"), "0,5"),  # "en halv time"
    (re.compile(r"^(\d{1,4}) (?:og )?(?:1 )?0,5(?= timer?$)"), r"\1,5"),  # "to (og) en halv time"
    (re.compile(r"^(\d{1,4}) timer? og (?:1 )?0,5(?: time)?$"), r"\1,5 timer"),  # "to timer og en halv"
)
_AND_QUARTERS = re.compile(r"^(\d{1,4}) timer? og (1|3) kvarter$")


class NotADuration(ValueError):
    """The text is not a length of time; the message says how to write one."""


def parse_minutes(text: str) -> int:
    """Minutes from "2,5", "2.5", "2 t 30", "2:30", "90 min", "1½ t"; a bare number is hours.

    Also as telephones write what they hear: "1 time og 30", "halvanden time", "tre kvarter", "en halv time", with
    spaces of any kind and width in and around the numbers. Raises NotADuration with a sentence that can be shown.

    >>> parse_minutes("2 t 30"), parse_minutes("1,25"), parse_minutes("45 min")
    (150, 75, 45)
    >>> parse_minutes("halvanden time"), parse_minutes("1 time og 30"), parse_minutes("tre kvarter")
    (90, 90, 45)
    """
    cleaned = _plain(text)
    if _DECIMAL.match(cleaned):
        return _hours(cleaned)
    if clock := _CLOCK.match(cleaned):
        return int(clock[1]) * 60 + int(clock[2])
    if quarters := _QUARTERS.match(cleaned):
        return int(quarters[1]) * 15
    if both := _AND_QUARTERS.match(cleaned):
        return int(both[1]) * 60 + int(both[2]) * 15
    if (words := _WORDS.match(cleaned)) and (words[1] or words[2]):
        return (_hours(words[1]) if words[1] else 0) + int(words[2] or 0)
    raise NotADuration("Skriv timerne som 2,5 eller 2 t 30.")


def _plain(text: str) -> str:
    """The same length with figures for words, a comma for a decimal point, and no more spaces than needed."""
    halved = text.replace("½", ",5")
    cleaned = " ".join(unicodedata.normalize("NFKC", halved).lower().split())
    cleaned = _SPOKEN_WORD.sub(lambda word: _SPOKEN[word[0]], cleaned).rstrip("!")
    cleaned = _SPACED_NUMBER.sub(r"\1", cleaned.removesuffix(".") if cleaned[:-1].isdigit() else cleaned)
    cleaned = re.sub(r"(?<=\d)\.(?=\d)", ",", cleaned).replace(" ,5", ",5")
    if cleaned.startswith(","):
        cleaned = "0" + cleaned
    for said, meant in _HALVES:
        cleaned = said.sub(meant, cleaned)
    return cleaned


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
