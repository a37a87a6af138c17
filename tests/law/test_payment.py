"""Chapter D: what can be paid."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from brobygger.law.catalogue import Stage, assess
from brobygger.law.codes import MentorKind, PriceLineKind
from brobygger.law.facts import PriceLineFact

from .examples import FEE, NO, OPEN, TRANSPORT, WAGE, YES, blocking_ids, external, facts, finding, outcome

IN_2016, IN_2021 = date(2016, 6, 1), date(2021, 6, 1)
REFUSED = (
    PriceLineKind.OVERHEAD,
    PriceLineKind.ILLNESS_WAGE,
    PriceLineKind.TRANSPORT_TIME,
    PriceLineKind.TRAVEL_EXPENSES,
)


def line(kind: PriceLineKind, amount: str | None = "100") -> PriceLineFact:
    return PriceLineFact(kind, Decimal(amount) if amount else None)


def test_D01_wage_for_staff_and_fee_for_an_external() -> None:
    assert outcome("D01", facts()) is YES
    assert outcome("D01", external(IN_2021)) is YES
    assert outcome("D01", facts(price_lines=(FEE,))) is NO
    assert outcome("D01", external(IN_2021, price_lines=(WAGE,))) is NO
    assert outcome("D01", facts(mentor_kind=MentorKind.VOLUNTEER)) is NO
    assert outcome("D01", facts(mentor_kind=None)) is OPEN
    assert outcome("D01", facts(price_lines=())) is None


def test_D02_training_of_a_member_of_staff() -> None:
    course = (WAGE, line(PriceLineKind.TRAINING, "2950"))
    assert outcome("D02", facts()) is None
    assert outcome("D02", facts(price_lines=course)) is YES
    assert outcome("D02", facts(price_lines=course, mentor_kind=None)) is OPEN
    assert outcome("D02", external(IN_2021, price_lines=(FEE, course[1]))) is OPEN


def test_D03_the_actual_wage() -> None:
    assert outcome("D03", facts()) is YES
    assert outcome("D03", facts(price_lines=(line(PriceLineKind.WAGE, None),))) is OPEN
    assert outcome("D03", facts(price_lines=(line(PriceLineKind.WAGE, "0"),))) is NO
    assert outcome("D03", facts(price_lines=())) is None
    assert outcome("D03", facts(date(2020, 12, 10))) is None
    assert outcome("D03", facts(date(2020, 12, 11))) is YES


def test_D04_an_external_consultant_is_paid_a_fee() -> None:
    assert outcome("D04", external(IN_2021)) is YES
    assert outcome("D04", external(IN_2021, price_lines=(replace(FEE, amount=None),))) is OPEN
    assert outcome("D04", external(IN_2021, price_lines=(replace(FEE, amount=Decimal(-1)),))) is NO
    assert outcome("D04", external(IN_2021, price_lines=(WAGE,))) is NO
    assert outcome("D04", external(IN_2021, price_lines=())) is None
    assert outcome("D04", facts(IN_2021)) is None
    assert outcome("D04", external(date(2020, 12, 10))) is None
    assert outcome("D04", external(date(2020, 12, 11))) is YES


def test_D05_contributions_are_included() -> None:
    extra = (WAGE, line(PriceLineKind.HOLIDAY_PAY), line(PriceLineKind.PENSION))
    assert outcome("D05", facts()) is None
    assert (
        finding("D05", facts(price_lines=extra)).sentence == "Lønudgiften kan omfatte feriepenge og pension."
    )
    assert outcome("D05", facts(date(2020, 12, 10), price_lines=extra)) is None


@pytest.mark.parametrize("kind", REFUSED)
def test_D06_what_cannot_be_paid(kind: PriceLineKind) -> None:
    result = assess(facts(IN_2021, price_lines=(WAGE, line(kind))))
    assert blocking_ids(result) == {"D06"}
    assert kind.label.lower() in result.blocking[0].sentence
    assert result.blocking[0].field == "price_lines"
    assert result.blocking[0].source.paragraph == "§ 122, stk. 2"


@pytest.mark.parametrize("kind", [each for each in PriceLineKind if each not in REFUSED])
def test_D06_allows_the_other_kinds(kind: PriceLineKind) -> None:
    assert outcome("D06", facts(IN_2021, price_lines=(line(kind),))) is YES


def test_D06_refuses_transport_in_2021_and_is_silent_without_lines() -> None:
    assert outcome("D06", facts(IN_2021, price_lines=(WAGE, TRANSPORT))) is NO
    assert outcome("D06", facts(IN_2021, price_lines=())) is None
    assert outcome("D06", facts(date(2020, 12, 10), price_lines=(TRANSPORT,))) is None
    assert outcome("D06", facts(date(2020, 12, 11), price_lines=(TRANSPORT,))) is NO


def test_D07_transport_depended_on_the_agreement() -> None:
    found = finding("D07", facts(IN_2016, price_lines=(WAGE, TRANSPORT)))
    assert found.outcome is OPEN
    assert "afhang af aftalen" in found.sentence
    assert found.confirmed
    assert outcome("D07", facts(IN_2016)) is None
    assert outcome("D07", facts(IN_2021, price_lines=(TRANSPORT,))) is None


def test_D07_no_day_between_the_old_answer_and_the_order_is_left_without_an_answer() -> None:
    last = facts(date(2020, 12, 10), price_lines=(TRANSPORT,))
    assert outcome("D07", last) is OPEN
    assert not finding("D07", last).confirmed
    assert outcome("D07", facts(date(2013, 12, 31), price_lines=(TRANSPORT,))) is None
    assert outcome("D07", facts(date(2014, 1, 1), price_lines=(TRANSPORT,))) is OPEN


def test_the_payment_asks_only_about_the_price() -> None:
    result = assess(facts(purpose="", price_lines=(WAGE, TRANSPORT)), stage=Stage.PAYMENT)
    assert blocking_ids(result) == {"D06"}
    assert {each.rule_id[0] for each in result.findings} == {"D"}


def test_a_price_is_answered_while_the_application_is_written() -> None:
    result = assess(facts(price_lines=(WAGE, TRANSPORT)), stage=Stage.APPLICATION)
    assert blocking_ids(result) == {"D06"}
    assert assess(facts(price_lines=()), stage=Stage.APPLICATION).complete
