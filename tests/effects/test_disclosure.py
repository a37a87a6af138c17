"""No two pages give away what one hides: every page of a period together, as somebody who subtracts them would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from brobygger.analysis import Dimension, Flows
from brobygger.effects.figures import happened
from brobygger.effects.figures.cells import Counted, Released, Tally, _matrix, _System, release
from brobygger.effects.figures.cohort import Cohort
from tests.effects.conftest import Stored

STATUSES = ("job", "education", "benefit")
AGES = ("young", "middle", "old")
GOALS = ("met", "not")
LASTED = ("none", "left 13 benefit", "left 13 education", "stayed")
KEPT = Dimension("kept", LASTED, {"job": LASTED[1:], "ended 13": LASTED[1:3]})
FLOOR = 5
Person = tuple[int, int, int, int, int]
"""Status before, status after, age, goal, and how long a job was kept."""
KINDS: list[Person] = list(product(range(3), range(3), range(3), range(2), range(4)))


def counted_of(people: Iterable[Person]) -> Counted:
    rows = np.array(list(people))
    links = np.zeros((1, 3, 3), dtype=np.int64)
    np.add.at(links[0], (rows[:, 0], rows[:, 1]), 1)
    totals = np.stack([np.bincount(rows[:, at], minlength=3) for at in (0, 1)])
    tables = []
    for at, size in ((2, 3), (3, 2)):
        table = np.zeros((size, 3), dtype=np.int64)
        np.add.at(table, (rows[:, at], rows[:, 1]), 1)
        tables.append(table)
    divisions = (Dimension("age", AGES, {"not young": ("middle", "old")}), Dimension("goals", GOALS))
    lasted = Tally(KEPT, np.bincount(rows[:, 4], minlength=len(LASTED)))
    flows = Flows(("start", "m12"), STATUSES, totals, links)
    middle = int(np.sort(rows[:, 2])[(len(rows) - 1) // 2])
    told = {"age": middle} if tables[0][middle].sum() >= FLOOR else {}
    return Counted(flows, divisions, tuple(tables), tallies=(lasted,), medians=told)


def knowable(counted: Counted, shown: dict[str, int | None], key: str) -> tuple[int, int]:
    """What a reader of every page finds out of one number, by filling in a joint table of all people.

    Unknowns are people by every trait at once, so that nothing is assumed about how the pages hang together. The
    reader knows the median age too: neither the younger nor the older are more than half.
    """
    told = [name for name, value in shown.items() if value is not None]
    exact = np.array([*(row_of(name) for name in told), np.ones(len(KINDS))])
    values = np.array([*(shown[name] for name in told), counted.people], dtype=float)
    limits = [optimize.LinearConstraint(exact, values, values)]
    for middle in counted.medians.values():
        sides = [[float(kind[2] < middle) for kind in KINDS], [float(kind[2] > middle) for kind in KINDS]]
        limits.append(optimize.LinearConstraint(np.array(sides), 0, counted.people // 2))
    ends = []
    for sign in (1, -1):
        found = optimize.milp(sign * row_of(key), constraints=limits, integrality=np.ones(len(KINDS)))
        ends.append(10**6 if found.x is None else round(sign * found.fun))
    return ends[0], ends[1]


def row_of(name: str) -> np.ndarray:
    return np.array([float(fits(name, kind)) for kind in KINDS])


def fits(name: str, kind: Person) -> bool:
    """Whether somebody with these traits is counted in a cell, read from the cell's own name."""
    part, *rest = name.split("|")
    before, after, age, goal, kept = kind
    if part == "link":
        return rest[1:] == [STATUSES[before], STATUSES[after]]
    if part == "at":
        return _has(rest[1], STATUSES[before if rest[0] == "start" else after])
    if part == "of":
        return rest[1] == LASTED[kept] or LASTED[kept] in KEPT.groups.get(rest[1], ())
    label = (AGES[age], GOALS[goal])[rest[0] == "goals"]
    inside = label == rest[1] or (rest[1] == "not young" and label != "young")
    return inside and _has(rest[2], STATUSES[after])


def _has(wanted: str, status: str) -> bool:
    return wanted == "*" or wanted == status or (wanted == "+" and status in ("job", "education"))


