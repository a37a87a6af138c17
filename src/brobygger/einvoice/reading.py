"""From an XML tree to a ``Document``: which standard it is, and where each standard keeps its facts.

Elements are found by full name (namespace and name). A fact that may stand once and stands twice is refused
rather than guessed, so that no other program can read another amount out of the same file.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

from brobygger.einvoice import safe_xml
from brobygger.einvoice.document import (
    AllowanceCharge,
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
from brobygger.einvoice.refusal import Refused, danish_field
from brobygger.values.cpr import mask_cpr

Element = etree._Element

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{{{_UBL}CommonAggregateComponents-2}}"
_CBC = f"{{{_UBL}CommonBasicComponents-2}}"
_KINDS = {f"{{{_UBL}Invoice-2}}Invoice": Kind.INVOICE, f"{{{_UBL}CreditNote-2}}CreditNote": Kind.CREDIT_NOTE}
_PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_STANDARDS = {
    "OIOUBL-2.01": Standard.OIOUBL_2_0,
    "OIOUBL-2.02": Standard.OIOUBL_2_0,
    "OIOUBL-2.1": Standard.OIOUBL_2_1,
    _PEPPOL: Standard.PEPPOL_BIS_3,
}
_OTHER_ROOTS = {
    "Reminder": "REMINDER",
    "ApplicationResponse": "RESPONSE",
    "CrossIndustryInvoice": "OTHER_SYNTAX",
    "CrossIndustryDocument": "OTHER_SYNTAX",
    "StandardBusinessDocument": "ENVELOPE",
    "Envelope": "ENVELOPE",
    "testSet": "TEST_SET",
    "html": "HTML",
}
_PROFORMA = "325"
_CVR_SCHEMES = {"DK:CVR", "0184", "9902"}
_GLN_SCHEMES = {"GLN", "0088", "EAN"}
_CPR_SCHEMES = {"DK:CPR", "9901"}
_VAT_SCHEMES = {"63", "VAT", ""}
_CATEGORIES = {"StandardRated": "S", "ZeroRated": "Z", "ReverseCharge": "AE"}

_LONGEST_TEXT = 20_000
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,10})?", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_CVR = re.compile(r"(?:DK)?(\d{8})", re.ASCII | re.IGNORECASE)


def read_file(path: Path, *, max_bytes: int = safe_xml.MAX_BYTES) -> Document:
    """The document in a file. Raises Refused, for a file that is too large before it is read."""
    return read(safe_xml.read_bytes(path, max_bytes=max_bytes), max_bytes=max_bytes)


def read(data: bytes, *, max_bytes: int = safe_xml.MAX_BYTES) -> Document:
    """The invoice or credit note in ``data`` (OIOUBL 2.0, 2.1, Peppol BIS Billing 3). Raises Refused only.

    Amounts are as stated; whether they add up is for ``checks``.
    """
    root = safe_xml.parse(data, max_bytes=max_bytes)
    kind = _kind(root)
    return _Reader(root, kind, _standard(root)).document(hashlib.sha256(data).hexdigest())


def _kind(root: Element) -> Kind:
    kind = _KINDS.get(str(root.tag))
    if kind is not None:
        return kind
    name = etree.QName(root)
    if "rep.oio.dk" in (name.namespace or ""):
        raise Refused("OLD_FORMAT", str(root.tag))
    if name.localname in ("Invoice", "CreditNote"):
        raise Refused("OTHER_SYNTAX", str(root.tag))
    if _is_oioubl_3(_stated_standard(root)):
        raise Refused("OIOUBL_3", str(root.tag))
    raise Refused(_OTHER_ROOTS.get(name.localname, "OTHER_DOCUMENT"), str(root.tag))


def _standard(root: Element) -> Standard:
    stated = _stated_standard(root)
    if _is_oioubl_3(stated):
        raise Refused("OIOUBL_3", stated)
    if stated not in _STANDARDS:
        raise Refused("UNKNOWN_FORMAT", stated)
    return _STANDARDS[stated]


def _stated_standard(root: Element) -> str:
    return _text(_one(root, "CustomizationID"))


def _is_oioubl_3(stated: str) -> bool:
    return stated.upper().startswith("OIOUBL-3") or "oioubl.dk" in stated


class _Reader:
    """Reads one document; the standard decides where a fact is kept."""

    def __init__(self, root: Element, kind: Kind, standard: Standard) -> None:
        self.root, self.kind, self.standard = root, kind, standard
        self.currency = _required(root, "DocumentCurrencyCode", "valuta")

    def document(self, sha256: str) -> Document:
        root = self.root
        self._refuse_proforma()
        tax_totals = tuple(self._tax_totals(root))
        supplier, customer = self._party("Supplier", "leverandør"), self._party("Customer", "modtager")
        return Document(
            kind=self.kind,
            standard=self.standard,
            number=_required(root, "ID", "nummer"),
            issued_on=_required_date(root, "IssueDate", "fakturadato"),
            due_on=self._due_on(),
            currency=self.currency,
            supplier=supplier,
            customer=customer,
            order_reference=_text(_at(root, "OrderReference", "ID")),
            contact_reference=_text(_one(root, "BuyerReference")) or customer.contact_id,
            accounting_reference=_text(_one(root, "AccountingCost")),
            stated_period=_period(root),
            lines=self._lines(),
            allowances_charges=self._allowances_charges(root),
            tax_totals=tax_totals,
            totals=self._totals(tax_totals),
            billing_references=self._billing_references(),
            payment_account=self._payment_account(),
            notes=tuple(filter(None, map(_text, root.iterchildren(f"{_CBC}Note")))),
            is_copy=_text(_one(root, "CopyIndicator")).lower() in ("true", "1"),
            raw_sha256=sha256,
        )

    def _refuse_proforma(self) -> None:
        if _text(_one(self.root, "InvoiceTypeCode")) == _PROFORMA:
            raise Refused("PROFORMA")

    # Parties

    def _party(self, role: str, danish: str) -> Party:
        party = _at(self.root, f"Accounting{role}Party", "Party")
        if party is None:
            raise Refused("MISSING", role, field=danish)
        endpoint = _one(party, "EndpointID")
        legal = next(party.iterchildren(f"{_CAC}PartyLegalEntity"), None)
        return Party(
            name=_text(_at(party, "PartyName", "Name")) or _text(_child(legal, "RegistrationName")),
            cvr=_cvr(party, legal, endpoint),
            gln=_gln(party, endpoint),
            endpoint=_masked(_text(endpoint), _scheme(endpoint)),
            endpoint_scheme=_scheme(endpoint),
            country=_text(_at(party, "PostalAddress", "Country", "IdentificationCode")),
            contact_id=_text(_at(party, "Contact", "ID")),
        )

    # Money

    def _amount(self, parent: Element, name: str) -> Decimal | None:
        element = _one(parent, name)
        if element is None:
            return None
        if element.get("currencyID", self.currency) != self.currency:
            raise Refused("MIXED_CURRENCY", name, field=danish_field(name))
        return _number(element, danish_field(name))

    def _needed_amount(self, parent: Element, name: str, danish: str) -> Decimal:
        amount = self._amount(parent, name)
        if amount is None:
            raise Refused("MISSING", name, field=danish)
        return amount

    def _totals(self, tax_totals: tuple[TaxTotal, ...]) -> Totals:
        total = _one(self.root, "LegalMonetaryTotal", _CAC)
        if total is None:
            raise Refused("MISSING", "LegalMonetaryTotal", field="beløb i alt")
        before_tax = self._amount(total, "TaxExclusiveAmount")
        return Totals(
            line_total=self._needed_amount(total, "LineExtensionAmount", "linjernes sum"),
            payable=self._needed_amount(total, "PayableAmount", "beløb til betaling"),
            tax=sum((each.amount for each in tax_totals), Decimal(0)),
            tax_exclusive=None if self.standard.is_oioubl else before_tax,
            oioubl_tax=before_tax if self.standard.is_oioubl else None,
            tax_inclusive=self._amount(total, "TaxInclusiveAmount"),
            allowance=self._amount(total, "AllowanceTotalAmount"),
            charge=self._amount(total, "ChargeTotalAmount"),
            prepaid=self._amount(total, "PrepaidAmount") or Decimal(0),
            rounding=self._amount(total, "PayableRoundingAmount") or Decimal(0),
        )

    def _tax_totals(self, parent: Element) -> Iterator[TaxTotal]:
        for element in parent.iterchildren(f"{_CAC}TaxTotal"):
            amount = _one(element, "TaxAmount")
            # The tax may be stated once more in the currency of the books; that one is not part of the sum.
            if (
                amount is not None
                and amount.get("currencyID", self.currency) != self.currency
                and len(element) == 1
            ):
                continue
            subtotals = tuple(map(self._tax_subtotal, element.iterchildren(f"{_CAC}TaxSubtotal")))
            yield TaxTotal(self._needed_amount(element, "TaxAmount", "moms"), subtotals)

    def _tax_subtotal(self, element: Element) -> TaxSubtotal:
        percent, category, is_vat = _category(_one(element, "TaxCategory", _CAC))
        return TaxSubtotal(
            taxable=self._amount(element, "TaxableAmount") or Decimal(0),
            tax=self._needed_amount(element, "TaxAmount", "moms"),
            percent=percent,
            category=category,
            is_vat=is_vat,
        )

    def _allowances_charges(self, parent: Element) -> tuple[AllowanceCharge, ...]:
        return tuple(map(self._allowance_charge, parent.iterchildren(f"{_CAC}AllowanceCharge")))

    def _allowance_charge(self, element: Element) -> AllowanceCharge:
        percent, category, _ = _category(next(element.iterchildren(f"{_CAC}TaxCategory"), None))
        return AllowanceCharge(
            is_charge=_required(element, "ChargeIndicator", "rabat eller gebyr").lower() in ("true", "1"),
            amount=self._needed_amount(element, "Amount", "rabat eller gebyr"),
            reason=" ".join(filter(None, map(_text, element.iterchildren(f"{_CBC}AllowanceChargeReason")))),
            vat_percent=percent,
            vat_category=category,
        )

    # Lines

    def _lines(self) -> tuple[Line, ...]:
        name = "InvoiceLine" if self.kind is Kind.INVOICE else "CreditNoteLine"
        lines = tuple(map(self._line, self.root.iterchildren(f"{_CAC}{name}")))
        if not lines:
            raise Refused("MISSING", name, field="linjer")
        return lines

    def _line(self, element: Element) -> Line:
        item = _one(element, "Item", _CAC)
        quantity = _one(element, "InvoicedQuantity" if self.kind is Kind.INVOICE else "CreditedQuantity")
        tax_total = next(self._tax_totals(element), None)
        percent, category = _line_vat(item, tax_total)
        name, description = _item_texts(item)
        notes = [_text(note) for note in element.iterchildren(f"{_CBC}Note")]
        return Line(
            number=_required(element, "ID", "linjenummer"),
            text=name or description,
            note=" ".join(filter(None, [*notes, description if name and description != name else ""])),
            quantity=None if quantity is None else _number(quantity, "antal"),
            unit="" if quantity is None else quantity.get("unitCode", "").strip(),
            unit_price=self._unit_price(_one(element, "Price", _CAC)),
            amount=self._needed_amount(element, "LineExtensionAmount", "linjens beløb"),
            vat_percent=percent,
            vat_category=category,
            order_line_ref=_text(
                _child(next(element.iterchildren(f"{_CAC}OrderLineReference"), None), "LineID")
            ),
            stated_period=_period(element),
            accounting_reference=_text(_one(element, "AccountingCost")),
            allowances_charges=self._allowances_charges(element),
            tax_total=tax_total,
        )

    def _unit_price(self, price: Element | None) -> Decimal | None:
        """Price of one invoiced unit: for its base quantity, times OIOUBL's factor between the units."""
        amount = None if price is None else self._amount(price, "PriceAmount")
        if price is None or amount is None:
            return None
        base, factor = _one(price, "BaseQuantity"), _one(price, "OrderableUnitFactorRate")
        per = Decimal(1) if base is None else _number(base, "prisens antal")
        times = Decimal(1) if factor is None else _number(factor, "prisens faktor")
        if per == 0:
            raise Refused("BAD_AMOUNT", "BaseQuantity", field="prisens antal")
        return amount * times / per

    # Dates, references, payment

    def _due_on(self) -> date | None:
        stated = _date(_one(self.root, "DueDate"), "forfaldsdato")
        means = (_date(_one(each, "PaymentDueDate"), "forfaldsdato") for each in self._payment_means())
        return stated or min((day for day in means if day), default=None)

    def _payment_means(self) -> Iterator[Element]:
        return self.root.iterchildren(f"{_CAC}PaymentMeans")

    def _payment_account(self) -> str:
        accounts = filter(None, map(_account, self._payment_means()))
        return "; ".join(dict.fromkeys(accounts))

    def _billing_references(self) -> tuple[str, ...]:
        references = self.root.iter(f"{_CAC}InvoiceDocumentReference")
        inside = (each for each in references if _is(each.getparent(), "BillingReference"))
        return tuple(dict.fromkeys(filter(None, (_text(_one(each, "ID")) for each in inside))))


