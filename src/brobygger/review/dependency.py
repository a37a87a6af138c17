"""Signs that a citizen leans more and more on the mentor, or that the role drifts: themes for a talk, never a verdict.

Practice warns of two things: that support grows while the citizen does not come nearer the goals, and that the mentor
ends up doing what the citizen, or another helper, should do. Both can have good reasons, so nothing here is counted,
kept or shown to others than those who follow up. The limits are this product's own choice and no law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


class Sign(StrEnum):
    RISING_HOURS = "RISING_HOURS"
    OUTSIDE_TASKS = "OUTSIDE_TASKS"
    MENTOR_DOES = "MENTOR_DOES"
    LONG = "LONG"


class Doer(StrEnum):
    """Who did the thing that the meeting was about; UNKNOWN where the mentor has not said."""

    CITIZEN = "CITIZEN"
    TOGETHER = "TOGETHER"
    MENTOR = "MENTOR"
    UNKNOWN = ""


@dataclass(frozen=True)
class Meeting:
    """One contact that took place. ``minutes`` is above 0."""

    day: date
    minutes: int
    has_task: bool = True
    doer: Doer = Doer.UNKNOWN


@dataclass(frozen=True)
class Reading:
    """How far one goal was on a day, 0 to 10. ``goal`` tells goals apart."""

    day: date
    goal: int
    score: int


@dataclass(frozen=True)
class Limits:
    """When something is worth a talk. Windows are whole weeks back from the day asked about."""

    weeks: int = 4
    rise: Fraction = Fraction(5, 4)
    rise_minutes: int = 60
    meetings: int = 4
    recent_weeks: int = 8
    outside: Fraction = Fraction(1, 2)
    mentor_does: Fraction = Fraction(3, 5)
    long_days: int = 365


USUAL = Limits()


@dataclass(frozen=True)
class Support:
    """What is known of one mentorship on a day. ``earlier_days`` is earlier support of the same citizen and mentor.

    ``has_tasks`` is whether tasks are agreed at all: without any, nothing lies outside them.
    """

    on: date
    started_on: date
    meetings: Sequence[Meeting] = ()
    readings: Sequence[Reading] = ()
    has_tasks: bool = True
    earlier_days: int = 0


@dataclass(frozen=True)
class Theme:
    """One sign with the two figures behind it, which the page says in words.

    RISING_HOURS: minutes in the weeks before and in the last weeks. OUTSIDE_TASKS and MENTOR_DOES: how many of how
    many meetings. LONG: days in all, and the days of them that lie in earlier support. ``progress_known`` is False
    where rising hours stand without any reading of the goals.
    """

    sign: Sign
    first: int
    second: int
    progress_known: bool = field(default=True)


def themes(support: Support, limits: Limits = USUAL) -> tuple[Theme, ...]:
    """What there is to talk about, in a fixed order; empty for most mentorships.

    The order of meetings and readings does not matter, and what lies after ``on`` is not looked at.
    """
    found = (
        _rising_hours(support, limits),
        _outside_tasks(support, limits),
        _mentor_does(support, limits),
        _long(support, limits),
    )
    return tuple(theme for theme in found if theme)


def _rising_hours(support: Support, limits: Limits) -> Theme | None:
    """More hours in the last weeks than in as many weeks before, and no goal that has come nearer meanwhile."""
    window = timedelta(weeks=limits.weeks)
    middle, first = support.on - window, support.on - 2 * window
    if support.started_on > first:
        return None
    before = sum(each.minutes for each in support.meetings if first < each.day <= middle)
    last = sum(each.minutes for each in support.meetings if middle < each.day <= support.on)
    if before == 0 or last < before * limits.rise or last - before < limits.rise_minutes:
        return None
    moved = _has_moved(support.readings, first, support.on)
    return None if moved else Theme(Sign.RISING_HOURS, before, last, progress_known=moved is not None)


def _has_moved(readings: Sequence[Reading], since: date, on: date) -> bool | None:
    """Whether any goal is higher at its last reading than at the one known when the weeks began; None if unknown."""
    known: list[bool] = []
    for goal in {each.goal for each in readings}:
        own = sorted((each.day, each.score) for each in readings if each.goal == goal and each.day <= on)
        earlier = [score for day, score in own if day <= since]
        later = [score for day, score in own if day > since]
        if later and (earlier or len(later) > 1):
            known.append(later[-1] > (earlier[-1] if earlier else later[0]))
    return any(known) if known else None


def _recent(support: Support, limits: Limits) -> list[Meeting]:
    since = support.on - timedelta(weeks=limits.recent_weeks)
    return [each for each in support.meetings if since < each.day <= support.on]


def _outside_tasks(support: Support, limits: Limits) -> Theme | None:
    recent = _recent(support, limits)
    outside = sum(not each.has_task for each in recent)
    if not support.has_tasks or len(recent) < limits.meetings or outside < len(recent) * limits.outside:
        return None
    return Theme(Sign.OUTSIDE_TASKS, outside, len(recent))


def _mentor_does(support: Support, limits: Limits) -> Theme | None:
    """Of the meetings where the mentor has said who did it."""
    told = [each for each in _recent(support, limits) if each.doer is not Doer.UNKNOWN]
    by_mentor = sum(each.doer is Doer.MENTOR for each in told)
    if len(told) < limits.meetings or by_mentor < len(told) * limits.mentor_does:
        return None
    return Theme(Sign.MENTOR_DOES, by_mentor, len(told))


def _long(support: Support, limits: Limits) -> Theme | None:
    days = max((support.on - support.started_on).days, 0) + support.earlier_days
    return Theme(Sign.LONG, days, support.earlier_days) if days > limits.long_days else None
