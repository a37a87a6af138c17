"""An electronic invoice comes in: read, checked, matched line by line, kept as it came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brobygger import einvoice
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.einvoice import Document, Kind, Line, normalise_number
from brobygger.einvoice.checks import Remark, Severity, check
from brobygger.einvoice.document import claimed_minutes
from brobygger.payments import decisions, selectors
from brobygger.payments.amounts import line_amounts
from brobygger.payments.decisions import Verdict
from brobygger.payments.guessing import Guess, guess
from brobygger.payments.intake import answers
from brobygger.payments.intake.checking import official_remarks
from brobygger.payments.intake.sender import Sender, clerk
from brobygger.payments.ledger.services import lines as books
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.ui.formats import danish_date
from brobygger.values.cpr import mask_cpr
from brobygger.values.moment import danish_day
from brobygger.values.money import round_to_oere
from brobygger.values.period import Period

Guesses = Mapping[int, Guess]
"""What a line that names no mentorship looks like it is about, by the line's position."""

MOST_LINES = 1000
_LONGEST_NUMBER = 80
_LONGEST_CVR = 20
_LARGEST_AMOUNT = Decimal(10) ** 11
_LARGEST_COUNT = Decimal(10) ** 7
_FOUR_DECIMALS = Decimal("0.0001")
_REVERSE_CHARGE = "AE"
_CPR = re.compile(r"(?<!\d)(\d{6})[-\s]?\d{4}(?!\d)")


def receive(*, data: bytes, by: User, at: datetime) -> Invoice:
    """A clerk's file: see ``receive_from``. Raises NotAllowed."""
    require(by, Permission.HANDLE_INVOICES)
    return receive_from(data=data, sender=clerk(by), at=at)


def receive_from(*, data: bytes, sender: Sender, at: datetime) -> Invoice:
    """Reads a file and keeps it as an invoice or credit note with a verdict on each line.

    A document that is not for us or does not add up is kept as rejected with the reasons; a file that cannot be
    read, that came before, or that is another supplier's than the sender may speak for, raises Refused and leaves
    nothing. The caller has checked that the sender may.
    """
    document = _read(data)
    _require_own(document, sender)
    _require_room(document)
    with transaction.atomic():
        own = _own_of(document.supplier.cvr, sender)
        invoice = _save_invoice(document, data, sender, at, is_known=bool(own))
        lines, guessed = _lines(invoice, document, own, sender)
        _decide(invoice, document, lines, sender.reader, at, guessed)
        InvoiceLine.objects.bulk_create(lines)
        books.received(invoice, lines, line_amounts(document), by=sender.staff, at=at)
        _record(invoice, lines, sender)
        answers.give(invoice=invoice, at=at)
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


def _own_of(cvr: str, sender: Sender) -> Mapping[str, int]:
    """The supplier's mentorships by code."""
    if sender.book:
        return sender.book.own.get(cvr, {})
    return selectors.codes_of_supplier(sender.reader, cvr)


def _require_own(document: Document, sender: Sender) -> None:
    if sender.supplier_cvr and document.supplier.cvr != sender.supplier_cvr:
        sentence = _("Fakturaen er fra CVR-nummer %(other)s. Du kan kun sende fakturaer fra %(own)s.")
        told = {"other": document.supplier.cvr or "–", "own": sender.supplier_cvr}
        raise Refused(sentence % told, field="file")


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


def _save_invoice(
    document: Document, data: bytes, sender: Sender, at: datetime, *, is_known: bool
) -> Invoice:
    remarks = [
        *_check(document, sender, at, is_known=is_known),
        *official_remarks(document, data, sender.reader),
    ]
    is_rejected = any(each.severity is Severity.ERROR and not each.line for each in remarks)
    stated = document.stated_period
    invoice = Invoice(
        municipality=sender.municipality,
        channel=sender.channel,
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
        received_by=sender.staff,
    )
    try:
        with transaction.atomic():
            invoice.save(force_insert=True)
    except IntegrityError as error:
        if "invoice_received_once" not in str(error):
            raise
        raise _seen_before(document, sender.reader) from None
    return invoice


def _check(document: Document, sender: Sender, at: datetime, *, is_known: bool) -> list[Remark]:
    home, by = sender.municipality, sender.reader
    supplier = document.supplier.cvr
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
    if any(line.vat_category == _REVERSE_CHARGE for line in document.lines):
        sentence = _("Fakturaen har omvendt betalingspligt. Kommunen skal selv afregne momsen.")
        found.append(Remark("REVERSE_CHARGE", Severity.WARNING, sentence))
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


def _lines(
    invoice: Invoice, document: Document, own: Mapping[str, int], sender: Sender
) -> tuple[list[InvoiceLine], Guesses]:
    """The lines with the mentorship each names, and what those that name none look like they are about."""
    by, codes = sender.reader, decisions.codes_in(document)
    known = codes & sender.book.codes if sender.book else selectors.known_codes(by, codes)
    only = _only_credited(invoice, document, by)
    lines = []
    for position, stated in enumerate(document.lines):
        line = _line(invoice, position, stated)
        found = decisions.find_mentorship(stated, document, own, known)
        line.mentorship_id = found.mentorship_id or only
        if found.mentorship_id:
            line.matched_by = _("nummeret %(code)s i fakturaen") % {"code": found.named}
        elif only:
            line.matched_by = _("den faktura, der krediteres")
        elif found.is_foreign:
            line.reason_code, line.reason = decisions.NOT_SUPPLIERS, _foreign(found.named)
        lines.append(line)
    return lines, _guess(invoice, document, lines, own.values(), by)


