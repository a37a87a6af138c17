"""Rounding and price of time against fractions."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from brobygger.values.money import price_of_minutes, round_to_kroner, round_to_oere

AMOUNTS = st.decimals(-1_000_000, 1_000_000, places=4, allow_nan=False, allow_infinity=False)
RATES = st.decimals(0, 5000, places=2, allow_nan=False, allow_infinity=False)


def slow_round(exact: Fraction, unit: Fraction) -> Fraction:
    """Half away from zero, by hand: whole units, and one more from the half."""
    size = abs(exact) / unit
    whole = size.numerator // size.denominator
    if size - whole >= Fraction(1, 2):
        whole += 1
    return whole * unit * (-1 if exact < 0 else 1)


@given(AMOUNTS)
def test_oere_and_kroner_are_rounded_half_away_from_zero(amount: Decimal) -> None:
    assert Fraction(round_to_oere(amount)) == slow_round(Fraction(amount), Fraction(1, 100))
    assert Fraction(round_to_kroner(amount)) == slow_round(Fraction(amount), Fraction(1))


@given(st.integers(0, 200_000), RATES)
def test_the_price_of_minutes_is_rounded_once(minutes: int, rate: Decimal) -> None:
    exact = Fraction(minutes, 60) * Fraction(rate)
    assert Fraction(price_of_minutes(minutes, rate)) == slow_round(exact, Fraction(1, 100))


def test_halves_go_away_from_zero_and_not_to_even() -> None:
    assert round_to_oere(Decimal("0.125")) == Decimal("0.13")
    assert round_to_oere(Decimal("-0.125")) == Decimal("-0.13")
    assert round_to_oere(Decimal("0.145")) == Decimal("0.15")
    assert round_to_kroner(Decimal("2.5")) == 3


def test_a_price_always_has_two_decimals() -> None:
    assert str(price_of_minutes(60, Decimal("250"))) == "250.00"
    assert str(price_of_minutes(20, Decimal("100"))) == "33.33"


def test_bankers_rounding_would_be_noticed() -> None:
    """Planted fault: what Decimal does unless told."""
    assert Fraction(Decimal("0.125").quantize(Decimal("0.01"))) != slow_round(
        Fraction(1, 8), Fraction(1, 100)
    )
