"""The ledger's rows. Transactions and entries are only ever added; the database keeps the balances itself."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.mentorships.models import Mentorship
from brobygger.payment.ledger import ACCOUNTS, Account, Side
from brobygger.payment.postings import Act

ACTS = [(act.value, act.label) for act in Act]
ACCOUNT_CHOICES = [(account.value, account.label) for account in Account]


def accounts_on(side: Side) -> list[str]:
    """The accounts that may stand on one side only."""
    return [account.value for account, rule in ACCOUNTS.items() if rule.side is side]


class LedgerTransaction(TenantRow):
    """One act in the books (postering): what it is about and when. The database refuses it unless each book adds up.

    ``key`` is used once, so that an act sent twice is booked once. ``size`` is the number of entries, so that none is
    put in later.
    """

    key = models.CharField(max_length=120)
    day = models.DateField()
    act = models.CharField(max_length=15, choices=ACTS)
    size = models.PositiveSmallIntegerField()
    mentorship = TenantForeignKey(Mentorship, null=True, related_name="+")
    line = TenantForeignKey("payments.InvoiceLine", null=True, related_name="+")
    supplier = models.CharField(max_length=20, blank=True)
    reverses = TenantForeignKey("self", null=True, related_name="reversed_by")
    posted_at = models.DateTimeField()
    posted_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "key"], name="ledger_posted_once"),
            models.UniqueConstraint(
                fields=["municipality", "reverses"], condition=~Q(reverses=None), name="ledger_reversed_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "mentorship"],
                name="ledger_of_mentorship",
                condition=~Q(mentorship=None),
            ),
            models.Index(fields=["municipality", "line"], name="ledger_of_line", condition=~Q(line=None)),
        ]


class LedgerEntry(TenantRow):
    """Kroner on one account (posteringslinje): debit above zero, credit below."""

    transaction = TenantForeignKey(LedgerTransaction, related_name="entries")
    account = models.CharField(max_length=15, choices=ACCOUNT_CHOICES)
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="ledger_entry_not_zero")]
        indexes = [models.Index(fields=["municipality", "transaction"], name="ledger_entry_of")]


class LedgerBalance(TenantRow):
    """What stands on a guarded account (saldo) for one mentorship, line or supplier. Only the database writes here."""

    account = models.CharField(max_length=15, choices=ACCOUNT_CHOICES)
    key = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "account", "key"], name="ledger_balance_once"),
            models.CheckConstraint(
                condition=Q(account__in=accounts_on(Side.DEBIT), amount__gte=0)
                | Q(account__in=accounts_on(Side.CREDIT), amount__lte=0),
                name="ledger_balance_side",
            ),
        ]


class FinanceAccount(TenantRow):
    """Which account of the municipality (kontonummer) one of the ledger's accounts is; the newest row counts."""

    account = models.CharField(_("Brobyggers konto"), max_length=15, choices=ACCOUNT_CHOICES)
    number = models.CharField(_("kommunens konto"), max_length=40)
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "account", "-id"], name="finance_account_newest")]


class FinanceFile(TenantModel):
    """A file of postings to the finance system (finansfil); each transaction is in one, once."""

    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(User, related_name="+")
    content = models.BinaryField()
    transactions = models.PositiveIntegerField()
    debit = models.DecimalField(max_digits=16, decimal_places=2)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "number"], name="finance_number_once")]


class FinanceFileRow(TenantRow):
    """That a transaction is in a file (eksporteret)."""

    file = TenantForeignKey(FinanceFile, related_name="rows")
    transaction = TenantForeignKey(LedgerTransaction, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "transaction"], name="finance_exported_once")
        ]


class PayerAnswer(TenantModel):
    """A file in which the payer tells what was paid (kvittering), kept as it came."""

    name = models.CharField(max_length=120)
    sha256 = models.BinaryField(max_length=32)
    content = models.BinaryField()
    received_at = models.DateTimeField()
    received_by = TenantForeignKey(User, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "sha256"], name="payer_answer_received_once")
        ]


class PayerAnswerLine(TenantModel):
    """One row of the payer's answer (kvitteringslinje). A difference stays listed until somebody closes it."""

    class Status(models.TextChoices):
        PAID = "PAID", _("Betalt")
        REJECTED = "REJECTED", _("Afvist")

    class Difference(models.TextChoices):
        UNKNOWN = "UNKNOWN", _("Betalingen findes ikke i Brobygger")
        TWICE = "TWICE", _("Betalingen er meldt betalt før")
        REJECTED = "REJECTED", _("Betalingen er afvist")
        AMOUNT = "AMOUNT", _("Beløbet er et andet")
        CLOSED_DAY = "CLOSED_DAY", _("Dagen er ikke en bankdag")

    answer = TenantForeignKey(PayerAnswer, related_name="lines")
    position = models.PositiveIntegerField()
    reference = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    paid_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices)
    payment = TenantForeignKey("payments.Payment", null=True, related_name="answers")
    expected = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    difference = models.CharField(max_length=12, choices=Difference.choices, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(User, null=True, related_name="+")
    close_reason = models.TextField(blank=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "answer", "position"], name="payer_answer_line_once"
            ),
            models.UniqueConstraint(
                fields=["municipality", "payment"],
                condition=Q(status="PAID") & ~Q(payment=None) & ~Q(difference="TWICE"),
                name="payment_answered_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, close_reason="")
                | Q(closed_at__isnull=False) & ~Q(close_reason="") & ~Q(difference=""),
                name="difference_closed_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "id"],
                name="difference_open",
                condition=~Q(difference="") & Q(closed_at=None),
            )
        ]


class Clawback(TenantModel):
    """A claim for paid money back (tilbagebetalingskrav), approved by another than who asked for it."""

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("Venter på godkendelse")
        APPROVED = "APPROVED", _("Krævet tilbage")
        REFUSED = "REFUSED", _("Ikke godkendt")

    line = TenantForeignKey("payments.InvoiceLine", related_name="clawbacks")
    mentorship = TenantForeignKey(Mentorship, related_name="clawbacks")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    vat = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    requested_at = models.DateTimeField()
    requested_by = TenantForeignKey(User, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(User, null=True, related_name="+")
    decision_note = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    letter = models.BinaryField(null=True)
    received = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, vat__gte=0), name="clawback_above_zero"),
            models.CheckConstraint(
                condition=Q(received=0)
                | Q(received__gt=0, received__lte=F("amount") + F("vat"), state="APPROVED"),
                name="clawback_received_at_most",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by")),
                name="clawback_approved_by_another",
            ),
            models.UniqueConstraint(
                fields=["municipality", "line"], condition=Q(state="REQUESTED"), name="one_clawback_waiting"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state", "-id"], name="clawback_list")]

    @property
    def total(self) -> Decimal:
        """Kroner to be paid back, VAT included."""
        return self.amount + self.vat

    @property
    def outstanding(self) -> Decimal:
        return self.total - self.received


class ClawbackReceipt(TenantModel):
    """Money that came back (indbetaling) on a claim."""

    clawback = TenantForeignKey(Clawback, related_name="receipts")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    received_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_above_zero")]
        indexes = [models.Index(fields=["municipality", "clawback"], name="receipt_of_clawback")]
