"""A register to take in, and what a citizen does now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.registers.models import Kind, ManualStatus, OutsideTotal
from brobygger.registers.services import SUFFIXES
from brobygger.ui.forms import DanishDateField, UiForm

NOT_NOTED_BY_HAND = {ManualStatus.BENEFIT}


class FileForm(UiForm):
    """A register from the disk."""

    kind = forms.ChoiceField(
        label=_("Hvad filen er"),
        choices=[("", _("Vælg")), *Kind.choices],
        error_messages={"required": _("Vælg, hvad filen er.")},
    )
    table = forms.ChoiceField(
        label=_("Tabel i Statistikbanken"),
        help_text=_("Kun for tal fra Danmarks Statistik."),
        choices=[("", _("Ingen")), *OutsideTotal.TableName.choices],
        required=False,
    )
    file = forms.FileField(
        label=_("Fil"),
        help_text=_(
            "CSV, Parquet, SAS (.sas7bdat, .xpt) eller SPSS (.sav). Første linje skal være overskrifter."
        ),
        error_messages={"required": _("Vælg en fil."), "empty": _("Filen er tom.")},
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(SUFFIXES))}),
    )
    data_as_of = DanishDateField(
        label=_("Data pr."),
        help_text=_("Den dag, registret er trukket. Nyere data går forud for ældre i de uger, begge dækker."),
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, initial={"data_as_of": today}, **options)


class StatusForm(UiForm):
    """What the citizen does now, as the consultant knows it."""

    status = forms.ChoiceField(
        label=_("Hvad laver borgeren nu?"),
        choices=[choice for choice in ManualStatus.choices if choice[0] not in NOT_NOTED_BY_HAND],
        widget=forms.RadioSelect,
        error_messages={"required": _("Vælg, hvad borgeren laver nu.")},
    )
    day = DanishDateField(label=_("Hvilken dag gælder det?"))