def in_doubt(counted: Counted, shown: dict[str, int | None], key: str) -> bool:
    """Whether a number may be that of no one, and of five or more."""
    low, high = knowable(counted, shown, key)
    return low == 0 and high >= FLOOR


def truth_of(released: Released) -> dict[str, int]:
    return dict(zip(released.keys, released.protected.values.tolist(), strict=False))


def small_and_hidden(counted: Counted, released: Released) -> list[str]:
    """The hidden cells that hold one to four people."""
    truth = truth_of(released)
    return [key for key, value in released.cells.items() if value is None and 0 < truth[key] < FLOOR]


people = st.lists(
    st.tuples(*(st.integers(0, most) for most in (2, 2, 2, 1, 3))),
    min_size=12,
    max_size=60,
)


@settings(max_examples=10)
@given(people)
def test_a_small_cell_may_hold_no_one_and_may_hold_five(rows: list[Person]) -> None:
    """Whichever pages a reader has: statuses, flows, divisions, how long jobs lasted and why, and the median."""
    counted = counted_of(rows)
    released = release(counted)
    assert not any(value is not None and 0 < value < FLOOR for value in released.cells.values())
    hidden = small_and_hidden(counted, released)
    for key in [*hidden[:2], *[each for each in hidden if each.startswith("of|")][:2]]:
        assert in_doubt(counted, dict(released.cells), key), key


PLANTED: list[Person] = (
    [(0, 0, 0, 0, 3)] * 9
    + [(2, 0, 1, 1, 3)] * 8
    + [(2, 2, 2, 0, 1)] * 7
    + [(2, 2, 0, 1, 2)] * 3
    + [(2, 2, 1, 1, 0)] * 9
)
"""Three young people on benefit, who left their job for an education; the other groups are large enough."""
SMALL = ("in|age|young|benefit", "of|kept|left 13 education")


def alone(counted: Counted) -> dict[str, int | None]:
    """What pages would show that each hide their own small numbers only."""
    system = _System(counted)
    keys, rows = zip(*system.cells(), strict=True)
    values = _matrix(list(rows), system.size) @ system.atoms()
    return {key: None if 0 < value < FLOOR else int(value) for key, value in zip(keys, values, strict=True)}


@pytest.mark.parametrize("key", SMALL)
def test_pages_decided_one_by_one_give_it_away(key: str) -> None:
    """The control: what each page hides for itself, the others tell; the curve tells what the causes hide."""
    counted = counted_of(PLANTED)
    naive = alone(counted)
    assert naive[key] is None and knowable(counted, naive, key) == (3, 3)
    assert in_doubt(counted, dict(release(counted).cells), key)


@pytest.mark.parametrize("key", SMALL)
def test_one_exact_number_put_back_is_found(key: str) -> None:
    """The control: of the numbers that are hidden to guard others there is one that gives this one away."""
    counted = counted_of(PLANTED)
    released = release(counted)
    truth, shown = truth_of(released), dict(released.cells)
    guards = [each for each, value in shown.items() if value is None and not 0 < truth[each] < FLOOR]
    same = [each for each in guards if each.split("|")[:2] == key.split("|")[:2]]
    assert any(not in_doubt(counted, shown | {each: truth[each]}, key) for each in same)


def test_a_median_tells_something_too() -> None:
    """The control: released as if no page told the median age, a small group cannot be empty."""
    rows = [(2, 2, age, 0, 0) for age, count in ((0, 3), (1, 20), (2, 18)) for _one in range(count)]
    counted = counted_of(rows)
    assert counted.medians == {"age": 1}
    forgotten = dict(release(replace(counted, medians={})).cells)
    assert not in_doubt(counted, forgotten, "in|age|young|*")
    assert in_doubt(counted, dict(release(counted).cells), "in|age|young|*")


def another_town(counted: Counted, released: Released, key: str) -> tuple[Counted, Released]:
    """People whom every shown number fits as well, with nobody in a hidden small cell."""
    found = released.protected
    is_open = found.open
    aim = found.matrix[[released.keys.index(key)]].toarray()[0]
    same = found.values[is_open].astype(float)
    limits = optimize.LinearConstraint(found.matrix[np.flatnonzero(is_open)], same, same)
    filled = optimize.milp(aim, constraints=limits, integrality=np.ones(len(aim)))
    atoms = np.rint(filled.x).astype(np.int64)
    values = np.rint(found.matrix @ atoms).astype(np.int64)
    assert values[released.keys.index(key)] == 0 and (values[is_open] == found.values[is_open]).all()
    flows, size = counted.flows, len(counted.flows.statuses)
    links = atoms[: flows.links.size].reshape(flows.links.shape)
    totals = np.stack([*links.sum(axis=2), links[-1].sum(axis=0)])
    assert totals.shape == (len(flows.points), size)
    other = replace(counted, flows=replace(flows, links=links, totals=totals))
    return other, replace(released, protected=replace(found, atoms=atoms, values=values))


