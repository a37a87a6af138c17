"""Price lines, the hourly rate and the estimate; what may not be paid (D05, D06) and what the old rules left open."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.law.codes import PriceLineKind
from brobygger.payment import price
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.price import (
    FIXED,
    PER_HOUR,
    BadPrice,
    PriceLine,
    estimate,
    fixed_costs,
    hourly_rate,
    lines_left_to_the_agreement,
    refused_lines,
)

TEN_WEEKS = HourPlan((Phase(10, 300),))
WAGE = PriceLine(PriceLineKind.WAGE, "Timeløn", Decimal("210.40"))
HOLIDAY = PriceLine(PriceLineKind.HOLIDAY_PAY, "Feriepenge", Decimal("26.30"))
PENSION = PriceLine(PriceLineKind.PENSION, "Pension", Decimal("13.30"))
COURSE = PriceLine(PriceLineKind.TRAINING, "Mentorkursus", Decimal(2950), FIXED)
TRANSPORT = PriceLine(PriceLineKind.TRANSPORT_TIME, "Kørsel til borgeren", Decimal(40))


def test_wage_holiday_pay_and_pension_make_the_rate() -> None:
    assert hourly_rate([WAGE, HOLIDAY, PENSION, COURSE]) == Decimal("250.00")


def test_the_project_of_ten_weeks_costs_15450() -> None:
    made = estimate(TEN_WEEKS, [WAGE, HOLIDAY, PENSION, COURSE])
    assert (made.minutes, made.hourly_rate) == (3000, Decimal("250.00"))
    assert (made.hours_amount, made.fixed_amount, made.total) == (
        Decimal(12_500),
        Decimal(2_950),
        Decimal(15_450),
    )
    assert made.refused == ()


@pytest.mark.parametrize("kind", ["OVERHEAD", "ILLNESS_WAGE", "TRANSPORT_TIME", "TRAVEL_EXPENSES"])
@pytest.mark.parametrize("basis", [PER_HOUR, FIXED])
def test_what_may_not_be_paid_is_left_out_and_listed(kind: str, basis: price.Basis) -> None:
    line = PriceLine(PriceLineKind(kind), "x", Decimal(100), basis)
    made = estimate(TEN_WEEKS, [WAGE, line])
    assert made.total == estimate(TEN_WEEKS, [WAGE]).total
    (refused,) = made.refused
    assert (refused.line, refused.rule_id) == (line, "D06")
    assert "§ 122, stk. 2" in str(refused.source)
    assert refused.sentence_da.endswith("kan ikke betales som en del af mentorstøtten.")


def test_the_refused_kinds_are_those_of_the_law() -> None:
    assert set(price.NOT_PAYABLE) == {kind.value for kind in list(PriceLineKind)[-4:]}


@pytest.mark.parametrize(("on", "is_refused"), [
    (date(2016, 5, 1), False), (date(2020, 12, 10), False), (date(2020, 12, 11), True), (date(2026, 11, 23), True),
])  # fmt: skip
def test_the_order_decides_from_the_day_it_was_read(on: date, is_refused: bool) -> None:
    assert bool(refused_lines([TRANSPORT], on=on)) is is_refused
    assert bool(lines_left_to_the_agreement([TRANSPORT, WAGE], on=on)) is not is_refused
    assert hourly_rate([WAGE, TRANSPORT], on=on) == Decimal("210.40" if is_refused else "250.40")


def test_an_hour_plan_of_hours_and_minutes_is_priced_once() -> None:
    """Seven weeks of 50 minutes at 333.33: 350 minutes cost 1,944.425, rounded once; by week it would be 1,944.46."""
    rate = PriceLine(PriceLineKind.FEE, "Honorar", Decimal("333.33"))
    plan = HourPlan((Phase(7, 50),))
    assert estimate(plan, [rate]).hours_amount == Decimal("1944.43")
    by_week = sum(price.price_of_minutes(minutes, Decimal("333.33")) for minutes in plan.by_week())
    assert by_week == Decimal("1944.46")


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity"])
def test_a_price_below_zero_or_without_end_is_refused(amount: str) -> None:
    with pytest.raises(BadPrice, match="Skriv beløbet"):
        PriceLine(PriceLineKind.WAGE, "Løn", Decimal(amount))


def test_no_lines_cost_nothing() -> None:
    assert estimate(TEN_WEEKS, []).total == 0


LINES = st.lists(
    st.builds(
        PriceLine,
        kind=st.sampled_from(PriceLineKind),
        text=st.just("x"),
        amount=st.decimals(0, 2000, places=3),
        basis=st.sampled_from(price.Basis),
    ),
    max_size=8,
)


@given(LINES, st.integers(0, 40), st.integers(0, 2220))
def test_the_estimate_agrees_with_sums_by_hand(lines: list[PriceLine], weeks: int, minutes: int) -> None:
    made = estimate(HourPlan((Phase(weeks + 1, minutes),)), lines)
    oere = Decimal("0.01")
    rate, fixed = Decimal(0), Decimal(0)
    for line in lines:
        if line.kind in ("OVERHEAD", "ILLNESS_WAGE", "TRANSPORT_TIME", "TRAVEL_EXPENSES"):
            continue
        rate += line.amount if line.basis == "PER_HOUR" else 0
        fixed += line.amount if line.basis == "FIXED" else 0
    rate = rate.quantize(oere, ROUND_HALF_UP)
    hours = ((weeks + 1) * minutes * rate / 60).quantize(oere, ROUND_HALF_UP)
    assert made.total == hours + fixed.quantize(oere, ROUND_HALF_UP)
    assert made.total == made.hours_amount + made.fixed_amount
    assert fixed_costs(lines) == made.fixed_amount


def test_the_hand_count_notices_a_line_that_is_paid_by_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: transport time slips into the rate."""
    right = estimate(TEN_WEEKS, [WAGE, TRANSPORT]).total
    monkeypatch.setattr(price, "NOT_PAYABLE", {})
    assert estimate(TEN_WEEKS, [WAGE, TRANSPORT]).total != right
