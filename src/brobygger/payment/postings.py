"""The standard acts of the scheme as transactions that balance. Nothing is checked against a ledger here.

    budget        what the council set aside in a year
    grant         kroner reserved when a mentorship is granted
    commitment    the agreement is accepted by all: reserved becomes committed
    release       what will not be used goes back to the free budget
    accrued       an hour both sides confirmed: it is owed, and the commitment is used
    invoice       a line arrives and waits; nothing is owed because of it
    payment       a line, or part of it, is approved against confirmed hours
    payout        the bank has sent the money
    refusal       a line, or part of it, is refused
    clawback      paid money is asked back, approved by another than who asked
    credit        the supplier takes back a paid line of itself
    repayment     the supplier pays back
    reimbursement the state owes its share; received when it pays
    adjustment    confirmed hours were paid for less than they are worth, or something without hours is confirmed
    opening       what stood when the ledger began

Every amount is kroner above zero in whole øre, but for the adjustment, which may be below.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from brobygger.law.codes import Labelled
from brobygger.payment.ledger import About, Account, Entry, LedgerRefuses, Transaction
from brobygger.values.money import ZERO, price_of_minutes


class Act(Labelled):
    BUDGET = "BUDGET", "Budget"
    GRANT = "GRANT", "Bevilling"
    COMMITMENT = "COMMITMENT", "Disposition"
    RELEASE = "RELEASE", "Frigivelse"
    ACCRUED = "ACCRUED", "Bekræftede timer"
    INVOICE = "INVOICE", "Fakturalinje"
    PAYMENT = "PAYMENT", "Godkendt betaling"
    PAYOUT = "PAYOUT", "Udbetaling"
    REFUSAL = "REFUSAL", "Afvisning"
    CLAWBACK = "CLAWBACK", "Tilbagebetalingskrav"
    CREDIT = "CREDIT", "Kreditnota"
    REPAYMENT = "REPAYMENT", "Tilbagebetaling"
    REIMBURSEMENT = "REIMBURSEMENT", "Statsrefusion"
    RECEIVED = "RECEIVED", "Modtaget statsrefusion"
    ADJUSTMENT = "ADJUSTMENT", "Regulering af det skyldige"
    OPENING = "OPENING", "Primo"


def _move(amount: Decimal, *, to: Account, out_of: Account, about: About) -> tuple[Entry, Entry]:
    """Debit one account and credit another. Raises LedgerRefuses for an amount that is not above zero."""
    if not amount.is_finite() or amount <= 0:
        raise LedgerRefuses("Skriv et beløb over 0 kr.")
    return Entry(to, amount, about), Entry(out_of, -amount, about)


def budget(*, key: str, day: date, amount: Decimal) -> Transaction:
    entries = _move(amount, to=Account.FREE, out_of=Account.BUDGET, about=About())
    return Transaction(key, day, Act.BUDGET, entries)


def grant(*, key: str, day: date, mentorship: str, amount: Decimal) -> Transaction:
    about = About(mentorship=mentorship)
    return Transaction(
        key, day, Act.GRANT, _move(amount, to=Account.GRANTED, out_of=Account.FREE, about=about)
    )


def commitment(*, key: str, day: date, mentorship: str, amount: Decimal) -> Transaction:
    about = About(mentorship=mentorship)
    entries = _move(amount, to=Account.COMMITTED, out_of=Account.GRANTED, about=about)
    return Transaction(key, day, Act.COMMITMENT, entries)


def release(*, key: str, day: date, mentorship: str, amount: Decimal, committed: bool = True) -> Transaction:
    """What is left over goes back; ``committed`` False: it was granted and never agreed."""
    source = Account.COMMITTED if committed else Account.GRANTED
    about = About(mentorship=mentorship)
    return Transaction(key, day, Act.RELEASE, _move(amount, to=Account.FREE, out_of=source, about=about))


def accrued(*, key: str, day: date, mentorship: str, amount: Decimal) -> Transaction:
    """Kroner that confirmed hours are worth, as ``month.accrual_steps`` gives them."""
    about = About(mentorship=mentorship)
    owed = _move(amount, to=Account.COST, out_of=Account.ACCRUED, about=about)
    used = _move(amount, to=Account.USED, out_of=Account.COMMITTED, about=about)
    return Transaction(key, day, Act.ACCRUED, owed + used)


def adjustment(*, key: str, day: date, mentorship: str, amount: Decimal) -> Transaction:
    """Moves what is owed for confirmed work by ``amount`` kroner, up or down; never 0.

    Up for a course that was held, or an øre of rounding; down where the supplier took less than was agreed.
    """
    up = accrued(key=key, day=day, mentorship=mentorship, amount=abs(amount))
    entries = up.entries if amount > 0 else tuple(each.negated() for each in up.entries)
    return Transaction(key, day, Act.ADJUSTMENT, entries)


def accrued_hours(
    *, key: str, day: date, mentorship: str, minutes: int, hourly_rate: Decimal
) -> Transaction | None:
    """Confirmed minutes at a rate; None for a mentorship without subsidy, which costs nothing and posts nothing."""
    amount = price_of_minutes(minutes, hourly_rate)
    return accrued(key=key, day=day, mentorship=mentorship, amount=amount) if amount else None


def invoice(*, key: str, day: date, line: str, amount: Decimal) -> Transaction:
    """A line arrives, without VAT."""
    about = About(line=line)
    entries = _move(amount, to=Account.LINE_WAITING, out_of=Account.CLAIMED, about=about)
    return Transaction(key, day, Act.INVOICE, entries)


def refusal(*, key: str, day: date, line: str, amount: Decimal) -> Transaction:
    about = About(line=line)
    entries = _move(amount, to=Account.LINE_REFUSED, out_of=Account.LINE_WAITING, about=about)
    return Transaction(key, day, Act.REFUSAL, entries)


def payment(
    *,
    key: str,
    day: date,
    mentorship: str,
    line: str,
    supplier: str,
    amount: Decimal,
    vat: Decimal = ZERO,
    offset: Decimal = ZERO,
) -> Transaction:
    """A line is approved: what is owed for confirmed hours becomes debt to the supplier, VAT on top.

    ``offset`` is held back against what the supplier owes from before, at most the whole amount.
    """
    about = About(mentorship, line, supplier)
    if not ZERO <= offset <= amount + vat:
        raise LedgerRefuses("Der kan højst modregnes det beløb, der betales.")
    decided = _move(amount, to=Account.LINE_PAID, out_of=Account.LINE_WAITING, about=about)
    owed = _move(amount, to=Account.ACCRUED, out_of=Account.SUPPLIER, about=about)
    tax = _move(vat, to=Account.VAT, out_of=Account.SUPPLIER, about=about) if vat else ()
    held = _move(offset, to=Account.SUPPLIER, out_of=Account.RECLAIM, about=about) if offset else ()
    return Transaction(key, day, Act.PAYMENT, decided + owed + tax + held)


def payout(*, key: str, day: date, supplier: str, amount: Decimal) -> Transaction:
    """The payer's answer: the money has left. Approved is not yet paid out."""
    about = About(supplier=supplier)
    entries = _move(amount, to=Account.SUPPLIER, out_of=Account.BANK, about=about)
    return Transaction(key, day, Act.PAYOUT, entries)


