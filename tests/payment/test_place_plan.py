"""Hours per person and per place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.payment.hour_plan import BadPlan, HourPlan, Phase
from brobygger.payment.place_plan import (
    PlacePlan,
    PlannedPerson,
    busiest_week,
    may_be_fixed_per_place,
    minutes_in_week,
)
from brobygger.values.period import Period
from brobygger.values.source import Confidence

START = date(2026, 11, 2)
TEN_WEEKS = HourPlan((Phase(10, 300),))
PLAN = PlacePlan(TEN_WEEKS, START, 4)


def test_four_places_of_ten_weeks() -> None:
    assert PLAN.total_minutes == 4 * 3000
    assert PLAN.period == Period.of_weeks(START, 10)


def test_a_place_held_by_two_people_is_shared_by_days() -> None:
    shares = PLAN.shares({
        "b": Period(date(2026, 11, 23), date(2027, 3, 1)),
        "a": Period(START, date(2026, 11, 23)),
    })  # fmt: skip
    assert shares == {"a": 900, "b": 2100}


def test_days_without_a_holder_belong_to_nobody() -> None:
    assert PLAN.shares({"a": Period.of_weeks(START, 4)}) == {"a": 1200}
    assert PLAN.shares({"a": Period.of_weeks(date(2027, 6, 7), 4)}) == {"a": 0}


def test_two_on_one_day_are_refused() -> None:
    with pytest.raises(BadPlan, match="samme dag"):
        PLAN.shares({"a": Period.of_weeks(START, 4), "b": Period.of_weeks(START, 1)})


@pytest.mark.parametrize("places", [0, -1, 201])
def test_a_number_of_places_that_cannot_be_is_refused(places: int) -> None:
    with pytest.raises(BadPlan, match="mellem 1 og 200"):
        PlacePlan(TEN_WEEKS, START, places)


def test_the_rule_of_places_is_dated() -> None:
    with pytest.raises(BadPlan, match="2014"):
        may_be_fixed_per_place(date(2013, 12, 31))
    assert may_be_fixed_per_place(date(2019, 12, 31)).paragraph == "§ 31 e, stk. 2"
    assert may_be_fixed_per_place(date(2020, 1, 1)).confidence is Confidence.MEDIUM


def test_the_busiest_week_of_a_mentor_with_two_people() -> None:
    first = PlannedPerson("a", START, HourPlan((Phase(2, 2220), Phase(10, 300))))
    second = PlannedPerson("b", date(2026, 11, 9), TEN_WEEKS)
    assert minutes_in_week([first, second], START) == 2220
    assert busiest_week([first, second]) == (date(2026, 11, 9), 2520)
    with pytest.raises(BadPlan, match="ingen borgere"):
        busiest_week([])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(0, 2000), st.integers(1, 12))
def test_the_shares_of_a_place_that_is_always_held_add_up(days: list[int], minutes: int, weeks: int) -> None:
    plan = PlacePlan(HourPlan((Phase(weeks, minutes),)), START, 1)
    holders, reached = {}, START
    for index, length in enumerate(days):
        holders[str(index)] = Period(reached, reached + timedelta(days=length))
        reached += timedelta(days=length)
    holders["last"] = Period(reached)
    assert sum(plan.shares(holders).values()) == plan.total_minutes
