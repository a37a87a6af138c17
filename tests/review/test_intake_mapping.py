"""Which column is what."""

from __future__ import annotations

from pathlib import Path

import pytest

from brobygger.review import intake
from brobygger.review.intake import FileRefused
from brobygger.review.intake.choices import plain
from brobygger.review.intake.fields import FIELDS
from brobygger.review.intake.mapping import remembered_by, twice


def guessed(heading: str, *values: str) -> str:
    """What a column is taken for beside a known one."""
    rows = "\n".join(f"M-{number};{value}" for number, value in enumerate(values))
    sheet = intake.open_sheet(f"Sagsnr;{heading}\n{rows}".encode())
    return intake.guess(sheet)[1]


@pytest.mark.parametrize(
    ("heading", "value", "field"),
    [
        ("CPR-nr.", "610190-1234", "citizen_ref"),
        ("BEVILLINGSDATO", "03-02-2025", "decided_on"),
        ("Dato for bevilling", "03-02-2025", "decided_on"),
        ("Bevilings dato", "03-02-2025", "decided_on"),
        ("Decision date", "2025-02-03", "decided_on"),
        ("Startdato (bevilling)", "03-02-2025", "period_start"),
        ("Timer pr. uge", "2,5", "weekly_minutes"),
        ("Antal timer", "40", "granted_minutes"),
        ("Timeløn", "180,50", "hourly_rate"),
        ("Mentors kvalifikationer", "Pædagog", "qualifications"),
        ("Målgruppe", "§ 6, nr. 3", "target_group"),
        ("Opfølgning 2", "03-02-2025", "follow_up_done"),
        ("Klagevejledning givet", "ja", "complaint_guidance"),
        ("Bemærkninger", "Ringet", ""),
        ("Skostørrelse", "42", ""),
    ],
)
def test_headings(heading: str, value: str, field: str) -> None:
    assert guessed(heading, value) == field


def test_content_that_does_not_fit_overrules_the_heading() -> None:
    assert guessed("Bevillingsdato", "ja", "nej", "ja") == ""


def test_a_column_of_cpr_numbers_is_the_citizen_whatever_it_is_called() -> None:
    assert guessed("Ident", "610190-1234", "620291-1235") == "citizen_ref"


def test_what_was_remembered_goes_before_the_guess() -> None:
    sheet = intake.open_sheet(b"Sagsnr;Dato A\nM-1;03-02-2025")
    assert intake.guess(sheet)[1] == ""
    assert intake.guess(sheet, {"dato a": "agreement_on"})[1] == "agreement_on"
    assert intake.guess(sheet, {"sagsnr": ""})[0] == ""


def test_a_field_that_is_held_once_is_guessed_once_and_told_when_chosen_twice() -> None:
    sheet = intake.open_sheet("Sagsnr;Formål;Formålet\nM-1;a;b".encode())
    assert sorted(intake.guess(sheet).values()) == ["", "case_code", "purpose"]
    assert [
        field.name for field in twice({1: "purpose", 2: "purpose", 3: "contact_dates", 4: "contact_dates"})
    ] == ["purpose"]


def test_every_heading_leads_to_one_field() -> None:
    """A heading under two fields would go to whichever stands first."""
    seen: dict[str, str] = {}
    double = []
    for field in FIELDS:
        for heading in {plain(each) for each in field.headings}:
            if heading in seen:
                double.append((heading, seen[heading], field.name))
            seen[heading] = field.name
    assert double == []


def test_every_field_serves_a_fact() -> None:
    from dataclasses import fields

    from brobygger.review.facts import CaseFacts

    known = {each.name for each in fields(CaseFacts)}
    assert [field.name for field in FIELDS if not set(field.facts) <= known] == []


def test_a_written_mapping_is_read_back(tmp_path: Path) -> None:
    sheet = intake.open_sheet('Sags "nr";Formål;610190-1234\nM-1;a;b'.encode())
    file = tmp_path / "kolonner.toml"
    file.write_text(intake.write_mapping(sheet.columns, {0: "case_code", 1: "purpose", 2: ""}))
    assert intake.read_mapping(file) == {"sags nr": "case_code", "formaal": "purpose"}


@pytest.mark.parametrize("content", ["[kolonner]\nSag = 'no_such_field'", "x = ", "Sag = 'case_code'"])
def test_a_wrong_mapping_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "kolonner.toml"
    file.write_text(content)
    with pytest.raises(FileRefused, match="kolonner"):
        intake.read_mapping(file)


def test_samples_and_memory_hold_no_cpr_number() -> None:
    sheet = intake.open_sheet(b"Sagsnr;Ident\nM-1;610190-1234")
    assert sheet.columns[1].samples == ("••••••-••••",)
    assert remembered_by(sheet.columns, {0: "case_code", 1: "citizen_ref"}) == {
        "sagsnr": "case_code",
        "ident": "citizen_ref",
    }
