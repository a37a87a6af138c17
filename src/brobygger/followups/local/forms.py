"""A plan of up to twelve steps, and the alarm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brobygger.followups.local.selectors import kinds_of_mentorship
from brobygger.followups.local.services import MOST_STEPS
from brobygger.followups.models import FollowUp
from brobygger.followups.plan import MOST, Anchor, Kind, Step
from brobygger.ui.forms import DanishDateField, ShortText, UiForm

ANCHORS = (
    (Anchor.DAYS_AFTER_START.value, _("dage efter start")),
    (Anchor.MONTHS_AFTER_START.value, _("måneder efter start")),
    (Anchor.EVERY_MONTHS.value, _("hver så mange måneder")),
    (Anchor.DAYS_BEFORE_END.value, _("dage før slutningen")),
)


class PlanForm(UiForm):
    """Steps stand one to a line; a line without a kind is no step."""

    support_type = forms.ChoiceField(label=_("Hvilke forløb?"), required=False)
    valid_from = DanishDateField(label=_("Gælder fra"))
    note = forms.CharField(
        label=_("Hvorfor laves planen om?"), max_length=300, required=False, widget=ShortText(width="xl")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = self.fields["support_type"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = [("", gettext("Alle, der ikke har deres egen plan")), *kinds_of_mentorship()]
        for number in range(1, MOST_STEPS + 1):
            self.fields.update(_step_fields(number))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [
            {"number": number, **{part: self[f"step_{number}_{part}"] for part in _PARTS}}
            for number in range(1, MOST_STEPS + 1)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.steps = [
            step for number in range(1, MOST_STEPS + 1) if (step := self._step(number, cleaned)) is not None
        ]
        return cleaned

    def _step(self, number: int, cleaned: dict[str, Any]) -> Step | None:
        kind, count = cleaned.get(f"step_{number}_kind"), cleaned.get(f"step_{number}_number")
        anchor = Anchor(cleaned.get(f"step_{number}_anchor") or Anchor.DAYS_AFTER_START)
        if not kind:
            return None
        if not count or count > MOST[anchor]:
            told = gettext("Trin %(number)d: skriv et tal fra 1 til %(most)d.")
            self.add_error(f"step_{number}_number", told % {"number": number, "most": MOST[anchor]})
            return None
        return Step(Kind(kind), anchor, count, cleaned.get(f"step_{number}_form") or "")


_PARTS = ("kind", "number", "anchor", "form")


def _step_fields(number: int) -> dict[str, forms.Field]:
    told = _("Skriv et helt tal.")
    words = {"number": number}
    return {
        f"step_{number}_kind": forms.ChoiceField(
            label=_("Trin %(number)d: hvad") % words,
            choices=[("", _("Intet")), *FollowUp.Kind.choices],
            required=False,
        ),
        f"step_{number}_number": forms.IntegerField(
            label=_("Trin %(number)d: tal") % words,
            required=False,
            min_value=1,
            widget=ShortText(width="xs", inputmode="numeric"),
            error_messages={"invalid": told, "min_value": told},
        ),
        f"step_{number}_anchor": forms.ChoiceField(
            label=_("Trin %(number)d: hvornår") % words, choices=ANCHORS, required=False
        ),
        f"step_{number}_form": forms.ChoiceField(
            label=_("Trin %(number)d: hvordan") % words,
            choices=[("", _("Konsulenten vælger")), *FollowUp.Form.choices],
            required=False,
        ),
    }


def first_plan(steps: Sequence[Step]) -> dict[str, Any]:
    """The plan that counts now fills the form of the next one."""
    return {
        f"step_{number}_{part}": value
        for number, step in enumerate(steps[:MOST_STEPS], 1)
        for part, value in step.to_row().items()
    }


class AlarmForm(UiForm):
    days = forms.IntegerField(
        label=_("Dage til lederen"),
        help_text=_("Så mange dage er en opfølgning overskredet, før den også står på lederens liste."),
        widget=ShortText(width="xs", inputmode="numeric"),
        error_messages={"invalid": _("Skriv et helt tal.")},
    )
    valid_from = DanishDateField(label=_("Gælder fra"))
