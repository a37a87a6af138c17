"""The days on which both sides are asked: from the start, never from the last answer, and whole Danish days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from brobygger.evaluations.rhythm import RHYTHMS, Rhythm, due, is_in_time, moments, rhythm_of
from brobygger.values.moment import danish_day
from brobygger.values.period import add_months


def days(starts_on: date, ends_before: date) -> list[tuple[str, str]]:
    return [(each.name, each.due_on.isoformat()) for each in moments(starts_on, ends_before)]


def test_a_year_is_asked_at_the_start_every_third_month_at_the_end_and_half_a_year_after() -> None:
    assert days(date(2026, 1, 15), date(2027, 1, 15)) == [
        ("START", "2026-01-15"),
        ("M03", "2026-04-15"),
        ("M06", "2026-07-15"),
        ("M09", "2026-10-15"),
        ("END", "2027-01-14"),
        ("AFTER", "2027-07-14"),
    ]


def test_the_last_day_of_a_long_month_does_not_wander() -> None:
    """From 30 November over February: the day is counted from the start each time, so May is the 30th again."""
    found = dict(days(date(2026, 11, 30), date(2027, 11, 30)))
    assert (found["M03"], found["M06"]) == ("2027-02-28", "2027-05-30")
    chained = add_months(add_months(date(2026, 11, 30), 3), 3)
    assert chained.isoformat() != found["M06"]  # what counting from the last day would have given


def test_a_start_on_a_leap_day() -> None:
    found = dict(days(date(2028, 2, 29), date(2029, 4, 1)))
    assert (found["M03"], found["M12"]) == ("2028-05-29", "2029-02-28")
    assert dict(days(date(2027, 11, 29), date(2028, 11, 29)))["M03"] == "2028-02-29"


def test_a_short_mentorship_is_not_asked_twice_in_a_month() -> None:
    assert [name for name, _day in days(date(2026, 1, 1), date(2026, 4, 20))] == ["START", "END", "AFTER"]
    assert [name for name, _day in days(date(2026, 1, 1), date(2026, 1, 2))] == ["START", "END", "AFTER"]
    with pytest.raises(ValueError, match="at least one day"):
        moments(date(2026, 1, 1), date(2026, 1, 1))


@given(some.dates(date(2015, 1, 1), date(2040, 1, 1)), some.integers(1, 1500))
def test_the_days_rise_and_prolonging_moves_nothing_that_was_asked(starts_on: date, length: int) -> None:
    found = moments(starts_on, starts_on + timedelta(days=length))
    assert [each.due_on for each in found] == sorted(each.due_on for each in found)
    assert [each.name for each in found][-2:] == ["END", "AFTER"]
    longer = {each.name: each.due_on for each in moments(starts_on, starts_on + timedelta(days=length + 200))}
    assert all(longer[each.name] == each.due_on for each in found[:-2])


def test_it_is_asked_from_the_day_and_while_an_answer_is_in_time() -> None:
    found = moments(date(2026, 1, 15), date(2027, 1, 15))
    assert [each.name for each in due(found, date(2026, 4, 14))] == []
    assert [each.name for each in due(found, date(2026, 4, 15))] == ["M03"]
    assert [each.name for each in due(found, date(2026, 5, 13))] == ["M03"]
    assert [each.name for each in due(found, date(2026, 5, 14))] == []


def test_an_answer_belongs_to_the_danish_day_also_in_the_night_the_clock_changes() -> None:
    asked, last = date(2026, 3, 1), date(2026, 3, 29)
    before_midnight = datetime(2026, 3, 29, 21, 59, tzinfo=UTC)  # 23.59, summer time since 2 in the morning
    after_midnight = datetime(2026, 3, 29, 22, 0, tzinfo=UTC)
    assert is_in_time(asked, last, danish_day(before_midnight))
    assert not is_in_time(asked, last, danish_day(after_midnight))
    autumn = date(2026, 10, 25)
    assert is_in_time(asked, autumn, danish_day(datetime(2026, 10, 25, 22, 59, tzinfo=UTC)))
    assert not is_in_time(asked, autumn, danish_day(datetime(2026, 10, 25, 23, 0, tzinfo=UTC)))


def test_settings_hold_for_what_begins_under_them() -> None:
    later = (*RHYTHMS, Rhythm(date(2027, 1, 1), every=4))
    assert rhythm_of(date(2026, 12, 31), later).every == 3 and rhythm_of(date(2027, 1, 1), later).every == 4
    begun = [each.name for each in moments(date(2026, 12, 1), date(2027, 9, 1), later)]
    assert begun == ["START", "M03", "M06", "END", "AFTER"]
    with pytest.raises(LookupError):
        rhythm_of(date(1999, 1, 1))
