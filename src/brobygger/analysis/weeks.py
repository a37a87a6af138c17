"""Weeks and months as running integers, so that a difference is a duration and week 53 is like any other.

Week 0 begins on Monday 5 August 1991, the first week of DREAM (column ``y_9132``). Month 0 is August 1991.
A week belongs to the year and the month its Thursday is in (ISO 8601 for the year; the same rule for the month).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from brobygger.analysis.errors import WeekError

WEEK_ZERO = date(1991, 8, 5)
WEEKS_PER_YEAR = 365.2425 / 7
WEEKS_PER_MONTH = WEEKS_PER_YEAR / 12

Weeks = npt.NDArray[np.int32]
Days = npt.NDArray[np.datetime64]

_ZERO_DAY = np.datetime64(WEEK_ZERO, "D")
_ZERO_MONTH = np.datetime64("1991-08", "M")
_DREAM_COLUMN = re.compile(r"y_(\d\d)(\d\d)", re.IGNORECASE)
_FIRST_DREAM_YEAR = 91


def week_of(day: date) -> int:
    """The running week a day lies in; negative before August 1991.

    >>> week_of(date(1991, 8, 5)), week_of(date(1991, 8, 12)), week_of(date(1991, 8, 4))
    (0, 1, -1)
    """
    return (day - WEEK_ZERO).days // 7


def monday(week: int) -> date:
    """The first day of a running week."""
    return WEEK_ZERO + timedelta(weeks=int(week))


def week_from_iso(year: int, week: int) -> int:
    """The running week of an ISO year and week number. Raises WeekError for a week 53 the year does not have.

    >>> monday(week_from_iso(2026, 53))
    datetime.date(2026, 12, 28)
    """
    try:
        return week_of(date.fromisocalendar(year, week, 1))
    except ValueError as error:
        raise WeekError(f"Året {year} har ikke en uge {week}.") from error


def iso_label(week: int) -> str:
    """The week as people write it.

    >>> iso_label(week_from_iso(2026, 53))
    '2026-W53'
    """
    year, number, _ = monday(week).isocalendar()
    return f"{year}-W{number:02d}"


def dream_column(week: int) -> str:
    """The name of DREAM's column for the week, for example ``y_2653``. Raises WeekError outside 1991-2090."""
    year, number, _ = monday(week).isocalendar()
    if not 1991 <= year <= 2090:
        raise WeekError(f"Ugen {iso_label(week)} kan ikke skrives med to cifre for året.")
    return f"y_{year % 100:02d}{number:02d}"


def week_from_dream(column: str) -> int:
    """The running week of a column named ``y_YYWW``; 91-99 are the 1990s. Raises WeekError for other names.

    >>> week_from_dream("y_9132"), week_from_dream("Y_2653") - week_from_dream("y_2652")
    (0, 1)
    """
    found = _DREAM_COLUMN.fullmatch(column.strip())
    if not found:
        raise WeekError(f"Kolonnen »{column}« hedder ikke y_ÅÅUU.")
    year, number = int(found[1]), int(found[2])
    return week_from_iso(year + (1900 if year >= _FIRST_DREAM_YEAR else 2000), number)


def weeks_of(days: Days) -> Weeks:
    """Running weeks of an array of days (datetime64), any shape. A missing day (NaT) raises WeekError."""
    whole = np.asarray(days, dtype="datetime64[D]")
    if np.isnat(whole).any():
        raise WeekError("En dato mangler.")
    return np.floor_divide((whole - _ZERO_DAY).astype(np.int64), 7).astype(np.int32)


def mondays(weeks: npt.NDArray[np.integer]) -> Days:
    """The first day of each week, datetime64[D], same shape."""
    return _ZERO_DAY + np.asarray(weeks, dtype=np.int64) * np.timedelta64(7, "D")


def month_from(year: int, month: int) -> int:
    """The running month. Raises WeekError when the month is not 1-12."""
    if not 1 <= month <= 12:
        raise WeekError(f"Måneden {month} findes ikke.")
    return (year - WEEK_ZERO.year) * 12 + month - WEEK_ZERO.month


def months_of(days: Days) -> Weeks:
    """The running month of each day, int32, same shape."""
    return (np.asarray(days).astype("datetime64[M]") - _ZERO_MONTH).astype(np.int32)


def first_days(months: npt.NDArray[np.integer]) -> Days:
    """The first day of each running month, datetime64[D], same shape."""
    return (_ZERO_MONTH + np.asarray(months, dtype=np.int64)).astype("datetime64[D]")


def months_of_weeks(weeks: npt.NDArray[np.integer]) -> Weeks:
    """The running month each week belongs to: that of its Thursday."""
    return months_of(mondays(weeks) + np.timedelta64(3, "D"))


def weeks_of_months(first: int, stop: int) -> tuple[int, int]:
    """Weeks ``[from, to)`` that belong to the months ``[first, stop)``, by their Thursdays."""
    edges = first_days(np.array([first, stop])) + np.timedelta64(3, "D")
    low, high = weeks_of(edges)
    return int(low), int(high)


def add_months(days: Days, months: int) -> Days:
    """The same day of the month ``months`` later, the month's last day where it is shorter (31 August + 6)."""
    day = np.asarray(days, dtype="datetime64[D]")
    start = day.astype("datetime64[M]")
    shifted = start + months
    length = ((shifted + 1).astype("datetime64[D]") - shifted.astype("datetime64[D]")).astype(np.int64)
    within = (day - start.astype("datetime64[D]")).astype(np.int64)
    result: Days = shifted.astype("datetime64[D]") + np.minimum(within, length - 1)
    return result
