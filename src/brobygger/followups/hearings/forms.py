"""What mentor and company are asked: at most three things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brobygger.followups.hearings.services import Said
from brobygger.followups.models import FollowUp, Hearing
from brobygger.ui.forms import ChipsField, TextAreaField, UiForm


class HearingForm(UiForm):
    going = ChipsField(label=_("Hvordan går det?"), choices=Hearing.Going.choices)
    hours_fit = ChipsField(label=_("Passer timerne?"), choices=FollowUp.HoursFit.choices, required=False)
    text = TextAreaField(
        label=_("Hvad går godt, og hvad skal ændres?"),
        help_text=_("Skriv kort. Skriv ikke om helbred, hvis det ikke er nødvendigt."),
        required=False,
        rows=4,
        max_length=4000,
    )

    def said(self) -> Said:
        """What ``services.answer`` takes."""
        data = self.cleaned_data
        return Said(going=data["going"], hours_fit=data["hours_fit"], text=data["text"])
