"""The zero solution: mentor hours that cover the rest of a wage, for how long, and whether it is allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brobygger.law.catalogue import Stage, assess
from brobygger.law.codes import PriceLineKind
from brobygger.law.finding import Finding, Outcome
from brobygger.payment import zero_solution
from brobygger.payment.price import PriceLine, estimate
from brobygger.payment.zero_solution import (
    FOLLOWS_NEED,
    Answer,
    BadCase,
    Stop,
    ZeroCase,
    judge,
    longest,
    solve,
)
from brobygger.rulebook.frames import (
    TEAM_LEADER,
    Frame,
    FrameRequest,
    check,
    four_months_eighty_hours,
    three_months_five_hours,
)
from brobygger.values.period import Period
from tests.law.examples import facts

START = date(2026, 11, 2)
ALWAYS = Period(date(2020, 1, 1))
CASE = ZeroCase(Decimal(180), Decimal(95), 37 * 60, Decimal("212.50"))
FRAME = four_months_eighty_hours(ALWAYS)
FINDINGS = tuple(
    each for each in assess(facts(), stage=Stage.GRANT).findings if each.is_satisfied and each.confirmed
)


def test_the_rest_of_the_wage_in_mentor_hours() -> None:
    """37 hours at 85 kroner are 3,145 kroner a week: 14 hours and 48 minutes at 212.50 kroner, to the krone."""
    solution = solve(CASE)
    assert solution.rest_per_week == Decimal("3145.00")
    assert solution.mentor_minutes_per_week == 14 * 60 + 48
    assert (solution.mentor_cost_per_week, solution.over) == (Decimal("3145.00"), 0)


def test_at_250_kroner_the_last_minute_begun_counts() -> None:
    solution = solve(replace(CASE, mentor_rate=Decimal(250)))
    assert solution.mentor_minutes_per_week == 12 * 60 + 35
    assert (solution.mentor_cost_per_week, solution.over) == (Decimal("3145.83"), Decimal("0.83"))


def test_17000_kroner_and_80_hours_end_on_the_same_day() -> None:
    length = longest(solve(CASE), starts_on=START, frame=FRAME)
    assert (length.days, length.stops) == (37, (Stop.HOURS, Stop.KRONER))
    dearer = longest(solve(replace(CASE, mentor_rate=Decimal(250))), starts_on=START, frame=FRAME)
    assert (dearer.days, dearer.stops) == (37, (Stop.KRONER,))
    with_course = longest(solve(CASE), starts_on=START, frame=FRAME, fixed=Decimal(2950))
    assert (with_course.days, with_course.stops) == (31, (Stop.KRONER,))


def test_without_frame_the_law_ends_it_after_six_months() -> None:
    length = longest(solve(CASE), starts_on=START, frame=None)
    assert (length.days, length.stops) == ((date(2027, 5, 2) - START).days, (Stop.LAW,))
    assert longest(solve(CASE), starts_on=date(2010, 5, 3), frame=None).stops == ()


def test_inside_law_and_frame_it_is_allowed_and_follows_the_need() -> None:
    verdict = judge(solve(CASE), wanted=Period.of_weeks(START, 5), findings=FINDINGS, frame=FRAME)
    assert FINDINGS
    assert (verdict.law, verdict.frame, verdict.allowed) == (Answer.YES, Answer.YES, Answer.YES)
    assert verdict.reasons == (FOLLOWS_NEED,)


def test_one_day_longer_than_the_frame_is_not() -> None:
    wanted = Period(START, date(2026, 12, 10))
    assert wanted.days == 38
    verdict = judge(solve(CASE), wanted=wanted, findings=FINDINGS, frame=FRAME)
    assert verdict.allowed is Answer.NO
    assert verdict.reasons[0] == "Rammens timer i alt rækker til og med den 8. december 2026."
    assert verdict.exceeded_by == ""


def test_five_hours_a_week_cover_a_part_and_a_leader_may_go_beyond() -> None:
    frame = three_months_five_hours(ALWAYS)
    verdict = judge(solve(CASE), wanted=Period.of_weeks(START, 5), findings=FINDINGS, frame=frame)
    assert (verdict.frame, verdict.exceeded_by) == (Answer.NO, TEAM_LEADER)
    assert verdict.reasons[0] == (
        "Nulløsningen kræver 14 t. 48 min. om ugen. Rammens 5 t. dækker 1.062,50 kr. af de 3.145,00 kr."
    )


def test_a_rate_over_the_frame_is_named() -> None:
    frame = replace(FRAME, max_hourly_rate=Decimal(200))
    verdict = judge(solve(CASE), wanted=Period.of_weeks(START, 1), findings=FINDINGS, frame=frame)
    assert verdict.reasons[0] == "Mentorens timesats på 212,50 kr. er over rammens 200,00 kr."


def test_the_law_is_asked_and_never_guessed() -> None:
    week = Period.of_weeks(START, 1)
    assert judge(solve(CASE), wanted=week, findings=None, frame=FRAME).law is Answer.CANNOT_TELL
    assert judge(solve(CASE), wanted=week, findings=(), frame=FRAME).law is Answer.CANNOT_TELL
    for change in ({"outcome": Outcome.CANNOT_TELL}, {"confirmed": False}):
        unsure: Finding = replace(FINDINGS[0], **change)  # type: ignore[arg-type]
        verdict = judge(solve(CASE), wanted=week, findings=(*FINDINGS, unsure), frame=FRAME)
        assert (verdict.law, verdict.allowed) == (Answer.CANNOT_TELL, Answer.CANNOT_TELL)
    blocked = replace(FINDINGS[0], outcome=Outcome.NOT_SATISFIED)
    verdict = judge(solve(CASE), wanted=week, findings=(*FINDINGS, blocked), frame=FRAME)
    assert verdict.allowed is Answer.NO
    assert str(blocked.source) in verdict.reasons[0]


def test_longer_than_the_law_is_no_even_where_no_finding_says_so() -> None:
    verdict = judge(solve(CASE), wanted=Period.of_months(START, 7), findings=FINDINGS, frame=None)
    assert verdict.law is Answer.NO
    assert verdict.reasons[0] == "Perioden er længere end lovens længste, som slutter den 1. maj 2027."


def test_a_mentor_cannot_be_there_longer_than_the_citizen() -> None:
    solution = solve(ZeroCase(Decimal(300), Decimal(0), 600, Decimal(150)))
    verdict = judge(solution, wanted=Period.of_weeks(START, 1), findings=FINDINGS, frame=None)
    assert verdict.allowed is Answer.NO
    assert verdict.reasons[0] == "Mentoren skulle bruge 20 t. om ugen, og borgeren er der kun 10 t."


def test_a_subsidy_that_covers_the_wage_needs_no_mentor_hour() -> None:
    solution = solve(replace(CASE, wage_subsidy=Decimal(200)))
    assert (solution.is_needed, solution.mentor_minutes_per_week, solution.rest_per_week) == (False, 0, 0)
    assert longest(solution, starts_on=START, frame=FRAME).stops == (Stop.MONTHS,)


@pytest.mark.parametrize("change", [
    {"wage_cost": Decimal(-1)}, {"wage_subsidy": Decimal("NaN")}, {"mentor_rate": Decimal(0)},
    {"minutes_per_week": 0}, {"minutes_per_week": 10_081}, {"wage_cost": Decimal(100_001)},
])  # fmt: skip
def test_impossible_figures_are_refused_with_a_sentence(change: dict[str, object]) -> None:
    with pytest.raises(BadCase, match=r"^Skriv .*\.$"):
        replace(CASE, **change)  # type: ignore[arg-type]


RATES = st.decimals(0, 900, places=2)
CASES = st.builds(ZeroCase, RATES, RATES, st.integers(1, 2220), st.decimals(Decimal("0.5"), 900, places=2))


@settings(max_examples=80, deadline=None)
@given(CASES)
def test_the_hours_cover_the_rest_and_one_minute_fewer_would_not(case: ZeroCase) -> None:
    solution = solve(case)
    minutes = solution.mentor_minutes_per_week
    assert solution.mentor_cost_per_week >= solution.rest_per_week
    if minutes:
        assert (minutes - 1) * case.mentor_rate / 60 < solution.rest_per_week
    assert (solution.rest_per_week > 0) == solution.is_needed


@settings(max_examples=60, deadline=None)
@given(CASES, st.integers(1, 9000), st.integers(1, 40_000), st.integers(1, 8))
def test_the_longest_plan_keeps_the_frame_and_two_weeks_more_do_not(
    case: ZeroCase, minutes: int, kroner: int, months: int
) -> None:
    solution = solve(case)
    frame = Frame("x", ALWAYS, max_months=months, max_minutes_total=minutes, max_kroner_total=Decimal(kroner))
    length = longest(solution, starts_on=START, frame=frame)
    assume(solution.mentor_minutes_per_week <= 10_080)
    if length.days:
        assert _inside(solution, length.days, frame)
    if solution.is_needed and Stop.LAW not in length.stops:
        assert not _inside(solution, length.days + 14, frame)


def _inside(solution: zero_solution.ZeroSolution, days: int, frame: Frame) -> bool:
    """The frame's own check of the plan, and the price that grants are held against."""
    plan = solution.plan(days)
    line = PriceLine(PriceLineKind.WAGE, "", solution.case.mentor_rate)
    total = estimate(plan, [line]).total
    minutes = plan.total_minutes
    return check(frame, FrameRequest(plan.period(START), 0, minutes, total, Decimal(0))).inside


def test_minutes_rounded_down_would_leave_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: the last minute is cut off."""
    monkeypatch.setattr(zero_solution, "ceil", int)
    solution = solve(replace(CASE, mentor_rate=Decimal(250)))
    assert solution.mentor_cost_per_week < solution.rest_per_week
