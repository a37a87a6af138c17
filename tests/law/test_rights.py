"""Chapter A: the rights at psychiatric discharge and at the start of an education."""

from datetime import date
from typing import Any

from brobygger.law.catalogue import assess
from brobygger.law.codes import Context
from brobygger.law.facts import Facts
from brobygger.values.period import Period

from .examples import NO, OPEN, YES, facts, finding, outcome

DISCHARGE = date(2026, 6, 1)


def discharged(**changes: Any) -> Facts:
    case = {
        "context": Context.PSYCHIATRIC_DISCHARGE,
        "discharge_on": DISCHARGE,
        "psychiatric_admitted": True,
        "period": Period.of_months(date(2026, 3, 1), 6),
    }
    return facts(date(2026, 2, 20), **{**case, **changes})


def student(**changes: Any) -> Facts:
    case = {
        "context": Context.EDUCATION,
        "target_group": "6.4",
        "age": 22,
        "education_admission_on": date(2026, 8, 15),
        "right_used_from": date(2026, 9, 1),
        "period": Period.of_months(date(2026, 9, 1), 6),
    }
    return facts(date(2026, 8, 1), **{**case, **changes})


def test_A11_three_months_before_and_six_in_all() -> None:
    assert assess(discharged()).allows and assess(discharged()).complete
    assert outcome("A11", discharged()) is YES


def test_A11_begins_at_most_three_months_before_the_discharge() -> None:
    early = finding("A11", discharged(period=Period.of_months(date(2026, 2, 28), 6)))
    assert (early.outcome, early.field) == (NO, "starts_on")
    assert "1. marts 2026" in early.remedy
    assert outcome("A11", discharged(period=Period.of_months(date(2026, 3, 1), 6))) is YES


def test_A11_lasts_at_least_six_months_in_all() -> None:
    short = finding("A11", discharged(period=Period(date(2026, 3, 1), date(2026, 8, 31))))
    assert (short.outcome, short.field) == (NO, "ends_on")
    assert "31. august 2026" in short.remedy
    continued = discharged(
        period=Period.of_months(date(2026, 6, 1), 3),
        previous_period=Period.of_months(date(2026, 3, 1), 3),
        reassessed=True,
    )
    assert outcome("A11", continued) is YES
    broken = discharged(
        period=Period.of_months(date(2026, 7, 1), 3),
        previous_period=Period.of_months(date(2026, 3, 1), 3),
        reassessed=True,
    )
    assert outcome("A11", broken) is NO


def test_A11_only_persons_in_section_6() -> None:
    assert outcome("A11", discharged(target_group="6.11")) is YES
    assert outcome("A11", discharged(target_group="OUTSIDE")) is NO
    assert outcome("A11", discharged(target_group="2.3")) is NO
    assert outcome("A11", discharged(target_group="SELF")) is OPEN
    assert outcome("A11", discharged(target_group=None)) is OPEN


def test_A11_asks_for_the_dates() -> None:
    assert outcome("A11", discharged(discharge_on=None)) is OPEN
    assert outcome("A11", discharged(period=None)) is OPEN
    assert outcome("A11", discharged(period=Period(date(2026, 3, 1)))) is OPEN


def test_A11_reminds_of_the_right_when_support_is_given_for_another_reason() -> None:
    case = facts(discharge_on=date(2026, 12, 24))
    assert outcome("A11", case) is YES
    assert "kan have ret" in finding("A11", case).sentence
    assert outcome("A11", facts()) is None
    assert outcome("A11", facts(psychiatric_admitted=True, context=None)) is None


def test_A11_uses_the_two_parameters() -> None:
    used = {each.id: each.amount for each in finding("A11", discharged()).parameters}
    assert used == {"P04": "6", "P04.before": "3"}


def test_A12_same_purpose_from_2023() -> None:
    def on(day: date, purpose: str) -> Facts:
        return facts(day, context=Context.PSYCHIATRIC_DISCHARGE, purpose=purpose)

    assert outcome("A12", on(date(2023, 3, 19), "")) is None
    assert outcome("A12", on(date(2023, 3, 20), "")) is OPEN
    assert outcome("A12", on(date(2023, 3, 20), "Tilbage i praktik")) is YES
    assert outcome("A12", facts()) is None


def test_A13_six_months_from_the_use_of_the_right() -> None:
    assert assess(student()).allows and assess(student()).complete
    assert outcome("A13", student()) is YES
    assert outcome("A13", student(target_group="6.5")) is YES
    assert outcome("A13", student(target_group="6.3")) is None
    assert outcome("A13", student(context=Context.COMPANY_PLACEMENT)) is None


def test_A13_the_right_begins_at_admission() -> None:
    early = finding("A13", student(right_used_from=date(2026, 8, 14)))
    assert (early.outcome, early.field) == (NO, "starts_on")
    assert (
        outcome(
            "A13", student(right_used_from=date(2026, 8, 15), period=Period.of_months(date(2026, 8, 15), 6))
        )
        is YES
    )


def test_A13_ends_after_six_months_unless_prolonged() -> None:
    later = Period.of_months(date(2027, 3, 1), 3)
    first = Period.of_months(date(2026, 9, 1), 6)
    assert outcome("A13", student(period=Period(date(2026, 9, 1), date(2027, 3, 2)))) is NO
    assert outcome("A13", student(period=later)) is NO
    assert outcome("A13", student(period=later, previous_period=first)) is OPEN
    assert outcome("A13", student(period=later, previous_period=first, reassessed=False)) is NO
    assert outcome("A13", student(period=later, previous_period=first, reassessed=True)) is YES


def test_A13_counts_from_the_start_where_the_use_is_not_known() -> None:
    assert outcome("A13", student(right_used_from=None)) is YES
    assert outcome("A13", student(right_used_from=None, period=Period.of_months(date(2026, 9, 1), 7))) is NO
    assert outcome("A13", student(period=None)) is OPEN
    assert outcome("A13", student(period=Period(date(2026, 9, 1)))) is OPEN
