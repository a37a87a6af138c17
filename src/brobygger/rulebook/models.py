"""The municipality's own rules, dated: frames, the way of working, and numbers of the law it has recorded."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, User
from brobygger.accounts.permissions import Role
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.rulebook import frames
from brobygger.values.source import Confidence

MOST_WORDS = 4_000
"""Letters in a number written in words: a chart of accounts names every target group."""


class LocalFrame(TenantModel):
    """A municipality's frame (ramme) from a date on. A new row replaces the old from its own date; none is changed."""

    name = models.CharField(_("navn"), max_length=80)
    valid_from = models.DateField(_("gælder fra"))
    max_months = models.PositiveSmallIntegerField(_("højst måneder ad gangen"), null=True, blank=True)
    max_weeks = models.PositiveSmallIntegerField(_("højst uger"), null=True, blank=True)
    max_minutes_per_week = models.PositiveIntegerField(_("højst timer om ugen"), null=True, blank=True)
    max_minutes_total = models.PositiveIntegerField(_("højst timer i alt"), null=True, blank=True)
    max_kroner_total = models.DecimalField(
        _("højst kroner i alt"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    max_hourly_rate = models.DecimalField(
        _("højst kroner i timen"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    training_budget = models.DecimalField(
        _("til mentorkursus"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    exceeded_by = models.CharField(
        _("kan overskrides af"),
        max_length=30,
        blank=True,
        choices=[
            (Role.TEAM_LEADER.value, Role.TEAM_LEADER.label),
            (Role.COORDINATOR.value, Role.COORDINATOR.label),
        ],
    )
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "valid_from"], name="one_frame_per_date")
        ]

    def __str__(self) -> str:
        return self.name


class LocalWayOfWorking(TenantModel):
    """Who grants (måde at administrere på), from a date on."""

    valid_from = models.DateField(_("gælder fra"))
    way = models.CharField(
        _("arbejdsgang"), max_length=30, choices=[(way.value, way.label) for way in frames.WayOfWorking]
    )
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "valid_from"], name="one_way_per_date")
        ]


class LocalParameter(TenantModel):
    """A number of the law, or a rate, that an administrator has recorded from a day on, with where it stands.

    Rows are only ever added: a correction is a new row with the same first day, and the one recorded last counts.
    """

    class Certainty(models.TextChoices):
        """How sure the source is; the value is that of ``Confidence``."""

        READ = Confidence.HIGH.value, _("Jeg har læst lovteksten")
        TOLD = Confidence.MEDIUM.value, _("En myndighed oplyser det")
        HEARD = Confidence.LOW.value, _("En anden kilde siger det")

    parameter = models.CharField(_("tal"), max_length=60)
    valid_from = models.DateField(_("gælder fra"))
    amount = models.DecimalField(_("værdi"), max_digits=18, decimal_places=6, null=True)
    words = models.CharField(_("værdi med ord"), max_length=MOST_WORDS, blank=True)
    source_act = models.CharField(_("lov, bekendtgørelse eller brev"), max_length=160)
    source_paragraph = models.CharField(_("paragraf"), max_length=80, blank=True)
    source_url = models.URLField(_("adresse til teksten"), max_length=400, blank=True)
    certainty = models.CharField(_("sikkerhed"), max_length=20, choices=Certainty.choices)
    note = models.CharField(_("forbehold"), max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=False, words="")
                | models.Q(amount__isnull=True) & ~models.Q(words=""),
                name="parameter_is_a_number_or_words",
            ),
            models.CheckConstraint(condition=~models.Q(source_act=""), name="parameter_has_a_source"),
        ]
        indexes = [models.Index(fields=["municipality", "parameter", "valid_from"], name="parameter_by_date")]

    def __str__(self) -> str:
        return self.parameter
