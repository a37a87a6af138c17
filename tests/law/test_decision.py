"""Chapter G and A16: the decision letter, its notice, the complaint, filing and keeping."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from brobygger.law.catalogue import Assessment, Stage, assess
from brobygger.law.facts import DecisionFacts, Facts
from brobygger.law.finding import Outcome

from .examples import NO, OPEN, YES, blocking_ids, facts, finding, outcome

LETTER = DecisionFacts(
    written=True,
    fully_upheld=False,
    reasons_given=True,
    rules_named=True,
    facts_named=True,
    considerations_named=True,
    hearing_needed=True,
    heard=True,
    authority="Kommunen",
    complaint_guidance=True,
    appeal_body="Ankestyrelsens Beskæftigelsesudvalg",
    complaint_to_authority=True,
    notified_on=date(2026, 11, 24),
    complaint_last_day=date(2026, 12, 22),
    oral_information=True,
    noted=True,
    journalised_on=date(2026, 11, 23),
    journal_subject="Afgørelse om mentor",
    by_digital_post=True,
    available_on=date(2026, 11, 24),
)


def case(on: date = date(2026, 11, 23), **changes: Any) -> Facts:
    return facts(on, decision=replace(LETTER, **changes))


def asked(case: Facts) -> Assessment:
    return assess(case, stage=Stage.DECISION)


def answer(rule_id: str, **changes: Any) -> Outcome | None:
    return outcome(rule_id, case(**changes), Stage.DECISION)


def test_a_good_letter_is_lawful_and_complete() -> None:
    result = asked(case())
    assert result.allows and result.complete, [each.sentence for each in result.findings if each.remedy]
    assert {each.rule_id for each in result.findings} == {
        "A16", "G01", "G02", "G03", "G04", "G05", "G06", "G09", "G10", "G12",
    }  # fmt: skip


@pytest.mark.parametrize("field", ["reasons_given", "rules_named", "heard", "complaint_guidance", "noted"])
def test_a_letter_with_one_fault_is_refused_for_it(field: str) -> None:
    """Planted faults: each is found, and only where it was planted."""
    expected = {"reasons_given": "G01", "rules_named": "G02", "heard": "G03", "complaint_guidance": "G04"}
    assert blocking_ids(asked(case(**{field: False}))) == {expected.get(field, "G09")}


def test_A16_the_name_of_the_day() -> None:
    assert answer("A16", authority="Jobcenter Nord") is NO
    assert answer("A16", authority="Brobygger Kommune") is YES
    assert answer("A16", authority=" ") is None
    assert outcome("A16", case(date(2026, 1, 31), authority="Jobcenteret"), Stage.DECISION) is None
    early = finding("A16", case(date(2026, 2, 1), authority="Jobcenteret"), Stage.DECISION)
    assert (early.outcome, early.confirmed) == (NO, False)
    assert finding("A16", case(date(2026, 7, 1), authority="Jobcenteret"), Stage.DECISION).confirmed


def test_G01_reasons_unless_fully_upheld() -> None:
    assert answer("G01", reasons_given=False) is NO
    assert answer("G01", reasons_given=False, fully_upheld=True) is YES
    assert answer("G01", reasons_given=False, fully_upheld=None) is OPEN
    assert answer("G01", reasons_given=None) is OPEN
    assert answer("G01", written=False) is None
    assert outcome("G01", facts(), Stage.DECISION) is OPEN


def test_G02_rules_facts_and_considerations() -> None:
    assert answer("G02", facts_named=False) is NO
    assert answer("G02", considerations_named=None) is OPEN
    assert answer("G02", facts_named=False, fully_upheld=None) is OPEN
    assert answer("G02", facts_named=False, fully_upheld=True) is None
    missing = finding("G02", case(rules_named=False, facts_named=False), Stage.DECISION)
    assert missing.sentence == "Begrundelsen mangler reglerne og oplysningerne."


def test_G03_the_citizen_is_heard_or_need_not_be() -> None:
    assert answer("G03", heard=False) is NO
    assert answer("G03", heard=False, hearing_needed=False) is YES
    assert answer("G03", heard=None) is OPEN
    assert answer("G03", heard=False, hearing_needed=None) is OPEN
    assert outcome("G03", facts(), Stage.DECISION) is None


def test_G04_complaint_guidance_unless_fully_upheld() -> None:
    assert answer("G04", complaint_guidance=False) is NO
    assert answer("G04", complaint_guidance=False, fully_upheld=True) is YES
    assert answer("G04", complaint_guidance=None) is OPEN
    assert answer("G04", complaint_guidance=None, written=False) is None


def test_G05_the_appeal_body() -> None:
    assert answer("G05") is YES
    assert answer("G05", appeal_body="Byretten") is NO
    assert answer("G05", appeal_body="") is OPEN
    assert answer("G05", complaint_guidance=False) is None


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [(date(2026, 12, 21), NO), (date(2026, 12, 22), YES), (date(2026, 12, 23), NO), (None, OPEN)],
)
def test_G06_the_last_day_is_four_weeks_after_notice(last_day: date | None, expected: Outcome) -> None:
    assert answer("G06", complaint_last_day=last_day) is expected


def test_G06_to_the_authority_that_looks_again_within_four_weeks() -> None:
    assert answer("G06", complaint_to_authority=False) is NO
    assert answer("G06", complaint_to_authority=None) is YES
    received = {"complaint_received_on": date(2026, 12, 1)}
    assert answer("G06", reassessed_on=date(2026, 12, 29), **received) is YES
    assert answer("G06", reassessed_on=date(2026, 12, 30), **received) is NO
    assert answer("G06", notified_on=None) is OPEN
    assert answer("G06", complaint_guidance=False) is None
    late = finding("G06", case(reassessed_on=date(2026, 12, 30), **received), Stage.DECISION)
    assert [each.id for each in late.parameters] == ["P15.reassessment"]


def test_G07_no_deadline_without_guidance() -> None:
    assert answer("G07", complaint_refused_as_late=True, complaint_guidance=False) is NO
    assert answer("G07", complaint_refused_as_late=True, complaint_guidance=None) is OPEN
    assert answer("G07", complaint_refused_as_late=True) is YES
    assert answer("G07") is None


def test_G08_a_complaint_on_the_last_day_is_in_time() -> None:
    def received(day: date | None) -> Outcome | None:
        return answer("G08", complaint_refused_as_late=True, complaint_received_on=day)

    assert received(date(2026, 12, 22)) is NO
    assert received(date(2026, 12, 23)) is YES
    assert received(None) is OPEN
    assert answer("G08", complaint_received_on=date(2026, 12, 1)) is None


def test_G09_what_was_said_is_written_down() -> None:
    assert answer("G09", noted=False) is NO
    assert answer("G09", noted=None) is OPEN
    assert answer("G09", oral_information=None) is None
    assert outcome("G09", case(date(2013, 12, 31)), Stage.DECISION) is None
    assert outcome("G09", case(date(2014, 1, 1)), Stage.DECISION) is YES


def test_G10_the_journal_has_a_date_and_a_subject() -> None:
    assert answer("G10") is YES
    assert answer("G10", journalised_on=None) is OPEN
    assert answer("G10", journal_subject=" ") is OPEN
    assert answer("G10", written=False) is None


def test_G12_digital_post_counts_from_when_it_can_be_read() -> None:
    assert answer("G12") is YES
    assert answer("G12", available_on=date(2026, 11, 25)) is NO
    assert answer("G12", available_on=None) is OPEN
    assert answer("G12", by_digital_post=False) is None
    assert not finding("G12", case(date(2021, 4, 14)), Stage.DECISION).confirmed
    assert finding("G12", case(date(2021, 4, 15)), Stage.DECISION).confirmed


def test_G18_nothing_is_deleted_while_it_matters() -> None:
    gone = {"destroyed_on": date(2026, 11, 1)}
    assert answer("G18", still_needed=True, **gone) is NO
    assert answer("G18", still_needed=None, **gone) is OPEN
    assert answer("G18", still_needed=False, **gone) is YES
    assert answer("G18", still_needed=True) is None


def test_G19_age_counts_from_closing_and_not_from_opening() -> None:
    closed = {"closed_on": date(2020, 6, 1)}
    assert answer("G19", kept_from=date(2020, 6, 1), **closed) is YES
    assert answer("G19", kept_from=date(2020, 5, 31), **closed) is NO
    assert answer("G19", kept_from=date(2020, 6, 1)) is OPEN
    assert answer("G19", **closed) is None


def test_the_letter_is_not_asked_about_at_the_grant() -> None:
    assert not any(each.rule_id.startswith("G") for each in assess(case()).findings)
