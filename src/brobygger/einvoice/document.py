"""An invoice or credit note as it was stated, in one shape for both standards."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from brobygger.values.period import Period

# UN/ECE recommendation 20: hour, labour hour, minute. A day has no agreed number of hours: never converted.
_MINUTES_PER_UNIT = {"HUR": Decimal(60), "LH": Decimal(60), "MIN": Decimal(1)}


class Kind(StrEnum):
    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"

    @property
    def label(self) -> str:
        return "Faktura" if self is Kind.INVOICE else "Kreditnota"


class Standard(StrEnum):
    OIOUBL_2_0 = "OIOUBL 2.02"
    OIOUBL_2_1 = "OIOUBL 2.1"
    PEPPOL_BIS_3 = "Peppol BIS Billing 3"

    @property
    def is_oioubl(self) -> bool:
        return self is not Standard.PEPPOL_BIS_3


@dataclass(frozen=True)
class StatedPeriod:
    """First and last day as written; either may be missing, and they may be the wrong way round."""

    first: date | None
    last: date | None

    @property
    def is_reversed(self) -> bool:
        return self.first is not None and self.last is not None and self.last < self.first

    @property
    def period(self) -> Period | None:
        """The days from first to last, None when they make no period."""
        if self.first is None or self.last is None or self.is_reversed:
            return None
        return Period.through(self.first, self.last)


@dataclass(frozen=True)
class Party:
    """Supplier or customer; numbers without prefix and spaces, "" where the file says nothing."""

    name: str = ""
    cvr: str = ""
    gln: str = ""
    endpoint: str = ""
    endpoint_scheme: str = ""
    country: str = ""
    contact_id: str = ""


@dataclass(frozen=True)
class AllowanceCharge:
    """A discount (``is_charge`` False) or an addition, stated as a positive amount without VAT."""

    is_charge: bool
    amount: Decimal
    reason: str = ""
    vat_percent: Decimal | None = None
    vat_category: str = ""

    @property
    def signed(self) -> Decimal:
        return self.amount if self.is_charge else -self.amount


@dataclass(frozen=True)
class TaxSubtotal:
    """Tax of one rate. ``category`` is S, Z, E, AE, O … whatever the standard's own word is."""

    taxable: Decimal
    tax: Decimal
    percent: Decimal | None
    category: str
    is_vat: bool = True


@dataclass(frozen=True)
class TaxTotal:
    amount: Decimal
    subtotals: tuple[TaxSubtotal, ...]


@dataclass(frozen=True)
class Line:
    """One line. ``unit_price`` is for one unit; ``amount`` is without VAT, as stated, never recalculated."""

    number: str
    text: str
    note: str
    quantity: Decimal | None
    unit: str
    unit_price: Decimal | None
    amount: Decimal
    vat_percent: Decimal | None
    vat_category: str
    order_line_ref: str = ""
    stated_period: StatedPeriod | None = None
    accounting_reference: str = ""
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    tax_total: TaxTotal | None = None

    @property
    def period(self) -> Period | None:
        return self.stated_period.period if self.stated_period else None


@dataclass(frozen=True)
class Totals:
    """The sums as stated. ``tax_exclusive`` is the amount before tax, None where not stated.

    OIOUBL puts the tax itself in the field that elsewhere is the amount before tax: here ``oioubl_tax``.
    """

    line_total: Decimal
    payable: Decimal
    tax: Decimal
    tax_exclusive: Decimal | None = None
    oioubl_tax: Decimal | None = None
    tax_inclusive: Decimal | None = None
    allowance: Decimal | None = None
    charge: Decimal | None = None
    prepaid: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)


@dataclass(frozen=True)
class DocumentKey:
    """What makes a document the same one, however it is spelled or sent."""

    supplier_cvr: str
    kind: Kind
    number: str


@dataclass(frozen=True)
class Document:
    """An invoice (faktura) or credit note (kreditnota), as stated by the supplier."""

    kind: Kind
    standard: Standard
    number: str
    issued_on: date
    due_on: date | None
    currency: str
    supplier: Party
    customer: Party
    order_reference: str
    contact_reference: str
    accounting_reference: str
    stated_period: StatedPeriod | None
    lines: tuple[Line, ...]
    allowances_charges: tuple[AllowanceCharge, ...]
    tax_totals: tuple[TaxTotal, ...]
    totals: Totals
    billing_references: tuple[str, ...]
    payment_account: str
    notes: tuple[str, ...]
    is_copy: bool
    raw_sha256: str

    @property
    def period(self) -> Period | None:
        return self.stated_period.period if self.stated_period else None

    @property
    def billing_reference(self) -> str:
        """The first invoice that a credit note refers to, "" when none."""
        return self.billing_references[0] if self.billing_references else ""

    @property
    def key(self) -> DocumentKey:
        return DocumentKey(self.supplier.cvr, self.kind, normalise_number(self.number))

    @property
    def allowance_total(self) -> Decimal:
        return sum((each.amount for each in self.allowances_charges if not each.is_charge), Decimal(0))

    @property
    def charge_total(self) -> Decimal:
        return sum((each.amount for each in self.allowances_charges if each.is_charge), Decimal(0))


def normalise_number(number: str) -> str:
    """An invoice number without case, spaces, invisible signs and leading zeros, to find the same one again.

    >>> normalise_number(" 00a 1234 "), normalise_number("A1234"), normalise_number("000")
    ('A1234', 'A1234', '0')
    """
    folded = unicodedata.normalize("NFKC", number).upper()
    kept = "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")
    found = kept.lstrip("0") or kept[:1]
    # Taking a sign out can bring two others together that are written as one.
    return found if found == number else normalise_number(found)


def claimed_minutes(line: Line) -> int | None:
    """Whole minutes a line asks to be paid for, half a minute up; None when its unit is not one of time.

    Two decimals of an hour cannot say every minute (1.33 hours is 79.8 minutes): the nearest minute is meant.
    """
    factor = _MINUTES_PER_UNIT.get(line.unit.upper())
    if factor is None or line.quantity is None:
        return None
    return int((line.quantity * factor).quantize(Decimal(1), rounding=ROUND_HALF_UP))
