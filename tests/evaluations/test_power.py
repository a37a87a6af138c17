"""What a size can show: published sizes, the library's own numbers, and plans that show nothing."""

from __future__ import annotations

from datetime import date
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from brobygger.analysis import DesignError, people_needed
from brobygger.analysis.rollout import NEVER
from brobygger.evaluations import steps
from brobygger.evaluations.power import Verdict, lottery_power, smallest_difference, step_error


def test_the_danish_trial_needs_what_its_own_figures_say() -> None:
    """12 to 16 of 100 takes 1,178 in each arm for 4 of 5 chances."""
    found = lottery_power(base=0.12, relevant=0.04, people=2588, places=1294)
    assert (found.places_needed, found.people_needed) == (1178, 2356)
    assert found.verdict is Verdict.ENOUGH and 0.037 < found.smallest < 0.04


def test_one_municipality_is_too_small_and_is_told_so() -> None:
    found = lottery_power(base=0.12, relevant=0.04, people=200, places=100)
    assert found.verdict is Verdict.TOO_FEW and found.smallest > 0.12


@given(some.floats(0.03, 0.6), some.integers(30, 3000), some.integers(30, 3000))
def test_the_smallest_difference_and_the_people_needed_agree(base: float, drawn: int, others: int) -> None:
    least = smallest_difference(base=base, drawn=drawn, others=others)
    if least == inf:
        return
    assert people_needed(base, least, ratio=others / drawn) in (drawn - 1, drawn, drawn + 1)


@pytest.mark.parametrize(("people", "places"), [(10, 10), (10, 0), (10, 11)])
def test_without_somebody_not_drawn_there_is_no_power(people: int, places: int) -> None:
    with pytest.raises(DesignError):
        lottery_power(base=0.1, relevant=0.05, people=people, places=places)


def hussey_and_hughes(starts: list[int], months: int, within: float, between: float) -> float:
    """Their formula (8) as it is printed, with I units, T months and X the months begun."""
    x = np.array(
        [[1.0 if start and month >= start else 0.0 for month in range(1, months + 1)] for start in starts]
    )
    units, s2, t2 = len(starts), within**2, between**2
    u, w, v = x.sum(), (x.sum(axis=0) ** 2).sum(), (x.sum(axis=1) ** 2).sum()
    top = units * s2 * (s2 + months * t2)
    bottom = (units * u - w) * s2 + (u**2 + units * months * u - months * w - units * v) * t2
    return sqrt(top / bottom)


@pytest.mark.parametrize("between", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("starts", [[2, 3, 4, 5], [2, 2, 0], [5, 3, 0, 0, 2]])
def test_the_error_of_a_roll_out_is_the_published_formula(starts: list[int], between: float) -> None:
    assert step_error(starts, 6, within=0.1, between=between) == pytest.approx(
        hussey_and_hughes(starts, 6, 0.1, between), rel=1e-9
    )


def test_all_at_once_and_nobody_at_all_show_nothing() -> None:
    assert step_error([3, 3, 3], 6, within=0.1, between=0.02) == inf
    assert step_error([0, 0], 6, within=0.1, between=0.02) == inf
    assert step_error([3, 3, 0], 6, within=0.1, between=0.02) < inf


# The plan of a roll-out

FIRST = date(2027, 1, 1)
PLAN: steps.Plan = (("Øst", date(2027, 2, 1)), ("Vest", date(2027, 4, 1)), ("Nord", None))


def test_each_month_tells_who_has_begun_and_who_has_not() -> None:
    months = steps.months_of(PLAN, FIRST, 4)
    assert [(each.begun, each.not_yet, each.never) for each in months] == [
        (0, 2, 1),
        (1, 1, 1),
        (1, 1, 1),
        (2, 0, 1),
    ]
    assert [each.begins for each in months] == [(), ("Øst",), (), ("Vest",)]
    assert [each.can_be_compared for each in months] == [False, True, True, True]
    assert not steps.months_of(PLAN[:2], FIRST, 4)[3].can_be_compared


def test_the_lot_gives_out_the_same_months_and_can_be_drawn_again() -> None:
    plan = steps.evenly([f"Hold {number}" for number in range(6)], FIRST, 12, never=1)
    drawn = {steps.by_lot(plan, seed=f"frø {number}") for number in range(30)}
    months = sorted(str(start) for _name, start in plan)
    assert len(drawn) > 20 and all(sorted(str(start) for _n, start in each) == months for each in drawn)
    assert steps.by_lot(plan, seed="x") == steps.by_lot(plan, seed="x")
    assert [name for name, _start in steps.by_lot(plan, seed="x")] == [name for name, _start in plan]


def test_nobody_begins_in_the_first_month_of_a_proposal() -> None:
    for units in (2, 5, 11, 40):
        plan = steps.evenly([str(number) for number in range(units)], FIRST, 6)
        begins = [start for _name, start in plan if start]
        assert len(begins) == units and min(begins) > FIRST and max(begins) <= date(2027, 6, 1)


def test_a_plan_is_stored_and_read_back_and_numbered_for_the_analysis() -> None:
    assert steps.plan_of(steps.rows_of(PLAN)) == PLAN
    assert steps.start_numbers(PLAN, FIRST).tolist() == [2, 4, 0]
    first = steps.first_periods(PLAN).tolist()
    assert first[1] - first[0] == 2 and first[2] == NEVER
    assert steps.period_number(date(2028, 1, 1)) - steps.period_number(date(2027, 12, 1)) == 1
