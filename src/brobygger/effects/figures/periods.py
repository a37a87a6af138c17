"""Closed periods of mentorships that ended: disjoint, so that no two of them can be subtracted from each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from brobygger.analysis.weeks import Days, first_days, mondays, months_of
from brobygger.values.period import Period, add_months

ENOUGH = 150
"""A period is closed when so many have ended in it; quarters are joined until then."""
FEWEST = 40
"""So many are shown when they are all there are."""
HORIZONS = (12, 6, 3)
LATE_MONTHS = 3
"""Wages of the newest months are still being registered (``analysis.status_after_end``)."""
QUARTER = 3


def settled_before(stop_week: int) -> date:
    """The first day whose status may still change: the newest months are registered late."""
    newest = months_of(mondays(np.array([stop_week])) - np.timedelta64(1, "D"))
    day: date = first_days(newest - LATE_MONTHS + 1)[0].astype(object)
    return day


def closed_periods(
    last_days: Days, *, settled: date, kept: Sequence[Period] = (), horizons: Sequence[int] = HORIZONS
) -> tuple[int, tuple[Period, ...]]:
    """The longest horizon in months that gives a period, and the periods.

    ``last_days`` (S,) are the mentorships' last days; ``settled`` the first day whose status is not settled. Quarters
    are joined, oldest first, until ``ENOUGH`` have ended. ``kept`` are periods that have been shown: they stay, with
    the horizon they had, and new ones begin after them. Without any, ``FEWEST`` are enough for one. Returns (0, ()) for
    none.
    """
    days = np.sort(last_days.astype("datetime64[D]"))
    for months in horizons:
        old_enough = any(each.end and add_months(each.end, months) <= settled for each in kept)
        found = _after(days, settled, months, kept[-1].end if kept else None)
        if found or old_enough:
            return months, (*kept, *found)
    return 0, tuple(kept)


def _after(days: Days, settled: date, months: int, since: date | None) -> list[Period]:
    ended = days if since is None else days[days >= np.datetime64(since)]
    if not len(ended):
        return []
    first: date = ended[0].astype(object)
    start = since or date(first.year, (first.month - 1) // QUARTER * QUARTER + 1, 1)
    found, begin, end = list[Period](), start, add_months(start, QUARTER)
    while add_months(end, months) <= settled:
        if _count(ended, begin, end) >= ENOUGH:
            found.append(Period(begin, end))
            begin = end
        end = add_months(end, QUARTER)
    last = add_months(end, -QUARTER)
    if not found and since is None and last > begin and _count(ended, begin, last) >= FEWEST:
        found.append(Period(begin, last))
    return found


def _count(days: Days, begin: date, end: date) -> int:
    low, high = np.searchsorted(days, np.array([begin, end], dtype="datetime64[D]"))
    return int(high - low)
