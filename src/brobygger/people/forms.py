"""Forms of citizens and mentors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import User
from brobygger.law.codes import MentorKind
from brobygger.organisations import selectors as organisations
from brobygger.organisations.models import Organisation
from brobygger.people.models import Citizen, Mentor
from brobygger.ui.forms import (
    CheckboxField,
    CprField,
    DanishDateField,
    SearchSelect,
    ShortText,
    TextAreaField,
    UiBoundField,
    UiForm,
)

STATES = (
    ("active", _("Aktive")),
    ("free", _("Uden forløb lige nu")),
    ("inactive", _("Ikke aktive")),
    ("all", _("Alle")),
)
LANGUAGES = (
    ("da", _("Dansk")),
    ("en", _("Engelsk")),
    ("ar", _("Arabisk")),
    ("fa", _("Farsi")),
    ("so", _("Somali")),
    ("ti", _("Tigrinya")),
    ("tr", _("Tyrkisk")),
    ("uk", _("Ukrainsk")),
)


class FilterField(UiBoundField):
    """In a filter every field may be empty, so none is marked as optional."""

    @property
    def optional(self) -> bool:
        return False


class FilterForm(UiForm):
    """What a list is narrowed to."""

    bound_field_class = FilterField


class RegisterFilter(FilterForm):
    """What the register is narrowed to; what cannot be read is left out rather than refused."""

    q = forms.CharField(
        label=_("Navn, arbejdssted, kvalifikation eller sprog"), required=False, max_length=80
    )
    kind = forms.ChoiceField(
        label=_("Art"), required=False, choices=[("", _("Alle arter")), *MentorKind.choices()]
    )
    state = forms.ChoiceField(label=_("Vis"), required=False, choices=STATES)

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        data = self.cleaned_data
        return {
            "text": data.get("q", ""),
            "kind": data.get("kind", ""),
            "state": data.get("state", "") or "active",
        }


class MentorForm(UiForm):
    """A mentor of the register. Where the employer is new, its own form stands below."""

    name = forms.CharField(label=_("Navn"), max_length=120)
    kind = forms.ChoiceField(label=_("Art"), choices=MentorKind.choices())
    organisation: ModelChoiceField[Organisation] = ModelChoiceField(
        label=_("Arbejdssted"),
        queryset=None,
        required=False,
        to_field_name="public_id",
        widget=SearchSelect(),
        empty_label=_("Intet arbejdssted"),
        help_text=_("Står stedet ikke på listen, så opret det nederst."),
    )
    qualifications = TextAreaField(
        label=_("Kvalifikationer"),
        rows=3,
        max_length=2000,
        help_text=_(
            "Uddannelse, erfaring og det, der gør mentoren egnet. Loven kræver, at det står i sagen."
        ),
        error_messages={
            "required": _("Skriv mentorens kvalifikationer. Uden dem kan der ikke bevilges timer.")
        },
    )
    phone = forms.CharField(
        label=_("Telefon"), max_length=20, required=False, widget=ShortText(width="s", inputmode="tel")
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Bruges til aftalen og som brugernavn.")
    )
    languages = forms.CharField(label=_("Sprog ud over dansk"), max_length=120, required=False)
    trained_on = DanishDateField(label=_("Mentorkursus gennemført"), required=False)
    is_active = CheckboxField(label=_("Kan få nye forløb"), required=False)
    new_organisation = CheckboxField(label=_("Opret et nyt arbejdssted"), required=False)

    def __init__(self, *args: Any, user: User, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        organisation: ModelChoiceField[Organisation] = self.fields["organisation"]  # type: ignore[assignment]
        organisation.queryset = organisations.by_name(user)
        if is_new:
            del self.fields["is_active"]

    def facts(self, organisation: Organisation | None = None) -> dict[str, Any]:
        """What the services take; ``organisation`` is one just made."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "new_organisation"}
        return {
            **data,
            "kind": MentorKind(data["kind"]),
            "organisation": organisation or data["organisation"],
        }


def initial_of_mentor(mentor: Mentor) -> dict[str, Any]:
    names = ("name", "kind", "qualifications", "phone", "email", "languages", "trained_on", "is_active")
    workplace = mentor.organisation.public_id if mentor.organisation else None
    return {**{name: getattr(mentor, name) for name in names}, "organisation": workplace}


class CitizenForm(UiForm):
    """A citizen's contact details."""

    name = forms.CharField(label=_("Navn"), max_length=120)
    phone = forms.CharField(
        label=_("Telefon"), max_length=20, required=False, widget=ShortText(width="s", inputmode="tel")
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Adresse"), max_length=200, required=False)
    language = forms.ChoiceField(label=_("Sprog"), choices=LANGUAGES)
    has_protected_address = CheckboxField(label=_("Adressebeskyttelse"), required=False)
    is_exempt_from_digital_post = CheckboxField(
        label=_("Fritaget for Digital Post"), required=False, help_text=_("Borgeren får breve på papir.")
    )

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def initial_of_citizen(citizen: Citizen) -> dict[str, Any]:
    return {name: getattr(citizen, name) for name in CitizenForm.base_fields}


class LookupForm(UiForm):
    """Find a citizen by CPR number or by name; always sent by POST, so that no number comes into an address."""

    cpr = CprField(label=_("CPR-nummer"), required=False)
    name = forms.CharField(label=_("Navn"), required=False, max_length=120)