def test_a_picture_says_no_more_than_its_numbers() -> None:
    """Two people were in education, and nobody afterwards. A town without them is drawn the same."""
    before = [(0, 0, 0, 0, 0)] * 9 + [(2, 2, 1, 1, 3)] * 14 + [(2, 0, 1, 1, 3)] * 8
    counted = counted_of([*before, *[(1, 0, 0, 0, 0)] * 2])
    released = release(counted)
    assert released.cells["at|start|education"] is None and released.cells["at|m12|education"] == 0
    other, same = another_town(counted, released, "at|start|education")
    drawn = happened.sankey_of(counted, released)
    assert drawn == happened.sankey_of(other, same)
    # The control: a picture that leaves out what is empty in truth would not be the same.
    kept = [np.flatnonzero(each.flows.totals.sum(axis=0)).tolist() for each in (counted, other)]
    assert kept[0] != kept[1]


KNOWN_TO_BE_GUARDED = {
    *("people", "horizon", "points", "left_out", "divisions", "cells", "links", "picture", "averages"),
    *("marks", "causes", "answers"),
}


def test_every_part_of_a_page_has_been_thought_of(figures: Stored) -> None:
    """What pages are drawn from; something new must be decided with the rest before it is shown."""
    assert {name for (period, _subject), payload in figures.items() if period for name in payload} <= (
        KNOWN_TO_BE_GUARDED
    )
    for (period, subject), payload in figures.items():
        if period and subject == "RETENTION":
            again = happened.kept.retention_from(payload["cells"])
            assert {name: payload[name] for name in again} == again


def test_two_periods_hold_different_people(cohorts: list[Cohort]) -> None:
    """So that one period taken from another is nobody's number."""
    seen: set[int] = set()
    for cohort in cohorts:
        rows = set(cohort.rows.tolist())
        assert rows and not rows & seen
        seen |= rows


def test_every_page_of_a_period_is_read_from_one_release(cohorts: list[Cohort]) -> None:
    released = release(cohorts[0].counted())
    truth = truth_of(released)
    assert all(value in (None, truth[key]) for key, value in released.cells.items())
    assert any(value is None for value in released.cells.values())
    assert all(value is None or value == 0 or value >= FLOOR for value in released.cells.values())


def ends_of(released: Released, key: str) -> tuple[int, int]:
    """The lowest and the highest that a number of a whole period can be to a reader of all its pages."""
    found = released.protected
    is_open = np.flatnonzero(found.open)
    same = found.values[is_open].astype(float)
    limits = optimize.LinearConstraint(found.matrix[is_open], same, same)
    aim = found.matrix[[released.keys.index(key)]].toarray()[0]
    ends = []
    for sign in (1, -1):
        filled = optimize.milp(sign * aim, constraints=limits, integrality=np.ones(len(aim)))
        ends.append(10**6 if filled.x is None else round(sign * filled.fun))
    return ends[0], ends[1]


def test_how_long_jobs_lasted_stays_in_doubt_in_a_whole_period(cohorts: list[Cohort]) -> None:
    counted = cohorts[-1].counted()
    released = release(counted)
    few = [key for key in small_and_hidden(counted, released) if key.startswith("of|")]
    assert few
    for key in few[:4]:
        low, high = ends_of(released, key)
        assert low == 0 and high >= FLOOR, key
    # The control: with every total of the tally put back, one of them is told.
    truth, found = truth_of(released), released.protected
    told = [key.startswith("of|kept|") and truth[key] >= FLOOR for key in released.keys]
    is_open = found.open.copy()
    is_open[: len(told)] |= told
    careless = replace(released, protected=replace(found, open=is_open))
    assert any(ends_of(careless, key)[0] > 0 for key in few[:4])