def _account(means: Element) -> str:
    """Where the supplier wants the money: bank and account, payment slip, or NemKonto."""
    account = _one(means, "PayeeFinancialAccount", _CAC)
    if account is not None:
        branch = _text(_at(account, "FinancialInstitutionBranch", "ID"))
        return " ".join(filter(None, [branch, _text(_one(account, "ID"))]))
    creditor = _text(_at(means, "CreditAccount", "AccountID"))
    if creditor:
        slip = _text(next(means.iterchildren(f"{_CBC}PaymentID"), None)).partition("#")[0]
        return f"+{slip} +{creditor}"
    return "NemKonto" if _text(_one(means, "PaymentChannelCode")) == "DK:NEMKONTO" else ""


def _cvr(party: Element, legal: Element | None, endpoint: Element | None) -> str:
    """The company number, from the first place that says it is one; without scheme it must look like one."""
    company = _child(legal, "CompanyID")
    stated = [company, *party.iterfind(f"{_CAC}PartyIdentification/{_CBC}ID"), endpoint]
    named = [each for each in stated if each is not None and _scheme(each) in _CVR_SCHEMES]
    bare = [company] if company is not None and not _scheme(company) else []
    for element in [*named, *bare]:
        text = re.sub(r"[\s.\-]", "", _text(element))
        if found := _CVR.fullmatch(text):
            return found[1]
        if element in named and text:
            return text
    return ""


