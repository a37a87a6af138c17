from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import User
from brobygger.ui.forms import UiForm


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
                        "Brugernavn og adgangskode passer ikke sammen. Efter fem forsøg holder kontoen pause i et kvarter."
                    )
                )
            self.user = user  # type: ignore[assignment]
        return data
