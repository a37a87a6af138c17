"""What the pages of the ledger show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.payment.ledger import Account, Book
from brobygger.payments.ledger import selectors
from brobygger.payments.ledger.finance_file import FINANCE_ACCOUNTS
from brobygger.payments.ledger.models import Clawback, ClawbackReceipt, LedgerTransaction
from brobygger.ui.formats import danish_date, kroner
from brobygger.values.money import ZERO

State = Clawback.State
BOOK_NAMES = {
    Book.BUDGET: gettext_lazy("Budgettet"),
    Book.CLAIMS: gettext_lazy("Fakturalinjerne"),
    Book.FINANCE: gettext_lazy("Regnskabet"),
}
_TAGS = {State.REQUESTED: "waiting", State.APPROVED: "active", State.REFUSED: "closed"}


@dataclass(frozen=True)
class BookView:
    """A book: its accounts with what stands on them, and whether debit and credit are the same."""

    name: str
    rows: list[selectors.AccountTotal]

    @property
    def debit(self) -> Decimal:
        return sum((row.amount for row in self.rows if row.amount > 0), ZERO)

    @property
    def credit(self) -> Decimal:
        return -sum((row.amount for row in self.rows if row.amount < 0), ZERO)

    @property
    def balances(self) -> bool:
        return self.debit == self.credit


def books(user: User) -> list[BookView]:
    return [BookView(str(BOOK_NAMES[book]), rows) for book, rows in selectors.trial_balance(user).items()]


@dataclass(frozen=True)
class EntryView:
    """One entry in words: debit or credit."""

    account: str
    amount: Decimal

    @property
    def debit(self) -> str:
        return kroner(self.amount) if self.amount > 0 else ""

    @property
    def credit(self) -> str:
        return kroner(-self.amount) if self.amount < 0 else ""


@dataclass(frozen=True)
class TransactionView:
    """A transaction with its entries, and what it is about."""

    row: LedgerTransaction
    entries: list[EntryView]

    @property
    def act(self) -> str:
        act = str(self.row.get_act_display())
        return _("%(act)s, ført tilbage") % {"act": act} if self.row.reverses_id else act

    @property
    def about(self) -> str:
        row = self.row
        parts = [
            row.mentorship.code if row.mentorship else "",
            row.line.invoice.number if row.line else "",
            row.supplier if row.supplier and not row.line else "",
        ]
        return " · ".join(part for part in parts if part)


def transactions(rows: Sequence[LedgerTransaction]) -> list[TransactionView]:
    return [
        TransactionView(
            row,
            [
                EntryView(Account(entry.account).label, entry.amount)
                for entry in sorted(row.entries.all(), key=lambda each: each.pk)
            ],
        )
        for row in rows
    ]


def account_rows(user: User) -> list[tuple[str, str, str]]:
    """(account, its name, the municipality's number) of each account that is sent; the cost has several."""
    named = selectors.account_numbers(user)
    return [(account.value, account.label, named.get(account, "")) for account in FINANCE_ACCOUNTS]


# Clawbacks


@dataclass(frozen=True)
class ClawbackView:
    """A claim with how far it is, and what the user may do about it."""

    claim: Clawback
    tag: str
    status: str
    may_approve: bool
    may_handle: bool

    @property
    def waits(self) -> bool:
        return self.claim.state == State.REQUESTED

    @property
    def takes_money(self) -> bool:
        return self.claim.state == State.APPROVED and self.claim.outstanding > 0


def clawback(user: User, claim: Clawback) -> ClawbackView:
    is_settled = claim.state == State.APPROVED and claim.outstanding == 0
    return ClawbackView(
        claim=claim,
        tag="done" if is_settled else _TAGS[State(claim.state)],
        status=_("Betalt tilbage") if is_settled else str(claim.get_state_display()),
        may_approve=user.may(Permission.APPROVE_PAYMENT) and claim.requested_by_id != user.pk,
        may_handle=user.may(Permission.HANDLE_INVOICES),
    )


def clawback_facts(claim: Clawback) -> list[dict[str, Any]]:
    invoice = claim.line.invoice
    facts: list[dict[str, Any]] = [
        {"label": _("Leverandør"), "value": invoice.supplier_name or invoice.supplier_cvr},
        {
            "label": _("Faktura"),
            "value": _("%(number)s, linje %(line)s")
            % {"number": invoice.number, "line": claim.line.line_number},
            "url": reverse("payments:invoice", args=[invoice.public_id]),
            "url_label": _("Se fakturaen"),
        },
        {"label": _("Forløb"), "value": claim.mentorship.code},
        {"label": _("Uden moms"), "value": kroner(claim.amount)},
        {"label": _("Moms"), "value": kroner(claim.vat)},
        {"label": _("I alt"), "value": kroner(claim.total)},
        {"label": _("Begrundelse"), "value": claim.reason},
        {"label": _("Rejst af"), "value": _by(claim.requested_by.name, danish_date(claim.requested_at))},
    ]
    if claim.decided_by and claim.decided_at:
        label = _("Godkendt af") if claim.state == State.APPROVED else _("Afvist af")
        facts.append({"label": label, "value": _by(claim.decided_by.name, danish_date(claim.decided_at))})
    if claim.decision_note:
        facts.append({"label": _("Hvorfor ikke"), "value": claim.decision_note})
    if claim.due_on:
        facts.append({"label": _("Skal være betalt"), "value": danish_date(claim.due_on)})
    return facts


def _by(name: str, day: str) -> str:
    return _("%(name)s den %(day)s") % {"name": name, "day": day}


def receipt_rows(receipts: Sequence[ClawbackReceipt]) -> list[tuple[str, str, str]]:
    return [(danish_date(each.received_on), kroner(each.amount), each.recorded_by.name) for each in receipts]
