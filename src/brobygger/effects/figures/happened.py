"""What happened to a cohort, as stored: released numbers only, and nothing causal."""

from __future__ import annotations

from typing import Any

import numpy as np

from brobygger import analysis
from brobygger.analysis import Sankey
from brobygger.analysis.disclosure import FLOOR
from brobygger.effects.figures import kept
from brobygger.effects.figures.answers import answers_shown
from brobygger.effects.figures.cells import WELL, WELL_OFF, Counted, Released
from brobygger.effects.figures.cohort import STATUSES, Cohort

Payload = dict[str, Any]


def about(cohort: Cohort) -> Payload:
    """What every page of a period says of it: how many, how far, and how many were left out, rounded down."""
    return {
        "people": len(cohort.rows),
        "horizon": cohort.horizon,
        "points": list(cohort.points),
        "left_out": cohort.left_out // FLOOR * FLOOR,
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


def answers_of(cohort: Cohort, released: Released) -> Payload:
    """The citizens' own answers by who is in job or education at the last point, where they may be shown."""
    is_well = np.isin(cohort.status[-1], [STATUSES.index(each) for each in WELL])
    shown = released.cells[f"at|{cohort.points[-1]}|{WELL_OFF}"]
    return {"answers": answers_shown(cohort.answers, is_well, shown_well=shown)}


def averages(cohort: Cohort) -> Payload:
    """Medians of length and hours; nothing for fewer than ``FEWEST_PEOPLE``."""
    return {name: round(value, 1) for name, value in cohort.medians.items()}


def retention_of(released: Released) -> Payload:
    """How long the first job lasted, from what is released."""
    cells = cells_of(released, f"of|{kept.DIVISION}|")
    return {"cells": cells, **kept.retention_from(cells)}


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
