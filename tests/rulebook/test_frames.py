"""Frames decide the route: the three real frames on both sides of every limit, and the three ways of working."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.rulebook.frames import (
    COORDINATOR,
    REAL_FRAMES,
    SELF,
    Frame,
    FrameCheck,
    FrameRequest,
    Limit,
    Route,
    WayOfWorking,
    check,
    four_months_eighty_hours,
    route,
    ten_weeks_with_training,
    three_months_five_hours,
)
from brobygger.values.period import ONE_DAY, Period

VALID = Period(date(2007, 2, 1))
START = date(2026, 11, 2)
CONSULTANT = {"JOB_CONSULTANT"}
THREE_MONTHS, FOUR_MONTHS, TEN_WEEKS = (make(VALID) for make in REAL_FRAMES)


def months(count: int, *, days: int = 0) -> Period:
    period = Period.of_months(START, count)
    assert period.end is not None
    return replace(period, end=period.end + timedelta(days=days))


def request(
    period: Period, week: int = 300, total: int = 3000, kroner: str = "12500", **more: str
) -> FrameRequest:
    return FrameRequest(
        period=period,
        minutes_per_week_max=week,
        minutes_total=total,
        kroner_total=Decimal(kroner),
        hourly_rate=Decimal(more.get("rate", "250")),
        training_kroner=Decimal(more.get("training", "0")),
    )


def exceeded(found: FrameCheck) -> list[Limit]:
    return [result.limit for result in found.exceeded]


def test_the_real_frames_are_shipped() -> None:
    assert (three_months_five_hours, four_months_eighty_hours, ten_weeks_with_training) == REAL_FRAMES
    assert [frame.exceeded_by for frame in (THREE_MONTHS, FOUR_MONTHS, TEN_WEEKS)] == ["TEAM_LEADER", "", ""]
    assert all(frame.period == VALID for frame in (THREE_MONTHS, FOUR_MONTHS, TEN_WEEKS))


@pytest.mark.parametrize(("asked", "limits"), [
    (request(months(3)), []),
    (request(months(3, days=1)), [Limit.LENGTH]),
    (request(months(3), week=301), [Limit.MINUTES_PER_WEEK]),
    (request(months(6), week=600, total=99_999, kroner="999999"), [Limit.LENGTH, Limit.MINUTES_PER_WEEK]),
])  # fmt: skip
def test_three_months_and_five_hours(asked: FrameRequest, limits: list[Limit]) -> None:
    found = check(THREE_MONTHS, asked)
    assert exceeded(found) == limits
    decided = route(found, WayOfWorking.CONSULTANT_GRANTS, CONSULTANT)
    assert (decided.decided_by, decided.button_word) == (
        ("TEAM_LEADER", "Indstil") if limits else (SELF, "Bevilg")
    )


@pytest.mark.parametrize(("asked", "limits"), [
    (request(months(4), total=4800, kroner="17000"), []),
    (request(months(4, days=1), total=4800, kroner="17000"), [Limit.LENGTH]),
    (request(months(4), total=4801, kroner="17000"), [Limit.MINUTES_TOTAL]),
    (request(months(4), total=4800, kroner="17000.01"), [Limit.KRONER_TOTAL]),
    (request(months(4), week=2220, total=4800, kroner="17000", rate="900"), []),
])  # fmt: skip
def test_four_months_and_eighty_hours(asked: FrameRequest, limits: list[Limit]) -> None:
    found = check(FOUR_MONTHS, asked)
    assert exceeded(found) == limits
    decided = route(found, WayOfWorking.CONSULTANT_GRANTS, CONSULTANT)
    assert (decided.decided_by, decided.is_open) == (("", False) if limits else (SELF, True))


FULL = {"training": "2950"}


@pytest.mark.parametrize(("asked", "limits"), [
    (request(Period.of_weeks(START, 10), kroner="15450", **FULL), []),
    (request(Period(START, START + timedelta(days=71)), kroner="15450", **FULL), [Limit.WEEKS]),
    (request(Period.of_weeks(START, 10), week=301, kroner="15450", **FULL), [Limit.MINUTES_PER_WEEK]),
    (request(Period.of_weeks(START, 10), total=3001, kroner="15450", **FULL), [Limit.MINUTES_TOTAL]),
    (request(Period.of_weeks(START, 10), kroner="15451", **FULL), [Limit.KRONER_TOTAL]),
    (request(Period.of_weeks(START, 10), kroner="15450", rate="251", **FULL), [Limit.HOURLY_RATE]),
    (request(Period.of_weeks(START, 10), kroner="15450", training="2951"), [Limit.TRAINING]),
])  # fmt: skip
def test_ten_weeks_and_training(asked: FrameRequest, limits: list[Limit]) -> None:
    assert exceeded(check(TEN_WEEKS, asked)) == limits


def test_the_hours_and_the_training_make_the_whole() -> None:
    frame = TEN_WEEKS
    assert frame.max_minutes_total is not None
    assert frame.max_hourly_rate is not None
    assert frame.training_budget is not None
    hours = frame.max_minutes_total * frame.max_hourly_rate / 60
    assert hours + frame.training_budget == frame.max_kroner_total == 15_450


def test_the_sentences_say_by_how_much() -> None:
    found = check(FOUR_MONTHS, request(months(4, days=12), total=4950, kroner="17050.50"))
    assert [result.over for result in found.exceeded] == [12, 150, Decimal("50.50")]
    assert found.sentence == (
        "Uden for rammen. Perioden er 12 dage længere end rammens 4 måneder, som slutter 1. mar. 2027. "
        "82 t. 30 min. i alt er 2 t. 30 min. mere end rammens 80 t. "
        "Kroner i alt: 17.050,50 kr. er 50,50 kr. mere end rammens 17.000 kr."
    )
    assert route(found, WayOfWorking.CONSULTANT_GRANTS, CONSULTANT) == Route("", "", (
        "Ingen kan bevilge uden for rammen. Det kan bevilges, hvis du sætter periode ned med 12 dage "
        "og timer i alt ned med 2 t. 30 min og kroner i alt ned med 50,50 kr."
    ))  # fmt: skip


def test_inside_is_said_plainly() -> None:
    found = check(THREE_MONTHS, request(months(3)))
    assert found.sentence == "Inden for rammen."
    assert [result.sentence_da for result in found.results] == [
        "Perioden er højst 3 måneder.", "5 t. om ugen er inden for rammens 5 t.",
    ]  # fmt: skip


# Ways of working

INSIDE = check(THREE_MONTHS, request(months(1)))
OUTSIDE = check(THREE_MONTHS, request(months(6)))
NO_WAY_OUT = check(FOUR_MONTHS, request(months(6)))


@pytest.mark.parametrize(("way", "roles", "inside", "outside"), [
    (WayOfWorking.CONSULTANT_GRANTS, CONSULTANT, "SELF", "TEAM_LEADER"),
    (WayOfWorking.CONSULTANT_GRANTS, {"CASE_WORKER"}, "JOB_CONSULTANT", "TEAM_LEADER"),
    (WayOfWorking.CONSULTANT_GRANTS, {"JOB_CONSULTANT", "TEAM_LEADER"}, "SELF", "TEAM_LEADER"),
    (WayOfWorking.CASE_WORKER_GRANTS, CONSULTANT, "CASE_WORKER", "TEAM_LEADER"),
    (WayOfWorking.CASE_WORKER_GRANTS, {"CASE_WORKER"}, "CASE_WORKER", "TEAM_LEADER"),
    (WayOfWorking.CENTRAL_GRANTER, CONSULTANT, "COORDINATOR", "COORDINATOR"),
    (WayOfWorking.CENTRAL_GRANTER, {"COORDINATOR"}, "COORDINATOR", "COORDINATOR"),
])  # fmt: skip
def test_who_decides(way: WayOfWorking, roles: set[str], inside: str, outside: str) -> None:
    assert route(INSIDE, way, roles).decided_by == inside
    assert route(OUTSIDE, way, roles).decided_by == outside
    assert not route(NO_WAY_OUT, way, roles).is_open


@given(
    way=st.sampled_from(WayOfWorking),
    roles=st.sets(
        st.sampled_from(["JOB_CONSULTANT", "CASE_WORKER", "TEAM_LEADER", "COORDINATOR", "FINANCE"])
    ),
    found=st.sampled_from([INSIDE, OUTSIDE, NO_WAY_OUT]),
)
def test_the_requester_decides_only_as_consultant_inside_the_frame(
    way: WayOfWorking, roles: set[str], found: FrameCheck
) -> None:
    decided = route(found, way, roles)
    alone = way is WayOfWorking.CONSULTANT_GRANTS and found.inside and "JOB_CONSULTANT" in roles
    assert (decided.decided_by == SELF) is alone
    assert decided.button_word == ("Bevilg" if alone else "Indstil" if decided.is_open else "")
    assert decided.needs_other_person is (decided.is_open and not alone)
    assert decided.reason.endswith(".")


def test_a_coordinator_may_be_the_one_to_exceed() -> None:
    frame = replace(FOUR_MONTHS, exceeded_by=COORDINATOR)
    found = check(frame, request(months(6)))
    assert route(found, WayOfWorking.CASE_WORKER_GRANTS, CONSULTANT).decided_by == COORDINATOR


# What is not known, not limited, or without end


def test_what_is_not_typed_yet_is_neither_inside_nor_outside() -> None:
    found = check(FOUR_MONTHS, FrameRequest(period=months(4)))
    assert (found.inside, found.exceeded, found.complete) == (False, (), False)
    assert found.sentence == "Rammen kan ikke prøves færdig, før du har skrevet: timer i alt, kroner i alt."
    assert not route(found, WayOfWorking.CONSULTANT_GRANTS, CONSULTANT).is_open


def test_what_is_exceeded_is_outside_even_while_the_rest_is_missing() -> None:
    found = check(THREE_MONTHS, FrameRequest(period=months(6)))
    assert route(found, WayOfWorking.CONSULTANT_GRANTS, CONSULTANT).decided_by == "TEAM_LEADER"


def test_a_frame_without_limits_lets_everything_in() -> None:
    found = check(Frame("Uden grænser", VALID), FrameRequest())
    assert (found.inside, found.results) == (True, ())
    assert found.sentence == "Kommunen har ikke sat grænser i rammen."


def test_a_period_without_end_is_outside() -> None:
    found = check(FOUR_MONTHS, request(Period(START), total=10, kroner="10"))
    assert exceeded(found) == [Limit.LENGTH]
    assert found.sentence == "Uden for rammen. Perioden har ingen slutdato."
    assert "hele den åbne periode" in route(found, WayOfWorking.CENTRAL_GRANTER, CONSULTANT).reason


def test_months_follow_the_calendar() -> None:
    """Three months from 30 November end on the last day of February."""
    frame = THREE_MONTHS
    ends = Period(date(2026, 11, 30), date(2027, 2, 28))
    assert check(frame, FrameRequest(period=ends, minutes_per_week_max=1)).inside
    longer = replace(ends, end=date(2027, 2, 28) + ONE_DAY)
    assert exceeded(check(frame, FrameRequest(period=longer, minutes_per_week_max=1))) == [Limit.LENGTH]


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_limit_is_exceeded_exactly_when_more_is_used(used: int, allowed: int) -> None:
    frame = Frame("x", VALID, max_minutes_total=allowed)
    found = check(frame, FrameRequest(minutes_total=used))
    assert found.inside is (used <= allowed)
    assert found.results[0].over == max(0, used - allowed)
