"""Chapter B: duration and renewal."""

from datetime import date

from brobygger.law.catalogue import assess
from brobygger.values.period import Period

from .examples import NO, OPEN, YES, blocking_ids, facts, finding, outcome

EIGHT_MONTHS = Period.of_months(date(2026, 12, 1), 8)


def test_B09_six_months_is_allowed_and_a_day_more_is_not() -> None:
    assert outcome("B09", facts(period=Period(date(2026, 12, 1), date(2027, 6, 1)))) is YES
    assert outcome("B09", facts(period=Period(date(2026, 12, 1), date(2027, 6, 2)))) is NO
    assert outcome("B09", facts(period=Period(date(2026, 8, 31), date(2027, 2, 28)))) is YES
    assert outcome("B09", facts(period=Period(date(2026, 8, 31), date(2027, 3, 1)))) is NO


def test_B09_eight_months_are_refused_with_the_last_day_that_would_do() -> None:
    result = assess(facts(period=EIGHT_MONTHS))
    assert blocking_ids(result) == {"B09"}
    found = result.blocking[0]
    assert found.sentence == "Perioden er på 8 måneder; den må højst være på 6 måneder."
    assert "31. maj 2027" in found.remedy
    assert found.field == "ends_on"
    assert [(each.id, each.amount) for each in found.parameters] == [("P01", "6")]


def test_B09_holds_from_2014_and_stands_in_the_act_from_2020() -> None:
    eight = Period.of_months(date(2014, 1, 1), 8)
    assert outcome("B09", facts(date(2013, 12, 31), period=eight)) is None
    assert outcome("B09", facts(date(2014, 1, 1), period=eight)) is NO
    assert "kap. 9 b" in finding("B09", facts(date(2019, 12, 31))).source.paragraph
    assert finding("B09", facts(date(2020, 1, 1))).source.paragraph == "§ 167, stk. 1"


def test_B09_a_period_without_dates_cannot_be_judged() -> None:
    assert finding("B09", facts(period=None)).field == "starts_on"
    assert finding("B09", facts(period=Period(date(2026, 12, 1)))).field == "ends_on"
    assert outcome("B09", facts(period=None)) is OPEN


def test_B09_does_not_break_at_the_end_of_the_calendar() -> None:
    assert outcome("B09", facts(period=Period(date(9999, 11, 1), date(9999, 12, 31)))) is YES


def test_B10_no_statutory_limit_is_known_before_2014() -> None:
    case = facts(date(2012, 5, 1), period=Period.of_months(date(2012, 6, 1), 8))
    assert assess(case).allows
    found = finding("B10", case)
    assert found.outcome is YES
    assert not found.confirmed
    assert "ikke fundet" in found.sentence
    assert found.parameters[0].amount == ""
    assert outcome("B10", facts(date(2012, 5, 1), period=None)) is OPEN


def test_P02_a_renewal_needs_a_new_assessment() -> None:
    first = Period.of_months(date(2026, 6, 1), 6)
    assert outcome("P02", facts()) is None
    assert outcome("P02", facts(previous_period=first)) is OPEN
    assert outcome("P02", facts(previous_period=first, reassessed=False)) is NO
    assert outcome("P02", facts(previous_period=first, reassessed=True)) is YES
    assert assess(facts(previous_period=first, reassessed=True)).complete
    assert not assess(facts(previous_period=first)).complete


def test_P02_a_renewal_begins_when_the_first_period_ends() -> None:
    touching = Period(date(2026, 7, 1), date(2026, 12, 1))
    overlapping = Period(date(2026, 7, 1), date(2026, 12, 2))
    assert outcome("P02", facts(previous_period=touching, reassessed=True)) is YES
    assert outcome("P02", facts(previous_period=overlapping, reassessed=True)) is NO
    assert outcome("P02", facts(previous_period=Period(date(2026, 7, 1)), reassessed=True)) is NO
    assert outcome("P02", facts(previous_period=touching, period=None)) is OPEN


def test_P02_any_number_of_renewals_but_each_at_most_six_months() -> None:
    first = Period.of_months(date(2020, 6, 1), 78)
    assert assess(facts(previous_period=first, reassessed=True)).allows
    long = facts(previous_period=first, reassessed=True, period=EIGHT_MONTHS)
    assert blocking_ids(assess(long)) == {"B09"}


def test_P02_is_demanded_from_2020() -> None:
    first = Period.of_months(date(2019, 6, 1), 6)
    assert outcome("P02", facts(date(2019, 12, 31), previous_period=first)) is None
    assert outcome("P02", facts(date(2020, 1, 1), previous_period=first)) is OPEN
