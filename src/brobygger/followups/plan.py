"""The follow-up plan by phase. Plain Python: steps and days in, days out.

Practice as the municipalities describe it: contact every third or fourth day for the first two weeks, then at least
monthly, a written status after three months, and a talk before the end. The law asks for follow-up without fixing an
interval, so this is the municipality's own plan and no legal deadline. A municipality can lay its own steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

import holidays

from brobygger.law.contact_minimum import contact_minimum
from brobygger.law.parameters import MissingParameter
from brobygger.values.period import ONE_DAY, add_months

END_DAYS_BEFORE = 14
CLOSE_DAYS = 7
"""Follow-ups closer to each other than this are made one."""


class Kind(StrEnum):
    CONTACT = "CONTACT"
    FIT = "FIT"
    MONTHLY = "MONTHLY"
    MENTOR = "MENTOR"
    HEARD_ALONE = "HEARD_ALONE"
    COMPANY = "COMPANY"
    STATUS = "STATUS"
    END = "END"


BESIDE = frozenset({Kind.MENTOR, Kind.COMPANY})
"""Hearings of others than the citizen: they never stand for a contact with the citizen."""


class Anchor(StrEnum):
    """What the number of a step counts."""

    DAYS_AFTER_START = "DAYS_AFTER_START"
    MONTHS_AFTER_START = "MONTHS_AFTER_START"
    EVERY_MONTHS = "EVERY_MONTHS"
    DAYS_BEFORE_END = "DAYS_BEFORE_END"


MOST = {
    Anchor.DAYS_AFTER_START: 90,
    Anchor.MONTHS_AFTER_START: 24,
    Anchor.EVERY_MONTHS: 6,
    Anchor.DAYS_BEFORE_END: 21,
}
"""The largest number that makes sense for each; the least is 1."""


@dataclass(frozen=True)
class Step:
    """One line of a plan. ``form`` is VISIT, CALL, WRITTEN or "" where the consultant chooses."""

    kind: Kind
    anchor: Anchor
    number: int
    form: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MOST[self.anchor]:
            raise ValueError(f"A step of {self.anchor} takes a number from 1 to {MOST[self.anchor]}.")

    def to_row(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "anchor": self.anchor.value,
            "number": self.number,
            "form": self.form,
        }

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Step:
        """Raises ValueError or KeyError for a row that ``to_row`` did not write."""
        return cls(Kind(row["kind"]), Anchor(row["anchor"]), int(row["number"]), str(row.get("form", "")))


START_PHASE = (
    Step(Kind.CONTACT, Anchor.DAYS_AFTER_START, 3),
    Step(Kind.FIT, Anchor.DAYS_AFTER_START, 7),
    Step(Kind.CONTACT, Anchor.DAYS_AFTER_START, 10),
    Step(Kind.CONTACT, Anchor.DAYS_AFTER_START, 14),
)
BASIC = (
    *START_PHASE,
    Step(Kind.MONTHLY, Anchor.EVERY_MONTHS, 1),
    Step(Kind.STATUS, Anchor.MONTHS_AFTER_START, 3),
    Step(Kind.END, Anchor.DAYS_BEFORE_END, END_DAYS_BEFORE),
)
"""Contact with the citizen alone."""
STANDARD = (
    *START_PHASE,
    Step(Kind.MONTHLY, Anchor.EVERY_MONTHS, 1),
    Step(Kind.HEARD_ALONE, Anchor.MONTHS_AFTER_START, 2, "CALL"),
    Step(Kind.COMPANY, Anchor.MONTHS_AFTER_START, 2, "WRITTEN"),
    Step(Kind.MENTOR, Anchor.DAYS_AFTER_START, 75, "WRITTEN"),
    Step(Kind.STATUS, Anchor.MONTHS_AFTER_START, 3),
    Step(Kind.END, Anchor.DAYS_BEFORE_END, END_DAYS_BEFORE, "VISIT"),
)
"""What counts where a municipality has laid no plan of its own."""


@dataclass(frozen=True, order=True)
class Planned:
    """One follow-up and the working day it is due. ``form`` is how the plan wants it, "" for any."""

    due_on: date
    kind: Kind
    form: str = ""


def default_plan(starts_on: date, ends_before: date) -> tuple[Planned, ...]:
    """``lay`` with the basic steps."""
    return lay(BASIC, starts_on, ends_before)


def lay(
    steps: Sequence[Step], starts_on: date, ends_before: date, *, with_company: bool = True
) -> tuple[Planned, ...]:
    """The follow-ups of a mentorship that runs ``[starts_on, ends_before)``, in order; empty for one of few days.

    All lie on working days inside the period. Where a step repeats every n months, no two neighbouring contacts with
    the citizen from start to last day are more than n months apart: what falls at a fixed month takes the place of the
    repeated one near it. Companies are heard only ``with_company``. Raises ValueError when the period holds no day.
    """
    if ends_before <= starts_on:
        raise ValueError("A follow-up plan needs a period with at least one day.")
    own = [step for step in steps if step.kind not in BESIDE]
    early = _first_weeks(own, starts_on, ends_before)
    last_early = early[-1].due_on if early else starts_on
    end = _end_of(own, ends_before, after=last_early)
    fixed = [*early, *_fixed(own, starts_on, last_early)]
    talks = _talks(own, fixed, starts_on, end.due_on if end else ends_before)
    if end and talks and (end.due_on - talks[-1].due_on).days < CLOSE_DAYS and _is_repeated(talks[-1], own):
        end = replace(end, due_on=talks.pop().due_on)
    beside = _beside(steps, starts_on, ends_before, with_company=with_company)
    return tuple(sorted([*talks, *([end] if end else []), *beside]))


def _is_repeated(planned: Planned, steps: Sequence[Step]) -> bool:
    return any(step.kind is planned.kind for step in steps if step.anchor is Anchor.EVERY_MONTHS)


def _first_weeks(steps: Sequence[Step], starts_on: date, ends_before: date) -> list[Planned]:
    """One a day: of two that fall on the same working day the first step stays."""
    found: dict[date, Planned] = {}
    for step in sorted((s for s in steps if s.anchor is Anchor.DAYS_AFTER_START), key=lambda s: s.number):
        day = next_working_day(starts_on + timedelta(days=step.number))
        if day < ends_before:
            found.setdefault(day, Planned(day, step.kind, step.form))
    return [found[day] for day in sorted(found)]


def _end_of(steps: Sequence[Step], ends_before: date, *, after: date) -> Planned | None:
    """So many days before the end; in a short mentorship the last working day of it, if any is left."""
    step = next((each for each in steps if each.anchor is Anchor.DAYS_BEFORE_END), None)
    if step is None:
        return None
    day = previous_working_day(ends_before - timedelta(days=step.number))
    if day <= after:
        day = previous_working_day(ends_before - ONE_DAY)
    return Planned(day, step.kind, step.form) if day > after else None


def _talks(steps: Sequence[Step], fixed: list[Planned], starts_on: date, before: date) -> list[Planned]:
    """At most n months apart, also around weekends: a day off moves them to the working day before, never after."""
    repeated = next((each for each in steps if each.anchor is Anchor.EVERY_MONTHS), None)
    if repeated is None:
        return [each for each in fixed if each.due_on < before]
    planned: list[Planned] = []
    last, waiting = starts_on, list(fixed)
    while True:
        day = previous_working_day(add_months(last, repeated.number))
        takes_place = bool(waiting) and (waiting[0].due_on - day).days < CLOSE_DAYS
        each = waiting.pop(0) if takes_place else Planned(day, repeated.kind, repeated.form)
        each = replace(each, due_on=min(day, each.due_on))
        if each.due_on >= before:
            return planned
        planned.append(each)
        last = each.due_on


def _fixed(steps: Sequence[Step], starts_on: date, after: date) -> list[Planned]:
    """Those of a fixed month, in order, one a day: the later step of a day waits for the next working day."""
    found: list[Planned] = []
    for step in sorted((s for s in steps if s.anchor is Anchor.MONTHS_AFTER_START), key=lambda s: s.number):
        day = previous_working_day(add_months(starts_on, step.number))
        if found and day <= found[-1].due_on:
            day = next_working_day(found[-1].due_on + ONE_DAY)
        if day > after:
            found.append(Planned(day, step.kind, step.form))
    return found


def _beside(
    steps: Sequence[Step], starts_on: date, ends_before: date, *, with_company: bool
) -> list[Planned]:
    """Hearings of mentor and company: on days of their own, also where one repeats."""
    days: set[Planned] = set()
    for step in steps:
        if step.kind not in BESIDE or (step.kind is Kind.COMPANY and not with_company):
            continue
        days |= {
            Planned(day, step.kind, step.form)
            for day in _days_of(step, starts_on, ends_before)
            if starts_on < day < ends_before
        }
    return list(days)


def _days_of(step: Step, starts_on: date, ends_before: date) -> list[date]:
    if step.anchor is Anchor.DAYS_AFTER_START:
        return [next_working_day(starts_on + timedelta(days=step.number))]
    if step.anchor is Anchor.DAYS_BEFORE_END:
        return [previous_working_day(ends_before - timedelta(days=step.number))]
    months = [step.number]
    if step.anchor is Anchor.EVERY_MONTHS:
        while add_months(starts_on, months[-1]) < ends_before:
            months.append(months[-1] + step.number)
    return [previous_working_day(add_months(starts_on, each)) for each in months]


def longest_silence(on: date, *, is_right_and_duty: bool, usual: int) -> int:
    """Days without contact before somebody must look: the municipality's ``usual``, or what the law allows if less.

    LAB §§ 93 and 96 c set a limit for right-and-duty mentors in 2014-2019. Where the law's number is not confirmed or
    not there, the usual one stands: what is not confirmed is never shown as law.
    """
    if not is_right_and_duty:
        return usual
    try:
        allowed = contact_minimum(on).amount
    except MissingParameter:
        return usual
    return min(usual, int(allowed)) if allowed is not None else usual


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no Danish holiday, Constitution Day, Christmas Eve or New Year's Eve."""
    return day.weekday() < 5 and day not in _closed(day.year)


def next_working_day(day: date) -> date:
    """``day``, or the first working day after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def previous_working_day(day: date) -> date:
    """``day``, or the last working day before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year, categories=("public", "optional")))
