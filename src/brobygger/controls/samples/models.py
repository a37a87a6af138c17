"""A sample as it was drawn, and what was found in each of its cases."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, User
from brobygger.accounts.rows import STAFF_ONLY, own
from brobygger.mentorships.models import Mentorship
from brobygger.organisations.models import Organisation
from brobygger.people.models import Citizen, Mentor

ATTESTATION_DAYS = 21
"""How long the second party has to answer, unless the drawing says otherwise."""


class Party(models.TextChoices):
    """Who is asked: somebody other than the one who registered the hours."""

    CITIZEN = "CITIZEN", _("Borgeren")
    MENTOR = "MENTOR", _("Mentoren")
    COMPANY = "COMPANY", _("Virksomheden")


STAFF_STRENGTHS = ("WRITTEN", "MEETING", "TELEPHONE")
"""How an answer comes that staff notes down; the others are given by the second party's own hand."""


class Strata(models.TextChoices):
    """What every part of the sample must be drawn from."""

    TEAM = "TEAM", _("Hold")
    SUPPORT_TYPE = "SUPPORT_TYPE", _("Støttetype")
    CONTEXT = "CONTEXT", _("Sammenhæng")
    MENTOR_KIND = "MENTOR_KIND", _("Art af mentor")
    NONE = "NONE", _("Ingen opdeling")


class Sample(TenantModel):
    """A sample (stikprøve). Never changed: the seed and ``frame`` draw the same cases again at any time.

    ``population`` is what the cases were chosen by; ``frame`` is every case that could be drawn, as rows of number,
    stratum and weight.
    """

    name = models.CharField(_("navn"), max_length=120)
    protocol = models.TextField(_("protokol"))
    population = models.JSONField()
    strata = models.CharField(_("opdelt efter"), max_length=12, choices=Strata.choices)
    is_weighted = models.BooleanField(_("vægtet efter risiko"))
    frame = models.JSONField()
    population_size = models.PositiveIntegerField()
    size = models.PositiveIntegerField(_("antal"))
    seed = models.CharField(_("frø"), max_length=64)
    party = models.CharField(_("spørges"), max_length=10, choices=Party.choices)
    drawn_on = models.DateField()
    deadline = models.DateField(_("svarfrist"))
    drawn_at = models.DateTimeField()
    drawn_by = TenantForeignKey(User, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline__gt=models.F("drawn_on")), name="sample_deadline_after_drawing"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="sample_has_cases"),
        ]
        indexes = [models.Index(fields=["municipality", "-id"], name="sample_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def half_time(self) -> date:
        return self.drawn_on + timedelta(days=(self.deadline - self.drawn_on).days // 2)


class SampleCase(TenantModel):
    """One drawn case on its way from the question to the conclusion. ``inclusion`` is the chance it had.

    ``reminders`` counts what has been sent after the first request: one at half time, one at the deadline.
    """

    class State(models.TextChoices):
        AWAITING = "AWAITING", _("Afventer svar")
        ATTESTED = "ATTESTED", _("Bekræftet")
        OBJECTED = "OBJECTED", _("Ikke bekræftet")
        CLOSED = "CLOSED", _("Afsluttet")

    class Strength(models.TextChoices):
        """How the answer came."""

        WRITTEN = "WRITTEN", _("Skriftligt")
        MEETING = "MEETING", _("Ved et møde")
        TELEPHONE = "TELEPHONE", _("I telefon")
        SIGNED_IN = "SIGNED_IN", _("Logget ind")
        LINK_AND_CODE = "LINK_AND_CODE", _("Link og kode")

    sample = TenantForeignKey(Sample, related_name="cases")
    mentorship = TenantForeignKey(Mentorship, related_name="+")
    stratum = models.CharField(max_length=120, blank=True)
    weight = models.FloatField()
    inclusion = models.FloatField()
    party = models.CharField(max_length=10, choices=Party.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.AWAITING)
    reminders = models.PositiveSmallIntegerField(default=0)

    was_delivered = models.BooleanField(_("er støtten givet, som den er registreret"), null=True)
    strength = models.CharField(_("hvordan svaret kom"), max_length=20, choices=Strength.choices, blank=True)
    answer = models.TextField(_("svar"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_to = TenantForeignKey(User, null=True, related_name="+")

    finding = models.TextField(_("fund"), blank=True)
    found_at = models.DateTimeField(null=True)
    found_by = TenantForeignKey(User, null=True, related_name="+")
    reply = models.TextField(_("kommunens svar"), blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = TenantForeignKey(User, null=True, related_name="+")
    clawback = models.BooleanField(_("penge skal kræves tilbage"), default=False)
    clawback_kroner = models.DecimalField(_("beløb"), max_digits=12, decimal_places=2, default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(User, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "sample", "mentorship"], name="case_once_per_sample"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ATTESTED", "OBJECTED"], answered_at__isnull=False)
                | Q(state="AWAITING", answered_at=None)
                | Q(state="CLOSED"),
                name="sample_case_answered_with_state",
            ),
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False, found_at__isnull=False)
                | (~Q(state="CLOSED") & Q(closed_at=None)),
                name="sample_case_closed_with_finding",
            ),
            models.CheckConstraint(
                condition=Q(clawback=True, clawback_kroner__gt=0) | Q(clawback=False, clawback_kroner=0),
                name="sample_case_clawback_has_kroner",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "mentorship"], name="sample_case_of_mentorship"),
            models.Index(
                fields=["municipality", "sample"],
                name="sample_case_open",
                condition=~Q(state="CLOSED"),
            ),
        ]


class Attestation(TenantModel):
    """What a second party is asked about a drawn case, and its own answer (bekræftelse af stikprøve).

    Apart from the drawn case, so that whoever is asked sees the question and nothing of what staff finds.
    Exactly one of citizen, mentor and organisation is set. ``meetings`` and ``minutes`` are what was shown when the
    answer was given; ``withdrawn_at`` is when staff noted an answer, or closed the case, without one from here.
    """

    sample_case = TenantForeignKey(SampleCase, related_name="attestations")
    mentorship = TenantForeignKey(Mentorship, related_name="+")
    party = models.CharField(max_length=10, choices=Party.choices)
    citizen = TenantForeignKey(Citizen, null=True, related_name="+")
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    organisation = TenantForeignKey(Organisation, null=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    deadline = models.DateField(_("svarfrist"))
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    was_delivered = models.BooleanField(_("passer timerne"), null=True)
    answer = models.TextField(_("svar"), blank=True)
    strength = models.CharField(max_length=20, choices=SampleCase.Strength.choices, blank=True)
    meetings = models.PositiveIntegerField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    row_access = own(citizen="citizen_id", mentor="mentor_id", company="organisation_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "sample_case"], name="attestation_once_per_case"),
            models.CheckConstraint(
                condition=Q(party="CITIZEN", citizen__isnull=False, mentor=None, organisation=None)
                | Q(party="MENTOR", citizen=None, mentor__isnull=False, organisation=None)
                | Q(party="COMPANY", citizen=None, mentor=None, organisation__isnull=False),
                name="attestation_asks_one_party",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, was_delivered=None)
                | Q(answered_at__isnull=False, was_delivered__isnull=False, withdrawn_at=None),
                name="attestation_answered_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", name],
                name=f"attestation_waits_{name}",
                condition=Q(answered_at=None, withdrawn_at=None),
            )
            for name in ("citizen", "mentor", "organisation")
        ]

    @property
    def person_id(self) -> int:
        """The key of the one who is asked."""
        return int(self.citizen_id or self.mentor_id or self.organisation_id or 0)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None
