"""Own figures that stand beside others': mentorships by year, what one costs, and municipalities that resemble one."""

from __future__ import annotations

from typing import Any

import numpy as np

from brobygger import analysis
from brobygger.analysis import OutsideTotals
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.outside_totals import period_of
from brobygger.analysis.weeks import mondays
from brobygger.effects.figures.cohort import World
from brobygger.effects.figures.compared import cost_of

AREAS = ("OMRÅDE", "KOMKODE", "KOMMUNE", "D1")
ALIKE = 8
WHOLE = "Hele landet"

Payload = dict[str, Any]


def own_by_period(world: World) -> Payload:
    """How many mentorships had confirmed meetings in each year and quarter, as StatBank writes them, rounded down."""
    spells = world.spells
    if not len(spells):
        return {"own": {}}
    first, last = spells.column("first_day"), spells.column("last_day")
    stop = mondays(np.array([world.states.stop_week]))[0]
    counts = {}
    for label in _labels(int(first.min().astype("datetime64[Y]").astype(int)) + 1970, stop):
        period = period_of(label)
        assert period is not None and period.end is not None
        inside = (first < np.datetime64(period.end)) & (last >= np.datetime64(period.start))
        if np.datetime64(period.end) <= stop:
            counts[label] = int(inside.sum()) // FLOOR * FLOOR
    return {"own": {label: count for label, count in counts.items() if count}}


def _labels(year: int, stop: np.datetime64) -> list[str]:
    years = range(year, int(stop.astype("datetime64[Y]").astype(int)) + 1971)
    return [
        label for each in years for label in (str(each), *(f"{each}K{quarter}" for quarter in (1, 2, 3, 4)))
    ]


def cost_record(world: World) -> Payload:
    """Mean hours and price of an hour, where they are known."""
    cost = cost_of(world)
    return {} if cost is None else {"hours": cost.hours, "price_per_hour": cost.price_per_hour}


def alike_areas(outside: OutsideTotals, own: str) -> list[tuple[str, str, float | None]]:
    """Areas that use activation as one's own does: (area, period, full-time persons with a mentor), own first.

    Conditions are the newest published figures of every kind of activation in the table. Empty where the own area, or
    more than eight others, are not in it.
    """
    name = next((each for each in AREAS if each in outside.dimensions), "")
    newest = max((row.label for row in outside.rows if row.value is not None), default="")
    rows = [row for row in outside.rows if row.label == newest and row.value is not None] if name else []
    areas = sorted({row.labels[name] for row in rows} - {WHOLE})
    kinds = sorted({_kind(row.labels, name) for row in rows})
    mine = [area for area in areas if own and own.removesuffix(" Kommune") in area]
    if len(areas) <= ALIKE or len(mine) != 1:
        return []
    table = np.zeros((len(areas), len(kinds)))
    mentors: dict[str, float] = {}
    for row in rows:
        if row.labels[name] != WHOLE:
            table[areas.index(row.labels[name]), kinds.index(_kind(row.labels, name))] = row.value or 0.0
            if row.is_mentor:
                mentors[row.labels[name]] = mentors.get(row.labels[name], 0.0) + (row.value or 0.0)
    nearest = analysis.alike(np.log1p(table), count=ALIKE)[areas.index(mine[0])]
    return [(area, newest, mentors.get(area)) for area in (mine[0], *(areas[at] for at in nearest))]


def _kind(labels: Any, area: str) -> tuple[str, ...]:
    return tuple(value for name, value in labels.items() if name != area)
