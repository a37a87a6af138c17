"""Banking days against the National Bank's list, and pay days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.payment import banking_days
from brobygger.payment.banking_days import (
    WhenClosed,
    add_banking_days,
    is_banking_day,
    last_banking_day,
    pay_day,
    payment_run,
)

CLOSED_2026 = [
    "01-01",
    "04-02",
    "04-03",
    "04-06",
    "05-14",
    "05-15",
    "05-25",
    "06-05",
    "12-24",
    "12-25",
    "12-26",
    "12-31",
]
CLOSED_2027 = ["01-01", "03-25", "03-26", "03-29", "05-06", "05-07", "05-17", "06-05", "12-24", "12-31"]
DAYS = st.dates(date(2016, 1, 1), date(2040, 12, 31))


def closed_on_weekdays(year: int) -> set[date]:
    days = [date(year, 1, 1) + timedelta(days=step) for step in range(366)]
    return {day for day in days if day.year == year and day.weekday() < 5 and not is_banking_day(day)}


@pytest.mark.parametrize(("year", "listed"), [(2026, CLOSED_2026), (2027, CLOSED_2027)])
def test_closed_days_are_those_the_national_bank_lists(year: int, listed: list[str]) -> None:
    on_weekdays = {day for each in listed if (day := date.fromisoformat(f"{year}-{each}")).weekday() < 5}
    assert closed_on_weekdays(year) == on_weekdays


def test_great_prayer_day_ended_after_2023_and_the_first_of_may_is_open() -> None:
    assert not is_banking_day(date(2023, 5, 5))
    assert is_banking_day(date(2024, 4, 26))
    assert is_banking_day(date(2026, 5, 1))


def test_a_closed_day_without_the_day_after_ascension_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: the rule forgets one day."""
    right = closed_on_weekdays(2026)
    banking_days._closed.cache_clear()
    monkeypatch.setattr(banking_days, "_ascension", lambda public: date(2026, 12, 23))
    try:
        assert closed_on_weekdays(2026) != right
    finally:
        banking_days._closed.cache_clear()


@pytest.mark.parametrize(("due", "before", "after", "modified"), [
    ("2026-11-30", "2026-11-30", "2026-11-30", "2026-11-30"),
    ("2026-10-31", "2026-10-30", "2026-11-02", "2026-10-30"),
    ("2026-05-14", "2026-05-13", "2026-05-18", "2026-05-18"),
    ("2026-12-31", "2026-12-30", "2027-01-04", "2026-12-30"),
    ("2027-03-27", "2027-03-24", "2027-03-30", "2027-03-30"),
])  # fmt: skip
def test_pay_days_around_closed_days(due: str, before: str, after: str, modified: str) -> None:
    day = date.fromisoformat(due)
    found = [pay_day(day, when_closed=each) for each in WhenClosed]
    assert [each.isoformat() for each in found] == [before, after, modified]


def test_a_payment_is_never_before_the_file_reaches_the_bank() -> None:
    assert payment_run(date(2026, 12, 31), ready_on=date(2026, 12, 20)) == date(2026, 12, 30)
    assert payment_run(date(2026, 12, 23), ready_on=date(2026, 12, 23)) == date(2026, 12, 28)
    assert payment_run(date(2026, 5, 13), ready_on=date(2026, 5, 13), days_to_send=2) == date(2026, 5, 19)


def test_the_last_banking_day_of_a_month() -> None:
    assert [last_banking_day(2026, month).day for month in (1, 2, 5, 10, 12)] == [30, 27, 29, 30, 30]


def test_banking_days_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="under 0"):
        add_banking_days(date(2026, 1, 2), -1)


@settings(max_examples=80, deadline=None)
@given(DAYS, st.integers(0, 30))
def test_so_many_banking_days_lie_between(day: date, count: int) -> None:
    reached = add_banking_days(day, count)
    between = [day + timedelta(days=step) for step in range(1, (reached - day).days + 1)]
    assert is_banking_day(reached)
    assert sum(is_banking_day(each) for each in between) == (count or (0 if is_banking_day(day) else 1))


@settings(max_examples=80, deadline=None)
@given(DAYS)
def test_a_pay_day_is_the_nearest_open_day_on_its_side(day: date) -> None:
    before, after = pay_day(day), pay_day(day, when_closed=WhenClosed.AFTER)
    assert before <= day <= after
    inside = [before + timedelta(days=step) for step in range(1, (after - before).days)]
    assert not any(is_banking_day(each) for each in inside)
