"""A new mentorship."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.mentorships import selectors, services
from brobygger.mentorships.models import Goal, Mentorship, Status, StatusChange, Task
from brobygger.mentorships.need import Need
from brobygger.values.period import Period
from tests.cast import Cast

PERIOD = Period(date(2026, 12, 1), date(2027, 3, 1))


def test_it_waits_for_a_decision_with_goals_and_tasks_in_order(
    cast: Cast, need: Need, now: datetime, actions: Callable[[], list[str]]
) -> None:
    made = services.create(need=need, period=PERIOD, by=cast.anna, at=now)
    assert made.status == Status.FOR_APPROVAL
    assert (made.starts_on, made.ends_before) == (PERIOD.start, PERIOD.end)
    assert (made.consultant, made.team) == (cast.anna, cast.team)
    assert [goal.text for goal in selectors.goals_of(made)] == list(need.goals)
    assert [task.text for task in selectors.tasks_of(made)] == [
        "Introducere til arbejdet",
        "Tage imod om morgenen",
    ]
    assert [change.status for change in selectors.status_history(made)] == [Status.FOR_APPROVAL]
    assert actions() == ["mentorship.created"]


def test_the_need_comes_back_as_it_went_in(cast: Cast, need: Need, now: datetime) -> None:
    made = services.create(need=need, period=PERIOD, by=cast.anna, at=now)
    tidy = replace(need, tasks=("Introducere til arbejdet", "Tage imod om morgenen"))
    assert selectors.need_of(selectors.get(cast.anna, made.public_id)) == tidy


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"citizen": None}, "citizen"),
        ({"target_group": ""}, "target_group"),
        ({"context": None}, "context"),
        ({"support_type": None}, "support_type"),
        ({"purpose": "  "}, "purpose"),
        ({"goals": (" ",)}, "goals"),
        ({"tasks": ()}, "tasks"),
    ],
)
def test_what_a_case_cannot_lack_is_refused_by_its_field_and_leaves_nothing(
    cast: Cast,
    need: Need,
    now: datetime,
    actions: Callable[[], list[str]],
    missing: dict[str, Any],
    field: str,
) -> None:
    with pytest.raises(Refused) as refusal:
        services.create(need=replace(need, **missing), period=PERIOD, by=cast.anna, at=now)
    assert refusal.value.field == field
    assert refusal.value.message.endswith(".")
    assert not Mentorship.objects.exists() and actions() == []


def test_who_may_not_ask_for_a_grant_makes_none(cast: Cast, need: Need, now: datetime) -> None:
    for user in (cast.finn, cast.tove, cast.adam, cast.carla, cast.david, cast.signe):
        with pytest.raises(NotAllowed):
            services.create(need=need, period=PERIOD, by=user, at=now)
    assert not Mentorship.objects.exists()


def test_a_code_can_be_read_aloud() -> None:
    codes = {services.new_code() for _ in range(500)}
    assert all(len(code) == 4 and set(code) <= set(services.CODE_ALPHABET) for code in codes)
    assert not set("01OILSU") & set(services.CODE_ALPHABET)
    assert len(codes) > 490


def test_a_code_that_is_taken_is_drawn_again(
    cast: Cast, need: Need, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["2222", "2222", "2222", "3333"])
    monkeypatch.setattr(services, "new_code", lambda: next(drawn))
    first = services.create(need=need, period=PERIOD, by=cast.anna, at=now)
    second = services.create(need=need, period=PERIOD, by=cast.anna, at=now)
    assert (first.code, second.code) == ("2222", "3333")
    assert Goal.objects.filter(mentorship=second).count() == 2
    assert Task.objects.filter(mentorship=second).count() == 2


def test_when_no_code_is_free_nothing_is_left_behind(
    cast: Cast, need: Need, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "new_code", lambda: "2222")
    services.create(need=need, period=PERIOD, by=cast.anna, at=now)
    with pytest.raises(Conflict):
        services.create(need=need, period=PERIOD, by=cast.anna, at=now)
    assert Mentorship.objects.count() == 1 and StatusChange.objects.count() == 1
