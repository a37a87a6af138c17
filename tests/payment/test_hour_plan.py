"""Hour plans by phase: totals, weeks, days, and that rounding never loses a minute."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.payment import hour_plan
from brobygger.payment.hour_plan import BadPlan, HourPlan, Phase
from brobygger.values.period import Period

FULL_TIME_FIRST = HourPlan((Phase(2, 37 * 60), Phase(10, 5 * 60)))
START = date(2026, 11, 2)

PHASES = st.builds(
    Phase,
    weeks=st.integers(1, 30) | st.decimals(Decimal("0.1"), Decimal(30), places=1),
    minutes_per_week=st.integers(0, 37 * 60),
)
PLANS = st.lists(PHASES, min_size=1, max_size=5).map(tuple).map(HourPlan)


def test_full_time_two_weeks_and_then_five_hours() -> None:
    plan = FULL_TIME_FIRST
    assert plan.total_minutes == (2 * 37 + 10 * 5) * 60
    assert (plan.weeks, plan.days, plan.max_minutes_per_week) == (12, 84, 37 * 60)
    assert plan.by_week() == (2220, 2220, *[300] * 10)
    assert plan.period(START) == Period.of_weeks(START, 12)
    assert plan.describe() == "37 timer om ugen i 2 uger, derefter 5 timer om ugen i 10 uger"


@pytest.mark.parametrize(("day", "minutes"), [
    (date(2026, 11, 1), 0), (START, 0), (date(2026, 11, 9), 2220), (date(2026, 11, 16), 4440),
    (date(2026, 11, 17), 4440 + 43), (date(2026, 11, 23), 4740), (date(2027, 1, 25), 7440), (date(2030, 1, 1), 7440),
])  # fmt: skip
def test_minutes_planned_until_a_day(day: date, minutes: int) -> None:
    assert FULL_TIME_FIRST.minutes_until(day, start=START) == minutes


def test_a_broken_week_is_shared_with_the_next_phase() -> None:
    plan = HourPlan((Phase(Decimal("1.5"), 600), Phase(Decimal("1.5"), 100)))
    assert plan.by_week() == (600, 350, 100)
    assert (plan.total_minutes, plan.days) == (1050, 21)


def test_half_a_minute_is_rounded_up_once() -> None:
    assert HourPlan((Phase(Decimal("0.5"), 5), Phase(Decimal("0.5"), 5))).total_minutes == 5
    assert HourPlan((Phase(Decimal("0.5"), 5),)).total_minutes == 3


@given(PLANS)
def test_the_weeks_add_up_to_the_whole(plan: HourPlan) -> None:
    assert sum(plan.by_week()) == plan.total_minutes
    assert len(plan.by_week()) == -(-plan.days // 7)
    assert all(0 <= minutes <= plan.max_minutes_per_week + 1 for minutes in plan.by_week())


@given(PLANS, st.integers(-5, 1200), st.integers(0, 400))
def test_minutes_until_never_fall_and_end_at_the_total(plan: HourPlan, first: int, later: int) -> None:
    days = [START + timedelta(days=first), START + timedelta(days=first + later)]
    early, late = (plan.minutes_until(day, start=START) for day in days)
    assert 0 <= early <= late <= plan.total_minutes
    end = plan.period(START).end
    assert end is not None
    assert plan.minutes_until(end, start=START) == plan.total_minutes


@given(PLANS, st.integers(0, 400))
def test_minutes_until_agree_with_counting_tenths_of_days(plan: HourPlan, days: int) -> None:
    """A slow second implementation: weeks have at most one decimal, so a tenth of a week divides every phase."""
    tenths = [
        Fraction(phase.minutes_per_week, 10) for phase in plan.phases for _ in range(int(phase.weeks * 10))
    ]
    reached, whole = Fraction(days * 10, 7), days * 10 // 7
    counted = sum(tenths[:whole], Fraction(0))
    if whole < len(tenths):
        counted += tenths[whole] * (reached - whole)
    assert plan.minutes_until(START + timedelta(days=days), start=START) == int(counted + Fraction(1, 2))


@given(PLANS)
def test_a_plan_survives_being_stored(plan: HourPlan) -> None:
    assert HourPlan.from_data(json.loads(json.dumps(plan.as_data()))) == plan


@pytest.mark.parametrize(
    ("weeks", "minutes"), [(0, 60), (-1, 60), (521, 60), (1, -1), (1, 10_081), (Decimal("NaN"), 1)]
)
def test_an_impossible_phase_is_refused_with_a_sentence(weeks: Decimal | int, minutes: int) -> None:
    with pytest.raises(BadPlan, match=r"^Skriv .*\.$"):
        Phase(weeks, minutes)


def test_a_plan_without_phases_is_refused() -> None:
    with pytest.raises(BadPlan, match="mindst én fase"):
        HourPlan(())


def test_rounding_each_week_would_lose_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: with every running total cut down, the weeks no longer make the total."""
    plan = HourPlan((Phase(Decimal("0.5"), 5),))
    total = plan.total_minutes
    monkeypatch.setattr(hour_plan, "_HALF", 0)
    assert sum(plan.by_week()) != total
