"""Reading the ledger: always from the user, who sees one municipality's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.grants.models import Grant
from brobygger.mentorships.selectors import municipality_of
from brobygger.payment.banking_days import add_banking_days
from brobygger.payment.ledger import ACCOUNTS, Account, Book
from brobygger.payment.postings import Act as LedgerAct
from brobygger.payments.budget.selectors import account_for
from brobygger.payments.ledger.finance_file import FINANCE_ACCOUNTS
from brobygger.payments.ledger.models import (
    Clawback,
    ClawbackReceipt,
    FinanceAccount,
    FinanceFile,
    FinanceFileRow,
    LedgerBalance,
    LedgerEntry,
    LedgerTransaction,
    PayerAnswer,
    PayerAnswerLine,
)
from brobygger.payments.ledger.payment_file import pay_on, reference_of
from brobygger.payments.models import InvoiceLine, Payment
from brobygger.rulebook import selectors as rulebook
from brobygger.ui.attention import Act, Attention
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO

MOST_ROWS = 200
BANKING_DAYS_TO_ANSWER = 3


# Who sees what


def sees_money(user: User) -> bool:
    return user.kind == "staff" and user.may(Permission.SEE_MONEY)


def visible_to(user: User) -> QuerySet[LedgerTransaction]:
    """The municipality's transactions, for those who see money."""
    found = LedgerTransaction.objects.filter(municipality_id=municipality_of(user))
    return found if sees_money(user) else found.none()


def clawbacks_visible_to(user: User) -> QuerySet[Clawback]:
    """Without the letters, newest first."""
    found = Clawback.objects.filter(municipality_id=municipality_of(user))
    related = ("line__invoice", "mentorship", "requested_by", "decided_by")
    found = found.select_related(*related).defer("letter", "line__invoice__content")
    return (found if sees_money(user) else found.none()).order_by("-pk")


def differences_visible_to(user: User) -> QuerySet[PayerAnswerLine]:
    """Rows of answers that were not as expected, newest first."""
    found = PayerAnswerLine.objects.filter(municipality_id=municipality_of(user)).exclude(difference="")
    found = found.select_related("answer", "payment__line__invoice", "closed_by")
    found = found.defer("answer__content", "payment__line__invoice__content")
    return (found if sees_money(user) else found.none()).order_by("-pk")


def answers_visible_to(user: User) -> QuerySet[PayerAnswer]:
    found = PayerAnswer.objects.filter(municipality_id=municipality_of(user))
    return (found if sees_money(user) else found.none()).order_by("-pk").defer("content")


def finance_files_visible_to(user: User) -> QuerySet[FinanceFile]:
    """Newest first."""
    found = FinanceFile.objects.filter(municipality_id=municipality_of(user))
    return (found if sees_money(user) else found.none()).order_by("-number")


def paid_lines_visible_to(user: User) -> QuerySet[InvoiceLine]:
    """Lines that money can be claimed back on."""
    found = InvoiceLine.objects.filter(
        municipality_id=municipality_of(user), state=InvoiceLine.State.PAID, invoice__kind="INVOICE"
    )
    found = found.select_related("invoice", "mentorship").defer("invoice__content")
    return found if sees_money(user) else found.none()


# The books


@dataclass(frozen=True)
class AccountTotal:
    """What stands on an account over everything booked; debit above zero."""

    account: Account
    amount: Decimal

    @property
    def credit(self) -> Decimal:
        return -self.amount


def trial_balance(user: User) -> dict[Book, list[AccountTotal]]:
    """Each book's accounts with what stands on them, counted from the entries, in one query."""
    if not sees_money(user):
        return {}
    rows = LedgerEntry.objects.filter(municipality_id=municipality_of(user)).order_by()
    sums = dict(rows.values_list("account").annotate(Sum("amount")))
    books: dict[Book, list[AccountTotal]] = {book: [] for book in Book}
    for account, rule in ACCOUNTS.items():
        books[rule.book].append(AccountTotal(account, sums.get(account.value, ZERO)))
    return books


def faults(user: User) -> list[str]:
    """What does not add up, which the database should have made impossible; empty when all is well."""
    entries = LedgerEntry.objects.filter(municipality_id=municipality_of(user)).order_by()
    found = []
    for book in Book:
        own = [account.value for account, rule in ACCOUNTS.items() if rule.book is book]
        wrong = entries.filter(account__in=own).values("transaction_id").annotate(sum=Sum("amount"))
        found += [f"{book}: {row['transaction_id']}" for row in wrong.exclude(sum=0)[:MOST_ROWS]]
    kept = LedgerBalance.objects.filter(municipality_id=municipality_of(user)).order_by()
    by_balance = dict(kept.values_list("account").annotate(Sum("amount")))
    by_entry = dict(entries.values_list("account").annotate(Sum("amount")))
    found += [
        f"{account}: {amount} / {by_entry.get(account)}"
        for account, amount in by_balance.items()
        if amount != by_entry.get(account, ZERO)
    ]
    return found