def _gln(party: Element, endpoint: Element | None) -> str:
    stated = [endpoint, *party.iterfind(f"{_CAC}PartyIdentification/{_CBC}ID")]
    found = (_text(each) for each in stated if each is not None and _scheme(each) in _GLN_SCHEMES)
    return re.sub(r"\s", "", next(found, ""))


def _masked(number: str, scheme: str) -> str:
    """A person's endpoint is a CPR number, which goes nowhere in full."""
    return mask_cpr(number) if scheme in _CPR_SCHEMES and number else number


def _category(element: Element | None) -> tuple[Decimal | None, str, bool]:
    if element is None:
        return None, "", True
    percent = _one(element, "Percent")
    identifier = _text(_one(element, "ID"))
    scheme = _text(_at(element, "TaxScheme", "ID"))
    return (
        None if percent is None else _number(percent, "momsprocent"),
        _CATEGORIES.get(identifier, identifier),
        scheme in _VAT_SCHEMES,
    )


def _line_vat(item: Element | None, tax_total: TaxTotal | None) -> tuple[Decimal | None, str]:
    """Rate and category: on the item in Peppol, in the line's own tax total in OIOUBL."""
    on_item = None if item is None else _one(item, "ClassifiedTaxCategory", _CAC)
    if on_item is not None:
        percent, category, _ = _category(on_item)
        return percent, category
    subtotals = tax_total.subtotals if tax_total else ()
    vat = next((each for each in subtotals if each.is_vat), None)
    return (vat.percent, vat.category) if vat else (None, "")


