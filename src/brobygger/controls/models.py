"""Nights of controls: what was asked of how many cases, how it went, and the rules that a case fails now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import Team, TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.controls.intake.models import ColumnMapping, FileAudit  # noqa: F401
from brobygger.controls.risks.models import RiskSetting, RiskSign
from brobygger.controls.samples.models import Attestation, Sample, SampleCase
from brobygger.mentorships.models import Mentorship
from brobygger.review.questions import QUESTIONS

__all__ = [
    "Attestation",
    "ControlFailure",
    "ControlRun",
    "ControlShare",
    "RiskSetting",
    "RiskSign",
    "Sample",
    "SampleCase",
]

QUESTION_CHOICES = [(each.id, each.title) for each in QUESTIONS.values()]


class ControlRun(TenantModel):
    """Every question asked of every case once: each night, or when somebody asks for it.

    A run is asked for, then done by the worker: until ``finished_at`` it waits.
    """

    on = models.DateField(_("dag"))
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(User, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cases = models.PositiveIntegerField(default=0)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], condition=Q(finished_at=None), name="one_control_run_waits"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-id"], name="control_run_newest")]


class ControlShare(TenantRow):
    """How one question went for one team's cases in one run; the rows of all runs are the trend."""

    run = TenantForeignKey(ControlRun, related_name="shares")
    team = TenantForeignKey(Team, null=True, related_name="+")
    question = models.CharField(max_length=4, choices=QUESTION_CHOICES)
    passed = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    cannot_tell = models.PositiveIntegerField()
    not_relevant = models.PositiveIntegerField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "run", "team", "question"],
                name="control_share_once",
                nulls_distinct=False,
            )
        ]


class ControlFailure(TenantRow):
    """A question that a case fails, or once failed. ``mended_on`` is the night it no longer did.

    Only what changes is written, so that a night in which nothing happened costs nothing.
    """

    mentorship = TenantForeignKey(Mentorship, related_name="control_failures")
    question = models.CharField(max_length=4, choices=QUESTION_CHOICES)
    sentence = models.TextField()
    remedy = models.TextField()
    since = models.DateField()
    mended_on = models.DateField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "mentorship", "question"], name="control_failure_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["municipality", "question"],
                name="control_failure_open",
                condition=Q(mended_on=None),
            )
        ]
