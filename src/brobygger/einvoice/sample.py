"""Makes an OIOUBL 2.1 invoice or credit note for the demonstration and the tests.

Not for sending: it holds what ``read`` and ``check`` look at and the addresses that OIOUBL demands, no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from brobygger.einvoice.document import Kind
from brobygger.values.money import ZERO, price_of_minutes, round_to_oere

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{_UBL}CommonAggregateComponents-2"
_CBC = f"{_UBL}CommonBasicComponents-2"
_CODES = "urn:oioubl:codelist:"
_IDS = "urn:oioubl:id:"
_AGENCY = "320"
_DECIMALS_OF_HOURS = Decimal("0.000001")

Element = etree._Element


@dataclass(frozen=True)
class SampleParty:
    """Supplier or customer. A customer is addressed by GLN, a supplier by CVR number."""

    name: str
    cvr: str
    gln: str = ""


@dataclass(frozen=True)
class SampleLine:
    """Hours at a rate, or with ``minutes`` None one piece at the price ``rate`` (a training day)."""

    text: str
    minutes: int | None
    rate: Decimal
    reference: str = ""
    period: tuple[date, date] | None = None

    @property
    def quantity(self) -> Decimal:
        if self.minutes is None:
            return Decimal(1)
        return (Decimal(self.minutes) / 60).quantize(_DECIMALS_OF_HOURS).normalize()

    @property
    def unit(self) -> str:
        return "EA" if self.minutes is None else "HUR"

    @property
    def amount(self) -> Decimal:
        if self.minutes is None:
            return round_to_oere(self.rate)
        return price_of_minutes(self.minutes, self.rate)


@dataclass(frozen=True)
class Sample:
    """A document that adds up. ``reference`` is the order number; ``credits`` the invoice a credit note is about."""

    number: str
    issued_on: date
    due_on: date
    supplier: SampleParty
    customer: SampleParty
    lines: tuple[SampleLine, ...]
    reference: str = ""
    contact: str = "Mentorordningen"
    period: tuple[date, date] | None = None
    vat_percent: Decimal = Decimal(25)
    kind: Kind = Kind.INVOICE
    credits: str = ""

    @property
    def net(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        return _tax_of(self.net, self.vat_percent)

    @property
    def payable(self) -> Decimal:
        return self.net + self.tax


def write(sample: Sample) -> bytes:
    """The document as UTF-8 XML, which ``read`` reads back and ``check`` finds no error in."""
    return _Writer(sample).document()


def _tax_of(net: Decimal, percent: Decimal) -> Decimal:
    return round_to_oere(net * percent / 100)


class _Writer:
    """Builds the tree in the order of the OIOUBL schema; lxml escapes what people wrote."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.is_credit = sample.kind is Kind.CREDIT_NOTE
        name = "CreditNote" if self.is_credit else "Invoice"
        names: dict[Any, str] = {None: f"{_UBL}{name}-2", "cac": _CAC, "cbc": _CBC}
        self.root = etree.Element(f"{{{_UBL}{name}-2}}{name}", nsmap=names)

    def document(self) -> bytes:
        self._head()
        self._references()
        self._party("Supplier", self.sample.supplier)
        self._party("Customer", self.sample.customer)
        if not self.is_credit:
            self._payment_means()
        self._tax_total(self.root, self.sample.net, self.sample.tax)
        self._totals()
        for number, line in enumerate(self.sample.lines, start=1):
            self._line(number, line)
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _head(self) -> None:
        sample, root = self.sample, self.root
        self._text(root, "UBLVersionID", "2.1")
        self._text(root, "CustomizationID", "OIOUBL-2.1")
        profile = {"schemeAgencyID": _AGENCY, "schemeID": f"{_IDS}profileid-1.2"}
        self._text(root, "ProfileID", "urn:www.nesubl.eu:profiles:profile5:ver2.0", profile)
        self._text(root, "ID", sample.number)
        self._text(root, "CopyIndicator", "false")
        self._text(root, "IssueDate", sample.issued_on.isoformat())
        if not self.is_credit:
            listed = {"listAgencyID": _AGENCY, "listID": f"{_CODES}invoicetypecode-1.1"}
            self._text(root, "InvoiceTypeCode", "380", listed)
        self._text(root, "DocumentCurrencyCode", "DKK")
        if sample.period:
            self._period(root, sample.period)

    def _references(self) -> None:
        if self.sample.reference:
            self._text(self._group(self.root, "OrderReference"), "ID", self.sample.reference)
        if self.sample.credits:
            billing = self._group(self.root, "BillingReference")
            self._text(self._group(billing, "InvoiceDocumentReference"), "ID", self.sample.credits)

    def _party(self, role: str, stated: SampleParty) -> None:
        party = self._group(self._group(self.root, f"Accounting{role}Party"), "Party")
        cvr, gln = {"schemeID": "DK:CVR"}, {"schemeAgencyID": "9", "schemeID": "GLN"}
        address, scheme = (stated.gln, gln) if stated.gln else (f"DK{stated.cvr}", cvr)
        self._text(party, "EndpointID", address, scheme)
        self._text(self._group(party, "PartyIdentification"), "ID", address, scheme)
        self._text(self._group(party, "PartyName"), "Name", stated.name)
        if stated.cvr:
            legal = self._group(party, "PartyLegalEntity")
            self._text(legal, "RegistrationName", stated.name)
            self._text(legal, "CompanyID", f"DK{stated.cvr}", cvr)
        if role == "Customer":
            self._text(self._group(party, "Contact"), "ID", self.sample.contact)

    def _payment_means(self) -> None:
        means = self._group(self.root, "PaymentMeans")
        self._text(means, "ID", "1")
        self._text(means, "PaymentMeansCode", "42")
        self._text(means, "PaymentDueDate", self.sample.due_on.isoformat())
        listed = {"listAgencyID": _AGENCY, "listID": f"{_CODES}paymentchannelcode-1.1"}
        self._text(means, "PaymentChannelCode", "DK:BANK", listed)
        account = self._group(means, "PayeeFinancialAccount")
        # Each supplier has its own account, at a branch that no bank has.
        self._text(account, "ID", f"00{self.sample.supplier.cvr}")
        self._text(self._group(account, "FinancialInstitutionBranch"), "ID", "0000")

    def _tax_total(self, parent: Element, net: Decimal, tax: Decimal) -> None:
        total = self._group(parent, "TaxTotal")
        self._money(total, "TaxAmount", tax)
        subtotal = self._group(total, "TaxSubtotal")
        self._money(subtotal, "TaxableAmount", net)
        self._money(subtotal, "TaxAmount", tax)
        category = self._group(subtotal, "TaxCategory")
        rated = "StandardRated" if self.sample.vat_percent else "ZeroRated"
        self._text(category, "ID", rated, {"schemeAgencyID": _AGENCY, "schemeID": f"{_IDS}taxcategoryid-1.1"})
        self._text(category, "Percent", f"{self.sample.vat_percent:f}")
        scheme = self._group(category, "TaxScheme")
        self._text(scheme, "ID", "63", {"schemeAgencyID": _AGENCY, "schemeID": f"{_IDS}taxschemeid-1.1"})
        self._text(scheme, "Name", "Moms")

    def _totals(self) -> None:
        total = self._group(self.root, "LegalMonetaryTotal")
        for name, amount in (
            ("LineExtensionAmount", self.sample.net),
            ("TaxExclusiveAmount", self.sample.tax),  # in OIOUBL this field holds the tax itself
            ("TaxInclusiveAmount", self.sample.payable),
            ("PayableAmount", self.sample.payable),
        ):
            self._money(total, name, amount)

    def _line(self, number: int, line: SampleLine) -> None:
        element = self._group(self.root, "CreditNoteLine" if self.is_credit else "InvoiceLine")
        self._text(element, "ID", str(number))
        name = "CreditedQuantity" if self.is_credit else "InvoicedQuantity"
        self._text(element, name, f"{line.quantity:f}", {"unitCode": line.unit})
        self._money(element, "LineExtensionAmount", line.amount)
        if line.reference:
            self._text(element, "AccountingCost", line.reference)
        if line.period:
            self._period(element, line.period)
        self._tax_total(element, line.amount, _tax_of(line.amount, self.sample.vat_percent))
        item = self._group(element, "Item")
        self._text(item, "Description", line.text)
        self._text(item, "Name", line.text)
        self._money(self._group(element, "Price"), "PriceAmount", line.rate)

    def _period(self, parent: Element, days: tuple[date, date]) -> None:
        period = self._group(parent, "InvoicePeriod")
        self._text(period, "StartDate", days[0].isoformat())
        self._text(period, "EndDate", days[1].isoformat())

    def _group(self, parent: Element, name: str) -> Element:
        return etree.SubElement(parent, f"{{{_CAC}}}{name}")

    def _money(self, parent: Element, name: str, amount: Decimal) -> None:
        self._text(parent, name, f"{amount:.2f}", {"currencyID": "DKK"})

    def _text(self, parent: Element, name: str, text: str, given: Mapping[str, str] | None = None) -> None:
        etree.SubElement(parent, f"{{{_CBC}}}{name}", dict(given or {})).text = text
