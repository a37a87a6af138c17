"""Invoices, their lines, and what was paid for which contact."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments.budget.models import BudgetRow, YearFacts
from brobygger.payments.evidence.models import PayRecord
from brobygger.payments.intake.models import ApiToken, MonthStatement, RulePackage, SupplierAnswer
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

__all__ = [
    "ApiToken",
    "BudgetRow",
    "Clawback",
    "ClawbackReceipt",
    "Cover",
    "FinanceAccount",
    "FinanceFile",
    "FinanceFileRow",
    "Invoice",
    "InvoiceLine",
    "LedgerBalance",
    "LedgerEntry",
    "LedgerFile",
    "LedgerTransaction",
    "MonthStatement",
    "PayRecord",
    "PayerAnswer",
    "PayerAnswerLine",
    "Payment",
    "RulePackage",
    "SupplierAnswer",
    "YearFacts",
]


class Invoice(TenantModel):
    """A received electronic invoice or credit note, kept as it came."""

    class Kind(models.TextChoices):
        INVOICE = "INVOICE", _("Faktura")
        CREDIT_NOTE = "CREDIT_NOTE", _("Kreditnota")

    class State(models.TextChoices):
        """REJECTED: the whole document was turned away (wrong receiver, sums that do not add up)."""

        OPEN = "OPEN", _("Under behandling")
        DONE = "DONE", _("Behandlet")
        REJECTED = "REJECTED", _("Afvist")

    class Channel(models.TextChoices):
        """How it came."""

        UPLOAD = "UPLOAD", _("Læst ind af kommunen")
        FOLDER = "FOLDER", _("Hentet fra en mappe")
        API = "API", _("Sendt fra et andet system")
        PORTAL = "PORTAL", _("Sendt af leverandøren på egen side")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    channel = models.CharField(
        max_length=10, choices=Channel.choices, default=Channel.UPLOAD, db_default="UPLOAD"
    )
    standard = models.CharField(max_length=30)
    supplier_cvr = models.CharField(max_length=20)
    supplier_name = models.CharField(max_length=200)
    number = models.CharField(max_length=80)
    normalised_number = models.CharField(max_length=80)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    tax_exclusive = models.DecimalField(max_digits=14, decimal_places=2)
    tax = models.DecimalField(max_digits=14, decimal_places=2)
    payable = models.DecimalField(max_digits=14, decimal_places=2)
    order_reference = models.CharField(max_length=120, blank=True)
    credited_number = models.CharField(max_length=80, blank=True)
    remarks = models.JSONField(default=list)
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()
    received_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "supplier_cvr", "normalised_number", "kind"],
                name="invoice_received_once",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "state", "-received_at"], name="invoice_queue"),
            models.Index(fields=["municipality", "sha256"], name="invoice_by_file"),
        ]


class InvoiceLine(TenantModel):
    """One line, on its way to paid, refused or waiting; never lost.

    ``suggested`` is what the line looks like it is about, until a person has said so. ``part_amount`` is what is left
    of the line, in kroner without VAT before the document's discount, when a person has refused the rest.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("Venter på et menneske")
        PAYABLE = "PAYABLE", _("Dækket af bekræftede timer")
        PAID = "PAID", _("Godkendt til betaling")
        REFUSED = "REFUSED", _("Afvist")

    invoice = TenantForeignKey(Invoice, related_name="lines")
    position = models.PositiveSmallIntegerField()
    line_number = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit = models.CharField(max_length=10, blank=True)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    vat_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    claimed_minutes = models.PositiveIntegerField(null=True)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    mentorship = TenantForeignKey(Mentorship, null=True, related_name="invoice_lines")
    matched_by = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason_code = models.CharField(max_length=30, blank=True)
    reason = models.TextField(blank=True)
    covered_minutes = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(User, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    suggested = TenantForeignKey(Mentorship, null=True, related_name="+")
    part_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    part_minutes = models.PositiveIntegerField(null=True)
    part_code = models.CharField(max_length=30, blank=True, db_default="")
    part_reason = models.TextField(blank=True, db_default="")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "invoice", "position"], name="line_position_once"
            ),
            models.CheckConstraint(
                condition=Q(part_amount=None, part_code="")
                | Q(part_amount__gt=0, part_amount__lt=F("amount")) & ~Q(part_code=""),
                name="line_part_is_part_and_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None) | Q(decided_at__isnull=False),
                name="line_decided_at_and_by",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "mentorship"], name="line_of_mentorship")]

    @property
    def asked_minutes(self) -> int:
        """Minutes that are still to be paid for: the claimed ones, or what is left of them."""
        return self.part_minutes or self.claimed_minutes or 0

    @property
    def refused_part(self) -> Decimal:
        """Kroner of the line, without VAT and before discount, that a person has refused; 0 when none."""
        return Decimal(0) if self.part_amount is None else self.amount - self.part_amount


class Cover(TenantRow):
    """Minutes of one contact that one invoice line is paid for. A contact's covers never exceed its minutes."""

    line = TenantForeignKey(InvoiceLine, related_name="covers")
    contact = TenantForeignKey(Contact, related_name="covers")
    minutes = models.PositiveSmallIntegerField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "line", "contact"], name="cover_once_per_line"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="cover_has_minutes"),
        ]
        indexes = [models.Index(fields=["municipality", "contact"], name="cover_of_contact")]


class Payment(TenantModel):
    """An approved payment of one line; what the ledger file carries. A credit is negative.

    ``amount`` is without VAT and counts against the grant; ``vat`` is what the supplier puts on top.
    """

    line = models.OneToOneField(InvoiceLine, models.PROTECT, db_constraint=False, related_name="payment")
    mentorship = TenantForeignKey(Mentorship, null=True, related_name="payments")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    vat = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    approved_at = models.DateTimeField()
    approved_by = TenantForeignKey(User, related_name="+")
    exported_in = TenantForeignKey("LedgerFile", null=True, related_name="payments")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "mentorship"], name="payment_of_mentorship"),
            models.Index(
                fields=["municipality", "id"], name="payment_not_exported", condition=Q(exported_in=None)
            ),
        ]

    @property
    def total(self) -> Decimal:
        """Kroner that leave the municipality, VAT included."""
        return self.amount + self.vat


class LedgerFile(TenantModel):
    """A file to the municipality's finance system (bogføringsfil)."""

    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(User, related_name="+")
    content = models.BinaryField()
    total = models.DecimalField(max_digits=14, decimal_places=2)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "number"], name="ledger_number_once")]
