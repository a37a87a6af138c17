"""What the citizen fills in, and what the municipality sets for the citizen's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.hours.forms import SomeForm
from brobygger.mentorships.models import CitizenMessage
from brobygger.ui.forms import ChipsMultipleField, ClockField, FacesField, TextAreaField
from brobygger.values.opening_hours import BadOpeningHours, OpeningHours

DAYS = (
    ("0", gettext_lazy("Mandag")),
    ("1", gettext_lazy("Tirsdag")),
    ("2", gettext_lazy("Onsdag")),
    ("3", gettext_lazy("Torsdag")),
    ("4", gettext_lazy("Fredag")),
    ("5", gettext_lazy("Lørdag")),
    ("6", gettext_lazy("Søndag")),
)


class DisputeForm(SomeForm):
    """What is wrong, in the citizen's own words."""

    reason = TextAreaField(
        label=gettext_lazy("Hvad er forkert?"),
        rows=3,
        max_length=1000,
        help_text=gettext_lazy(
            "Kommunen læser det. Din mentor kan se, at du ikke er enig, men ikke hvad du skriver."
        ),
    )


class MessageForm(SomeForm):
    """What a citizen writes to the municipality."""

    text = TextAreaField(label=gettext_lazy("Hvad vil du sige?"), rows=5, max_length=4000)

    def __init__(self, *args: Any, kind: CitizenMessage.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind is CitizenMessage.Kind.DECLINE_MENTOR:
            self.fields["text"].required = False
            self.fields["text"].label = _("Vil du skrive hvorfor?")


class HelpForm(SomeForm):
    """What the citizen needs help with."""

    text = TextAreaField(label=gettext_lazy("Hvad skal du have hjælp til?"), rows=4, max_length=2000)


class AloneForm(SomeForm):
    """Nothing to fill in: the wish is enough."""


class HowItGoesForm(SomeForm):
    """Five faces, and words for those who want to."""

    score = FacesField(
        label=gettext_lazy("Hvordan går det?"),
        required=False,
        help_text=gettext_lazy("Din mentor kan ikke se dit svar."),
    )
    words = TextAreaField(
        label=gettext_lazy("Vil du skrive lidt om det?"), rows=3, max_length=1000, required=False
    )


class ContactHoursForm(SomeForm):
    """The days and the clock times when the citizen can reach the mentor."""

    days = ChipsMultipleField(
        label=gettext_lazy("Dage"),
        choices=DAYS,
        error_messages={"required": gettext_lazy("Vælg mindst én dag.")},
    )
    opens = ClockField(label=gettext_lazy("Fra kl."))
    closes = ClockField(
        label=gettext_lazy("Til kl."), help_text=gettext_lazy("På helligdage er der altid lukket.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("days") and data.get("opens") and data.get("closes"):
            days = frozenset(int(day) for day in data["days"])
            try:
                data["hours"] = OpeningHours(days, data["opens"], data["closes"])
            except BadOpeningHours as error:
                self.add_error("closes", str(error))
        return data


def initial_of_hours(hours: OpeningHours) -> dict[str, Any]:
    return {
        "days": [str(day) for day in sorted(hours.days)],
        "opens": hours.opens,
        "closes": hours.closes,
    }


class LanguageForm(forms.Form):
    """A language on or off, from a button."""

    code = forms.SlugField(max_length=8)
    is_on = forms.BooleanField(required=False)
