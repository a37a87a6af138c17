"""What each line of an invoice gets, from the document and what is known of hours and grants. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from brobygger.einvoice import Document, Kind, Line
from brobygger.einvoice.checks import Severity
from brobygger.einvoice.matching import LineDecision, Outcome, Reason, match, references
from brobygger.hours.models import Contact
from brobygger.mentorships.services import CODE_LENGTH
from brobygger.payments.amounts import LineAmount, line_amounts
from brobygger.payments.facts import Basis
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.ui.formats import kroner
from brobygger.values.duration import format_minutes
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO
from brobygger.values.period import Period

ALREADY_PAID = "ALREADY_PAID"
NOT_SUPPLIERS = "NOT_SUPPLIERS"
CREDIT_ABOVE_PAID = "CREDIT_ABOVE_PAID"
DOCUMENT = "DOCUMENT"
GUESSED = "GUESSED"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Verdict:
    """The state a line gets and why; ``uses`` are minutes by contact of a payable line."""

    state: InvoiceLine.State
    code: str
    sentence: str
    covered_minutes: int = 0
    uses: tuple[tuple[int, int], ...] = ()


def decide(
    invoice: Invoice, document: Document, lines: Iterable[InvoiceLine], basis: Basis
) -> dict[int, Verdict]:
    """A verdict for each of ``lines``, by position; the other lines of the document take nothing."""
    chosen = {line.position: line for line in lines}
    if document.kind is Kind.CREDIT_NOTE:
        return _decide_credits(line_amounts(document), chosen, basis)
    document = as_left(document, chosen.values())
    wrong = _wrong_lines(invoice)
    asked = [
        str(chosen[position].mentorship_id)
        if position in chosen and chosen[position].mentorship_id and line.number not in wrong
        else None
        for position, line in enumerate(document.lines)
    ]
    decisions = match(document, asked, basis.covers)
    return {
        position: _verdict(
            line, decisions[position], wrong.get(document.lines[position].number), document, basis
        )
        for position, line in chosen.items()
    }


def as_left(document: Document, lines: Iterable[InvoiceLine]) -> Document:
    """The document with what a person has refused of a line taken off it."""
    left = list(document.lines)
    for line in lines:
        if line.part_amount is None:
            continue
        stated = replace(left[line.position], amount=line.part_amount, unit_price=None)
        if line.part_minutes:
            stated = replace(stated, quantity=Decimal(line.part_minutes), unit="MIN")
        left[line.position] = stated
    return replace(document, lines=tuple(left))


def _wrong_lines(invoice: Invoice) -> dict[str, tuple[str, str]]:
    """(code, sentence) of the first error of each line that the checks found wrong, by line number."""
    found: dict[str, tuple[str, str]] = {}
    for remark in invoice.remarks:
        if remark["line"] and remark["severity"] == Severity.ERROR:
            found.setdefault(remark["line"], (remark["code"], remark["sentence"]))
    return found


def _verdict(
    line: InvoiceLine,
    decision: LineDecision,
    error: tuple[str, str] | None,
    document: Document,
    basis: Basis,
) -> Verdict:
    if error:
        return Verdict(InvoiceLine.State.REFUSED, *error)
    if line.mentorship_id is None:
        sentence = _("Det fremgår ikke, hvilket forløb linjen handler om. Vælg det.")
        return Verdict(InvoiceLine.State.WAITING, Reason.NO_MENTORSHIP, sentence)
    state = InvoiceLine.State(decision.outcome.value)
    code, sentence = decision.code.value, decision.sentence_da
    if decision.outcome is Outcome.REFUSED and (paid := _paid_minutes(line, document, basis)):
        code = ALREADY_PAID if decision.code in (Reason.NOT_CONFIRMED, Reason.OUTSIDE_PERIOD) else code
        told = _("Der er allerede betalt %(paid)s i perioden.") % {"paid": format_minutes(paid)}
        sentence = f"{sentence} {told}"
    uses = tuple((int(use.contact_id), use.minutes) for use in decision.uses)
    return Verdict(state, code, sentence, decision.covered_minutes, uses)


def _paid_minutes(line: InvoiceLine, document: Document, basis: Basis) -> int:
    assert line.mentorship_id is not None
    contacts = in_period(basis.contacts.get(line.mentorship_id, []), period_of(document, line.position))
    return sum(contact.paid_minutes for contact in contacts)


def period_of(document: Document, position: int) -> Period | None:
    """The line's own period, or else the document's."""
    return document.lines[position].period or document.period


def in_period(contacts: Iterable[Contact], period: Period | None) -> list[Contact]:
    return [each for each in contacts if period is None or danish_day(each.starts_at) in period]


# Credit notes take back kroner that were paid on a known invoice, never more


def _decide_credits(
    amounts: Sequence[LineAmount], chosen: Mapping[int, InvoiceLine], basis: Basis
) -> dict[int, Verdict]:
    left = dict(basis.credit_left)
    verdicts = {}
    for position, line in sorted(chosen.items()):
        verdict = _decide_credit(amounts[position].net, line, left)
        if verdict.state == InvoiceLine.State.PAYABLE and line.mentorship_id:
            left[line.mentorship_id] -= amounts[position].net
        verdicts[position] = verdict
    return verdicts


def _decide_credit(net: Decimal, line: InvoiceLine, left: Mapping[int, Decimal]) -> Verdict:
    waiting = InvoiceLine.State.WAITING
    if line.mentorship_id is None:
        sentence = _("Vælg, hvilket forløb kreditnotaens linje trækker fra.")
        return Verdict(waiting, Reason.NO_MENTORSHIP, sentence)
    paid = left.get(line.mentorship_id, ZERO)
    if net <= 0:
        return Verdict(
            waiting, CREDIT_ABOVE_PAID, _("Linjen trækker ikke noget fra. Se efter, og afvis den.")
        )
    if net > paid:
        sentence = _(
            "Linjen trækker %(amount)s fra, men der er kun betalt %(paid)s for forløbet på fakturaen."
        )
        return Verdict(waiting, CREDIT_ABOVE_PAID, sentence % {"amount": kroner(net), "paid": kroner(paid)})
    sentence = _("Der er betalt %(paid)s for forløbet på fakturaen. Linjen trækker %(amount)s fra igen.")
    sentence %= {"amount": kroner(net), "paid": kroner(paid)}
    return Verdict(InvoiceLine.State.PAYABLE, Reason.CREDIT_NOTE, sentence)


# Which mentorship a line names


@dataclass(frozen=True)
class Found:
    """The mentorship a line names, or why none was taken; ``named`` is the code that was read."""

    mentorship_id: int | None = None
    named: str = ""
    is_foreign: bool = False


def codes_in(document: Document) -> set[str]:
    """All words of the document that may be the number of a mentorship."""
    return {word for line in document.lines for text in references(line, document) for word in _words(text)}


def find_mentorship(line: Line, document: Document, own: Mapping[str, int], known: Collection[str]) -> Found:
    """The supplier's mentorship that the line names, its own references before the document's.

    Two different ones in the same reference name none. ``own`` gives the mentorship of each code; ``known`` are the
    codes of the municipality: a mentorship that is not the supplier's is never taken without a person.
    """
    foreign = ""
    for text in references(line, document):
        words = _words(text)
        hits = [word for word in words if word in own]
        if len(hits) == 1:
            return Found(own[hits[0]], hits[0])
        if len(hits) > 1:
            return Found()
        foreign = foreign or next((word for word in words if word in known), "")
    return Found(named=foreign, is_foreign=bool(foreign))


def _words(text: str) -> list[str]:
    """Each word once, in order, that is as long as a mentorship's number."""
    words = (word.upper() for word in _WORD.findall(text))
    return list(dict.fromkeys(word for word in words if len(word) == CODE_LENGTH))
