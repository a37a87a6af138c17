"""Does a document add up, is it for us, is it new? Remarks, never exceptions.

Sums of stated amounts must fit to the øre. Only tax worked out from a rate gets a tolerance, since a supplier
may round each line where we round the sum: half an øre a line, never less than one øre (``vat_tolerance``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from brobygger.einvoice.document import (
    AllowanceCharge,
    Document,
    DocumentKey,
    Kind,
    Line,
    StatedPeriod,
    TaxSubtotal,
    TaxTotal,
    normalise_number,
)
from brobygger.einvoice.texts import danish_date, full_stop, kroner
from brobygger.values.cvr import NotACvr, NotAGln, parse_cvr, parse_gln
from brobygger.values.money import OERE, round_to_oere

LONGEST_USUAL_PERIOD_DAYS = 366
_NO_TAX = {"Z", "E", "O", "AE"}


class Severity(StrEnum):
    """An error stops payment until somebody has acted; a warning is shown."""

    ERROR = "ERROR"
    WARNING = "WARNING"

    @property
    def label(self) -> str:
        return "Fejl" if self is Severity.ERROR else "Bemærk"


@dataclass(frozen=True)
class Remark:
    """What was found; ``line`` is the line's number, "" when it concerns the whole document."""

    code: str
    severity: Severity
    sentence_da: str
    line: str = ""


Already = Callable[[DocumentKey], bool] | Collection[DocumentKey]
Known = Callable[[str], bool] | Collection[str]


def check(
    document: Document,
    *,
    our_gln: Collection[str] = (),
    our_cvr: str = "",
    known_suppliers: Known | None = None,
    already: Already = (),
    known_invoices: Known | None = None,
    received_on: date | None = None,
) -> tuple[Remark, ...]:
    """All remarks on a document, errors first. What is not given (our numbers, suppliers) is not tested.

    ``already`` says whether a ``DocumentKey`` was received before. ``known_suppliers`` knows CVR numbers;
    ``known_invoices`` knows normalised numbers of this supplier's invoices, which a credit note may refer to.
    """
    remarks = [
        *_sums(document),
        *_taxes(document),
        *_supplier(document, known_suppliers),
        *_customer(document, frozenset(our_gln), our_cvr),
        *_identity(document, already, known_invoices),
        *_dates(document, received_on),
    ]
    return tuple(sorted(remarks, key=lambda remark: remark.severity))


def has_errors(remarks: Collection[Remark]) -> bool:
    return any(remark.severity is Severity.ERROR for remark in remarks)


def vat_tolerance(lines: int) -> Decimal:
    """Kroner that tax worked out from a rate may differ: half an øre for each rounded line, at least one øre.

    >>> vat_tolerance(1), vat_tolerance(10)
    (Decimal('0.01'), Decimal('0.05'))
    """
    return max(OERE, OERE * lines / 2)


def _error(code: str, sentence: str, line: str = "") -> Remark:
    return Remark(code, Severity.ERROR, full_stop(sentence), line)


def _warning(code: str, sentence: str, line: str = "") -> Remark:
    return Remark(code, Severity.WARNING, full_stop(sentence), line)


# Sums


def _sums(document: Document) -> Iterator[Remark]:
    totals, money = document.totals, _money(document)
    yield from (remark for line in document.lines for remark in _line_amount(line, document))
    yield from _equal(
        "LINE_TOTAL", "Linjerne giver tilsammen {found}, men fakturaen siger {stated}.",
        sum((line.amount for line in document.lines), Decimal(0)), totals.line_total, money,
    )  # fmt: skip
    yield from _allowances(document)
    before_tax = totals.line_total - (totals.allowance or 0) + (totals.charge or 0)
    if totals.tax_exclusive is not None:
        yield from _equal(
            "TAX_EXCLUSIVE", "Beløbet uden moms er {found}, men fakturaen siger {stated}.",
            before_tax, totals.tax_exclusive, money,
        )  # fmt: skip
    with_tax = before_tax + totals.tax
    # OIOUBL counts the rounding into the amount with tax (its rule F-INV128); many suppliers do not.
    rounded = with_tax + totals.rounding if document.standard.is_oioubl else with_tax
    is_rounded = totals.tax_inclusive == rounded
    if totals.tax_inclusive is not None and not is_rounded:
        yield from _equal(
            "TAX_INCLUSIVE", "Beløbet med moms er {found}, men fakturaen siger {stated}.",
            with_tax, totals.tax_inclusive, money,
        )  # fmt: skip
    stated = with_tax if totals.tax_inclusive is None or is_rounded else totals.tax_inclusive
    yield from _equal(
        "PAYABLE", "Til betaling skulle der stå {found}, men fakturaen siger {stated}.",
        stated - totals.prepaid + totals.rounding, totals.payable, money,
    )  # fmt: skip


