"""Chapter D: what the state repaid, for whom, until when; and where the cost is booked."""

from datetime import date
from decimal import Decimal

import pytest

from brobygger.law.catalogue import Stage, assess
from brobygger.law.facts import Facts

from .examples import NO, OPEN, YES, facts, finding, integration_facts, outcome

IN_2015, IN_2016, IN_2018 = date(2015, 6, 1), date(2016, 6, 1), date(2018, 6, 1)
LAST, FIRST = date(2019, 6, 30), date(2019, 7, 1)
HALF, NOTHING = Decimal(50), Decimal(0)


def answers(case: Facts) -> dict[str, object]:
    found = assess(case, stage=Stage.PAYMENT).findings
    return {each.rule_id: each.outcome for each in found if each.rule_id in ("D11", "D12", "D13")}


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7, 8, 9, 10, 12, 13])
def test_D11_half_is_repaid_for_the_groups_named(number: int) -> None:
    case = facts(IN_2016, status_at_agreement=f"2.{number}", reimbursement_percent=HALF)
    assert answers(case) == {"D11": YES}
    found = finding("D11", case, Stage.PAYMENT)
    assert "50 procent" in found.sentence
    assert [(each.id, each.amount) for each in found.parameters] == [("P09", "50")]
    assert found.source.paragraph == "§ 118, stk. 5, og § 118 a, stk. 2"
    assert finding("D11", facts(IN_2015), Stage.PAYMENT).source.paragraph == "§ 121 a"


def test_D11_more_than_half_is_not_repaid() -> None:
    assert answers(facts(IN_2016, reimbursement_percent=Decimal("50.1"))) == {"D11": NO}
    assert answers(facts(IN_2016, reimbursement_percent=Decimal("NaN"))) == {"D11": NO}
    assert answers(facts(IN_2016, reimbursement_percent=NOTHING)) == {"D11": YES}


def test_D11_the_status_when_the_agreement_was_made_decides() -> None:
    moved = facts(IN_2018, target_group="2.1", status_at_agreement="2.3", reimbursement_percent=HALF)
    assert answers(moved) == {"D11": YES}
    other_way = facts(IN_2018, target_group="2.3", status_at_agreement="2.1", reimbursement_percent=HALF)
    assert answers(other_way) == {"D12": NO}


def test_D11_a_group_not_named_or_not_known() -> None:
    unnamed = facts(IN_2016, target_group="2.11", reimbursement_percent=HALF)
    assert answers(unnamed) == {"D11": NO}
    assert not finding("D11", unnamed, Stage.PAYMENT).confirmed
    assert answers(facts(IN_2016, target_group="SELF")) == {}
    assert answers(facts(IN_2016, target_group=None, reimbursement_percent=HALF)) == {"D11": OPEN}
    assert answers(facts(IN_2016, target_group=None)) == {}


@pytest.mark.parametrize(
    "changes", [{"target_group": "2.1"}, {"target_group": "2.2"}, {"employed_at_agreement": True}]
)
def test_D12_nothing_for_insured_job_ready_and_employed(changes: dict[str, object]) -> None:
    assert answers(facts(IN_2016, **changes)) == {"D12": YES}
    assert answers(facts(IN_2016, reimbursement_percent=NOTHING, **changes)) == {"D12": YES}
    assert answers(facts(IN_2016, reimbursement_percent=HALF, **changes)) == {"D12": NO}


def test_D13_the_end_on_both_sides() -> None:
    assert answers(facts(LAST, reimbursement_percent=HALF)) == {"D11": YES}
    assert answers(facts(FIRST, reimbursement_percent=HALF)) == {"D13": NO}
    assert answers(facts(FIRST)) == {"D13": YES}
    assert answers(facts(date(2026, 11, 23), reimbursement_percent=HALF)) == {"D13": NO}


def test_D13_is_not_certain_for_the_insured_in_the_rest_of_2019() -> None:
    assert not finding("D13", facts(FIRST, target_group="2.1"), Stage.PAYMENT).confirmed
    assert finding("D13", facts(FIRST, target_group="2.3"), Stage.PAYMENT).confirmed
    assert finding("D13", facts(date(2020, 1, 1), target_group="6.1"), Stage.PAYMENT).confirmed


def test_D11_D12_D13_are_silent_before_2014_and_under_the_integration_act() -> None:
    assert answers(facts(date(2013, 12, 31), reimbursement_percent=HALF)) == {}
    assert answers(integration_facts(IN_2016, reimbursement_percent=HALF)) == {}


def test_reimbursement_is_no_condition_of_the_grant() -> None:
    assert {"D11", "D12", "D13"}.isdisjoint(each.rule_id for each in assess(facts(IN_2016)).findings)


def test_D10_mentor_cost_on_main_account_5() -> None:
    assert outcome("D10", facts(account="5.68.90.018"), Stage.PAYMENT) is YES
    assert outcome("D10", facts(account="6.45.51.001"), Stage.PAYMENT) is NO
    assert outcome("D10", facts(account="en konto"), Stage.PAYMENT) is NO
    assert outcome("D10", facts(account="  "), Stage.PAYMENT) is None
    paragraphs = [
        finding("D10", facts(day, account="5.68.90.018"), Stage.PAYMENT).source.act
        for day in (date(2019, 5, 5), date(2019, 5, 6), date(2023, 3, 29), date(2023, 3, 30))
    ]
    assert [each.split()[2] for each in paragraphs] == ["9100", "9399", "9399", "9260"]


def test_P19_the_account_of_the_insured_follows_the_date() -> None:
    old, new = "5.68.98.019", "5.68.90.018"

    def booked(on: date, account: str, group: str = "2.1") -> object:
        return outcome("P19", facts(on, account=account, target_group=group), Stage.PAYMENT)

    assert (booked(date(2015, 12, 31), old), booked(date(2015, 12, 31), new)) == (YES, NO)
    assert (booked(date(2016, 1, 1), old), booked(date(2016, 1, 1), new)) == (NO, YES)
    assert booked(date(2026, 1, 1), new, "6.1") is YES
    assert booked(date(2016, 1, 1), old, "2.3") is None
    assert booked(date(2016, 1, 1), "") is None
