"""Signs that wait for a person, and the thresholds a municipality has set itself."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, User
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.mentorships.models import Mentorship
from brobygger.people.models import Citizen, Mentor
from brobygger.review.signs import About, SignKind


class RiskSetting(TenantModel):
    """A threshold (grænse) from a day on. A new row takes over from its own date; none is changed."""

    name = models.CharField(_("grænse"), max_length=30)
    value = models.PositiveIntegerField(_("værdi"))
    valid_from = models.DateField(_("gælder fra"))
    reason = models.CharField(_("begrundelse"), max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name", "valid_from"], name="one_risk_setting_per_date"
            )
        ]


class RiskSign(TenantModel):
    """A sign (risikotegn): something to ask about, with where to look. One row per kind and subject, kept up to date.

    ``evidence`` is rows of contact or invoice ids. ``gone_on`` is the night the sign was no longer there.
    What was explained stays so until there is twice as much to explain.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("Ikke set på")
        LOOKING = "LOOKING", _("Ses nærmere på")
        EXPLAINED = "EXPLAINED", _("Forklaret")

    kind = models.CharField(max_length=20, choices=SignKind.choices())
    about = models.CharField(max_length=10, choices=About.choices())
    key = models.CharField(max_length=80)
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    citizen = TenantForeignKey(Citizen, null=True, related_name="+")
    mentorship = TenantForeignKey(Mentorship, null=True, related_name="risk_signs")
    count = models.PositiveIntegerField()
    out_of = models.PositiveIntegerField(default=0)
    usual = models.PositiveSmallIntegerField(default=0)
    limit = models.PositiveIntegerField(default=0)
    cases = ArrayField(models.BigIntegerField(), default=list)
    evidence = models.JSONField(default=list)
    first_seen_on = models.DateField()
    last_seen_on = models.DateField()
    gone_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    explanation = models.TextField(_("forklaring"), blank=True)
    explained_count = models.PositiveIntegerField(default=0)
    handled_at = models.DateTimeField(null=True)
    handled_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "about", "key"], name="risk_sign_once_per_subject"
            ),
            models.CheckConstraint(
                condition=~Q(state="EXPLAINED") | ~Q(explanation=""), name="risk_sign_explained_with_words"
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "state", "-last_seen_on"],
                name="risk_sign_to_look_at",
                condition=Q(gone_on=None),
            ),
            models.Index(fields=["municipality", "mentorship"], name="risk_sign_of_mentorship"),
        ]
