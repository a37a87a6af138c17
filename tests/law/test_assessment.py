"""What an assessment offers the screens and the services."""

from datetime import date

import pytest

from brobygger.law import wording
from brobygger.law.catalogue import RULES, Assessment, Stage, assess
from brobygger.law.codes import Act
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, satisfied
from brobygger.law.registry import registered, rule
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

from .examples import TRANSPORT, facts, finding


def test_an_empty_form_is_not_refused_but_not_complete_either() -> None:
    result = assess(Facts(on=date(2026, 11, 23)))
    assert result.allows
    assert not result.complete
    assert {each.field for each in result.unanswered} >= {
        "target_group",
        "context",
        "decisive_reason",
        "mentor",
        "starts_on",
        "phases",
        "purpose",
    }


def test_findings_are_offered_by_form_field() -> None:
    result = assess(facts(price_lines=(TRANSPORT,), purpose=""))
    assert [each.rule_id for each in result.for_field("price_lines") if each.blocks] == ["D06"]
    assert {each.rule_id for each in result.for_field("purpose")} == {"A04", "C03"}
    assert result.for_field("organisation") == ()


def test_a_stored_assessment_carries_rule_source_period_and_numbers() -> None:
    stored = assess(facts(period=Period.of_months(date(2026, 12, 1), 8))).to_dict()
    assert (stored["on"], stored["act"], stored["stage"]) == ("2026-11-23", "LAB", "GRANT")
    found = next(each for each in stored["findings"] if each["rule_id"] == "B09")
    assert found["parameters"] == [{"id": "P01", "amount": "6", "unit": "months", "start": "2020-01-01"}]
    assert found["in_force"] == {"from": "2014-01-01", "to": None}
    assert found["source"]["paragraph"] == "§ 167, stk. 1"
    assert ["Længde", "8 måneder"] in found["facts_used"]
    assert Assessment.from_dict(stored).by_rule("B09") == finding(
        "B09", facts(period=Period.of_months(date(2026, 12, 1), 8))
    )


@pytest.mark.parametrize("fault", ["outcome", "rule_id", "in_force"])
def test_a_damaged_store_is_an_error(fault: str) -> None:
    stored = assess(facts()).to_dict()
    stored["findings"][0][fault] = "?" if fault == "outcome" else None
    if fault == "rule_id":
        del stored["findings"][0][fault]
    with pytest.raises((KeyError, ValueError, TypeError)):
        Assessment.from_dict(stored)


def test_low_confidence_is_never_shown_as_certain() -> None:
    for on in (date(2005, 1, 1), date(2010, 1, 1), date(2016, 1, 1), date(2020, 6, 1), date(2026, 1, 1)):
        for stage in Stage:
            for each in assess(facts(on, price_lines=(TRANSPORT,)), stage=stage).findings:
                is_low = each.source.confidence in (Confidence.LOW, Confidence.NOT_CONFIRMED)
                assert not (is_low and each.confirmed), each.rule_id


def test_the_labels_are_danish() -> None:
    assert [each.label for each in Stage] == [
        "Ansøgning",
        "Bevilling",
        "Start",
        "Betaling",
        "Afgørelse",
    ]
    assert Act("INL").label == "Integrationsloven"


def _check(_: Facts) -> Answer:
    return satisfied("Ja.")


def test_an_id_is_used_once() -> None:
    with pytest.raises(ValueError, match="B09"):
        rule("B09", title="", text="", in_force=Period(date(2020, 1, 1)), sources=Source("LAB"))(_check)


def test_a_rule_needs_a_source_on_its_first_day() -> None:
    with pytest.raises(ValueError, match="Z01"):
        rule(
            "Z01",
            title="",
            text="",
            in_force=Period(date(2020, 1, 1)),
            sources=((date(2021, 1, 1), Source("LAB")),),
        )(_check)
    assert "Z01" not in registered


def test_the_catalogue_cannot_be_changed_by_those_who_read_it() -> None:
    with pytest.raises(TypeError):
        RULES["B09"] = RULES["B01"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 1, 1), date(2026, 2, 1), "1 måned"),
        (date(2026, 1, 1), date(2026, 1, 2), "1 dag"),
        (date(2026, 1, 31), date(2026, 3, 1), "1 måned og 1 dag"),
        (date(2026, 1, 15), date(2026, 7, 10), "5 måneder og 25 dage"),
        (date(2026, 1, 1), None, "uden slutdato"),
    ],
)
def test_a_length_in_words(start: date, end: date | None, words: str) -> None:
    assert wording.length(Period(start, end)) == words


def test_lists_and_spans_in_words() -> None:
    assert wording.listing([]) == ""
    assert wording.listing(["én"]) == "én"
    assert wording.span(Period(date(2026, 3, 1))) == "fra 1. marts 2026"
    assert wording.months_after(date(9999, 8, 1), 6) == date.max
    assert wording.months_after(date(1, 2, 1), -3) == date.min
