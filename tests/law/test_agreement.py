"""Chapter C: agreement, documentation, who decides."""

from dataclasses import fields, replace
from datetime import date

import pytest

from brobygger.law.catalogue import Stage, assess
from brobygger.law.facts import AgreementFacts

from .examples import AGREEMENT, NO, OPEN, YES, facts, finding, outcome

CONTENTS = [each.name for each in fields(AgreementFacts) if each.name != "written"]


def test_C01_nothing_starts_without_a_written_agreement() -> None:
    assert outcome("C01", facts(), Stage.START) is YES
    assert outcome("C01", facts(agreement=None), Stage.START) is OPEN
    assert outcome("C01", facts(agreement=replace(AGREEMENT, written=False)), Stage.START) is NO
    assert outcome("C01", facts(agreement=None), Stage.GRANT) is None


def test_C01_names_the_authority_of_the_day() -> None:
    assert "jobcenteret" in finding("C01", facts(date(2026, 1, 31)), Stage.START).sentence
    assert "kommunen" in finding("C01", facts(date(2026, 2, 1)), Stage.START).sentence


def test_C01_is_demanded_from_2014() -> None:
    assert outcome("C01", facts(date(2013, 12, 31), agreement=None), Stage.START) is None
    assert outcome("C01", facts(date(2014, 1, 1), agreement=None), Stage.START) is OPEN


@pytest.mark.parametrize("item", CONTENTS)
@pytest.mark.parametrize("empty", [None, "", " ", False, ()])
def test_C02_each_item_of_the_agreement_is_demanded(item: str, empty: object) -> None:
    lacking = finding("C02", facts(agreement=replace(AGREEMENT, **{item: empty})), Stage.START)
    assert lacking.outcome is NO
    assert lacking.field == "agreement"


def test_C02_names_everything_that_is_missing() -> None:
    assert outcome("C02", facts(), Stage.START) is YES
    assert outcome("C02", facts(agreement=None), Stage.START) is OPEN
    found = finding("C02", facts(agreement=replace(AGREEMENT, goal="", hours=None, tasks=("",))), Stage.START)
    assert found.sentence == "Aftalen mangler målet, mentorens opgaver og timetallet."


def test_C02_values_that_only_say_that_the_item_is_there_will_do() -> None:
    flags = AgreementFacts(written=True, **dict.fromkeys(CONTENTS, True))
    assert outcome("C02", facts(agreement=flags), Stage.START) is YES


def test_C03_the_case_shows_purpose_tasks_and_qualifications() -> None:
    assert outcome("C03", facts()) is YES
    found = finding("C03", facts(tasks=(), qualifications=""))
    assert found.outcome is OPEN
    assert found.field == "tasks"
    assert found.remedy == "Skriv mentorens opgaver og mentorens kvalifikationer."
    assert outcome("C03", facts(date(2013, 12, 31), qualifications="")) is None
    assert outcome("C03", facts(date(2014, 1, 1), qualifications="")) is OPEN


def test_C05_the_authority_decides() -> None:
    assert outcome("C05", facts()) is YES
    assert outcome("C05", facts(decided_by_municipality=False)) is NO
    assert outcome("C05", facts(decided_by_municipality=None)) is OPEN
    assert outcome("C05", facts(decided_by_municipality=None), Stage.APPLICATION) is None
    assert "jobcenteret" in finding("C05", facts(date(2021, 6, 1))).sentence


def test_the_start_asks_only_about_the_agreement() -> None:
    assert {each.rule_id for each in assess(facts(), stage=Stage.START).findings} == {"C01", "C02"}
