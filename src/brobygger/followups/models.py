"""Follow-up: what is due, what was done, and the end."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, User
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.mentorships.models import Mentorship


class FollowUp(TenantModel):
    """One follow-up (opfølgning), due on a day. Moving it keeps the first date."""

    class Kind(models.TextChoices):
        CONTACT = "CONTACT", _("Kontakt i opstarten")
        MONTHLY = "MONTHLY", _("Månedlig opfølgning")
        STATUS = "STATUS", _("Skriftlig status")
        END = "END", _("Afslutning")

    class Form(models.TextChoices):
        VISIT = "VISIT", _("Besøg")
        CALL = "CALL", _("Telefon")
        WRITTEN = "WRITTEN", _("Skriftligt")

    mentorship = TenantForeignKey(Mentorship, related_name="follow_ups")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    due_on = models.DateField()
    planned_for = models.DateField()
    moved_reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)
    done_by = TenantForeignKey(User, null=True, related_name="+")
    form = models.CharField(max_length=10, choices=Form.choices, blank=True)
    note = models.TextField(blank=True)
    service_delivered = models.BooleanField(_("er støtten givet som aftalt"), null=True)
    cancelled_at = models.DateTimeField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_on=None) | Q(done_at__isnull=False, done_on__isnull=False),
                name="follow_up_done_at_and_on",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "mentorship", "due_on"], name="follow_up_of_mentorship"),
            models.Index(
                fields=["municipality", "due_on"],
                name="follow_up_due",
                condition=Q(done_at=None, cancelled_at=None),
            ),
        ]


class Conclusion(TenantModel):
    """How a mentorship ended: why, what follows, and goal attainment (which is kept on each goal)."""

    class Reason(models.TextChoices):
        GOAL_REACHED = "GOAL_REACHED", _("Målet er nået")
        PERIOD_OVER = "PERIOD_OVER", _("Perioden er udløbet")
        CITIZEN_WISH = "CITIZEN_WISH", _("Borgeren ønsker det")
        NO_CONTACT = "NO_CONTACT", _("Kontakten er ophørt")
        MENTOR_STOPPED = "MENTOR_STOPPED", _("Mentoren er stoppet")
        MOVED = "MOVED", _("Borgeren er flyttet")
        OTHER = "OTHER", _("Andet")

    class Next(models.TextChoices):
        ORDINARY_JOB = "ORDINARY_JOB", _("Ordinært job")
        EDUCATION = "EDUCATION", _("Uddannelse")
        FLEX_JOB = "FLEX_JOB", _("Fleksjob")
        COMPANY_MEASURE = "COMPANY_MEASURE", _("Virksomhedspraktik eller løntilskud")
        OTHER_MEASURE = "OTHER_MEASURE", _("Anden indsats")
        NEW_MENTORSHIP = "NEW_MENTORSHIP", _("Nyt mentorforløb")
        NOTHING = "NOTHING", _("Ingen ny indsats")
        UNKNOWN = "UNKNOWN", _("Ved ikke endnu")

    mentorship = models.OneToOneField(
        Mentorship, models.PROTECT, db_constraint=False, related_name="conclusion"
    )
    ended_on = models.DateField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    what_follows = models.CharField(max_length=20, choices=Next.choices)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY
