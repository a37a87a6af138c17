"""Every official example: what it is, its number, what it asks for, and what is wrong with it.

``files/expected.csv`` is the golden table: filled once and reviewed, changed only on purpose. Kind, number and amount
are read a second time here with plain paths that share no code with the reader.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from brobygger.einvoice import Document, Refused, read, read_file
from brobygger.einvoice.checks import Severity, check
from tests.einvoice.samples import FILES

COLUMNS = ["file", "outcome", "number", "currency", "payable", "lines", "supplier_cvr", "remarks"]


def rows() -> list[dict[str, str]]:
    with (FILES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def found(path: Path) -> dict[str, str]:
    """The row of the table that the code makes of a file."""
    name = path.relative_to(FILES).as_posix()
    try:
        made = read_file(path)
    except Refused as refused:
        return dict.fromkeys(COLUMNS, "") | {"file": name, "outcome": refused.code}
    remarks = sorted({remark.code for remark in check(made)})
    return {
        "file": name,
        "outcome": made.kind,
        "number": made.number,
        "currency": made.currency,
        "payable": str(made.totals.payable),
        "lines": str(len(made.lines)),
        "supplier_cvr": made.supplier.cvr,
        "remarks": " ".join(remarks),
    }


def test_every_example_is_in_the_table() -> None:
    assert {row["file"] for row in rows()} == {
        path.relative_to(FILES).as_posix() for path in FILES.rglob("*.xml")
    }
    assert len(rows()) == 64


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_example_is_read_as_expected(row: dict[str, str]) -> None:
    assert found(FILES / row["file"]) == row


@pytest.mark.parametrize("row", [row for row in rows() if row["number"]], ids=lambda row: row["file"])
def test_example_agrees_with_a_second_reading(row: dict[str, str]) -> None:
    root = etree.parse(FILES / row["file"]).getroot()
    assert etree.QName(root).localname == {"INVOICE": "Invoice", "CREDIT_NOTE": "CreditNote"}[row["outcome"]]
    assert root.findtext("{*}ID") == row["number"]
    assert root.findtext("{*}LegalMonetaryTotal/{*}PayableAmount") == row["payable"]
    made = read_file(FILES / row["file"])
    amounts = root.xpath("*[contains(local-name(), 'Line')]/*[local-name()='LineExtensionAmount']/text()")
    assert [line.amount for line in made.lines] == list(map(Decimal, amounts))


def test_no_sum_error_in_an_example_that_passes_the_official_rules() -> None:
    """Only two scenario files are known to be wrong about money."""
    money = {
        "LINE_AMOUNT",
        "LINE_TOTAL",
        "TAX_SUM",
        "TAX_RATE",
        "TAXABLE",
        "TAX_TOTAL",
        "PAYABLE",
        "TAX_INCLUSIVE",
    }
    wrong = {Path(row["file"]).stem for row in rows() if money & set(row["remarks"].split())}
    assert wrong == {"COMORG_02_02_00_Invoice_v2p2", "CreditNoteStor_v2p2"}


CHANGED = [
    "peppol-bis-billing-3/2026.5-eksempler/Allowance-example.xml",
    "peppol-bis-billing-3/2026.5-eksempler/Vat-category-S.xml",
    "oioubl-2.1/schematron-1.17.2-eksempler/OIOUBL_Invoice_v2p2.xml",
    "oioubl-2.0-scenarier/InvoiceStor_v2p2.xml",
]
READ_AMOUNTS = (
    "*[local-name()='LegalMonetaryTotal']/*"
    "|*[local-name()='TaxTotal'][*[local-name()='TaxSubtotal']]//*[contains(local-name(), 'Amount')]"
    "|*[local-name()='AllowanceCharge']/*[local-name()='Amount']"
    "|*[local-name()='InvoiceLine']/*[local-name()='LineExtensionAmount']"
    "|*[local-name()='InvoiceLine']/*[local-name()='Price']/*[local-name()='PriceAmount']"
)


@pytest.mark.parametrize("name", CHANGED)
def test_a_krone_too_much_in_any_one_amount_is_found(name: str) -> None:
    """Each amount in turn is raised by one krone; the sums must notice every time."""
    original = (FILES / name).read_bytes()
    count = len(_amounts(etree.fromstring(original)))
    assert count >= 10
    before = _errors(read(original))
    for index in range(count):
        root = etree.fromstring(original)
        amount = _amounts(root)[index]
        if etree.QName(amount).localname == "TransactionCurrencyTaxAmount":
            continue
        amount.text = str(Decimal(amount.text) + 1)
        assert _errors(read(etree.tostring(root))) > before, f"{etree.QName(amount).localname} no. {index}"


def _amounts(root: etree._Element) -> list[etree._Element]:
    return root.xpath(READ_AMOUNTS)


def _errors(document: Document) -> set[str]:
    return {remark.code for remark in check(document) if remark.severity is Severity.ERROR}


def test_the_table_notices_another_amount() -> None:
    """Planted fault: the golden comparison must fail on a document that differs."""
    row = next(row for row in rows() if row["number"])
    made = read_file(FILES / row["file"])
    changed = replace(made, totals=replace(made.totals, payable=made.totals.payable + Decimal("0.01")))
    assert str(changed.totals.payable) != row["payable"]


if __name__ == "__main__":
    with (FILES / "expected.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(found(path) for path in sorted(FILES.rglob("*.xml")))
