"""Explain, what if, and replay."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.law import fact_words
from brobygger.law.catalogue import RULES, Assessment, Stage, assess, rules_in_force
from brobygger.law.codes import Context, MentorKind
from brobygger.law.explain import ALL_STAGES, compare, explain, find, render, replay, what_if
from brobygger.law.facts import AgreementFacts, DecisionFacts, Facts, RightAndDutyFacts
from brobygger.law.finding import Outcome
from brobygger.law.parameters import LocalParameterRow, with_local
from brobygger.values.period import Period
from brobygger.values.source import Source

from .examples import external, facts, integration_facts
from .test_decision import LETTER
from .test_properties import ANY_FACTS, STAGES

NOW = date(2026, 11, 23)


@pytest.mark.parametrize("on", [date(2004, 1, 1), date(2010, 1, 1), date(2016, 1, 1), NOW, date(2027, 6, 1)])
@pytest.mark.parametrize("make", [facts, integration_facts])
def test_every_rule_of_the_day_is_there_and_every_other_with_its_period(
    on: date, make: Callable[..., Facts]
) -> None:
    told = explain(make(on))
    held = {each.rule.id for each in told.answers}
    assert held == {each.id for each in rules_in_force(on, told.act)}
    others = {each.id for each in (*told.not_in_force, *told.of_the_other_act)}
    assert held | others == set(RULES)
    assert not held & others


def test_an_explanation_says_what_the_assessment_says() -> None:
    case = facts(period=Period.of_months(date(2026, 12, 1), 8), purpose="")
    told = explain(case, stages=ALL_STAGES)
    assert not told.allows and not told.complete
    for stage in Stage:
        for each in assess(case, stage=stage).findings:
            answer = told.answer(each.rule_id)
            assert answer is not None and answer.finding == each
    assert [each.id for each in told.parameters if each.id == "P01"] == ["P01"]


def test_why_a_rule_did_not_answer() -> None:
    told = explain(external(NOW))
    assert told.why_not("B05").startswith("Reglen gælder ikke den dag; den gælder 10. juni 2003")
    assert told.why_not("B05", "en").endswith("10 June 2003 to 31 December 2013 inclusive.")
    assert told.why_not("F01") == "Reglen hører til den anden lov."
    assert told.why_not("C01") == "Reglen prøves på et andet trin."
    assert told.why_not("A13") == "Reglen angår ikke sagen, som den er oplyst."
    assert told.why_not("B04") == ""
    with pytest.raises(KeyError):
        told.why_not("Z99")


def test_the_text_names_rules_facts_sources_links_and_numbers_in_both_languages() -> None:
    told = explain(facts(period=Period.of_months(date(2026, 12, 1), 8)))
    danish, english = render(told), render(told, "en")
    for text in (danish, english):
        assert "https://www.elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/kapitel/26/" in text
        assert all(each.rule.id in text for each in told.answers)
        assert all(each.id in text for each in told.information)
    assert "B09 Højst seks måneder ad gangen: Ikke opfyldt" in danish
    assert "B09 At most six months at a time: Not met" in english
    assert "Slut senest 31. maj 2027." in danish and "End on 31 May 2027 at the latest." in english
    assert "  P01: 6 fra 1. januar 2020" in danish and "  P01: 6 from 1 January 2020" in english
    assert "the Danish text of the law counts" in english


def test_what_a_person_wrote_is_told_only_as_written() -> None:
    secret = "Borgeren har en diagnose."
    case = facts(
        purpose=secret, decision=replace(LETTER, journal_subject=secret), account=secret, tasks=(secret,)
    )
    told = explain(case, stages=ALL_STAGES)
    assert secret not in render(told) + render(told, "en")


def test_an_empty_section_says_so() -> None:
    assert "Tal, der er brugt\n  ingen" in render(explain(Facts(on=NOW), stages=(Stage.START,)))


def test_before_the_scheme_the_explanation_says_that_it_did_not_exist() -> None:
    told = explain(facts(date(2003, 6, 9)))
    assert not told.allows
    assert "kom i 2003" in render(told) and "came in 2003" in render(told, "en")


def test_a_local_number_is_named_with_its_source() -> None:
    row = LocalParameterRow("P01", date(2026, 6, 1), Source("Ny lov", "§ 1"), NOW, Decimal(9))
    told = explain(facts(), parameters=with_local([row]))
    assert "P01: 9 fra 1. juni 2026, skrevet ind af administratoren: Ny lov § 1" in render(told)


def test_what_if_another_date() -> None:
    then = what_if(external(date(2021, 6, 1)), on=date(2007, 6, 1), target_group="2.3")
    assert {each.what for each in then.of("fact")} == {"on", "target_group"}
    begun = {each.what for each in then.of("rule") if each.after}
    assert {"A01", "B05", "B10"} <= begun
    assert "B09" in {each.what for each in then.of("rule") if each.before}
    assert not then.same_answers


def test_what_if_another_mentor_and_another_context() -> None:
    other = what_if(facts(), mentor_kind=MentorKind.EXTERNAL_CONSULTANT)
    answers = {each.what: (each.before, each.after) for each in other.of("answer")}
    assert {"B03", "B04", "D01"} <= set(answers)
    assert answers["D01"][1].outcome is Outcome.NOT_SATISFIED
    assert "Mentor: Medarbejder i virksomhed -> Ekstern konsulent" in other.render()
    assert "D01 Wage for release or fee: Met." in other.render("en")
    context = what_if(facts(), context=Context.PSYCHIATRIC_DISCHARGE)
    assert "A11" in {each.what for each in context.of("answer")}


def test_what_if_nothing() -> None:
    same = what_if(facts())
    assert same.same_answers
    assert (same.render(), same.render("en")) == ("Intet er anderledes.\n", "Nothing differs.\n")
    with pytest.raises(TypeError):
        what_if(facts(), mood="god")


def test_a_comparison_names_numbers_and_sentences() -> None:
    longer = what_if(facts(), period=Period.of_months(date(2026, 12, 1), 5))
    assert [each.what for each in longer.of("sentence")] == ["B09"]
    before = what_if(facts(date(2012, 5, 1)), on=date(2014, 5, 1))
    assert "P01" in {each.what for each in before.of("number")}
    assert "P01: ikke bekræftet -> 6" in before.render()


@settings(max_examples=60, deadline=None)
@given(ANY_FACTS, ANY_FACTS, st.sampled_from(["da", "en"]))
def test_any_case_can_be_explained_and_compared(case: Facts, other: Facts, language: Any) -> None:
    one, two = explain(case, stages=ALL_STAGES), explain(other, stages=ALL_STAGES)
    assert render(one, language).endswith("\n")
    assert compare(one, one).changes == ()
    assert compare(one, two).render(language)
    assert len(compare(one, two).changes) == len(compare(two, one).changes)


@settings(max_examples=150, deadline=None)
@given(ANY_FACTS, STAGES)
def test_replay_of_a_stored_decision_equals_what_was_stored(case: Facts, stage: Stage) -> None:
    stored = json.loads(json.dumps(assess(case, stage=stage).to_dict()))
    assert replay(stored, case) == ()


def test_replay_after_an_administrators_row_needs_the_rows_of_that_day() -> None:
    row = LocalParameterRow("P01", date(2026, 6, 1), Source("Ny lov", "§ 1"), NOW, Decimal(9))
    numbers = with_local([row])
    stored = assess(facts(), parameters=numbers).to_dict()
    assert replay(stored, facts(), parameters=numbers) == ()
    assert {each.rule_id for each in replay(stored, facts())} == {"B09"}


def test_a_changed_store_changed_facts_or_a_changed_rule_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted faults."""
    stored = assess(facts()).to_dict()
    assert replay(stored, facts()) == ()

    forged = json.loads(json.dumps(stored))
    found = next(each for each in forged["findings"] if each["rule_id"] == "B09")
    found["outcome"] = "NOT_SATISFIED"
    assert [(each.rule_id, each.what) for each in replay(forged, facts())] == [("B09", "outcome")]

    del forged["findings"][0]
    assert ("A04", "finding") in {(each.rule_id, each.what) for each in replay(forged, facts())}

    other = replay(stored, facts(hours_reason=""))
    assert {each.rule_id for each in other} == {"B11"}
    moved = replay(stored, facts(date(2026, 11, 22), period=facts().period))
    assert [(each.rule_id, each.what) for each in moved] == [("", "on")]


def test_a_store_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        replay({}, facts())
    assert isinstance(Assessment.from_dict(assess(facts()).to_dict()), Assessment)


def test_every_fact_has_a_name_in_both_languages() -> None:
    paths = {each.name for each in fields(Facts)}
    for part, made in (
        ("agreement", AgreementFacts),
        ("right_and_duty", RightAndDutyFacts),
        ("decision", DecisionFacts),
    ):
        paths |= {f"{part}.{each.name}" for each in fields(made)}
    assert paths == set(fact_words.NAMES)
    with pytest.raises(KeyError):
        fact_words.name("mood", "da")


def test_a_rule_and_an_entry_are_found_by_their_number() -> None:
    assert find("B09").title == "Højst seks måneder ad gangen"
    assert find("N15").title.startswith("Ikke bekræftet")
    with pytest.raises(KeyError):
        find("Z99")
