"""Chapter A, and F for the Integration Act: purpose and persons."""

from datetime import date

import pytest

from brobygger.law.catalogue import assess
from brobygger.law.codes import Act, Context, MentorKind
from brobygger.values.period import Period

from .examples import NO, OPEN, YES, blocking_ids, external, facts, finding, integration_facts, outcome

IN_2007, IN_2010, IN_2016, IN_2021 = date(2007, 6, 1), date(2010, 6, 1), date(2016, 6, 1), date(2021, 6, 1)


@pytest.mark.parametrize("on", [IN_2007, IN_2010, IN_2016, IN_2021, date(2026, 11, 23)])
def test_a_whole_case_is_allowed_and_complete_in_every_regime(on: date) -> None:
    result = assess(facts(on))
    assert result.allows and result.complete, [each.sentence for each in result.findings if each.remedy]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2003, 6, 9), set()),
        (date(2003, 6, 10), {"A01"}),
        (date(2008, 12, 31), {"A01"}),
        (date(2009, 1, 1), {"A02"}),
        (date(2013, 12, 31), {"A02"}),
        (date(2014, 1, 1), {"A03"}),
        (date(2019, 12, 31), {"A03"}),
        (date(2020, 1, 1), {"A04"}),
    ],
)
def test_exactly_one_purpose_rule_answers_on_each_side_of_a_new_act(on: date, expected: set[str]) -> None:
    answering = {each.rule_id for each in assess(facts(on)).findings if not each.blocks}
    assert answering & {"A01", "A02", "A03", "A04"} == expected


def test_A01_a_special_task_needs_purpose_tasks_and_a_mentor() -> None:
    assert outcome("A01", facts(IN_2007)) is YES
    missing = finding("A01", facts(IN_2007, purpose=" ", tasks=("",), mentor_kind=None))
    assert missing.outcome is OPEN
    assert missing.remedy == "Skriv formålet, mentorens opgaver og hvem mentoren er."
    assert missing.field == "purpose"


def test_A01_only_staff_of_the_place_or_an_external_consultant() -> None:
    assert outcome("A01", facts(IN_2007, mentor_kind=MentorKind.MUNICIPAL_EMPLOYEE)) is NO
    assert outcome("A01", facts(IN_2007, mentor_kind=MentorKind.SCHOOL_EMPLOYEE)) is YES
    assert outcome("A01", external(IN_2007)) is YES


@pytest.mark.parametrize(("rule_id", "on"), [("A02", IN_2010), ("A03", IN_2016), ("A04", IN_2021)])
def test_a_purpose_rule_asks_for_context_then_for_words(rule_id: str, on: date) -> None:
    no_context = finding(rule_id, facts(on, context=None, purpose=""))
    assert (no_context.outcome, no_context.field) == (OPEN, "context")
    no_purpose = finding(rule_id, facts(on, purpose="\n "))
    assert (no_purpose.outcome, no_purpose.field) == (OPEN, "purpose")
    assert no_purpose.remedy == "Skriv formålet: hvad skal borgeren opnå eller fastholde?"


def test_A02_mentor_alone_was_not_a_purpose_before_2014() -> None:
    assert outcome("A02", facts(IN_2010, context=Context.ONLY_EFFORT)) is NO
    assert outcome("A02", facts(IN_2010, context=Context.FLEX_JOB)) is YES


def test_A03_psychiatric_discharge_before_2020_is_not_confirmed() -> None:
    found = finding("A03", facts(IN_2016, context=Context.PSYCHIATRIC_DISCHARGE))
    assert found.outcome is OPEN
    assert not found.confirmed
    assert outcome("A03", facts(IN_2016, context=Context.EDUCATION)) is YES


@pytest.mark.parametrize("context", list(Context))
def test_A04_every_context_serves_the_purpose_since_2020(context: Context) -> None:
    assert outcome("A04", facts(IN_2021, context=context)) is YES


def test_A05_the_first_contexts() -> None:
    assert outcome("A05", facts(IN_2007)) is YES
    assert outcome("A05", facts(IN_2007, context=Context.EDUCATION)) is NO
    assert outcome("A05", facts(IN_2007, context=None)) is OPEN


def test_A06_self_supporting_are_refused_until_march_2007() -> None:
    before = assess(facts(date(2007, 2, 28), target_group="SELF"))
    assert blocking_ids(before) == {"A06"}
    assert "1. marts 2007" in before.blocking[0].sentence
    after = assess(facts(date(2007, 3, 1), target_group="SELF"))
    assert after.allows and after.complete
    assert outcome("A06", facts(date(2007, 2, 28), self_supporting=True)) is NO


def test_A06_the_group_must_be_chosen_and_be_on_the_old_list() -> None:
    assert outcome("A06", facts(IN_2007)) is YES
    assert outcome("A06", facts(IN_2007, target_group=None)) is OPEN
    assert outcome("A06", facts(IN_2007, target_group="6.3")) is NO
    assert outcome("A06", facts(IN_2007, target_group="2.12")) is NO


