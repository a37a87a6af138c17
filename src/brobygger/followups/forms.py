"""Forms for recording, moving and concluding."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.followups.ending import selectors as ending
from brobygger.followups.ending.services import Ending
from brobygger.followups.models import Conclusion, FollowUp, Hearing
from brobygger.followups.services import Attained, Found, note_wanted
from brobygger.mentorships.models import Goal, Mentorship
from brobygger.ui.forms import ChipsField, DanishDateField, ShortText, TextAreaField, UiForm
from brobygger.values.moment import danish_day

_YES_NO = (("yes", _("Ja")), ("no", _("Nej")), ("unknown", _("Ved ikke endnu")))
_DELIVERED = {"yes": True, "no": False, "unknown": None}


Kind = FollowUp.Kind
_ASKS_ABOUT_HOURS = (Kind.MONTHLY, Kind.STATUS, Kind.MENTOR, Kind.HEARD_ALONE, Kind.COMPANY)
_FORM_OF = {Kind.MENTOR: FollowUp.Form.CALL, Kind.COMPANY: FollowUp.Form.CALL}


class RecordForm(UiForm):
    """Few inputs, preset to today; the kind decides which. None is named "form": it would hide the form itself."""

    done_on = DanishDateField(label=_("Hvornår"))
    how = ChipsField(label=_("Hvordan"), choices=FollowUp.Form.choices)
    service_delivered = ChipsField(
        label=_("Er støtten givet som aftalt?"),
        choices=_YES_NO,
        help_text=_("Har mentor og borger mødtes i de timer, der er registreret?"),
    )
    pair_fits = ChipsField(label=_("Passer mentor og borger sammen?"), choices=_YES_NO)
    hours_fit = ChipsField(label=_("Passer timerne?"), choices=FollowUp.HoursFit.choices, required=False)
    note = TextAreaField(
        label=_("Hvad viste opfølgningen?"),
        required=False,
        max_length=4000,
        rows=3,
        help_text=_("Kommer i journalen. Skriv kun det, sagen har brug for."),
    )

    def __init__(
        self, *args: Any, follow_up: FollowUp | None = None, goals: Sequence[Goal] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        kind = follow_up.kind if follow_up else Kind.CONTACT
        self.goals = list(goals) if kind == Kind.STATUS else []
        del self.fields["service_delivered" if kind == Kind.FIT else "pair_fits"]
        if kind not in _ASKS_ABOUT_HOURS:
            del self.fields["hours_fit"]
        if wanted := note_wanted(kind):
            # Else the page would call optional what the service asks for.
            self.fields["note"].required = True
            self.fields["note"].error_messages["required"] = wanted
        for goal in self.goals:
            self.fields[_goal_field(goal)] = _how_far(goal)
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    def facts(self) -> dict[str, Any]:
        """What ``services.record`` takes."""
        data = self.cleaned_data
        return {
            "form": data["how"],
            "done_on": data["done_on"],
            "note": data["note"],
            "service_delivered": _DELIVERED[data.get("service_delivered", "unknown")],
            "found": Found(
                pair_fits=_DELIVERED[data.get("pair_fits", "unknown")],
                hours_fit=data.get("hours_fit", ""),
                readings={
                    goal.public_id: data[_goal_field(goal)]
                    for goal in self.goals
                    if data[_goal_field(goal)] is not None
                },
            ),
        }


def _goal_field(goal: Goal) -> str:
    return f"goal_{goal.position}"


def _how_far(goal: Goal) -> forms.IntegerField:
    told = _("Skriv et tal fra 0 til 10.")
    return forms.IntegerField(
        label=_("Hvor langt er målet: %(goal)s") % {"goal": goal.text},
        help_text=_("0 er slet ikke, 10 er helt nået."),
        required=False,
        min_value=0,
        max_value=10,
        widget=ShortText(width="xs", inputmode="numeric"),
        error_messages={"invalid": told, "min_value": told, "max_value": told},
    )


_WROTE = {
    Hearing.Party.MENTOR: _("Mentoren skriver, at det går: %(going)s."),
    Hearing.Party.COMPANY: _("Virksomheden skriver, at det går: %(going)s."),
}


def first_record(follow_up: FollowUp, hearing: Hearing | None, today: date) -> dict[str, Any]:
    """What is known already: the way the plan wants it, and what mentor or company has written."""
    known = {"done_on": today, "how": follow_up.wanted_form or _FORM_OF.get(Kind(follow_up.kind), "")}
    if hearing is None or hearing.answered_at is None:
        return known
    words = [
        _WROTE[Hearing.Party(hearing.party)] % {"going": hearing.get_going_display().lower()},
        hearing.text,
    ]
    return {
        **known,
        "done_on": danish_day(hearing.answered_at),
        "how": FollowUp.Form.WRITTEN.value,
        "hours_fit": hearing.hours_fit,
        "note": " ".join(filter(None, words)),
    }


class MoveForm(UiForm):
    to = DanishDateField(label=_("Ny dag"))
    reason = forms.CharField(label=_("Hvorfor flyttes den?"), max_length=200)


class ConcludeForm(UiForm):
    """The end: day, why, each goal judged, the parting talk, the citizen's words, and what follows."""

    depends = ("parting_talk_on", "no_talk_reason")

    ended_on = DanishDateField(label=_("Sidste dag"))
    reason = ChipsField(label=_("Hvorfor slutter forløbet?"), choices=Conclusion.Reason.choices)
    what_worked = TextAreaField(
        label=_("Hvad virkede?"),
        required=False,
        max_length=4000,
        rows=3,
        help_text=_("Skriv, hvad der hjalp, så den næste kan bruge det."),
    )
    parting_talk = ChipsField(
        label=_("Har der været en afskedssamtale?"), choices=Conclusion.PartingTalk.choices
    )
    parting_talk_on = DanishDateField(label=_("Hvis ja: hvornår var den?"), required=False)
    no_talk_reason = forms.CharField(
        label=_("Hvis nej: hvorfor ikke?"), required=False, max_length=300, widget=ShortText(width="xl")
    )
    citizen_words = TextAreaField(
        label=_("Hvad siger borgeren om forløbet?"),
        required=False,
        max_length=4000,
        rows=3,
        help_text=_("Skriv det med borgerens egne ord."),
    )
    what_follows = ChipsField(label=_("Hvad følger efter?"), choices=Conclusion.Next.choices)
    next_steps = TextAreaField(label=_("Hvem gør hvad bagefter?"), required=False, max_length=4000, rows=2)
    mentor_free_from = DanishDateField(
        label=_("Mentoren kan tage en ny borger fra"),
        required=False,
        help_text=_("Lad feltet stå tomt, hvis det ikke vides. Dagen vises i mentorregistret."),
    )
    note = TextAreaField(
        label=_("Begrundelse til afgørelsen"),
        required=False,
        max_length=4000,
        rows=4,
        help_text=_("Borgeren får den i brevet om ophør. Skriv i et sprog, borgeren forstår."),
    )

    def __init__(
        self, *args: Any, goals: Sequence[Goal], citizen_has_written: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.goals = list(goals)
        if citizen_has_written:
            del self.fields["citizen_words"]
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
        told = Ending(**{each.name: self.cleaned_data.get(each.name, "") for each in fields(Ending)})
        return {
            **{name: self.cleaned_data[name] for name in names},
            "attainments": self.attainments,
            "told": told,
        }


def first_values(mentorship: Mentorship, today: date) -> dict[str, Any]:
    """What is known already: judgements proposed from the latest readings, and words noted before.

    A mentorship that has run out ended on its last day, because the period was over.
    """
    proposed = ending.proposed_attainments(mentorship)
    words = ending.words_of(mentorship)
    known: dict[str, Any] = {f"attainment_{position}": str(word) for position, word in proposed.items()}
    known |= {f"attainment_note_{goal.position}": goal.attainment_note for goal in mentorship.goals.all()}
    known["citizen_words"] = words.text if words else ""
    last_day = mentorship.last_day
    if last_day and last_day <= today:
        return {**known, "ended_on": last_day, "reason": Conclusion.Reason.PERIOD_OVER.value}
    return {**known, "ended_on": today}
