"""The form of a company, school, provider or municipal workplace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.organisations.models import Organisation
from brobygger.ui.forms import CvrField, ShortText, UiForm


class OrganisationForm(UiForm):
    name = forms.CharField(label=_("Navn"), max_length=120)
    kind = forms.ChoiceField(label=_("Art"), choices=Organisation.Kind.choices)
    cvr = CvrField(label=_("CVR-nummer"), required=False)
    employees = forms.IntegerField(
        label=_("Antal ansatte"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=ShortText(width="xs", inputmode="numeric"),
    )
    contact_name = forms.CharField(label=_("Kontaktperson"), max_length=120, required=False)
    contact_email = forms.EmailField(label=_("Kontaktpersonens e-mail"), required=False)
    contact_phone = forms.CharField(
        label=_("Kontaktpersonens telefon"),
        max_length=20,
        required=False,
        widget=ShortText(width="s", inputmode="tel"),
    )

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {**self.cleaned_data, "cvr": self.cleaned_data["cvr"] or ""}


def initial_of(organisation: Organisation) -> dict[str, Any]:
    fields = ("name", "kind", "cvr", "employees", "contact_name", "contact_email", "contact_phone")
    return {field: getattr(organisation, field) for field in fields}