def test_A07_self_supporting_need_a_concrete_assessment() -> None:
    assert outcome("A07", facts(IN_2021)) is None
    assert outcome("A07", facts(IN_2021, target_group="SELF")) is YES
    assert outcome("A07", facts(IN_2021, self_supporting=True)) is YES
    assert outcome("A07", facts(IN_2021, target_group="SELF", decisive_reason="")) is OPEN


def test_A08_under_thirty_at_education_start() -> None:
    start = {"context": Context.EDUCATION}
    assert outcome("A08", facts(IN_2010)) is None
    assert outcome("A08", facts(IN_2010, age=29, **start)) is YES
    assert outcome("A08", facts(IN_2010, age=30, **start)) is NO
    assert outcome("A08", facts(IN_2010, age=None, **start)) is OPEN


def test_A08_is_not_certain_while_its_year_is_not_known() -> None:
    start = {"context": Context.EDUCATION, "age": 20}
    assert not finding("A08", facts(date(2010, 12, 31), **start)).confirmed
    assert finding("A08", facts(date(2011, 1, 1), **start)).confirmed


def test_A09_the_group_must_be_on_the_list_of_the_date() -> None:
    assert outcome("A09", facts(date(2019, 12, 31), target_group="2.3")) is YES
    assert outcome("A09", facts(date(2020, 1, 1), target_group="2.3")) is NO
    assert outcome("A09", facts(date(2019, 12, 31), target_group="6.3")) is NO
    assert outcome("A09", facts(date(2020, 1, 1), target_group="6.3")) is YES
    assert outcome("A09", facts(IN_2021, target_group=None)) is OPEN
    assert outcome("A09", facts(IN_2021, target_group="9.9")) is NO


def test_A09_a_number_whose_text_was_not_read_is_not_shown_as_certain() -> None:
    found = finding("A09", facts(IN_2021, target_group="6.12"))
    assert found.outcome is YES
    assert not found.confirmed


def test_A09_integration_has_its_own_act() -> None:
    assert outcome("A09", facts(IN_2021, target_group="INL")) is NO


def test_A10_outside_the_groups_only_for_ordinary_employment() -> None:
    assert outcome("A10", facts(IN_2021)) is None
    job = facts(IN_2021, target_group="OUTSIDE", context=Context.ORDINARY_EMPLOYMENT)
    assert assess(job).allows and outcome("A10", job) is YES
    assert outcome("A10", facts(IN_2021, target_group="OUTSIDE")) is NO
    assert outcome("A10", facts(IN_2021, target_group="OUTSIDE", context=None)) is OPEN


def test_A14_mentor_alone_needs_a_reason_2014_to_2019() -> None:
    alone = {"context": Context.ONLY_EFFORT}
    assert outcome("A14", facts(IN_2016)) is None
    assert outcome("A14", facts(IN_2016, **alone)) is YES
    assert outcome("A14", facts(IN_2016, decisive_reason="", **alone)) is OPEN
    assert outcome("A14", facts(IN_2021, **alone)) is None


@pytest.mark.parametrize("on", [IN_2007, IN_2010, IN_2016, IN_2021])
def test_F01_the_integration_act_has_its_own_purpose(on: date) -> None:
    result = assess(integration_facts(on))
    assert result.allows and result.complete, [each.sentence for each in result.findings if each.remedy]
    assert outcome("F01", integration_facts(on)) is YES
    assert outcome("F01", integration_facts(on, purpose="")) is OPEN
    assert outcome("F01", integration_facts(on, context=Context.PSYCHIATRIC_DISCHARGE)) is OPEN


def test_F01_another_group_belongs_to_the_other_act() -> None:
    assert outcome("F01", integration_facts(IN_2021, target_group="6.3")) is NO
    assert outcome("F01", integration_facts(IN_2021, target_group=None)) is OPEN
    assert outcome("F01", facts(IN_2021)) is None


def test_F03_under_thirty_at_education_start_in_the_integration_act() -> None:
    assert outcome("F03", integration_facts(IN_2021)) is None
    assert outcome("F03", integration_facts(IN_2021, context=Context.EDUCATION, age=29)) is YES
    assert outcome("F03", integration_facts(IN_2021, context=Context.EDUCATION, age=30)) is NO


def test_B09_the_limit_of_six_months_is_not_claimed_for_the_integration_act() -> None:
    eight = Period.of_months(date(2026, 12, 1), 8)
    assert outcome("B09", integration_facts(period=eight)) is None
    assert outcome("B09", facts(period=eight)) is NO


def test_before_the_scheme_nothing_can_be_granted() -> None:
    result = assess(facts(date(2003, 6, 9)))
    assert not result.allows
    assert "2003" in result.findings[0].sentence
    assert assess(facts(date(2003, 6, 10))).allows


def test_the_act_of_a_case_decides_which_rules_answer() -> None:
    assert {each.rule_id for each in assess(integration_facts(IN_2021)).findings}.isdisjoint({"A04", "A09"})
    assert integration_facts(IN_2021).act is Act.INL
