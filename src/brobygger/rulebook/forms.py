"""Forms for a new frame and a new way of working."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.rulebook.frames import COORDINATOR, NOBODY, TEAM_LEADER, Frame, WayOfWorking
from brobygger.rulebook.services import Limits
from brobygger.ui.forms import (
    ChipsField,
    DanishDateField,
    DurationField,
    KronerField,
    ShortText,
    UiForm,
)


def _whole(label: Any, suffix: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=most,
        widget=ShortText(width="xs", suffix=suffix, inputmode="numeric"),
        error_messages={
            "invalid": _("Skriv et helt tal."),
            "min_value": _("Skriv mindst %(limit_value)s."),
            "max_value": _("Skriv højst %(limit_value)s."),
        },
    )


class FrameForm(UiForm):
    """A frame from a day on. An empty field is no limit."""

    valid_from = DanishDateField(label=_("Gælder fra"))
    name = forms.CharField(
        label=_("Navn"),
        max_length=80,
        widget=ShortText(width="l"),
        error_messages={"required": _("Skriv et navn, som kollegerne kan kende rammen på.")},
    )
    max_months = _whole(_("Højst måneder ad gangen"), _("mdr."), 120)
    max_weeks = _whole(_("Højst uger ad gangen"), _("uger"), 520)
    max_minutes_per_week = DurationField(
        label=_("Højst timer om ugen"), required=False, min_minutes=1, max_minutes=7 * 24 * 60
    )
    max_minutes_total = DurationField(
        label=_("Højst timer i alt"), required=False, min_minutes=1, max_minutes=9999 * 60
    )
    max_kroner_total = KronerField(label=_("Højst kroner i alt"), required=False, max_value=9_999_999)
    max_hourly_rate = KronerField(label=_("Højst kroner i timen"), required=False, max_value=99_999)
    training_budget = KronerField(
        label=_("Heraf til mentorkursus højst"), required=False, max_value=9_999_999
    )
    exceeded_by = ChipsField(
        label=_("Hvem kan bevilge uden for rammen?"),
        required=False,
        choices=[
            (NOBODY, _("Ingen")),
            (TEAM_LEADER, _("En leder")),
            (COORDINATOR, _("Mentorkoordinatoren")),
        ],
    )

    LIMITS = (
        "max_months",
        "max_weeks",
        "max_minutes_per_week",
        "max_minutes_total",
        "max_kroner_total",
        "max_hourly_rate",
        "training_budget",
    )

    @property
    def limits(self) -> Limits:
        return Limits(**{name: self.cleaned_data[name] for name in self.LIMITS})

    @classmethod
    def starting_from(cls, frame: Frame | None) -> FrameForm:
        """An unsent form, filled from one of the real frames where one is chosen."""
        if frame is None:
            return cls(initial={"exceeded_by": NOBODY})
        known = {name: getattr(frame, name) for name in cls.LIMITS}
        return cls(initial={"name": frame.name, "exceeded_by": frame.exceeded_by, **known})


class WayForm(UiForm):
    """Who grants from a day on."""

    valid_from = DanishDateField(label=_("Gælder fra"))
    way = forms.ChoiceField(
        label=_("Hvem bevilger inden for rammen?"),
        choices=WayOfWorking.choices(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Vælg, hvem der bevilger.")},
    )
