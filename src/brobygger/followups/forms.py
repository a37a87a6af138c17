"""Forms for recording, moving and concluding."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.followups.models import Conclusion, FollowUp
from brobygger.followups.services import Attained
from brobygger.mentorships.models import Goal, Mentorship
from brobygger.ui.forms import ChipsField, DanishDateField, ShortText, TextAreaField, UiForm

_YES_NO = (("yes", _("Ja")), ("no", _("Nej")), ("unknown", _("Ved ikke endnu")))
_DELIVERED = {"yes": True, "no": False, "unknown": None}


class RecordForm(UiForm):
    """At most four inputs, preset to today. None is named "form": in a browser it would hide the form itself."""

    done_on = DanishDateField(label=_("Hvornår"))
    how = ChipsField(label=_("Hvordan"), choices=FollowUp.Form.choices)
    service_delivered = ChipsField(
        label=_("Er støtten givet som aftalt?"),
        choices=_YES_NO,
        help_text=_("Har mentor og borger mødtes i de timer, der er registreret?"),
    )
    note = TextAreaField(
        label=_("Hvad viste opfølgningen?"),
        required=False,
        max_length=4000,
        rows=3,
        help_text=_("Kommer i journalen. Skriv kun det, sagen har brug for."),
    )

    def facts(self) -> dict[str, Any]:
        """What ``services.record`` takes."""
        data = dict(self.cleaned_data)
        delivered = _DELIVERED[data.pop("service_delivered")]
        return {"form": data.pop("how"), "service_delivered": delivered, **data}


class MoveForm(UiForm):
    to = DanishDateField(label=_("Ny dag"))
    reason = forms.CharField(label=_("Hvorfor flyttes den?"), max_length=200)


class ConcludeForm(UiForm):
    """The end: day, why, what follows, and a judgement of each goal."""

    ended_on = DanishDateField(label=_("Sidste dag"))
    reason = ChipsField(label=_("Hvorfor slutter forløbet?"), choices=Conclusion.Reason.choices)
    what_follows = ChipsField(label=_("Hvad følger efter?"), choices=Conclusion.Next.choices)
    note = TextAreaField(
        label=_("Begrundelse til afgørelsen"),
        required=False,
        max_length=4000,
        rows=4,
        help_text=_("Borgeren får den i brevet om ophør. Skriv i et sprog, borgeren forstår."),
    )

    def __init__(self, *args: Any, goals: Sequence[Goal], **options: Any) -> None:
        super().__init__(*args, **options)
        self.goals = list(goals)
        for goal in self.goals:
            self.fields[f"attainment_{goal.position}"] = ChipsField(
                label=goal.text,
                choices=Goal.Attainment.choices,
                error_messages={"required": _("Vurdér, hvor langt målet er nået.")},
            )
            self.fields[f"attainment_note_{goal.position}"] = forms.CharField(
                label=_("Hvad bygger vurderingen på?"),
                required=False,
                max_length=500,
                widget=ShortText(width="xl"),
            )

    @property
    def goal_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [
            (self[f"attainment_{goal.position}"], self[f"attainment_note_{goal.position}"])
            for goal in self.goals
        ]

    @property
    def attainments(self) -> dict[uuid.UUID, Attained]:
        data = self.cleaned_data
        return {
            goal.public_id: Attained(
                int(data[f"attainment_{goal.position}"]), data[f"attainment_note_{goal.position}"]
            )
            for goal in self.goals
        }

    def facts(self) -> dict[str, Any]:
        """What ``services.conclude`` takes."""
        names = ("ended_on", "reason", "what_follows", "note")
        return {**{name: self.cleaned_data[name] for name in names}, "attainments": self.attainments}


def first_values(mentorship: Mentorship, today: date) -> dict[str, Any]:
    """What is known already: a mentorship that has run out ended on its last day, because the period was over."""
    last_day = mentorship.last_day
    if last_day and last_day <= today:
        return {"ended_on": last_day, "reason": Conclusion.Reason.PERIOD_OVER.value}
    return {"ended_on": today}
