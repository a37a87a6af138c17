"""A tool of the catalogue as the editor types it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.toolbox.digital.kinds import Kind
from brobygger.toolbox.digital.services import Entry
from brobygger.toolbox.forms import ToolboxForm
from brobygger.toolbox.models import DigitalTool
from brobygger.ui.forms import ChipsField, DanishDateField, ShortText, TextAreaField
from brobygger.values.period import ONE_DAY


class EntryForm(ToolboxForm):
    kind = ChipsField(label=_("Slags"), choices=Kind.choices)
    name = forms.CharField(label=_("Navn"), max_length=80, widget=ShortText(width="l"))
    what_for = forms.CharField(label=_("Hvad kan det?"), max_length=300, widget=ShortText(width="xl"))
    who_for = forms.CharField(
        label=_("Hvem passer det til?"), max_length=300, required=False, widget=ShortText(width="xl")
    )
    price = forms.CharField(
        label=_("Pris"), max_length=120, widget=ShortText(width="m"),
        help_text=_("Skriv også, hvem der betaler, og hvad der koster ekstra."),
    )  # fmt: skip
    data_protection = TextAreaField(
        label=_("Databeskyttelse"), rows=3, max_length=500,
        help_text=_("Hvad gemmer værktøjet, hvor, og hvad skal man lade være med at skrive?"),
    )  # fmt: skip
    address = forms.URLField(
        label=_("Adresse på nettet"), required=False, assume_scheme="https", widget=ShortText(width="xl"),
        error_messages={"invalid": _("Skriv en adresse, der begynder med https://.")},
    )  # fmt: skip
    valid_from = DanishDateField(label=_("Kan bruges fra"))
    last_day = DanishDateField(
        label=_("Sidste dag"), required=False, help_text=_("Lad feltet være tomt, så længe værktøjet bruges.")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def entry(self) -> Entry:
        data = dict(self.cleaned_data)
        last_day = data.pop("last_day")
        del data["version"]
        ends_before = last_day + ONE_DAY if last_day else None
        return Entry(**{**data, "kind": Kind(data["kind"]), "ends_before": ends_before})


def values_of(tool: DigitalTool) -> dict[str, Any]:
    """What the form shows of a tool that is in the catalogue."""
    names = (
        "kind",
        "name",
        "what_for",
        "who_for",
        "price",
        "data_protection",
        "address",
        "valid_from",
        "version",
    )
    last_day = tool.ends_before - ONE_DAY if tool.ends_before else None
    return {**{name: getattr(tool, name) for name in names}, "last_day": last_day}
