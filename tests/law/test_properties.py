"""What holds whatever the facts: no rule raises, and a further fact never makes an answer less certain."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from brobygger.law.catalogue import Assessment, Stage, assess
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, SupportType
from brobygger.law.facts import AgreementFacts, Facts, PriceLineFact
from brobygger.law.finding import FIELDS, Outcome
from brobygger.law.target_groups import ALL
from brobygger.values.period import Period

from .examples import facts as whole_case

TEXTS = st.sampled_from(["", "  ", "Tekst"])
TRUTHS = st.sampled_from([None, True, False])
DAYS = st.dates(date(2002, 1, 1), date(2028, 12, 31)) | st.dates()
DATES = st.none() | DAYS


@st.composite
def periods(draw: st.DrawFn) -> Period | None:
    start = draw(DATES)
    if start is None or start == date.max:
        return None
    end = draw(
        st.none() | st.dates(min_value=start) | st.dates(start, date(min(start.year + 2, 9999), 12, 31))
    )
    return Period(start, end) if end is None or end > start else Period(start)


LINES = st.builds(
    PriceLineFact,
    st.sampled_from(PriceLineKind),
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-10, max_value=10_000, places=2),
    TEXTS,
    st.booleans(),
)
CONTENTS = st.sampled_from([None, "", " ", "x", True, False, 0, 5, date(2026, 1, 1), (), ("",), ("x",)])
AGREEMENTS = st.builds(
    AgreementFacts,
    st.booleans(),
    **{each.name: CONTENTS for each in fields(AgreementFacts) if each.name != "written"},
)
BY_FIELD: dict[str, st.SearchStrategy[object]] = {
    "act": st.sampled_from(Act),
    "target_group": st.sampled_from([None, "", "9.9", *[each.code for each in ALL]]),
    "context": st.none() | st.sampled_from(Context),
    "support_type": st.none() | st.sampled_from(SupportType),
    "age": st.none() | st.integers(-1, 120),
    "self_supporting": TRUTHS,
    "purpose": TEXTS,
    "decisive_reason": TEXTS,
    "beyond_normal_reason": TEXTS,
    "tasks": st.lists(TEXTS, max_size=2).map(tuple),
    "qualifications": TEXTS,
    "mentor_kind": st.none() | st.sampled_from(MentorKind),
    "mentor_decides_case": TRUTHS,
    "not_usual_work": TRUTHS,
    "organisation_employees": st.none() | st.integers(-1, 10_000),
    "at_school": TRUTHS,
    "period": periods(),
    "previous_period": periods(),
    "reassessed": TRUTHS,
    "minutes_total": st.none() | st.integers(-60, 100_000),
    "hours_reason": TEXTS,
    "decided_by_municipality": TRUTHS,
    "agreement": st.none() | AGREEMENTS,
    "price_lines": st.lists(LINES, max_size=3).map(tuple),
    "psychiatric_admitted": TRUTHS,
    "discharge_on": DATES,
    "education_admission_on": DATES,
    "right_used_from": DATES,
}
ANY_FACTS = st.builds(Facts, DAYS, **BY_FIELD)
STAGES = st.sampled_from(Stage)


def test_the_strategy_draws_every_fact() -> None:
    assert set(BY_FIELD) == {each.name for each in fields(Facts)} - {"on"}


@settings(max_examples=250, deadline=None)
@given(ANY_FACTS, STAGES)
@example(whole_case(price_lines=(PriceLineFact(PriceLineKind.WAGE, Decimal("NaN")),)), Stage.GRANT)
def test_no_rule_raises_and_every_finding_can_be_shown(case: Facts, stage: Stage) -> None:
    result = assess(case, stage=stage)
    for each in result.findings:
        assert each.sentence.endswith(".")
        assert each.outcome is Outcome.SATISFIED or each.remedy.endswith((".", "?"))
        assert each.outcome is not Outcome.SATISFIED or each.remedy == ""
        assert each.field in ("", *FIELDS)
        assert case.on < date(2003, 6, 10) or case.on in each.in_force
    assert len({each.rule_id for each in result.findings}) == len(result.findings)


@settings(max_examples=100, deadline=None)
@given(ANY_FACTS, STAGES)
def test_what_is_stored_with_a_decision_can_be_read_back(case: Facts, stage: Stage) -> None:
    result = assess(case, stage=stage)
    assert Assessment.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def is_unknown(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, tuple):
        return not any(part.strip() if isinstance(part, str) else part for part in value)
    return value is None


def less_certain(
    case: Facts, name: str, value: object, judge: Callable[[Facts], Assessment] = assess
) -> list[str]:
    """The rules that were satisfied and cannot tell once the unknown fact ``name`` is known."""
    if not is_unknown(getattr(case, name)) or is_unknown(value):
        return []
    before = {each.rule_id for each in judge(case).findings if each.outcome is Outcome.SATISFIED}
    after = {
        each.rule_id
        for each in judge(replace(case, **{name: value})).findings
        if each.outcome is Outcome.CANNOT_TELL
    }
    return sorted(before & after)


FACT_NAMES = st.sampled_from([name for name in BY_FIELD if name != "act"])


@settings(max_examples=500, deadline=None)
@given(ANY_FACTS, FACT_NAMES, st.data())
def test_a_further_fact_never_makes_an_answer_less_certain(
    case: Facts, name: str, data: st.DataObject
) -> None:
    case = replace(case, **{name: _unknown(name)})
    assert less_certain(case, name, data.draw(BY_FIELD[name])) == []


def _unknown(name: str) -> object:
    """None, an empty text or an empty list: the fact's default."""
    return getattr(Facts(date(2026, 1, 1)), name)


@settings(max_examples=300, deadline=None)
@given(
    st.dates(date(2003, 6, 10), date(2028, 12, 31)),
    st.dictionaries(FACT_NAMES, st.none(), min_size=1, max_size=4),
    FACT_NAMES,
    st.data(),
)
def test_nor_where_a_whole_case_lacks_a_few(
    on: date, lacking: dict[str, None], name: str, data: st.DataObject
) -> None:
    empty = {each: _unknown(each) for each in {*lacking, name}}
    assert less_certain(whole_case(on, **empty), name, data.draw(BY_FIELD[name])) == []


def test_a_rule_that_loses_certainty_would_be_noticed() -> None:
    """Planted fault: a judge that cannot tell once the employees are known."""

    def faulty(case: Facts) -> Assessment:
        honest = assess(case)
        if case.organisation_employees is None:
            return honest
        doubted = tuple(
            replace(each, outcome=Outcome.CANNOT_TELL) if each.rule_id == "B01" else each
            for each in honest.findings
        )
        return replace(honest, findings=doubted)

    case = whole_case(organisation_employees=None)
    assert less_certain(case, "organisation_employees", 25) == []
    assert less_certain(case, "organisation_employees", 25, faulty) == ["B01"]