def clawback(
    *,
    key: str,
    day: date,
    mentorship: str,
    line: str,
    supplier: str,
    amount: Decimal,
    requested_by: str,
    approved_by: str,
    vat: Decimal = ZERO,
) -> Transaction:
    """Paid money is asked back. Raises LedgerRefuses where one person both asked and approved."""
    if not requested_by or not approved_by or requested_by == approved_by:
        raise LedgerRefuses("Et krav om tilbagebetaling skal godkendes af en anden end den, der rejste det.")
    about = About(mentorship, line, supplier)
    return Transaction(key, day, Act.CLAWBACK, _taken_back(amount, vat, about))


def credit(
    *,
    key: str,
    day: date,
    mentorship: str,
    line: str,
    supplier: str,
    amount: Decimal,
    vat: Decimal = ZERO,
) -> Transaction:
    """The supplier's credit note for a paid line, or part of it. A line that waits is refused instead."""
    return Transaction(key, day, Act.CREDIT, _taken_back(amount, vat, About(mentorship, line, supplier)))


def _taken_back(amount: Decimal, vat: Decimal, about: About) -> tuple[Entry, ...]:
    decided = _move(amount, to=Account.LINE_RECLAIMED, out_of=Account.LINE_PAID, about=about)
    owed = _move(amount, to=Account.RECLAIM, out_of=Account.COST, about=about)
    tax = _move(vat, to=Account.RECLAIM, out_of=Account.VAT, about=about) if vat else ()
    free = _move(amount, to=Account.FREE, out_of=Account.USED, about=about)
    return decided + owed + tax + free


def repayment(*, key: str, day: date, supplier: str, amount: Decimal) -> Transaction:
    about = About(supplier=supplier)
    return Transaction(
        key, day, Act.REPAYMENT, _move(amount, to=Account.BANK, out_of=Account.RECLAIM, about=about)
    )


def reimbursement(*, key: str, day: date, mentorship: str, amount: Decimal) -> Transaction:
    """The state owes its share of the cost."""
    about = About(mentorship=mentorship)
    entries = _move(amount, to=Account.STATE, out_of=Account.STATE_INCOME, about=about)
    return Transaction(key, day, Act.REIMBURSEMENT, entries)


def received(*, key: str, day: date, mentorship: str, amount: Decimal) -> Transaction:
    """The state has paid."""
    about = About(mentorship=mentorship)
    return Transaction(
        key, day, Act.RECEIVED, _move(amount, to=Account.BANK, out_of=Account.STATE, about=about)
    )
