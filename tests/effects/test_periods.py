"""Closed periods: disjoint, long enough, and the same once they have been shown."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brobygger.analysis.weeks import week_of
from brobygger.effects.figures.periods import ENOUGH, FEWEST, closed_periods, settled_before
from brobygger.values.period import Period, add_months

SETTLED = date(2026, 9, 1)


def ended(*days: tuple[date, int]) -> np.ndarray:
    return np.array([day for day, count in days for _one in range(count)], dtype="datetime64[D]")


def test_quarters_are_joined_until_there_are_enough() -> None:
    days = ended((date(2023, 1, 1), 100), (date(2023, 7, 1), 60), (date(2024, 1, 1), 200))
    months, found = closed_periods(days, settled=SETTLED)
    assert months == 12
    assert found == (Period(date(2023, 1, 1), date(2023, 10, 1)), Period(date(2023, 10, 1), date(2024, 4, 1)))


def test_what_has_been_shown_stays_and_the_new_begins_after_it() -> None:
    kept = (Period(date(2023, 1, 1), date(2023, 7, 1)),)
    days = ended((date(2023, 1, 1), 60), (date(2023, 7, 1), 160))
    assert closed_periods(days, settled=SETTLED, kept=kept)[1] == (
        *kept,
        Period(date(2023, 7, 1), date(2023, 10, 1)),
    )
    assert closed_periods(days, settled=SETTLED)[1] == (Period(date(2023, 1, 1), date(2023, 10, 1)),)


def test_a_young_municipality_is_followed_for_a_shorter_time() -> None:
    days = ended((date(2025, 10, 1), FEWEST))
    months, found = closed_periods(days, settled=SETTLED)
    assert months == 6 and found == (Period(date(2025, 10, 1), date(2026, 1, 1)),)
    assert closed_periods(days[: FEWEST - 1], settled=SETTLED) == (0, ())


@given(st.lists(st.dates(date(2021, 1, 1), date(2026, 6, 30)), max_size=600))
def test_nobody_is_in_two_periods_and_everyone_is_followed(days: list[date]) -> None:
    months, found = closed_periods(np.array(days, dtype="datetime64[D]"), settled=SETTLED)
    for one, other in pairwise(found):
        assert one.end is not None and one.end <= other.start
    for period in found:
        assert period.end is not None and add_months(period.end, months) <= SETTLED
        count = sum(period.start <= day < period.end for day in days)
        assert count >= (ENOUGH if len(found) > 1 else FEWEST)


def test_the_newest_three_months_are_not_settled() -> None:
    assert settled_before(week_of(date(2026, 11, 23))) == date(2026, 9, 1)
