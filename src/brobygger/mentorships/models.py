"""The case: need, conditions, goals, tasks, status history, journal, documents."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import Team, TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY, own, via
from brobygger.law.codes import Act, Context, SupportType
from brobygger.organisations.models import Organisation
from brobygger.people.models import Citizen, Mentor

TABLE = "mentorships_mentorship"


class Status(models.TextChoices):
    """Where the mentorship stands. The screen's word may add what it waits for."""

    FOR_APPROVAL = "FOR_APPROVAL", _("Til godkendelse")
    REFUSED = "REFUSED", _("Afslået")
    GRANTED = "GRANTED", _("Bevilget")
    ACTIVE = "ACTIVE", _("I gang")
    ENDED = "ENDED", _("Afsluttet")


class Mentorship(TenantModel):
    """A mentorship (mentorforløb) of one citizen. ``ends_before`` is the first day after it.

    ``mentor`` is the one decided on last. Where there has been more than one, the grants say who it is on which day.
    """

    code = models.CharField(_("forløbsnummer"), max_length=8)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    citizen = TenantForeignKey(Citizen, related_name="mentorships")
    mentor = TenantForeignKey(Mentor, null=True, related_name="mentorships")
    organisation = TenantForeignKey(Organisation, null=True, blank=True, related_name="mentorships")
    consultant = TenantForeignKey(User, related_name="mentorships")
    team = TenantForeignKey(Team, null=True, related_name="mentorships")

    act = models.CharField(_("lov"), max_length=3, choices=Act.choices(), default=Act.LAB.value)
    target_group = models.CharField(_("målgruppe"), max_length=10)
    context = models.CharField(_("sammenhæng"), max_length=30, choices=Context.choices())
    support_type = models.CharField(_("støttetype"), max_length=30, choices=SupportType.choices())
    purpose = models.TextField(_("formål"))
    decisive_reason = models.TextField(_("hvorfor mentoren er afgørende"), blank=True)
    beyond_normal_reason = models.TextField(_("ud over det sædvanlige"), blank=True)
    qualifications_needed = models.TextField(_("nødvendige kvalifikationer"), blank=True)
    not_usual_work = models.BooleanField(_("ikke sædvanligt arbejde i de betalte timer"), null=True)
    in_group_since = models.DateField(_("i målgruppen siden"), null=True, blank=True)
    discharge_on = models.DateField(_("udskrives"), null=True, blank=True)
    education_admission_on = models.DateField(_("optaget på uddannelse"), null=True, blank=True)

    starts_on = models.DateField(_("begynder"), null=True)
    ends_before = models.DateField(_("slutter før"), null=True)
    created_at = models.DateTimeField()
    created_by = TenantForeignKey(User, related_name="+")

    row_access = own(mentor="mentor_id", citizen="citizen_id", company="organisation_id", mentored="id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="mentorship_code_once"),
            models.CheckConstraint(
                condition=models.Q(ends_before__gt=models.F("starts_on")) | models.Q(ends_before=None),
                name="mentorship_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "status", "ends_before"], name="mentorship_by_status"),
            models.Index(fields=["municipality", "consultant", "status"], name="mentorship_by_consultant"),
            models.Index(fields=["municipality", "citizen"], name="mentorship_by_citizen"),
            models.Index(fields=["municipality", "mentor", "status"], name="mentorship_by_mentor"),
            models.Index(fields=["municipality", "organisation"], name="mentorship_by_organisation"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def last_day(self) -> date | None:
        return self.ends_before - timedelta(days=1) if self.ends_before else None


class Goal(TenantModel):
    """A goal (mål) and, at the end, how far it was reached."""

    class Attainment(models.IntegerChoices):
        NOT = 0, _("Ikke nået")
        PARTLY = 1, _("Delvist nået")
        MOSTLY = 2, _("Næsten nået")
        FULLY = 3, _("Nået")

    mentorship = TenantForeignKey(Mentorship, related_name="goals")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("mål"), max_length=300)
    attainment = models.PositiveSmallIntegerField(_("målopfyldelse"), choices=Attainment.choices, null=True)
    attainment_note = models.TextField(_("begrundelse"), blank=True)
    own_words = models.CharField(_("borgerens egne ord"), max_length=300, blank=True, db_default="")
    target_on = models.DateField(_("nås inden"), null=True, blank=True)
    scale_start = models.PositiveSmallIntegerField(_("hvor borgeren er nu"), null=True, blank=True)
    scale_wanted = models.PositiveSmallIntegerField(_("hvor borgeren vil hen"), null=True, blank=True)

    row_access = via(TABLE, "mentorship_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "mentorship", "position"], name="goal_position_once"
            ),
            models.CheckConstraint(
                condition=models.Q(scale_start=None) | models.Q(scale_start__lte=10),
                name="goal_start_on_scale",
            ),
            models.CheckConstraint(
                condition=models.Q(scale_wanted=None) | models.Q(scale_wanted__lte=10),
                name="goal_wanted_on_scale",
            ),
        ]
        ordering = ["position"]


class GoalReading(TenantRow):
    """How far a goal is at a day (status på mål), 0 to 10, as one of the parties sees it. Never changed."""

    class Side(models.TextChoices):
        CITIZEN = "CITIZEN", _("Borger")
        MENTOR = "MENTOR", _("Mentor")
        STAFF = "STAFF", _("Kommunen")

    mentorship = TenantForeignKey(Mentorship, related_name="goal_readings")
    goal = TenantForeignKey(Goal, related_name="readings")
    citizen = TenantForeignKey(Citizen, related_name="+")
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    score = models.PositiveSmallIntegerField(_("hvor langt"))
    read_on = models.DateField()
    read_at = models.DateTimeField()
    read_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = own(citizen="citizen_id", mentor="mentor_id", mentored="mentorship_id")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(score__lte=10), name="goal_reading_on_scale")
        ]
        indexes = [models.Index(fields=["municipality", "mentorship"], name="reading_of_mentorship")]


