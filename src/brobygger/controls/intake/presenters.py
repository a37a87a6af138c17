"""The report as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from brobygger.review.intake import Failure, Fault, QuestionResult, Reading, Report

MOST_FAULTS = 100
MOST_SHOWN = 100


@dataclass(frozen=True)
class Theme:
    """The questions of one chapter."""

    title: str
    questions: Sequence[QuestionResult]


@dataclass(frozen=True)
class FailingCase:
    """A case and what it fails, for one row of the list."""

    row: int
    case_code: str
    citizen: str
    failures: Sequence[Failure]


def found(reading: Reading) -> dict[str, Any]:
    """What was read of a file, before the questions are asked."""
    return {
        "rows": reading.rows,
        "cases": len(reading.cases),
        "bad_rows": len(reading.bad_rows),
        "faults": reading.faults[:MOST_FAULTS],
        "more_faults": max(len(reading.faults) - MOST_FAULTS, 0),
    }


def summary(report: Report) -> dict[str, Any]:
    """The figures and the questions. Those that nothing could be told of come last, with what they lack."""
    themes: dict[str, list[QuestionResult]] = {}
    for each in report.questions:
        if each.tested:
            themes.setdefault(each.theme, []).append(each)
    return {
        "report": report,
        "themes": [Theme(title, questions) for title, questions in themes.items()],
        "untested": report.untested,
        "ignored": [each for each in report.columns if not each.field],
        "faults": faults(report),
        "more_faults": max(len(report.faults) - MOST_FAULTS, 0),
    }


def faults(report: Report) -> Sequence[Fault]:
    return report.faults[:MOST_FAULTS]


def failing_cases(report: Report, question: str = "") -> list[FailingCase]:
    """Cases that fail a question, or any, in the order of the file."""
    cases: dict[tuple[int, str], list[Failure]] = {}
    for each in report.failures:
        if not question or each.question == question:
            cases.setdefault((each.row, each.case_code), []).append(each)
    return [
        FailingCase(row, code, failures[0].citizen, failures)
        for (row, code), failures in sorted(cases.items())
    ]
