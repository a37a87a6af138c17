"""The invoices made for the demonstration read back as what they were made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.einvoice import Kind, Standard, read
from brobygger.einvoice.checks import check
from brobygger.einvoice.document import claimed_minutes
from brobygger.einvoice.sample import Sample, SampleLine, SampleParty, write

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
SAMPLE = Sample(
    number="F-1001",
    issued_on=date(2026, 11, 30),
    due_on=date(2026, 12, 30),
    supplier=SampleParty("Mentorhuset <Øst> & Søn", "12345674"),
    customer=SampleParty("Brøndsted Kommune", "12345674", "5790000000012"),
    lines=(
        SampleLine("Mentortimer", 80, Decimal("333.35"), "7F3K", NOVEMBER),
        SampleLine("Mentorkursus", None, Decimal(1200)),
    ),
    reference="7F3K",
    period=NOVEMBER,
)


def found_by_the_checks(sample: Sample) -> tuple[object, ...]:
    ours = {"5790000000012"}
    return check(read(write(sample)), our_gln=ours, our_cvr="12345674", known_invoices={"F1001", "F-1001"})


@pytest.mark.parametrize("sample", [SAMPLE, replace(SAMPLE, kind=Kind.CREDIT_NOTE, credits="F-1001")])
def test_it_passes_every_check(sample: Sample) -> None:
    assert found_by_the_checks(sample) == ()


def test_it_reads_back_as_what_was_written() -> None:
    document = read(write(SAMPLE))
    assert (document.standard, document.kind, document.number) == (
        Standard.OIOUBL_2_1,
        Kind.INVOICE,
        "F-1001",
    )
    assert (document.supplier.name, document.supplier.cvr) == ("Mentorhuset <Øst> & Søn", "12345674")
    assert (document.customer.gln, document.order_reference) == ("5790000000012", "7F3K")
    assert [claimed_minutes(line) for line in document.lines] == [80, None]
    assert [line.amount for line in document.lines] == [Decimal("444.47"), Decimal("1200.00")]
    assert document.totals.payable == SAMPLE.payable == Decimal("2055.59")
    assert document.lines[0].accounting_reference == "7F3K"


def test_a_credit_note_names_its_invoice() -> None:
    document = read(write(replace(SAMPLE, kind=Kind.CREDIT_NOTE, credits="F-1001")))
    assert (document.kind, document.billing_reference) == (Kind.CREDIT_NOTE, "F-1001")


def test_without_vat_it_passes_too() -> None:
    assert found_by_the_checks(replace(SAMPLE, vat_percent=Decimal(0))) == ()


@given(st.lists(st.tuples(st.integers(1, 60 * 40), st.decimals(1, 999, places=2)), min_size=1, max_size=6))
def test_any_minutes_at_any_rate_add_up(hours: list[tuple[int, Decimal]]) -> None:
    lines = tuple(SampleLine("Mentortimer", minutes, rate) for minutes, rate in hours)
    sample = replace(SAMPLE, lines=lines)
    assert found_by_the_checks(sample) == ()
    assert [claimed_minutes(line) for line in read(write(sample)).lines] == [
        minutes for minutes, _rate in hours
    ]