def _guess(
    invoice: Invoice, document: Document, lines: Sequence[InvoiceLine], own: Collection[int], by: User
) -> Guesses:
    """A guess for each line that names nothing. One mentorship is surely meant by one line at most."""
    asked = [line.position for line in lines if line.mentorship_id is None and not line.reason_code]
    if document.kind is Kind.CREDIT_NOTE or not own or not asked:
        return {}
    candidates = selectors.candidates(by, invoice, own, _span(document, asked))
    named = {line.mentorship_id for line in lines if line.mentorship_id}
    found = {
        position: guess(document.lines[position], document, candidates, named=named) for position in asked
    }
    times = Counter(each.mentorship_id for each in found.values() if each.is_sure)
    return {
        position: replace(each, is_sure=False, reason=_twice()) if times[each.mentorship_id] > 1 else each
        for position, each in found.items()
        if each.reason
    }


def _span(document: Document, positions: Iterable[int]) -> Period | None:
    """All days that these lines are about, None when none of them says."""
    periods = [each for position in positions if (each := decisions.period_of(document, position))]
    ends = [each.end for each in periods if each.end]
    return Period(min(each.start for each in periods), max(ends)) if ends else None


def _twice() -> str:
    return _("To linjer nævner intet forløb og ligner det samme. Se efter, og vælg for hver af dem.")


def _only_credited(invoice: Invoice, document: Document, by: User) -> int | None:
    """The mentorship of the credited invoice, where all its paid lines have the same one."""
    if document.kind is not Kind.CREDIT_NOTE or not invoice.credited_number:
        return None
    credited = selectors.credited_invoice(by, invoice)
    if credited is None:
        return None
    found = {line.mentorship_id for line in selectors.lines_of(credited) if line.mentorship_id}
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
    invoice: Invoice,
    document: Document,
    lines: Sequence[InvoiceLine],
    by: User,
    at: datetime,
    guessed: Guesses,
) -> None:
    if invoice.state == Invoice.State.REJECTED:
        sentence = next(each["sentence"] for each in invoice.remarks if not each["line"])
        rejection = Verdict(InvoiceLine.State.REFUSED, decisions.DOCUMENT, sentence)
        for line in lines:
            apply_verdict(line, rejection, at)
        return
    for position, each in guessed.items():
        if each.is_sure:
            lines[position].mentorship_id = each.mentorship_id
    basis = selectors.basis_of(by, invoice, [line.mentorship_id for line in lines])
    for position, verdict in decisions.decide(invoice, document, lines, basis).items():
        line = lines[position]
        if line.reason_code == decisions.NOT_SUPPLIERS and verdict.state == InvoiceLine.State.WAITING:
            continue
        apply_verdict(line, verdict, at)
        if position in guessed:
            _apply_guess(line, guessed[position])
    if not any(line.state in selectors.UNDECIDED for line in lines):
        invoice.state = Invoice.State.DONE
        invoice.save(update_fields=["state"])


def _apply_guess(line: InvoiceLine, found: Guess) -> None:
    """A guess pays a line, or waits for a person; what was only guessed never refuses one."""
    line.suggested_id = found.mentorship_id
    if found.is_sure and line.state == InvoiceLine.State.PAYABLE:
        line.matched_by = found.reason
        return
    if line.state == InvoiceLine.State.REFUSED and not found.is_sure:
        return  # wrong in itself, whatever it is about
    line.mentorship = None
    line.state, line.reason_code, line.decided_at = InvoiceLine.State.WAITING, decisions.GUESSED, None
    line.covered_minutes = 0
    line.reason = _("Se efter, og vælg forløbet.") if found.is_sure else found.reason


def apply_verdict(line: InvoiceLine, verdict: Verdict, at: datetime) -> None:
    """Puts a verdict on a line in memory. What the system refuses is dated but has nobody's name on it."""
    line.state, line.reason_code, line.reason = verdict.state, verdict.code, verdict.sentence
    line.covered_minutes = verdict.covered_minutes
    line.decided_at = at if verdict.state == InvoiceLine.State.REFUSED else None
    line.decided_by = None


def _record(invoice: Invoice, lines: Sequence[InvoiceLine], sender: Sender) -> None:
    is_rejected = invoice.state == Invoice.State.REJECTED
    audit.record(
        "invoice.rejected" if is_rejected else "invoice.received",
        by=sender,
        subject=invoice,
        channel=invoice.channel,
        kind=invoice.kind,
        supplier_cvr=invoice.supplier_cvr,
        number=_without_cpr(invoice.number),
        payable=str(invoice.payable),
        errors=[each["code"] for each in invoice.remarks if each["severity"] == Severity.ERROR],
        lines={state: sum(line.state == state for line in lines) for state in InvoiceLine.State.values},
    )
