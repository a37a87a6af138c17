"""Exact fractions of kroner to øre: each rounding against Decimal's own, and parts that add up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.values import money
from brobygger.values.money import fraction_to_oere, kroner_in_words, round_to_oere, running_oere

PARTS = st.lists(st.fractions(-100_000, 100_000, max_denominator=10_000), max_size=12)


@settings(max_examples=100, deadline=None)
@given(st.fractions(-1_000_000, 1_000_000, max_denominator=100_000))
def test_a_fraction_is_rounded_as_decimal_does(amount: Fraction) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(amount.numerator) / amount.denominator
        assert fraction_to_oere(amount) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(max_examples=100, deadline=None)
@given(PARTS)
def test_the_parts_add_up_to_the_rounded_whole(parts: list[Fraction]) -> None:
    found = running_oere(parts)
    assert sum(found, Decimal(0)) == fraction_to_oere(sum(parts, Fraction(0)))
    assert all(
        abs(share - part) <= Decimal("0.01")
        for share, part in zip(found, map(fraction_to_oere, parts), strict=True)
    )


def test_rounding_each_part_would_lose_an_oere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: the running total is not kept."""
    thirds = [Fraction(100, 3)] * 3
    monkeypatch.setattr(money, "accumulate", lambda parts, initial: [initial, *parts])
    assert sum(running_oere(thirds)) != fraction_to_oere(sum(thirds, Fraction(0)))


@pytest.mark.parametrize("oere", ["0.125", "-0.125", "1944.425", "0"])
def test_both_roundings_agree(oere: str) -> None:
    assert fraction_to_oere(Fraction(oere)) == round_to_oere(Decimal(oere))


def test_kroner_in_a_sentence() -> None:
    assert kroner_in_words(Decimal("1234567.5")) == "1.234.567,50 kr."
