"""Danish clock times against the rule of the directive: last Sunday of March and October at 01.00 UTC."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.values.moment import (
    NoSuchTime,
    TimeOccursTwice,
    danish_day,
    day_start,
    elapsed_minutes,
    instant,
)

YEARS = range(2020, 2041)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    while day.weekday() != 6:
        day -= timedelta(days=1)
    return day


def danish_clock(moment: datetime) -> datetime:
    """The wall clock of a UTC instant, worked out without a time zone database."""
    summer = datetime.combine(last_sunday(moment.year, 3), time(1), UTC)
    winter = datetime.combine(last_sunday(moment.year, 10), time(1), UTC)
    offset = 2 * HOUR if summer <= moment < winter else HOUR
    return (moment + offset).replace(tzinfo=None)


def instants_showing(local: datetime) -> list[datetime]:
    """Every instant at which a Danish clock shows ``local``."""
    candidates = [(local - offset).replace(tzinfo=UTC) for offset in (2 * HOUR, HOUR)]
    return [moment for moment in candidates if danish_clock(moment) == local]


def check(day: date, clock: time) -> None:
    expected = instants_showing(datetime.combine(day, clock))
    if not expected:
        with pytest.raises(NoSuchTime):
            instant(day, clock)
    elif len(expected) == 2:
        with pytest.raises(TimeOccursTwice) as caught:
            instant(day, clock)
        assert [caught.value.first, caught.value.second] == expected
        assert instant(day, clock, after_change=False) == expected[0]
        assert instant(day, clock, after_change=True) == expected[1]
    else:
        assert [instant(day, clock)] == expected


FIRST_MOMENT = datetime(2020, 1, 2, tzinfo=UTC)
MOMENTS = st.integers(0, 20 * 365 * 24 * 60).map(lambda minutes: FIRST_MOMENT + minutes * MINUTE)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), CLOCKS)
def test_any_clock_time_of_any_day(day: date, clock: time) -> None:
    check(day, clock)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("month", [3, 10])
def test_every_quarter_of_the_nights_on_which_the_clock_changes(year: int, month: int) -> None:
    day = last_sunday(year, month)
    for minutes in range(0, 5 * 60, 15):
        check(day, (datetime.combine(day, time()) + minutes * MINUTE).time())


def test_the_night_the_clock_is_put_forward_says_so() -> None:
    with pytest.raises(NoSuchTime, match=r"Klokken 02\.30 fandtes ikke den 29\.03\.2026"):
        instant(date(2026, 3, 29), time(2, 30))


def test_the_night_the_clock_is_put_back_asks_which() -> None:
    with pytest.raises(TimeOccursTwice, match="før eller efter"):
        instant(date(2026, 10, 25), time(2, 30))


@given(MOMENTS, st.integers(0, 3000))
def test_elapsed_minutes_are_those_that_passed(start: datetime, minutes: int) -> None:
    assert elapsed_minutes(start, start + minutes * MINUTE) == minutes


@pytest.mark.parametrize("year", YEARS)
def test_a_night_shift_is_an_hour_shorter_in_march_and_longer_in_october(year: int) -> None:
    def night(sunday: date) -> int:
        return elapsed_minutes(instant(sunday, time(1)), instant(sunday, time(4)))

    assert night(last_sunday(year, 3)) == 120
    assert night(last_sunday(year, 10)) == 240
    assert night(date(year, 6, 7)) == 180


@given(MOMENTS)
def test_the_danish_day_of_an_instant(moment: datetime) -> None:
    assert danish_day(moment) == danish_clock(moment).date()


@given(st.dates(date(2020, 1, 2), date(2040, 12, 30)))
def test_a_day_starts_at_danish_midnight(day: date) -> None:
    assert [day_start(day)] == instants_showing(datetime.combine(day, time()))
    assert danish_day(day_start(day)) == day
    assert danish_day(day_start(day) - MINUTE) == day - timedelta(days=1)


def test_a_clock_that_ignores_summer_time_would_be_noticed() -> None:
    """Planted fault: winter time all year agrees in January and not in July."""
    winter = datetime(2026, 1, 15, 11, tzinfo=UTC)
    summer = datetime(2026, 7, 15, 11, tzinfo=UTC)
    assert danish_clock(winter) == (winter + HOUR).replace(tzinfo=None)
    assert danish_clock(summer) != (summer + HOUR).replace(tzinfo=None)
