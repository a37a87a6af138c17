"""An assessment as a form: a number from 0 to 10 on each area, none of them demanded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.toolbox.assessments.areas import AREAS, Group, areas_of
from brobygger.toolbox.forms import QuietField, ScaleField, ToolboxForm
from brobygger.toolbox.models import Assessment, Side
from brobygger.ui.forms import ChipsField, TextAreaField


class AssessmentForm(ToolboxForm):
    bound_field_class = QuietField

    moment = ChipsField(label=_("Hvornår i forløbet"), choices=Assessment.Moment.choices)

    def __init__(self, *args: Any, side: Side, **options: Any) -> None:
        super().__init__(*args, **options)
        is_citizen = side is Side.CITIZEN
        asked = areas_of(Group.LIFE) if is_citizen else list(AREAS.values())
        for area in asked:
            self.fields[area.code] = ScaleField(
                label=area.ask if is_citizen else area.label,
                help_text=_("0: %(lowest)s. 10: %(highest)s.")
                % {"lowest": area.lowest, "highest": area.highest},
                required=False,
            )
        if not is_citizen:
            self.fields["language"] = forms.ChoiceField(
                label=_("Dansk"), required=False, choices=[("", _("Ikke vurderet")), *Assessment.Language.choices],
                help_text=_("Efter den fælles europæiske ramme for sprog."),
            )  # fmt: skip
        self.fields["note"] = TextAreaField(
            label=_("Vil du skrive noget til?") if is_citizen else _("Hvad bygger vurderingen på?"),
            required=False,
            rows=3,
            max_length=2000,
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What ``services.assess`` takes."""
        data = self.cleaned_data
        scores = {code: data[code] for code in AREAS if data.get(code) is not None}
        return {
            "moment": Assessment.Moment(data["moment"]),
            "scores": scores,
            "language": data.get("language", ""),
            "note": data["note"],
        }
