"""A case that everything is right with, and cases of any facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st

from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, SupportType
from brobygger.review.facts import AGREEMENT_ITEMS, CaseFacts, FollowUpSeen, GrantedPeriod

ON = date(2026, 11, 23)


def right_case(**changes: Any) -> CaseFacts:
    """Ended in May 2026 after one period, everything written, held and measured."""
    case = CaseFacts(
        case_code="7F3K",
        municipality_code="9901",
        team="Team Ung",
        citizen_ref="c1",
        mentor_ref="m1",
        created_on=date(2026, 1, 20),
        decided_on=date(2026, 1, 26),
        started_on=date(2026, 2, 2),
        ended_on=date(2026, 5, 1),
        planned_end_before=date(2026, 5, 2),
        agreement_on=date(2026, 1, 30),
        first_contact_on=date(2026, 2, 3),
        citizen_informed_on=date(2026, 1, 29),
        act=Act.LAB,
        target_group="6.1",
        context=Context.COMPANY_PLACEMENT,
        support_type=SupportType.WORKPLACE_INTRODUCTION,
        age=31,
        mentor_kind=MentorKind.COMPANY_EMPLOYEE,
        purpose="At gennemføre praktikken.",
        tasks=True,
        qualifications="Ti års erfaring.",
        decisive="Uden mentor møder borgeren ikke.",
        beyond_normal="Daglig støtte til at møde.",
        not_usual_work=True,
        employees=25,
        at_school=False,
        periods=(GrantedPeriod(date(2026, 2, 2), date(2026, 5, 2)),),
        decision_kind="GRANT",
        reasons=True,
        rules_named=True,
        hearing=False,
        hearing_needed=False,
        fully_upheld=False,
        complaint_guidance=True,
        notified_on=date(2026, 1, 26),
        complaint_last_day=date(2026, 2, 23),
        decided_by_ref="u1",
        mentor_is_decider=False,
        agreement_items=frozenset(AGREEMENT_ITEMS),
        agreement_written=True,
        granted_minutes=3_900,
        hours_reason=True,
        used_minutes=3_000,
        confirmed_minutes=3_000,
        disputed_minutes=0,
        unconfirmed_minutes=0,
        paid_minutes=3_000,
        paid_kroner=Decimal(12_500),
        granted_kroner=Decimal(16_250),
        fixed_kroner=Decimal(0),
        hourly_rate=Decimal(250),
        price_line_kinds=frozenset({PriceLineKind.WAGE}),
        account="5.68.90.018",
        follow_ups=(
            FollowUpSeen(date(2026, 3, 2), date(2026, 3, 3), True),
            FollowUpSeen(date(2026, 4, 2), date(2026, 4, 2), True),
        ),
        goals=2,
        goals_with_attainment=2,
        conclusion_recorded=True,
    )
    return replace(case, **changes)


@pytest.fixture
def case() -> Callable[..., CaseFacts]:
    return right_case


_DAYS = st.dates(date(2003, 1, 1), date(2027, 12, 31))
_MINUTES = st.integers(0, 20_000)
_KRONER = st.decimals(0, 100_000, places=2) | st.sampled_from([Decimal("NaN"), Decimal("Infinity")])
_WORDS = st.booleans() | st.sampled_from(["", " ", "Skrevet."])
_PERIODS = st.lists(st.tuples(_DAYS, _DAYS).map(lambda days: GrantedPeriod(*days)), max_size=3).map(tuple)
_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "date | None": _DAYS,
    "bool | None": st.booleans(),
    "int | None": _MINUTES,
    "Decimal | None": _KRONER,
    "Documented": _WORDS,
    "Act | None": st.sampled_from(Act),
    "Context | None": st.sampled_from(Context),
    "SupportType | None": st.sampled_from(SupportType),
    "MentorKind | None": st.sampled_from(MentorKind),
    "tuple[GrantedPeriod, ...] | None": _PERIODS,
    "frozenset[str] | None": st.frozensets(st.sampled_from(AGREEMENT_ITEMS)),
    "frozenset[PriceLineKind] | None": st.frozensets(st.sampled_from(PriceLineKind), max_size=3),
    "tuple[date, ...] | None": st.lists(_DAYS, max_size=5).map(tuple),
    "tuple[FollowUpSeen, ...] | None": st.lists(
        st.builds(FollowUpSeen, _DAYS, st.none() | _DAYS, st.none() | st.booleans()), max_size=3
    ).map(tuple),
    "str | None": st.sampled_from(["a", "b", "5.68.90.018", "6.45", ""]),
}
_SPECIAL = {
    "target_group": st.sampled_from(
        ["6.1", "6.3", "6.8", "2.1", "2.3", "2.12", "SELF", "INL", "OUTSIDE", "x"]
    ),
    "decision_kind": st.sampled_from(["GRANT", "RENEWAL", "REFUSAL", "END"]),
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    each.name: _SPECIAL.get(each.name, _BY_TYPE[str(each.type)])
    for each in fields(CaseFacts)
    if each.name != "case_code"
}
"""A strategy for the value of each fact."""

any_case = st.builds(
    CaseFacts,
    case_code=st.just("X"),
    **{name: st.none() | strategy for name, strategy in VALUES.items()},
)
