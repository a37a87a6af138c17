"""The kinds of digital tools."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    CALENDAR = "CALENDAR", _("Kalender og påmindelser")
    DAY_PLAN = "DAY_PLAN", _("Plan for dagen")
    READ_ALOUD = "READ_ALOUD", _("Oplæsning og hjælp til at skrive")
    TRANSLATE = "TRANSLATE", _("Oversættelse og sprogtræning")
    BUDGET = "BUDGET", _("Budget og regninger")
