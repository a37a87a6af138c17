"""An electronic invoice comes in: read, checked, matched line by line, kept as it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brobygger import einvoice
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.einvoice import Document, Kind, Line, normalise_number
from brobygger.einvoice.checks import Remark, Severity, check
from brobygger.einvoice.document import claimed_minutes
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.selectors import municipality_of
from brobygger.payments import decisions, selectors
from brobygger.payments.decisions import Verdict
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.ui.formats import danish_date
from brobygger.values.cpr import mask_cpr
from brobygger.values.moment import danish_day
from brobygger.values.money import round_to_oere

MOST_LINES = 1000
_LONGEST_NUMBER = 80
_LONGEST_CVR = 20
_LARGEST_AMOUNT = Decimal(10) ** 11
_LARGEST_COUNT = Decimal(10) ** 7
_FOUR_DECIMALS = Decimal("0.0001")
_CPR = re.compile(r"(?<!\d)(\d{6})[-\s]?\d{4}(?!\d)")


def receive(*, data: bytes, by: User, at: datetime) -> Invoice:
    """Reads a file and keeps it as an invoice or credit note with a verdict on each line.

    A document that is not for us or does not add up is kept as rejected with the reasons; a file that cannot be
    read, or that came before, raises Refused and leaves nothing. Raises NotAllowed.
    """
    require(by, Permission.HANDLE_INVOICES)
    document = _read(data)
    _require_room(document)
    with transaction.atomic():
        invoice = _save_invoice(document, data, by, at)
        lines = _lines(invoice, document, by)
        _decide(invoice, document, lines, by, at)
        InvoiceLine.objects.bulk_create(lines)
        _record(invoice, lines, by)
    return invoice


def open_original(*, invoice: Invoice, by: User) -> bytes:
    """The file as it came. It may hold personal data, so opening it is recorded. Raises NotAllowed."""
    require(by, Permission.SEE_MONEY)
    audit.record("invoice.original_opened", by=by, subject=invoice)
    return selectors.content_of(invoice)


def _read(data: bytes) -> Document:
    try:
        return einvoice.read(data)
    except einvoice.Refused as refusal:
        raise Refused(refusal.sentence_da, field="file") from None


def _require_room(document: Document) -> None:
    """What no invoice in this scheme has, and the tables would not hold."""
    if len(document.lines) > MOST_LINES:
        sentence = _("Fakturaen har flere end %(most)s linjer. Bed leverandøren dele den op.")
        raise Refused(sentence % {"most": MOST_LINES}, field="file")
    totals = document.totals
    amounts = [totals.payable, totals.tax, totals.line_total, *(line.amount for line in document.lines)]
    amounts += [line.unit_price for line in document.lines if line.unit_price is not None]
    counts = [line.quantity for line in document.lines if line.quantity is not None]
    counts += [line.vat_percent * 1000 for line in document.lines if line.vat_percent is not None]
    if any(abs(each) >= _LARGEST_AMOUNT for each in amounts) or any(
        abs(each) >= _LARGEST_COUNT for each in counts
    ):
        raise Refused(_("Et tal i fakturaen er for stort til at være rigtigt."), field="file")
    if not document.supplier.cvr:
        sentence = _("Leverandørens CVR-nummer mangler, så fakturaen kan ikke modtages.")
        raise Refused(
            sentence, field="file", remedy=_("Bed leverandøren sende fakturaen igen med CVR-nummer.")
        )
    numbers = [document.number, normalise_number(document.number)]
    if max(map(len, numbers)) > _LONGEST_NUMBER or len(document.supplier.cvr) > _LONGEST_CVR:
        raise Refused(_("Fakturaens nummer er for langt til at være rigtigt."), field="file")


def _save_invoice(document: Document, data: bytes, by: User, at: datetime) -> Invoice:
    remarks = _check(document, by, at)
    is_rejected = any(each.severity is Severity.ERROR and not each.line for each in remarks)
    stated = document.stated_period
    invoice = Invoice(
        municipality_id=municipality_of(by),
        kind=document.kind.value,
        state=Invoice.State.REJECTED if is_rejected else Invoice.State.OPEN,
        standard=document.standard.value,
        supplier_cvr=document.supplier.cvr,
        supplier_name=document.supplier.name[:200],
        number=document.number,
        normalised_number=normalise_number(document.number),
        issued_on=document.issued_on,
        due_on=document.due_on,
        period_start=stated.first if stated else None,
        period_end=stated.last if stated else None,
        currency=document.currency[:3],
        tax_exclusive=round_to_oere(
            document.totals.line_total - document.allowance_total + document.charge_total
        ),
        tax=round_to_oere(document.totals.tax),
        payable=round_to_oere(document.totals.payable),
        order_reference=_without_cpr(document.order_reference)[:120],
        credited_number=normalise_number(document.billing_reference)[:80]
        if document.billing_reference
        else "",
        remarks=[
            {
                "code": each.code,
                "severity": each.severity.value,
                "sentence": each.sentence_da,
                "line": each.line,
            }
            for each in remarks
        ],
        content=data,
        sha256=bytes.fromhex(document.raw_sha256),
        received_at=at,
        received_by=by,
    )
    try:
        with transaction.atomic():
            invoice.save(force_insert=True)
    except IntegrityError as error:
        if "invoice_received_once" not in str(error):
            raise
        raise _seen_before(document, by) from None
    return invoice


def _check(document: Document, by: User, at: datetime) -> list[Remark]:
    home: Municipality | None = by.municipality
    assert home is not None
    supplier = document.supplier.cvr
    is_known = selectors.of_supplier(by, supplier).exists()
    remarks = check(
        document,
        our_gln={home.gln} if home.gln else (),
        our_cvr=home.cvr,
        known_suppliers=lambda cvr: is_known,
        known_invoices=lambda number: selectors.knows_invoice(by, supplier, number),
        received_on=danish_day(at),
    )
    return [*remarks, *_more_remarks(document)]


def _more_remarks(document: Document) -> list[Remark]:
    """What the scheme cannot settle line by line."""
    found = []
    if document.totals.prepaid:
        sentence = _("Fakturaen er delvist betalt i forvejen. Bed om en faktura på det, der mangler.")
        found.append(Remark("PREPAID", Severity.ERROR, sentence))
    if document.charge_total:
        sentence = _("Fakturaen har gebyrer, som ingen timer dækker. De betales ikke.")
        found.append(Remark("CHARGES", Severity.WARNING, sentence))
    if document.totals.rounding:
        sentence = _("Fakturaen er afrundet. Der betales det beløb, som linjerne giver.")
        found.append(Remark("ROUNDED", Severity.WARNING, sentence))
    return found


def _seen_before(document: Document, by: User) -> Refused:
    first = selectors.received_before(
        by, supplier_cvr=document.supplier.cvr, kind=document.kind.value, number=document.number
    )
    told = {
        "kind": document.kind.label,
        "number": document.number,
        "day": danish_date(first.received_at) if first else "",
    }
    if first and first.state == Invoice.State.REJECTED:
        sentence = _(
            "%(kind)s %(number)s fra denne leverandør blev modtaget den %(day)s og afvist. Bed om en med et nyt nummer."
        )
        return Refused(sentence % told, field="file")
    return Refused(
        _("%(kind)s %(number)s fra denne leverandør er allerede modtaget den %(day)s.") % told, field="file"
    )


def _lines(invoice: Invoice, document: Document, by: User) -> list[InvoiceLine]:
    own = list(selectors.of_supplier(by, document.supplier.cvr))
    known = {each.code.upper() for each in selectors.with_codes(by, decisions.codes_in(document))}
    only = _only_credited(invoice, document, by)
    lines = []
    for position, stated in enumerate(document.lines):
        line = _line(invoice, position, stated)
        found = decisions.find_mentorship(stated, document, own, known)
        line.mentorship = found.mentorship or only
        if found.mentorship:
            line.matched_by = _("nummeret %(code)s i fakturaen") % {"code": found.named}
        elif only:
            line.matched_by = _("den faktura, der krediteres")
        elif found.is_foreign:
            line.reason_code, line.reason = decisions.NOT_SUPPLIERS, _foreign(found.named)
        lines.append(line)
    return lines


def _only_credited(invoice: Invoice, document: Document, by: User) -> Mentorship | None:
    """The mentorship of the credited invoice, where all its paid lines have the same one."""
    if document.kind is not Kind.CREDIT_NOTE or not invoice.credited_number:
        return None
    credited = selectors.credited_invoice(by, invoice)
    if credited is None:
        return None
    found = {line.mentorship for line in selectors.lines_of(credited) if line.mentorship}
    return found.pop() if len(found) == 1 else None


def _foreign(code: str) -> str:
    sentence = _(
        "Linjen nævner forløb %(code)s, men leverandøren er ikke knyttet til det. Se efter, og vælg selv."
    )
    return sentence % {"code": code}


def _line(invoice: Invoice, position: int, stated: Line) -> InvoiceLine:
    claimed = claimed_minutes(stated)
    period = stated.stated_period
    return InvoiceLine(
        municipality_id=invoice.municipality_id,
        invoice=invoice,
        position=position,
        line_number=stated.number[:40],
        text=_without_cpr(stated.text or stated.note)[:300],
        quantity=_four_decimals(stated.quantity or Decimal(0)),
        unit=stated.unit[:10],
        unit_price=None if stated.unit_price is None else _four_decimals(stated.unit_price),
        amount=round_to_oere(stated.amount),
        vat_percent=stated.vat_percent,
        claimed_minutes=claimed if claimed is not None and claimed >= 0 else None,
        period_start=period.first if period else None,
        period_end=period.last if period else None,
    )


def _four_decimals(number: Decimal) -> Decimal:
    return number.quantize(_FOUR_DECIMALS)


def _without_cpr(text: str) -> str:
    """Suppliers write CPR numbers on their lines; they stay in the file and are shown nowhere."""
    return _CPR.sub(lambda found: mask_cpr(found[1]), text)


def _decide(
    invoice: Invoice, document: Document, lines: Sequence[InvoiceLine], by: User, at: datetime
) -> None:
    if invoice.state == Invoice.State.REJECTED:
        sentence = next(each["sentence"] for each in invoice.remarks if not each["line"])
        rejection = Verdict(InvoiceLine.State.REFUSED, decisions.DOCUMENT, sentence)
        for line in lines:
            apply_verdict(line, rejection, at)
        return
    basis = selectors.basis_of(by, invoice, [line.mentorship_id for line in lines])
    for position, verdict in decisions.decide(invoice, document, lines, basis).items():
        line = lines[position]
        if line.reason_code == decisions.NOT_SUPPLIERS and verdict.state == InvoiceLine.State.WAITING:
            continue
        apply_verdict(line, verdict, at)
    if not any(line.state in selectors.UNDECIDED for line in lines):
        invoice.state = Invoice.State.DONE
        invoice.save(update_fields=["state"])


def apply_verdict(line: InvoiceLine, verdict: Verdict, at: datetime) -> None:
    """Puts a verdict on a line in memory. What the system refuses is dated but has nobody's name on it."""
    line.state, line.reason_code, line.reason = verdict.state, verdict.code, verdict.sentence
    line.covered_minutes = verdict.covered_minutes
    line.decided_at = at if verdict.state == InvoiceLine.State.REFUSED else None
    line.decided_by = None


def _record(invoice: Invoice, lines: Sequence[InvoiceLine], by: User) -> None:
    is_rejected = invoice.state == Invoice.State.REJECTED
    audit.record(
        "invoice.rejected" if is_rejected else "invoice.received",
        by=by,
        subject=invoice,
        kind=invoice.kind,
        supplier_cvr=invoice.supplier_cvr,
        number=_without_cpr(invoice.number),
        payable=str(invoice.payable),
        errors=[each["code"] for each in invoice.remarks if each["severity"] == Severity.ERROR],
        lines={state: sum(line.state == state for line in lines) for state in InvoiceLine.State.values},
    )
