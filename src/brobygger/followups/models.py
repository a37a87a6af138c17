"""Follow-up: what is due, what was done, and the end."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY, own
from brobygger.law.codes import SupportType
from brobygger.mentorships.models import Document, Mentorship
from brobygger.organisations.models import Organisation
from brobygger.people.models import Citizen, Mentor


class FollowUp(TenantModel):
    """One follow-up (opfølgning), due on a day. Moving it keeps the first date."""

    class Kind(models.TextChoices):
        CONTACT = "CONTACT", _("Kontakt i opstarten")
        FIT = "FIT", _("Passer mentor og borger sammen")
        MONTHLY = "MONTHLY", _("Månedlig opfølgning")
        MENTOR = "MENTOR", _("Status fra mentor")
        HEARD_ALONE = "HEARD_ALONE", _("Borgeren høres alene")
        COMPANY = "COMPANY", _("Virksomheden høres")
        STATUS = "STATUS", _("Skriftlig status")
        END = "END", _("Afslutning")

    class Form(models.TextChoices):
        VISIT = "VISIT", _("Besøg")
        CALL = "CALL", _("Telefon")
        WRITTEN = "WRITTEN", _("Skriftligt")

    class Origin(models.TextChoices):
        """Who wanted it. A new plan replaces only what the plan itself laid."""

        PLAN = "PLAN", _("Planen")
        CITIZEN = "CITIZEN", _("Borgeren")
        CONSULTANT = "CONSULTANT", _("Konsulenten")

    class HoursFit(models.TextChoices):
        TOO_FEW = "TOO_FEW", _("For få")
        FITS = "FITS", _("De passer")
        TOO_MANY = "TOO_MANY", _("For mange")

    mentorship = TenantForeignKey(Mentorship, related_name="follow_ups")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PLAN, db_default="PLAN")
    wanted_form = models.CharField(max_length=10, choices=Form.choices, blank=True, default="", db_default="")
    due_on = models.DateField()
    planned_for = models.DateField()
    moved_reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)
    done_by = TenantForeignKey(User, null=True, related_name="+")
    form = models.CharField(max_length=10, choices=Form.choices, blank=True)
    note = models.TextField(blank=True)
    service_delivered = models.BooleanField(_("er støtten givet som aftalt"), null=True)
    pair_fits = models.BooleanField(_("passer mentor og borger sammen"), null=True)
    hours_fit = models.CharField(
        _("passer timerne"), max_length=10, choices=HoursFit.choices, blank=True, default="", db_default=""
    )
    cancelled_at = models.DateTimeField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_on=None) | Q(done_at__isnull=False, done_on__isnull=False),
                name="follow_up_done_at_and_on",
            ),
            models.UniqueConstraint(
                fields=["municipality", "mentorship"],
                condition=Q(kind="HEARD_ALONE", origin="CITIZEN", done_at=None, cancelled_at=None),
                name="citizen_asks_once_to_be_heard",
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


class Hearing(TenantModel):
    """What mentor or company is asked for a follow-up (høring), and what they wrote. Only they and staff see it."""

    class Party(models.TextChoices):
        MENTOR = "MENTOR", _("Mentor")
        COMPANY = "COMPANY", _("Virksomhed")

    class Going(models.TextChoices):
        WELL = "WELL", _("Godt")
        PARTLY = "PARTLY", _("Nogenlunde")
        BADLY = "BADLY", _("Ikke godt")

    class Strength(models.TextChoices):
        SIGNED_IN = "SIGNED_IN", _("Logget ind")
        LINK_AND_CODE = "LINK_AND_CODE", _("Link og kode")

    mentorship = TenantForeignKey(Mentorship, related_name="hearings")
    follow_up = TenantForeignKey(FollowUp, related_name="hearings")
    party = models.CharField(max_length=10, choices=Party.choices)
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    organisation = TenantForeignKey(Organisation, null=True, related_name="+")
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True)
    going = models.CharField(_("hvordan går det"), max_length=10, choices=Going.choices, blank=True)
    hours_fit = models.CharField(max_length=10, choices=FollowUp.HoursFit.choices, blank=True)
    text = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey(User, null=True, related_name="+")
    strength = models.CharField(max_length=20, choices=Strength.choices, blank=True)
    closed_at = models.DateTimeField(null=True)

    row_access = own(mentor="mentor_id", company="organisation_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(party="MENTOR", mentor__isnull=False, organisation=None)
                | Q(party="COMPANY", mentor=None, organisation__isnull=False),
                name="hearing_asks_one_party",
            ),
            models.UniqueConstraint(
                fields=["municipality", "follow_up"],
                condition=Q(closed_at=None),
                name="one_open_hearing_per_follow_up",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "mentor", "due_on"], name="hearing_of_mentor"),
            models.Index(fields=["municipality", "organisation", "due_on"], name="hearing_of_organisation"),
        ]


class Concern(TenantModel):
    """A concern (bekymring) of mentor, citizen, company or staff: open until a consultant has answered.

    The person who raised it sees it and its answer; the other parties do not.
    """

    class Who(models.TextChoices):
        MENTOR = "MENTOR", _("Mentor")
        CITIZEN = "CITIZEN", _("Borger")
        COMPANY = "COMPANY", _("Virksomhed")
        STAFF = "STAFF", _("Medarbejder")

    mentorship = TenantForeignKey(Mentorship, related_name="concerns")
    who = models.CharField(_("hvem"), max_length=10, choices=Who.choices)
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    citizen = TenantForeignKey(Citizen, null=True, related_name="+")
    organisation = TenantForeignKey(Organisation, null=True, related_name="+")
    text = models.TextField(_("bekymring"))
    raised_at = models.DateTimeField()
    raised_by = TenantForeignKey(User, null=True, related_name="+")
    answer = models.TextField(_("svar"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = own(mentor="mentor_id", citizen="citizen_id", company="organisation_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(who="MENTOR", mentor__isnull=False, citizen=None, organisation=None)
                | Q(who="CITIZEN", mentor=None, citizen__isnull=False, organisation=None)
                | Q(who="COMPANY", mentor=None, citizen=None, organisation__isnull=False)
                | Q(who="STAFF", mentor=None, citizen=None, organisation=None),
                name="concern_is_one_partys",
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "raised_at"], name="concern_open", condition=Q(answered_at=None)
            ),
            models.Index(fields=["municipality", "mentorship"], name="concern_of_mentorship"),
        ]


class Substitute(TenantModel):
    """A substitute (vikar) works an absent colleague's list, both days included, with the own permissions."""

    absent = TenantForeignKey(User, related_name="+")
    substitute = TenantForeignKey(User, related_name="+")
    first_day = models.DateField(_("første dag"))
    last_day = models.DateField(_("sidste dag"))
    set_at = models.DateTimeField()
    set_by = TenantForeignKey(User, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")), name="substitute_last_day_after_first"
            ),
            models.CheckConstraint(
                condition=~Q(absent=models.F("substitute")), name="nobody_substitutes_for_themselves"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "substitute", "last_day"], name="substitute_by_day"),
            models.Index(fields=["municipality", "absent", "last_day"], name="substitute_of_absent"),
        ]