def _line_amount(line: Line, document: Document) -> Iterator[Remark]:
    if line.quantity is None or line.unit_price is None:
        return
    price = round_to_oere(line.quantity * line.unit_price)
    expected = price + sum((each.signed for each in line.allowances_charges), Decimal(0))
    # In OIOUBL a line's discounts may be stated for information only, with the price already lowered.
    accepted = (expected, price) if document.standard.is_oioubl else (expected,)
    if all(abs(line.amount - each) > OERE for each in accepted):
        found, stated = _money(document)(expected), _money(document)(line.amount)
        yield _error(
            "LINE_AMOUNT", f"Antal gange pris giver {found}, men linjen siger {stated}.", line.number
        )


def _allowances(document: Document) -> Iterator[Remark]:
    money = _money(document)
    for code, found, stated, is_charge, word in (
        ("ALLOWANCE_TOTAL", document.allowance_total, document.totals.allowance, False, "Rabatterne"),
        ("CHARGE_TOTAL", document.charge_total, document.totals.charge, True, "Gebyrerne"),
    ):
        accepted = {found}
        if document.standard.is_oioubl:
            on_lines = (each for line in document.lines for each in line.allowances_charges)
            accepted.add(found + _amount_of(on_lines, is_charge=is_charge))
        if (stated or Decimal(0)) not in accepted:
            sentence = f"{word} giver {money(found)}, men fakturaen siger {money(stated or Decimal(0))}."
            yield _error(code, sentence)


def _amount_of(each: Iterator[AllowanceCharge], *, is_charge: bool) -> Decimal:
    return sum((one.amount for one in each if one.is_charge is is_charge), Decimal(0))


def _equal(
    code: str, sentence: str, found: Decimal, stated: Decimal, money: Callable[[Decimal], str]
) -> Iterator[Remark]:
    if found != stated:
        yield _error(code, sentence.format(found=money(found), stated=money(stated)))


# Tax


def _taxes(document: Document) -> Iterator[Remark]:
    if document.currency != "DKK":
        yield _error(
            "CURRENCY", f"Fakturaen er i {document.currency}. Bed om en faktura i danske kroner (DKK)."
        )
    if len(document.tax_totals) > 1 and not document.standard.is_oioubl:
        yield _error("TAX_TOTALS", "Fakturaen har flere momsbeløb i samme valuta.")
    stated = document.totals.oioubl_tax
    if stated is not None:
        yield from _equal(
            "TAX_TOTAL", "Momsen giver {found}, men fakturaen siger {stated}.",
            document.totals.tax, stated, _money(document),
        )  # fmt: skip
    for total in document.tax_totals:
        yield from _tax_total(total, document, len(document.lines), "")
    for line in document.lines:
        if line.tax_total:
            yield from _tax_total(line.tax_total, document, 1, line.number)
    yield from _taxable_by_rate(document)


def _tax_total(total: TaxTotal, document: Document, lines: int, number: str) -> Iterator[Remark]:
    money = _money(document)
    subtotals = sum((each.tax for each in total.subtotals), Decimal(0))
    if total.subtotals and subtotals != total.amount:
        sentence = f"Momsen for satserne giver {money(subtotals)}, men der står {money(total.amount)}."
        yield _error("TAX_SUM", sentence, number)
    for each in total.subtotals:
        yield from _tax_of_rate(each, lines, money, number)