class SupportPlan(TenantRow):
    """The plan (plan for forløbet) around goals and tasks: the meetings expected, and who else supports the citizen."""

    mentorship = models.OneToOneField(
        Mentorship, models.PROTECT, db_constraint=False, related_name="support_plan"
    )
    citizen = TenantForeignKey(Citizen, related_name="+")
    sessions = models.PositiveSmallIntegerField(_("møder i alt"), null=True, blank=True)
    session_minutes = models.PositiveSmallIntegerField(_("et møde varer"), null=True, blank=True)
    rhythm = models.CharField(_("hvornår og hvor"), max_length=200, blank=True)
    other_support = models.CharField(_("anden støtte"), max_length=400, blank=True)
    changed_at = models.DateTimeField()
    changed_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = own(citizen="citizen_id", mentored="mentorship_id")


class Task(TenantRow):
    """One of the mentor's tasks (mentors opgaver), and where it ends because another takes over."""

    class Beyond(models.TextChoices):
        """Whose the rest is."""

        CONTACT_PERSON = "CONTACT_PERSON", _("Støttekontaktperson")
        HOME_GUIDE = "HOME_GUIDE", _("Hjemmevejleder")
        HEALTH = "HEALTH", _("Læge eller behandler")
        EMPLOYER = "EMPLOYER", _("Arbejdspladsen eller skolen")
        MUNICIPALITY = "MUNICIPALITY", _("Kommunen")
        CITIZEN = "CITIZEN", _("Borgeren selv")

    mentorship = TenantForeignKey(Mentorship, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("opgave"), max_length=300)
    boundary = models.CharField(_("mentoren gør ikke"), max_length=300, blank=True, db_default="")
    beyond = models.CharField(_("det gør"), max_length=20, choices=Beyond.choices, blank=True, db_default="")

    row_access = via(TABLE, "mentorship_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "mentorship", "position"], name="task_position_once"
            )
        ]
        ordering = ["position"]


class StatusChange(TenantRow):
    """One row of the status history, never changed."""

    mentorship = TenantForeignKey(Mentorship, related_name="status_changes")
    status = models.CharField(max_length=20, choices=Status.choices)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = TenantForeignKey(User, null=True, related_name="+")

    row_access = via(TABLE, "mentorship_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "mentorship"], name="status_of_mentorship")]


class JournalEntry(TenantModel):
    """A journal entry (journalnotat): date received or sent, short subject, text."""

    mentorship = TenantForeignKey(Mentorship, related_name="journal")
    dated_on = models.DateField(_("dato"))
    subject = models.CharField(_("emne"), max_length=120)
    text = models.TextField(_("tekst"), blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "mentorship", "-dated_on"], name="journal_of_mentorship")
        ]


class Document(TenantModel):
    """A letter, agreement or uploaded file of a mentorship."""

    class Kind(models.TextChoices):
        LETTER = "LETTER", _("Afgørelsesbrev")
        AGREEMENT = "AGREEMENT", _("Mentoraftale")
        OTHER = "OTHER", _("Andet")

    mentorship = TenantForeignKey(Mentorship, related_name="documents")
    kind = models.CharField(_("art"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("titel"), max_length=160)
    content_type = models.CharField(max_length=80, default="application/pdf")
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    created_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = via(TABLE, "mentorship_id")

    class Meta:
        indexes = [models.Index(fields=["municipality", "mentorship"], name="document_of_mentorship")]


class CitizenMessage(TenantModel):
    """What a citizen asks or says no to: a question, another mentor, to be heard alone, a complaint."""

    class Kind(models.TextChoices):
        QUESTION = "QUESTION", _("Spørgsmål")
        DECLINE_MENTOR = "DECLINE_MENTOR", _("Vil gerne have en anden mentor")
        COMPLAINT = "COMPLAINT", _("Klage")

    mentorship = TenantForeignKey(Mentorship, related_name="citizen_messages")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = TenantForeignKey(User, null=True, related_name="+")
    answer = models.TextField(blank=True)

    row_access = own(citizen="citizen_id")
    citizen = TenantForeignKey(Citizen, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["municipality", "handled_at"], name="message_unhandled")]


class MentorshipDraft(TenantModel):
    """What a consultant has typed so far in a new mentorship (kladde): the form's own fields, kept as typed."""

    owner = TenantForeignKey(User, related_name="drafts")
    data = models.JSONField(default=dict)
    title = models.CharField(max_length=160, blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "owner", "-saved_at"], name="draft_of_owner")]
