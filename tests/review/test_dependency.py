"""Signs that a citizen leans on the mentor: what raises a theme, what does not, and that each rule can be broken."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.review import dependency
from brobygger.review.dependency import USUAL, Doer, Limits, Meeting, Reading, Sign, Support, Theme, themes

ON = date(2026, 11, 23)
START = ON - timedelta(days=200)


def signs(support: Support, limits: Limits = USUAL) -> list[Sign]:
    return [theme.sign for theme in themes(support, limits)]


def weekly(first: int, last: int, **fields: object) -> tuple[Meeting, ...]:
    """A meeting a week: ``first`` minutes in the four weeks before, ``last`` in the last four."""
    return tuple(
        Meeting(ON - timedelta(weeks=week), last if week < 4 else first, **fields)  # type: ignore[arg-type]
        for week in range(8)
    )


def read(*scores: int) -> tuple[Reading, ...]:
    """One goal: nine weeks ago, and then every other week."""
    return tuple(Reading(ON - timedelta(weeks=9 - 2 * n), 1, score) for n, score in enumerate(scores))


@pytest.mark.parametrize(
    ("first", "last", "scores", "expected"),
    [
        (60, 90, (3, 3), [Theme(Sign.RISING_HOURS, 240, 360)]),
        (60, 90, (3, 2), [Theme(Sign.RISING_HOURS, 240, 360)]),
        (60, 90, (3, 4), []),  # the goal has come nearer
        (60, 90, (), [Theme(Sign.RISING_HOURS, 240, 360, progress_known=False)]),
        (60, 74, (3, 3), []),  # less than a quarter more
        (60, 75, (3, 3), [Theme(Sign.RISING_HOURS, 240, 300)]),
        (20, 30, (3, 3), []),  # a quarter more, but less than an hour
        (90, 60, (3, 3), []),
        (0, 90, (3, 3), []),  # nothing to compare with: Meeting of 0 minutes is none
    ],
)
def test_rising_hours_without_progress(
    first: int, last: int, scores: tuple[int, ...], expected: list[Theme]
) -> None:
    assert list(themes(Support(ON, START, weekly(first, last), read(*scores)))) == expected


def test_one_goal_that_moves_is_progress_enough() -> None:
    readings = (*read(3, 3), Reading(ON - timedelta(weeks=9), 2, 1), Reading(ON, 2, 2))
    assert signs(Support(ON, START, weekly(60, 90), readings)) == []


def test_a_single_reading_says_nothing_of_progress() -> None:
    [theme] = themes(Support(ON, START, weekly(60, 90), (Reading(ON, 1, 9),)))
    assert not theme.progress_known


def test_a_mentorship_too_young_to_compare_is_left_alone() -> None:
    assert signs(Support(ON, ON - timedelta(weeks=7), weekly(60, 300), read(3, 3))) == []


def test_meetings_outside_the_tasks() -> None:
    outside = (*weekly(60, 60)[:4], *weekly(60, 60, has_task=False)[4:])
    assert themes(Support(ON, START, outside)) == (Theme(Sign.OUTSIDE_TASKS, 4, 8),)
    three_of_eight = (*weekly(60, 60)[:5], *weekly(60, 60, has_task=False)[5:])
    assert signs(Support(ON, START, three_of_eight)) == []
    assert signs(Support(ON, START, outside, has_tasks=False)) == []
    too_few = weekly(60, 60, has_task=False)[5:]
    assert signs(Support(ON, START, too_few)) == []


def test_the_mentor_does_it() -> None:
    silent = weekly(60, 60)
    mine = (*weekly(60, 60, doer=Doer.MENTOR)[:3], *weekly(60, 60, doer=Doer.TOGETHER)[3:5], *silent[5:])
    assert themes(Support(ON, START, mine)) == (Theme(Sign.MENTOR_DOES, 3, 5),)
    unsaid = (*mine[:3], *silent[3:])
    assert signs(Support(ON, START, unsaid)) == []  # three told: what is not said counts for nothing


def test_long_support_counts_what_came_before() -> None:
    assert signs(Support(ON, ON - timedelta(days=365))) == []
    assert signs(Support(ON, ON - timedelta(days=366))) == [Sign.LONG]
    assert themes(Support(ON, START, earlier_days=166)) == (Theme(Sign.LONG, 366, 166),)


meetings = st.lists(
    st.builds(
        Meeting,
        day=st.dates(ON - timedelta(days=100), ON + timedelta(days=30)),
        minutes=st.integers(1, 480),
        has_task=st.booleans(),
        doer=st.sampled_from(Doer),
    ),
    max_size=30,
)
readings = st.lists(
    st.builds(
        Reading,
        day=st.dates(ON - timedelta(days=100), ON + timedelta(days=30)),
        goal=st.integers(1, 3),
        score=st.integers(0, 10),
    ),
    max_size=12,
)


@given(meetings, readings, st.randoms(use_true_random=False))
def test_neither_order_nor_the_future_matters(
    held: list[Meeting], scores: list[Reading], shuffled: random.Random
) -> None:
    support = Support(ON, START, held, scores)
    past = replace(
        support,
        meetings=[each for each in held if each.day <= ON],
        readings=[each for each in scores if each.day <= ON],
    )
    mixed_meetings, mixed_readings = list(past.meetings), list(past.readings)
    shuffled.shuffle(mixed_meetings)
    shuffled.shuffle(mixed_readings)
    expected = themes(support)
    assert themes(past) == expected
    assert themes(replace(past, meetings=mixed_meetings, readings=mixed_readings)) == expected


@given(meetings)
def test_figures_are_those_of_the_meetings(held: list[Meeting]) -> None:
    for theme in themes(Support(ON, START, held)):
        if theme.sign in (Sign.OUTSIDE_TASKS, Sign.MENTOR_DOES):
            assert 0 < theme.first <= theme.second <= len(held)


def test_a_rule_that_forgot_progress_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dependency, "_has_moved", lambda *_: False)
    with pytest.raises(AssertionError):
        test_rising_hours_without_progress(60, 90, (3, 4), [])
