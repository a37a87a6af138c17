"""Planned meetings, how they were moved, who was reminded, and the private calendar addresses."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import MUNICIPALITY, STAFF_ONLY, own, via
from brobygger.mentorships.models import Mentorship
from brobygger.organisations.models import Organisation
from brobygger.people.models import Citizen, Mentor


class Meeting(TenantModel):
    """A meeting that mentor and citizen have agreed on (aftalt møde); consultant and company may take part.

    Moving it changes the time and keeps ``first_starts_at``, by which it is counted. ``sequence`` grows with every
    change that calendars must hear of. ``contact_public_id`` is the contact that was registered for it, and
    ``held_at`` when that contact began; contacts live in a package beside this one.
    """

    class How(models.TextChoices):
        FACE_TO_FACE = "FACE_TO_FACE", _("I mødes")
        TELEPHONE = "TELEPHONE", _("Telefon")
        VIDEO = "VIDEO", _("Video")

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("Aftalt")
        HELD = "HELD", _("Holdt")
        NO_SHOW_CITIZEN = "NO_SHOW_CITIZEN", _("Borgeren kom ikke")
        NO_SHOW_MENTOR = "NO_SHOW_MENTOR", _("Mentoren kom ikke")
        CANCELLED = "CANCELLED", _("Aflyst")

    mentorship = TenantForeignKey(Mentorship, related_name="meetings")
    mentor = TenantForeignKey(Mentor, related_name="meetings")
    citizen = TenantForeignKey(Citizen, related_name="+")
    organisation = TenantForeignKey(Organisation, null=True, related_name="+")
    with_consultant = models.BooleanField(_("jobkonsulenten er med"), default=False)
    starts_at = models.DateTimeField(_("fra"))
    ends_at = models.DateTimeField(_("til"))
    first_starts_at = models.DateTimeField()
    how = models.CharField(_("hvordan"), max_length=20, choices=How.choices)
    place = models.CharField(_("sted"), max_length=120, blank=True)
    series = models.UUIDField(null=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(_("hvorfor"), max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = TenantForeignKey(User, null=True, related_name="+")
    held_at = models.DateTimeField(null=True)
    contact_public_id = models.UUIDField(null=True)
    reminded_for = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    planned_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = own(mentor="mentor_id", citizen="citizen_id", company="organisation_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(state="PLANNED", settled_at=None)
                | (~Q(state="PLANNED") & Q(settled_at__isnull=False)),
                name="meeting_settled_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["municipality", "mentor", "starts_at"],
                condition=Q(state="PLANNED"),
                name="meeting_planned_once",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "mentorship", "starts_at"], name="meeting_of_mentorship"),
            models.Index(fields=["municipality", "mentor", "starts_at"], name="meeting_of_mentor"),
            models.Index(fields=["municipality", "citizen", "starts_at"], name="meeting_of_citizen"),
            models.Index(
                fields=["municipality", "organisation", "starts_at"],
                name="meeting_of_organisation",
                condition=Q(organisation__isnull=False),
            ),
            models.Index(
                fields=["municipality", "starts_at"], name="meeting_to_come", condition=Q(state="PLANNED")
            ),
        ]


class MeetingMove(TenantRow):
    """One move of a meeting (flytning): from when to when, who asked for it, and why. Never changed."""

    class AskedBy(models.TextChoices):
        CITIZEN = "CITIZEN", _("Borgeren")
        MENTOR = "MENTOR", _("Mentoren")
        COMPANY = "COMPANY", _("Virksomheden")
        MUNICIPALITY = "MUNICIPALITY", _("Kommunen")

    meeting = TenantForeignKey(Meeting, related_name="moves")
    from_starts_at = models.DateTimeField()
    from_ends_at = models.DateTimeField()
    to_starts_at = models.DateTimeField()
    to_ends_at = models.DateTimeField()
    asked_by = models.CharField(max_length=20, choices=AskedBy.choices)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = TenantForeignKey(User, null=True, related_name="+")

    row_access = via("meetings_meeting", "meeting_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "meeting"], name="move_of_meeting")]


class Reminder(TenantRow):
    """That one party was reminded (påmindelse) of a meeting at one time. The row is what makes it happen once."""

    meeting = TenantForeignKey(Meeting, related_name="reminders")
    party = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    channel = models.CharField(max_length=20)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "meeting", "party", "starts_at"], name="reminded_once_of_a_time"
            )
        ]


class NoReminders(TenantRow):
    """Somebody who wants no reminders (fravalg af påmindelser); exactly one of the four says who. ``is_off`` now."""

    citizen = TenantForeignKey(Citizen, null=True, related_name="no_reminders")
    mentor = TenantForeignKey(Mentor, null=True, related_name="no_reminders")
    organisation = TenantForeignKey(Organisation, null=True, related_name="no_reminders")
    user = TenantForeignKey(User, null=True, related_name="no_reminders")
    is_off = models.BooleanField()
    changed_at = models.DateTimeField()

    row_access = own(citizen="citizen_id", mentor="mentor_id", company="organisation_id")

    class Meta:
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["municipality", who],
                    condition=Q(**{f"{who}__isnull": False}),
                    name=f"no_reminders_once_for_{who}",
                )
                for who in ("citizen", "mentor", "organisation", "user")
            ),
            models.CheckConstraint(
                condition=Q(citizen__isnull=False, mentor=None, organisation=None, user=None)
                | Q(citizen=None, mentor__isnull=False, organisation=None, user=None)
                | Q(citizen=None, mentor=None, organisation__isnull=False, user=None)
                | Q(citizen=None, mentor=None, organisation=None, user__isnull=False),
                name="no_reminders_of_one_person",
            ),
        ]


class Feed(TenantModel):
    """A user's private calendar address (kalenderabonnement). Only a hash of the secret is kept."""

    user = TenantForeignKey(User, related_name="feeds")
    secret_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    hour_begins_at = models.DateTimeField(null=True)
    reads_in_hour = models.PositiveSmallIntegerField(default=0)
    last_read_at = models.DateTimeField(null=True)

    row_access = MUNICIPALITY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user"], condition=Q(revoked_at=None), name="one_live_feed_per_user"
            )
        ]