def _item_texts(item: Element | None) -> tuple[str, str]:
    if item is None:
        return "", ""
    descriptions = " ".join(filter(None, map(_text, item.iterchildren(f"{_CBC}Description"))))
    return _text(_one(item, "Name")), descriptions


def _period(parent: Element) -> StatedPeriod | None:
    element = next(parent.iterchildren(f"{_CAC}InvoicePeriod"), None)
    if element is None:
        return None
    first = _date(_one(element, "StartDate"), "periodens første dag")
    last = _date(_one(element, "EndDate"), "periodens sidste dag")
    return StatedPeriod(first, last) if first or last else None


# The tree


def _one(parent: Element, name: str, prefix: str = _CBC) -> Element | None:
    """The only child with this name, None if there is none. Raises Refused when there are more."""
    found = parent.findall(prefix + name)
    if len(found) > 1:
        raise Refused("AMBIGUOUS", name, field=danish_field(name))
    return found[0] if found else None


def _child(parent: Element | None, name: str) -> Element | None:
    return None if parent is None else _one(parent, name)


def _at(parent: Element, *names: str) -> Element | None:
    """The value at the end of a path; aggregates on the way may repeat, then the first is meant."""
    *path, last = names
    current: Element | None = parent
    for name in path:
        current = None if current is None else next(current.iterchildren(_CAC + name), None)
    if current is None:
        return None
    return next(current.iterchildren(_CAC + last), None) if last == "Party" else _one(current, last)


