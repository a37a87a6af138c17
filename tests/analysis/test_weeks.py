from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.analysis import weeks
from brobygger.analysis.errors import WeekError
from brobygger.values import period

DAYS = st.dates(date(1991, 8, 5), date(2089, 12, 31))


@settings(deadline=None)
@given(DAYS)
def test_a_week_has_one_number_one_label_and_one_column(day: date) -> None:
    week = weeks.week_of(day)
    year, number, weekday = day.isocalendar()
    assert weeks.monday(week) == day - timedelta(days=weekday - 1)
    assert weeks.week_from_iso(year, number) == week
    assert weeks.iso_label(week) == f"{year}-W{number:02d}"
    assert weeks.week_from_dream(weeks.dream_column(week)) == week


def weeks_between(numbering: object, early: date, late: date) -> int:
    assert callable(numbering)
    return int(numbering(late) - numbering(early))


def years_of_52(day: date) -> int:
    """The fault to find: every year is taken to have 52 weeks."""
    year, number, _ = day.isocalendar()
    return year * 52 + number


def test_week_53_is_a_week() -> None:
    before, after = date(2026, 12, 21), date(2027, 1, 4)
    assert weeks_between(weeks.week_of, before, after) == 2
    assert weeks_between(years_of_52, before, after) != 2
    assert weeks.dream_column(weeks.week_of(date(2026, 12, 31))) == "y_2653"
    with pytest.raises(WeekError, match="2027 har ikke en uge 53"):
        weeks.week_from_iso(2027, 53)


def test_the_first_column_of_dream_is_week_0() -> None:
    assert weeks.week_from_dream("y_9132") == 0
    assert weeks.monday(0) == date(1991, 8, 5)
    with pytest.raises(WeekError):
        weeks.week_from_dream("uge_9132")
    with pytest.raises(WeekError):
        weeks.dream_column(weeks.week_of(date(2091, 6, 1)))


@settings(deadline=None)
@given(st.lists(DAYS, min_size=1, max_size=20), st.integers(-30, 400))
def test_arrays_agree_with_single_days(days: list[date], months: int) -> None:
    array = np.array(days, dtype="datetime64[D]")
    assert weeks.weeks_of(array).tolist() == [weeks.week_of(day) for day in days]
    assert weeks.mondays(weeks.weeks_of(array)).tolist() == [weeks.monday(weeks.week_of(day)) for day in days]
    assert weeks.add_months(array, months).tolist() == [period.add_months(day, months) for day in days]


def test_a_missing_day_is_refused() -> None:
    with pytest.raises(WeekError, match="mangler"):
        weeks.weeks_of(np.array(["2026-01-01", "NaT"], dtype="datetime64[D]"))


@settings(deadline=None)
@given(st.integers(0, 5_000))
def test_a_week_belongs_to_the_month_of_its_thursday(week: int) -> None:
    thursday = weeks.monday(week) + timedelta(days=3)
    month = int(weeks.months_of_weeks(np.array([week]))[0])
    assert month == weeks.month_from(thursday.year, thursday.month)
    low, high = weeks.weeks_of_months(month, month + 1)
    assert low <= week < high
    assert set(weeks.months_of_weeks(np.arange(low, high)).tolist()) == {month}


def test_months_tile_the_weeks() -> None:
    edges = [weeks.weeks_of_months(month, month + 1) for month in range(240)]
    assert all(one[1] == two[0] for one, two in pairwise(edges))
