"""The month from confirmed contacts, and a second implementation that counts minute by minute."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.payment import month
from brobygger.payment.month import ConfirmedContact, DatedRate, accrual_steps, month_claim
from brobygger.values.period import Period

NOVEMBER = Period.of_month(2026, 11)
RATES = (
    DatedRate(Period(date(2026, 1, 1), date(2026, 11, 16)), Decimal("250.00")),
    DatedRate(Period(date(2026, 11, 16)), Decimal("262.50")),
)


def contact(key: str, day: int, minutes: int) -> ConfirmedContact:
    return ConfirmedContact(key, date(2026, 11, day), minutes)


CONTACTS = [contact("c", 17, 90), contact("a", 3, 300), contact("b", 10, 300)]


def test_a_month_with_a_rate_that_changes() -> None:
    claim = month_claim(CONTACTS, RATES, period=NOVEMBER)
    assert [(line.rate, line.minutes, line.amount) for line in claim.lines] == [
        (Decimal("250.00"), 600, Decimal("2500.00")),
        (Decimal("262.50"), 90, Decimal("393.75")),
    ]
    assert (claim.minutes, claim.total) == (690, Decimal("2893.75"))
    assert claim.lines[0].contacts == (("a", 300), ("b", 300))


def test_the_ten_weeks_cost_12500_kroner_over_the_months() -> None:
    weekly = [ConfirmedContact(str(n), date(2026, 11, 2) + timedelta(weeks=n), 300) for n in range(10)]
    rates = (DatedRate(Period(date(2026, 1, 1)), Decimal(250)),)
    months = [
        month_claim(weekly, rates, period=Period.of_month(2026 + n // 12, n % 12 + 1)) for n in (10, 11, 12)
    ]
    assert [each.total for each in months] == [Decimal(6250), Decimal(5000), Decimal(1250)]


def test_what_the_grant_does_not_hold_is_listed_and_not_paid() -> None:
    claim = month_claim(CONTACTS, RATES, period=NOVEMBER, minutes_left=450)
    assert (claim.minutes, claim.total) == (450, Decimal("1875.00"))
    assert claim.beyond == (("b", 150), ("c", 90))


def test_what_has_no_rate_is_listed_and_not_paid() -> None:
    claim = month_claim(CONTACTS, RATES[:1], period=NOVEMBER)
    assert (claim.minutes, claim.without_rate) == (600, ("c",))


def test_a_contact_of_another_month_does_not_count() -> None:
    outside = [ConfirmedContact("x", date(2026, 10, 31), 60), ConfirmedContact("y", date(2026, 12, 1), 60)]
    assert month_claim(outside, RATES, period=NOVEMBER).lines == ()


def test_a_mentorship_without_subsidy_costs_nothing_and_is_counted() -> None:
    free = (DatedRate(Period(date(2026, 1, 1)), Decimal(0)),)
    claim = month_claim(CONTACTS, free, period=NOVEMBER)
    assert (claim.minutes, claim.total) == (690, 0)


def test_what_does_not_hang_together_is_refused() -> None:
    with pytest.raises(ValueError, match="mindst ét minut"):
        month_claim([contact("a", 3, 0)], RATES, period=NOVEMBER)
    with pytest.raises(ValueError, match="to gange"):
        month_claim([contact("a", 3, 5), contact("a", 4, 5)], RATES, period=NOVEMBER)
    with pytest.raises(ValueError, match="To timepriser"):
        month_claim(CONTACTS, (*RATES, RATES[0]), period=NOVEMBER)
    with pytest.raises(ValueError, match="under 0"):
        DatedRate(NOVEMBER, Decimal("-0.01"))


STEPS = st.lists(st.integers(1, 600), max_size=12)
PRICES = st.decimals(0, 900, places=2)


@st.composite
def months(draw: st.DrawFn) -> tuple[list[ConfirmedContact], tuple[DatedRate, ...], int | None]:
    minutes = draw(STEPS)
    days = [draw(st.integers(-3, 33)) for _ in minutes]
    contacts = [
        ConfirmedContact(str(index), date(2026, 11, 1) + timedelta(days=day), length)
        for index, (day, length) in enumerate(zip(days, minutes, strict=True))
    ]
    cut = date(2026, 11, 1) + timedelta(days=draw(st.integers(1, 29)))
    gap = timedelta(days=draw(st.integers(0, 3)))
    rates = (
        DatedRate(Period(date(2026, 10, 1), cut), draw(PRICES)),
        DatedRate(Period(cut + gap), draw(PRICES)),
    )
    return contacts, rates, draw(st.none() | st.integers(0, 4000))


def slow_total(
    contacts: list[ConfirmedContact], rates: tuple[DatedRate, ...], left: int | None
) -> tuple[int, Decimal]:
    """Minute by minute, in whole øre, with nothing taken from the code under test."""
    of_rate: dict[Decimal, Fraction] = {}
    counted = 0
    for each in sorted(contacts, key=lambda found: (found.day, found.key)):
        if (each.day.year, each.day.month) != (2026, 11):
            continue
        prices = [found.rate for found in rates if each.day in found.period]
        for _ in range(each.minutes):
            if prices and (left is None or counted < left):
                of_rate[prices[0]] = of_rate.get(prices[0], Fraction(0)) + Fraction(prices[0]) * 100 / 60
                counted += 1
    oere = sum(
        int(amount) + (1 if amount - int(amount) >= Fraction(1, 2) else 0) for amount in of_rate.values()
    )
    return counted, Decimal(oere) / 100


@settings(max_examples=60, deadline=None)
@given(months())
def test_the_month_agrees_with_counting_every_minute(
    case: tuple[list[ConfirmedContact], tuple[DatedRate, ...], int | None],
) -> None:
    contacts, rates, left = case
    claim = month_claim(contacts, rates, period=NOVEMBER, minutes_left=left)
    assert (claim.minutes, claim.total) == slow_total(contacts, rates, left)
    in_month = sum(each.minutes for each in contacts if each.day in NOVEMBER)
    unpaid = sum(each.minutes for each in contacts if each.key in claim.without_rate)
    assert claim.minutes + sum(minutes for _, minutes in claim.beyond) + unpaid == in_month


def test_the_slow_count_notices_rounding_by_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: each contact is priced for itself."""
    contacts = [contact(str(day), day, 50) for day in range(1, 8)]
    rates = (DatedRate(NOVEMBER, Decimal("333.33")),)
    price = month.price_of_minutes
    monkeypatch.setattr(month, "price_of_minutes", lambda minutes, rate: price(50, rate) * (minutes // 50))
    assert month_claim(contacts, rates, period=NOVEMBER).total != slow_total(contacts, rates, None)[1]


@settings(max_examples=60, deadline=None)
@given(STEPS, PRICES)
def test_the_steps_of_a_month_add_up_to_its_line(minutes: list[int], rate: Decimal) -> None:
    steps = accrual_steps(minutes, rate)
    assert sum(steps) == month.price_of_minutes(sum(minutes), rate)
    assert len(steps) == len(minutes)
    assert all(step >= 0 for step in steps)
