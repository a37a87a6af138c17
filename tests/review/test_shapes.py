"""Asked by shape, every case gets the answers that it gets alone."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law.catalogue import CHANGE_DAYS
from brobygger.law.codes import Context, MentorKind, PriceLineKind
from brobygger.law.facts import Facts
from brobygger.law.parameters import LocalParameterRow, Parameters, shipped, with_local
from brobygger.law.target_groups import ALL
from brobygger.law.wording import danish_date
from brobygger.review import shapes
from brobygger.review.facts import CaseFacts, GrantedPeriod
from brobygger.review.questions import QUESTIONS, Answer, Question, review
from brobygger.review.shapes import Reviewer
from brobygger.values.period import Period
from brobygger.values.source import Source
from tests.review.conftest import ON, VALUES, any_case, right_case

SHIPPED = shipped()
LOCAL = with_local(
    [
        LocalParameterRow("P01", date(2025, 1, 1), Source("Ny lov"), date(2025, 1, 1), amount=Decimal(3)),
        LocalParameterRow(
            "P19.others", date(2024, 1, 1), Source("Kontoplan"), date(2024, 1, 1), text="5.68.90.012"
        ),
    ]
)


def alone(case: CaseFacts, on: date, numbers: Parameters) -> list[tuple[Question, Answer]]:
    return [(each.question, Answer(*each[1:])) for each in review(case, on, numbers)]


def near_right() -> st.SearchStrategy[CaseFacts]:
    """Right cases with some facts changed, so that every question has something to say."""
    names = st.sets(st.sampled_from(sorted(VALUES)), max_size=8)
    changes = names.flatmap(
        lambda chosen: st.fixed_dictionaries({name: st.none() | VALUES[name] for name in sorted(chosen)})
    )
    return changes.map(lambda made: right_case(**made))


def neighbours() -> st.SearchStrategy[list[CaseFacts]]:
    """Cases of which several have the same shape and different days and numbers."""
    own = ("decided_on", "started_on", "periods", "granted_minutes", "used_minutes", "hourly_rate", "age",
           "employees", "discharge_on", "in_group_since", "paid_kroner", "follow_ups", "agreement_on")  # fmt: skip
    changes = st.fixed_dictionaries({}, optional={name: st.none() | VALUES[name] for name in own})
    several = st.lists(changes, min_size=2, max_size=6)
    return st.tuples(any_case | near_right(), several).map(
        lambda made: [replace(made[0], **each) for each in made[1]]
    )


@settings(max_examples=400, deadline=None)
@given(
    st.lists(any_case | near_right(), max_size=4),
    neighbours(),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.sampled_from([SHIPPED, LOCAL]),
)
def test_asked_by_shape_is_asked_alone(
    some: list[CaseFacts], alike: list[CaseFacts], on: date, numbers: Parameters
) -> None:
    reviewer = Reviewer(on, numbers)
    for case in (*some, *alike, *reversed(alike)):
        assert reviewer.ask(case) == alone(case, on, numbers)


def edges() -> list[CaseFacts]:
    """One case each side of what rules look at beyond the shape."""
    long = (GrantedPeriod(date(2026, 2, 2), date(2026, 8, 3)),)
    renewed = (
        GrantedPeriod(date(2026, 2, 2), date(2026, 5, 2)),
        GrantedPeriod(date(2026, 5, 2), date(2026, 12, 2)),
    )
    young, old = {"context": Context.EDUCATION, "age": 29}, {"context": Context.EDUCATION, "age": 30}
    small: dict[str, Any] = {"decided_on": date(2006, 5, 1), "mentor_kind": MentorKind.EXTERNAL_CONSULTANT}
    changes: list[dict[str, Any]] = [
        {},
        {"periods": long},
        {"periods": renewed},
        {"periods": ()},
        {"periods": None},
        {"granted_minutes": 0},
        {"hourly_rate": Decimal(0)},
        {"hourly_rate": None},
        {"hourly_rate": Decimal("NaN")},
        {"decided_on": date(2012, 1, 2), **young},
        {"decided_on": date(2012, 1, 2), **old},
        {**small, "employees": 9},
        {**small, "employees": 11},
        {"target_group": "6.13", "decided_on": date(2026, 1, 1)},
        {"target_group": "2.3", "decided_on": date(2018, 1, 1)},
        {"mentor_kind": MentorKind.VOLUNTEER, "price_line_kinds": frozenset({PriceLineKind.FEE})},
        {"decided_by_ref": None, "mentor_is_decider": None},
        {"decided_on": None},
    ]
    return [right_case(**each) for each in changes]


@pytest.mark.parametrize("numbers", [SHIPPED, LOCAL], ids=["shipped", "local"])
def test_each_side_of_what_the_shape_does_not_tell(numbers: Parameters) -> None:
    reviewer = Reviewer(ON, numbers)
    for case in (*edges(), *reversed(edges())):
        assert reviewer.ask(case) == alone(case, ON, numbers)


def test_a_shape_that_tells_too_much_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were the granted minutes taken for part of the outline, the comparison would say so."""
    seen = shapes.shared_law_facts

    def with_the_minutes(case: CaseFacts) -> dict[str, Any]:
        return {**seen(case), "minutes_total": case.granted_minutes}

    monkeypatch.setattr(shapes, "shared_law_facts", with_the_minutes)
    reviewer = Reviewer(ON)
    differing = [case for case in edges() if reviewer.ask(case) != alone(case, ON, SHIPPED)]
    assert differing


