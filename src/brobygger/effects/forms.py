"""What is asked of the page about money."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.hours.forms import SomeForm
from brobygger.people.forms import FilterForm
from brobygger.ui.fields import DanishDecimalField


class WhatIfForm(FilterForm):
    """Another price, other hours, and what is assumed of the time after."""

    hours = DanishDecimalField(
        label=_("Timer pr. forløb"), required=False, min_value=Decimal(0), max_value=Decimal(2000)
    )
    price = DanishDecimalField(
        label=_("Kroner i timen"), required=False, min_value=Decimal(0), max_value=Decimal(5000)
    )
    fade = forms.ChoiceField(
        label=_("Efter det første år"),
        required=False,
        choices=[
            ("none", _("Regn kun det første år")),
            ("26", _("Virkningen halveres hvert halve år")),
            ("52", _("Virkningen halveres hvert år")),
            ("104", _("Virkningen halveres hvert andet år")),
            ("inf", _("Virkningen bliver ved i fem år")),
        ],
    )


class SharingForm(SomeForm):
    """Whether the municipality shares its figures."""

    is_on = forms.ChoiceField(
        choices=(("yes", _("Ja")), ("no", _("Nej"))),
        widget=forms.HiddenInput,
        error_messages={"required": _("Vælg, om I deler."), "invalid_choice": _("Vælg, om I deler.")},
    )
