"""What a trend is narrowed to."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.people.forms import FilterForm
from brobygger.review.questions import QUESTIONS

NIGHTS, MONTHS = "naetter", "maaneder"


class TrendForm(FilterForm):
    question = forms.ChoiceField(
        label=_("Spørgsmål"),
        required=False,
        choices=[
            ("", _("Alle spørgsmål")),
            *((each.id, f"{each.id} {each.title}") for each in QUESTIONS.values()),
        ],
    )
    step = forms.ChoiceField(
        label=_("Vis"), required=False, choices=[(NIGHTS, _("Nat for nat")), (MONTHS, _("Måned for måned"))]
    )
