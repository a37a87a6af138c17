"""The guide: six questions, and answers that come from the rules of the day."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law import guide as guide_module
from brobygger.law.catalogue import INFORMATION, RULES, Stage, assess
from brobygger.law.codes import Act, Context, MentorKind
from brobygger.law.guide import (
    FIRST_DAY,
    LAST_DAY,
    Answer,
    Answers,
    Course,
    Place,
    Possibility,
    act_of,
    facts_of,
    guide,
    questions,
    render,
)
from brobygger.law.parameters import LocalParameterRow, parameters, with_local
from brobygger.law.target_groups import ALL, target_groups
from brobygger.values.source import Source

from .test_english import DANISH

NOW, IN_2007, IN_2015, IN_2018 = date(2026, 11, 23), date(2007, 6, 1), date(2015, 6, 1), date(2018, 6, 1)
COMPANY = {"context": Context.COMPANY_PLACEMENT, "place": Place.LARGER_COMPANY}


def one(on: date, kind: MentorKind, person: str | None = None, **changes: Any) -> Possibility:
    told = {**COMPANY, **changes}
    (found,) = guide(Answers(on, person, mentor=kind, **told)).possibilities
    return found


def ids(points: Any) -> set[str]:
    return {each.rule_id for each in points}


def test_at_most_six_questions_with_the_choices_of_the_day() -> None:
    asked = questions(NOW)
    assert [each.name for each in asked] == ["on", "person", "context", "place", "mentor", "course"]
    persons = {each.value for each in asked[1].choices}
    assert persons == {each.code for each in target_groups(NOW)}
    assert "RIGHT_AND_DUTY" not in {each.value for each in asked[5].choices}
    assert "RIGHT_AND_DUTY" in {each.value for each in questions(date(2019, 12, 31))[5].choices}
    assert "RIGHT_AND_DUTY" not in {each.value for each in questions(date(2020, 1, 1))[5].choices}
    assert all(choice.words.da and choice.words.en for each in asked for choice in each.choices)


def test_the_guide_asks_for_what_is_not_answered() -> None:
    assert [each.name for each in guide(Answers(NOW, place=Place.SCHOOL)).remaining] == [
        "person",
        "context",
        "mentor",
        "course",
    ]


def test_an_external_consultant_in_a_large_company_then_and_now() -> None:
    then = one(IN_2007, MentorKind.EXTERNAL_CONSULTANT)
    assert (then.answer, ids(then.reasons_against)) == (Answer.NO, {"B05"})
    assert "11" not in then.reasons_against[0].words.da, "the guide does not know the number of employees"
    assert one(IN_2007, MentorKind.EXTERNAL_CONSULTANT, place=Place.SMALL_COMPANY).answer is Answer.YES
    assert one(NOW, MentorKind.EXTERNAL_CONSULTANT).answer is Answer.YES


def test_a_kind_the_law_does_not_name_is_not_promised() -> None:
    assert one(date(2012, 6, 1), MentorKind.MUNICIPAL_EMPLOYEE).answer is Answer.NOT_CONFIRMED
    assert one(IN_2007, MentorKind.MUNICIPAL_EMPLOYEE).answer is Answer.NO


def test_a_member_of_staff_needs_the_place() -> None:
    assert one(NOW, MentorKind.SCHOOL_EMPLOYEE).answer is Answer.NO
    assert (
        one(NOW, MentorKind.SCHOOL_EMPLOYEE, place=Place.SCHOOL, context=Context.EDUCATION).answer
        is Answer.YES
    )
    assert one(NOW, MentorKind.COMPANY_EMPLOYEE, place=Place.NONE).answer is Answer.NO
    assert one(NOW, MentorKind.COMPANY_EMPLOYEE, place=None).answer is Answer.YES


def test_what_must_be_shown_are_the_open_questions_of_the_rules() -> None:
    found = one(NOW, MentorKind.COMPANY_EMPLOYEE, "6.3")
    facts = facts_of(
        Answers(NOW, "6.3", mentor=MentorKind.COMPANY_EMPLOYEE, **COMPANY), MentorKind.COMPANY_EMPLOYEE
    )
    open_ones = {each.rule_id for each in assess(facts).unanswered}
    assert ids(found.conditions) == open_ones - {"C05", "B08"}
    assert {"B01", "B02", "B03", "B09", "C03"} <= ids(found.conditions)


def test_the_zero_solution_where_there_is_a_wage_subsidy() -> None:
    subsidised = one(NOW, MentorKind.COMPANY_EMPLOYEE, context=Context.WAGE_SUBSIDY)
    assert any("Nulløsning" in each.words.da for each in subsidised.combinations)
    assert not any(
        "Nulløsning" in each.words.da for each in one(NOW, MentorKind.COMPANY_EMPLOYEE).combinations
    )
    assert "D02" in ids(subsidised.combinations)
    assert "D02" not in ids(one(NOW, MentorKind.EXTERNAL_CONSULTANT).combinations)


@pytest.mark.parametrize(
    ("on", "person", "expected"),
    [
        (IN_2018, "2.3", {"D11"}),
        (IN_2018, "2.1", {"D12"}),
        (date(2019, 6, 30), "2.3", {"D11"}),
        (date(2019, 7, 1), "2.3", {"D13"}),
        (NOW, "6.3", {"D13"}),
        (IN_2007, "2.3", set()),
        (IN_2018, None, {"D11", "D12"}),
        (NOW, "INL", set()),
    ],
)
def test_what_the_state_repays_by_date_and_group(on: date, person: str | None, expected: set[str]) -> None:
    costs = one(on, MentorKind.COMPANY_EMPLOYEE, person).costs
    assert ids(costs) & {"D11", "D12", "D13"} == expected
    is_unknown = [each for each in costs if "ikke bekræftet" in each.words.da and each.rule_id == ""]
    assert bool(is_unknown) == (not expected)
    assert not any(each.confirmed for each in is_unknown)


def test_the_account_of_the_insured_and_the_ceiling() -> None:
    insured = one(NOW, MentorKind.COMPANY_EMPLOYEE, "6.1").costs
    assert "Konto for forsikrede: 5.68.90.018." in [each.words.da for each in insured]
    assert "D15" in ids(insured)
    assert "P19" not in ids(one(NOW, MentorKind.COMPANY_EMPLOYEE, "6.3").costs)
    assert "D15" not in ids(one(date(2025, 12, 31), MentorKind.COMPANY_EMPLOYEE).costs)


def test_a_volunteer_costs_nothing() -> None:
    found = one(NOW, MentorKind.VOLUNTEER)
    assert found.answer is Answer.YES
    assert [each.words.da for each in found.costs] == ["Kommunen betaler ikke for mentorens timer."]


def test_the_papers_follow_the_day_and_the_mentor() -> None:
    now, then = one(NOW, MentorKind.COMPANY_EMPLOYEE).forms, one(IN_2007, MentorKind.COMPANY_EMPLOYEE).forms
    assert "C01" in ids(now) and "C01" not in ids(then)
    assert any("kommunens" in each.words.da for each in now)
    assert any("jobcenterets" in each.words.da for each in then)
    assert "D04" in ids(one(NOW, MentorKind.EXTERNAL_CONSULTANT).forms)


def test_rights_courses_and_a_closed_group() -> None:
    discharge = one(NOW, MentorKind.MUNICIPAL_EMPLOYEE, "6.3", course=Course.DISCHARGE)
    assert {"A11", "A12"} <= ids(discharge.conditions)
    education = one(NOW, MentorKind.SCHOOL_EMPLOYEE, "6.4", place=Place.SCHOOL, course=Course.EDUCATION_START)
    assert "A13" in ids(education.combinations)
    assert "A17" in ids(one(NOW, MentorKind.COMPANY_EMPLOYEE, "6.8").conditions)
    duty = one(
        IN_2015,
        MentorKind.MUNICIPAL_EMPLOYEE,
        "2.3",
        context=Context.ONLY_EFFORT,
        course=Course.RIGHT_AND_DUTY,
    )
    assert {"E01", "E03", "E06"} <= ids(duty.consequences)
    assert not {"E02", "E04", "E05"} & ids(duty.consequences)
    assert {"E01", "E03", "E06"} <= ids(duty.conditions)


def test_self_supporting_before_march_2007() -> None:
    early = Answers(date(2007, 2, 28), "SELF", **COMPANY)
    assert not guide(early).open_ones
    assert guide(Answers(date(2007, 3, 1), "SELF", **COMPANY)).open_ones


def test_2027_says_that_a_new_act_is_expected() -> None:
    assert "N15" in ids(guide(Answers(date(2027, 6, 1), "6.3", **COMPANY)).caveats)
    assert "N15" not in ids(guide(Answers(date(2025, 6, 1), "6.3", **COMPANY)).caveats)


def test_before_the_scheme_nothing_is_possible() -> None:
    found = guide(Answers(date(2003, 6, 9)))
    assert not found.open_ones
    assert "fandtes ikke" in found.caveats[0].words.da


def test_an_administrators_limit_is_named() -> None:
    row = LocalParameterRow("P01", date(2026, 6, 1), Source("Ny lov", "§ 1"), NOW, amount=_nine())
    found = guide(Answers(NOW, mentor=MentorKind.COMPANY_EMPLOYEE, **COMPANY), parameters=with_local([row]))
    told = [each.words.en for each in found.possibilities[0].consequences if each.rule_id == "P01"]
    assert told == ["The longest period is set to 9 months (Ny lov § 1)."]


def _nine() -> Any:
    from decimal import Decimal

    return Decimal(9)


def test_the_certain_ones_come_first() -> None:
    order = [each.answer for each in guide(Answers(date(2012, 6, 1), "2.3", **COMPANY)).open_ones]
    assert order == sorted(order, key=list(Answer).index) and set(order) == {Answer.YES, Answer.NOT_CONFIRMED}


ANY_ANSWERS = st.builds(
    Answers,
    st.dates(FIRST_DAY, LAST_DAY) | st.dates(),
    st.none() | st.sampled_from([*[each.code for each in ALL], "9.9"]),
    st.none() | st.sampled_from(Context),
    st.none() | st.sampled_from(Place),
    st.none() | st.sampled_from(MentorKind),
    st.none() | st.sampled_from(Course),
)
KNOWN_IDS = {"", *RULES, *INFORMATION, *parameters()}


@settings(max_examples=120, deadline=None)
@given(ANY_ANSWERS)
def test_whatever_is_answered_the_guide_agrees_with_the_rules_and_speaks_both_languages(
    answers: Answers,
) -> None:
    found = guide(answers)
    assert len(found.possibilities) == (1 if answers.mentor else len(MentorKind))
    for each in found.possibilities:
        result = assess(facts_of(answers, each.mentor))
        assert result.allows or each.answer is Answer.NO
        assert (each.answer is Answer.NO) == bool(each.reasons_against)
        points = (
            *each.reasons_against,
            *each.conditions,
            *each.combinations,
            *each.costs,
            *each.consequences,
        )
        for point in (*points, *each.forms):
            assert point.rule_id in KNOWN_IDS
            assert point.words.da and not DANISH.search(point.words.en), point.words.en
            if point.rule_id in RULES and act_of(answers) is Act.LAB and answers.on >= FIRST_DAY:
                assert Act.LAB in RULES[point.rule_id].acts
    assert render(found).strip() and render(found, "en").strip()


def test_a_rule_that_refuses_would_close_the_possibility(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: the guide stops asking the rules."""
    asked = Answers(IN_2007, mentor=MentorKind.EXTERNAL_CONSULTANT, **COMPANY)
    assert not guide(asked).open_ones
    empty = assess(facts_of(asked, MentorKind.EXTERNAL_CONSULTANT), stage=Stage.DECISION)
    monkeypatch.setattr(guide_module, "assess", lambda *_, **__: empty)
    assert guide(asked).open_ones
