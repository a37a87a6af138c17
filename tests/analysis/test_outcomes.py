from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from brobygger.analysis.errors import CohortError
from brobygger.analysis.outcomes import (
    CAUSES,
    FIVE,
    FIVE_OF,
    benefit_pathways,
    job_retention,
    labour_states,
    shares_to_100,
    status_after_end,
    status_after_entry,
    status_by_week,
)
from brobygger.analysis.panel import UNSEEN, Panel, Spells
from brobygger.analysis.weeks import mondays
from tests.analysis.made import FIRST, drawn, spell

TEXT = st.text(alphabet="jecus.dp?", min_size=30, max_size=30)


def shares_at(states: Panel, spells: Spells, week: int, **options: int) -> dict[str, int]:
    table = status_by_week(states, spells, before=5, after=20, **options)
    row = table.counts[0, table.at(week)]
    return {name: int(count) for name, count in zip(table.states, row, strict=True) if count}


def test_statuses_by_week_around_the_start() -> None:
    states = drawn("cccccjjjjj", "ccccceeeee", "ccccc.....", "cccccddddd")
    spells = Spells.of(person=[0, 1, 2, 3], start=[FIRST + 3] * 4, stop=[FIRST + 5] * 4)
    assert shares_at(states, spells, 1) == {"benefit": 4}
    assert shares_at(states, spells, 2) == {"job": 1, "education": 1, "self_support": 1, "other": 1}


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6), st.data())
def test_the_difference_array_agrees_with_looking_at_every_week(
    persons: list[str], data: st.DataObject
) -> None:
    states = drawn(*persons)
    spells = _some_spells(len(persons), data)
    table = status_by_week(states, spells, before=8, after=12, by="group")
    for place, week in enumerate(table.weeks):
        names = states.names(states.status_at(spells.person, spells.start + week))
        for number, group in enumerate(table.groups):
            mine = names[spells.column("group").astype(str) == group]
            five = [FIVE_OF[str(name)] for name in mine if name not in {"", "unseen"}]
            assert table.seen[number, place] == len(five)
            assert table.counts[number, place].tolist() == [five.count(status) for status in FIVE]


def _some_spells(persons: int, data: st.DataObject) -> Spells:
    size = data.draw(st.integers(1, 8))
    draws = st.lists(st.integers(0, 40), min_size=size, max_size=size)
    start = np.array(data.draw(draws)) + FIRST - 5
    person = np.array(data.draw(draws)) % persons
    return Spells.of(person=person, start=start, stop=start + 3, group=np.array(data.draw(draws)) % 2)


def test_people_are_counted_once_however_many_spells() -> None:
    spells = Spells.of(
        person=[0, 0, 1], start=[FIRST, FIRST + 4, FIRST], stop=[FIRST + 1, FIRST + 5, FIRST + 1]
    )
    table = status_by_week(drawn("jjjjjjjj", "cccccccc"), spells, before=1, after=1)
    assert (table.spells[0], table.people[0]) == (3, 2)


def test_weeks_after_the_newest_are_not_self_support() -> None:
    """The fault to find: a week the data do not reach is blank, so it would look like self-support."""
    states = drawn("jjjjjj")
    too_far = replace(states, stop_week=states.stop_week + 4)
    spells = spell(0, 3)
    table = status_by_week(states, spells, before=1, after=5)
    assert table.seen[0].tolist() == [1, 1, 1, 1, 0, 0, 0]
    assert np.isnan(table.shares[0, -1]).all()
    planted = status_by_week(too_far, spells, before=1, after=5)
    assert planted.seen[0].tolist() != table.seen[0].tolist()


def test_the_dead_and_those_abroad_are_not_among_the_self_supporting() -> None:
    assert shares_at(
        drawn("ccddd", "ccwww"), Spells.of(person=[0, 1], start=[FIRST] * 2, stop=[FIRST + 1] * 2), 3
    ) == {"other": 2}


def test_education_is_its_own_status() -> None:
    assert FIVE_OF["student_grant"] == FIVE_OF["apprentice"] == "education"
    found = shares_at(drawn("cceee"), spell(0, 0), 3)
    assert found == {"education": 1}


