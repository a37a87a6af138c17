"""Open by the Danish clock: weekdays, holidays, and the nights the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.values.opening_hours import BadOpeningHours, OpeningHours

DANISH = ZoneInfo("Europe/Copenhagen")
USUAL = OpeningHours()
SUNDAY_NIGHT = OpeningHours(frozenset({6}), time(2, 30), time(4))


def danish(*when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=DANISH, fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (danish(2026, 11, 23, 7, 59), False),
        (danish(2026, 11, 23, 8, 0), True),
        (danish(2026, 11, 23, 15, 59), True),
        (danish(2026, 11, 23, 16, 0), False),
        (danish(2026, 11, 21, 12, 0), False),  # a Saturday
        (danish(2026, 12, 25, 12, 0), False),  # a Friday, and Christmas
        (danish(2027, 3, 25, 12, 0), False),  # Maundy Thursday
        (danish(2026, 7, 1, 8, 0), True),  # summer time: six o'clock in UTC
        (datetime(2026, 7, 1, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 6, 30, tzinfo=UTC), False),
    ],
)
def test_weekdays_from_eight_to_four(at: datetime, expected: bool) -> None:
    assert USUAL.is_open(at) is expected


def test_after_the_weekend_and_after_the_holidays() -> None:
    assert USUAL.next_opening(danish(2026, 11, 20, 16, 0)) == danish(2026, 11, 23, 8, 0)
    assert USUAL.next_opening(danish(2026, 12, 24, 17, 0)) == danish(2026, 12, 28, 8, 0)
    assert USUAL.next_opening(danish(2026, 11, 23, 6, 0)) == danish(2026, 11, 23, 8, 0)


def test_the_night_the_clock_is_put_forward_opens_when_it_has_jumped() -> None:
    assert SUNDAY_NIGHT.next_opening(danish(2026, 3, 28, 12, 0)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert not SUNDAY_NIGHT.is_open(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert SUNDAY_NIGHT.is_open(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def test_the_night_the_clock_is_put_back_stays_open_through_both_hours() -> None:
    assert SUNDAY_NIGHT.is_open(danish(2026, 10, 25, 2, 30))
    assert SUNDAY_NIGHT.is_open(danish(2026, 10, 25, 2, 10, fold=1))
    assert not SUNDAY_NIGHT.is_open(danish(2026, 10, 25, 4, 0))


@pytest.mark.parametrize(
    ("days", "opens", "closes"),
    [((), time(8), time(16)), ((7,), time(8), time(16)), ((0,), time(16), time(8)), ((0,), time(8), time(8))],
)
def test_hours_that_make_no_sense_are_refused(days: tuple[int, ...], opens: time, closes: time) -> None:
    with pytest.raises(BadOpeningHours):
        OpeningHours(frozenset(days), opens, closes)


@given(
    st.integers(0, 6 * 365 * 24 * 60),
    st.sets(st.integers(0, 6), min_size=1),
    st.times(max_value=time(22)),
)
def test_the_next_opening_is_open_and_nothing_before_it_is(minute: int, days: set[int], opens: time) -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    opens = opens.replace(second=0, microsecond=0, tzinfo=None)
    hours = OpeningHours(frozenset(days), opens, time(23))
    found = hours.next_opening(at)
    if found is None:
        return
    assert found > at
    assert hours.is_open(found)
    assert not hours.is_open(found - timedelta(seconds=1))
    assert found.astimezone(DANISH).date() >= date(2024, 1, 1)
