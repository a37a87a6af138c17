"""Small invoices made to measure: as XML in both standards, and as documents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from brobygger.einvoice import (
    Document,
    Kind,
    Line,
    Party,
    Standard,
    StatedPeriod,
    TaxSubtotal,
    TaxTotal,
    Totals,
)

FILES = Path(__file__).parent / "files"
CVR, GLN = "56781234", "5798000416604"
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


@dataclass(frozen=True)
class Hours:
    """A line of hours at a rate."""

    quantity: str = "8"
    rate: str = "300.00"
    text: str = "Mentortimer"
    unit: str = "HUR"
    period: tuple[str, str] | None = None

    @property
    def amount(self) -> Decimal:
        return (Decimal(self.quantity) * Decimal(self.rate)).quantize(Decimal("0.01"))


def invoice_xml(
    *lines: Hours,
    number: str = "F-1001",
    customization: str = PEPPOL,
    before: str = "",
    inside: str = "",
    payable: str | None = None,
) -> bytes:
    """A Peppol invoice in kroner with 25 % VAT that passes every check."""
    kept = lines or (Hours(),)
    net = sum((line.amount for line in kept), Decimal(0))
    tax = (net / 4).quantize(Decimal("0.01"))
    body = "".join(_line_xml(index, line) for index, line in enumerate(kept, start=1))
    vat = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<Invoice xmlns="{_UBL}Invoice-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2">
<cbc:CustomizationID>{customization}</cbc:CustomizationID><cbc:ID>{number}</cbc:ID>
<cbc:IssueDate>2026-11-30</cbc:IssueDate><cbc:DueDate>2026-12-30</cbc:DueDate>
<cbc:DocumentCurrencyCode>DKK</cbc:DocumentCurrencyCode><cbc:BuyerReference>Z-77</cbc:BuyerReference>{inside}
<cac:InvoicePeriod><cbc:StartDate>2026-11-01</cbc:StartDate><cbc:EndDate>2026-11-30</cbc:EndDate></cac:InvoicePeriod>
<cac:AccountingSupplierParty><cac:Party><cbc:EndpointID schemeID="0184">{CVR}</cbc:EndpointID>
<cac:PartyLegalEntity><cbc:RegistrationName>Mentorhuset</cbc:RegistrationName>
<cbc:CompanyID schemeID="0184">{CVR}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cbc:EndpointID schemeID="0088">{GLN}</cbc:EndpointID>
</cac:Party></cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">{tax}</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxableAmount currencyID="DKK">{net}</cbc:TaxableAmount><cbc:TaxAmount currencyID="DKK">{tax}</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent>{vat}</cac:TaxCategory>
</cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="DKK">{net}</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="DKK">{net}</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="DKK">{net + tax}</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="DKK">{payable or net + tax}</cbc:PayableAmount></cac:LegalMonetaryTotal>
{body}</Invoice>""".encode()


def _line_xml(index: int, line: Hours) -> str:
    period = ""
    if line.period:
        first, last = line.period
        period = (
            f"<cac:InvoicePeriod><cbc:StartDate>{first}</cbc:StartDate><cbc:EndDate>{last}</cbc:EndDate>"
            "</cac:InvoicePeriod>"
        )
    return f"""<cac:InvoiceLine><cbc:ID>{index}</cbc:ID>
<cbc:InvoicedQuantity unitCode="{line.unit}">{line.quantity}</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="DKK">{line.amount}</cbc:LineExtensionAmount>{period}
<cac:Item><cbc:Name>{line.text}</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="DKK">{line.rate}</cbc:PriceAmount></cac:Price></cac:InvoiceLine>"""


def line(number: int = 1, **changes: object) -> Line:
    """One line of 8 hours at 300 kroner; ``amount`` follows quantity and price unless given."""
    made = Line(
        number=str(number),
        text="Mentortimer",
        note="",
        quantity=Decimal(8),
        unit="HUR",
        unit_price=Decimal(300),
        amount=Decimal(0),
        vat_percent=Decimal(25),
        vat_category="S",
    )
    made = replace(made, **changes)  # type: ignore[arg-type]
    if "amount" in changes:
        return made
    return replace(made, amount=((made.quantity or 0) * (made.unit_price or 0)).quantize(Decimal("0.01")))


def document(*lines: Line, **changes: object) -> Document:
    """An invoice for November 2026 with these lines that passes every check."""
    kept = lines or (line(),)
    net = sum((each.amount for each in kept), Decimal(0))
    tax = (net / 4).quantize(Decimal("0.01"))
    made = Document(
        kind=Kind.INVOICE,
        standard=Standard.PEPPOL_BIS_3,
        number="F-1001",
        issued_on=date(2026, 11, 30),
        due_on=date(2026, 12, 30),
        currency="DKK",
        supplier=Party(name="Mentorhuset", cvr=CVR),
        customer=Party(name="Kommunen", gln=GLN),
        order_reference="",
        contact_reference="Z-77",
        accounting_reference="",
        stated_period=StatedPeriod(date(2026, 11, 1), date(2026, 11, 30)),
        lines=kept,
        allowances_charges=(),
        tax_totals=(TaxTotal(tax, (TaxSubtotal(net, tax, Decimal(25), "S"),)),),
        totals=Totals(line_total=net, payable=net + tax, tax=tax, tax_exclusive=net, tax_inclusive=net + tax),
        billing_references=(),
        payment_account="1234 567890",
        notes=(),
        is_copy=False,
        raw_sha256="0" * 64,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