def test_a_state_without_a_status_is_refused() -> None:
    with pytest.raises(CohortError, match="blank"):
        status_by_week(drawn("cc", gap="blank"), spell(0, 0))
    with pytest.raises(CohortError, match="ikke er i registret"):
        status_by_week(drawn("cc"), spell(3, 0))


@settings(deadline=None)
@given(
    arrays.arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(2, 6)), elements=st.integers(0, 5_000))
)
def test_rounded_shares_sum_to_100(counts: np.ndarray) -> None:
    for decimals in (0, 1):
        rounded = shares_to_100(counts, decimals)
        some = counts.sum(axis=1) > 0
        assert np.allclose(rounded[some].sum(axis=1), 100, atol=1e-9)
        exact = 100 * counts[some] / counts[some].sum(axis=1, keepdims=True)
        assert (np.abs(rounded[some] - exact) < 10.0**-decimals).all()
        assert np.isnan(rounded[~some]).all()


def test_rounding_each_share_by_itself_would_be_found_out() -> None:
    counts = np.array([1, 1, 1, 0, 0])
    assert np.round(100 * counts / counts.sum()).sum() == 99
    assert shares_to_100(counts).tolist() == [34, 33, 33, 0, 0]


def weekly_and_wages(codes: str, wages: str) -> Panel:
    weekly = drawn(codes, gap="blank", letters={"c": "730", "f": "771", "s": "890", "?": "?"})
    branches = drawn(wages, gap="blank", letters={"b": "620100", "?": "?"})
    return labour_states(weekly, branches)


def test_a_job_is_no_benefit_and_a_wage() -> None:
    states = weekly_and_wages("cc..ffff..?s", "b.b.b..b????")
    found = states.names(states.status_at(0, np.arange(FIRST, FIRST + 12)))
    assert found.tolist() == [
        *["cash_benefit"] * 2,
        "job",
        "self_support",
        "job",
        *["flex_job"] * 2,
        "job",
        *["unseen"] * 3,
        "sickness_benefit",
    ]


def test_weeks_before_the_branch_columns_are_not_without_a_job() -> None:
    weekly = drawn("....", gap="blank", letters={"c": "730"})
    late = drawn("b.", gap="blank", letters={"b": "620100"}, first=FIRST + 2)
    states = labour_states(weekly, late)
    assert states.names(states.status_at(0, np.arange(FIRST, FIRST + 4))).tolist() == [
        *["unseen"] * 2,
        "job",
        "self_support",
    ]


def test_without_branches_nobody_is_said_to_have_a_job() -> None:
    states = labour_states(drawn("cc..", gap="blank", letters={"c": "730"}), None)
    assert states.gap == "blank"
    with pytest.raises(CohortError, match="branchekolonner"):
        job_retention(states, spell(0, 0))


def test_a_pathway_ends_with_a_whole_calendar_month_without_the_benefit() -> None:
    """The drawing begins on Monday 4 October 2010; week 4 on 1 November, week 5 on 8 November.

    The fault to find: counting weeks. Seven weeks over a turn of the month are one pathway, five that hold all of
    November are two.
    """
    assert mondays(np.array(FIRST)).item().isoformat() == "2010-10-04"
    turned = benefit_pathways(drawn("c" * 5 + "." * 7 + "cccc" + "." * 12), "cash_benefit")
    assert (turned.start - FIRST).tolist() == [0]
    whole = benefit_pathways(drawn("c" * 4 + "." * 5 + "cccc" + "." * 12), "cash_benefit")
    assert (whole.start - FIRST).tolist() == [0, 9]
    assert whole.column("from_before").tolist() == [True, False]
    assert whole.column("last_day")[0].item().isoformat() == "2010-10-31"


def test_a_pathway_runs_until_a_whole_month_has_been_seen() -> None:
    running = benefit_pathways(drawn("cccc" + "." * 4), "cash_benefit")
    ended = benefit_pathways(drawn("cccc" + "." * 5), "cash_benefit")
    assert (running.column("running").tolist(), ended.column("running").tolist()) == ([True], [False])


def after_end(states: str, wages: str, **options: object) -> list[str]:
    panel = drawn(states)
    pay = drawn(wages, gap="blank", letters={"b": "wage", "?": "?"})
    spells = spell(0, 0)
    found = status_after_end(panel, pay, spells, months=(1, 3), **options)  # type: ignore[arg-type]
    return [FIVE[status] if status != UNSEEN else "unseen" for status in found.status[0]]


