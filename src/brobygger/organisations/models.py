"""Companies, schools, providers and municipal workplaces."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantModel
from brobygger.accounts.rows import own


class Organisation(TenantModel):
    """Where a citizen is, or whom a mentor works for (virksomhed, skole, leverandør)."""

    class Kind(models.TextChoices):
        COMPANY = "COMPANY", _("Virksomhed")
        SCHOOL = "SCHOOL", _("Uddannelsesinstitution")
        PROVIDER = "PROVIDER", _("Leverandør")
        MUNICIPAL_UNIT = "MUNICIPAL_UNIT", _("Kommunal arbejdsplads")

    kind = models.CharField(_("art"), max_length=20, choices=Kind.choices, default=Kind.COMPANY)
    name = models.CharField(_("navn"), max_length=120)
    cvr = models.CharField(_("CVR-nummer"), max_length=8, blank=True)
    employees = models.PositiveIntegerField(_("antal ansatte"), null=True, blank=True)
    contact_name = models.CharField(_("kontaktperson"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(_("telefon"), max_length=20, blank=True)

    row_access = own(company="id", through="organisation_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "name"], name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name
