"""The file, and what each of its columns is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.controls.intake.services import MOST_ROWS
from brobygger.review.intake import MAX_BYTES, MEGABYTE, Column, Sheet
from brobygger.review.intake.cells import holds_cpr
from brobygger.review.intake.fields import FIELDS
from brobygger.review.intake.refusal import SENTENCES
from brobygger.ui.forms import CheckboxField, UiForm


class FileForm(UiForm):
    """A spreadsheet or CSV from the disk."""

    file = forms.FileField(
        label=gettext_lazy("Regneark med sager"),
        help_text=gettext_lazy("Excel (.xlsx) eller CSV, højst %(rows)s rækker, med overskrifter øverst.")
        % {"rows": f"{MOST_ROWS:_}".replace("_", ".")},
        error_messages={"required": gettext_lazy("Vælg en fil."), "empty": SENTENCES["EMPTY"]},
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,.csv,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )

    def clean_file(self) -> Any:
        """A file that is too large is refused before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(SENTENCES["TOO_LARGE"].format(limit=MAX_BYTES // MEGABYTE))
        return file


class AuditForm(UiForm):
    """What each column is, and what to do with the report."""

    title = forms.CharField(
        label=gettext_lazy("Hvad rapporten skal hedde"),
        help_text=gettext_lazy("Skriv ikke navne eller CPR-numre."),
        max_length=120,
        required=False,
    )
    keep = CheckboxField(
        label=gettext_lazy("Gem rapporten"),
        help_text=gettext_lazy("Rapporten har hverken CPR-numre eller navne. Filen gemmes aldrig."),
        required=False,
    )
    signature = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, sheet: Sheet, guessed: Mapping[int, str], data: Any = None, **options: Any) -> None:
        self.sheet = sheet
        own = signature_of(sheet)
        # A choice made for another file's columns is no choice for this one.
        given = data if data is not None and data.get("signature") == own else None
        super().__init__(given, initial={"signature": own}, **options)
        choices = column_choices()
        for column in sheet.columns:
            self.fields[_name(column)] = forms.ChoiceField(
                label=_("Kolonne %(letter)s er") % {"letter": column.letter},
                choices=choices,
                required=False,
                initial=guessed.get(column.position, ""),
                widget=forms.Select(attrs={"class": "intake-choice"}),
            )

    @property
    def rows(self) -> list[tuple[Column, forms.BoundField]]:
        return [(column, self[_name(column)]) for column in self.sheet.columns]

    @property
    def mapping(self) -> dict[int, str]:
        """What was chosen, or what is guessed before anybody chose."""
        chosen = self.cleaned_data if self.is_bound and self.errors is not None else {}
        return {
            column.position: chosen.get(_name(column), self.fields[_name(column)].initial or "")
            for column in self.sheet.columns
        }

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if holds_cpr(title):
            raise forms.ValidationError(_("Skriv et navn uden CPR-nummer."))
        return title

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("keep") and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", _("Skriv, hvad rapporten skal hedde."))
        return cleaned


def signature_of(sheet: Sheet) -> str:
    """The same for files with the same headings."""
    headings = "\x1f".join(column.heading for column in sheet.columns)
    return hashlib.sha256(headings.encode()).hexdigest()[:24]


def column_choices() -> list[tuple[str, Any]]:
    """All that a column can be, by chapter."""
    grouped = [
        (group, [(field.name, field.label) for field in fields])
        for group, fields in groupby(FIELDS, key=lambda field: field.group)
    ]
    return [("", _("Bruges ikke")), *grouped]


def _name(column: Column) -> str:
    return f"column_{column.position}"
