"""What happens to the lines of an invoice: paid, refused, moved to another mentorship, opened again.

Each step claims its lines by one conditional update on state and version. Whoever comes second is told so.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db import transaction
from django.db.models import F, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger import einvoice
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.einvoice.matching import Reason
from brobygger.grants.models import Grant
from brobygger.grants.services import use
from brobygger.hours import services as hours
from brobygger.law.accounts import account_of
from brobygger.law.parameters import Parameters
from brobygger.mentorships.models import Mentorship
from brobygger.payments import decisions, selectors
from brobygger.payments.amounts import LineAmount, line_amounts, spread
from brobygger.payments.decisions import Verdict
from brobygger.payments.facts import Basis
from brobygger.payments.intake import answers
from brobygger.payments.ledger.services import lines as books
from brobygger.payments.models import Cover, Invoice, InvoiceLine, Payment
from brobygger.rulebook import selectors as rulebook
from brobygger.values.money import ZERO, price_of_minutes

State = InvoiceLine.State
Versions = Mapping[uuid.UUID, int]
"""The lines a person saw and chose, by public id, with the version they had."""


class RefusalReason(TextChoices):
    """Why a person refuses a line."""

    NOT_DELIVERED = "NOT_DELIVERED", gettext_lazy("Timerne er ikke leveret")
    NOT_AGREED = "NOT_AGREED", gettext_lazy("Ydelsen er ikke aftalt")
    WRONG_RATE = "WRONG_RATE", gettext_lazy("Prisen er en anden end den aftalte")
    UNKNOWN_CASE = "UNKNOWN_CASE", gettext_lazy("Vi kender ikke forløbet")
    OTHER = "OTHER", gettext_lazy("Andet")


@dataclass(frozen=True)
class Settled:
    """How many lines were paid and for how much with VAT, and those that could not be after all."""

    paid: int
    total: Decimal
    left: tuple[InvoiceLine, ...]


def pay(*, invoice: Invoice, versions: Versions, by: User, at: datetime) -> Settled:
    """Approves the payment of payable lines that the hours still cover; a credit note takes its kroner back.

    A line that is no longer covered is left with the reason, the others go on. Raises NotAllowed, Refused when
    no line is chosen, and Conflict, with nothing changed, when somebody has decided one of them meanwhile.
    """
    require(by, Permission.APPROVE_PAYMENT)
    with transaction.atomic():
        lines = claim(invoice, versions, (State.PAYABLE,))
        document = einvoice.read(selectors.content_of(invoice))
        basis = selectors.basis_of(by, invoice, [line.mentorship_id for line in lines], lock=True)
        books.lock_mentorships(lines)
        verdicts = decisions.decide(invoice, document, lines, basis)
        amounts = line_amounts(document, selectors.parts_of(lines))
        payer = _Payer(invoice, basis, by, at)
        payments = [payer.pay(line, verdicts[line.position], amounts[line.position]) for line in lines]
        _close_if_done(invoice, at)
    made = [payment for payment in payments if payment]
    left = tuple(line for line, payment in zip(lines, payments, strict=True) if payment is None)
    return Settled(len(made), sum((payment.total for payment in made), ZERO), left)


def refuse(
    *, invoice: Invoice, versions: Versions, reason_code: str, reason: str, by: User, at: datetime
) -> int:
    """Refuses undecided lines with a reason and returns how many. Raises NotAllowed, Refused and Conflict."""
    require(by, Permission.HANDLE_INVOICES)
    sentence = refusal_in_words(reason_code, reason)
    with transaction.atomic():
        lines = claim(invoice, versions, selectors.UNDECIDED)
        for line in lines:
            verdict = Verdict(State.REFUSED, reason_code, sentence, line.covered_minutes)
            write(line, verdict, at=at, by=by)
            audit.record("invoice_line.refused", by=by, subject=line, **_facts(invoice, line, reason_code))
        _close_if_done(invoice, at)
    return len(lines)


def assign(*, line: InvoiceLine, mentorship: Mentorship, version: int, by: User, at: datetime) -> InvoiceLine:
    """A person says which mentorship a waiting line is about; its hours then decide.

    Doing it again with the same mentorship changes nothing. Raises NotAllowed and Conflict.
    """
    require(by, Permission.HANDLE_INVOICES)
    if mentorship.municipality_id != by.municipality_id:
        raise Mentorship.DoesNotExist
    with transaction.atomic():
        if _is_assigned(line, mentorship, version):
            return line
        claimed = claim(line.invoice, {line.public_id: version}, (State.WAITING,))[0]
        claimed.mentorship = mentorship
        claimed.matched_by = _("valgt af %(name)s") % {"name": by.name}
        verdict = _verdicts(line.invoice, [claimed], by)[claimed.position]
        write(claimed, verdict, at=at)
        _close_if_done(line.invoice, at)
        audit.record(
            "invoice_line.assigned", by=by, subject=claimed, **_facts(line.invoice, claimed, verdict.code)
        )
    return claimed


def rematch(*, invoice: Invoice, by: User, at: datetime) -> int:
    """Holds the undecided lines against the hours as they are now; returns how many changed. Raises NotAllowed."""
    require(by, Permission.HANDLE_INVOICES)
    with transaction.atomic():
        found = selectors.lines_of(invoice)
        versions = {
            line.public_id: line.version
            for line in found
            if line.state in selectors.UNDECIDED and line.mentorship_id
        }
        if not versions:
            return 0
        lines = claim(invoice, versions, selectors.UNDECIDED)
        before = {line.position: (line.state, line.reason) for line in lines}
        for position, verdict in _verdicts(invoice, lines, by).items():
            line = next(each for each in lines if each.position == position)
            write(line, verdict, at=at)
        changed = sum(before[line.position] != (line.state, line.reason) for line in lines)
        _close_if_done(invoice, at)
        audit.record("invoice.rematched", by=by, subject=invoice, lines=len(lines), changed=changed)
    return changed


def reopen(*, line: InvoiceLine, version: int, by: User, at: datetime) -> InvoiceLine:
    """Takes a refusal back, so that a person can look again. Raises NotAllowed, Refused and Conflict."""
    require(by, Permission.HANDLE_INVOICES)
    if line.invoice.state == Invoice.State.REJECTED:
        raise Refused(_("Hele fakturaen er afvist. Bed om en ny."))
    with transaction.atomic():
        claimed = claim(line.invoice, {line.public_id: version}, (State.REFUSED,))[0]
        sentence = _("Afvisningen er taget tilbage af %(name)s. Vælg forløbet, eller afstem igen.")
        verdict = Verdict(State.WAITING, "REOPENED", sentence % {"name": by.name}, claimed.covered_minutes)
        write(claimed, verdict, at=at)
        Invoice.objects.filter(pk=line.invoice_id, state=Invoice.State.DONE).update(state=Invoice.State.OPEN)
        audit.record(
            "invoice_line.reopened", by=by, subject=claimed, **_facts(line.invoice, claimed, "REOPENED")
        )
    return claimed


# Claiming and writing lines


def claim(invoice: Invoice, versions: Versions, states: Sequence[State]) -> list[InvoiceLine]:
    """Locks the chosen lines for this transaction, in the order of their keys. Raises Refused and Conflict."""
    if not versions:
        raise Refused(_("Vælg mindst én linje."))
    rows = InvoiceLine.objects.filter(
        municipality_id=invoice.municipality_id, invoice=invoice, public_id__in=list(versions)
    )
    keys = dict(rows.order_by("pk").values_list("pk", "public_id"))
    if len(keys) != len(versions):
        raise _too_late()
    for key, public_id in keys.items():
        unchanged = InvoiceLine.objects.filter(pk=key, state__in=states, version=versions[public_id])
        if not unchanged.update(version=F("version") + 1):
            raise _too_late()
    return list(rows.select_related("mentorship").order_by("position"))


def _too_late() -> Conflict:
    return Conflict(_("En anden var først. Fakturaen er ændret, mens du så på den. Se på linjerne igen."))


def write(line: InvoiceLine, verdict: Verdict, *, at: datetime, by: User | None = None) -> None:
    """Saves a verdict on a claimed line; ``by`` is None for what the system decides."""
    is_decided = verdict.state in (State.REFUSED, State.PAID)
    line.state, line.reason_code, line.reason = verdict.state, verdict.code, verdict.sentence
    line.covered_minutes = verdict.covered_minutes
    line.decided_at, line.decided_by = (at, by) if is_decided else (None, None)
    line.save(
        update_fields=[
            "state", "reason_code", "reason", "covered_minutes", "decided_at", "decided_by", "mentorship", "matched_by",
        ]
    )  # fmt: skip
    books.followed(line, by=by, at=at)


def _verdicts(invoice: Invoice, lines: Sequence[InvoiceLine], by: User) -> dict[int, Verdict]:
    document = einvoice.read(selectors.content_of(invoice))
    basis = selectors.basis_of(by, invoice, [line.mentorship_id for line in lines])
    return decisions.decide(invoice, document, lines, basis)


def judge_again(line: InvoiceLine, *, by: User, at: datetime) -> None:
    """Holds one claimed line against the hours as they are now."""
    write(line, _verdicts(line.invoice, [line], by)[line.position], at=at)
    _close_if_done(line.invoice, at)


def facts_of(line: InvoiceLine, code: str) -> dict[str, str]:
    return _facts(line.invoice, line, code)


def _is_assigned(line: InvoiceLine, mentorship: Mentorship, version: int) -> bool:
    """Whether this very choice has been made from the version that was shown: the same form sent twice."""
    rows = InvoiceLine.objects.filter(pk=line.pk, mentorship=mentorship, version=version + 1)
    if not rows.exists():
        return False
    line.refresh_from_db()
    return True


def _close_if_done(invoice: Invoice, at: datetime) -> None:
    """When nothing waits any more, the invoice is done and its supplier is answered."""
    undecided = InvoiceLine.objects.filter(invoice=invoice, state__in=selectors.UNDECIDED)
    if not undecided.exists():
        Invoice.objects.filter(pk=invoice.pk, state=Invoice.State.OPEN).update(state=Invoice.State.DONE)
    invoice.refresh_from_db(fields=["state"])
    answers.give(invoice=invoice, at=at)


def refusal_in_words(code: str, reason: str) -> str:
    """The sentence of a coded reason and what was added to it. Raises Refused."""
    if code not in RefusalReason.values:
        raise Refused(_("Vælg en årsag til afvisningen."), field="reason_code")
    told = reason.strip()
    if code == RefusalReason.OTHER:
        if not told:
            raise Refused(_("Skriv, hvorfor linjen afvises."), field="reason")
        return told
    return " ".join(filter(None, [f"{RefusalReason(code).label}.", told]))


def _facts(invoice: Invoice, line: InvoiceLine, code: str) -> dict[str, str]:
    return {
        "invoice": str(invoice.public_id),
        "line": line.line_number,
        "case": line.mentorship.code if line.mentorship else "",
        "amount": str(line.amount),
        "code": str(code),
    }


# Paying


class _Payer:
    """Pays the claimed lines of one invoice; contacts and grants are locked already."""

    def __init__(self, invoice: Invoice, basis: Basis, by: User, at: datetime) -> None:
        self.invoice, self.basis, self.by, self.at = invoice, basis, by, at
        self.is_credit = invoice.kind == Invoice.Kind.CREDIT_NOTE

    def pay(self, line: InvoiceLine, verdict: Verdict, amount: LineAmount) -> Payment | None:
        """The payment, or None when the line is left with its reason."""
        if verdict.state != State.PAYABLE:
            write(line, verdict, at=self.at)
            return None
        try:
            with transaction.atomic():
                return self._pay(line, verdict, amount)
        except Refused as refusal:
            left = Verdict(State.WAITING, Reason.OVER_GRANT, refusal.message, verdict.covered_minutes)
            write(line, left, at=self.at)
            return None

    def _pay(self, line: InvoiceLine, verdict: Verdict, amount: LineAmount) -> Payment:
        sign = -1 if self.is_credit else 1
        self._cover(line, verdict)
        for grant, share in self._grants(line, verdict, amount.net):
            use.pay(grant=grant, kroner=sign * share)
            self._book(grant, line)
        payment = Payment.objects.create(
            municipality_id=line.municipality_id,
            line=line,
            mentorship=line.mentorship,
            amount=sign * amount.net,
            vat=sign * amount.vat,
            approved_at=self.at,
            approved_by=self.by,
        )
        self._post(payment, verdict)
        paid = Verdict(State.PAID, verdict.code, verdict.sentence, verdict.covered_minutes)
        write(line, paid, at=self.at, by=self.by)
        self._record(line, verdict, payment)
        return payment

    def _post(self, payment: Payment, verdict: Verdict) -> None:
        line = payment.line
        assert line.mentorship_id is not None
        if not self.is_credit:
            covered = [
                (self.basis.contact(line.mentorship_id, key), minutes) for key, minutes in verdict.uses
            ]
            books.paid(payment, self.invoice, covered, by=self.by, at=self.at)
            return
        credited = selectors.credited_invoice(self.by, self.invoice)
        assert credited is not None
        lines = selectors.paid_lines_of(self.by, credited, line.mentorship_id)
        books.credited(payment, self.invoice, lines, by=self.by, at=self.at)

    @cached_property
    def _numbers(self) -> Parameters:
        return rulebook.numbers_of(self.by)

    def _book(self, grant: Grant, line: InvoiceLine) -> None:
        if not grant.account and line.mentorship:
            account = account_of(line.mentorship.target_group, grant.decision.decided_on, self._numbers)
            use.book(grant=grant, account=account or "")

    def _cover(self, line: InvoiceLine, verdict: Verdict) -> None:
        assert line.mentorship_id is not None
        for contact_id, minutes in verdict.uses:
            hours.mark_paid(contact=self.basis.contact(line.mentorship_id, contact_id), minutes=minutes)
        Cover.objects.bulk_create(
            Cover(municipality_id=line.municipality_id, line=line, contact_id=contact_id, minutes=minutes)
            for contact_id, minutes in verdict.uses
        )

    def _grants(self, line: InvoiceLine, verdict: Verdict, net: Decimal) -> list[tuple[Grant, Decimal]]:
        """Which grants bear the kroner: those of the hours, and for training the current one."""
        assert line.mentorship_id is not None
        known = {grant.pk: grant for grant in self.basis.grants.get(line.mentorship_id, [])}
        if self.is_credit:
            room = self._credit_room(line, known)
        elif verdict.uses:
            contacts = [
                (self.basis.contact(line.mentorship_id, contact_id), minutes)
                for contact_id, minutes in verdict.uses
            ]
            room = _room(
                [(contact.grant_id, minutes, contact.grant.hourly_rate) for contact, minutes in contacts]
            )
        else:
            room = [(grant.pk, grant.fixed_kroner) for grant in known.values() if grant.is_current]
        shares = spread(net, sorted(room))
        return [(known[key], share) for key, share in sorted(shares.items())]

    def _credit_room(self, line: InvoiceLine, known: Mapping[int, Grant]) -> list[tuple[int, Decimal]]:
        """The grants that bore the credited lines; where only training was paid, whichever has been paid from."""
        invoice = selectors.credited_invoice(self.by, self.invoice)
        assert invoice is not None and line.mentorship_id is not None
        covers = [
            (cover.contact.grant_id, cover.minutes, cover.contact.grant.hourly_rate)
            for paid in selectors.paid_lines_of(self.by, invoice, line.mentorship_id)
            for cover in paid.covers.all()
        ]
        bearing = {key for key, _minutes, _rate in covers} or set(known)
        return [(key, known[key].paid_kroner) for key in bearing if known[key].paid_kroner]

    def _record(self, line: InvoiceLine, verdict: Verdict, payment: Payment) -> None:
        facts = {
            **_facts(self.invoice, line, verdict.code),
            "amount": str(payment.amount),
            "vat": str(payment.vat),
        }
        audit.record(
            "invoice_line.credited" if self.is_credit else "invoice_line.paid",
            by=self.by,
            subject=line,
            **facts,
            minutes=sum(minutes for _contact, minutes in verdict.uses),
        )


def _room(parts: Sequence[tuple[int, int, Decimal]]) -> list[tuple[int, Decimal]]:
    """Kroner that the hours of each grant are worth: (grant, minutes, kroner an hour)."""
    room: dict[int, Decimal] = {}
    for grant_id, minutes, rate in parts:
        room[grant_id] = room.get(grant_id, ZERO) + price_of_minutes(minutes, rate)
    return list(room.items())