def _tax_of_rate(
    each: TaxSubtotal, lines: int, money: Callable[[Decimal], str], number: str
) -> Iterator[Remark]:
    if not each.is_vat or (each.percent is None and each.category not in _NO_TAX):
        return
    percent = Decimal(0) if each.category in _NO_TAX or each.percent is None else each.percent
    found = round_to_oere(each.taxable * percent / 100)
    if abs(found - each.tax) > vat_tolerance(lines):
        expected = f"{_percent(percent)} % moms af {money(each.taxable)} er {money(found)}"
        sentence = f"{expected}, men der står {money(each.tax)}."
        yield _error("TAX_RATE", sentence, number)


def _taxable_by_rate(document: Document) -> Iterator[Remark]:
    """The lines at each rate, less discounts and with additions, must be what the rate is taken of.

    Not tested where a line or discount does not say its rate, nor beside duties, on which VAT is taken too.
    """
    if not _says_every_rate(document):
        return
    expected: dict[Decimal, Decimal] = defaultdict(Decimal)
    stated: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in document.lines:
        expected[_rate(line.vat_percent)] += line.amount
    for each in document.allowances_charges:
        expected[_rate(each.vat_percent)] += each.signed
    for total in document.tax_totals:
        for subtotal in total.subtotals:
            stated[_rate(subtotal.percent)] += subtotal.taxable
    money = _money(document)
    for rate in sorted(expected.keys() | stated.keys()):
        if expected[rate] != stated[rate]:
            found, written = money(expected[rate]), money(stated[rate])
            yield _error(
                "TAXABLE", f"Linjerne med {_percent(rate)} % moms giver {found}, men der står {written}."
            )


def _says_every_rate(document: Document) -> bool:
    rated: list[Line | AllowanceCharge] = [*document.lines, *document.allowances_charges]
    subtotals = [each for total in document.tax_totals for each in total.subtotals]
    return (
        bool(subtotals)
        and all(each.is_vat for each in subtotals)
        and all(each.vat_percent is not None or each.vat_category in _NO_TAX for each in rated)
    )


def _rate(percent: Decimal | None) -> Decimal:
    return percent or Decimal(0)


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}".replace(".", ",")


# Parties


def _supplier(document: Document, known: Known | None) -> Iterator[Remark]:
    cvr = document.supplier.cvr
    if not cvr:
        yield _error("SUPPLIER_CVR_MISSING", "Leverandørens CVR-nummer mangler.")
        return
    try:
        parse_cvr(cvr)
    except NotACvr:
        yield _error(
            "SUPPLIER_CVR_INVALID", f"CVR-nummeret {cvr} er ikke rigtigt: cifrene passer ikke sammen."
        )
        return
    if known is not None and not _knows(known, cvr):
        yield _warning("SUPPLIER_UNKNOWN", f"Vi har ingen aftale med en leverandør med CVR-nummer {cvr}.")


def _customer(document: Document, our_gln: frozenset[str], our_cvr: str) -> Iterator[Remark]:
    gln, cvr = document.customer.gln, document.customer.cvr
    if gln:
        yield from _customer_gln(gln, our_gln)
    elif our_gln and not (our_cvr and cvr == our_cvr):
        yield _error("CUSTOMER_GLN_MISSING", "Fakturaen siger ikke, hvilket EAN-nummer den er til.")
    if our_cvr and cvr and cvr != our_cvr:
        yield _warning("CUSTOMER_CVR", f"Fakturaen er stilet til CVR-nummer {cvr}, som ikke er vores.")


def _customer_gln(gln: str, our_gln: frozenset[str]) -> Iterator[Remark]:
    try:
        parse_gln(gln)
    except NotAGln:
        yield _error(
            "CUSTOMER_GLN_INVALID", f"EAN-nummeret {gln} er ikke rigtigt: cifrene passer ikke sammen."
        )
        return
    if our_gln and gln not in our_gln:
        yield _error("CUSTOMER_GLN_NOT_OURS", f"Fakturaen er til EAN-nummer {gln}, som ikke er vores.")


