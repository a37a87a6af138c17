"""Forms for planning, moving and settling meetings."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.meetings.models import Meeting, MeetingMove
from brobygger.meetings.services import Asked
from brobygger.ui.fields import ShortText
from brobygger.ui.forms import (
    ChipsField,
    ChipsMultipleField,
    ClockField,
    DanishDateField,
    DurationField,
    TextAreaField,
    UiForm,
)
from brobygger.values.moment import COPENHAGEN, elapsed_minutes

CONSULTANT, COMPANY = "consultant", "company"
_WEEKS = (
    ("1", _("Kun denne gang")),
    ("4", _("Hver uge i 4 uger")),
    ("8", _("Hver uge i 8 uger")),
    ("13", _("Hver uge i 13 uger")),
)
_OUTCOMES = (
    (Meeting.State.HELD.value, _("Vi mødtes")),
    (Meeting.State.NO_SHOW_CITIZEN.value, _("Borgeren kom ikke")),
    (Meeting.State.NO_SHOW_MENTOR.value, _("Mentoren kom ikke")),
    (Meeting.State.CANCELLED.value, _("Det var aflyst")),
)


class _TimeForm(UiForm):
    """When, how long, how and where."""

    day = DanishDateField(label=_("Dag"))
    clock = ClockField(label=_("Fra kl."))
    length = DurationField(
        label=_("Hvor længe?"),
        min_minutes=5,
        max_minutes=12 * 60,
        # No unit beside the field: a meeting of 65 minutes stands there with its own.
        widget=ShortText(width="s", inputmode="text"),
        help_text=_("Skriv for eksempel 1,5 eller 45 min."),
    )
    how = ChipsField(label=_("Hvordan?"), choices=Meeting.How.choices)
    place = forms.CharField(
        label=_("Sted"),
        required=False,
        max_length=120,
        widget=ShortText(width="xl"),
        help_text=_("Skriv stedet, når I mødes. Kun de, der er med, kan se det."),
    )

    def asked(self) -> Asked:
        """The time and place typed. Only after ``is_valid``."""
        data = self.cleaned_data
        return Asked(
            day=data["day"], clock=data["clock"], minutes=data["length"], how=data["how"], place=data["place"]
        )


class PlanForm(_TimeForm):
    """A new meeting, once or weekly, with those who take part besides citizen and mentor."""

    weeks = ChipsField(label=_("Gentag"), choices=_WEEKS)
    partners = ChipsMultipleField(label=_("Hvem er også med?"), required=False)

    def __init__(self, *args: Any, has_company: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(CONSULTANT, _("Jobkonsulenten"))]
        if has_company:
            choices.append((COMPANY, _("Virksomheden")))
        field = self.fields["partners"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def facts(self) -> dict[str, Any]:
        """What ``services.plan`` takes."""
        partners = self.cleaned_data["partners"]
        return {
            "asked": self.asked(),
            "weeks": int(self.cleaned_data["weeks"]),
            "with_consultant": CONSULTANT in partners,
            "with_company": COMPANY in partners,
        }


class MoveForm(_TimeForm):
    """Another time or place, who asked for it, and why."""

    asked_by = ChipsField(label=_("Hvem bad om det?"), choices=MeetingMove.AskedBy.choices)
    reason = forms.CharField(label=_("Hvorfor?"), max_length=300, widget=ShortText(width="xl"))

    def facts(self) -> dict[str, Any]:
        """What ``services.move`` takes."""
        data = self.cleaned_data
        return {"asked": self.asked(), "asked_by": data["asked_by"], "reason": data["reason"]}


class CancelForm(UiForm):
    """Why a meeting is called off, and whether the rest of its series is too."""

    reason = forms.CharField(
        label=_("Hvorfor aflyses mødet?"),
        max_length=300,
        widget=ShortText(width="xl"),
    )
    which = ChipsField(
        label=_("Hvilke møder?"),
        choices=(("one", _("Kun dette møde")), ("rest", _("Også dem, der følger efter"))),
    )

    def __init__(self, *args: Any, in_series: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not in_series:
            del self.fields["which"]

    def facts(self) -> dict[str, Any]:
        """What ``services.cancel`` takes."""
        data = self.cleaned_data
        return {"reason": data["reason"], "rest_of_series": data.get("which") == "rest"}


class OutcomeForm(UiForm):
    """What became of a meeting that has begun."""

    outcome = ChipsField(label=_("Hvad skete der?"), choices=_OUTCOMES)
    reason = TextAreaField(
        label=_("Hvorfor?"),
        required=False,
        rows=2,
        max_length=300,
        help_text=_("Skal skrives, hvis mødet ikke blev holdt. Skriv kun det, sagen har brug for."),
    )


def first_values(day: date) -> dict[str, Any]:
    """A new meeting as it most likely is."""
    return {"day": day, "clock": time(10), "length": 60, "how": Meeting.How.FACE_TO_FACE.value, "weeks": "1"}


def values_of(meeting: Meeting) -> dict[str, Any]:
    """The fields of a meeting as it stands."""
    local = meeting.starts_at.astimezone(COPENHAGEN)
    return {
        "day": local.date(),
        "clock": local.time(),
        "length": elapsed_minutes(meeting.starts_at, meeting.ends_at),
        "how": meeting.how,
        "place": meeting.place,
    }
