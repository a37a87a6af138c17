"""What is kept of a file: how its columns were read, and, when somebody says so, the report. Never the file."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY


class ColumnMapping(TenantRow):
    """What a column heading (kolonneoverskrift) stood for last time, so that the next file is read the same way."""

    heading = models.CharField(_("overskrift"), max_length=120)
    field = models.CharField(_("læst som"), max_length=40, blank=True)
    chosen_by = TenantForeignKey(User, null=True, related_name="+")
    chosen_at = models.DateTimeField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "heading"], name="column_mapping_once"),
        ]


class FileAudit(TenantModel):
    """The report (rapport) on a file of cases from another system. It holds no CPR number and no name."""

    title = models.CharField(_("titel"), max_length=120)
    on = models.DateField(_("prøvet pr."))
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(User, null=True, related_name="+")
    cases = models.PositiveIntegerField()
    failing_cases = models.PositiveIntegerField()
    bad_rows = models.PositiveIntegerField()
    report = models.JSONField()

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "-made_at"], name="file_audit_newest")]
