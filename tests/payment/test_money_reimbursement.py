"""State reimbursement by date and status, and the ladder with its restart."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law import ladder as counting
from brobygger.law.codes import Act
from brobygger.law.parameters import MissingParameter
from brobygger.payment.reimbursement import (
    WeekKind,
    ladder,
    municipality_pays,
    reimburse,
    state_pays,
    state_share,
    weeks_in_a_row,
)
from brobygger.values.period import add_months

MONDAY = date(2026, 1, 5)
WEEK = timedelta(weeks=1)
B, S, O = WeekKind.BENEFIT, WeekKind.SELF_SUPPORT, WeekKind.OTHER  # noqa: E741


@pytest.mark.parametrize(("on", "status", "percent", "rule"), [
    ("2014-01-01", "2.3", 50, "D11"), ("2019-06-30", "2.3", 50, "D11"), ("2019-07-01", "2.3", 0, "D13"),
    ("2016-05-01", "2.1", 0, "D12"), ("2016-05-01", "2.2", 0, "D12"), ("2026-01-01", "6.3", 0, "D13"),
    ("2016-05-01", None, None, "D11"), ("2016-05-01", "2.11", None, "D11"), ("2013-12-31", "2.3", None, "D11"),
])  # fmt: skip
def test_the_states_share_by_day_and_status(
    on: str, status: str | None, percent: int | None, rule: str
) -> None:
    share = state_share(on=date.fromisoformat(on), status_at_agreement=status)
    assert (share.percent, share.rule_id) == (percent, rule)
    assert share.confirmed is (percent is not None)
    assert share.sentence_da.endswith(".")


def test_the_employed_were_excepted() -> None:
    share = state_share(on=date(2017, 1, 2), status_at_agreement="2.3", employed_at_agreement=True)
    assert (share.percent, share.rule_id) == (0, "D12")


@pytest.mark.parametrize(("on", "status", "sure"), [
    ("2019-12-31", "2.1", False), ("2019-12-31", None, False), ("2020-01-01", "6.1", True), ("2019-12-31", "2.3", True),
])  # fmt: skip
def test_the_rest_of_2019_is_not_sure_for_the_insured(on: str, status: str | None, sure: bool) -> None:
    assert state_share(on=date.fromisoformat(on), status_at_agreement=status).confirmed is sure


def test_the_integration_area_stands_apart_and_is_never_guessed() -> None:
    for on in (date(2016, 1, 4), date(2026, 1, 5)):
        share = state_share(on=on, status_at_agreement="2.3", act=Act.INL)
        assert (share.percent, share.rule_id, share.confirmed) == (None, "D18", False)
        assert reimburse(Decimal(1000), share).state == 0


def test_half_of_15450_kroner_and_the_amount_that_is_left() -> None:
    share = state_share(on=date(2017, 1, 2), status_at_agreement="2.3")
    whole = reimburse(Decimal(15_450), share)
    assert (whole.state, whole.municipality) == (Decimal("7725.00"), Decimal("7725.00"))
    limited = reimburse(Decimal(15_450), share, left_of_amount=Decimal(10_000))
    assert (limited.state, limited.municipality) == (Decimal("5000.00"), Decimal("10450.00"))
    odd = reimburse(Decimal("0.01"), share)
    assert (odd.state, odd.municipality) == (Decimal("0.01"), 0)
    with pytest.raises(ValueError, match="brugt op"):
        reimburse(Decimal(1), share, left_of_amount=Decimal(-1))


def test_the_steps_of_the_ladder() -> None:
    weeks = ladder(weeks_in_a_row(MONDAY, 60))
    percents = [each.state_percent for each in weeks]
    assert (percents[:4], percents[4:26]) == ([80] * 4, [40] * 22)
    assert (percents[26:52], percents[52:]) == ([30] * 26, [20] * 8)
    own = ladder(weeks_in_a_row(MONDAY, 60), series="P11")
    assert all(a.state_percent + b.state_percent == 100 for a, b in zip(weeks, own, strict=True))


def test_what_a_year_costs_the_state_and_the_municipality() -> None:
    year = ladder(weeks_in_a_row(MONDAY, 52))
    assert state_pays(year, Decimal(3000)) == Decimal(4 * 2400 + 22 * 1200 + 26 * 900)
    assert municipality_pays(year, Decimal(3000)) == 52 * 3000 - state_pays(year, Decimal(3000))
    assert municipality_pays((), Decimal(3000)) == 0


def case(*runs: tuple[WeekKind, int], start: date = MONDAY) -> dict[date, WeekKind]:
    kinds = [kind for kind, count in runs for _ in range(count)]
    return {start + step * WEEK: kind for step, kind in enumerate(kinds)}


@pytest.mark.parametrize(("runs", "number"), [
    ([(B, 30), (S, 51), (B, 1)], 31),
    ([(B, 30), (S, 52), (B, 1)], 1),
    ([(B, 30), (S, 26), (B, 1), (S, 26), (B, 1)], 1),
    ([(B, 30), (O, 100), (B, 1)], 31),
    ([(S, 60), (B, 1)], 1),
    ([(B, 1), (S, 26), (O, 105), (S, 26), (B, 1)], 2),
    ([(B, 1), (S, 26), (O, 104), (S, 26), (B, 1)], 1),
    ([(B, 1), (S, 52), (B, 1), (S, 51), (B, 1)], 2),
])  # fmt: skip
def test_the_ladder_starts_over_after_52_weeks_of_self_support_in_three_years(
    runs: list[tuple[WeekKind, int]], number: int
) -> None:
    assert ladder(case(*runs))[-1].number == number


def test_a_week_is_its_monday_and_benefit_before_2016_has_no_ladder() -> None:
    with pytest.raises(ValueError, match="mandag"):
        ladder({date(2026, 1, 6): B})
    with pytest.raises(MissingParameter, match="P10"):
        ladder({date(2015, 12, 28): B})


def slow_numbers(weeks: dict[date, WeekKind]) -> list[int]:
    """Each week is looked up anew: when did the present count begin, and how many weeks of benefit since?"""
    mondays = sorted(weeks)
    restarts: list[date] = []
    for monday in mondays:
        since = max(restarts, default=date.min)
        began = [each for each in mondays if weeks[each] is B and since < each < monday]
        window = add_months(monday + WEEK, -36)
        if began and weeks[monday] is S:
            free = [
                each for each in mondays if weeks[each] is S and began[0] < each <= monday and each >= window
            ]
            if len(free) >= 52:
                restarts.append(monday)

    def number(monday: date) -> int:
        since = max((each for each in restarts if each < monday), default=date.min)
        return sum(1 for each in mondays if weeks[each] is B and since < each <= monday)

    return [number(monday) for monday in mondays if weeks[monday] is B]


RUNS = st.lists(st.tuples(st.sampled_from(WeekKind), st.integers(1, 60)), min_size=1, max_size=7)


@settings(max_examples=60, deadline=None)
@given(RUNS)
def test_the_ladder_agrees_with_a_slow_count(runs: list[tuple[WeekKind, int]]) -> None:
    weeks = case(*runs, start=date(2016, 1, 4))
    assert [each.number for each in ladder(weeks)] == slow_numbers(weeks)


def test_the_slow_count_notices_a_window_that_is_never_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: old weeks of self-support are kept for ever."""
    weeks = case((B, 1), (S, 26), (O, 150), (S, 26), (B, 1))
    monkeypatch.setattr(counting, "_forget", lambda free_weeks, monday, numbers: None)
    assert [each.number for each in ladder(weeks)] != slow_numbers(weeks)
