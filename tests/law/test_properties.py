"""What holds whatever the facts: no rule raises, and a further fact never makes an answer less certain."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from brobygger.law.catalogue import Assessment, Stage, assess
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, RightAndDutyEnd, SupportType
from brobygger.law.facts import AgreementFacts, DecisionFacts, Facts, PriceLineFact, RightAndDutyFacts
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
DUTY_FIELDS: dict[str, st.SearchStrategy[object]] = {
    "personal_circumstances": TEXTS,
    "can_join_offers": TRUTHS,
    "contact_interval_days": st.none() | st.sampled_from([-1, 0, 7, 8, 14, 15]) | st.integers(),
    "meets_in_person": TRUTHS,
    "not_in_person_reason": TEXTS,
    "ending": st.none() | st.sampled_from(RightAndDutyEnd),
    "other_offer_ready": TRUTHS,
    "new_offer_given": TRUTHS,
}
NAMES = st.sampled_from(["", " ", "Kommunen", "Jobcenter Nord", "Ankestyrelsen", "Byretten"])
DECISION_FIELDS: dict[str, st.SearchStrategy[object]] = {
    each.name: {"bool | None": TRUTHS, "date | None": DATES, "str": NAMES}[str(each.type)]
    for each in fields(DecisionFacts)
}
PERCENTS = st.none() | st.decimals(min_value=-1, max_value=101, places=1) | st.just(Decimal("NaN"))
GROUPS = st.sampled_from([None, "", "9.9", *[each.code for each in ALL]])
BY_FIELD: dict[str, st.SearchStrategy[object]] = {
    "act": st.sampled_from(Act),
    "target_group": GROUPS,
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
    "in_group_since": DATES,
    "per_place": TRUTHS,
    "places": st.none() | st.integers(-1, 30),
    "people_served": st.none() | st.integers(-1, 30),
    "right_and_duty": st.none() | st.builds(RightAndDutyFacts, **DUTY_FIELDS),
    "status_at_agreement": GROUPS,
    "employed_at_agreement": TRUTHS,
    "reimbursement_percent": PERCENTS,
    "account": st.sampled_from(["", " ", "5.68.90.018", "6.45.51", "konto"]),
    "delivery_checked": TRUTHS,
    "decision": st.none() | st.builds(DecisionFacts, **DECISION_FIELDS),
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


Judge = Callable[[Facts], Assessment]


def judge_all(case: Facts) -> Assessment:
    """Every stage at once."""
    findings = {each.rule_id: each for stage in Stage for each in assess(case, stage=stage).findings}
    return Assessment(tuple(findings.values()), case.on, case.act)


def with_fact(case: Facts, path: str, value: object) -> Facts:
    """The case with one fact more; a path such as "decision.heard" reaches into a part that is known."""
    part, _, name = path.rpartition(".")
    if not part:
        return replace(case, **{name: value})
    return replace(case, **{part: replace(getattr(case, part), **{name: value})})


def fact_of(case: Facts, path: str) -> object:
    part, _, name = path.rpartition(".")
    return getattr(getattr(case, part) if part else case, name)


def less_certain(case: Facts, path: str, value: object, judge: Judge = judge_all) -> list[str]:
    """The rules that were satisfied and cannot tell once the unknown fact is known."""
    if not is_unknown(fact_of(case, path)) or is_unknown(value):
        return []
    before = {each.rule_id for each in judge(case).findings if each.outcome is Outcome.SATISFIED}
    after = {
        each.rule_id
        for each in judge(with_fact(case, path, value)).findings
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


PARTS: dict[
    str, tuple[type[DecisionFacts] | type[RightAndDutyFacts], dict[str, st.SearchStrategy[object]]]
] = {
    "decision": (DecisionFacts, DECISION_FIELDS),
    "right_and_duty": (RightAndDutyFacts, DUTY_FIELDS),
}


@settings(max_examples=800, deadline=None)
@given(st.dates(date(2003, 6, 10), date(2028, 12, 31)), st.sampled_from(sorted(PARTS)), st.data())
def test_nor_inside_a_decision_or_a_right_and_duty_mentor(on: date, part: str, data: st.DataObject) -> None:
    made, strategies = PARTS[part]
    name = data.draw(st.sampled_from(sorted(strategies)))
    told = {each: data.draw(strategy) for each, strategy in strategies.items() if each != name}
    group = data.draw(st.sampled_from([None, "2.3", "2.12", "6.3"]))
    case = whole_case(on, **{part: made(**told), "target_group": group})
    assert less_certain(case, f"{part}.{name}", data.draw(strategies[name])) == []


def test_the_strategies_draw_every_part() -> None:
    assert set(DUTY_FIELDS) == {each.name for each in fields(RightAndDutyFacts)}
    assert all(is_dataclass(made) for made, _ in PARTS.values())


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
