"""What a municipality has set aside, and the figures of a year that nothing else in the system knows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.payment.budget import Level


class Dimension(models.TextChoices):
    """What a budget is split by. WHOLE is all of it."""

    WHOLE = "WHOLE", _("Hele budgettet")
    ACCOUNT = "ACCOUNT", _("Konto")
    TEAM = "TEAM", _("Hold")
    TARGET_GROUP = "TARGET_GROUP", _("Målgruppe")
    CONTEXT = "CONTEXT", _("Sammenhæng")


class BudgetRow(TenantRow):
    """Kroner set aside (budget) for a key in a year. Rows are only ever added: the newest of a key counts.

    ``amount`` None takes the budget of the key away again.
    """

    year = models.PositiveSmallIntegerField(_("år"))
    dimension = models.CharField(max_length=20, choices=Dimension.choices)
    key = models.CharField(max_length=40, blank=True)
    amount = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, null=True)
    set_at = models.DateTimeField()
    set_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="budget_not_below_zero")
        ]
        indexes = [
            models.Index(fields=["municipality", "year", "dimension", "key", "-id"], name="budget_newest")
        ]


class YearFacts(TenantRow):
    """Full-time persons, kroner on other guidance, and when to be told, of a year. The newest row counts."""

    year = models.PositiveSmallIntegerField(_("år"))
    full_time_persons = models.DecimalField(_("fuldtidspersoner"), max_digits=10, decimal_places=2, null=True)
    other_guidance = models.DecimalField(_("øvrig vejledning"), max_digits=14, decimal_places=2, default=0)
    close_at_percent = models.DecimalField(_("sig til ved"), max_digits=5, decimal_places=2, default=90)
    recorded_at = models.DateTimeField()
    recorded_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "year", "-id"], name="year_facts_newest")]


class BudgetAlarm(TenantRow):
    """How the whole budget of a year stood on a day (budgetalarm), kept so that a work list need not work it out.

    Rows are only ever added: the newest of a year counts. ``budget`` None: none was set then. ``passed_on`` is the
    first day whose work is not covered.
    """

    year = models.PositiveSmallIntegerField(_("år"))
    level = models.CharField(max_length=5, choices=[(level.value, level.label) for level in Level])
    outcome = models.DecimalField(max_digits=14, decimal_places=2)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    passed_on = models.DateField(null=True)
    seen_on = models.DateField()

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "year", "-id"], name="budget_alarm_newest")]
