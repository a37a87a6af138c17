"""What somebody has shown of a wage, a fee or a price, and from when until when it counts."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, User
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.organisations.models import Organisation
from brobygger.payment.pay_evidence import Holiday, PayBasis


class PayRecord(TenantModel):
    """Pay evidence (lønoplysning) of one group of employees at a company, a consultant or a provider.

    ``items`` are the lines as they stand on the paper. A record is never changed: a new one takes over from its own
    day, and one for the very same day puts ``replaced_at`` on the old.
    """

    organisation = TenantForeignKey(Organisation, related_name="pay_records")
    staff_group = models.CharField(_("medarbejdergruppe"), max_length=80, blank=True)
    basis = models.CharField(_("grundlag"), max_length=20, choices=PayBasis.choices())
    valid_from = models.DateField(_("gælder fra"))
    valid_before = models.DateField(_("gælder før"), null=True)
    minutes = models.PositiveIntegerField(_("timer, lønnen dækker"), null=True)
    holiday = models.CharField(
        _("ferie"), max_length=20, choices=[(each.value, each.name) for each in Holiday]
    )
    holiday_days = models.PositiveSmallIntegerField(_("feriedage om året"), default=25)
    items = models.JSONField()
    reason = models.CharField(_("hvor satsen kommer fra"), max_length=300, blank=True)
    reference = models.CharField(_("papirets navn"), max_length=120, blank=True)
    paper = models.BinaryField(null=True)
    paper_type = models.CharField(max_length=40, blank=True)
    paper_sha256 = models.BinaryField(max_length=32, null=True)
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "organisation", "staff_group", "valid_from"],
                condition=Q(replaced_at=None),
                name="pay_record_once_per_day",
            ),
            models.UniqueConstraint(
                fields=["municipality", "organisation", "staff_group"],
                condition=Q(replaced_at=None, valid_before=None),
                name="pay_record_one_open",
            ),
            models.CheckConstraint(
                condition=Q(valid_before=None) | Q(valid_before__gt=F("valid_from")),
                name="pay_record_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(paper=None, paper_type="") | Q(paper__isnull=False) & ~Q(paper_type=""),
                name="pay_record_paper_has_type",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "organisation", "staff_group"], name="pay_record_of_group")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.staff_group}" if self.staff_group else str(self.organisation)

    @property
    def last_day(self) -> date | None:
        return self.valid_before - timedelta(days=1) if self.valid_before else None
