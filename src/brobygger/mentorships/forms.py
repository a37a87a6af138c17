"""What people type about a case: a journal entry, an answer to the citizen, and what the list is narrowed to."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from brobygger.mentorships.models import Status
from brobygger.ui.forms import DanishDateField, ShortText, TextAreaField, UiBoundField, UiForm

LONGEST_ENTRY = 10_000
LONGEST_ANSWER = 4_000
TOO_LONG = _("Teksten er for lang. Skriv højst %(limit_value)d tegn.")


class JournalForm(UiForm):
    """The date is when the thing was received, sent or said."""

    dated_on = DanishDateField(label=_("Dato"), help_text=_("Den dag, det er modtaget, sendt eller sagt."))
    subject = forms.CharField(
        label=_("Emne"),
        max_length=120,
        widget=ShortText(width="l"),
        error_messages={"required": _("Skriv et kort emne.")},
    )
    text = TextAreaField(
        label=_("Tekst"), required=False, rows=4, validators=[MaxLengthValidator(LONGEST_ENTRY, TOO_LONG)]
    )


class AnswerForm(UiForm):
    """The municipality's answer to what a citizen has written."""

    answer = TextAreaField(
        label=_("Svar til borgeren"),
        rows=3,
        validators=[MaxLengthValidator(LONGEST_ANSWER, TOO_LONG)],
        error_messages={"required": _("Skriv svaret til borgeren.")},
    )


class FilterField(UiBoundField):
    """A filter is empty as a matter of course, so it does not say that it may be."""

    @property
    def optional(self) -> bool:
        return False


class ListForm(UiForm):
    """Which mentorships are listed. Nothing typed here is ever refused."""

    bound_field_class = FilterField

    hvis = forms.ChoiceField(
        label=_("Hvis"),
        required=False,
        choices=[("mine", _("Mine")), ("team", _("Holdets")), ("alle", _("Alle"))],
        widget=forms.HiddenInput,
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("aabne", _("Åbne")), ("alle", _("Alle")), *Status.choices],
        widget=forms.Select(attrs={"data-bb-plain": ""}),
    )
    q = forms.CharField(
        label=_("Nummer, borger, mentor eller sted"),
        required=False,
        max_length=80,
        widget=ShortText(width="m"),
    )