class LocalPlan(TenantModel):
    """A municipality's follow-up plan from a day on, for one kind of mentorship or ("") for all others.

    Rows are only added: the one recorded last with the latest first day counts. ``steps`` is what ``plan.Step.to_row``
    writes.
    """

    valid_from = models.DateField(_("gælder fra"))
    support_type = models.CharField(
        _("støttetype"), max_length=30, choices=SupportType.choices(), blank=True, default=""
    )
    steps = models.JSONField(default=list)
    note = models.CharField(_("hvorfor"), max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "support_type", "valid_from"], name="local_plan_by_date")
        ]


class LocalAlarm(TenantModel):
    """From a day on: after how many days an overdue follow-up is also the leader's."""

    valid_from = models.DateField(_("gælder fra"))
    days_to_leader = models.PositiveSmallIntegerField(_("dage til lederen"))
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "valid_from"], name="local_alarm_by_date")]


class WeeklyDigest(TenantRow):
    """That a colleague got the digest (ugebrev) of a week; ``week`` is its Monday. Sent once."""

    user = TenantForeignKey(User, related_name="+")
    week = models.DateField()
    rows = models.PositiveIntegerField()
    sent_at = models.DateTimeField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "user", "week"], name="digest_once_a_week")
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

    class PartingTalk(models.TextChoices):
        """Who had it (afskedssamtale)."""

        MENTOR = "MENTOR", _("Ja, borger og mentor")
        CONSULTANT = "CONSULTANT", _("Ja, borger og jobkonsulent")
        ALL = "ALL", _("Ja, alle tre")
        NONE = "NONE", _("Nej")

    mentorship = models.OneToOneField(
        Mentorship, models.PROTECT, db_constraint=False, related_name="conclusion"
    )
    ended_on = models.DateField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    what_follows = models.CharField(max_length=20, choices=Next.choices)
    note = models.TextField(blank=True)
    what_worked = models.TextField(_("hvad der virkede"), blank=True, default="", db_default="")
    next_steps = models.TextField(_("hvem gør hvad bagefter"), blank=True, default="", db_default="")
    parting_talk = models.CharField(
        max_length=10, choices=PartingTalk.choices, blank=True, default="", db_default=""
    )
    parting_talk_on = models.DateField(null=True)
    no_talk_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    report = TenantForeignKey(Document, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY


class CitizenWords(TenantModel):
    """The citizen's own words on how it was (borgerens egne ord). ``is_own``: written by the citizen, not by staff."""

    mentorship = models.OneToOneField(
        Mentorship, models.PROTECT, db_constraint=False, related_name="citizen_words"
    )
    citizen = TenantForeignKey(Citizen, related_name="+")
    text = models.TextField()
    is_own = models.BooleanField()
    written_at = models.DateTimeField()
    written_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = own(citizen="citizen_id")


class MentorOpening(TenantModel):
    """From when a mentor can take the next citizen (næste borger), said when a mentorship ended. The newest counts."""

    mentor = TenantForeignKey(Mentor, related_name="openings")
    mentorship = TenantForeignKey(Mentorship, related_name="+")
    free_from = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "mentor", "-noted_at"], name="opening_of_mentor")]
