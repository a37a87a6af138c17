"""A17: two groups closed to new people. B12: hours per place. F06: duration under the Integration Act."""

from datetime import date
from decimal import Decimal

import pytest

from brobygger.law.catalogue import assess
from brobygger.law.parameters import LocalParameterRow, with_local
from brobygger.values.period import Period
from brobygger.values.source import Source

from .examples import NO, OPEN, YES, facts, finding, integration_facts, outcome

NOW = date(2026, 11, 23)


@pytest.mark.parametrize("group", ["6.8", "6.10"])
def test_A17_new_people_cannot_come_in(group: str) -> None:
    assert outcome("A17", facts(NOW, target_group=group, in_group_since=date(2026, 1, 31))) is YES
    assert outcome("A17", facts(NOW, target_group=group, in_group_since=date(2026, 2, 1))) is NO
    asked = finding("A17", facts(NOW, target_group=group))
    assert (asked.outcome, asked.field) == (OPEN, "target_group")
    assert "lukket for nye" in asked.sentence and "hvornår borgeren begyndte" in asked.remedy


def test_A17_an_earlier_mentorship_shows_that_the_person_was_there() -> None:
    before = Period.of_months(date(2025, 12, 1), 6)
    assert outcome("A17", facts(NOW, target_group="6.8", previous_period=before, reassessed=True)) is YES


def test_A17_the_day_in_2026_is_certain_only_from_the_second_day_of_the_reform() -> None:
    assert not finding("A17", facts(NOW, target_group="6.8", in_group_since=date(2026, 6, 30))).confirmed
    assert finding("A17", facts(NOW, target_group="6.8", in_group_since=date(2026, 7, 1))).confirmed


def test_A17_says_nothing_of_other_groups_or_earlier_days() -> None:
    assert outcome("A17", facts(NOW)) is None
    assert outcome("A17", facts(NOW, target_group="9.9")) is None
    assert outcome("A17", facts(date(2026, 1, 31), target_group="6.8")) is None


def test_B12_hours_per_place_when_one_mentor_helps_several() -> None:
    several = {"per_place": True, "places": 3, "people_served": 4}
    assert outcome("B12", facts(**several)) is YES
    assert outcome("B12", facts(**{**several, "people_served": 1})) is NO
    assert outcome("B12", facts(**{**several, "places": 0})) is NO
    assert outcome("B12", facts(**{**several, "places": None})) is OPEN
    assert outcome("B12", facts(**{**several, "people_served": None})) is OPEN
    assert outcome("B12", facts(per_place=False)) is None


def test_B12_stands_in_the_act_until_2019_and_on_municipal_pages_after() -> None:
    several = {"per_place": True, "places": 3, "people_served": 4}
    then = finding("B12", facts(date(2019, 12, 31), **several)).source
    now = finding("B12", facts(date(2020, 1, 1), **several)).source
    assert (then.paragraph, then.confidence) == ("§ 31 e, stk. 2", "H")
    assert (now.act, now.confidence) == ("Kommunal praksis", "M")
    assert outcome("B12", facts(date(2013, 12, 31), **several)) is None


EIGHT = Period.of_months(date(2026, 12, 1), 8)


def test_F06_no_limit_is_claimed_and_that_is_not_shown_as_certain() -> None:
    found = finding("F06", integration_facts(period=EIGHT))
    assert found.outcome is YES
    assert not found.confirmed
    assert outcome("F06", facts()) is None
    assert assess(integration_facts(date(2019, 12, 31))).by_rule("F06") is None


def test_F06_an_administrator_can_set_the_limit_with_a_source() -> None:
    row = LocalParameterRow("F06.months", date(2026, 1, 1), Source("Kommunens praksis"), NOW, Decimal(6))
    numbers = with_local([row])

    def answer(period: Period | None, on: date = NOW) -> object:
        found = assess(integration_facts(on, period=period), parameters=numbers).by_rule("F06")
        assert found is not None and not found.confirmed
        return found.outcome

    assert answer(EIGHT) is NO
    assert answer(Period.of_months(date(2026, 12, 1), 6)) is YES
    assert answer(EIGHT, date(2025, 12, 31)) is YES
    case = assess(integration_facts(period=None), parameters=numbers).by_rule("F06")
    assert case is not None and case.outcome is OPEN
