"""The plan as the consultant types it, and how far the goals are as each party sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brobygger.mentorships.models import Goal, SupportPlan, Task
from brobygger.toolbox.forms import QuietField, ScaleField, ToolboxForm
from brobygger.toolbox.models import Side
from brobygger.toolbox.plan.services import Frame, GoalTerms, TaskLimit
from brobygger.ui.forms import DanishDateField, DurationField, ShortText

BoundFields = list[forms.BoundField]


class PlanForm(ToolboxForm):
    """Meetings expected and other support, then a block for each goal and each task."""

    sessions = forms.IntegerField(
        label=_("Hvor mange møder venter I?"), required=False, min_value=1, max_value=400,
        widget=ShortText(width="xs", inputmode="numeric"),
        error_messages={"invalid": _("Skriv et helt tal."), "min_value": _("Skriv mindst 1."),
                        "max_value": _("Skriv højst 400.")},
    )  # fmt: skip
    session_minutes = DurationField(
        label=_("Hvor længe varer et møde?"), required=False, min_minutes=5, max_minutes=12 * 60
    )
    rhythm = forms.CharField(
        label=_("Hvornår og hvor?"), required=False, max_length=200, widget=ShortText(width="l"),
        help_text=_("For eksempel tirsdag formiddag på biblioteket."),
    )  # fmt: skip
    other_support = forms.CharField(
        label=_("Hvem støtter ellers borgeren?"), required=False, max_length=400, widget=ShortText(width="xl"),
        help_text=_("For eksempel støttekontaktperson eller hjemmevejleder, og hvad de hjælper med."),
    )  # fmt: skip

    def __init__(self, *args: Any, goals: Sequence[Goal], tasks: Sequence[Task], **options: Any) -> None:
        super().__init__(*args, **options)
        self.goals, self.tasks = list(goals), list(tasks)
        for goal in self.goals:
            self.fields.update(_goal_fields(f"_{goal.position}"))
        for task in self.tasks:
            self.fields.update(_task_fields(task.position))

    @property
    def goal_blocks(self) -> list[tuple[Goal, BoundFields]]:
        names = ("own_words", "target_on", "scale_start", "scale_wanted")
        return [(goal, [self[f"{name}_{goal.position}"] for name in names]) for goal in self.goals]

    @property
    def task_blocks(self) -> list[tuple[Task, BoundFields]]:
        return [
            (task, [self[f"{name}_{task.position}"] for name in ("boundary", "beyond")])
            for task in self.tasks
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """What ``services.set_plan`` takes."""
        data = self.cleaned_data
        frame = Frame(data["sessions"], data["session_minutes"], data["rhythm"], data["other_support"])
        goals = {
            place: GoalTerms(data[f"own_words_{place}"], data[f"target_on_{place}"],
                             data[f"scale_start_{place}"], data[f"scale_wanted_{place}"])
            for place in (goal.position for goal in self.goals)
        }  # fmt: skip
        tasks = {
            place: TaskLimit(data[f"boundary_{place}"], data[f"beyond_{place}"])
            for place in (task.position for task in self.tasks)
        }
        return {"frame": frame, "goals": goals, "tasks": tasks}


class NewGoalForm(ToolboxForm):
    """One more goal: what, in whose words, by when, and from where to where."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"] = forms.CharField(
            label=_("Målet"), max_length=300, widget=ShortText(width="xl"),
            help_text=_("Skriv én ting, som borgeren kan nå."), error_messages={"required": _("Skriv målet.")},
        )  # fmt: skip
        self.fields.update(_goal_fields())

    @property
    def facts(self) -> dict[str, Any]:
        """What ``services.add_goal`` takes."""
        data = dict(self.cleaned_data)
        return {"text": data.pop("text"), "terms": GoalTerms(**data)}


def _goal_fields(place: str = "") -> dict[str, forms.Field]:
    """``place`` is what the names end with, where a form has several goals."""
    return {
        f"own_words{place}": forms.CharField(
            label=_("Målet med borgerens egne ord"),
            required=False,
            max_length=300,
            widget=ShortText(width="xl"),
        ),
        f"target_on{place}": DanishDateField(label=_("Skal være nået"), required=False),
        f"scale_start{place}": ScaleField(
            label=_("Hvor er borgeren nu?"),
            required=False,
            help_text=_("0 er længst fra målet, 10 er helt i mål."),
        ),
        f"scale_wanted{place}": ScaleField(label=_("Hvor vil borgeren hen?"), required=False),
    }


def _task_fields(place: int) -> dict[str, forms.Field]:
    return {
        f"boundary_{place}": forms.CharField(
            label=_("Hvad gør mentoren ikke?"),
            required=False,
            max_length=300,
            widget=ShortText(width="xl"),
            help_text=_("Skriv for eksempel: Gøre rent og købe ind."),
        ),
        f"beyond_{place}": forms.ChoiceField(
            label=_("Hvem gør det?"), required=False, choices=[("", _("Vælg")), *Task.Beyond.choices]
        ),
    }


def first_values(plan: SupportPlan | None, goals: Sequence[Goal], tasks: Sequence[Task]) -> dict[str, Any]:
    """What the plan says already."""
    names = ("sessions", "session_minutes", "rhythm", "other_support")
    found = {name: getattr(plan, name) for name in names} if plan else {}
    for goal in goals:
        for name in ("own_words", "target_on", "scale_start", "scale_wanted"):
            found[f"{name}_{goal.position}"] = getattr(goal, name)
    for task in tasks:
        for name in ("boundary", "beyond"):
            found[f"{name}_{task.position}"] = getattr(task, name)
    return found


class ReadingForm(ToolboxForm):
    """How far each goal is; the citizen may also say the goal in words of their own."""

    bound_field_class = QuietField

    def __init__(self, *args: Any, goals: Sequence[Goal], side: Side, **options: Any) -> None:
        super().__init__(*args, **options)
        self.goals = list(goals)
        for goal in self.goals:
            self.fields[f"score_{goal.position}"] = ScaleField(
                label=_("Hvor langt er du?") if side is Side.CITIZEN else _("Hvor langt er borgeren?"),
                required=False,
                help_text=_("0 er længst fra målet, 10 er helt i mål."),
            )
            if side is Side.CITIZEN:
                self.fields[f"own_words_{goal.position}"] = forms.CharField(
                    label=_("Sig målet med dine egne ord"), required=False, max_length=300,
                    initial=goal.own_words, widget=ShortText(width="xl"),
                )  # fmt: skip

    @property
    def blocks(self) -> list[tuple[Goal, BoundFields]]:
        return [
            (goal, [field for field in self if field.name.endswith(f"_{goal.position}")])
            for goal in self.goals
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """What ``services.read_goals`` takes."""
        data, places = self.cleaned_data, [goal.position for goal in self.goals]
        return {
            "scores": {
                place: data[f"score_{place}"] for place in places if data[f"score_{place}"] is not None
            },
            "own_words": {place: data[name] for place in places if (name := f"own_words_{place}") in data},
        }
