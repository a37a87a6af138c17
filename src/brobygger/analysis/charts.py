"""Where the parts of a picture go, as numbers between 0 and 1, each picture with the table that says the same.

Nothing here draws: a page turns the numbers into SVG and sets the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from brobygger.analysis.disclosure import FLOOR, Protected, protect
from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Floats
from brobygger.analysis.pathways import Flows
from brobygger.analysis.survival import SurvivalCurves

MARKS = (13, 26, 52, 104)


@dataclass(frozen=True)
class Mark:
    """A line of the table under the curve: week, share still there with limits, and how many were followed so far.

    ``at_risk`` is rounded down to a multiple of the floor: "at least so many".
    """

    week: int
    share: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True)
class StepCurve:
    """A retention curve: ``x`` and ``y`` (P,) corners of the steps from 0 to 1, x of ``until`` weeks, y of everyone.

    ``low`` and ``high`` (P,) are the band at the same x. Each step holds at least ``FLOOR`` endings, so that none shows
    when a single person stopped. From week ``seen_until`` fewer than that are followed, and nothing is drawn. ``marks``
    is the table, read off the same steps.
    """

    x: Floats
    y: Floats
    low: Floats
    high: Floats
    until: int
    seen_until: float
    marks: tuple[Mark, ...]


def step_curve(
    curves: SurvivalCurves,
    *,
    group: int = 0,
    until: int = 104,
    marks: Sequence[int] = MARKS,
    floor: int = FLOOR,
) -> StepCurve:
    """The corners of one Kaplan-Meier curve. Raises DesignError when fewer than ``floor`` were followed at all."""
    steps = _steps(curves, group, until, floor)
    followed = np.flatnonzero(curves.at_risk[group] >= floor)
    if not len(followed):
        raise DesignError("Der er for få forløb til at tegne en kurve.")
    last = int(followed[-1])
    seen = float(until if last + 1 == len(curves.times) else min(float(curves.times[last]), until))
    times = curves.times[steps].astype(np.float64)
    share = curves.survival[group, steps]
    low, high = (limit[group, steps] for limit in curves.interval())
    levels = np.stack((times, share, low, high))
    shown = tuple(
        _mark(curves, group, week, levels, floor)
        for week in marks
        if week <= seen and _left(curves, group, week) >= floor
    )
    x = np.concatenate(([0.0], np.repeat(times, 2), [seen])) / until
    corners = [np.concatenate(([1.0], _stairs(values))) for values in (share, low, high)]
    return StepCurve(x, corners[0], corners[1], corners[2], until, seen, shown)


def _steps(curves: SurvivalCurves, group: int, until: int, floor: int) -> list[int]:
    """The times at which at least ``floor`` more have ended, as long as so many are followed."""
    steps, ended = list[int](), 0
    for place, events in enumerate(curves.events[group].tolist()):
        if curves.times[place] > until or curves.at_risk[group, place] < floor:
            break
        ended += events
        if ended >= floor:
            steps.append(place)
            ended = 0
    return steps


def _stairs(values: Floats) -> Floats:
    """Each level twice: where its step is reached and where it is left."""
    levels = np.concatenate(([1.0], values))
    return np.append(np.stack((levels[:-1], levels[1:]), axis=1).ravel(), levels[-1])


def _mark(curves: SurvivalCurves, group: int, week: int, steps: Floats, floor: int) -> Mark:
    """The line of a week: the level of the step it lies on. ``steps`` (4, P) are times, share, low and high."""
    place = int(np.searchsorted(steps[0], week, side="right")) - 1
    share, low, high = (1.0, 1.0, 1.0) if place < 0 else steps[1:, place].tolist()
    return Mark(week, share, low, high, _left(curves, group, week) // floor * floor)


def _left(curves: SurvivalCurves, group: int, week: int) -> int:
    """How many were followed at least so long: those at risk at the first time from the week on."""
    place = int(np.searchsorted(curves.times, week, side="left"))
    return int(curves.at_risk[group, place]) if place < len(curves.times) else 0


@dataclass(frozen=True)
class Node:
    """A status at a point: its column (0 …), ``top`` and ``bottom`` between 0 and 1; ``count`` None is not shown."""

    point: int
    status: str
    top: float
    bottom: float
    count: int | None


@dataclass(frozen=True)
class Ribbon:
    """A flow from one node to one in the next column, with where it leaves and where it arrives."""

    step: int
    source: str
    target: str
    source_top: float
    source_bottom: float
    target_top: float
    target_bottom: float
    count: int


@dataclass(frozen=True)
class Sankey:
    """The picture and the same as a table (point, status, next point, status, number or None: not shown)."""

    points: tuple[str, ...]
    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    table: tuple[tuple[str, str, str, str, int | None], ...]


def sankey(
    found: Flows, *, gap: float = 0.02, floor: int = FLOOR, guarded: Protected | None = None
) -> Sankey:
    """Places nodes and flows. Numbers that may not be shown have no ribbon, and their node's height is left open.

    ``guarded`` is what was decided together with other pages: its first cells are those of ``protect_flows``.

    Heights are in proportion to everyone, less a ``gap`` between the nodes of a column. A node that is not shown has
    top and bottom where it would begin: a page writes that it is not shown. A status is left out where every number of
    it is shown as 0, and only there: whether it is drawn says nothing of one that is hidden.
    """
    if not len(found.links) or found.totals[0].sum() < floor:
        raise DesignError("Der er for få forløb at tegne.")
    links, totals = _shown(found, guarded or protect_flows(found, floor=floor))
    kept = np.flatnonzero([any(count != 0 for count in column) for column in totals.T])
    room = 1 - gap * (len(kept) - 1)
    nodes = tuple(_nodes(found, totals, kept.tolist(), room, gap))
    ribbons = tuple(_ribbons(found, links, nodes, room))
    table = tuple(
        (found.points[step], found.statuses[a], found.points[step + 1], found.statuses[b], links[step, a, b])
        for step in range(len(found.links))
        for a in kept.tolist()
        for b in kept.tolist()
        if links[step, a, b] is None or links[step, a, b]
    )
    return Sankey(found.points, nodes, ribbons, table)


def protect_flows(found: Flows, *, floor: int = FLOOR) -> Protected:
    """Which flows and totals may be shown. Readers know that what flows into a node also flows out of it.

    Cells: links (steps × from × to), totals (points × statuses), and what readers know: the balances, which are 0, and
    how many there are in all.
    """
    steps, size = found.links.shape[0], found.links.shape[1]
    count = steps * size * size
    place = np.arange(count).reshape(steps, size, size)
    rows = list[Floats]()
    for point in range(steps + 1):
        for status in range(size):
            row = np.zeros(count)
            row[place[point, status, :] if point < steps else place[point - 1, :, status]] = 1
            rows.append(row)
    balances = list[Floats]()
    for step in range(steps - 1):
        for status in range(size):
            row = np.zeros(count)
            row[place[step, :, status]] = 1
            row[place[step + 1, status, :]] -= 1
            balances.append(row)
    everyone = np.zeros(count)
    everyone[place[0]] = 1
    known_rows = sparse.csr_array(np.array([*balances, everyone]))
    matrix = sparse.vstack([sparse.eye_array(count), sparse.csr_array(np.array(rows)), known_rows]).tocsr()
    known = np.arange(matrix.shape[0]) >= count + len(rows)
    return protect(matrix, found.links.ravel(), floor=floor, known=known)


Shown = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


def _shown(found: Flows, guarded: Protected) -> tuple[Shown, Shown]:
    """Links and totals with None where they are not shown."""
    values = guarded.values.astype(object)
    values[~guarded.open] = None
    count = found.links.size
    links = values[:count].reshape(found.links.shape)
    return links, values[count : count + found.totals.size].reshape(found.totals.shape)


def _nodes(found: Flows, totals: Shown, kept: list[int], room: float, gap: float) -> list[Node]:
    nodes = []
    people = int(found.totals[0].sum())
    for point in range(len(found.points)):
        top = 0.0
        for status in kept:
            count = totals[point, status]
            height = 0.0 if count is None else room * int(count) / people
            nodes.append(Node(point, found.statuses[status], top, top + height, count))
            top += height + gap
    return nodes


def _ribbons(found: Flows, links: Shown, nodes: tuple[Node, ...], room: float) -> list[Ribbon]:
    people = int(found.totals[0].sum())
    out_of = {(each.point, each.status): each.top for each in nodes}
    into = dict(out_of)
    ribbons = []
    for step, source, target in np.ndindex(*links.shape):
        count = links[step, source, target]
        if not count:
            continue
        start, end = (step, found.statuses[source]), (step + 1, found.statuses[target])
        height = room * int(count) / people
        ribbons.append(
            Ribbon(
                step,
                start[1],
                end[1],
                out_of[start],
                out_of[start] + height,
                into[end],
                into[end] + height,
                int(count),
            )
        )
        out_of[start] += height
        into[end] += height
    return ribbons
