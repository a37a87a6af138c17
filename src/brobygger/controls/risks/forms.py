"""What one can narrow the signs to, the explanation, and a threshold of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brobygger.controls.risks.models import RiskSign
from brobygger.controls.risks.words import LIMITS
from brobygger.people.forms import FilterForm
from brobygger.review.signs import UNITS, SignKind
from brobygger.ui.forms import DanishDateField, SearchSelect, ShortText, TextAreaField, UiForm

STATES: tuple[tuple[str, str | Promise], ...] = (
    ("", _("Ikke forklarede")),
    *((state.value, state.label) for state in RiskSign.State),
    ("gone", _("Ikke længere til stede")),
)


class SignFilter(FilterForm):
    kind = forms.ChoiceField(
        label=_("Tegn"), required=False, choices=[("", _("Alle tegn")), *SignKind.choices()]
    )
    state = forms.ChoiceField(label=_("Vis"), required=False, choices=STATES)


class ExplanationForm(UiForm):
    explanation = TextAreaField(
        label=_("Forklaret, fordi …"),
        max_length=2000,
        rows=3,
        error_messages={"required": _("Skriv, hvad der forklarer det.")},
    )


def _choices() -> Iterator[tuple[Any, Any]]:
    yield "", _("Vælg")
    for kind, names in groupby(UNITS, key=lambda name: UNITS[name].kind):
        heading = kind.label if kind else _("Fælles")
        yield heading, [(name, LIMITS[name].label) for name in names]


class LimitForm(UiForm):
    name = forms.ChoiceField(label=_("Grænse"), choices=_choices, widget=SearchSelect())
    value = forms.IntegerField(
        label=_("Værdi"),
        min_value=0,
        widget=ShortText(width="xs", inputmode="numeric"),
        help_text=_("I den enhed, som listen viser."),
        error_messages={"invalid": _("Skriv et helt tal.")},
    )
    valid_from = DanishDateField(label=_("Gælder fra"))
    reason = forms.CharField(
        label=_("Hvorfor"), max_length=300, widget=ShortText(width="l"),
        error_messages={"required": _("Skriv, hvorfor grænsen flyttes.")},
    )  # fmt: skip
