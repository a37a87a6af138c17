"""What belongs to the citizen's own page: languages, when the mentor can be reached, and how it goes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import MUNICIPALITY, STAFF_ONLY, own, via
from brobygger.mentorships.models import TABLE, Mentorship
from brobygger.people.models import Citizen


class LanguageChoice(TenantRow):
    """Whether a municipality offers its citizens a language. English is offered until it says otherwise."""

    code = models.CharField(_("sprog"), max_length=8)
    is_on = models.BooleanField()
    changed_at = models.DateTimeField()
    changed_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = MUNICIPALITY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "code"], name="language_chosen_once")]


class ContactHours(TenantRow):
    """When the citizen can reach the mentor of a mentorship. Without a row: weekdays from 8 to 16."""

    mentorship = TenantForeignKey(Mentorship, related_name="contact_hours")
    days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("dage"))
    opens = models.TimeField(_("fra"))
    closes = models.TimeField(_("til"))
    changed_at = models.DateTimeField()
    changed_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = via(TABLE, "mentorship_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "mentorship"], name="contact_hours_once"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="contact_hours_end_after_start"),
        ]


class HowItGoes(TenantModel):
    """The citizen's own answer to how it goes, from 1 (really bad) to 5. The mentor does not see it."""

    mentorship = TenantForeignKey(Mentorship, related_name="moods")
    citizen = TenantForeignKey(Citizen, related_name="+")
    score = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField()

    row_access = own(citizen="citizen_id")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="mood_has_five_steps")
        ]
        indexes = [
            models.Index(fields=["municipality", "mentorship", "-answered_at"], name="mood_of_mentorship"),
            models.Index(fields=["municipality", "citizen", "-answered_at"], name="mood_of_citizen"),
        ]


class AnswerRound(TenantRow):
    """A municipality's citizens were asked once for their answers about meetings before ``month``."""

    month = models.DateField()
    asked_at = models.DateTimeField()
    sent = models.PositiveIntegerField(default=0)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "month"], name="citizens_asked_once")]
