"""Forms for a new frame, a new way of working, and a number of the law or a rate."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brobygger.law import parameters as law
from brobygger.rulebook import selectors
from brobygger.rulebook.frames import COORDINATOR, NOBODY, TEAM_LEADER, Frame, WayOfWorking
from brobygger.rulebook.models import LocalParameter
from brobygger.rulebook.services import Limits, Reference
from brobygger.rulebook.words import units
from brobygger.ui import reading
from brobygger.ui.forms import (
    ChipsField,
    DanishDateField,
    DurationField,
    KronerField,
    SearchSelect,
    ShortText,
    TextAreaField,
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


def _numbers() -> list[Any]:
    """The law's numbers, then the rates; an id that shares another's row is recorded on that one."""
    own = [each for each in selectors.recordable().values() if not selectors.is_rate(each.id)]
    said = gettext("Sats: %(rate)s (%(unit)s)")
    rates = [
        (each.id, said % {"rate": each.text, "unit": units()[each.unit]})
        for each in selectors.rates_in_order()
    ]
    return [
        ("", ""),
        (gettext("Lovens tal"), [(each.id, f"{each.id}: {each.text}") for each in own]),
        (gettext("Satser til udgift og gevinst"), rates),
    ]


class ParameterForm(UiForm):
    """A number of the law or a rate from a day on, and where it stands."""

    parameter = forms.ChoiceField(
        label=_("Hvilket tal?"),
        choices=_numbers,
        widget=SearchSelect,
        error_messages={
            "required": _("Vælg, hvilket tal det er."),
            "invalid_choice": _("Vælg et af tallene på listen."),
        },
    )
    valid_from = DanishDateField(label=_("Gælder fra"))
    value = forms.CharField(
        label=_("Værdi"),
        max_length=200,
        widget=ShortText(width="m"),
        help_text=_("Et tal i den enhed, listen viser. En konto eller en trappe skrives med ord."),
        error_messages={"required": _("Skriv værdien.")},
    )
    source_act = forms.CharField(
        label=_("Hvor står det?"),
        max_length=160,
        widget=ShortText(width="l"),
        help_text=_("Lov, bekendtgørelse, vejledning eller brev med nummer og dato."),
        error_messages={"required": _("Skriv, hvor tallet står.")},
    )
    source_paragraph = forms.CharField(
        label=_("Paragraf eller afsnit"), max_length=80, required=False, widget=ShortText(width="m")
    )
    source_url = forms.URLField(
        label=_("Adresse til teksten"),
        max_length=400,
        required=False,
        assume_scheme="https",
        widget=ShortText(width="l", inputmode="url"),
        error_messages={"invalid": _("Skriv hele adressen, for eksempel https://www.retsinformation.dk.")},
    )
    certainty = ChipsField(
        label=_("Hvor sikkert er det?"),
        choices=LocalParameter.Certainty.choices,
        error_messages={"required": _("Vælg, hvor sikkert det er.")},
    )
    note = TextAreaField(label=_("Forbehold"), max_length=300, required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = selectors.recordable().get(self["parameter"].value() or "")
        if known and known.unit in units():
            unit = gettext("I enheden: %(unit)s.") % {"unit": units()[known.unit]}
            self.fields["value"].help_text = unit

    def clean(self) -> dict[str, Any]:
        """Reads the value as a number where the number is one."""
        cleaned = super().clean() or {}
        known = selectors.recordable().get(cleaned.get("parameter", ""))
        if known and known.unit not in law.WORD_UNITS and cleaned.get("value"):
            try:
                cleaned["value"] = reading.read_number(cleaned["value"])
            except ValueError as error:
                self.add_error("value", str(error))
        return cleaned

    @property
    def value_read(self) -> Decimal | str:
        read: Decimal | str = self.cleaned_data["value"]
        return read

    @property
    def source(self) -> Reference:
        return Reference(
            act=self.cleaned_data["source_act"],
            paragraph=self.cleaned_data["source_paragraph"],
            url=self.cleaned_data["source_url"],
            certainty=self.cleaned_data["certainty"],
        )
