"""The drawing of a sample, and what is written about each case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import User
from brobygger.controls.samples.models import ATTESTATION_DAYS, STAFF_STRENGTHS, Party, SampleCase, Strata
from brobygger.controls.samples.selectors import Population
from brobygger.controls.samples.services import DAYS_TO_ANSWER, MOST_CASES, Plan
from brobygger.controls.selectors.results import teams_visible_to
from brobygger.law.codes import SupportType
from brobygger.ui.forms import (
    CheckboxField,
    ChipsField,
    DanishDateField,
    KronerField,
    ShortText,
    TextAreaField,
    UiForm,
)

_WHOLE_NUMBER = {"invalid": _("Skriv et helt tal.")}


class DrawForm(UiForm):
    name = forms.CharField(label=_("Stikprøvens navn"), max_length=120, widget=ShortText(width="l"))
    protocol = TextAreaField(
        label=_("Protokol"),
        help_text=_(
            "Hvad skal stikprøven vise, og hvordan ses der efter? Det står fast, når der er trukket."
        ),
        max_length=4000,
        rows=4,
        error_messages={"required": _("Skriv, hvad stikprøven skal vise, og hvordan der ses efter.")},
    )
    first = DanishDateField(label=_("Forløb i gang fra"))
    last = DanishDateField(label=_("til og med"))
    team = forms.ChoiceField(label=_("Hold"), required=False)
    support_type = forms.ChoiceField(
        label=_("Støttetype"), required=False, choices=[("", _("Alle")), *SupportType.choices()]
    )
    only_ended = CheckboxField(label=_("Kun afsluttede forløb"), required=False)
    size = forms.IntegerField(
        label=_("Antal forløb"),
        min_value=1,
        max_value=MOST_CASES,
        widget=ShortText(width="xs", inputmode="numeric"),
        error_messages=_WHOLE_NUMBER,
    )
    strata = forms.ChoiceField(
        label=_("Træk fra hver"),
        choices=Strata.choices,
        help_text=_("Hver gruppe får mindst ét forløb, så længe antallet rækker."),
    )
    is_weighted = CheckboxField(
        label=_("Træk oftere, hvor kontroller fejler, eller der er tegn på fejl"), required=False
    )
    party = ChipsField(label=_("Hvem spørges?"), choices=Party.choices)
    days = forms.IntegerField(
        label=_("Dage at svare i"),
        min_value=DAYS_TO_ANSWER[0],
        max_value=DAYS_TO_ANSWER[1],
        widget=ShortText(width="xs", inputmode="numeric"),
        error_messages=_WHOLE_NUMBER,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = self.fields["team"]
        assert isinstance(team, forms.ChoiceField)
        team.choices = [
            ("", _("Alle")),
            *((str(each.public_id), each.name) for each in teams_visible_to(user)),
        ]

    def plan(self) -> Plan:
        """What is to be drawn. The form must be valid."""
        data = self.cleaned_data
        population = Population(
            data["first"], data["last"], data["team"], data["support_type"], data["only_ended"]
        )
        return Plan(
            name=data["name"],
            population=population,
            strata=data["strata"],
            is_weighted=data["is_weighted"],
            size=data["size"],
            protocol=data["protocol"],
            party=data["party"],
            days=data["days"],
        )


def first_values(today: date) -> dict[str, Any]:
    """The last year, twenty cases, by team, weighted."""
    return {
        "first": today.replace(year=today.year - 1, day=min(today.day, 28)),
        "last": today,
        "size": 20,
        "strata": Strata.TEAM.value,
        "is_weighted": True,
        "party": Party.CITIZEN.value,
        "days": ATTESTATION_DAYS,
    }


class _CaseForm(UiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


_STAFF_CHOICES = [(each.value, each.label) for each in SampleCase.Strength if each.value in STAFF_STRENGTHS]


class AnswerForm(_CaseForm):
    was_delivered = ChipsField(
        label=_("Er støtten givet, som den er registreret?"), choices=[("yes", _("Ja")), ("no", _("Nej"))]
    )
    strength = ChipsField(label=_("Hvordan kom svaret?"), choices=_STAFF_CHOICES)
    answer = TextAreaField(label=_("Hvad blev der sagt?"), required=False, max_length=2000, rows=3)

    def facts(self) -> dict[str, Any]:
        """What the service needs of it."""
        return {**self.cleaned_data, "was_delivered": self.cleaned_data["was_delivered"] == "yes"}


class FindingForm(_CaseForm):
    finding = TextAreaField(
        label=_("Hvad viser sagen?"),
        max_length=4000,
        rows=4,
        error_messages={"required": _("Skriv, hvad sagen viser.")},
    )
    clawback = CheckboxField(label=_("Penge skal kræves tilbage"), required=False)
    kroner = KronerField(label=_("Beløb, der skal kræves tilbage"), required=False)


class ReplyForm(_CaseForm):
    reply = TextAreaField(
        label=_("Kommunens svar på fundet"),
        max_length=4000,
        rows=4,
        error_messages={"required": _("Skriv kommunens svar.")},
    )


class CloseForm(_CaseForm):
    """Only the version: what is closed is what was shown."""
