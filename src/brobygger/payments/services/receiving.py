"""Electronic invoices come in: read, checked, matched line by line, kept as they came.

What one invoice needs to know is asked for all that come together, so that many cost few questions. The rules are the
same for one as for many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brobygger import einvoice
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.einvoice import Document, Kind, normalise_number
from brobygger.einvoice.checks import Remark, Severity, check
from brobygger.payments import decisions, selectors
from brobygger.payments.amounts import line_amounts
from brobygger.payments.decisions import Verdict
from brobygger.payments.facts import Basis
from brobygger.payments.guessing import Candidate, Guess, guess
from brobygger.payments.intake import answers
from brobygger.payments.intake.checking import Packages, official_remarks, packages_in_use
from brobygger.payments.intake.models import SupplierAnswer
from brobygger.payments.intake.sender import Sender, clerk
from brobygger.payments.ledger.services import lines as books
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.payments.services.drafts import apply_verdict, invoice_of, line_of, without_cpr
from brobygger.ui.formats import danish_date
from brobygger.values.moment import danish_day
from brobygger.values.period import Period

MOST_LINES = 1000
_LONGEST_NUMBER = 80
_LONGEST_CVR = 20
_LARGEST_AMOUNT = Decimal(10) ** 11
_LARGEST_COUNT = Decimal(10) ** 7
_REVERSE_CHARGE = "AE"


@dataclass
class _Draft:
    """A document on its way in: its invoice and lines, the supplier's mentorships by code, guesses by position."""

    document: Document
    own: Mapping[str, int]
    invoice: Invoice
    lines: list[InvoiceLine] = field(default_factory=list)
    guesses: Mapping[int, Guess] = field(default_factory=dict)

    @property
    def is_rejected(self) -> bool:
        return self.invoice.state == Invoice.State.REJECTED

    @property
    def mentorship_ids(self) -> list[int]:
        return [line.mentorship_id for line in self.lines if line.mentorship_id]

    @property
    def nameless(self) -> list[int]:
        """Positions of the lines that name nothing, where it makes sense to guess."""
        if self.document.kind is Kind.CREDIT_NOTE or not self.own:
            return []
        return [line.position for line in self.lines if line.mentorship_id is None and not line.reason_code]


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
    document = _read(data, sender)
    try:
        with transaction.atomic():
            return _take([(document, data)], sender, at)[0]
    except IntegrityError as error:
        if "invoice_received_once" not in str(error):
            raise
        raise _seen_before(document, sender.reader) from None


def receive_together(
    *, files: Sequence[bytes], sender: Sender, at: datetime
) -> list[Invoice | Refused | None]:
    """Receives many files in one transaction, each as ``receive_from`` would; what came of each, in their order.

    None for a file that must wait for the others and then be received alone: a credit note, which may be about one
    of them, and a document with the same number as one of them. Raises IntegrityError, with nothing kept, when another
    received one of them at this very moment; then receive them one by one.
    """
    found: list[Invoice | Refused | None] = [None] * len(files)
    chosen: dict[tuple[str, str, str], tuple[int, Document]] = {}
    for place, data in enumerate(files):
        try:
            document = _read(data, sender)
        except Refused as refusal:
            found[place] = refusal
        else:
            if document.kind is Kind.INVOICE:
                chosen.setdefault(_key(document), (place, document))
    with transaction.atomic():
        known = selectors.received_already(sender.reader, chosen)
        for key in known:
            place, document = chosen.pop(key)
            found[place] = _seen_before(document, sender.reader)
        # By key: two that receive the same wait for each other in the same order.
        places = [chosen[key] for key in sorted(chosen)]
        made = _take([(document, files[place]) for place, document in places], sender, at)
    for (place, _document), invoice in zip(places, made, strict=True):
        found[place] = invoice
    return found


def open_original(*, invoice: Invoice, by: User) -> bytes:
    """The file as it came. It may hold personal data, so opening it is recorded. Raises NotAllowed."""
    require(by, Permission.SEE_MONEY)
    audit.record("invoice.original_opened", by=by, subject=invoice)
    return selectors.content_of(invoice)


def _key(document: Document) -> selectors.InvoiceKey:
    return document.supplier.cvr, normalise_number(document.number), document.kind.value


def _read(data: bytes, sender: Sender) -> Document:
    """Raises Refused for what cannot be read or kept, or is not the sender's."""
    try:
        document = einvoice.read(data)
    except einvoice.Refused as refusal:
        raise Refused(refusal.sentence_da, field="file") from None
    _require_own(document, sender)
    _require_room(document)
    return document


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


def _take(came: Sequence[tuple[Document, bytes]], sender: Sender, at: datetime) -> list[Invoice]:
    """Decides on each document and writes them all."""
    packages = packages_in_use(sender.reader)
    drafts = [_draft(document, data, packages, sender, at) for document, data in came]
    _name_mentorships(drafts, sender)
    _guess(drafts, sender.reader)
    _decide(drafts, sender.reader, at)
    _write(drafts, sender, at)
    return [draft.invoice for draft in drafts]


def _draft(document: Document, data: bytes, packages: Packages, sender: Sender, at: datetime) -> _Draft:
    own = _own_of(document.supplier.cvr, sender)
    remarks = [
        *_check(document, sender, at, is_known=bool(own)),
        *_more_remarks(document),
        *official_remarks(document, data, packages),
    ]
    invoice = invoice_of(document, data, remarks, sender, at)
    lines = [line_of(invoice, position, stated) for position, stated in enumerate(document.lines)]
    return _Draft(document, own, invoice, lines)


