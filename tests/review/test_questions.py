"""Each question from every side: right, wrong, not known and not concerned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from brobygger.law.catalogue import Stage, assess
from brobygger.law.codes import Context, MentorKind, PriceLineKind
from brobygger.law.finding import Outcome
from brobygger.law.parameters import LocalParameterRow, with_local
from brobygger.review.facts import AGREEMENT_ITEMS, CaseFacts, FollowUpSeen, GrantedPeriod, known_fields
from brobygger.review.questions import QUESTIONS, Finding, review
from brobygger.review.the_law import law_facts
from brobygger.values.source import Source
from tests.review.conftest import ON, right_case

YES, NO, UNKNOWN = Outcome.SATISFIED, Outcome.NOT_SATISFIED, Outcome.CANNOT_TELL
SILENT = None
DAY = date(2026, 3, 2)

DUTY: dict[str, Any] = {
    "decided_on": date(2017, 1, 2),
    "started_on": date(2017, 1, 9),
    "first_contact_on": date(2017, 1, 9),
    "ended_on": date(2017, 3, 6),
    "target_group": "2.3",
    "context": Context.ONLY_EFFORT,
    "right_and_duty": True,
    "contact_dates": (date(2017, 1, 23), date(2017, 2, 6), date(2017, 2, 20)),
}
TWO_PERIODS = (
    GrantedPeriod(date(2026, 2, 2), date(2026, 5, 2)),
    GrantedPeriod(date(2026, 5, 2), date(2026, 8, 2)),
)

CASES: list[tuple[str, dict[str, Any], Outcome | None]] = [
    ("K01", {}, YES),
    ("K01", {"purpose": " "}, NO),
    ("K01", {"purpose": None}, UNKNOWN),
    ("K01", {"decision_kind": "REFUSAL", "periods": ()}, SILENT),
    ("K02", {}, YES),
    ("K02", {"tasks": False}, NO),
    ("K03", {}, YES),
    ("K03", {"qualifications": ""}, NO),
    ("K04", {}, YES),
    ("K04", {"decisive": ""}, NO),
    ("K05", {}, YES),
    ("K05", {"beyond_normal": False}, NO),
    ("K05", {"mentor_kind": MentorKind.PRIVATE_PROVIDER, "beyond_normal": False}, SILENT),
    ("K05", {"mentor_kind": None, "beyond_normal": False}, UNKNOWN),
    ("K06", {}, YES),
    ("K06", {"agreement_items": frozenset(AGREEMENT_ITEMS) - {"hours"}}, NO),
    ("K06", {"agreement_items": None}, UNKNOWN),
    ("K06", {"decided_on": date(2013, 12, 31)}, SILENT),
    ("K07", {}, YES),
    ("K07", {"agreement_on": date(2026, 2, 3)}, YES),
    ("K07", {"agreement_on": date(2026, 2, 4)}, NO),
    ("K07", {"agreement_on": None, "agreement_written": False}, NO),
    ("K07", {"agreement_on": None, "agreement_written": None}, UNKNOWN),
    ("K07", {"begun": False, "agreement_on": None, "agreement_written": False}, SILENT),
    ("K08", {}, YES),
    ("K08", {"citizen_informed_on": date(2026, 2, 4)}, NO),
    ("K08", {"citizen_informed_on": None}, UNKNOWN),
    ("K09", {}, YES),
    ("K09", {"periods": (GrantedPeriod(date(2026, 2, 2), date(2026, 8, 3)),)}, NO),
    ("K09", {"periods": (GrantedPeriod(date(2026, 2, 2), date(2026, 8, 2)),)}, YES),
    ("K09", {"periods": TWO_PERIODS, "reassessed": True}, YES),
    ("K09", {"periods": TWO_PERIODS, "reassessed": False}, NO),
    ("K09", {"periods": TWO_PERIODS, "reassessed": None}, UNKNOWN),
    ("K09", {"target_group": "2.1"}, NO),
    ("K09", {"hourly_rate": None}, YES),
    ("K09", {"mentor_kind": MentorKind.PRISON_PROBATION}, UNKNOWN),
    ("K09", {"mentor_kind": MentorKind.PRISON_PROBATION, "hourly_rate": None}, UNKNOWN),
    ("K09", {"mentor_kind": MentorKind.PRISON_PROBATION, "hourly_rate": Decimal(0)}, YES),
    ("K09", {"decided_on": None}, UNKNOWN),
    ("K09", {"decided_on": date(2003, 1, 1)}, NO),
    ("K10", {}, SILENT),
    ("K10", {"hearing_needed": True, "hearing": "Ingen bemærkninger."}, YES),
    ("K10", {"hearing_needed": True, "hearing": ""}, NO),
    ("K10", {"hearing_needed": True, "hearing": None}, UNKNOWN),
    ("K11", {}, YES),
    ("K11", {"reasons": ""}, NO),
    ("K11", {"rules_named": False}, NO),
    ("K11", {"rules_named": None}, UNKNOWN),
    ("K11", {"reasons": "", "fully_upheld": True}, SILENT),
    ("K12", {}, YES),
    ("K12", {"complaint_last_day": date(2026, 2, 22)}, NO),
    ("K12", {"complaint_guidance": False}, NO),
    ("K12", {"complaint_guidance": None, "complaint_last_day": None}, UNKNOWN),
    ("K12", {"complaint_last_day": None}, UNKNOWN),
    ("K13", {}, YES),
    ("K13", {"mentor_is_decider": True}, NO),
    ("K13", {"mentor_is_decider": None, "decided_by_ref": "m1"}, NO),
    ("K13", {"mentor_is_decider": None, "decided_by_ref": None}, UNKNOWN),
    ("K14", {}, YES),
    ("K14", {"follow_ups": (FollowUpSeen(DAY, date(2026, 3, 16), True),)}, YES),
    ("K14", {"follow_ups": (FollowUpSeen(DAY, date(2026, 3, 17), True),)}, NO),
    ("K14", {"follow_ups": (FollowUpSeen(DAY),)}, NO),
    ("K14", {"follow_ups": ()}, NO),
    ("K14", {"follow_ups": None}, UNKNOWN),
    ("K14", {"follow_ups": (FollowUpSeen(date(2026, 11, 20)),)}, SILENT),
    ("K15", {}, YES),
    ("K15", {"follow_ups": (FollowUpSeen(DAY, DAY),)}, NO),
    ("K15", {"follow_ups": (FollowUpSeen(DAY, DAY, False),)}, NO),
    ("K15", {"follow_ups": (FollowUpSeen(DAY, DAY, False), FollowUpSeen(ON, ON, True))}, YES),
    ("K15", {"follow_ups": None}, UNKNOWN),
    ("K16", {}, YES),
    ("K16", {"goals_with_attainment": 1}, NO),
    ("K16", {"goals": 0}, NO),
    ("K16", {"conclusion_recorded": False}, NO),
    ("K16", {"goals_with_attainment": None}, UNKNOWN),
    ("K16", {"ended_on": date(2026, 10, 24), "goals_with_attainment": 0}, SILENT),
    ("K16", {"ended_on": date(2026, 10, 23), "goals_with_attainment": 0}, NO),
    ("K17", {}, YES),
    ("K17", {"used_minutes": 3_901}, NO),
    ("K17", {"granted_minutes": None}, UNKNOWN),
    ("K17", {"used_minutes": 0}, SILENT),
    ("K18", {}, YES),
    ("K18", {"paid_minutes": 3_001}, NO),
    ("K18", {"unconfirmed_minutes": 60}, NO),
    ("K18", {"confirmed_minutes": None}, UNKNOWN),
    ("K19", {}, SILENT),
    ("K19", DUTY, YES),
    ("K19", {**DUTY, "contact_dates": (date(2017, 1, 23), date(2017, 2, 7), date(2017, 2, 20))}, NO),
    ("K19", {**DUTY, "contact_dates": (), "right_and_duty": None}, UNKNOWN),
    ("K19", {**DUTY, "contact_dates": None}, UNKNOWN),
    ("K19", {**DUTY, "right_and_duty": False}, SILENT),
    ("K19", {**DUTY, "started_on": date(2020, 1, 1)}, SILENT),
    ("K20", {}, YES),
    ("K20", {"paid_kroner": Decimal("12501.01")}, NO),
    ("K20", {"paid_kroner": Decimal("12501.00")}, YES),
    ("K20", {"paid_kroner": Decimal(16_252), "confirmed_minutes": 9_000}, NO),
    ("K20", {"paid_kroner": Decimal(13_000), "fixed_kroner": None}, UNKNOWN),
    ("K20", {"hourly_rate": None}, UNKNOWN),
    ("K20", {"paid_kroner": Decimal(0)}, SILENT),
    ("K21", {}, YES),
    ("K21", {"price_line_kinds": frozenset({PriceLineKind.WAGE, PriceLineKind.OVERHEAD})}, NO),
    ("K21", {"price_line_kinds": None}, UNKNOWN),
    (
        "K21",
        {"price_line_kinds": frozenset({PriceLineKind.TRAVEL_EXPENSES}), "decided_on": date(2020, 12, 10)},
        UNKNOWN,
    ),
    ("K22", {}, YES),
    ("K22", {"account": "5.68.98.019"}, NO),
    ("K22", {"account": "6.45.53"}, NO),
    ("K22", {"account": "5.68.90.018", "target_group": "6.3"}, UNKNOWN),
    ("K22", {"account": None}, UNKNOWN),
    ("K22", {"paid_kroner": Decimal(0)}, SILENT),
]

AGREEMENT_WITHOUT_HOURS = {"agreement_items": frozenset(AGREEMENT_ITEMS) - {"hours"}}
NO_AGREEMENT: dict[str, Any] = {"agreement_on": None, "agreement_written": False}
TRAVEL = {"price_line_kinds": frozenset({PriceLineKind.TRAVEL_EXPENSES})}
BOTH_SIDES: list[tuple[str, dict[str, Any], date, Outcome | None, Outcome | None]] = [
    ("K06", AGREEMENT_WITHOUT_HOURS, date(2014, 1, 1), SILENT, NO),
    ("K07", NO_AGREEMENT, date(2014, 1, 1), SILENT, NO),
    ("K21", TRAVEL, date(2020, 12, 11), UNKNOWN, NO),
    ("K22", {"account": "6.45.53", "target_group": "6.3"}, date(2018, 2, 28), UNKNOWN, NO),
]
"""A question that changes on a day of the law: a case decided the day before, and one decided on the day."""


def answer(case: CaseFacts, question: str, on: date = ON) -> Finding | None:
    return next((each for each in review(case, on) if each.question_id == question), None)


@pytest.mark.parametrize(("question", "changes", "outcome"), CASES)
def test_answer(question: str, changes: dict[str, Any], outcome: Outcome | None) -> None:
    found = answer(right_case(**changes), question)
    assert (found.outcome if found else None) is outcome, found
    if found is not None:
        assert found.sentence.endswith((".", ")")) and bool(found.remedy) == (found.outcome is not YES)


@pytest.mark.parametrize(("question", "changes", "day", "before", "after"), BOTH_SIDES)
def test_both_sides_of_the_day_a_question_changes(
    question: str, changes: dict[str, Any], day: date, before: Outcome | None, after: Outcome | None
) -> None:
    found = [
        answer(right_case(**changes, decided_on=decided), question) for decided in (day - timedelta(1), day)
    ]
    assert [each.outcome if each else None for each in found] == [before, after]


@pytest.mark.parametrize(
    ("started", "days_apart", "outcome"),
    [
        (date(2013, 12, 31), 40, SILENT),
        (date(2014, 1, 1), 40, NO),
        (date(2014, 1, 1), 7, YES),
        (date(2014, 1, 1), 8, NO),
        (date(2015, 12, 31), 14, NO),
        (date(2016, 1, 1), 14, YES),
        (date(2016, 1, 1), 15, NO),
        (date(2019, 12, 31), 14, YES),
        (date(2020, 1, 1), 40, SILENT),
    ],
)
def test_both_sides_of_the_days_of_the_contact_minimum(
    started: date, days_apart: int, outcome: Outcome | None
) -> None:
    met = (started + timedelta(days_apart), started + timedelta(2 * days_apart))
    case = right_case(
        **DUTY
        | {"decided_on": started, "started_on": started, "first_contact_on": started}
        | {"contact_dates": met, "ended_on": met[-1]}
    )
    found = answer(case, "K19")
    assert (found.outcome if found else None) is outcome, found


def test_every_question_is_tested_right_and_wrong() -> None:
    for outcome in (YES, NO):
        assert {question for question, _, told in CASES if told is outcome} == set(QUESTIONS)


def test_the_ids_have_no_gap() -> None:
    assert list(QUESTIONS) == [f"K{number:02}" for number in range(1, 23)]


def test_a_case_that_waits_for_its_decision_is_asked_nothing() -> None:
    waiting = CaseFacts(case_code="X", periods=(), begun=False, conclusion_recorded=False)
    assert review(waiting, ON) == ()


def test_a_bare_code_can_be_told_nothing_of() -> None:
    found = review(CaseFacts(case_code="X"), ON)
    assert found and {each.outcome for each in found} == {UNKNOWN}


def test_the_law_of_the_day_is_the_law_that_decisions_are_made_by() -> None:
    """K09 asks the rules directly; it must say what an assessment says."""
    for changes in (
        {},
        {"target_group": "2.1"},
        {"periods": (GrantedPeriod(date(2026, 2, 2), date(2026, 9, 1)),)},
        {"decided_on": date(2016, 2, 1), "target_group": "2.3"},
        {"decided_on": date(2010, 2, 1), "target_group": "2.1"},
    ):
        case = right_case(**changes)
        assert case.decided_on is not None
        assessment = assess(law_facts(case, case.decided_on), stage=Stage.GRANT)
        found = answer(case, "K09")
        assert found is not None
        certain = [each for each in assessment.blocking if each.confirmed]
        assert found.failed == bool(certain)
        for each in certain[:3]:
            assert each.sentence in found.sentence


def test_a_number_of_the_municipality_counts() -> None:
    row = LocalParameterRow(
        "P19", date(2026, 1, 1), Source("Kommunens kontoplan"), date(2026, 1, 1), text="5.99.01.001"
    )
    case = right_case(account="5.99.01.001")
    local = {each.question_id: each for each in review(case, ON, with_local([row]))}
    assert local["K22"].outcome is YES
    shipped = answer(case, "K22")
    assert shipped is not None and shipped.outcome is NO


@pytest.mark.parametrize(
    ("account", "outcome"), [("5.68.90.012", YES), ("5.68.90.018", NO), ("6.45.53", NO), (None, UNKNOWN)]
)
def test_the_account_a_municipality_has_recorded_for_other_groups_is_held_against(
    account: str | None, outcome: Outcome
) -> None:
    source = Source("Kommunens kontoplan")
    row = LocalParameterRow("P19.others", date(2020, 1, 1), source, date(2020, 1, 1), text="6.3: 5.68.90.012")
    case = right_case(target_group="6.3", account=account)
    found = {each.question_id: each for each in review(case, ON, with_local([row]))}["K22"]
    assert found.outcome is outcome
    before = replace(case, decided_on=date(2019, 12, 31))
    earlier = {each.question_id: each for each in review(before, ON, with_local([row]))}["K22"]
    assert earlier.outcome is (NO if account == "6.45.53" else UNKNOWN)


def test_what_could_be_tested_is_known_from_the_columns() -> None:
    cases = [CaseFacts(case_code="A", goals=1), CaseFacts(case_code="B", team="Ung")]
    assert known_fields(cases) == {"case_code", "goals", "team"}


def test_no_sentence_depends_on_the_day_it_is_asked() -> None:
    """Else every night would rewrite every failure."""
    wrong = right_case(
        follow_ups=(FollowUpSeen(DAY),), goals_with_attainment=0, unconfirmed_minutes=30, decisive=""
    )
    assert review(wrong, ON) == review(wrong, replace_day(ON))


def replace_day(day: date) -> date:
    return day.replace(year=day.year + 1)


def test_a_planted_fault_is_found_and_only_it() -> None:
    right = {each.question_id: each.outcome for each in review(right_case(), ON)}
    wrong = {each.question_id: each.outcome for each in review(replace(right_case(), tasks=False), ON)}
    assert {key for key in right if right[key] is not wrong[key]} == {"K02", "K09"}
