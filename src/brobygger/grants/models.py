"""Recommendation, decision, grant and agreement."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, User
from brobygger.accounts.rows import STAFF_ONLY, via
from brobygger.mentorships.models import TABLE, Document, Mentorship
from brobygger.people.models import Mentor


class Kind(models.TextChoices):
    """What is asked for or decided."""

    GRANT = "GRANT", _("Bevilling")
    RENEWAL = "RENEWAL", _("Forlængelse")
    CHANGE = "CHANGE", _("Ændring")
    END = "END", _("Ophør")
    REFUSAL = "REFUSAL", _("Afslag")


class Application(TenantModel):
    """A recommendation (indstilling) with all that it asks for, frozen as it was asked.

    ``mentor`` is the new one where a change asks for another mentor; ``new_tasks`` those a change gives the mentor
    besides what was agreed, one on each line.
    """

    class State(models.TextChoices):
        PENDING = "PENDING", _("Venter")
        GRANTED = "GRANTED", _("Bevilget")
        REFUSED = "REFUSED", _("Afslået")
        WITHDRAWN = "WITHDRAWN", _("Trukket tilbage")

    mentorship = TenantForeignKey(Mentorship, related_name="applications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    starts_on = models.DateField()
    ends_before = models.DateField()
    plan = models.JSONField()
    price_lines = models.JSONField()
    minutes = models.PositiveIntegerField()
    minutes_per_week_max = models.PositiveIntegerField()
    hourly_rate = models.DecimalField(max_digits=8, decimal_places=2)
    fixed_kroner = models.DecimalField(max_digits=12, decimal_places=2)
    kroner = models.DecimalField(max_digits=12, decimal_places=2)
    hours_reason = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    is_reassessed = models.BooleanField(default=False)
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    new_tasks = models.TextField(blank=True, default="", db_default="")
    findings = models.JSONField()
    frame_check = models.JSONField()
    decided_by_role = models.CharField(max_length=30, blank=True)
    route_reason = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField()
    requested_by = TenantForeignKey(User, related_name="+")
    version = models.PositiveIntegerField(default=1)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_before__gt=F("starts_on")), name="application_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["municipality", "mentorship"],
                condition=Q(state="PENDING"),
                name="one_pending_application",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state", "requested_at"], name="application_queue")]


class Decision(TenantModel):
    """A decision (afgørelse): what was decided, why, by which rules, and until when one can complain."""

    mentorship = TenantForeignKey(Mentorship, related_name="decisions")
    application = models.OneToOneField(
        Application, models.PROTECT, null=True, db_constraint=False, related_name="decision"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    decided_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = TenantForeignKey(User, related_name="+")
    reasons = models.TextField()
    hearing = models.TextField(blank=True)
    rules_used = models.JSONField()
    notified_on = models.DateField()
    complaint_last_day = models.DateField()
    letter = TenantForeignKey(Document, null=True, related_name="+")

    row_access = via(TABLE, "mentorship_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "mentorship", "-id"], name="decision_of_mentorship")]


class Grant(TenantModel):
    """What may be used (bevilling): a period, minutes and kroner. Use never exceeds it: the database says so.

    ``mentor`` is who uses it. It is empty as long as the mentorship has had one mentor only, who is then the
    mentorship's own; the first change of mentor fills it in on every grant.
    """

    mentorship = TenantForeignKey(Mentorship, related_name="grants")
    decision = TenantForeignKey(Decision, related_name="grants")
    mentor = TenantForeignKey(Mentor, null=True, related_name="grants")
    starts_on = models.DateField()
    ends_before = models.DateField()
    plan = models.JSONField()
    minutes = models.PositiveIntegerField()
    used_minutes = models.PositiveIntegerField(default=0)
    hourly_rate = models.DecimalField(max_digits=8, decimal_places=2)
    fixed_kroner = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    kroner = models.DecimalField(max_digits=12, decimal_places=2)
    paid_kroner = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    is_current = models.BooleanField(default=True)
    account = models.CharField(_("konto"), max_length=40, blank=True, default="", db_default="")

    row_access = via(TABLE, "mentorship_id", mentor="mentor_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_before__gt=F("starts_on")), name="grant_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(used_minutes__gte=0, used_minutes__lte=F("minutes")), name="grant_not_overused"
            ),
            models.CheckConstraint(
                condition=Q(paid_kroner__gte=0, paid_kroner__lte=F("kroner")), name="grant_not_overpaid"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "mentorship"], name="grant_of_mentorship"),
            models.Index(
                fields=["municipality", "mentor"], name="grant_of_mentor", condition=~Q(mentor=None)
            ),
        ]

    @property
    def minutes_left(self) -> int:
        return self.minutes - self.used_minutes

    @property
    def last_day(self) -> date:
        return self.ends_before - timedelta(days=1)


class Agreement(TenantModel):
    """The written agreement (mentoraftale) on a grant, frozen as text. Nothing starts before all have said yes."""

    mentorship = TenantForeignKey(Mentorship, related_name="agreements")
    grant = TenantForeignKey(Grant, related_name="agreements")
    content = models.JSONField()
    document = TenantForeignKey(Document, null=True, related_name="agreements")
    sent_at = models.DateTimeField()
    sent_by = TenantForeignKey(User, null=True, related_name="+")
    completed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    row_access = via(TABLE, "mentorship_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "mentorship"], name="agreement_of_mentorship")]


class AgreementParty(TenantModel):
    """One who must say yes: citizen, mentor or company."""

    class Party(models.TextChoices):
        CITIZEN = "CITIZEN", _("Borger")
        MENTOR = "MENTOR", _("Mentor")
        COMPANY = "COMPANY", _("Virksomhed")

    class Strength(models.TextChoices):
        """How sure it is that the right person said yes."""

        SIGNED_IN = "SIGNED_IN", _("Logget ind")
        LINK_AND_CODE = "LINK_AND_CODE", _("Link og kode")
        PAPER = "PAPER", _("Underskrift på papir")

    agreement = TenantForeignKey(Agreement, related_name="parties")
    party = models.CharField(max_length=10, choices=Party.choices)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    person_id = models.BigIntegerField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_reason = models.TextField(blank=True)
    strength = models.CharField(max_length=20, choices=Strength.choices, blank=True)
    last_sent_at = models.DateTimeField(null=True)

    row_access = via("grants_agreement", "agreement_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "agreement", "party"], name="party_once_per_agreement"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None), name="party_answers_once"
            ),
        ]