def _own_of(cvr: str, sender: Sender) -> Mapping[str, int]:
    """The supplier's mentorships by code."""
    if sender.book:
        return sender.book.own.get(cvr, {})
    return selectors.codes_of_supplier(sender.reader, cvr)


def _check(document: Document, sender: Sender, at: datetime, *, is_known: bool) -> Iterable[Remark]:
    home, by = sender.municipality, sender.reader
    supplier = document.supplier.cvr
    return check(
        document,
        our_gln={home.gln} if home.gln else (),
        our_cvr=home.cvr,
        known_suppliers=lambda cvr: is_known,
        known_invoices=lambda number: selectors.knows_invoice(by, supplier, number),
        received_on=danish_day(at),
    )


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


# Which mentorship a line is about


def _name_mentorships(drafts: Sequence[_Draft], sender: Sender) -> None:
    """Gives each line the mentorship that it names."""
    codes = [decisions.codes_in(draft.document) for draft in drafts]
    asked = set().union(*codes)
    known = asked & sender.book.codes if sender.book else selectors.known_codes(sender.reader, asked)
    for draft in drafts:
        only = _only_credited(draft.invoice, draft.document, sender.reader)
        for line in draft.lines:
            _name(line, draft, known, only)


def _name(line: InvoiceLine, draft: _Draft, known: Collection[str], only: int | None) -> None:
    found = decisions.find_mentorship(draft.document.lines[line.position], draft.document, draft.own, known)
    line.mentorship_id = found.mentorship_id or only
    if found.mentorship_id:
        line.matched_by = _("nummeret %(code)s i fakturaen") % {"code": found.named}
    elif only:
        line.matched_by = _("den faktura, der krediteres")
    elif found.is_foreign:
        line.reason_code, line.reason = decisions.NOT_SUPPLIERS, _foreign(found.named)


def _guess(drafts: Sequence[_Draft], by: User) -> None:
    """A guess for each line that names nothing. One mentorship is surely meant by one line at most."""
    asking = [draft for draft in drafts if draft.nameless and not draft.is_rejected]
    asked = [
        selectors.Asked(draft.invoice.supplier_cvr, draft.own.values(), _span(draft.document, draft.nameless))
        for draft in asking
    ]
    for draft, candidates in zip(asking, selectors.candidates(by, asked), strict=True):
        draft.guesses = _guesses(draft, candidates)


def _guesses(draft: _Draft, candidates: Sequence[Candidate]) -> Mapping[int, Guess]:
    document, named = draft.document, set(draft.mentorship_ids)
    found = {
        position: guess(document.lines[position], document, candidates, named=named)
        for position in draft.nameless
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


# What each line gets


def _decide(drafts: Sequence[_Draft], by: User, at: datetime) -> None:
    """Puts a verdict on each line, and closes the invoices where nothing is left to decide."""
    going_on = [draft for draft in drafts if not draft.is_rejected]
    for draft in drafts:
        if draft.is_rejected:
            _reject(draft, at)
    for draft in going_on:
        for position, each in draft.guesses.items():
            if each.is_sure:
                draft.lines[position].mentorship_id = each.mentorship_id
    bases = selectors.bases_of(by, [(draft.invoice, draft.mentorship_ids) for draft in going_on])
    for draft, basis in zip(going_on, bases, strict=True):
        _judge(draft, basis, at)
        if not any(line.state in selectors.UNDECIDED for line in draft.lines):
            draft.invoice.state = Invoice.State.DONE


def _reject(draft: _Draft, at: datetime) -> None:
    sentence = next(each["sentence"] for each in draft.invoice.remarks if not each["line"])
    rejection = Verdict(InvoiceLine.State.REFUSED, decisions.DOCUMENT, sentence)
    for line in draft.lines:
        apply_verdict(line, rejection, at)


def _judge(draft: _Draft, basis: Basis, at: datetime) -> None:
    for position, verdict in decisions.decide(draft.invoice, draft.document, draft.lines, basis).items():
        line = draft.lines[position]
        if line.reason_code == decisions.NOT_SUPPLIERS and verdict.state == InvoiceLine.State.WAITING:
            continue
        apply_verdict(line, verdict, at)
        if position in draft.guesses:
            _apply_guess(line, draft.guesses[position])


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


# What is kept


def _write(drafts: Sequence[_Draft], sender: Sender, at: datetime) -> None:
    Invoice.objects.bulk_create(draft.invoice for draft in drafts)
    InvoiceLine.objects.bulk_create(line for draft in drafts for line in draft.lines)
    books.received(
        *((draft.invoice, draft.lines, line_amounts(draft.document)) for draft in drafts),
        by=sender.staff,
        at=at,
    )
    audit.record_all([_event(draft.invoice, draft.lines) for draft in drafts], by=sender)
    made = (answers.first(draft.invoice, draft.lines, at) for draft in drafts)
    SupplierAnswer.objects.bulk_create(each for each in made if each)


def _event(invoice: Invoice, lines: Sequence[InvoiceLine]) -> audit.Recorded:
    is_rejected = invoice.state == Invoice.State.REJECTED
    return audit.Recorded(
        "invoice.rejected" if is_rejected else "invoice.received",
        invoice,
        {
            "channel": invoice.channel,
            "kind": invoice.kind,
            "supplier_cvr": invoice.supplier_cvr,
            "number": without_cpr(invoice.number),
            "payable": str(invoice.payable),
            "errors": [each["code"] for each in invoice.remarks if each["severity"] == Severity.ERROR],
            "lines": {
                state: sum(line.state == state for line in lines) for state in InvoiceLine.State.values
            },
        },
    )
