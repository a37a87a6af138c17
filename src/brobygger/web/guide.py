"""The public guide: at most six questions, and what can be made of the answers. Nobody need be signed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from brobygger.accounts.models import User
from brobygger.law import guide as law
from brobygger.law.codes import Context, MentorKind
from brobygger.law.fact_words import Language
from brobygger.law.guide import Answer, Answers, Course, Guidance, Paragraph, Place, Point, Possibility
from brobygger.law.information import INFORMATION
from brobygger.law.parameters import Parameters
from brobygger.rulebook import selectors as rulebook
from brobygger.ui.forms import ChipsField, DanishDateField, SearchSelect, UiForm
from brobygger.values.source import Source
from brobygger.web.law_words import day, source
from brobygger.web.reading_language import chosen, render_in

FEW = 5
"""Up to so many choices are drawn side by side; more become a list one can search."""

_KINDS: Mapping[str, Any] = {"context": Context, "place": Place, "mentor": MentorKind, "course": Course}


class GuideForm(UiForm):
    """The questions of a day. Every one but the day may stay open."""

    on = DanishDateField(required=False)

    def __init__(self, *args: Any, day: date, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in law.questions(day):
            if question.choices:
                self.fields[question.name] = _field_of(question, language)
            self.fields[question.name].label = question.words.text(language)

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on is not None and not law.FIRST_DAY <= on <= law.LAST_DAY:
            raise forms.ValidationError(_("Skriv en dag fra 10. juni 2003 til 31. december 2027."))
        return on

    def answers(self, on: date) -> Answers:
        """What is answered so far; an answer that the day does not have counts as open."""
        told = self.cleaned_data
        read = {name: kind(told[name]) for name, kind in _KINDS.items() if told.get(name)}
        return Answers(on=on, person=told.get("person") or None, **read)


def _field_of(question: law.Question, language: Language) -> forms.ChoiceField:
    choices = [(each.value, each.words.text(language)) for each in question.choices]
    gone = {"invalid_choice": _("Det kunne man ikke vælge den dag. Vælg igen.")}
    if len(choices) <= FEW:
        return ChipsField(choices=[*choices, ("", _("Ved ikke endnu"))], required=False, error_messages=gone)
    return forms.ChoiceField(
        choices=[("", _("Ved ikke endnu")), *choices],
        required=False,
        widget=SearchSelect,
        error_messages=gone,
    )


@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """The questions and the answer on one page, in the address so that it can be sent to a colleague."""
    language, today = chosen(request), timezone.localdate()
    with translation.override(language):
        on = _day(request, today)
        form = GuideForm({**_defaults(on), **request.GET.dict()}, day=on, language=language)
        form.is_valid()
        guidance = law.guide(form.answers(on), parameters=_numbers(request))
        context: dict[str, Any] = {
            "form": form,
            "answer": _page(guidance, language),
            "day": day(on, language),
            "asked": _is_asked(guidance),
        }
    is_part = bool(getattr(request, "htmx", False)) and request.headers.get("HX-Target") == "answer"
    context["is_another_day"] = is_part and request.headers.get("HX-Trigger") == "guide_day"
    template = "web/guide_answer.html" if is_part else "web/guide.html"
    response = render_in(language, request, template, context)
    response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary", ""), "HX-Request"]))
    return response


def _day(request: HttpRequest, today: date) -> date:
    """The day that is asked about; today where none, or no possible one, is written."""
    field = DanishDateField(required=False)
    try:
        on = field.clean(request.GET.get("on", ""))
    except forms.ValidationError:
        return today
    return on if on and law.FIRST_DAY <= on <= law.LAST_DAY else today


def _defaults(on: date) -> dict[str, Any]:
    return {"on": f"{on:%d.%m.%Y}"}


def _numbers(request: HttpRequest) -> Parameters | None:
    """Staff read with the numbers of their municipality; everybody else with those of the product."""
    user = request.user
    is_staff = isinstance(user, User) and user.kind == "staff" and user.municipality_id is not None
    return rulebook.numbers_of(user) if is_staff and isinstance(user, User) else None


def _is_asked(guidance: Guidance) -> bool:
    return any(getattr(guidance.answers, name) for name in ("person", "context", "place", "mentor", "course"))


# The answer in words


@dataclass(frozen=True)
class Line:
    """A sentence with the rule it stands on and how sure it is."""

    text: str
    rule_id: str
    confirmed: bool


@dataclass(frozen=True)
class ParagraphLine:
    """A paragraph as a link, as the component for legal references draws it."""

    source: Source
    confirmed: bool
    rules: str


@dataclass(frozen=True)
class Part:
    heading: str
    lines: list[Line]


@dataclass(frozen=True)
class Arrangement:
    """One possibility as the page shows it."""

    title: str
    tone: str
    word: str
    paragraphs: list[ParagraphLine]
    against: list[Line]
    parts: list[Part]
    is_open: bool


@dataclass(frozen=True)
class AnswerPage:
    heading: str
    open_ones: list[Arrangement]
    closed_ones: list[Arrangement]
    caveats: list[Line]
    remaining: list[str]
    guide_only: str


def _page(guidance: Guidance, language: Language) -> AnswerPage:
    count = len(guidance.open_ones)
    heading = (
        ngettext("%(n)d mulighed", "%(n)d muligheder", count) % {"n": count}
        if count
        else _("Det kan ikke lade sig gøre sådan")
    )
    return AnswerPage(
        heading=heading,
        open_ones=[_arrangement(each, language, is_open=count == 1) for each in guidance.open_ones],
        closed_ones=[_arrangement(each, language, is_open=False) for each in guidance.closed_ones],
        caveats=_lines(guidance.caveats, language),
        remaining=[each.words.text(language) for each in guidance.remaining],
        guide_only=INFORMATION["N16"].text_en if language == "en" else "",
    )


def _arrangement(possibility: Possibility, language: Language, *, is_open: bool) -> Arrangement:
    tone, word = {
        Answer.YES: ("good", _("Kan lade sig gøre")),
        Answer.NOT_CONFIRMED: ("warning", _("Ikke bekræftet")),
        Answer.NO: ("closed", _("Kan ikke lade sig gøre")),
    }[possibility.answer]
    parts = (
        (_("Det skal vises"), possibility.conditions),
        (_("Det kan blandes med"), possibility.combinations),
        (_("Det koster kommunen"), possibility.costs),
        (_("Det følger med"), possibility.consequences),
        (_("Papirer"), possibility.forms),
    )
    return Arrangement(
        title=possibility.title.text(language),
        tone=tone,
        word=word,
        paragraphs=_paragraphs(possibility.paragraphs, language),
        against=_lines(possibility.reasons_against, language),
        parts=[Part(heading, lines) for heading, points in parts if (lines := _lines(points, language))],
        is_open=is_open,
    )


def _lines(points: Iterable[Point], language: Language) -> list[Line]:
    """Each sentence once."""
    told = {each.words.text(language): each for each in reversed(list(points))}
    return [Line(text, told[text].rule_id, told[text].confirmed) for text in reversed(told)]


def _paragraphs(paragraphs: Iterable[Paragraph], language: Language) -> list[ParagraphLine]:
    """Each paragraph once, with the rules that stand there."""
    found: dict[tuple[str, str], list[Paragraph]] = {}
    for each in paragraphs:
        found.setdefault((str(each.source), each.source.url), []).append(each)
    return [
        ParagraphLine(
            source(several[0].source, language),
            all(each.confirmed for each in several),
            ", ".join(each.rule_id for each in several),
        )
        for several in found.values()
    ]
