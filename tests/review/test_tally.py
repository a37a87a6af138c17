"""Counted together is counted one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law.finding import Outcome
from brobygger.review import tally as tallies
from brobygger.review.facts import CaseFacts
from brobygger.review.questions import review
from brobygger.review.shapes import Reviewer
from brobygger.review.tally import Tally
from tests.review.conftest import ON, any_case, right_case

Grouped = list[tuple[str | None, CaseFacts]]
PLACES = (Outcome.SATISFIED, Outcome.NOT_SATISFIED, Outcome.CANNOT_TELL)


def one_by_one(cases: Grouped) -> tuple[dict[Any, Any], Counter[Any]]:
    failures: dict[Any, Any] = {}
    counts: Counter[Any] = Counter()
    for key, (group, case) in enumerate(cases):
        for each in review(case, ON):
            counts[group, each.question_id, each.outcome] += 1
            if each.failed:
                failures[key, each.question_id] = (each.sentence, each.remedy)
    return failures, counts


def together(cases: Grouped) -> tuple[dict[Any, Any], Counter[Any]]:
    tally: Tally[int, str | None] = Tally(Reviewer(ON))
    for key, (group, case) in enumerate(cases):
        tally.add(key, group, case)
    counts: Counter[Any] = Counter()
    for (group, question), count in tally.counts().items():
        for outcome, number in zip(PLACES, count, strict=True):
            if number:
                counts[group, question, outcome] = number
    assert tally.cases == len(cases) and tally.by_group == Counter(group for group, _ in cases)
    return dict(tally.failures), counts


def some_right() -> Grouped:
    teams = ("Ung", "Voksen", None)
    return [(teams[number % 3], right_case(used_minutes=number * 100)) for number in range(50)]


grouped = st.lists(st.tuples(st.sampled_from(["Ung", "Voksen", None]), any_case), max_size=12)


@settings(max_examples=150, deadline=None)
@given(grouped)
def test_the_counts_are_those_of_each_case(cases: Grouped) -> None:
    cases = [*cases, *cases[:3], *some_right()]
    assert together(cases) == one_by_one(cases)


def test_an_answer_that_is_counted_in_the_wrong_place_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with two outcomes exchanged the comparison fails."""
    wrong = {Outcome.SATISFIED: 1, Outcome.NOT_SATISFIED: 0, Outcome.CANNOT_TELL: 2}
    monkeypatch.setattr(tallies, "_PLACE", wrong)
    assert together(some_right())[1] != one_by_one(some_right())[1]


def test_nothing_is_counted_of_no_cases() -> None:
    assert together([]) == ({}, Counter())
