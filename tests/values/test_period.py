"""Periods against a slow second implementation: the set of their days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.values.period import Period, add_months, gaps

HORIZON = date(2024, 6, 30)
NEAR = st.dates(date(2023, 11, 1), date(2024, 3, 31))
ONE_DAY = timedelta(days=1)


@st.composite
def near_periods(draw: st.DrawFn, closed: bool = False) -> Period:
    start = draw(NEAR)
    end = draw(st.integers(1, 60).map(lambda days: start + timedelta(days=days)))
    return Period(start, end) if closed or draw(st.booleans()) else Period(start)


def days_of(period: Period) -> set[date]:
    """Day by day, an open period up to the horizon."""
    day, found = period.start, set()
    while day != period.end and day <= HORIZON:
        found.add(day)
        day += ONE_DAY
    return found


def slow_add_months(day: date, months: int) -> date:
    """Month by month, then back from the 31st until the day exists."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        year, month = (year + 1, 1) if month > 12 else (year - 1, 12) if month < 1 else (year, month)
    wanted = day.day
    while True:
        try:
            return date(year, month, wanted)
        except ValueError:
            wanted -= 1


@given(near_periods(), near_periods())
def test_overlap_is_a_common_day(one: Period, other: Period) -> None:
    assert one.overlaps(other) == bool(days_of(one) & days_of(other)) == other.overlaps(one)


@given(near_periods(), near_periods())
def test_the_intersection_has_the_common_days(one: Period, other: Period) -> None:
    common = one.intersection(other)
    assert (days_of(common) if common else set()) == days_of(one) & days_of(other)


@given(near_periods(), near_periods())
def test_containing_is_having_all_the_days(one: Period, other: Period) -> None:
    assert one.contains(other) == (
        days_of(other) <= days_of(one) and (other.end is not None or one.end is None)
    )


@given(near_periods(), NEAR)
def test_a_day_is_inside_when_it_is_one_of_the_days(period: Period, day: date) -> None:
    assert (day in period) == (day in days_of(period))


@given(near_periods(closed=True))
def test_a_closed_period_lists_and_counts_its_days(period: Period) -> None:
    assert list(period) == sorted(days_of(period))
    assert period.days == len(days_of(period))
    assert period.last_day == max(days_of(period))
    assert period.last_day is not None
    assert Period.through(period.start, period.last_day) == period


@given(st.lists(near_periods(), max_size=5), near_periods(closed=True))
def test_gaps_are_the_days_nobody_covers(periods: list[Period], within: Period) -> None:
    uncovered = days_of(within) - set().union(*map(days_of, periods))
    found = gaps(periods, within)
    assert [day for gap in found for day in gap] == sorted(uncovered)
    assert all(first.end is not None and first.end < later.start for first, later in pairwise(found))


@given(st.dates(date(1990, 1, 1), date(2050, 12, 31)), st.integers(-60, 120))
def test_adding_months_is_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    assert add_months(day, months) == slow_add_months(day, months)


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(1, 24), st.integers(1, 800))
def test_a_period_lasts_at_most_so_many_months(start: date, months: int, days: int) -> None:
    period = Period(start, start + timedelta(days=days))
    assert period.lasts_at_most_months(months) == (
        period.start + timedelta(days=days) <= slow_add_months(start, months)
    )
    assert Period.of_months(start, months).lasts_at_most_months(months)


def test_the_last_day_of_august_and_six_months() -> None:
    assert Period.of_months(date(2026, 8, 31), 6) == Period(date(2026, 8, 31), date(2027, 2, 28))
    assert Period.of_months(date(2027, 8, 31), 6).end == date(2028, 2, 29)
    assert not Period(date(2026, 1, 1)).lasts_at_most_months(6)


def test_weeks_and_calendar_months() -> None:
    assert Period.of_weeks(date(2026, 12, 28), 2) == Period(date(2026, 12, 28), date(2027, 1, 11))
    assert Period.of_month(2028, 2).days == 29
    assert Period.of_month(2026, 12).end == date(2027, 1, 1)


@pytest.mark.parametrize("end", [date(2026, 1, 1), date(2025, 12, 31)])
def test_a_period_without_a_day_is_refused(end: date) -> None:
    with pytest.raises(ValueError, match="slutte efter"):
        Period(date(2026, 1, 1), end)


def test_an_open_period_has_no_length_and_no_gaps() -> None:
    assert Period(date(2026, 1, 1)).last_day is None
    with pytest.raises(ValueError, match="ingen længde"):
        _ = Period(date(2026, 1, 1)).days
    with pytest.raises(ValueError, match="lukket"):
        gaps([], Period(date(2026, 1, 1)))


def test_a_faulty_overlap_would_be_noticed() -> None:
    """Planted fault: touching periods taken as overlapping."""
    one, other = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1), date(2026, 3, 1))
    assert one.end == other.start
    assert not one.overlaps(other)
    assert not days_of(one) & days_of(other)