@dataclass(frozen=True)
class Wanted:
    """What the list of transactions is narrowed to."""

    act: str = ""
    text: str = ""


def listed(user: User, wanted: Wanted) -> QuerySet[LedgerTransaction]:
    """Newest first, with their entries."""
    found = visible_to(user).select_related("mentorship", "line__invoice", "posted_by", "reverses")
    found = found.defer("line__invoice__content").prefetch_related("entries").order_by("-pk")
    if wanted.act in LedgerAct.__members__:
        found = found.filter(act=wanted.act)
    if text := wanted.text.strip():
        found = found.filter(
            Q(mentorship__code__iexact=text)
            | Q(supplier=text.replace(" ", ""))
            | Q(line__invoice__number__iexact=text)
        )
    return found


# Out to the finance system


def not_exported(user: User) -> QuerySet[LedgerTransaction]:
    """Transactions with entries in the finances that no file has yet, in order; entries in ``finance_entries``."""
    own = [account.value for account in FINANCE_ACCOUNTS]
    entries = LedgerEntry.objects.filter(account__in=own).order_by("pk")
    of_this = entries.filter(municipality_id=OuterRef("municipality_id"), transaction_id=OuterRef("pk"))
    exported = FinanceFileRow.objects.filter(
        municipality_id=OuterRef("municipality_id"), transaction_id=OuterRef("pk")
    )
    found = visible_to(user).exclude(act=LedgerAct.OPENING).filter(Exists(of_this), ~Exists(exported))
    found = found.select_related("mentorship", "line__invoice").defer("line__invoice__content")
    return found.prefetch_related(Prefetch("entries", entries, to_attr="finance_entries")).order_by("pk")


def last_file_number(user: User) -> int:
    return finance_files_visible_to(user).aggregate(last=Max("number"))["last"] or 0


def account_numbers(user: User) -> dict[Account, str]:
    """The municipality's own numbers, as they were last named."""
    rows = FinanceAccount.objects.filter(municipality_id=municipality_of(user)).order_by("pk")
    return {Account(account): number for account, number in rows.values_list("account", "number")}


def cost_accounts(user: User, transactions: Sequence[LedgerTransaction]) -> Mapping[int, str]:
    """What the cost of each transaction is booked on, by its key in the database; "" where no account is known.

    The account of the mentorship's newest grant that has one, else the one that its target group has on the day.
    """
    about = [each for each in transactions if each.mentorship]
    rows = Grant.objects.filter(
        municipality_id=municipality_of(user), mentorship_id__in={each.mentorship_id for each in about}
    ).exclude(account="")
    granted = dict(rows.order_by("pk").values_list("mentorship_id", "account"))
    numbers = rulebook.numbers_of(user)
    return {
        each.pk: granted.get(each.mentorship_id or 0)
        or account_for(each.mentorship.target_group if each.mentorship else None, each.day, numbers=numbers)
        for each in about
    }


# Answers of the payer


def payments_by_reference(user: User, references: Collection[str]) -> dict[str, Payment]:
    """Payments by what their file called them, for the files that are named."""
    numbers = {int(each.split("-")[0]) for each in references if _is_reference(each)}
    rows = (
        Payment.objects.filter(municipality_id=municipality_of(user), exported_in__number__in=numbers)
        .select_related("line__invoice", "exported_in")
        .defer("line__invoice__content", "exported_in__content")
        .order_by("exported_in__number", "pk")
    )
    return _by_reference(rows) if sees_money(user) else {}


def _by_reference(payments: QuerySet[Payment]) -> dict[str, Payment]:
    found: dict[str, Payment] = {}
    place: dict[int, int] = {}
    for payment in payments:
        assert payment.exported_in is not None
        number = payment.exported_in.number
        place[number] = place.get(number, 0) + 1
        found[reference_of(number, place[number])] = payment
    return found


def _is_reference(text: str) -> bool:
    number, dash, place = text.partition("-")
    return bool(dash) and number.isdecimal() and place.isdecimal() and len(number) < 10


def answered_payments(payment_ids: Sequence[int]) -> set[int]:
    """Those of the payments that an answer has said are paid."""
    rows = PayerAnswerLine.objects.filter(payment_id__in=payment_ids, status=PayerAnswerLine.Status.PAID)
    return set(rows.values_list("payment_id", flat=True))