def test_status_on_one_day_after_the_end() -> None:
    """The spell ends on 31 October 2010: asked about 30 November (week 8) and 31 January (week 17)."""
    assert after_end("cccc" + "j" * 4 + "." * 21, "." * 4 + "bbbb" + "." * 21) == [
        "job",
        "self_support",
    ]
    assert after_end("cccc" + "e" * 30, "." * 34) == ["education", "education"]
    assert after_end("cccc" + "d" * 30, "b" * 34) == ["other", "other"]
    assert after_end("cccc" + "." * 6, "." * 10) == ["self_support", "unseen"]


def test_an_old_apprentice_is_in_a_job() -> None:
    states, wages = "cccc" + "a" * 30, "." * 34
    young, old = np.array(["1990-01-01"], "datetime64[D]"), np.array(["1980-11-30"], "datetime64[D]")
    assert after_end(states, wages, birth=young)[0] == "education"
    assert after_end(states, wages, birth=old)[0] == "job"


def test_the_newest_months_are_provisional() -> None:
    """The fault to find: wages registered late make the newest months look worse than they are."""
    panel, pay = drawn("cccc" + "." * 20), drawn("." * 24, gap="blank", letters={"b": "wage"})
    found = status_after_end(panel, pay, spell(0, 0), months=(1, 3))
    assert found.provisional.tolist() == [[False, True]]
    assert found.counts().sum(axis=1).tolist() == [1, 0]
    assert found.counts(settled_only=False).sum(axis=1).tolist() == [1, 1]


def test_five_shares_after_new_unemployment() -> None:
    drawings = ["..cccc" + last * 40 for last in "cujep"] + ["cccccc" + "c" * 40]
    states = drawn(*drawings)
    wages = drawn(
        *(d.translate(str.maketrans("cuejp.", "...b..")) for d in drawings), gap="blank", letters={"b": "w"}
    )
    pathways = benefit_pathways(states, "cash_benefit")
    found = status_after_entry(states, wages, pathways, benefit="cash_benefit", months=(3,))
    names = [found.names[status] if status != UNSEEN else "unseen" for status in found.status[:, 0]]
    assert names == ["same_benefit", "other_benefit", "job", "education", "self_support", "unseen"]
    assert found.counts(settled_only=False).tolist() == [[1, 1, 1, 1, 1]]


def retained(text: str, start: int = 0, **options: object) -> tuple[int, int, str] | None:
    found = job_retention(drawn(text), spell(0, start), **options)  # type: ignore[arg-type]
    if not len(found.row):
        return None
    return int(found.start[0]) - FIRST, int(found.time[0]), CAUSES[found.cause[0]]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ccjjjjjjccccjj", (2, 6, "benefit")),
        ("ccjjjjcccjjjjj", (2, 12, "censored")),
        ("ccjjjjcusscjjj", (2, 4, "benefit")),
        ("ccjjjj..jjjjjj", (2, 12, "censored")),
        ("ccjjjjeeeeeeee", (2, 4, "education")),
        ("ccjjjjeeejjjjj", (2, 12, "censored")),
        ("ccjjjjp.......", (2, 4, "pension")),
        ("ccjjjjw.......", (2, 4, "away")),
        ("ccjjjjddddd...", (2, 4, "away")),
        ("ccjjjjjjjjjccc", (2, 9, "censored")),
        ("ccjjjj??jjjjjj", (2, 4, "censored")),
        ("cccccc........", None),
    ],
)
def test_how_long_a_job_was_kept(text: str, kept: tuple[int, int, str] | None) -> None:
    assert retained(text) == kept


def test_a_job_before_the_mentor_does_not_count() -> None:
    """The fault to find: time before the start counted as time gained (immortal time)."""
    text = "jjjjjjccccjjjjjj"
    assert retained(text, start=7) == (10, 6, "censored")
    assert retained(text, start=0) == (0, 6, "benefit")
    assert retained(text, start=2) == (2, 4, "benefit")


def test_a_job_must_come_in_time() -> None:
    assert retained("cccccjjjjj", within=3) is None
    assert retained("cccccjjjjj", since="end", within=3) == (5, 5, "censored")
