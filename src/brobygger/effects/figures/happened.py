"""What happened to a cohort, as stored: released numbers only, and nothing causal."""

from __future__ import annotations

from typing import Any

import numpy as np

from brobygger import analysis
from brobygger.analysis import Sankey, StepCurve
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.errors import DesignError
from brobygger.analysis.frequencies import FEWEST_PEOPLE
from brobygger.analysis.outcomes import CAUSES, Durations
from brobygger.analysis.survival import SurvivalCurves
from brobygger.effects.figures.cells import Counted, Released
from brobygger.effects.figures.cohort import Cohort, World

WITHIN_WEEKS = 52
"""A first job so many weeks after the start of the mentorship counts."""
CURVE_WEEKS = 104

Payload = dict[str, Any]


def about(cohort: Cohort) -> Payload:
    """What every page of a period says of it: how many, how far, and how many were left out, rounded down."""
    return {
        "people": len(cohort.rows),
        "horizon": cohort.horizon,
        "points": list(cohort.points),
        "left_out": cohort.left_out // FLOOR * FLOOR,
        "some_left_out": cohort.left_out > 0,
    }


def cells_of(released: Released, *beginnings: str) -> Payload:
    """The released cells of some pages."""
    return {key: value for key, value in released.cells.items() if key.startswith(beginnings)}


def divisions_of(cohort: Cohort, *names: str) -> list[Payload]:
    """Names and categories of some divisions, in the order of the page."""
    return [
        {"name": each.name, "categories": list(each.categories), "groups": list(each.groups)}
        for each in cohort.divisions
        if each.name in names
    ]


def averages(cohort: Cohort) -> Payload:
    """Medians of length and hours; nothing for fewer than ``FEWEST_PEOPLE``."""
    if len(cohort.rows) < FEWEST_PEOPLE:
        return {}
    given = analysis.dosage(cohort.spells)
    parts = {"months": given.months, "hours": given.hours_per_week, "face": given.face_per_week}
    return {name: round(float(np.median(values)), 1) for name, values in parts.items()}


def sankey_of(counted: Counted, released: Released) -> Payload | None:
    """The picture of the flows, as places between 0 and 1, from what is released; None where flows are not shown."""
    if not counted.with_links:
        return None
    return _picture(analysis.sankey(counted.flows, guarded=released.protected))


def _picture(drawn: Sankey) -> Payload:
    return {
        "nodes": [[n.point, n.status, round(n.top, 4), round(n.bottom, 4), n.count] for n in drawn.nodes],
        "ribbons": [
            [
                r.step,
                r.source,
                r.target,
                *_rounded(r.source_top, r.source_bottom, r.target_top, r.target_bottom),
                r.count,
            ]
            for r in drawn.ribbons
        ],
    }


def _rounded(*values: float) -> list[float]:
    return [round(value, 4) for value in values]


def retention_of(world: World, cohort: Cohort) -> Payload:
    """How long the first job lasted. ``people`` is rounded down; empty where too few got a job."""
    found = analysis.job_retention(world.states, cohort.spells, within=WITHIN_WEEKS)
    if len(found.row) < FEWEST_PEOPLE:
        return {"people": None}
    curves = analysis.kaplan_meier(found.time, found.cause > 0)
    try:
        drawn = analysis.step_curve(curves, until=CURVE_WEEKS)
    except DesignError:
        return {"people": None}
    return {
        "people": len(found.row) // FLOOR * FLOOR,
        "curve": _curve(drawn),
        "marks": [
            [m.week, round(m.share, 4), round(m.low, 4), round(m.high, 4), m.at_risk] for m in drawn.marks
        ],
        "causes": _causes(found, curves, drawn),
    }


def _curve(drawn: StepCurve) -> Payload:
    columns = {"x": drawn.x, "y": drawn.y, "low": drawn.low, "high": drawn.high}
    return {name: np.round(values, 4).tolist() for name, values in columns.items()} | {
        "until": drawn.until,
        "seen_until": drawn.seen_until,
    }


def _causes(found: Durations, curves: SurvivalCurves, drawn: StepCurve) -> list[Payload]:
    """Whole per cent that had left their job by each mark, by why; None where a step would hold too few people."""
    ended = analysis.aalen_johansen(found.time, found.cause.astype(np.int64))
    rows, before = list[Payload](), np.zeros(len(CAUSES), dtype=np.int64)
    for mark in drawn.marks:
        counts = np.bincount(
            found.cause[(found.time <= mark.week) & (found.cause > 0)], minlength=len(CAUSES)
        )
        shares = ended.at(mark.week)[0]
        by_cause = {int(cause): float(share) for cause, share in zip(ended.causes, shares, strict=True)}
        fresh = counts - before
        guarded = not ((fresh > 0) & (fresh < FLOOR)).any()
        rows.append(
            {
                "week": mark.week,
                "shares": {
                    name: round(100 * by_cause.get(place, 0.0)) if guarded else None
                    for place, name in enumerate(CAUSES)
                    if place
                },
            }
        )
        before = counts if guarded else before
    return rows
