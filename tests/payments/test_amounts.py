"""What a line costs when it is paid."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from brobygger.einvoice import AllowanceCharge
from brobygger.payments.amounts import LineAmount, line_amounts, spread, worth
from tests.einvoice.samples import document, line

kroner = st.decimals(min_value="0.01", max_value=100_000, places=2)


def test_the_vat_of_the_lines_adds_up_to_the_stated() -> None:
    """Three times 0.02 kroner is three times half an øre of VAT: rounded line by line it would be 3 øre, not 2."""
    made = document(*(line(number, quantity=Decimal(1), unit_price=Decimal("0.02")) for number in (1, 2, 3)))
    assert [amount.vat for amount in line_amounts(made)] == [
        Decimal("0.01"),
        Decimal("0.00"),
        Decimal("0.01"),
    ]


def test_a_discount_is_shared_by_amount() -> None:
    made = document(
        line(1, quantity=Decimal(1), unit_price=Decimal(300)),
        line(2, quantity=Decimal(1), unit_price=Decimal(100)),
        allowances_charges=(AllowanceCharge(False, Decimal(40)),),
    )
    assert [amount.net for amount in line_amounts(made)] == [270, 90]


def test_øre_that_the_supplier_rounded_otherwise_go_to_the_dearest_line() -> None:
    made = document(line(1, quantity=Decimal(1), unit_price=Decimal(100)), line(2))
    (total,) = made.tax_totals
    stated = replace(made, totals=replace(made.totals, tax=total.amount + Decimal("0.01")))
    assert line_amounts(stated) == (
        LineAmount(Decimal(100), Decimal(25)),
        LineAmount(Decimal(2400), Decimal("600.01")),
    )


def test_a_vat_that_is_plainly_wrong_is_not_spread() -> None:
    made = document(line(1))
    stated = replace(made, totals=replace(made.totals, tax=Decimal(9999)))
    assert line_amounts(stated)[0].vat == 600


@given(st.lists(kroner, min_size=1, max_size=8), st.integers(0, 100))
def test_lines_less_discount_add_up_to_the_øre(amounts: list[Decimal], percent: int) -> None:
    whole = sum(amounts, Decimal(0))
    discount = (whole * percent / 100).quantize(Decimal("0.01"))
    made = document(
        *(line(place, quantity=Decimal(1), unit_price=amount) for place, amount in enumerate(amounts, 1)),
        allowances_charges=(AllowanceCharge(False, discount),),
    )
    nets = [amount.net for amount in line_amounts(made)]
    assert sum(nets, Decimal(0)) == whole - discount
    assert all(0 <= net <= amount for net, amount in zip(nets, amounts, strict=True))


def test_hours_are_rounded_once_for_each_rate() -> None:
    assert worth([(20, Decimal("100")), (20, Decimal("100")), (20, Decimal("100"))]) == 100
    assert worth([]) == 0


def test_an_amount_fills_the_first_first() -> None:
    assert spread(Decimal(70), [(1, Decimal(50)), (2, Decimal(50))]) == {1: 50, 2: 20}
    assert spread(Decimal(120), [(1, Decimal(50)), (2, Decimal(50))]) == {1: 50, 2: 70}
    assert spread(Decimal(10), []) == {}
