"""Fields that several of the toolbox's forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.errors import Refused
from brobygger.ui.forms import Chips, UiBoundField, UiForm

STEPS = tuple((step, str(step)) for step in range(11))


class ScaleField(forms.TypedChoiceField):
    """A number from 0 to 10, drawn as eleven small chips; None where nothing is picked."""

    widget = Chips
    default_error_messages = {"invalid_choice": _("Vælg et tal fra 0 til 10.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=STEPS, coerce=int, empty_value=None, **options)


class QuietField(UiBoundField):
    """Where the page says that one may skip, each field need not."""

    @property
    def optional(self) -> bool:
        return False


class ToolboxForm(UiForm):
    """A form that shows a service's refusal by the field it concerns."""

    def show(self, refusal: Refused) -> None:
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.message)
