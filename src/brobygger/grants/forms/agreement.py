"""Forms of those who answer an agreement."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from brobygger.ui.forms import TextAreaField, UiForm


class DeclineForm(UiForm):
    """No, and why."""

    reason = TextAreaField(
        label=gettext_lazy("Hvorfor siger du nej?"),
        help_text=gettext_lazy("Kommunen læser det og vender tilbage til dig."),
        rows=3,
        max_length=1000,
        error_messages={
            "required": gettext_lazy("Skriv, hvorfor du siger nej, så kommunen kan rette aftalen.")
        },
    )
