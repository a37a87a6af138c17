"""Makes invoices and credit notes in both standards, for the demonstration and the tests.

Not for sending: it holds what ``read`` and ``check`` look at and the addresses that the standards demand, no more.
Whole families come from it: discounts and additions, several rates of VAT, reverse charge, rounding, prepaid amounts,
foreign currency, periods on lines, several mentorships or none named, and credit notes for a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from brobygger.einvoice.document import Kind, Standard
from brobygger.values.money import ZERO, price_of_minutes, round_to_oere

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{_UBL}CommonAggregateComponents-2"
_CBC = f"{_UBL}CommonBasicComponents-2"
_CODES = "urn:oioubl:codelist:"
_IDS = "urn:oioubl:id:"
_PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_AGENCY = "320"
_DECIMALS_OF_HOURS = Decimal("0.000001")
_DECIMALS_OF_PRICES = Decimal("0.00000001")
_OIOUBL_CATEGORIES = {"S": "StandardRated", "Z": "ZeroRated", "AE": "ReverseCharge"}

Element = etree._Element


@dataclass(frozen=True)
class SampleParty:
    """Supplier or customer. A customer is addressed by GLN, a supplier by CVR number."""

    name: str
    cvr: str
    gln: str = ""


@dataclass(frozen=True)
class SampleCharge:
    """A discount, or with ``is_charge`` an addition, in kroner without VAT; its rate is the document's unless given."""

    amount: Decimal
    reason: str = "Rabat"
    is_charge: bool = False
    vat_percent: Decimal | None = None

    @property
    def signed(self) -> Decimal:
        return self.amount if self.is_charge else -self.amount


@dataclass(frozen=True)
class SampleLine:
    """Hours at a rate, or with ``minutes`` None one piece at the price ``rate`` (a training day).

    ``charges`` are the line's own discounts and additions; its rate of VAT is the document's unless given.
    """

    text: str
    minutes: int | None
    rate: Decimal
    reference: str = ""
    period: tuple[date, date] | None = None
    charges: tuple[SampleCharge, ...] = ()
    vat_percent: Decimal | None = None
    order_line: str = ""

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
        price = (
            round_to_oere(self.rate) if self.minutes is None else price_of_minutes(self.minutes, self.rate)
        )
        return price + sum((each.signed for each in self.charges), ZERO)


@dataclass(frozen=True)
class Rate:
    """A rate of VAT in percent and its category: S (rated), Z (nothing), AE (the buyer settles it)."""

    percent: Decimal
    category: str


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
    standard: Standard = Standard.OIOUBL_2_1
    charges: tuple[SampleCharge, ...] = ()
    reverse_charge: bool = False
    prepaid: Decimal = ZERO
    rounding: Decimal = ZERO
    currency: str = "DKK"

    @property
    def line_total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def net(self) -> Decimal:
        """Without VAT, after the document's discounts and additions."""
        return self.line_total + sum((each.signed for each in self.charges), ZERO)

    @property
    def taxable(self) -> dict[Rate, Decimal]:
        """What each rate is taken of, in the order in which the rates first come."""
        found: dict[Rate, Decimal] = {}
        stated = [(self.rate_of(line), line.amount) for line in self.lines]
        stated += [(self.rate_of(charge), charge.signed) for charge in self.charges]
        for rate, amount in stated:
            found[rate] = found.get(rate, ZERO) + amount
        return found

    @property
    def tax(self) -> Decimal:
        return sum((_tax_of(net, rate) for rate, net in self.taxable.items()), ZERO)

    @property
    def with_tax(self) -> Decimal:
        return self.net + self.tax

    @property
    def payable(self) -> Decimal:
        return self.with_tax - self.prepaid + self.rounding

    def rate_of(self, each: SampleLine | SampleCharge) -> Rate:
        if self.reverse_charge:
            return Rate(ZERO, "AE")
        percent = self.vat_percent if each.vat_percent is None else each.vat_percent
        return Rate(percent, "S" if percent else "Z")

    def sum_of(self, *, charges: bool) -> Decimal:
        return sum((each.amount for each in self.charges if each.is_charge is charges), ZERO)


def write(sample: Sample) -> bytes:
    """The document as UTF-8 XML, which ``read`` reads back and ``check`` finds no error in."""
    return _Writer(sample).document()


def credit_part(sample: Sample, number: str, *, lines: Iterable[int], minutes: int | None = None) -> Sample:
    """The credit note for some of an invoice's lines, by place from 0; ``minutes`` of each instead of all."""
    chosen = [sample.lines[place] for place in lines]
    parts = tuple(each if minutes is None else replace(each, minutes=minutes, charges=()) for each in chosen)
    return replace(
        sample,
        number=number,
        kind=Kind.CREDIT_NOTE,
        credits=sample.number,
        lines=parts,
        charges=(),
        prepaid=ZERO,
        rounding=ZERO,
    )


