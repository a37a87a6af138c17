"""Who is away, who stands in, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import User
from brobygger.followups.substitutes.services import is_leader
from brobygger.ui.forms import DanishDateField, UiForm


class SubstituteForm(UiForm):
    """A leader chooses who is away; for others it is themselves."""

    absent = forms.ChoiceField(label=_("Hvem er væk?"))
    substitute = forms.ChoiceField(label=_("Hvem er vikar?"))
    first_day = DanishDateField(label=_("Første dag"))
    last_day = DanishDateField(label=_("Sidste dag"))

    def __init__(self, *args: Any, user: User, colleagues: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.user, self.colleagues = user, {str(each.public_id): each for each in colleagues}
        choices = [(key, each.name) for key, each in self.colleagues.items()]
        others = [(key, name) for key, name in choices if key != str(user.public_id)]
        if is_leader(user):
            self._choice("absent").choices = [("", _("Vælg")), *choices]
            others = choices
        else:
            del self.fields["absent"]
        self._choice("substitute").choices = [("", _("Vælg")), *others]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def facts(self) -> dict[str, User | date]:
        """What ``services.set_substitute`` takes."""
        data = self.cleaned_data
        absent = self.colleagues[data["absent"]] if "absent" in self.fields else self.user
        return {
            "absent": absent,
            "substitute": self.colleagues[data["substitute"]],
            "first_day": data["first_day"],
            "last_day": data["last_day"],
        }
