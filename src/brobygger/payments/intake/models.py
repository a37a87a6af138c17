"""Tokens, rule packages, the months that suppliers hand in, and the answers they get."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, User
from brobygger.accounts.rows import STAFF_ONLY, own
from brobygger.organisations.models import Organisation


class ApiToken(TenantModel):
    """Lets another system hand in invoices: the municipality's own, or with ``organisation`` one supplier's.

    Only a hash of the token is kept; the token is shown once.
    """

    name = models.CharField(_("navn"), max_length=80)
    organisation = TenantForeignKey(Organisation, null=True, blank=True, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    ends_before = models.DateField(_("gælder til"))
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(User, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "-id"], name="api_token_newest")]


class RulePackage(TenantModel):
    """An official set of rules that received invoices are held against. The newest of each standard is used."""

    class Standard(models.TextChoices):
        OIOUBL = "OIOUBL", "OIOUBL 2"
        PEPPOL = "PEPPOL", "Peppol BIS Billing 3"

    standard = models.CharField(_("standard"), max_length=10, choices=Standard.choices)
    name = models.CharField(_("navn og version"), max_length=120)
    is_binding = models.BooleanField(_("fejl afviser fakturaen"), default=True)
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    stylesheets = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = TenantForeignKey(User, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "standard"],
                condition=models.Q(withdrawn_at=None),
                name="one_rule_package_in_use",
            )
        ]


class MonthStatement(TenantModel):
    """A supplier has handed in a month (månedsopgørelse) as the confirmed hours stood. Never changed.

    A new ``version`` is handed in when the hours have changed since. ``lines``: case code, minutes, kroner.
    """

    organisation = TenantForeignKey(Organisation, related_name="month_statements")
    month = models.DateField()
    version = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    lines = models.JSONField()
    handed_in_at = models.DateTimeField()
    handed_in_by = TenantForeignKey(User, related_name="+")

    row_access = own(company="organisation_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "organisation", "month", "version"], name="statement_version_once"
            )
        ]


class SupplierAnswer(TenantModel):
    """What a supplier was answered about an invoice: the sentence, and the ApplicationResponse. Never changed."""

    invoice = TenantForeignKey("payments.Invoice", related_name="answers")
    number = models.PositiveSmallIntegerField()
    is_accepted = models.BooleanField()
    text = models.TextField()
    content = models.BinaryField()
    given_at = models.DateTimeField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "invoice", "number"], name="answer_number_once")
        ]
