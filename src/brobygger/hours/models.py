"""Contacts between mentor and citizen, what the citizen answers, and the month handed in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import own, via
from brobygger.grants.models import Grant
from brobygger.mentorships.models import TABLE, Mentorship, Task
from brobygger.people.models import Citizen, Mentor

_ALONE = Q(
    shared_id__isnull=True,
    shared_starts_at__isnull=True,
    shared_ends_at__isnull=True,
    shared_among__isnull=True,
)
_SLICE = Q(
    shared_id__isnull=False,
    shared_starts_at__isnull=False,
    shared_ends_at__isnull=False,
    shared_among__isnull=False,
    shared_among__gte=2,
    shared_starts_at__lte=F("starts_at"),
    shared_ends_at__gte=F("ends_at"),
)


class Contact(TenantModel):
    """One dated contact (kontakt). A correction is a new row that supersedes; rows are never rewritten.

    ``minutes`` is what counts against the grant and can be paid: the time that really passed, 0 for a no-show.
    ``public_id`` is chosen by the device that registers, so that a contact sent twice arrives once.
    The database refuses two contacts of one mentor at the same time, in any municipality (``accounts.security``).

    ``shared_id`` joins the parts of a meeting with several citizens (fælles møde); it lasted from ``shared_starts_at``
    to ``shared_ends_at``, ``shared_among`` were there, and this contact is one citizen's slice of it: the slices lie
    end to end, so that the rule of one at a time holds for them as for any other contacts. ``done_by_whom`` is who did
    the thing that the meeting was about, "" where the mentor has not said.
    """

    class Kind(models.TextChoices):
        FACE_TO_FACE = "FACE_TO_FACE", _("Mødtes")
        TELEPHONE = "TELEPHONE", _("Telefon")
        VIDEO = "VIDEO", _("Video")
        MESSAGE = "MESSAGE", _("Besked")
        NO_SHOW_CITIZEN = "NO_SHOW_CITIZEN", _("Borgeren kom ikke")
        NO_SHOW_MENTOR = "NO_SHOW_MENTOR", _("Jeg kom ikke")

    class State(models.TextChoices):
        REGISTERED = "REGISTERED", _("Afventer borger")
        CONFIRMED = "CONFIRMED", _("Bekræftet")
        DISPUTED = "DISPUTED", _("Uenighed")
        ACCEPTED = "ACCEPTED", _("Afgjort: godkendt")
        REJECTED = "REJECTED", _("Afgjort: ikke godkendt")
        SUPERSEDED = "SUPERSEDED", _("Rettet")
        WITHDRAWN = "WITHDRAWN", _("Slettet af mentor")

    class DoneBy(models.TextChoices):
        CITIZEN = "CITIZEN", _("Borgeren selv")
        TOGETHER = "TOGETHER", _("Vi sammen")
        MENTOR = "MENTOR", _("Jeg for borgeren")

    mentorship = TenantForeignKey(Mentorship, related_name="contacts")
    grant = TenantForeignKey(Grant, related_name="contacts")
    mentor = TenantForeignKey(Mentor, related_name="contacts")
    citizen = TenantForeignKey(Citizen, related_name="+")
    mentor_identity = models.BigIntegerField()
    kind = models.CharField(_("hvordan"), max_length=20, choices=Kind.choices)
    starts_at = models.DateTimeField(_("fra"))
    ends_at = models.DateTimeField(_("til"))
    minutes = models.PositiveSmallIntegerField()
    paid_minutes = models.PositiveSmallIntegerField(default=0)
    task = TenantForeignKey(Task, null=True, related_name="+")
    note = models.TextField(_("hvad"), blank=True)
    done_by_whom = models.CharField(
        _("hvem gjorde det"), max_length=10, choices=DoneBy.choices, blank=True, default="", db_default=""
    )
    shared_id = models.UUIDField(null=True)
    shared_starts_at = models.DateTimeField(null=True)
    shared_ends_at = models.DateTimeField(null=True)
    shared_among = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REGISTERED)
    supersedes = TenantForeignKey("self", null=True, related_name="corrections")
    correction_reason = models.CharField(max_length=200, blank=True)
    registered_at = models.DateTimeField()
    registered_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = own(mentor="mentor_id", citizen="citizen_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="contact_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(paid_minutes__lte=F("minutes")), name="contact_not_overpaid"),
            models.CheckConstraint(
                condition=_ALONE | _SLICE, name="contact_is_a_slice_of_its_shared_meeting"
            ),
            models.UniqueConstraint(
                fields=["municipality", "supersedes"],
                condition=~Q(supersedes=None),
                name="contact_corrected_once",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "mentorship", "starts_at"], name="contact_of_mentorship"),
            models.Index(fields=["municipality", "mentor", "starts_at"], name="contact_of_mentor"),
            models.Index(
                fields=["municipality", "state", "starts_at"],
                name="contact_by_state",
                condition=Q(state__in=["REGISTERED", "DISPUTED"]),
            ),
            models.Index(
                fields=["municipality", "mentorship"],
                name="contact_not_paid",
                condition=Q(minutes__gt=F("paid_minutes")),
            ),
        ]


class Confirmation(TenantRow):
    """What the citizen, or staff after looking, says of a contact. Rows are never changed.

    ``device_hash`` is the mark of the browser it was said on (``accounts.devices``), "" where there was none.
    """

    class Answer(models.TextChoices):
        YES = "YES", _("Vi mødtes")
        NO = "NO", _("Noget er forkert")
        RESOLVED_PAY = "RESOLVED_PAY", _("Afgjort: timerne godkendes")
        RESOLVED_REFUSE = "RESOLVED_REFUSE", _("Afgjort: timerne godkendes ikke")

    class Strength(models.TextChoices):
        SIGNED_IN = "SIGNED_IN", _("Logget ind")
        LINK_AND_CODE = "LINK_AND_CODE", _("Link og kode")
        STAFF_NOTE = "STAFF_NOTE", _("Oplyst til kommunen")

    contact = TenantForeignKey(Contact, related_name="confirmations")
    answer = models.CharField(max_length=20, choices=Answer.choices)
    reason = models.TextField(blank=True)
    strength = models.CharField(max_length=20, choices=Strength.choices)
    at = models.DateTimeField()
    by = TenantForeignKey(User, null=True, related_name="+")
    device_hash = models.CharField(max_length=32, blank=True, default="", db_default="")

    row_access = via("hours_contact", "contact_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "contact"], name="confirmation_of_contact")]


class MonthHandIn(TenantRow):
    """The mentor handed in the own month (månedsopgørelse) with one tap; ``month`` is its first day."""

    mentorship = TenantForeignKey(Mentorship, related_name="months")
    mentor = TenantForeignKey(Mentor, related_name="+")
    month = models.DateField()
    minutes = models.PositiveIntegerField()
    handed_in_at = models.DateTimeField()
    handed_in_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = via(TABLE, "mentorship_id", mentor="mentor_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "mentorship", "month", "mentor"], name="month_handed_in_once"
            )
        ]