def _is(element: Element | None, name: str) -> bool:
    return element is not None and element.tag == _CAC + name


def _scheme(element: Element | None) -> str:
    return "" if element is None else element.get("schemeID", "").strip()


def _text(element: Element | None) -> str:
    """One line of text without control and direction signs that fool a reader. Raises Refused."""
    if element is None:
        return ""
    name = etree.QName(element).localname
    if len(element):
        raise Refused("MALFORMED", name, field=danish_field(name))
    text = " ".join((element.text or "").split())
    if len(text) > _LONGEST_TEXT:
        raise Refused("TOO_LONG", name, field=danish_field(name))
    return text if text.isprintable() else " ".join("".join(map(_visible, text)).split())


def _visible(sign: str) -> str:
    category = unicodedata.category(sign)
    return " " if category == "Cc" else "" if category in ("Cf", "Cs", "Co") else sign


def _required(parent: Element, name: str, danish: str) -> str:
    text = _text(_one(parent, name))
    if not text:
        raise Refused("MISSING", name, field=danish)
    return text


def _number(element: Element, danish: str) -> Decimal:
    text = _text(element)
    if not _NUMBER.fullmatch(text):
        raise Refused("BAD_AMOUNT", danish, field=danish)
    return Decimal(text)


def _required_date(parent: Element, name: str, danish: str) -> date:
    day = _date(_one(parent, name), danish)
    if day is None:
        raise Refused("MISSING", name, field=danish)
    return day


def _date(element: Element | None, danish: str) -> date | None:
    text = _text(element)
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise Refused("BAD_DATE", danish, field=danish) from None
