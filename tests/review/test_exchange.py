"""Cases as lines: what is read is what was written."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from brobygger.law.parameters import LocalParameterRow
from brobygger.review.exchange import Sent, from_line, rows_from_text, rows_to_text, to_line
from brobygger.review.facts import CaseFacts
from brobygger.values.source import Confidence, Source
from tests.review.conftest import any_case, right_case


def alike(one: CaseFacts, other: CaseFacts) -> bool:
    """Equal, and also where an amount is no number."""
    return all(alike_value(getattr(one, name), getattr(other, name)) for name in CaseFacts.__slots__)


def alike_value(one: object, other: object) -> bool:
    return type(one) is type(other) and (one == other or str(one) == str(other) == "NaN")


@settings(max_examples=200, deadline=None)
@given(any_case)
def test_a_case_survives_its_line(case: CaseFacts) -> None:
    sent = Sent("9901", None, 7, case)
    line = to_line(sent)
    assert "\n" not in line
    read = from_line(line)
    assert read[:3] == sent[:3] and to_line(read) == line
    assert alike(read.case, case)


def test_a_changed_line_is_another_case() -> None:
    line = to_line(Sent("9901", 3, 7, right_case()))
    changed = from_line(line.replace("2026-02-03", "2026-02-04"))
    assert not alike(changed.case, right_case()) and alike(from_line(line).case, right_case())


def test_what_is_not_known_is_not_written() -> None:
    record = json.loads(to_line(Sent("9901", None, 1, CaseFacts(case_code="X", reasons=False))))
    assert record["case"] == {"case_code": "X", "reasons": False}


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", '{"municipality": "1", "team": 1, "key": 1, "case": {"case_code": "X", "mood": 1}}',
             '{"municipality": "1", "team": 1, "key": 1, "case": {"case_code": "X", "decided_on": "i går"}}',
             '{"municipality": "1", "team": 1, "key": 1, "case": {"case_code": "X", "paid_kroner": "meget"}}'],
)  # fmt: skip
def test_another_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        from_line(line)


def test_dated_rows_survive() -> None:
    rows = {
        "9901": (
            LocalParameterRow(
                "P01",
                date(2026, 1, 1),
                Source("Ny lov", "§ 1", "", Confidence.LOW),
                date(2026, 1, 2),
                Decimal(3),
            ),
            LocalParameterRow(
                "P19.others", date(2026, 1, 1), Source("Plan"), date(2026, 1, 2), text="5.68", note="Æ"
            ),
        ),
        "9902": (),
    }
    assert rows_from_text(rows_to_text(rows)) == rows
