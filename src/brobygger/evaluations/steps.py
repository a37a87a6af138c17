"""The plan of a roll-out in steps: who begins when, whom each month can be compared with, and the picture of it.

Plain Python. A month is its first day; None means never within the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from brobygger.analysis.rollout import NEVER
from brobygger.evaluations.lot import shuffle
from brobygger.values.period import add_months

Plan = tuple[tuple[str, date | None], ...]
"""(unit, first month with the new practice)."""


@dataclass(frozen=True)
class Month:
    """One month of a plan: how many units have begun, will begin later, and never do; and who begins now."""

    first_day: date
    begins: tuple[str, ...]
    begun: int
    not_yet: int
    never: int

    @property
    def can_be_compared(self) -> bool:
        """Somebody has begun, and somebody has not."""
        return self.begun > 0 and self.not_yet + self.never > 0


def plan_of(rows: Iterable[Sequence[str]]) -> Plan:
    """From stored rows [unit, "2027-03" or ""]. Raises ValueError for a month that is none."""
    return tuple((str(name), date.fromisoformat(f"{month}-01") if month else None) for name, month in rows)


def rows_of(plan: Plan) -> list[list[str]]:
    """As a plan is stored."""
    return [[name, f"{month:%Y-%m}" if month else ""] for name, month in plan]


def months_of(plan: Plan, first: date, count: int) -> tuple[Month, ...]:
    """The months of the plan in order, ``count`` of them from ``first``."""
    found = []
    for number in range(count):
        month = add_months(first, number)
        begun = sum(1 for _name, start in plan if start and start <= month)
        later = sum(1 for _name, start in plan if start and start > month)
        begins = tuple(name for name, start in plan if start == month)
        found.append(Month(month, begins, begun, later, len(plan) - begun - later))
    return tuple(found)


def by_lot(plan: Plan, *, seed: str) -> Plan:
    """The same months given to the units by lot; the units keep their order."""
    months = sorted((start for _name, start in plan), key=lambda start: start or date.max)
    given = dict(zip(shuffle([name for name, _start in plan], seed=seed), months, strict=True))
    return tuple((name, given[name]) for name, _start in plan)


def evenly(names: Sequence[str], first: date, count: int, *, never: int = 0) -> Plan:
    """A proposal: the units begin evenly over the months after the first, and the last ``never`` of them do not."""
    begins = len(names) - never
    gap = max(1, (count - 2) // max(begins, 1))
    return tuple(
        (name, add_months(first, min(1 + number * gap, count - 1)) if number < begins else None)
        for number, name in enumerate(names)
    )


def start_numbers(plan: Plan, first: date) -> npt.NDArray[np.int64]:
    """(U,): the number of the month in which each unit begins, 1 for ``first``; 0 for never."""
    return np.array([_apart(first, start) + 1 if start else 0 for _name, start in plan], dtype=np.int64)


def period_number(month: date) -> int:
    """Months since year 0: the periods of ``analysis.PanelOfUnits``."""
    return month.year * 12 + month.month - 1


def first_periods(plan: Plan) -> npt.NDArray[np.int64]:
    """(U,): ``first`` of ``analysis.PanelOfUnits`` for the units in order; NEVER for those that do not begin."""
    return np.array([period_number(start) if start else NEVER for _name, start in plan], dtype=np.int64)


def _apart(first: date, month: date) -> int:
    return period_number(month) - period_number(first)


# The picture

LABEL, CELL, ROW, TOP = 150, 26, 26, 30


@dataclass(frozen=True)
class Bar:
    """The months of one unit after it began, in the picture's own units."""

    name: str
    y: int
    x: int
    width: int


@dataclass(frozen=True)
class Picture:
    """A row for each unit: a line over all months, and a bar over those with the new practice."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    marks: tuple[tuple[int, str], ...]


def picture_of(plan: Plan, first: date, count: int) -> Picture:
    """Bars from the month each unit begins to the end of the plan; a mark every third month."""
    width = LABEL + CELL * count
    bars = []
    for place, (name, start) in enumerate(plan):
        begun = count if start is None else min(max(_apart(first, start), 0), count)
        bars.append(Bar(name, TOP + ROW * place, LABEL + CELL * begun, CELL * (count - begun)))
    marks = tuple(
        (LABEL + CELL * number, f"{add_months(first, number):%m.%y}") for number in range(0, count, 3)
    )
    return Picture(width, TOP + ROW * len(plan), tuple(bars), marks)
