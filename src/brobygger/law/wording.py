"""Danish words for dates, lengths and lists in the sentences of the law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from brobygger.values.period import Period, add_months

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)


@lru_cache(maxsize=4096)
def danish_date(day: date) -> str:
    """A date in full.

    >>> danish_date(date(2026, 2, 3))
    '3. februar 2026'
    """
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def months_in_words(months: int) -> str:
    return "1 måned" if months == 1 else f"{months} måneder"


def number(amount: Decimal) -> str:
    """A number with the Danish comma and no superfluous zeros.

    >>> number(Decimal("3.40")), number(Decimal("10"))
    ('3,4', '10')
    """
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def listing(parts: Sequence[str]) -> str:
    """Parts joined as a sentence does.

    >>> listing(["mål", "opgaver", "timer"])
    'mål, opgaver og timer'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} og {parts[-1]}"


@lru_cache(maxsize=4096)
def length(period: Period) -> str:
    """The length of a closed period in months and days.

    >>> length(Period(date(2026, 1, 1), date(2026, 9, 4)))
    '8 måneder og 3 dage'
    """
    if period.end is None:
        return "uden slutdato"
    whole = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    if whole and add_months(period.start, whole) > period.end:
        whole -= 1
    days = (period.end - add_months(period.start, whole)).days
    parts = [months_in_words(whole)] if whole else []
    if days:
        parts.append("1 dag" if days == 1 else f"{days} dage")
    return listing(parts)


@lru_cache(maxsize=4096)
def span(period: Period) -> str:
    """A period as people write it, the last day included."""
    if period.last_day is None:
        return f"fra {danish_date(period.start)}"
    return f"{danish_date(period.start)} til og med {danish_date(period.last_day)}"


def lasts_at_most(period: Period, months: int) -> bool:
    """As ``Period.lasts_at_most_months``, also where the limit lies after the last year a calendar has."""
    limit = months_after(period.start, months)
    return period.end is not None and period.end <= limit


@lru_cache(maxsize=8192)
def months_after(day: date, months: int) -> date:
    """``add_months``, stopped at the first and last day a calendar has."""
    try:
        return add_months(day, months)
    except (ValueError, OverflowError):
        return date.max if months > 0 else date.min


def weeks_after(day: date, weeks: int) -> date:
    """The same weekday ``weeks`` later, stopped at the last day a calendar has."""
    try:
        return day + timedelta(weeks=weeks)
    except OverflowError:
        return date.max


def yes_no(answer: bool | None) -> str:
    return {True: "ja", False: "nej", None: "ikke oplyst"}[answer]


def written(text: str) -> str:
    return "skrevet" if text.strip() else "ikke skrevet"


def day_or_unknown(day: date | None) -> str:
    return "ikke oplyst" if day is None else danish_date(day)
