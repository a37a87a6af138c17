"""English beside Danish: nothing of the law lacks it, and no Danish word slips through."""

import re
from datetime import date

import pytest
from hypothesis import given, settings

from brobygger.law import english
from brobygger.law.catalogue import INFORMATION, RULES, Stage, assess
from brobygger.law.facts import Facts
from brobygger.law.finding import Outcome
from brobygger.law.parameters import parameters
from brobygger.law.target_groups import ALL
from brobygger.values.source import Source

from .examples import facts, finding
from .test_properties import ANY_FACTS, STAGES

DANISH = re.compile(
    r"[æøåÆØÅ]|\b(ikke|og|eller|til|skal|er|på|af|den|det|med|borgeren|mentoren|måned|dage|nr|stk|ja|nej)\b"
)
NAMES_OF_ACTS = {"Bekendtgørelse", "Fokusrevision"}


def test_every_rule_number_group_and_label_has_english_and_nothing_is_left_over() -> None:
    assert set(english.RULE_TEXTS) == set(RULES)
    assert set(english.PARAMETER_TEXTS) == set(parameters())
    assert set(english.GROUP_LABELS) == {each.code for each in ALL}
    for enum in english._ENUMS:
        for member in enum:
            assert english.label(member)


def test_no_danish_word_in_an_english_text() -> None:
    texts = [text for pair in english.RULE_TEXTS.values() for text in pair]
    texts += [text for each in INFORMATION.values() for text in (each.title_en, each.text_en)]
    texts += [*english.PARAMETER_TEXTS.values(), *english.GROUP_LABELS.values()]
    assert [each for each in texts if DANISH.search(each)] == []


def test_a_sentence_with_what_it_tells() -> None:
    found = finding("B09", facts(period=None))
    assert english.sentence(found) == "The period is not fixed."
    assert english.remedy(found) == "Write start and end."
    assert english.label(found.outcome) == "Cannot be answered yet"
    price = finding("D05", facts(price_lines=facts().price_lines + _pension()))
    assert english.sentence(price) == "The wage cost may include pension."


def _pension() -> tuple[object, ...]:
    from brobygger.law.codes import PriceLineKind
    from brobygger.law.facts import PriceLineFact

    return (PriceLineFact(PriceLineKind.PENSION),)


@settings(max_examples=400, deadline=None)
@given(ANY_FACTS, STAGES)
def test_every_finding_can_be_told_in_english_whatever_the_facts(case: Facts, stage: Stage) -> None:
    for each in assess(case, stage=stage).findings:
        assert english.has_sentence(each), (each.sentence, each.remedy)
        told = english.to_dict(each)
        words = [
            told["sentence"],
            told["remedy"],
            told["outcome"],
            *(each for pair in told["facts_used"] for each in pair),
        ]
        assert [word for word in words if DANISH.search(word)] == [], each.rule_id
        assert (told["remedy"] == "") == (each.outcome is Outcome.SATISFIED)


def test_a_sentence_without_english_falls_back_to_outcome_and_rule() -> None:
    from dataclasses import replace

    strange = replace(finding("B01", facts()), sentence="Noget helt andet.", remedy="Gør noget.")
    assert not english.has_sentence(strange)
    assert english.sentence(strange) == f"Met: {english.rule_text('B01')}"
    assert english.remedy(strange) == "See the Danish text for what to do."


@pytest.mark.parametrize(
    ("danish", "expected"),
    [
        ("§ 167, stk. 1, 2. pkt.", "section 167 (1), 2nd sentence"),
        ("§ 118, stk. 5, og § 118 a, stk. 2", "section 118 (5), and section 118 a (2)"),
        ("§ 1, nr. 4 og 6", "section 1 no. 4 and 6"),
        ("kap. 26 (aftalen)", "chapter 26 (the agreement)"),
    ],
)
def test_a_paragraph_in_english(danish: str, expected: str) -> None:
    assert english.source(Source("LAB", danish)) == f"LAB {expected}"


def test_values_in_english() -> None:
    assert english.value("1. december 2026 til og med 31. maj 2027") == "1 December 2026 to 31 May 2027"
    assert english.value("80 t. 30 min.") == "80 h 30 min."
    assert (
        english.value("målet, mentorens opgaver og timetallet")
        == "the goal, the mentor's tasks and the number of hours"
    )
    assert english.value("6.3") == "6.3"
    assert english.english_date(date(2026, 2, 3)) == "3 February 2026"
