"""A concern, and the answer to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brobygger.followups.concerns.services import MOST_CHARACTERS
from brobygger.ui.forms import TextAreaField, UiForm


class ConcernForm(UiForm):
    text = TextAreaField(
        label=_("Hvad bekymrer dig?"),
        help_text=_("Skriv det, som du ser det. Kommunen læser det med det samme."),
        rows=5,
        max_length=MOST_CHARACTERS,
        error_messages={"required": _("Skriv, hvad der bekymrer dig.")},
    )


class AnswerForm(UiForm):
    answer = TextAreaField(
        label=_("Hvad gør du, og hvad svarer du?"),
        help_text=_("Den, der skrev, får svaret. Bekymring og svar kommer i journalen."),
        rows=5,
        max_length=MOST_CHARACTERS,
        error_messages={"required": _("Skriv, hvad du gør, og hvad du svarer.")},
    )
