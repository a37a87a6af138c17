"""How long a first job was kept, as numbers that can be shown beside all others of a period.

Everyone is in one category: without a job, left it between two marks and why, there at a mark and not followed to the
next, or there at the last. Somebody is followed from mark to mark, and leaves the count at the last mark within what
the registers tell of them whatever came after it. So nobody drops out between two marks, and what Kaplan and Meier find
at the marks is made of whole numbers, of which ``cells.release`` decides which may be shown. The page has nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from brobygger import analysis
from brobygger.analysis import Dimension, Panel, Spells, charts
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.frequencies import FEWEST_PEOPLE
from brobygger.analysis.outcomes import CAUSES, Durations

MARKS = charts.MARKS
"""The weeks at which it is told."""
WITHIN_WEEKS = 52
"""A first job so many weeks after the start of the mentorship counts."""
SEEN_AFTER = 4
"""Whether a job has ended is seen so many weeks later (``analysis.job_retention``)."""
DIVISION = "kept"
NONE, JOB, STAYED = "none", "job", "stayed"
WAYS = ("benefit", "education", "out")
"""Why a job ended; ``out`` is pension, abroad and dead together."""
_WAY_OF = np.array([0, *(WAYS.index(cause) if cause in WAYS else WAYS.index("out") for cause in CAUSES[1:])])
_NOT_FOLLOWED = (0, *MARKS[:-1])


def left(mark: int, way: str) -> str:
    """Left the job since the mark before."""
    return f"left {mark} {way}"


def ended(since: int, mark: int) -> str:
    """Left it after one mark (0 for the beginning) and by another, whatever the reason."""
    return f"ended {since}-{mark}"


def followed(mark: int) -> str:
    """Had the job at the mark before, and is followed to this one."""
    return f"followed {mark}"


def still(mark: int) -> str:
    """Had the job at the mark."""
    return f"still {mark}"


def gone(way: str = "") -> str:
    """Left it within the time the person is followed; for one reason or for any."""
    return f"gone {way}".strip()


def lost(mark: int) -> str:
    """Had the job at the mark (0 for the beginning), and is not followed to the next."""
    return f"lost {mark}"


_LEFT = {(mark, way): left(mark, way) for mark in MARKS for way in WAYS}
CATEGORIES = (NONE, *_LEFT.values(), *map(lost, _NOT_FOLLOWED), STAYED)


def _groups() -> dict[str, tuple[str, ...]]:
    found = {JOB: CATEGORIES[1:], gone(): tuple(_LEFT.values())}
    found |= {gone(way): tuple(_LEFT[mark, way] for mark in MARKS) for way in WAYS}
    for mark in MARKS:
        here = tuple(_LEFT[mark, way] for way in WAYS)
        after = tuple(name for (when, _way), name in _LEFT.items() if when > mark)
        there = (*after, *(lost(when) for when in _NOT_FOLLOWED if when >= mark), STAYED)
        found |= {still(mark): there, followed(mark): (*here, *there)}
        for since in _NOT_FOLLOWED[: MARKS.index(mark) + 1]:
            found[ended(since, mark)] = tuple(
                name for (when, _), name in _LEFT.items() if since < when <= mark
            )
    return found


KEPT = Dimension(DIVISION, CATEGORIES, _groups())


def kept_of(states: Panel, spells: Spells) -> npt.NDArray[np.int64]:
    """The category (S,) of each spell."""
    found = analysis.job_retention(states, spells, within=WITHIN_WEEKS)
    place = np.zeros(len(spells), dtype=np.int64)
    place[found.row] = _places(found, states.stop_week)
    return place


def _places(found: Durations, stop_week: int) -> npt.NDArray[np.int64]:
    marks = np.array(MARKS)
    told = stop_week - found.start - SEEN_AFTER
    has_ended = found.cause > 0
    mark = np.searchsorted(marks, found.time)
    counts = has_ended & (mark < len(marks)) & (told >= marks[np.minimum(mark, len(marks) - 1)])
    through = np.searchsorted(marks, np.where(has_ended, told, np.minimum(told, found.time)), side="right")
    over = 1 + mark * len(WAYS) + _WAY_OF[found.cause]
    return np.where(counts, over, 1 + len(_LEFT) + through).astype(np.int64)


def retention_from(cells: Mapping[str, int | None]) -> dict[str, Any]:
    """What the page says, from released numbers alone; nothing where too few got a job to tell of.

    ``marks``: week, share still there with limits, how many were followed and how many left since the mark before, as
    far as all of that is shown. A mark is passed over where its number is not shown and everyone is followed past it.
    ``causes``: whole per cent that had left by each mark, by why; None where not shown.
    """
    jobs, rows = cells[_key(JOB)], _shown_marks(cells)
    if jobs is None or jobs < FEWEST_PEOPLE or not rows:
        return {"marks": [], "causes": []}
    curve = analysis.kaplan_meier(*_lives(rows))
    low, high = (limit[0] for limit in curve.interval())
    marks = []
    for mark, at_risk, ends in rows:
        at = int(np.searchsorted(curve.times, mark, side="right")) - 1
        levels = (float(values[at]) if at >= 0 else 1.0 for values in (curve.survival[0], low, high))
        marks.append([mark, *(round(level, 4) for level in levels), at_risk, ends])
    return {"marks": marks, "causes": _causes(cells, marks)}


def _key(label: str) -> str:
    return f"of|{DIVISION}|{label}"


def _shown_marks(cells: Mapping[str, int | None]) -> list[tuple[int, int, int]]:
    """Mark, followed and ended since the mark before it here, as far as they are shown and enough are followed."""
    rows, since, at_risk = list[tuple[int, int, int]](), 0, None
    for mark in MARKS:
        at_risk = cells[_key(followed(mark))] if at_risk is None else at_risk
        if at_risk is None or at_risk < FLOOR:
            break
        ends = cells[_key(ended(since, mark))]
        if ends is not None:
            rows.append((mark, at_risk, ends))
            since, at_risk = mark, None
        elif mark == MARKS[-1] or cells[_key(lost(mark))] != 0:
            break
    return rows


def _lives(rows: list[tuple[int, int, int]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Weeks in the job, and whether it ended then, of as many people as are followed to the first mark."""
    after = [at_risk for _mark, at_risk, _ends in rows[1:]] + [0]
    counts = [
        each
        for (_, at_risk, ends), more in zip(rows, after, strict=True)
        for each in (ends, at_risk - ends - more)
    ]
    weeks = np.repeat([mark for mark, *_rest in rows], 2)
    return np.repeat(weeks, counts).astype(np.int64), np.repeat([True, False] * len(rows), counts)


def _causes(cells: Mapping[str, int | None], marks: list[list[float]]) -> list[dict[str, Any]]:
    """Aalen and Johansen's shares: at each mark those still there before it, times how many of them left, added up."""
    there, since, rows = 1.0, 0, list[dict[str, Any]]()
    total: dict[str, float | None] = dict.fromkeys(WAYS, 0.0)
    for mark, share, _low, _high, at_risk, _ends in marks:
        for way in WAYS:
            count, before = left_between(cells, since, int(mark), way), total[way]
            total[way] = None if count is None or before is None else before + there * count / at_risk
        shares = {way: None if value is None else round(100 * value) for way, value in total.items()}
        rows.append({"week": int(mark), "since": since, "shares": shares})
        there, since = share, int(mark)
    return rows


def left_between(cells: Mapping[str, int | None], since: int, mark: int, way: str) -> int | None:
    """How many left after one mark and by another, and why; None where not shown."""
    counts = [cells[_key(left(when, way))] for when in MARKS if since < when <= mark]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
