"""Chapter B: conditions, hours and who may be mentor."""

from datetime import date

import pytest

from brobygger.law.catalogue import Stage, assess
from brobygger.law.codes import MentorKind

from .examples import NO, OPEN, YES, blocking_ids, external, facts, finding, outcome

IN_2007, IN_2016, IN_2021 = date(2007, 6, 1), date(2016, 6, 1), date(2021, 6, 1)


def test_B01_the_reason_must_be_written() -> None:
    assert outcome("B01", facts()) is YES
    found = finding("B01", facts(decisive_reason="   "))
    assert (found.outcome, found.field) == (OPEN, "decisive_reason")
    assert found.remedy.startswith("Skriv hvorfor")


def test_B02_beyond_the_normal_where_a_company_or_school_is_supported() -> None:
    assert outcome("B02", facts()) is YES
    assert outcome("B02", facts(mentor_kind=MentorKind.SCHOOL_EMPLOYEE)) is YES
    found = finding("B02", facts(beyond_normal_reason=""))
    assert (found.outcome, found.field) == (OPEN, "beyond_normal_reason")
    assert outcome("B02", facts(mentor_kind=MentorKind.MUNICIPAL_EMPLOYEE)) is None
    assert outcome("B02", facts(mentor_kind=None)) is None


@pytest.mark.parametrize(
    "kind", [MentorKind.COMPANY_EMPLOYEE, MentorKind.SCHOOL_EMPLOYEE, MentorKind.MUNICIPAL_EMPLOYEE]
)
def test_B03_released_hours_are_free_of_usual_work(kind: MentorKind) -> None:
    assert outcome("B03", facts(mentor_kind=kind)) is YES
    assert outcome("B03", facts(mentor_kind=kind, not_usual_work=False)) is NO
    assert outcome("B03", facts(mentor_kind=kind, not_usual_work=None)) is OPEN


def test_B03_says_nothing_of_a_volunteer() -> None:
    assert outcome("B03", facts(mentor_kind=MentorKind.VOLUNTEER)) is None


def test_B04_the_same_for_an_external_consultant_since_2020() -> None:
    assert outcome("B04", external(date(2019, 12, 31), not_usual_work=False, target_group="2.3")) is None
    assert outcome("B04", external(date(2020, 1, 1), not_usual_work=False)) is NO
    assert outcome("B04", external(IN_2021)) is YES
    assert outcome("B04", external(IN_2021, not_usual_work=None)) is OPEN
    assert outcome("B04", facts(IN_2021)) is None
    assert outcome("B04", facts(IN_2021, mentor_kind=None)) is None


def test_B05_an_external_consultant_in_a_company_of_25_is_refused_in_2007_and_not_in_2021() -> None:
    then = assess(external(IN_2007, organisation_employees=25, at_school=None))
    assert blocking_ids(then) == {"B05"}
    now = assess(external(IN_2021, organisation_employees=25, at_school=None))
    assert now.allows and now.complete
    assert {"B04", "B06"} <= {each.rule_id for each in now.findings}


def test_B05_about_ten_employees_is_the_limit() -> None:
    assert outcome("B05", external(IN_2007, organisation_employees=10)) is YES
    assert outcome("B05", external(IN_2007, organisation_employees=11)) is NO
    assert outcome("B05", external(IN_2007, organisation_employees=None)) is OPEN
    assert outcome("B05", external(IN_2007, organisation_employees=500, at_school=True)) is YES
    assert finding("B05", external(IN_2007)).parameters[0].amount == "10"


def test_B05_staff_of_the_place_are_the_rule() -> None:
    assert outcome("B05", facts(IN_2007, organisation_employees=500)) is YES
    assert outcome("B05", facts(IN_2007, mentor_kind=MentorKind.VOLUNTEER)) is OPEN
    assert outcome("B05", facts(IN_2007, mentor_kind=None)) is OPEN


def test_B05_ends_with_2013_and_is_not_certain_after_2008() -> None:
    assert finding("B05", external(date(2008, 12, 31))).confirmed
    assert not finding("B05", external(date(2009, 1, 1))).confirmed
    assert outcome("B05", external(date(2013, 12, 31))) is NO
    assert outcome("B05", external(date(2014, 1, 1))) is None


@pytest.mark.parametrize("kind", list(MentorKind))
def test_B06_who_is_paid_for_since_2020(kind: MentorKind) -> None:
    is_named = kind not in (MentorKind.VOLUNTEER, MentorKind.PRISON_PROBATION)
    assert outcome("B06", facts(IN_2021, mentor_kind=kind)) is (YES if is_named else OPEN)
    assert outcome("B06", facts(IN_2021, mentor_kind=kind, price_lines=())) is (YES if is_named else None)


def test_B06_says_nothing_before_the_mentor_is_chosen() -> None:
    assert outcome("B06", facts(IN_2021, mentor_kind=None)) is None


def test_B07_any_kind_of_mentor_once_one_is_chosen() -> None:
    assert outcome("B07", facts(IN_2016, mentor_kind=None)) is OPEN
    assert {outcome("B07", facts(IN_2016, mentor_kind=kind)) for kind in MentorKind} == {YES}


@pytest.mark.parametrize("on", [IN_2007, date(2010, 6, 1), IN_2016, IN_2021])
def test_the_mentor_is_asked_for_in_every_regime(on: date) -> None:
    result = assess(facts(on, mentor_kind=None))
    assert any(each.field == "mentor" for each in result.unanswered)


def test_B08_a_mentor_who_decides_may_be_disqualified() -> None:
    assert outcome("B08", facts()) is YES
    assert outcome("B08", facts(mentor_decides_case=None)) is OPEN
    found = finding("B08", facts(mentor_decides_case=True))
    assert found.outcome is NO
    assert "kan være inhabil" in found.sentence
    assert not found.confirmed
    assert outcome("B08", facts(mentor_decides_case=None), Stage.APPLICATION) is None


def test_B11_hours_rest_on_an_assessment() -> None:
    assert outcome("B11", facts()) is YES
    assert "80 t." in finding("B11", facts()).sentence
    assert outcome("B11", facts(minutes_total=None)) is OPEN
    assert outcome("B11", facts(minutes_total=0)) is NO
    assert outcome("B11", facts(hours_reason="")) is OPEN
    assert finding("B11", facts(hours_reason="")).field == "phases"
