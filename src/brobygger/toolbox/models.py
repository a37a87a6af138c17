"""What is filled in during a mentorship: tools, assessments, and the municipality's list of digital tools."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import MUNICIPALITY, own, via
from brobygger.mentorships.models import GoalReading, Mentorship
from brobygger.people.models import Citizen, Mentor
from brobygger.toolbox.assessments.areas import AREAS
from brobygger.toolbox.digital.kinds import Kind
from brobygger.toolbox.tools.definitions import TOOLS

Side = GoalReading.Side

_BY_THE_PARTIES = own(citizen="citizen_id", mentor="mentor_id", mentored="mentorship_id")
"""The citizen and the mentors; a company that sees the mentorship sees none of this."""


class Sheet(TenantModel):
    """One filled tool (udfyldt redskab). Filling it again is a new row; none is ever changed.

    ``answers`` holds the answer to each item of ``tools.definitions`` by its key: a text, a number or a choice.
    """

    mentorship = TenantForeignKey(Mentorship, related_name="sheets")
    citizen = TenantForeignKey(Citizen, related_name="+")
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    tool = models.CharField(max_length=20, choices=[(tool.code, tool.title) for tool in TOOLS.values()])
    side = models.CharField(max_length=10, choices=Side.choices)
    answers = models.JSONField()
    filled_on = models.DateField()
    filled_at = models.DateTimeField()
    filled_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = _BY_THE_PARTIES

    class Meta:
        indexes = [models.Index(fields=["municipality", "mentorship", "tool", "-id"], name="sheet_of_tool")]


class Assessment(TenantModel):
    """An assessment (vurdering) of where the citizen is on a day, by one side. Never changed: the newest counts."""

    class Moment(models.TextChoices):
        START = "START", _("Ved starten")
        ALONG = "ALONG", _("Undervejs")
        END = "END", _("Ved afslutningen")

    class Language(models.TextChoices):
        """Danish on the Common European Framework of Reference (CEFR)."""

        NONE = "A0", _("A0: Kan ikke dansk endnu")
        A1 = "A1", _("A1: Enkelte ord og faste vendinger")
        A2 = "A2", _("A2: Korte samtaler om det kendte")
        B1 = "B1", _("B1: Klarer sig i hverdagen")
        B2 = "B2", _("B2: Taler frit om de fleste emner")
        C1 = "C1", _("C1: Taler flydende, også om fag")
        C2 = "C2", _("C2: Som en, der er vokset op med dansk")

    mentorship = TenantForeignKey(Mentorship, related_name="assessments")
    citizen = TenantForeignKey(Citizen, related_name="+")
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    moment = models.CharField(_("hvornår i forløbet"), max_length=10, choices=Moment.choices)
    language = models.CharField(_("dansk"), max_length=2, choices=Language.choices, blank=True)
    note = models.TextField(blank=True)
    assessed_on = models.DateField()
    assessed_at = models.DateTimeField()
    assessed_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = _BY_THE_PARTIES

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "mentorship", "assessed_on"], name="assessment_of_case")
        ]


class AssessmentScore(TenantRow):
    """One score (vurdering på skala) from 0 to 10 on one area. More is better."""

    assessment = TenantForeignKey(Assessment, related_name="scores")
    area = models.CharField(max_length=20, choices=[(area.code, area.label) for area in AREAS.values()])
    score = models.PositiveSmallIntegerField()

    row_access = via("toolbox_assessment", "assessment_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "assessment", "area"], name="score_once"),
            models.CheckConstraint(condition=Q(score__lte=10), name="score_on_scale"),
        ]


class DigitalTool(TenantModel):
    """A digital tool (digitalt værktøj) that the municipality's editor keeps, dated ``[valid_from, ends_before)``."""

    kind = models.CharField(_("slags"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("navn"), max_length=80)
    what_for = models.CharField(_("hvad det kan"), max_length=300)
    who_for = models.CharField(_("hvem det passer til"), max_length=300, blank=True)
    price = models.CharField(_("pris"), max_length=120)
    data_protection = models.CharField(_("databeskyttelse"), max_length=500)
    address = models.URLField(_("adresse"), blank=True)
    valid_from = models.DateField(_("gælder fra"))
    ends_before = models.DateField(_("gælder ikke fra"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = MUNICIPALITY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_before=None) | Q(ends_before__gt=F("valid_from")),
                name="digital_tool_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "kind", "name"], name="digital_tool_by_kind")]

    def __str__(self) -> str:
        return self.name
