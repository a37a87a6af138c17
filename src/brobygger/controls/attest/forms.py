"""No, and what is wrong."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brobygger.ui.forms import TextAreaField, UiForm


class ObjectionForm(UiForm):
    answer = TextAreaField(
        label=_("Hvad passer ikke?"),
        help_text=_("Skriv gerne, hvilken dag det er. Kommunen læser det og vender tilbage til dig."),
        rows=3,
        max_length=2000,
        error_messages={"required": _("Skriv, hvad der ikke passer.")},
    )