def _tax_of(net: Decimal, rate: Rate) -> Decimal:
    return round_to_oere(net * rate.percent / 100)


class _Writer:
    """Builds the tree in the order of the schema; lxml escapes what people wrote."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.is_credit = sample.kind is Kind.CREDIT_NOTE
        self.is_oioubl = sample.standard.is_oioubl
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
        if self.is_oioubl and self.sample.prepaid:
            self._money(self._group(self.root, "PrepaidPayment"), "PaidAmount", self.sample.prepaid)
        self._charges(self.root, self.sample.charges)
        self._tax_total(self.root, self.sample.taxable)
        self._totals()
        for number, line in enumerate(self.sample.lines, start=1):
            self._line(number, line)
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    # Head

    def _head(self) -> None:
        if self.is_oioubl:
            self._oioubl_head()
        else:
            self._peppol_head()
        if self.sample.period:
            self._period(self.root, self.sample.period)

    def _oioubl_head(self) -> None:
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
        self._text(root, "DocumentCurrencyCode", sample.currency)

    def _peppol_head(self) -> None:
        sample, root = self.sample, self.root
        self._text(root, "CustomizationID", _PEPPOL)
        self._text(root, "ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0")
        self._text(root, "ID", sample.number)
        self._text(root, "IssueDate", sample.issued_on.isoformat())
        if self.is_credit:
            self._text(root, "CreditNoteTypeCode", "381")
        else:
            self._text(root, "DueDate", sample.due_on.isoformat())
            self._text(root, "InvoiceTypeCode", "380")
        self._text(root, "DocumentCurrencyCode", sample.currency)
        if sample.contact:
            self._text(root, "BuyerReference", sample.contact)

    def _references(self) -> None:
        if self.sample.reference:
            self._text(self._group(self.root, "OrderReference"), "ID", self.sample.reference)
        if self.sample.credits:
            billing = self._group(self.root, "BillingReference")
            self._text(self._group(billing, "InvoiceDocumentReference"), "ID", self.sample.credits)

    # Parties and payment

    def _party(self, role: str, stated: SampleParty) -> None:
        party = self._group(self._group(self.root, f"Accounting{role}Party"), "Party")
        cvr = {"schemeID": "DK:CVR" if self.is_oioubl else "0184"}
        gln = {"schemeAgencyID": "9", "schemeID": "GLN"} if self.is_oioubl else {"schemeID": "0088"}
        company = f"DK{stated.cvr}" if self.is_oioubl else stated.cvr
        address, scheme = (stated.gln, gln) if stated.gln else (company, cvr)
        self._text(party, "EndpointID", address, scheme)
        if self.is_oioubl:
            self._text(self._group(party, "PartyIdentification"), "ID", address, scheme)
        self._text(self._group(party, "PartyName"), "Name", stated.name)
        if not self.is_oioubl:
            country = self._group(self._group(party, "PostalAddress"), "Country")
            self._text(country, "IdentificationCode", "DK")
        if not self.is_oioubl and stated.cvr:
            vat = self._group(party, "PartyTaxScheme")
            self._text(vat, "CompanyID", f"DK{stated.cvr}")
            self._text(self._group(vat, "TaxScheme"), "ID", "VAT")
        if stated.cvr or not self.is_oioubl:
            legal = self._group(party, "PartyLegalEntity")
            self._text(legal, "RegistrationName", stated.name)
            if stated.cvr:
                self._text(legal, "CompanyID", company, cvr)
        if role == "Customer" and self.is_oioubl and self.sample.contact:
            self._text(self._group(party, "Contact"), "ID", self.sample.contact)

    def _payment_means(self) -> None:
        means = self._group(self.root, "PaymentMeans")
        # Each supplier has its own account, at a branch that no bank has.
        number = f"00{self.sample.supplier.cvr}"
        if not self.is_oioubl:
            self._text(means, "PaymentMeansCode", "30")
            account = self._group(means, "PayeeFinancialAccount")
            self._text(account, "ID", number)
            self._text(self._group(account, "FinancialInstitutionBranch"), "ID", "0000")
            return
        self._text(means, "ID", "1")
        self._text(means, "PaymentMeansCode", "42")
        self._text(means, "PaymentDueDate", self.sample.due_on.isoformat())
        listed = {"listAgencyID": _AGENCY, "listID": f"{_CODES}paymentchannelcode-1.1"}
        self._text(means, "PaymentChannelCode", "DK:BANK", listed)
        account = self._group(means, "PayeeFinancialAccount")
        self._text(account, "ID", number)
        self._text(self._group(account, "FinancialInstitutionBranch"), "ID", "0000")

    # Money

    def _charges(self, parent: Element, charges: Iterable[SampleCharge], *, rated: bool = True) -> None:
        for number, each in enumerate(charges, start=1):
            group = self._group(parent, "AllowanceCharge")
            if self.is_oioubl:
                self._text(group, "ID", str(number))
            self._text(group, "ChargeIndicator", "true" if each.is_charge else "false")
            self._text(group, "AllowanceChargeReason", each.reason)
            self._money(group, "Amount", each.amount)
            if rated or self.is_oioubl:
                self._category(group, "TaxCategory", self.sample.rate_of(each))

    def _tax_total(self, parent: Element, taxable: Mapping[Rate, Decimal]) -> None:
        total = self._group(parent, "TaxTotal")
        self._money(total, "TaxAmount", sum((_tax_of(net, rate) for rate, net in taxable.items()), ZERO))
        for rate, net in taxable.items():
            subtotal = self._group(total, "TaxSubtotal")
            self._money(subtotal, "TaxableAmount", net)
            self._money(subtotal, "TaxAmount", _tax_of(net, rate))
            self._category(subtotal, "TaxCategory", rate)

    def _category(self, parent: Element, name: str, rate: Rate) -> None:
        category = self._group(parent, name)
        listed = {"schemeAgencyID": _AGENCY, "schemeID": f"{_IDS}taxcategoryid-1.1"}
        if self.is_oioubl:
            self._text(category, "ID", _OIOUBL_CATEGORIES[rate.category], listed)
        else:
            self._text(category, "ID", rate.category)
        self._text(category, "Percent", f"{rate.percent:f}")
        if not self.is_oioubl and rate.category == "AE" and name == "TaxCategory":
            self._text(category, "TaxExemptionReasonCode", "VATEX-EU-AE")
        scheme = self._group(category, "TaxScheme")
        if not self.is_oioubl:
            self._text(scheme, "ID", "VAT")
            return
        self._text(scheme, "ID", "63", {"schemeAgencyID": _AGENCY, "schemeID": f"{_IDS}taxschemeid-1.1"})
        self._text(scheme, "Name", "Moms")

    def _totals(self) -> None:
        sample = self.sample
        total = self._group(self.root, "LegalMonetaryTotal")
        self._money(total, "LineExtensionAmount", sample.line_total)
        # In OIOUBL this field holds the tax itself.
        self._money(total, "TaxExclusiveAmount", sample.tax if self.is_oioubl else sample.net)
        # And this one holds the rounding too.
        rounding = sample.rounding if self.is_oioubl else ZERO
        self._money(total, "TaxInclusiveAmount", sample.with_tax + rounding)
        for name, amount in (
            ("AllowanceTotalAmount", sample.sum_of(charges=False)),
            ("ChargeTotalAmount", sample.sum_of(charges=True)),
            ("PrepaidAmount", sample.prepaid),
            ("PayableRoundingAmount", sample.rounding),
        ):
            if amount:
                self._money(total, name, amount)
        self._money(total, "PayableAmount", sample.payable)

    # Lines

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
        if line.order_line:
            self._text(self._group(element, "OrderLineReference"), "LineID", line.order_line)
        rate = self.sample.rate_of(line)
        charges = [replace(each, vat_percent=line.vat_percent) for each in line.charges]
        self._charges(element, charges, rated=False)
        if self.is_oioubl:
            self._tax_total(element, {rate: line.amount})
        item = self._group(element, "Item")
        self._text(item, "Description", line.text)
        self._text(item, "Name", line.text)
        if not self.is_oioubl:
            self._category(item, "ClassifiedTaxCategory", rate)
        self._price(self._group(element, "Price"), line)

    def _price(self, price: Element, line: SampleLine) -> None:
        """OIOUBL takes a line's discounts off its price; Peppol takes them off the line's amount."""
        if not (self.is_oioubl and line.charges):
            self._money(price, "PriceAmount", line.rate)
            return
        lowered = (line.amount / line.quantity).quantize(_DECIMALS_OF_PRICES)
        self._text(price, "PriceAmount", f"{lowered:f}", {"currencyID": self.sample.currency})

    def _period(self, parent: Element, days: tuple[date, date]) -> None:
        period = self._group(parent, "InvoicePeriod")
        self._text(period, "StartDate", days[0].isoformat())
        self._text(period, "EndDate", days[1].isoformat())

    def _group(self, parent: Element, name: str) -> Element:
        return etree.SubElement(parent, f"{{{_CAC}}}{name}")

    def _money(self, parent: Element, name: str, amount: Decimal) -> None:
        self._text(parent, name, f"{amount:.2f}", {"currencyID": self.sample.currency})

    def _text(self, parent: Element, name: str, text: str, given: Mapping[str, str] | None = None) -> None:
        etree.SubElement(parent, f"{{{_CBC}}}{name}", dict(given or {})).text = text
