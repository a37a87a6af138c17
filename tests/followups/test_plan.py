"""The default plan by phase."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.followups.models import FollowUp
from brobygger.followups.plan import (
    Kind,
    Planned,
    default_plan,
    is_working_day,
    previous_working_day,
)
from brobygger.values.period import add_months

starts = st.dates(date(2017, 1, 1), date(2035, 12, 31))
lengths = st.integers(1, 800)


def gaps_over_a_month(days: list[date]) -> list[tuple[date, date]]:
    return [(one, two) for one, two in pairwise(days) if two > add_months(one, 1)]


@given(starts, lengths)
def test_every_plan_keeps_the_promises(start: date, length: int) -> None:
    ends_before = start + timedelta(days=length)
    plan = default_plan(start, ends_before)
    days = [planned.due_on for planned in plan]
    assert days == sorted(set(days))
    assert all(start < day < ends_before and is_working_day(day) for day in days)
    assert gaps_over_a_month([start, *days, ends_before]) == []
    kinds = [planned.kind for planned in plan]
    assert kinds.count(Kind.END) <= 1
    assert kinds.count(Kind.STATUS) <= 1
    assert Kind.END not in kinds[:-1]


@given(starts, st.integers(28, 800))
def test_a_mentorship_of_a_month_and_more_has_every_phase(start: date, length: int) -> None:
    plan = default_plan(start, start + timedelta(days=length))
    first_weeks = [planned for planned in plan if planned.due_on <= start + timedelta(days=20)]
    assert sum(planned.kind in (Kind.CONTACT, Kind.FIT) for planned in first_weeks) >= 3
    assert plan[-1].kind is Kind.END
    has_status = any(planned.kind is Kind.STATUS for planned in plan)
    assert has_status or start + timedelta(days=length) <= add_months(start, 3) + timedelta(days=28)


def test_the_status_is_not_lost_when_the_end_follows_soon() -> None:
    """Three months fall on a Saturday in June, and the end comes two weeks later."""
    plan = default_plan(date(2023, 3, 3), date(2023, 7, 2))
    assert [planned for planned in plan if planned.kind is Kind.STATUS] == [
        Planned(date(2023, 6, 2), Kind.STATUS)
    ]


def test_a_plan_of_thirteen_weeks() -> None:
    assert default_plan(date(2026, 11, 2), date(2027, 2, 1)) == (
        Planned(date(2026, 11, 5), Kind.CONTACT),
        Planned(date(2026, 11, 9), Kind.FIT),
        Planned(date(2026, 11, 12), Kind.CONTACT),
        Planned(date(2026, 11, 16), Kind.CONTACT),
        Planned(date(2026, 12, 16), Kind.MONTHLY),
        Planned(date(2027, 1, 15), Kind.END),
    )


def test_half_a_year_has_a_written_status_after_three_months() -> None:
    plan = default_plan(date(2026, 2, 2), date(2026, 8, 1))
    [status] = [planned for planned in plan if planned.kind is Kind.STATUS]
    assert date(2026, 4, 25) <= status.due_on <= date(2026, 5, 2)


def test_christmas_moves_the_start_on_and_the_month_back() -> None:
    days = [planned.due_on for planned in default_plan(date(2026, 12, 21), date(2027, 6, 1))]
    assert days[:2] == [date(2026, 12, 28), date(2027, 1, 4)]
    assert not is_working_day(date(2026, 12, 24))
    assert previous_working_day(date(2026, 12, 26)) == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 5, 5), False),  # the last Great Prayer Day
        (date(2024, 4, 26), True),  # abolished
        (date(2026, 6, 5), False),  # Constitution Day
        (date(2026, 5, 14), False),  # Ascension Day
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
    ],
)
def test_danish_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_a_period_without_a_day_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        default_plan(date(2026, 11, 2), date(2026, 11, 2))


def test_the_kinds_are_those_of_the_table() -> None:
    assert {kind.value for kind in Kind} == set(FollowUp.Kind.values)


def test_a_planted_gap_is_found() -> None:
    assert gaps_over_a_month([date(2026, 1, 1), date(2026, 2, 2)])
