"""Citizens, their CPR numbers, and mentors."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import Team, TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY, own
from brobygger.law.codes import MentorKind
from brobygger.organisations.models import Organisation


class Citizen(TenantModel):
    """A citizen (borger) known to the municipality."""

    name = models.CharField(_("navn"), max_length=120)
    birth_date = models.DateField(_("fødselsdato"), null=True, blank=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    phone = models.CharField(_("telefon"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("sprog"), max_length=8, default="da")
    has_protected_address = models.BooleanField(_("adressebeskyttelse"), default=False)
    is_exempt_from_digital_post = models.BooleanField(_("fritaget for Digital Post"), default=False)
    target_group = models.CharField(_("målgruppe"), max_length=10, blank=True)
    consultant = TenantForeignKey(User, null=True, blank=True, related_name="citizens")
    team = TenantForeignKey(Team, null=True, blank=True, related_name="+")

    row_access = own(citizen="id", through="citizen_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "name"], name="citizen_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """ "S. A." for Sara Ahmadi; what lists show instead of the name."""
        parts = self.name.split()
        return " ".join(f"{part[0]}." for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts))


class CprNumber(TenantRow):
    """The only place a CPR number is kept: encrypted, with a keyed blind index for look-up."""

    citizen = TenantForeignKey(Citizen, related_name="cpr_numbers")
    ciphertext = models.BinaryField(max_length=64)
    blind_index = models.BinaryField(max_length=16)
    key_version = models.PositiveSmallIntegerField(default=1)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "blind_index"], name="cpr_once_per_municipality"),
            models.UniqueConstraint(fields=["municipality", "citizen"], name="one_cpr_per_citizen"),
        ]


class Mentor(TenantModel):
    """A mentor in the municipality's register.

    ``identity`` is the same number for the same person in every municipality: it carries the rule that nobody
    meets two citizens at once.
    """

    identity = models.BigIntegerField(_("mentornummer"))
    kind = models.CharField(_("art"), max_length=30, choices=MentorKind.choices())
    name = models.CharField(_("navn"), max_length=120)
    phone = models.CharField(_("telefon"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    organisation = TenantForeignKey(Organisation, null=True, blank=True, related_name="mentors")
    qualifications = models.TextField(_("kvalifikationer"), blank=True)
    languages = models.CharField(_("sprog"), max_length=120, blank=True)
    trained_on = models.DateField(_("mentorkursus"), null=True, blank=True)
    is_active = models.BooleanField(_("aktiv"), default=True)

    row_access = own(mentor="id", through="mentor_id", granted="mentor_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "name"], name="mentor_by_name")]

    def __str__(self) -> str:
        return self.name