# Identity


def _identity(document: Document, already: Already, known_invoices: Known | None) -> Iterator[Remark]:
    word = document.kind.label
    seen = already(document.key) if callable(already) else document.key in already
    # Without a supplier's number it cannot be known whether it is the same supplier.
    if seen and document.supplier.cvr:
        yield _error("DUPLICATE", f"{word} {document.number} fra denne leverandør er modtaget før.")
    if document.is_copy:
        yield _warning("COPY", f"{word}en er mærket som en kopi.")
    if not (document.order_reference or document.contact_reference or document.accounting_reference):
        yield _warning(
            "NO_REFERENCE", "Fakturaen har ingen reference: hverken ordre, person eller kontering."
        )
    for number, times in Counter(line.number for line in document.lines).items():
        if times > 1:
            yield _warning("LINE_NUMBER", f"Linjenummer {number} bruges {times} gange.", number)
    if document.kind is Kind.CREDIT_NOTE:
        yield from _credited_invoice(document, known_invoices)
    elif document.totals.payable < 0:
        yield _warning("NEGATIVE_INVOICE", "Fakturaen er negativ. Et tilgodehavende sendes som kreditnota.")


def _credited_invoice(document: Document, known_invoices: Known | None) -> Iterator[Remark]:
    if document.totals.payable < 0:
        yield _error(
            "NEGATIVE_CREDIT", "Kreditnotaens beløb er negativt, så det er uklart, hvem der skylder hvem."
        )
    if not document.billing_references:
        yield _error("CREDIT_WITHOUT_INVOICE", "Kreditnotaen siger ikke, hvilken faktura den krediterer.")
    elif known_invoices is not None:
        for number in document.billing_references:
            if not _knows(known_invoices, normalise_number(number)):
                sentence = f"Kreditnotaen krediterer faktura {number}, som vi ikke har modtaget."
                yield _error("CREDITED_INVOICE_UNKNOWN", sentence)


def _knows(known: Known, value: str) -> bool:
    return known(value) if callable(known) else value in known


# Dates


def _dates(document: Document, received_on: date | None) -> Iterator[Remark]:
    issued = document.issued_on
    if document.due_on and document.due_on < issued:
        sentence = (
            f"Fakturaen forfalder {danish_date(document.due_on)}, før den er udstedt {danish_date(issued)}."
        )
        yield _warning("DUE_BEFORE_ISSUE", sentence)
    if received_on and issued > received_on:
        yield _warning(
            "ISSUED_IN_FUTURE", f"Fakturaen er dateret {danish_date(issued)}, som ikke er kommet endnu."
        )
    if document.stated_period:
        yield from _period(document.stated_period, issued, "")
    for line in document.lines:
        if line.stated_period:
            yield from _period(line.stated_period, issued, line.number)
            yield from _line_inside(line, document)


def _period(stated: StatedPeriod, issued: date, number: str) -> Iterator[Remark]:
    if stated.is_reversed:
        yield _error("PERIOD_REVERSED", "Perioden slutter, før den begynder.", number)
        return
    period = stated.period
    if period is None:
        yield _warning("PERIOD_INCOMPLETE", "Perioden mangler sin første eller sidste dag.", number)
        return
    if period.days > LONGEST_USUAL_PERIOD_DAYS:
        yield _warning("PERIOD_LONG", f"Perioden er på {period.days} dage.", number)
    if stated.last and stated.last > issued:
        yield _warning("PERIOD_AFTER_ISSUE", "Perioden slutter, efter at fakturaen er udstedt.", number)


def _line_inside(line: Line, document: Document) -> Iterator[Remark]:
    if line.period and document.period and not document.period.contains(line.period):
        yield _warning("LINE_PERIOD", "Linjens periode ligger uden for fakturaens.", line.number)


def _money(document: Document) -> Callable[[Decimal], str]:
    return lambda amount: kroner(amount, document.currency)
