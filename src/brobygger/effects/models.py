"""Figures as they were made: never changed, with everything it takes to say how."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY, shown_to_others_if
from brobygger.mentorships.models import Mentorship


class ResultRun(TenantModel):
    """One time the figures were made (beregning). It is asked for, or due, and the worker does it part by part.

    ``data_until`` is the last day the registers tell of, ``code_version`` the program's, ``settings_dated`` the day of
    the gate's thresholds, ``seed`` what was drawn with. ``trouble`` says what was missing.
    """

    class Trouble(models.TextChoices):
        NO_REGISTERS = "NO_REGISTERS", _("Ingen registre")
        NO_BRANCHES = "NO_BRANCHES", _("Ingen branchekoder")
        TOO_EARLY = "TOO_EARLY", _("For få er fulgt længe nok")

    on = models.DateField(_("dag"))
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(User, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    data_until = models.DateField(_("data til og med"), null=True)
    code_version = models.CharField(max_length=40, blank=True)
    settings_dated = models.DateField(null=True)
    seed = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=20, choices=Trouble.choices, blank=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], condition=Q(finished_at=None), name="one_result_run_waits"
            )
        ]
        indexes = [models.Index(fields=["municipality", "-id"], name="result_run_newest")]


class StoredResult(TenantRow):
    """What one page may show (gemt resultat). ``payload`` holds released numbers only.

    ``starts_on`` and ``ends_before`` bound the days on which the mentorships ended; empty for what is about everyone.
    ``key`` names what there is several of: the lottery's public id.
    """

    class Subject(models.TextChoices):
        STATUS = "STATUS", _("Status efter forløbet")
        RETENTION = "RETENTION", _("Fastholdelse")
        PATHWAYS = "PATHWAYS", _("Hvad der fulgte")
        DOSAGE = "DOSAGE", _("Timer og længde")
        GOALS = "GOALS", _("Mål")
        SUBGROUPS = "SUBGROUPS", _("Hvem det gik hvordan")
        COMPARISON = "COMPARISON", _("Sammenligning")
        WORTH = "WORTH", _("Udgift og gevinst")
        OTHERS = "OTHERS", _("Andres tal")
        LOTTERY = "LOTTERY", _("Lodtrækning")

    run = TenantForeignKey(ResultRun, related_name="results")
    subject = models.CharField(max_length=12, choices=Subject.choices)
    key = models.CharField(max_length=40, blank=True, default="")
    starts_on = models.DateField(null=True)
    ends_before = models.DateField(null=True)
    payload = models.JSONField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "run", "starts_on", "subject", "key"],
                name="result_stored_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None, ends_before=None) | Q(ends_before__gt=models.F("starts_on")),
                name="result_period_is_whole",
            ),
        ]


class ResultCase(TenantRow):
    """That a mentorship is counted in a period of a run, and where: division to category. For those who see cases."""

    run = TenantForeignKey(ResultRun, related_name="cases")
    mentorship = TenantForeignKey(Mentorship, related_name="+")
    starts_on = models.DateField()
    labels = models.JSONField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "run", "mentorship", "starts_on"], name="case_counted_once"
            )
        ]
        indexes = [models.Index(fields=["municipality", "run", "starts_on"], name="result_case_of_period")]


class SharingChoice(TenantRow):
    """That the municipality shares its figures (deling af tal), or no longer does. The newest row counts."""

    is_on = models.BooleanField()
    chosen_at = models.DateTimeField()
    chosen_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "-id"], name="sharing_choice_newest")]


class SharedFigures(TenantRow):
    """What a municipality shares of its newest period (delte tal): one row, made anew by each run, gone when it stops.

    The only table that others read: their staff, while their own municipality has a row here as well. ``payload`` holds
    released numbers only (``figures.alike.shared_record``). Whoever reads cannot reach the run behind, so its day of
    data and version of code stand here.
    """

    starts_on = models.DateField()
    ends_before = models.DateField()
    horizon = models.PositiveSmallIntegerField()
    data_until = models.DateField()
    code_version = models.CharField(max_length=40)
    shared_at = models.DateTimeField()
    payload = models.JSONField()

    row_access = shown_to_others_if("shares_figures")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality"], name="figures_shared_once"),
            models.CheckConstraint(
                condition=Q(ends_before__gt=models.F("starts_on")), name="shared_period_is_whole"
            ),
        ]
