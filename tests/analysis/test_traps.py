"""Every known trap, put into the library: the test that guards against it must fail, or it guards against nothing.

A trap is one line of a function written wrongly, or one state filed wrongly. ``docs/analysis/published-answers.md``
lists them beside the tests.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from brobygger.analysis import cohorts, designs, entries, estimators, outcomes, survival, weeks
from tests.analysis import (
    test_cohorts,
    test_designs,
    test_entries,
    test_outcomes,
    test_survival,
    test_weeks,
)

Found = (AssertionError, pytest.fail.Exception)


@dataclass(frozen=True)
class Line:
    """A line of a function, and what the trap makes of it."""

    function: Callable[..., object]
    right: str
    wrong: str

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """The function as the trap has it, wherever a module knows it by name."""
        code = textwrap.dedent(inspect.getsource(self.function))
        assert code.count(self.right) == 1, "The code has changed: say anew what the trap would look like."
        known = vars(sys.modules[self.function.__module__]).copy()
        exec(compile(code.replace(self.right, self.wrong), "<trap>", "exec"), known)
        planted = known[self.function.__name__]
        for owner in _owners(self.function):
            for attribute, value in list(vars(owner).items()):
                if value is self.function:
                    patch.setattr(owner, attribute, planted)


def _owners(function: Callable[..., object]) -> list[object]:
    """The class a method belongs to, or every module that may have imported a function."""
    *classes, _ = function.__qualname__.split(".")
    if classes:
        return [getattr(sys.modules[function.__module__], classes[0])]
    ours = ("brobygger.analysis", "tests.analysis")
    return [module for name, module in list(sys.modules.items()) if name.startswith(ours)]


@dataclass(frozen=True)
class Filed:
    """A state in a table, and where the trap would put it."""

    table: dict[str, str]
    state: str
    wrong: str

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        assert self.table[self.state] != self.wrong
        patch.setitem(self.table, self.state, self.wrong)


ANOTHER_FUTURE = partial(
    test_cohorts.test_history_knows_nothing_of_what_came_after.hypothesis.inner_test,  # type: ignore[attr-defined]
    "c" * 40,
    "j" * 40,
    20,
)

TRAPS: dict[str, tuple[Line | Filed, Callable[[], object]]] = {
    "a job from before the start counts": (
        Line(outcomes.job_retention, "spells.person, zero)", "spells.person, 0 * zero)"),
        test_outcomes.test_a_job_before_the_mentor_does_not_count,
    ),
    "the treated are followed from the first day of the benefit": (
        Line(designs.start_now_moments, "(begun[treated], week[kept])", "(low[treated], week[kept])"),
        test_designs.test_one_who_starts_the_week_after_is_a_control_until_then,
    ),
    "a mentor who comes later counts from the first day": (
        Line(survival.cox, "x - middle, entry, strata", "x - middle, None, strata"),
        test_survival.test_cox_with_a_transplant_that_comes_later,
    ),
    "controls who start later are dropped": (
        Line(designs.start_now_moments, "(begun[owner] < 0) | (begun[owner] > week)", "begun[owner] < 0"),
        test_designs.test_one_who_starts_the_week_after_is_a_control_until_then,
    ),
    "the background reaches past the start": (
        Line(cohorts.history_before, "index - 52 * (year - 1))", "index - 52 * (year - 1) + 4)"),
        ANOTHER_FUTURE,
    ),
    "every year has 52 weeks": (
        Line(
            weeks.week_of,
            "(day - WEEK_ZERO).days // 7",
            "52 * day.isocalendar().year + day.isocalendar().week",
        ),
        test_weeks.test_week_53_is_a_week,
    ),
    "a move begins a new spell": (
        Line(cohorts.mentor_spells, "begins = _begins(", "begins = True | _begins("),
        test_cohorts.test_a_move_or_a_birthday_does_not_split_a_spell,
    ),
    "nobody looks whether a person is in both arms": (
        Line(cohorts.in_two_arms, "found.append(person)", "pass"),
        test_cohorts.test_nobody_is_in_two_arms_at_once,
    ),
    "a person stands twice in one moment": (
        Line(designs.Entries._check_arms, "if len(np.unique(pairs, axis=0)) < len(pairs):", "if False:"),
        test_designs.test_a_person_cannot_be_in_both_arms_at_one_moment,
    ),
    "the dead are without a job": (
        Filed(outcomes.FIVE_OF, "dead", "self_support"),
        test_outcomes.test_the_dead_and_those_abroad_are_not_among_the_self_supporting,
    ),
    "those abroad are without a job": (
        Filed(outcomes.FIVE_OF, "abroad", "benefit"),
        test_outcomes.test_the_dead_and_those_abroad_are_not_among_the_self_supporting,
    ),
    "a death ends nothing": (
        Filed(outcomes._ENDS_JOB, "dead", "benefit"),
        partial(test_outcomes.test_how_long_a_job_was_kept, "ccjjjjddddd...", (2, 4, "away")),
    ),
    "education is a benefit like others": (
        Filed(outcomes.FIVE_OF, "student_grant", "benefit"),
        test_outcomes.test_education_is_its_own_status,
    ),
    "education is a job lost": (
        Filed(outcomes._ENDS_JOB, "student_grant", "benefit"),
        partial(test_outcomes.test_how_long_a_job_was_kept, "ccjjjjeeeeeeee", (2, 4, "education")),
    ),
    "weeks the data do not reach are self-support": (
        Line(
            outcomes.status_by_week,
            "counts[:, lookup[len(states.codes)]] += in_gap",
            "covered[:] = np.bincount(group)[:, None]",
        ),
        test_outcomes.test_weeks_after_the_newest_are_not_self_support,
    ),
    "weeks that are not over are failures": (
        Line(
            entries._followed,
            "np.where(dark.any(axis=1), dark.argmax(axis=1), len(weeks))",
            "np.full(len(who), len(weeks))",
        ),
        test_entries.test_weeks_not_over_are_not_failures_and_the_lost_are_counted,
    ),
    "the newest months are settled": (
        Line(outcomes._provisional, "newest - late_months", "newest + late_months"),
        test_outcomes.test_the_newest_months_are_provisional,
    ),
    "hours of those who left are compared with hours of those who stayed": (
        Line(cohorts.dosage_at_landmark, "np.flatnonzero(spells.weeks >= week)", "np.arange(len(spells))"),
        test_cohorts.test_dosage_is_compared_among_those_still_there,
    ),
    "the bad spell before the start is forgotten": (
        Line(entries.entries_from_history, "np.column_stack(blocks)", "0 * np.column_stack(blocks)"),
        test_entries.test_the_true_difference_comes_out_of_the_register,
    ),
    "many rows of a person are as many persons": (
        Line(estimators._summed, "_person_blocks(cluster,", "_person_blocks(None,"),
        test_designs.test_clusters_and_places_are_summed_before_they_are_squared,
    ),
    "many spells of a person are as many persons": (
        Line(outcomes._people, "pairs[1:] != pairs[:-1]", "True"),
        test_outcomes.test_people_are_counted_once_however_many_spells,
    ),
    "each share is rounded by itself": (
        Line(
            outcomes.shares_to_100,
            "(share + (rank < left)) / 10**decimals",
            "np.round(100 * whole / np.maximum(total, 1), decimals)",
        ),
        test_outcomes.test_rounding_each_share_by_itself_would_be_found_out,
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_put_in_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trap, guard = TRAPS[name]
    guard()
    trap.plant(monkeypatch)
    with pytest.raises(Found):
        guard()