@dataclass(frozen=True)
class Missing:
    """A payment that was sent and that nobody has answered for."""

    reference: str
    payment: Payment
    pay_on: date


def missing_answers(user: User, today: date) -> list[Missing]:
    """Payments whose pay day is some banking days past and whose debt still stands; oldest first."""
    owed = LedgerEntry.objects.filter(
        municipality_id=OuterRef("municipality_id"),
        transaction__line_id=OuterRef("line_id"),
        account=Account.SUPPLIER,
        amount__lt=0,
    )
    waiting = Payment.objects.filter(
        Exists(owed), municipality_id=municipality_of(user), exported_in__isnull=False, answers=None
    )
    numbers = waiting.order_by().values_list("exported_in__number", flat=True).distinct()
    known = payments_by_reference(user, [reference_of(number, 1) for number in numbers])
    unanswered = set(waiting.values_list("pk", flat=True))
    found = []
    for reference, payment in known.items():
        assert payment.exported_in is not None
        ready_on = danish_day(payment.exported_in.made_at)
        day = pay_on(due_on=payment.line.invoice.due_on, ready_on=ready_on)
        if payment.pk in unanswered and add_banking_days(day, BANKING_DAYS_TO_ANSWER) < today:
            found.append(Missing(reference, payment, day))
    return sorted(found, key=lambda each: each.pay_on)


# Clawbacks


def receipts_of(clawback: Clawback) -> list[ClawbackReceipt]:
    rows = ClawbackReceipt.objects.filter(municipality_id=clawback.municipality_id, clawback=clawback)
    return list(rows.select_related("recorded_by").order_by("received_on", "pk"))


def letter_of(clawback: Clawback) -> bytes | None:
    rows = Clawback.objects.filter(municipality_id=clawback.municipality_id, pk=clawback.pk)
    content = rows.values_list("letter", flat=True).get()
    return bytes(content) if content is not None else None


def standing_on(line: InvoiceLine) -> Decimal:
    """Kroner without VAT that stand paid on a line."""
    rows = LedgerBalance.objects.filter(
        municipality_id=line.municipality_id, account=Account.LINE_PAID, key=str(line.pk)
    )
    return rows.values_list("amount", flat=True).first() or ZERO


# What needs somebody now


def needs_attention(user: User, today: date) -> list[Attention]:
    """For finance: differences nobody has closed, claims that wait for another, and claims past their day."""
    if not (user.kind == "staff" and user.may(Permission.HANDLE_INVOICES)):
        return []
    return [*_open_differences(user), *_waiting_claims(user), *_late_claims(user, today)]


def _open_differences(user: User) -> list[Attention]:
    found = differences_visible_to(user).filter(closed_at=None).order_by()
    counted = found.aggregate(count=Count("pk"), oldest=Min("answer__received_at"))
    if not counted["count"]:
        return []
    heading = ngettext(
        "%(count)s forskel i afstemningen", "%(count)s forskelle i afstemningen", counted["count"]
    )
    url = reverse("payments:reconciliation")
    return [_row("difference", heading % {"count": counted["count"]}, danish_day(counted["oldest"]), url, 3)]


def _waiting_claims(user: User) -> list[Attention]:
    found = clawbacks_visible_to(user).filter(state=Clawback.State.REQUESTED).exclude(requested_by=user)
    return [
        _row("clawback", _("Krav om tilbagebetaling venter på godkendelse"), danish_day(each.requested_at),
             reverse("payments:clawback", args=[each.public_id]), 4, each)
        for each in found[:MOST_ROWS]
    ]  # fmt: skip


def _late_claims(user: User, today: date) -> list[Attention]:
    found = clawbacks_visible_to(user).filter(
        state=Clawback.State.APPROVED, due_on__lt=today, received__lt=F("amount") + F("vat")
    )
    return [
        _row("clawback_late", _("Tilbagebetaling er forfalden"), each.due_on or today,
             reverse("payments:clawback", args=[each.public_id]), 1, each)
        for each in found[:MOST_ROWS]
    ]  # fmt: skip


def _row(
    kind: str, heading: str, when: date, url: str, urgency: int, claim: Clawback | None = None
) -> Attention:
    invoice = claim.line.invoice if claim else None
    return Attention(
        kind=kind,
        heading=heading,
        case_code=claim.mentorship.code if claim else "",
        initials=f"{invoice.supplier_name} · {invoice.number}" if invoice else "",
        when=when,
        url=url,
        acts=(Act(_("Se"), url),),
        urgency=urgency,
        happened=kind != "clawback_late",
    )
