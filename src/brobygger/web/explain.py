"""The law of a case on any day, its decisions read again, and "what if"."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.grants import explaining
from brobygger.grants.explaining import LawOfCase
from brobygger.law import english
from brobygger.law.codes import Context, MentorKind
from brobygger.law.fact_words import Language
from brobygger.law.facts import Facts
from brobygger.law.target_groups import ALL, SCHEME_START
from brobygger.mentorships import selectors
from brobygger.mentorships.models import Mentorship
from brobygger.people import services as people
from brobygger.ui.forms import DanishDateField, SearchSelect, UiForm
from brobygger.web import law_words
from brobygger.web.reading_language import chosen, render_in

LAST_DAY = date(2099, 12, 31)


def _day_field(label: Any) -> DanishDateField:
    return DanishDateField(label=label, required=True)


class _OnADay(UiForm):
    def clean_dag(self) -> date:
        day: date = self.cleaned_data["dag"]
        if not SCHEME_START <= day <= LAST_DAY:
            raise forms.ValidationError(_("Skriv en dag fra 10. juni 2003 til 31. december 2099."))
        return day


class DayForm(_OnADay):
    """Which day's law."""

    dag = _day_field(gettext_lazy("Loven den"))


class WhatIfForm(_OnADay):
    """Other facts than the case has; nothing is saved."""

    dag = _day_field(gettext_lazy("Dag"))
    target_group = forms.ChoiceField(label=gettext_lazy("Målgruppe"), widget=SearchSelect)
    context = forms.ChoiceField(label=gettext_lazy("Sammenhæng"), widget=SearchSelect)
    mentor_kind = forms.ChoiceField(label=gettext_lazy("Mentor"), widget=SearchSelect, required=False)

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        danish = language == "da"
        chosen_of = {
            "target_group": [
                (each.code, f"{each.paragraph}: {each.label if danish else english.GROUP_LABELS[each.code]}")
                for each in ALL
            ],
            "context": [(each.value, each.label if danish else english.label(each)) for each in Context],
            "mentor_kind": [
                ("", _("Ingen endnu")),
                *((each.value, each.label if danish else english.label(each)) for each in MentorKind),
            ],
        }
        for name, choices in chosen_of.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @staticmethod
    def of(facts: Facts) -> dict[str, Any]:
        """The case as it is."""
        return {
            "dag": facts.on,
            "target_group": facts.target_group or "",
            "context": facts.context or "",
            "mentor_kind": facts.mentor_kind or "",
        }

    @property
    def changes(self) -> dict[str, Any]:
        kind = self.cleaned_data["mentor_kind"]
        return {
            "on": self.cleaned_data["dag"],
            "target_group": self.cleaned_data["target_group"],
            "context": Context(self.cleaned_data["context"]),
            "mentor_kind": MentorKind(kind) if kind else None,
        }


@login_required
@require_GET
def explain(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every rule of a day with what it answered, and each decision held against the catalogue."""
    language, today = chosen(request), timezone.localdate()
    mentorship = _seen_case(request, public_id, _("Loven i forløbet"))
    with translation.override(language):
        form = DayForm(request.GET) if "dag" in request.GET else DayForm(initial={"dag": today})
        on = form.cleaned_data["dag"] if form.is_bound and form.is_valid() else today
        case = explaining.law_of_case(mentorship, on)
        context = {
            "mentorship": mentorship,
            "form": form,
            "on": on,
            "day": law_words.day(on, language),
            "told": case.told,
            "law": law_words.page(case.explanation, language),
            "decisions": [law_words.decision_again(each, language) for each in case.replays],
        }
        context["index"] = _index(context)
    return render_in(language, request, "web/explain.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def what_if(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same case with another day, context, target group or mentor; saves nothing."""
    language, today = chosen(request), timezone.localdate()
    mentorship = _seen_case(request, public_id, _("Hvad nu hvis"))
    with translation.override(language):
        case = explaining.law_of_case(mentorship, today)
        told = WhatIfForm.of(case.told.facts)
        form = WhatIfForm(request.POST if request.method == "POST" else None, initial=told, language=language)
        context: dict[str, Any] = {"mentorship": mentorship, "form": form}
        if form.is_valid():
            context |= _imagined(case, form, language)
    is_part = bool(getattr(request, "htmx", False))
    template = "web/what_if_result.html" if is_part else "web/what_if.html"
    return render_in(language, request, template, context, 422 if form.errors else 200)


def _imagined(case: LawOfCase, form: WhatIfForm, language: Language) -> dict[str, Any]:
    other, comparison = explaining.what_if(case, **form.changes)
    before_tone, before = law_words.verdict_of(case.explanation)
    after_tone, after = law_words.verdict_of(other)
    return {
        "differs": law_words.differences(comparison, case.explanation, other, language),
        "before": before,
        "before_tone": before_tone,
        "after": after,
        "after_tone": after_tone,
    }


def _seen_case(request: HttpRequest, public_id: uuid.UUID, page: str) -> Mentorship:
    """The case, once the look at its citizen is written down."""
    user = request.user
    assert isinstance(user, User)
    require(user, Permission.SEE_CASES)
    mentorship = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    people.note_look(citizen=mentorship.citizen, by=user, page=page)
    return mentorship


def _index(context: dict[str, Any]) -> list[dict[str, Any]]:
    decided = [{"label": _("Afgørelserne igen"), "url": "#afgoerelser", "attention": False, "note": ""}]
    parts = [
        (_("Svarene"), "svar"),
        (_("Oplyst"), "oplyst"),
        (_("Tallene"), "tal"),
        (_("Andre regler"), "andre"),
        (_("Det, man skal vide"), "viden"),
    ]
    found = [{"label": label, "url": f"#{key}", "attention": False, "note": ""} for label, key in parts]
    return [*found[:1], *(decided if context["decisions"] else []), *found[1:]]
