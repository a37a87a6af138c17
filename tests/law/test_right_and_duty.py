"""Chapter E: the right-and-duty mentor of 2014-2019, and follow-up on what was delivered."""

from datetime import date
from typing import Any

import pytest

from brobygger.law.catalogue import Stage, assess
from brobygger.law.codes import Context, RightAndDutyEnd
from brobygger.law.facts import Facts, RightAndDutyFacts
from brobygger.values.period import Period

from .examples import NO, OPEN, YES, facts, finding, outcome

IN_2014, IN_2016, IN_2018 = date(2014, 6, 1), date(2016, 6, 1), date(2018, 6, 1)


def duty(on: date, group: str | None = "2.3", **changes: Any) -> Facts:
    told: dict[str, Any] = {
        "personal_circumstances": "Angst og misbrug.",
        "can_join_offers": False,
        "contact_interval_days": 7,
        "meets_in_person": True,
        **changes,
    }
    return facts(
        on, target_group=group, context=Context.ONLY_EFFORT, right_and_duty=RightAndDutyFacts(**told)
    )


@pytest.mark.parametrize("on", [date(2014, 1, 1), date(2015, 12, 31), date(2016, 1, 1), date(2019, 12, 31)])
@pytest.mark.parametrize(("group", "rule_id"), [("2.3", "E01"), ("2.12", "E02"), ("2.13", "E02")])
def test_E01_E02_a_whole_case_is_allowed_and_one_of_the_two_answers(
    on: date, group: str, rule_id: str
) -> None:
    result = assess(duty(on, group))
    assert result.allows and result.complete, [each.sentence for each in result.findings if each.remedy]
    assert {each.rule_id for each in result.findings} & {"E01", "E02"} == {rule_id}


@pytest.mark.parametrize(("group", "rule_id"), [("2.3", "E01"), ("2.12", "E02")])
def test_E01_E02_demand_personal_circumstances_that_keep_from_offers(group: str, rule_id: str) -> None:
    assert outcome(rule_id, duty(IN_2016, group, personal_circumstances=" ")) is OPEN
    assert outcome(rule_id, duty(IN_2016, group, can_join_offers=True)) is NO
    assert outcome(rule_id, duty(IN_2016, group, can_join_offers=None)) is YES


def test_E01_only_the_activity_ready() -> None:
    assert outcome("E01", duty(IN_2016, "2.1")) is NO
    assert outcome("E01", duty(IN_2016, "SELF")) is NO
    assert outcome("E01", duty(IN_2016, None)) is OPEN
    assert outcome("E01", facts(IN_2016)) is None
    assert outcome("E01", duty(date(2020, 1, 1), "2.3")) is None


@pytest.mark.parametrize(
    ("on", "rule_id", "days", "expected"),
    [
        (date(2014, 1, 1), "E03", 7, YES),
        (date(2014, 1, 1), "E03", 8, NO),
        (date(2015, 12, 31), "E03", 14, NO),
        (date(2016, 1, 1), "E04", 14, YES),
        (date(2016, 1, 1), "E04", 15, NO),
        (date(2019, 12, 31), "E04", 14, YES),
    ],
)
def test_E03_E04_weekly_then_every_second_week(on: date, rule_id: str, days: int, expected: object) -> None:
    case = duty(on, contact_interval_days=days)
    assert outcome(rule_id, case) is expected
    assert outcome({"E03": "E04", "E04": "E03"}[rule_id], case) is None
    assert [each.amount for each in finding(rule_id, case).parameters] == ["7" if rule_id == "E03" else "14"]


@pytest.mark.parametrize(("on", "rule_id"), [(IN_2014, "E03"), (IN_2018, "E04")])
def test_E03_E04_six_months_and_known_contact(on: date, rule_id: str) -> None:
    def with_period(period: Period | None, **changes: Any) -> Facts:
        case = duty(on, **changes)
        return Facts(**{**case.__dict__, "period": period})

    start = date(on.year, 7, 1)
    assert outcome(rule_id, with_period(Period.of_months(start, 6))) is YES
    short = finding(rule_id, with_period(Period.of_months(start, 5)))
    assert (short.outcome, short.field) == (NO, "ends_on")
    assert "31. december" in short.remedy
    assert outcome(rule_id, with_period(None)) is OPEN
    assert outcome(rule_id, with_period(Period(start))) is OPEN
    assert outcome(rule_id, duty(on, contact_interval_days=None)) is OPEN


def test_E05_broken_off_only_for_another_offer() -> None:
    ended = RightAndDutyEnd.BROKEN_OFF
    assert outcome("E05", duty(IN_2018, ending=ended, other_offer_ready=True)) is YES
    assert outcome("E05", duty(IN_2018, ending=ended, other_offer_ready=False)) is NO
    assert outcome("E05", duty(IN_2018, ending=ended)) is OPEN
    assert outcome("E05", duty(IN_2018)) is None
    assert outcome("E05", duty(IN_2018, "2.12", ending=ended)) is None
    assert outcome("E05", duty(date(2015, 12, 31), ending=ended)) is None


def test_E05_a_new_offer_where_the_citizen_still_cannot() -> None:
    ended = RightAndDutyEnd.ENDED_UNABLE
    assert outcome("E05", duty(IN_2018, ending=ended, new_offer_given=True)) is YES
    assert outcome("E05", duty(IN_2018, ending=ended, new_offer_given=False)) is NO
    assert outcome("E05", duty(IN_2018, ending=ended)) is OPEN
    assert outcome("E05", duty(IN_2018, ending=RightAndDutyEnd.ENDED_ABLE)) is YES


def test_E06_they_meet_unless_special_circumstances() -> None:
    assert outcome("E06", duty(IN_2018)) is YES
    assert outcome("E06", duty(IN_2018, meets_in_person=None)) is OPEN
    assert outcome("E06", duty(IN_2018, meets_in_person=False)) is OPEN
    assert outcome("E06", duty(IN_2018, meets_in_person=False, not_in_person_reason="Smittefare.")) is YES


def test_E12_delivery_is_checked_before_payment() -> None:
    assert outcome("E12", facts(delivery_checked=True), Stage.PAYMENT) is YES
    assert outcome("E12", facts(delivery_checked=False), Stage.PAYMENT) is NO
    assert outcome("E12", facts(), Stage.PAYMENT) is None
    assert outcome("E12", facts(date(2019, 2, 28), delivery_checked=False), Stage.PAYMENT) is None
    assert outcome("E12", facts(date(2019, 3, 1), delivery_checked=False), Stage.PAYMENT) is NO
