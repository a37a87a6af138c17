"""No two pages give away what one hides: every page of a period together, as somebody who subtracts them would."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from brobygger.analysis import Dimension, Flows
from brobygger.effects.figures.cells import Counted, Released, _matrix, _System, release
from brobygger.effects.figures.cohort import Cohort

STATUSES = ("job", "education", "benefit")
FLOOR = 5


def counted_of(people: Iterable[tuple[int, int, int, int]]) -> Counted:
    """People as (status before, status after, age, goal)."""
    rows = np.array(list(people))
    links = np.zeros((1, 3, 3), dtype=np.int64)
    np.add.at(links[0], (rows[:, 0], rows[:, 1]), 1)
    totals = np.stack([np.bincount(rows[:, at], minlength=3) for at in (0, 1)])
    tables = []
    for at, size in ((2, 3), (3, 2)):
        table = np.zeros((size, 3), dtype=np.int64)
        np.add.at(table, (rows[:, at], rows[:, 1]), 1)
        tables.append(table)
    divisions = (
        Dimension("age", ("young", "middle", "old"), {"not old": ("young", "middle")}),
        Dimension("goals", ("met", "not")),
    )
    return Counted(Flows(("start", "m12"), STATUSES, totals, links), divisions, tuple(tables))


def knowable(counted: Counted, shown: dict[str, int | None], key: str) -> tuple[int, int]:
    """What a reader of every page finds out of one number, by filling in a joint table of all people.

    Unknowns are people by every trait at once, so that nothing is assumed about how the pages hang together.
    """
    kinds = [(a, b, c, d) for a in range(3) for b in range(3) for c in range(3) for d in range(2)]
    rows = {name: np.array([float(fits(name, kind)) for kind in kinds]) for name in shown}
    told = [name for name, value in shown.items() if value is not None]
    matrix = np.array([*(rows[name] for name in told), np.ones(len(kinds))])
    values = np.array([*(shown[name] for name in told), counted.people], dtype=float)
    limits = optimize.LinearConstraint(matrix, values, values)
    ends = []
    for sign in (1, -1):
        found = optimize.milp(sign * rows[key], constraints=limits, integrality=np.ones(len(kinds)))
        ends.append(10**6 if found.x is None else round(sign * found.fun))
    return ends[0], ends[1]


def fits(name: str, kind: tuple[int, int, int, int]) -> bool:
    """Whether somebody with these traits is counted in a cell, read from the cell's own name."""
    part, *rest = name.split("|")
    before, after, age, goal = kind
    if part == "link":
        return rest[1:] == [STATUSES[before], STATUSES[after]]
    if part == "at":
        return _has(rest[1], STATUSES[before if rest[0] == "start" else after])
    label = (("young", "middle", "old")[age], ("met", "not")[goal])[rest[0] == "goals"]
    inside = label == rest[1] or (rest[1] == "not old" and label != "old")
    return inside and _has(rest[2], STATUSES[after])


def _has(wanted: str, status: str) -> bool:
    return wanted == "*" or wanted == status or (wanted == "+" and status in ("job", "education"))


def small_and_hidden(counted: Counted, released: Released) -> list[str]:
    """The hidden cells that hold one to four people."""
    truth = dict(zip(released.keys, released.protected.values.tolist(), strict=False))
    return [key for key, value in released.cells.items() if value is None and 0 < truth[key] < FLOOR]


people = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)),
    min_size=12,
    max_size=60,
)


@settings(max_examples=12)
@given(people)
def test_a_small_cell_may_hold_no_one_and_may_hold_five(rows: list[tuple[int, int, int, int]]) -> None:
    counted = counted_of(rows)
    released = release(counted)
    assert not any(value is not None and 0 < value < FLOOR for value in released.cells.values())
    for key in small_and_hidden(counted, released)[:4]:
        low, high = knowable(counted, dict(released.cells), key)
        assert low == 0 and high >= FLOOR, key


PLANTED = (
    [(0, 0, 0, 0)] * 9 + [(2, 0, 1, 1)] * 8 + [(2, 2, 2, 0)] * 7 + [(2, 2, 0, 1)] * 3 + [(2, 2, 1, 1)] * 9
)
"""Three young people on benefit; the other groups are large enough."""


def test_pages_decided_one_by_one_give_it_away() -> None:
    """The control: what each page hides for itself, the others tell."""
    counted = counted_of(PLANTED)
    system = _System(counted)
    keys, rows = zip(*system.cells(), strict=True)
    values = _matrix(list(rows), system.size) @ system.atoms()
    alone = {key: None if 0 < value < FLOOR else int(value) for key, value in zip(keys, values, strict=True)}
    key = "in|age|young|benefit"
    assert alone[key] is None
    assert knowable(counted, alone, key) == (3, 3)
    low, high = knowable(counted, dict(release(counted).cells), key)
    assert low == 0 and high >= FLOOR


def test_two_periods_hold_different_people(cohorts: list[Cohort]) -> None:
    """So that one period taken from another is nobody's number."""
    seen: set[int] = set()
    for cohort in cohorts:
        rows = set(cohort.rows.tolist())
        assert rows and not rows & seen
        seen |= rows


def test_every_page_of_a_period_is_read_from_one_release(cohorts: list[Cohort]) -> None:
    released = release(cohorts[0].counted())
    truth = dict(zip(released.keys, released.protected.values.tolist(), strict=False))
    assert all(value in (None, truth[key]) for key, value in released.cells.items())
    assert any(value is None for value in released.cells.values())
    assert all(value is None or value == 0 or value >= FLOOR for value in released.cells.values())
