"""Assessments as pictures over time with the figures beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from brobygger.mentorships.models import Goal
from brobygger.toolbox import words
from brobygger.toolbox.assessments.areas import Change, Group, areas_of, change_of
from brobygger.toolbox.assessments.selectors import Progress
from brobygger.toolbox.charts import Picture, Reading, picture
from brobygger.toolbox.models import Assessment, Side
from brobygger.toolbox.plan.selectors import GoalStanding
from brobygger.ui.formats import LOCALE


@dataclass(frozen=True)
class Drawn:
    """One area or goal: its picture, its figures as rows of (day, who, score), and what they say in words.

    ``language`` is that of a title somebody typed.
    """

    title: str
    scale: str
    picture: Picture | None
    rows: tuple[tuple[date, str, int], ...]
    sentences: tuple[str, ...]
    wanted: int | None = None
    language: str = ""


def page(
    progress: Sequence[Progress],
    assessments: Sequence[Assessment],
    goals: Sequence[GoalStanding],
    *,
    viewer: Side,
) -> dict[str, Any]:
    """Goals, everyday life and work, each area with something to show; and language and notes as a list."""
    return {
        "goals": [_goal(each, viewer) for each in goals if each.readings],
        "life": _group(Group.LIFE, progress, viewer),
        "work": _group(Group.WORK, progress, viewer),
        "notes": _notes(assessments, viewer),
        "legend": [(number, label) for number, (_side, label) in enumerate(words.in_order(viewer))],
    }


def _group(group: Group, progress: Iterable[Progress], viewer: Side) -> list[Drawn]:
    by_area: dict[str, list[Progress]] = {}
    for each in progress:
        by_area.setdefault(each.barrier, []).append(each)
    return [
        _drawn(
            str(area.label),
            [Reading(words.who(each.who, viewer), each.when, each.score) for each in by_area[area.code]],
            viewer,
            scale=_("0: %(lowest)s. 10: %(highest)s.") % {"lowest": area.lowest, "highest": area.highest},
        )
        for area in areas_of(group)
        if area.code in by_area
    ]


def _goal(standing: GoalStanding, viewer: Side) -> Drawn:
    goal: Goal = standing.goal
    readings = [Reading(words.who(each.side, viewer), each.read_on, each.score) for each in standing.readings]
    return _drawn(goal.text, readings, viewer, wanted=goal.scale_wanted, language=LOCALE)


def _drawn(
    title: str,
    readings: list[Reading],
    viewer: Side,
    *,
    scale: str = "",
    wanted: int | None = None,
    language: str = "",
) -> Drawn:
    order = [label for _side, label in words.in_order(viewer)]
    by_who = [(label, [each.score for each in readings if each.who == label]) for label in order]
    sentences = [_sentence(label, scores) for label, scores in by_who if scores]
    rows = tuple((each.day, each.who, each.score) for each in readings)
    drawn = picture(readings, order, wanted=wanted)
    return Drawn(title, scale, drawn, rows, tuple(filter(None, sentences)), wanted, language)


def _sentence(label: str, scores: list[int]) -> str:
    """What the first and the last number of one side say, and no more than that."""
    told = {"who": label, "first": scores[0], "last": scores[-1]}
    return {
        Change.TOO_FEW: "",
        Change.SAME: _("%(who)s: omtrent det samme (%(first)s og %(last)s)."),
        Change.HIGHER: _("%(who)s: højere end første gang (fra %(first)s til %(last)s)."),
        Change.LOWER: _("%(who)s: lavere end første gang (fra %(first)s til %(last)s)."),
    }[change_of(scores)] % told


def _notes(assessments: Sequence[Assessment], viewer: Side) -> list[dict[str, Any]]:
    """The assessments that say more than numbers, newest first."""
    return [
        {
            "heading": words.by(each.side, each.assessed_on, viewer),
            "moment": each.get_moment_display(),
            "language": each.get_language_display() if each.language else "",
            "note": each.note,
            "words_in": "" if each.side == Side.CITIZEN else LOCALE,
        }
        for each in reversed(assessments)
        if each.note or each.language
    ]


def next_moment(assessments: Iterable[Assessment], side: Side, *, is_ending: bool) -> str:
    """What the form is preset to: the start for the first of a side, the end when it nears, else along the way."""
    if not any(each.side == side for each in assessments):
        return Assessment.Moment.START
    return Assessment.Moment.END if is_ending else Assessment.Moment.ALONG
