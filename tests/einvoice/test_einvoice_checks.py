"""What a check finds on an invoice: one wrong thing at a time, and nothing on a right one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.einvoice import (
    AllowanceCharge,
    Document,
    Kind,
    Party,
    StatedPeriod,
    TaxSubtotal,
    normalise_number,
)
from brobygger.einvoice.checks import Remark, Severity, check, has_errors, vat_tolerance
from brobygger.einvoice.document import claimed_minutes
from tests.einvoice.samples import CVR, GLN, document, line


def codes(made: Document, **known: object) -> list[str]:
    return [remark.code for remark in check(made, **known)]  # type: ignore[arg-type]


def only(made: Document, **known: object) -> Remark:
    (remark,) = check(made, **known)  # type: ignore[arg-type]
    return remark


def totals(made: Document, **changes: object) -> Document:
    return replace(made, totals=replace(made.totals, **changes))  # type: ignore[arg-type]


def test_a_right_invoice_has_no_remarks() -> None:
    known = {"our_gln": {GLN}, "known_suppliers": {CVR}, "received_on": date(2026, 12, 1)}
    assert codes(document(), **known) == []


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (document(currency="EUR"), "CURRENCY"),
        (document(supplier=Party()), "SUPPLIER_CVR_MISSING"),
        (document(supplier=Party(cvr="56781235")), "SUPPLIER_CVR_INVALID"),
        (document(customer=Party()), "CUSTOMER_GLN_MISSING"),
        (document(customer=Party(gln="5798000416605")), "CUSTOMER_GLN_INVALID"),
        (document(customer=Party(gln="5798009811578")), "CUSTOMER_GLN_NOT_OURS"),
        (document(contact_reference=""), "NO_REFERENCE"),
        (document(is_copy=True), "COPY"),
        (document(due_on=date(2026, 11, 29)), "DUE_BEFORE_ISSUE"),
        (document(issued_on=date(2026, 12, 2)), "ISSUED_IN_FUTURE"),
        (document(stated_period=StatedPeriod(date(2026, 11, 2), date(2026, 11, 1))), "PERIOD_REVERSED"),
        (document(stated_period=StatedPeriod(date(2026, 11, 2), None)), "PERIOD_INCOMPLETE"),
        (document(stated_period=StatedPeriod(date(2025, 11, 1), date(2026, 11, 30))), "PERIOD_LONG"),
        (document(stated_period=StatedPeriod(date(2026, 11, 1), date(2026, 12, 1))), "PERIOD_AFTER_ISSUE"),
        (document(line(stated_period=StatedPeriod(date(2026, 10, 31), date(2026, 11, 2)))), "LINE_PERIOD"),
        (document(line(), line()), "LINE_NUMBER"),
        (totals(document(), payable=Decimal("3000.01")), "PAYABLE"),
        (document(line(vat_percent=Decimal(12))), "TAXABLE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_one_wrong_thing_gives_one_remark(made: Document, code: str) -> None:
    found = codes(made, our_gln={GLN}, received_on=date(2026, 12, 1))
    assert set(found) == {code}


def test_a_remark_tells_both_figures_and_the_line() -> None:
    wrong = document(line(1), line(2, amount=Decimal(2500)))
    assert only(wrong) == Remark(
        "LINE_AMOUNT",
        Severity.ERROR,
        "Antal gange pris giver 2.400,00 kr., men linjen siger 2.500,00 kr.",
        "2",
    )


def test_errors_come_before_warnings() -> None:
    found = check(document(is_copy=True, currency="SEK"))
    assert [remark.severity for remark in found] == [Severity.ERROR, Severity.WARNING]
    assert has_errors(found)
    assert not has_errors(check(document(is_copy=True)))


def test_discount_addition_prepayment_and_rounding_add_up() -> None:
    """2,400 less 100 plus 20 is 2,320; 25 % is 580; less 50 prepaid, rounded by 0.25."""
    rate = {"vat_percent": Decimal(25), "vat_category": "S"}
    extras = (AllowanceCharge(False, Decimal(100), **rate), AllowanceCharge(True, Decimal(20), **rate))  # type: ignore[arg-type]
    tax_total = replace(document().tax_totals[0], amount=Decimal(580))
    tax_total = replace(tax_total, subtotals=(TaxSubtotal(Decimal(2320), Decimal(580), Decimal(25), "S"),))
    made = totals(
        document(allowances_charges=extras, tax_totals=(tax_total,)),
        allowance=Decimal(100), charge=Decimal(20), tax=Decimal(580), tax_exclusive=Decimal(2320),
        tax_inclusive=Decimal(2900), prepaid=Decimal(50), rounding=Decimal("0.25"), payable=Decimal("2850.25"),
    )  # fmt: skip
    assert codes(made) == []
    assert codes(totals(made, prepaid=Decimal(0))) == ["PAYABLE"]
    assert "ALLOWANCE_TOTAL" in codes(totals(made, allowance=Decimal(99)))


@pytest.mark.parametrize(("lines", "difference", "is_found"), [
    (1, "0.01", False), (1, "0.02", True), (10, "0.05", False), (10, "0.06", True),
])  # fmt: skip
def test_tax_may_differ_by_half_an_oere_a_line(lines: int, difference: str, is_found: bool) -> None:
    made = document(*(line(number) for number in range(1, lines + 1)))
    subtotal = made.tax_totals[0].subtotals[0]
    tax = subtotal.tax + Decimal(difference)
    tax_total = replace(made.tax_totals[0], amount=tax, subtotals=(replace(subtotal, tax=tax),))
    made = totals(replace(made, tax_totals=(tax_total,)), tax=tax)
    made = totals(made, tax_inclusive=made.totals.line_total + tax, payable=made.totals.line_total + tax)
    assert codes(made) == (["TAX_RATE"] if is_found else [])
    assert (Decimal(difference) > vat_tolerance(lines)) is is_found


def test_tax_on_an_exempt_line_is_found() -> None:
    exempt = line(vat_percent=Decimal(0), vat_category="E")
    made = document(exempt)
    assert "TAX_RATE" in codes(replace(made, tax_totals=(
        replace(made.tax_totals[0], subtotals=(replace(made.tax_totals[0].subtotals[0], category="E"),)),
    )))  # fmt: skip


# The same invoice again


@pytest.mark.parametrize(
    "spelling", ["F-1001", "f-1001", " F-1001 ", "F- 1001", "00F-1001", "Ｆ-1001", "F-\u200b1001"]
)
def test_the_same_number_spelled_otherwise_is_a_duplicate(spelling: str) -> None:
    seen = {document().key}
    assert codes(document(number=spelling), already=seen) == ["DUPLICATE"]
    assert codes(document(number=spelling), already=lambda key: key in seen) == ["DUPLICATE"]


def test_another_supplier_kind_or_number_is_no_duplicate() -> None:
    seen = {document().key}
    others = [
        document(supplier=Party(cvr="73624118")),
        document(kind=Kind.CREDIT_NOTE, billing_references=("F-1",)),
        document(number="F-1002"),
    ]
    assert [codes(other, already=seen) for other in others] == [[], [], []]


def test_without_a_supplier_number_nothing_is_called_a_duplicate() -> None:
    nobody = document(supplier=Party())
    assert codes(nobody, already={nobody.key}) == ["SUPPLIER_CVR_MISSING"]


@given(st.text(min_size=1, max_size=30))
def test_normalising_twice_changes_nothing(number: str) -> None:
    once = normalise_number(number)
    assert normalise_number(once) == once
    assert normalise_number(f" {number.lower()}") == normalise_number(f"{number.lower()} ")


# Credit notes


def credit_note(**changes: object) -> Document:
    return document(kind=Kind.CREDIT_NOTE, billing_references=("F-1001",), **changes)


def test_a_credit_note_names_an_invoice_we_know() -> None:
    assert codes(credit_note()) == []
    assert codes(credit_note(), known_invoices={"F-1001"}) == []
    assert codes(credit_note(), known_invoices={"F-1000"}) == ["CREDITED_INVOICE_UNKNOWN"]
    assert codes(replace(credit_note(), billing_references=())) == ["CREDIT_WITHOUT_INVOICE"]


def test_negative_amounts_are_pointed_out() -> None:
    minus = line(quantity=Decimal(-8))
    assert codes(document(minus)) == ["NEGATIVE_INVOICE"]
    negative = replace(document(minus), kind=Kind.CREDIT_NOTE, billing_references=("F-1001",))
    assert codes(negative) == ["NEGATIVE_CREDIT"]


def test_our_own_company_number_can_stand_for_the_location_number() -> None:
    by_cvr = document(customer=Party(cvr="73624118"))
    assert codes(by_cvr, our_gln={GLN}, our_cvr="73624118") == []
    assert codes(by_cvr, our_gln={GLN}, our_cvr=CVR) == ["CUSTOMER_GLN_MISSING", "CUSTOMER_CVR"]


def test_an_unknown_supplier_is_a_warning() -> None:
    assert only(document(), known_suppliers=set()).severity is Severity.WARNING


# Minutes


@pytest.mark.parametrize(("quantity", "unit", "minutes"), [
    ("8", "HUR", 480), ("1.5", "hur", 90), ("1.33", "HUR", 80), ("0.17", "HUR", 10), ("0.008", "HUR", 0),
    ("90", "MIN", 90), ("2", "LH", 120), ("-3", "HUR", -180), ("1", "DAY", None), ("8", "EA", None), ("8", "", None),
])  # fmt: skip
def test_minutes_of_a_line(quantity: str, unit: str, minutes: int | None) -> None:
    assert claimed_minutes(line(quantity=Decimal(quantity), unit=unit)) == minutes


def test_a_line_without_quantity_has_no_minutes() -> None:
    assert claimed_minutes(line(quantity=None, amount=Decimal(1))) is None
