"""Rows to cases: what an empty cell says, which rows are turned away, and what joins into one case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from brobygger.review import intake
from brobygger.review.facts import FollowUpSeen, GrantedPeriod
from tests.review.intake_files import FULL, case_of


def read(text: str) -> intake.Reading:
    sheet = intake.open_sheet(text.encode())
    return intake.read_cases(sheet, intake.guess(sheet))


def test_a_full_row() -> None:
    facts = read(FULL).cases[0].facts
    assert facts.case_code == "M-1"
    assert facts.decided_on == date(2025, 2, 3)
    assert facts.periods == (GrantedPeriod(date(2025, 2, 10), date(2025, 5, 10)),)
    assert facts.planned_end_before == date(2025, 5, 10)
    assert (facts.target_group, facts.purpose, facts.tasks) == ("6.3", True, True)
    assert (facts.granted_minutes, facts.used_minutes) == (2400, 2310)
    assert facts.paid_kroner == Decimal("8662.50")
    assert facts.agreement_on is None


def test_people_are_references_and_the_same_person_the_same_one() -> None:
    first, second = (case.facts for case in read(FULL).cases)
    assert first.citizen_ref != second.citizen_ref
    assert "610190" not in str(first)
    assert "Carla" not in str(first)
    assert second.mentor_ref == second.decided_by_ref == first.mentor_ref


def test_references_differ_from_reading_to_reading() -> None:
    assert read(FULL).cases[0].facts.citizen_ref != read(FULL).cases[0].facts.citizen_ref


def test_a_name_and_initials_are_not_taken_for_two_people() -> None:
    facts = case_of("Sagsnr;Mentor navn;Bevilget af\nM-1;Carla Mentor;CM")
    assert (facts.mentor_ref, facts.decided_by_ref is not None) == (None, True)


@pytest.mark.parametrize(
    ("values", "blank"),
    [("skrevet|", False), ("x|", False), ("ja|nej|", None), ("ja|", False)],
)
def test_what_an_empty_cell_says_of_documentation(values: str, blank: bool | None) -> None:
    rows = "\n".join(f"M-{number};{value}" for number, value in enumerate(values.split("|")))
    assert read(f"Sagsnr;Formål\n{rows}").cases[-1].facts.purpose is blank


@pytest.mark.parametrize(("values", "blank"), [("x|", False), ("ja|", None), ("ja|nej|", None)])
def test_what_an_empty_cell_says_beside_yes_and_no(values: str, blank: bool | None) -> None:
    rows = "\n".join(f"M-{number};{value}" for number, value in enumerate(values.split("|")))
    assert read(f"Sagsnr;Klagevejledning\n{rows}").cases[-1].facts.complaint_guidance is blank


def test_an_empty_column_says_nothing() -> None:
    assert case_of("Sagsnr;Formål;Dato\nM-1;;x").purpose is None


def test_bad_cells_are_named_by_row_and_column_and_the_others_go_on() -> None:
    reading = read(
        "Sagsnr;Bevillingsdato;Bevilgede timer\n"
        "M-1;31-02-2025;mange\nM-2;03-02-2025;40\nM-3;04-02-2025;20\n;05-02-2025;8"
    )
    assert [case.facts.case_code for case in reading.cases] == ["M-2", "M-3"]
    assert [(fault.row, fault.letter, fault.heading) for fault in reading.faults] == [
        (2, "B", "Bevillingsdato"), (2, "C", "Bevilgede timer"), (5, "A", "Sagsnr"),
    ]  # fmt: skip
    assert (reading.rows, reading.bad_rows) == (4, (0, 3))


def test_a_period_that_ends_before_it_begins_is_a_fault_of_its_end() -> None:
    reading = read("Sagsnr;Startdato;Slutdato\nM-1;10-02-2025;09-02-2025\nM-2;10-02-2025;10-02-2025")
    assert [(fault.row, fault.heading) for fault in reading.faults] == [(2, "Slutdato")]
    assert reading.cases[0].facts.periods == (GrantedPeriod(date(2025, 2, 10), date(2025, 2, 11)),)


def test_rows_with_one_case_number_are_one_case_with_several_periods() -> None:
    facts = case_of(
        "Sagsnr;Startdato;Slutdato;Formål\nM-1;01-01-2025;31-03-2025;Job\nM-1;01-04-2025;30-06-2025;Job"
    )
    assert facts.periods == (
        GrantedPeriod(date(2025, 1, 1), date(2025, 4, 1)),
        GrantedPeriod(date(2025, 4, 1), date(2025, 7, 1)),
    )
    assert facts.planned_end_before == date(2025, 7, 1)


def test_rows_of_one_case_that_disagree_are_both_turned_away() -> None:
    reading = read("Sagsnr;Bevilgede timer\nM-1;40\nM-1;50\nM-2;10")
    assert [case.facts.case_code for case in reading.cases] == ["M-2"]
    assert reading.bad_rows == (0, 1)
    assert "række 2" in reading.faults[0].sentence


def test_hours_a_week_become_hours_of_the_period() -> None:
    facts = case_of("Sagsnr;Startdato;Slutdato;Timer pr. uge\nM-1;06-01-2025;02-02-2025;2,5")
    assert facts.granted_minutes == 4 * 150


HEADINGS = "Sagsnr;Opfølgning planlagt 1;Opfølgning holdt 1;Opfølgning planlagt 2;Opfølgning holdt 2\n"


def test_follow_ups_stay_in_pairs() -> None:
    facts = case_of(HEADINGS + "M-1;01-02-2025;;01-03-2025;02-03-2025")
    assert facts.follow_ups == (
        FollowUpSeen(date(2025, 2, 1), None),
        FollowUpSeen(date(2025, 3, 1), date(2025, 3, 2)),
    )


def test_when_it_was_due_is_never_guessed_but_none_at_all_is_seen() -> None:
    cases = read("Sagsnr;Seneste opfølgning\nM-1;01-02-2025\nM-2;").cases
    assert [case.facts.follow_ups for case in cases] == [None, ()]


def test_an_agreement_is_complete_only_when_all_of_it_is_told() -> None:
    from brobygger.review.intake.fields import BY_NAME, ITEM_FIELDS

    headings = ";".join(BY_NAME[name].label for name in ITEM_FIELDS)
    facts = case_of(f"Sagsnr;{headings}\nM-1;ja;ja;nej;ja;ja;ja;ja;ja")
    assert facts.agreement_items == frozenset(ITEM_FIELDS.values()) - {"mentor_contact"}
    assert case_of("Sagsnr;Aftalen nævner målet\nM-1;ja").agreement_items is None


def test_a_case_number_that_holds_a_cpr_number_becomes_a_reference() -> None:
    facts = case_of("Sagsnr;Formål\n610190-1234;Job")
    assert facts.case_code.startswith("S-")


def test_without_case_numbers_the_row_is_the_case() -> None:
    assert case_of("Bevillingsdato;Formål\n03-02-2025;Job").case_code == "Række 2"