def test_a_day_is_seen_only_from_afar() -> None:
    """What a rule has compared its day with bounds the days it has answered for; anything else it may not see."""
    day = shapes._DayOutline(date(2020, 5, 4), date(2020, 1, 1), date(2026, 1, 1))
    before, after = date(2020, 5, 1), date(2020, 6, 1)
    assert before < day and not after <= day and day >= before and day > before and day <= date(2020, 5, 9)
    assert day in Period(before, after) and bisect_right([before, after], day) == 1
    assert day.span() == (date(2020, 5, 2), date(2020, 5, 10))
    for look in (str, hash, lambda it: it.year, lambda it: it.day, lambda it: it == before, lambda it: it - before,
                 lambda it: f"{it:%d}", lambda it: before - it, danish_date):  # fmt: skip
        with pytest.raises(shapes.LooksFurther):
            look(day)


def around_changes() -> list[CaseFacts]:
    """Cases of each day at which a rule, a group or a number of the law changes, and of the days around it."""
    days = {day + timedelta(days=step) for day in CHANGE_DAYS for step in (-1, 0, 1)}
    edges_of_groups = {each.in_force.start for each in ALL} | {each.in_force.end for each in ALL}
    days |= {day + timedelta(days=step) for day in edges_of_groups if day for step in (-1, 0)}
    groups = ("2.3", "2.12", "6.3", "6.13", "INL", "OUTSIDE")
    return [
        right_case(decided_on=day, target_group=group, act=None)
        for group in groups
        for day in sorted(days)
        if day > date(2003, 7, 1)
    ]


def differing_around_changes() -> int:
    reviewer = Reviewer(ON, LOCAL)
    return sum(reviewer.ask(case) != alone(case, ON, LOCAL) for case in around_changes())


def test_the_law_of_another_day_is_asked_again() -> None:
    assert differing_around_changes() == 0


def test_a_law_that_is_taken_to_last_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were an answer kept beyond the days it holds for, the comparison would say so."""
    monkeypatch.setattr(shapes._DayOutline, "span", lambda self: (date.min, date.max))
    assert differing_around_changes()


def test_a_question_that_looks_no_further_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    times = {"K01": 0, "K17": 0}

    def counting(each: Question) -> Question:
        def check(case: CaseFacts, on: date) -> Answer | None:
            times[each.id] += 1
            answer: Answer | None = each.check(case, on)
            return answer

        return each._replace(check=check)

    watched = {**QUESTIONS, **{name: counting(QUESTIONS[name]) for name in times}}
    monkeypatch.setattr(shapes, "QUESTIONS", watched)
    reviewer = Reviewer(ON)
    for minutes in range(0, 3_000, 60):
        reviewer.ask(right_case(used_minutes=minutes))
    assert times == {"K01": 1, "K17": 51}


def test_many_shapes_take_no_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST_SHAPES", 3)
    reviewer = Reviewer(ON)
    for group in ("6.1", "6.2", "6.3", "6.4", "6.5", "6.1"):
        case = right_case(target_group=group)
        assert reviewer.ask(case) == alone(case, ON, SHIPPED)
        assert len(reviewer._shapes) <= 3


def test_the_parts_of_the_law_facts_are_all_of_them() -> None:
    case, told = right_case(), {each.name for each in fields(Facts)}
    shared, own = shapes.shared_law_facts(case), shapes.own_law_facts(case, ON)
    assert not set(shared) & set(own) and set(shared) | set(own) | set(shapes._UNTOLD) == told
