from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import Team, User
from brobygger.accounts.permissions import Role
from brobygger.accounts.selectors import OUTSIDE
from brobygger.ui.forms import CheckboxField, ChipsMultipleField, ShortText, UiForm


def tell(form: forms.BaseForm, refusal: Refused) -> None:
    """Puts a refusal by the field it concerns, with what to do; at the top where the form has no such field."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, " ".join(part for part in (refusal.message, refusal.remedy) if part))


class CodeForm(UiForm):
    """The six digits that open a one-time link."""

    code = forms.CharField(
        label=_("Kode"),
        help_text=_("De seks cifre, du har fået i en besked."),
        max_length=12,
        widget=ShortText(width="xs", inputmode="numeric", autocomplete="one-time-code"),
        error_messages={"required": _("Skriv koden.")},
    )


class SignInForm(UiForm):
    """User name and password; the answer does not tell which of them was wrong."""

    username = forms.CharField(
        label=_("Brugernavn"), widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Adgangskode"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        self.request = request
        self.user: User | None = None
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("username") and data.get("password"):
            user = authenticate(self.request, username=data["username"], password=data["password"])
            if user is None:
                raise forms.ValidationError(
                    _(
                        "Brugernavn og adgangskode passer ikke sammen."
                        " Efter fem forsøg holder kontoen pause i et kvarter."
                    )
                )
            self.user = user
        return data


class UserForm(UiForm):
    """A member of staff. Mentors, citizens and companies get their logins on their own pages."""

    name = forms.CharField(label=_("Navn"), max_length=120)
    username = forms.CharField(label=_("Brugernavn"), max_length=150)
    title = forms.CharField(label=_("Stilling"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telefon"), max_length=20, required=False)
    team: forms.ModelChoiceField[Team] = forms.ModelChoiceField(
        label=_("Hold"), queryset=None, required=False, to_field_name="public_id", empty_label=_("Intet hold")
    )
    roles = ChipsMultipleField(
        label=_("Roller"),
        choices=[(role.value, role.label) for role in Role if role.value not in OUTSIDE],
        help_text=_("Rollerne afgør, hvad brugeren kan se og gøre. Giv så få som muligt."),
        error_messages={"required": _("Vælg mindst én rolle.")},
    )
    is_active = CheckboxField(label=_("Kan logge ind"), required=False)

    def __init__(self, *args: Any, teams: QuerySet[Team], changed: User | None, **options: Any) -> None:
        super().__init__(*args, **options)
        team: forms.ModelChoiceField[Team] = self.fields["team"]  # type: ignore[assignment]
        team.queryset = teams
        unused = ("name", "username", "email", "phone") if changed else ("is_active",)
        for name in unused:
            del self.fields[name]
        if changed and changed.kind != "staff":
            for name in ("title", "team", "roles"):
                del self.fields[name]


def initial_of_user(user: User) -> dict[str, Any]:
    team = user.team.public_id if user.team else None
    return {"title": user.title, "team": team, "roles": user.roles, "is_active": user.is_active}


class TeamForm(UiForm):
    team_name = forms.CharField(label=_("Nyt hold"), max_length=80)


class PasswordForm(UiForm):
    """The own new password."""

    old = forms.CharField(
        label=_("Nuværende adgangskode"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("Ny adgangskode"),
        strip=False,
        help_text=_("Mindst 12 tegn. Gerne nogle ord efter hinanden."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Ny adgangskode igen"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("De to adgangskoder er ikke ens. Skriv den samme to gange."))
        return data
