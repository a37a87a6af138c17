"""Commitments, forecasts, budgets, alarms and what-if; every period is a difference, so all of it adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law.parameters import LocalParameterRow, MissingParameter
from brobygger.payment import forecast
from brobygger.payment.budget import (
    Level,
    WhatIf,
    alarm,
    budget_lines,
    by_account,
    by_context,
    by_target_group,
    by_team,
    compare,
    day_passed,
)
from brobygger.payment.forecast import (
    Commitment,
    Figures,
    Method,
    Outlook,
    Paid,
    figures,
    split_by_year,
    year,
)
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.parameters import money_parameters
from brobygger.payment.shares import JOB_CENTRES_AT_HALF_OR_MORE, ceiling_stand, right_and_duty_share
from brobygger.values.period import Period
from brobygger.values.source import Source

START = date(2026, 11, 2)
TEN_WEEKS = HourPlan((Phase(10, 300),))
PROJECT = Commitment(
    "m1", Period.of_weeks(START, 10), TEN_WEEKS, Decimal(250), Decimal(2950),
    account="5.68.90.018", team="Ung", target_group="6.4", context="EDUCATION",
)  # fmt: skip
DECEMBER = date(2026, 12, 7)
UNDER_WAY = replace(
    PROJECT, paid=(Paid(date(2026, 11, 30), Decimal(5450)), Paid(date(2026, 12, 3), Decimal(-100))),
    unpaid=Decimal(1250),
)  # fmt: skip


def test_the_project_commits_15450_kroner_over_two_years() -> None:
    assert PROJECT.committed == Decimal("15450.00")
    found = [figures([PROJECT], year(number), on=START) for number in (2026, 2027)]
    assert [each.committed for each in found] == [Decimal("13662.50"), Decimal("1787.50")]
    assert [each.expected for each in found] == [Decimal("13662.50"), Decimal("1787.50")]
    assert [each.mentorships for each in found] == [1, 1]


def test_half_way_by_plan() -> None:
    """Five weeks gone: 5,350 paid, 1,250 confirmed, 25 hours to come; 2,600 of the 15,450 are not used."""
    found = [figures([UNDER_WAY], year(number), on=DECEMBER) for number in (2026, 2027)]
    assert found[0] == Figures(
        Decimal("13662.50"), Decimal(5350), Decimal(1250) + Decimal("4462.50"), mentorships=1
    )
    assert found[1].expected == Decimal("1787.50")
    whole = figures([UNDER_WAY], Period(date(2026, 1, 1), date(2028, 1, 1)), on=DECEMBER)
    assert (whole.outcome, whole.released) == (Decimal(12850), Decimal(2600))


def test_half_way_by_run_rate() -> None:
    """3,650 kroner of hours in 35 days; the 35 days left cost as much, and the course is not paid again."""
    to_come = Outlook(UNDER_WAY, DECEMBER, Method.BY_RUN_RATE).until(date(2028, 1, 1))
    assert to_come == Decimal(1250) + Decimal(3650)


def test_nothing_beyond_the_commitment_is_expected() -> None:
    fast = replace(PROJECT, paid=(Paid(date(2026, 11, 20), Decimal(14_000)),), unpaid=Decimal(450))
    for method in Method:
        assert Outlook(fast, DECEMBER, method).until(date(2028, 1, 1)) == Decimal(1450)


def test_before_the_start_the_run_rate_is_the_plan() -> None:
    early = date(2026, 6, 1)
    by_rate, by_plan = (Outlook(PROJECT, early, each).within(year(2026)) for each in Method)
    assert by_rate == by_plan == Decimal("13662.50")


def test_a_grant_that_ends_early_commits_less() -> None:
    cut = replace(PROJECT, period=Period.of_weeks(START, 4))
    assert cut.committed == Decimal(2950 + 5000)


def test_a_mentorship_without_subsidy_costs_nothing_and_is_counted() -> None:
    free = replace(PROJECT, key="m2", hourly_rate=Decimal(0), fixed=Decimal(0))
    found = figures([PROJECT, free], year(2026), on=START)
    assert (found.committed, found.mentorships, found.without_subsidy) == (Decimal("13662.50"), 2, 1)


def test_an_open_period_is_refused() -> None:
    with pytest.raises(ValueError, match="slutdag"):
        replace(PROJECT, period=Period(START))
    with pytest.raises(ValueError, match="slutdag"):
        figures([PROJECT], Period(START), on=START)
    with pytest.raises(ValueError, match="lukket periode"):
        split_by_year(Decimal(1), Period(START))


@pytest.mark.parametrize(("amount", "weeks", "shares"), [
    ("15450", 10, {2026: "13242.86", 2027: "2207.14"}), ("0.01", 10, {2026: "0.01", 2027: "0.00"}),
    ("17000", 4, {2026: "17000.00"}),
])  # fmt: skip
def test_an_amount_is_shared_by_whole_days(amount: str, weeks: int, shares: dict[int, str]) -> None:
    found = split_by_year(Decimal(amount), Period.of_weeks(START, weeks))
    assert found == {number: Decimal(share) for number, share in shares.items()}


@settings(max_examples=60, deadline=None)
@given(
    st.decimals(-50_000, 500_000, places=2),
    st.dates(date(2014, 1, 1), date(2030, 1, 1)),
    st.integers(1, 1500),
)
def test_the_shares_of_the_years_add_up(amount: Decimal, start: date, days: int) -> None:
    period = Period(start, start + timedelta(days=days))
    assert sum(split_by_year(amount, period).values()) == amount


COMMITMENTS = st.builds(
    Commitment,
    key=st.text("abc", min_size=3, max_size=6),
    period=st.builds(
        lambda start, days: Period(start, start + timedelta(days=days)),
        st.dates(date(2026, 1, 1), date(2027, 6, 1)),
        st.integers(1, 300),
    ),
    plan=st.builds(lambda weeks, minutes: HourPlan((Phase(weeks, minutes),)), st.integers(1, 40), st.integers(0, 900)),
    hourly_rate=st.decimals(0, 400, places=2),
    fixed=st.sampled_from([Decimal(0), Decimal(2950)]),
    paid=st.lists(
        st.builds(Paid, st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.decimals(0, 3000, places=2)), max_size=3
    ).map(tuple),
    account=st.sampled_from(["5.1", "5.2", "5.3"]),
    team=st.sampled_from(["Ung", "Job"]),
    right_and_duty=st.booleans(),
)  # fmt: skip
MANY = st.lists(COMMITMENTS, max_size=5)
ON = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@settings(max_examples=60, deadline=None)
@given(MANY, ON, st.sampled_from(Method), st.sampled_from([by_account, by_team, by_target_group, by_context]))
def test_rows_and_months_add_up_to_the_whole(
    commitments: list[Commitment], on: date, method: Method, key: forecast.Commitment
) -> None:
    whole = figures(commitments, year(2027), on=on, method=method)
    rows = budget_lines(commitments, {}, key=key, of_year=2027, on=on, method=method)  # type: ignore[arg-type]
    months = [
        figures(commitments, Period.of_month(2027, number), on=on, method=method) for number in range(1, 13)
    ]
    for name in ("committed", "spent", "expected"):
        assert sum(getattr(row.figures, name) for row in rows) == getattr(whole, name)
        assert sum(getattr(each, name) for each in months) == getattr(whole, name)


@settings(max_examples=60, deadline=None)
@given(COMMITMENTS, ON, st.sampled_from(Method))
def test_outcome_never_goes_beyond_committed_or_what_was_paid(
    commitment: Commitment, on: date, method: Method
) -> None:
    everything = Period(date(2020, 1, 1), date(2035, 1, 1))
    found = figures([commitment], everything, on=on, method=method)
    assert found.expected >= 0
    assert found.outcome <= max(commitment.committed, found.spent)


def test_a_budget_that_holds_that_is_close_and_that_is_passed() -> None:
    def told(budget: str, on: date = START) -> tuple[Level, str, date | None]:
        found = alarm([PROJECT], Decimal(budget), of_year=2026, on=on)
        return found.level, found.sentence_da, found.passed_on

    assert told("20000") == (Level.FINE, "Der er 6.337,50 kr. til nye bevillinger.", None)
    assert told("15000") == (Level.CLOSE, "Forbrug og forventning er 91,1 procent af budgettet.", None)
    assert told("13662.50")[0] is Level.CLOSE
    assert told("10450") == (
        Level.OVER,
        "Budgettet overskrides med 3.212,50 kr. Det slår ikke til fra den 14. december 2026.",
        date(2026, 12, 14),
    )
    assert told("0")[1].endswith("Det er allerede brugt.")


@settings(max_examples=60, deadline=None)
@given(MANY, ON, st.sampled_from(Method), st.integers(0, 20_000))
def test_the_day_the_budget_is_passed_agrees_with_trying_every_day(
    commitments: list[Commitment], on: date, method: Method, kroner: int
) -> None:
    budget, period = Decimal(kroner), year(2027)
    spent = figures(commitments, period, on=on, method=method).spent
    first = max(on, period.start)
    days = [
        first + timedelta(days=step) for step in range(366) if (first + timedelta(days=step)).year == 2027
    ]
    expected = next(
        (day for day in days if spent + sum(
            Outlook(each, on, method).within(Period(period.start, day + timedelta(days=1)))
            for each in commitments) > budget),
        None,
    )  # fmt: skip
    if spent > budget:
        expected = first
    assert day_passed(commitments, budget, of_year=2027, on=on, method=method) == expected


def test_rows_by_account_with_their_budgets() -> None:
    rows = budget_lines(
        [UNDER_WAY],
        {"5.68.90.018": Decimal(12_000), "5.99": Decimal(500)},
        key=by_account,
        of_year=2026,
        on=DECEMBER,
    )
    assert [(row.key, row.free, row.percent) for row in rows] == [
        ("5.68.90.018", Decimal("937.50"), Decimal("92.2")),
        ("5.99", Decimal(500), Decimal("0.0")),
    ]
    (without,) = budget_lines([PROJECT], {}, key=by_team, of_year=2026, on=START)
    assert (without.free, without.percent) == (None, None)


def test_what_if_ten_more_projects_begin() -> None:
    more = tuple(replace(PROJECT, key=f"new{n}") for n in range(10))
    found = compare([PROJECT], WhatIf(added=more), of_year=2026, on=START)
    assert found.difference == Decimal("136625.00")
    assert found.after.mentorships == 11


def test_what_if_the_hours_still_to_come_cost_ten_per_cent_more() -> None:
    found = compare([UNDER_WAY], WhatIf(price_percent=Decimal(110)), of_year=2026, on=DECEMBER)
    assert found.difference == Decimal("446.25")


def test_what_if_a_mentorship_stops() -> None:
    thought = WhatIf(stopped=frozenset({"m1"}), stops_on=date(2026, 12, 14))
    assert compare([UNDER_WAY], thought, of_year=2026, on=DECEMBER).after.expected == Decimal(2500)
    never = WhatIf(stopped=frozenset({"m1"}), stops_on=START)
    assert compare([PROJECT], never, of_year=2026, on=START).after == Figures()
    paid = compare([UNDER_WAY], never, of_year=2026, on=DECEMBER).after
    assert (paid.spent, paid.expected) == (Decimal(5350), Decimal(1250))
    unchanged = WhatIf(stopped=frozenset({"m1"}), stops_on=date(2027, 6, 1))
    assert unchanged.applied([PROJECT]) == (PROJECT,)


@pytest.mark.parametrize("bad", [{"price_percent": Decimal(-1)}, {"stopped": frozenset({"a"})}])
def test_a_thought_that_cannot_be_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^Skriv "):
        WhatIf(**bad)  # type: ignore[arg-type]


def test_the_share_on_right_and_duty_mentors() -> None:
    other = replace(PROJECT, key="rd", right_and_duty=True)
    half = right_and_duty_share([PROJECT, other], of_year=2026, on=START)
    assert (half.percent, half.is_half_or_more, half.peers_percent) == (50, True, JOB_CENTRES_AT_HALF_OR_MORE)
    assert half.sentence_da.startswith(
        "50 procent går til ret og pligt-mentorer. 27,2 procent af jobcentrene satte halvdelen eller mere af"
    )
    third = right_and_duty_share([PROJECT, replace(PROJECT, key="b"), other], of_year=2026, on=START)
    assert (third.is_half_or_more, third.peers_percent) == (False, Decimal("72.8"))
    assert third.sentence_da.startswith("33,3 procent")
    assert (
        right_and_duty_share([], of_year=2026, on=START).sentence_da
        == "Der er ingen udgift at regne andelen af."
    )


def test_the_ceiling_of_a_draft_is_shown_and_concludes_nothing() -> None:
    found = ceiling_stand(Decimal(2_200_000), Decimal(200), on=date(2026, 11, 2))
    assert (found.per_person, found.figure, found.difference) == (Decimal("11000.00"), Decimal(10602), None)
    assert (found.is_draft, found.is_confirmed) == (True, False)
    assert "ikke bekræftet" in found.sentence_da
    assert "alle kommuner under ét" in found.sentence_da


def test_an_administrators_ceiling_counts_and_is_not_called_confirmed() -> None:
    row = LocalParameterRow(
        "P12", date(2026, 1, 1), Source("Finansloven", "2026"), date(2026, 3, 1), Decimal(10_000)
    )
    own = money_parameters().with_local([row])
    found = ceiling_stand(Decimal(2_200_000), Decimal(200), on=date(2026, 11, 2), parameters=own)
    assert (found.difference, found.is_draft, found.is_confirmed) == (Decimal("1000.00"), False, False)
    assert "Loftet er 10.000,00 kr. Tallet er ikke bekræftet." in found.sentence_da


def test_a_ceiling_without_people_or_before_2026_is_refused() -> None:
    with pytest.raises(ValueError, match="fuldtidspersoner"):
        ceiling_stand(Decimal(1), Decimal(0), on=START)
    with pytest.raises(MissingParameter):
        ceiling_stand(Decimal(1), Decimal(1), on=date(2025, 12, 31))


def test_expected_that_ignores_the_limit_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: what is left of the commitment is not held against what is expected."""
    fast = replace(PROJECT, paid=(Paid(date(2026, 11, 20), Decimal(15_450)),))
    monkeypatch.setattr(forecast.Commitment, "spent_until", lambda commitment, day: Decimal(0))
    with pytest.raises(AssertionError):
        test_outcome_never_goes_beyond_committed_or_what_was_paid.hypothesis.inner_test(  # type: ignore[attr-defined]
            fast, DECEMBER, Method.BY_PLAN
        )
