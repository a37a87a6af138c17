"""How long a first job was kept: the same as Kaplan and Meier find, from numbers that may be shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from brobygger import analysis
from brobygger.analysis.outcomes import Durations
from brobygger.analysis.survival import SurvivalCurves
from brobygger.effects.figures import kept
from brobygger.effects.figures.cohort import Cohort, World

MARKS = kept.MARKS
STOP = 1000


def durations(*jobs: tuple[int, int, int]) -> Durations:
    """Jobs as (week it began, weeks it lasted, why it ended); the registers end in week 1000."""
    start, time, cause = np.array(jobs).T
    row = np.arange(len(jobs))
    return Durations(row, row, start, time, cause.astype(np.int8))


@pytest.mark.parametrize(
    ("job", "category"),
    [
        ((500, 13, 1), "left 13 benefit"),
        ((500, 14, 2), "left 26 education"),
        ((500, 104, 4), "left 104 out"),
        ((500, 105, 1), "stayed"),
        ((500, 500, 0), "stayed"),
        ((940, 60, 0), "lost 52"),
        ((945, 55, 0), "lost 26"),
        ((970, 20, 1), "left 26 benefit"),
        ((973, 20, 1), "lost 13"),
        ((990, 5, 3), "lost 0"),
        ((700, 30, 0), "lost 26"),
    ],
)
def test_everyone_is_followed_to_the_last_mark_the_registers_reach(
    job: tuple[int, int, int], category: str
) -> None:
    """An end is seen four weeks later, so the last four weeks are as if they had not come."""
    assert kept.CATEGORIES[kept._places(durations(job), STOP)[0]] == category


def cells_of(places: np.ndarray) -> dict[str, int | None]:
    """Every number, none of them hidden."""
    names = [kept.CATEGORIES[place] for place in places]
    members = {name: (name,) for name in kept.CATEGORIES} | dict(kept.KEPT.groups)
    return {f"of|kept|{label}": sum(name in parts for name in names) for label, parts in members.items()}


def direct(found: Durations) -> SurvivalCurves:
    """The curve of the single weeks, each person followed to the last mark the registers reach."""
    told = STOP - found.start - kept.SEEN_AFTER
    reach = np.array([max((mark for mark in MARKS if mark <= weeks), default=0) for weeks in told])
    within = found.time <= reach
    return analysis.kaplan_meier(np.where(within, found.time, reach), within & (found.cause > 0))


@pytest.fixture(scope="module")
def jobs() -> Durations:
    """Jobs that began at any time in three years and ended by chance, or have not."""
    rng = np.random.default_rng(4)
    start = rng.integers(STOP - 156, STOP - 6, 300)
    ends = rng.geometric(0.012, 300)
    left = STOP - start
    cause = np.where(ends <= left - kept.SEEN_AFTER, rng.choice([1, 2, 4], 300, p=[0.6, 0.3, 0.1]), 0)
    return durations(*zip(start, np.where(cause, ends, left), cause, strict=True))


def test_the_marks_are_those_of_the_single_weeks(jobs: Durations) -> None:
    payload = kept.retention_from(cells_of(kept._places(jobs, STOP)))
    curve = direct(jobs)
    assert [mark[0] for mark in payload["marks"]] == list(MARKS)
    for week, share, *limits, _at_risk, _ended in payload["marks"]:
        place = int(np.searchsorted(curve.times, week, side="right")) - 1
        told = [share, *limits]
        assert told == pytest.approx(
            [each[0, place] for each in (curve.survival, *curve.interval())], abs=1e-4
        )
    followed = [mark[4] for mark in payload["marks"]]
    assert 300 > followed[0] > followed[-1] > 20
    causes = payload["causes"][-1]["shares"]
    left = 100 * (1 - payload["marks"][-1][1])
    assert sum(causes.values()) == pytest.approx(left, abs=1.5)


def test_those_not_followed_are_not_counted_as_still_there(jobs: Durations) -> None:
    """The control: taken for people who kept their job, they make it last longer than it did."""
    places = kept._places(jobs, STOP)
    honest = kept.retention_from(cells_of(places))["marks"][-1][1]
    names = np.array(kept.CATEGORIES)[places]
    stayed = np.where(np.char.startswith(names, "lost"), kept.CATEGORIES.index("stayed"), places)
    trapped = kept.retention_from(cells_of(stayed))["marks"][-1][1]
    assert trapped > honest + 0.05
    assert honest == pytest.approx(0.988**104, abs=0.09)


def test_a_mark_is_told_only_with_its_numbers(jobs: Durations) -> None:
    cells = cells_of(kept._places(jobs, STOP))
    hidden = cells | {"of|kept|ended 26-52": None}
    assert [mark[0] for mark in kept.retention_from(hidden)["marks"]] == [13, 26]
    unsaid = kept.retention_from(cells | {"of|kept|left 26 education": None})["causes"]
    assert [row["shares"]["education"] is None for row in unsaid] == [False, True, True, True]
    assert all(row["shares"]["benefit"] is not None for row in unsaid)
    for too_few in ({"of|kept|job": None}, {"of|kept|job": 19}, {"of|kept|followed 13": 4}):
        assert kept.retention_from(cells | too_few) == {"marks": [], "causes": []}


def test_a_mark_that_is_hidden_is_passed_over_where_everyone_is_followed_past_it() -> None:
    """The shares at the others are the same with it as without."""
    found = durations(*[(500, week, 1) for week in range(3, 60)], *[(500, 500, 0)] * 20)
    cells = cells_of(kept._places(found, STOP))
    assert cells["of|kept|lost 13"] == 0
    whole = kept.retention_from(cells)
    without = kept.retention_from(cells | {"of|kept|ended 0-13": None, "of|kept|ended 13-26": None})
    assert [mark[:4] for mark in without["marks"]] == [mark[:4] for mark in whole["marks"] if mark[0] != 13]
    assert [row["since"] for row in without["causes"]] == [0, 26, 52]
    assert without["causes"][-1]["shares"] == whole["causes"][-1]["shares"]
    lost = cells | {"of|kept|ended 0-13": None, "of|kept|lost 13": 1}
    assert kept.retention_from(lost)["marks"] == []


def test_who_is_counted_are_those_the_library_finds(world: World, cohorts: list[Cohort]) -> None:
    cohort = cohorts[-1]
    found = analysis.job_retention(world.states, cohort.spells, within=kept.WITHIN_WEEKS)
    got = np.flatnonzero(cohort.kept)
    assert got.tolist() == found.row.tolist() and 20 < len(got) < len(cohort.rows)
    labels = cohort.labels_of(int(got[0]))
    assert "job" in labels["kept"] and labels["kept"][0] in kept.CATEGORIES
    tally = replace(cohort).counted().tallies[0]
    assert tally.counts.sum() == len(cohort.rows)
