"""Whatever the facts: no question raises, and knowing more never makes an answer unsure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law.finding import Outcome
from brobygger.review.facts import CaseFacts
from brobygger.review.questions import QUESTIONS, Finding, review
from tests.review.conftest import ON, VALUES, any_case, right_case


@settings(max_examples=300, deadline=None)
@given(any_case, st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_no_question_raises(case: CaseFacts, on: date) -> None:
    found = review(case, on)
    ids = [each.question_id for each in found]
    assert ids == sorted(set(ids)) and set(ids) <= set(QUESTIONS)
    for each in found:
        assert each.sentence.strip() and bool(each.remedy) == (each.outcome is not Outcome.SATISFIED)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_adding_a_fact_never_turns_satisfied_into_cannot_tell(data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        case = data.draw(any_case)
    else:
        names = data.draw(st.sets(st.sampled_from(sorted(VALUES)), max_size=6))
        case = replace(right_case(), **{name: data.draw(st.none() | VALUES[name]) for name in sorted(names)})
    missing = sorted(name for name in VALUES if getattr(case, name) is None)
    if not missing:
        return
    name = data.draw(st.sampled_from(missing))
    more = replace(case, **{name: data.draw(VALUES[name])})
    assert not unsure_after(case, name, getattr(more, name)), name


Judge = Callable[[CaseFacts, date], tuple[Finding, ...]]


def unsure_after(case: CaseFacts, name: str, value: object, judge: Judge = review) -> set[str]:
    """The questions that were satisfied and cannot tell once the fact is known."""
    before = {each.question_id for each in judge(case, ON) if each.outcome is Outcome.SATISFIED}
    more = replace(case, **{name: value})
    return before & {each.question_id for each in judge(more, ON) if each.outcome is Outcome.CANNOT_TELL}


def test_a_question_that_loses_certainty_would_be_noticed() -> None:
    """Planted fault: K22 doubts an account once the team is known."""

    def faulty(case: CaseFacts, on: date) -> tuple[Finding, ...]:
        found = review(case, on)
        if case.team is None:
            return found
        doubt = Outcome.CANNOT_TELL
        return tuple(each._replace(outcome=doubt) if each.question_id == "K22" else each for each in found)

    case = replace(right_case(), team=None)
    assert unsure_after(case, "team", "Ung") == set()
    assert unsure_after(case, "team", "Ung", faulty) == {"K22"}


def test_the_strategies_know_every_fact() -> None:
    assert set(VALUES) == {each.name for each in fields(CaseFacts)} - {"case_code"}
