"""From a drawn register to the rows of a comparison: what is known when, who is lost, and that the truth comes out."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from brobygger.analysis.designs import StartNow, compare, start_now_moments
from brobygger.analysis.entries import MISSING, entries_from_history, statuses_after, strata_of
from brobygger.analysis.errors import CohortError, DesignError
from brobygger.analysis.gate import CheckName
from brobygger.analysis.outcomes import FIVE
from brobygger.analysis.panel import Panel
from brobygger.analysis.result import Question
from tests.analysis.made import FIRST, drawn

PAST, AFTER = 250, 60


@cache
def register() -> tuple[Panel, np.ndarray, np.ndarray]:
    """Six hundred lives; some who have had jobs get a mentor, and a mentor makes a job 20 points likelier."""
    rng = np.random.default_rng(8)
    lives, arm = list[str](), list[bool]()
    for _ in range(600):
        able = rng.random() < 0.5
        early = "".join("j" * 10 if rng.random() < (0.5 if able else 0.1) else "c" * 10 for _ in range(24))
        treated = rng.random() < (0.6 if able else 0.2)
        found = rng.random() < 0.2 + 0.3 * able + 0.2 * treated
        lives.append(early + "c" * 10 + "c" * 20 + ("j" if found else "c") * 40)
        arm.append(treated)
    panel = drawn(*lives)
    return panel, np.arange(600), np.array(arm)


def test_the_true_difference_comes_out_of_the_register() -> None:
    panel, person, arm = register()
    entries = entries_from_history(
        panel, person, np.full(600, FIRST + PAST), arm, weeks=range(1, AFTER), outcome={"job"}
    )
    found = compare(entries, StartNow(), Question("i job", 52, 0.2))
    place = found.headline_place
    estimate, error = found._effect.estimate[place], found._effect.standard_error[place]
    naive = entries.outcome[arm, place].mean() - entries.outcome[~arm, place].mean()
    assert abs(estimate - 0.2) < 3 * error
    assert naive > estimate + 0.04
    assert found.gate[CheckName.PLACEBO].name is CheckName.PLACEBO


def test_the_background_stops_at_the_index_week() -> None:
    panel, person, arm = register()
    rows = {"weeks": [1, 2], "outcome": {"job"}}
    short = panel.widened(first_week=FIRST, stop_week=FIRST + PAST, outside="unseen").widened(
        first_week=FIRST, stop_week=FIRST + PAST + AFTER, outside="unseen"
    )
    whole = entries_from_history(panel, person, np.full(600, FIRST + PAST), arm, **rows)
    cut = entries_from_history(short, person, np.full(600, FIRST + PAST), arm, **rows)
    known = [whole.names.index(name) for name in whole.names if name in cut.names]
    assert len(known) == len(whole.names)
    assert np.array_equal(
        whole.covariates[:, known], cut.covariates[:, [cut.names.index(n) for n in whole.names]]
    )


def test_the_placebo_knows_only_what_was_before_the_past() -> None:
    """Someone who changes in the last 26 weeks looks the same in every column the placebo may use."""
    early = "j" * 100 + "c" * 124
    panel = drawn(early + "c" * 26 + "c", early + "j" * 26 + "j", "c" * 100 + "j" * 151)
    found = entries_from_history(
        panel, [0, 1, 2], [FIRST + 250] * 3, [True, False, False], weeks=[0], outcome={"job"}
    )
    assert found.known_before_past is not None and found.past is not None
    assert np.array_equal(
        found.covariates[0, found.known_before_past], found.covariates[1, found.known_before_past]
    )
    assert not np.array_equal(found.covariates[0], found.covariates[1])
    assert found.past[:, 0].tolist() == [0, 1, 1]
    assert {name for name, early in zip(found.names, found.known_before_past, strict=True) if early} >= {
        "before_share_job_y2"
    }


def test_weeks_not_over_are_not_failures_and_the_lost_are_counted() -> None:
    early = "c" * 60
    panel = drawn(early + "j" * 20, early + "c" * 5 + "d" * 15, early + "c" * 5 + "?" * 15, early + "c" * 20)
    found = entries_from_history(
        panel,
        np.arange(4),
        [FIRST + 60] * 3 + [FIRST + 70],
        [True, False] * 2,
        weeks=range(1, 16),
        outcome={"job"},
    )
    assert found.observed is not None and found.lost is not None
    assert found.observed.tolist() == [15, 15, 4, 9]
    assert found.lost.tolist() == [False, True, True, False]


def test_moments_of_several_weeks_and_strata() -> None:
    panel, person, arm = register()
    low = np.full(600, FIRST + PAST)
    start = np.where(arm, low + np.arange(600) % 8, -1)
    moments = start_now_moments(low, low + 8, start, seed=2)
    strata = strata_of(moments.week, moments.elapsed, np.zeros(len(moments.week)), band=4)
    found = entries_from_history(
        panel,
        person[moments.spell],
        moments.week,
        moments.starts,
        weeks=range(1, 40),
        outcome={"job"},
        strata=strata,
    )
    assert len(found.treated) == len(moments.spell) > 600
    assert found.treated.sum() == arm.sum()
    apart = strata_of([FIRST, FIRST, FIRST + 20, FIRST], [0, 20, 0, 0], ["a", "a", "a", "b"])
    assert len(set(apart.tolist())) == 4


def test_statuses_for_the_price_are_whole_or_refused() -> None:
    early = "c" * 10
    panel = drawn(early + "jec.", early + "ccss", early + "jj??")
    found = statuses_after(panel, [0, 1], [FIRST + 10] * 2, weeks=range(4))
    assert [[FIVE[at] for at in row] for row in found] == [
        ["job", "education", "benefit", "self_support"],
        ["benefit"] * 4,
    ]
    with pytest.raises(DesignError, match="kortere periode"):
        statuses_after(panel, [2], [FIRST + 10], weeks=range(4))
    with pytest.raises(DesignError, match="kortere periode"):
        statuses_after(panel, [0], [FIRST + 10], weeks=range(5))


def test_what_a_register_does_not_hold_is_said_and_can_be_given() -> None:
    panel, person, arm = register()
    index = np.full(600, FIRST + PAST)
    assert all(
        any(word in text for text in MISSING) for word in ("karakterer", "helbred", "vurdering", "svar")
    )
    marks = np.random.default_rng(1).normal(size=(600, 1))
    found = entries_from_history(
        panel, person, index, arm, weeks=[4], outcome={"job"}, background=marks, background_names=("marks",)
    )
    assert found.names[-1] == "marks"
    with pytest.raises(DesignError, match="et navn for hver kolonne"):
        entries_from_history(panel, person, index, arm, weeks=[4], outcome={"job"}, background=marks)
    with pytest.raises(CohortError, match="jobb"):
        entries_from_history(panel, person, index, arm, weeks=[4], outcome={"jobb"})
    with pytest.raises(DesignError, match="ingen fortid"):
        entries_from_history(panel, person, np.full(600, FIRST), arm, weeks=[4], outcome={"job"})
