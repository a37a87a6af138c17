"""Filled tools as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.mentorships.models import Mentorship
from brobygger.toolbox import words
from brobygger.toolbox.charts import Wheel, wheel
from brobygger.toolbox.digital.kinds import Kind
from brobygger.toolbox.digital.screening import Fit, Suggestion, suggest
from brobygger.toolbox.models import DigitalTool, Sheet, Side
from brobygger.toolbox.tools import selectors
from brobygger.toolbox.tools.definitions import DIGITAL, TOOLS, WHEEL, Answer, Item, Seen, Tool
from brobygger.ui.formats import reader_short_date

SHOWN = 10


@dataclass(frozen=True)
class ToolRow:
    """A tool in the list: what it is for, how far it is, and where it is filled in."""

    title: str
    lead: str
    url: str
    fill_url: str
    state: str
    tone: str
    when: date | None


@dataclass(frozen=True)
class FilledRow:
    """A question and its answer. ``language`` is that of typed words where it is known."""

    question: str
    answer: str
    language: str = ""


@dataclass(frozen=True)
class Filled:
    """One filled tool as questions and answers."""

    heading: str
    day: date
    rows: tuple[FilledRow, ...]


@dataclass(frozen=True)
class Compared:
    """The same question answered by both. Texts are never called the same or different: there ``is_same`` is None."""

    question: str
    citizen: str
    mentor: str
    is_same: bool | None


@dataclass(frozen=True)
class Field:
    """A field of the wheel: the first number and the newest."""

    label: str
    first: int | None
    now: int | None


@dataclass(frozen=True)
class KindRow:
    """A kind of digital tool that would suit, why, and what the catalogue holds of it."""

    label: str
    reason: str
    tools: tuple[DigitalTool, ...]


def rows(mentorship: Mentorship, side: Side, sheets: list[Sheet], mentor_id: int | None) -> list[ToolRow]:
    """All tools in the order they are met; those one may neither fill in nor read yet are there as well."""
    return [_row(mentorship, side, sheets, mentor_id, tool) for tool in TOOLS.values()]


def _row(
    mentorship: Mentorship, side: Side, sheets: list[Sheet], mentor_id: int | None, tool: Tool
) -> ToolRow:
    newest = selectors.newest_of(sheets, tool, mentor_id=mentor_id)
    state, tone = _state(side, newest, tool)
    address = [mentorship.public_id, tool.slug]
    last = max(newest.values(), key=lambda sheet: (sheet.filled_at, sheet.pk), default=None)
    return ToolRow(
        title=str(tool.title),
        lead=str(tool.lead_citizen if side is Side.CITIZEN else tool.lead),
        url=reverse("toolbox:tool", args=address),
        fill_url=reverse("toolbox:fill", args=address) if side in tool.sides else "",
        state=state,
        tone=tone,
        when=last.filled_on if last else None,
    )


def _state(side: Side, newest: dict[Side, Sheet], tool: Tool) -> tuple[str, str]:
    if tool.seen is Seen.WHEN_BOTH_HAVE and newest and not selectors.open_to(newest, tool):
        if side in newest:
            return _("Venter på den anden"), "waiting"
        return (_("Mangler dit svar"), "attention") if side in tool.sides else (_("En har svaret"), "waiting")
    return (_("Udfyldt"), "done") if newest else (_("Ikke brugt endnu"), "neutral")


def page(
    tool: Tool,
    sheets: list[Sheet],
    *,
    viewer: Side,
    mentor_id: int | None,
    catalogue: Iterable[DigitalTool],
) -> dict[str, Any]:
    """What the page of one tool shows ``viewer``."""
    seen = selectors.seen_by(viewer, sheets, tool, mentor_id=mentor_id)
    newest = selectors.newest_of(sheets, tool, mentor_id=mentor_id)
    content: dict[str, Any] = {"tool": tool, "title": str(tool.title), "has_any": bool(seen)}
    if tool.seen is Seen.WHEN_BOTH_HAVE:
        return content | _both(tool, newest, viewer)
    if tool is WHEEL:
        return content | _wheel(seen, viewer)
    if tool is DIGITAL and seen:
        content |= _suggestion(suggest(seen[0].answers), list(catalogue))
        seen = seen[:1]
    return content | {"filled": [_filled(tool, sheet, viewer) for sheet in seen[:SHOWN]]}


def _filled(tool: Tool, sheet: Sheet, viewer: Side) -> Filled:
    answered = tuple(
        FilledRow(
            str(item.asked_of(viewer)),
            answer_words(item, sheet.answers[item.key]),
            "da" if item.answer is Answer.TEXT and sheet.side != Side.CITIZEN else "",
        )
        for item in tool.items
        if item.key in sheet.answers
    )
    return Filled(words.by(sheet.side, sheet.filled_on, viewer), sheet.filled_on, answered)


def answer_words(item: Item, value: Any) -> str:
    """An answer as one reads it; a choice that is no longer offered is shown as it is kept."""
    if item.answer is Answer.TICK:
        return _("Ja")
    if item.answer is Answer.SCALE:
        return _("%(score)s af 10") % {"score": value}
    if item.answer is Answer.CHOICE:
        return str(dict(item.choices).get(value, value))
    return str(value)


# Answered by both


def _both(tool: Tool, newest: dict[Side, Sheet], viewer: Side) -> dict[str, Any]:
    has_own = viewer in newest
    if not selectors.open_to(newest, tool):
        waits_for = [words.who(side, viewer) for side in map(Side, tool.sides) if side not in newest]
        own = [_filled(tool, newest[viewer], viewer)] if has_own else []
        return {"waits_for": waits_for, "has_own": has_own, "filled": own, "has_any": True}
    citizen, mentor = newest[Side.CITIZEN].answers, newest[Side.MENTOR].answers
    compared = [
        _compared(item, citizen.get(item.key), mentor.get(item.key))
        for item in tool.items
        if item.key in citizen or item.key in mentor
    ]
    return {
        "has_any": True,
        "compared": compared,
        "differ": sum(row.is_same is False for row in compared),
        "citizen_word": words.who(Side.CITIZEN, viewer),
        "mentor_word": words.who(Side.MENTOR, viewer),
    }


def _compared(item: Item, citizen: Any, mentor: Any) -> Compared:
    is_same = None if item.answer is Answer.TEXT else citizen == mentor
    return Compared(str(item.ask), _told(item, citizen), _told(item, mentor), is_same)


def _told(item: Item, value: Any) -> str:
    return "" if value is None else answer_words(item, value)


# The wheel


def _wheel(seen: list[Sheet], viewer: Side) -> dict[str, Any]:
    """The newest against the first; without any, an empty wheel to look at."""
    labels = {item.key: str(item.asked_of(viewer)) for item in WHEEL.items}
    now = seen[0].answers if seen else {}
    first = seen[-1].answers if len(seen) > 1 else {}
    drawn: Wheel = wheel(labels, now, first)
    return {
        "wheel": drawn,
        "fields": [Field(label, first.get(key), now.get(key)) for key, label in labels.items()],
        "now_by": _by(seen[0], viewer) if seen else "",
        "first_by": _by(seen[-1], viewer) if first else "",
    }


def _by(sheet: Sheet, viewer: Side) -> str:
    return f"{reader_short_date(sheet.filled_on)}, {words.who(sheet.side, viewer).lower()}"


# Digital tools


def _suggestion(found: Suggestion, catalogue: list[DigitalTool]) -> dict[str, Any]:
    answer = {
        Fit.YES: (_("Ja, et digitalt værktøj kan passe."), "good"),
        Fit.WITH_HELP: (_("Måske, hvis der er hjælp til at komme i gang."), "waiting"),
        Fit.NOT_NOW: (_("Ikke lige nu."), "neutral"),
    }[found.fit]
    return {
        "answer": answer[0],
        "answer_tone": answer[1],
        "reasons": [str(reason) for reason in found.reasons],
        "kinds": [
            KindRow(
                str(Kind(suited.kind).label),
                str(suited.reason),
                tuple(tool for tool in catalogue if tool.kind == suited.kind),
            )
            for suited in found.kinds
        ],
    }
