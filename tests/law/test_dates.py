"""Both sides of every date on which a rule begins, ends or changes its source, against a table typed by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from brobygger.law import catalogue
from brobygger.law.catalogue import RULES, Rule, Stage, assess, rules_in_force
from brobygger.law.codes import Act, Context, PriceLineKind, RightAndDutyEnd
from brobygger.law.facts import DecisionFacts, Facts, PriceLineFact, RightAndDutyFacts
from brobygger.values.period import Period

from .examples import TRANSPORT, external, facts, integration_facts

ONE_DAY = timedelta(days=1)
START_2003, END_2008, END_2013, END_2019 = (
    date(2003, 6, 10),
    date(2008, 12, 31),
    date(2013, 12, 31),
    date(2019, 12, 31),
)
YEAR_2009, YEAR_2014, YEAR_2020 = date(2009, 1, 1), date(2014, 1, 1), date(2020, 1, 1)
ORDER_2020 = date(2020, 12, 11)

FIRST_AND_LAST: dict[str, tuple[date, date | None]] = {
    "A01": (START_2003, END_2008),
    "A02": (YEAR_2009, END_2013),
    "A03": (YEAR_2014, END_2019),
    "A04": (YEAR_2020, None),
    "A05": (START_2003, END_2008),
    "A06": (START_2003, END_2008),
    "A07": (date(2007, 3, 1), None),
    "A08": (YEAR_2009, END_2013),
    "A09": (YEAR_2009, None),
    "A10": (YEAR_2020, None),
    "A11": (YEAR_2020, None),
    "A12": (date(2023, 3, 20), None),
    "A13": (YEAR_2020, None),
    "A14": (YEAR_2014, END_2019),
    "A16": (date(2026, 2, 1), None),
    "A17": (date(2026, 2, 1), None),
    "B01": (START_2003, None),
    "B02": (START_2003, None),
    "B03": (START_2003, None),
    "B04": (YEAR_2020, None),
    "B05": (START_2003, END_2013),
    "B06": (YEAR_2020, None),
    "B07": (YEAR_2014, None),
    "B08": (START_2003, None),
    "B09": (YEAR_2014, None),
    "B10": (START_2003, END_2013),
    "B11": (START_2003, None),
    "B12": (YEAR_2014, None),
    "C01": (YEAR_2014, None),
    "C02": (YEAR_2014, None),
    "C03": (YEAR_2014, None),
    "C05": (START_2003, None),
    "D01": (START_2003, None),
    "D02": (START_2003, None),
    "D03": (ORDER_2020, None),
    "D04": (ORDER_2020, None),
    "D05": (ORDER_2020, None),
    "D06": (ORDER_2020, None),
    "D07": (YEAR_2014, date(2020, 12, 10)),
    "D10": (date(2018, 2, 28), None),
    "D11": (YEAR_2014, date(2019, 6, 30)),
    "D12": (YEAR_2014, date(2019, 6, 30)),
    "D13": (date(2019, 7, 1), None),
    "E01": (YEAR_2014, END_2019),
    "E02": (YEAR_2014, END_2019),
    "E03": (YEAR_2014, date(2015, 12, 31)),
    "E04": (date(2016, 1, 1), END_2019),
    "E05": (date(2016, 1, 1), END_2019),
    "E06": (YEAR_2014, END_2019),
    "E12": (date(2019, 3, 1), None),
    "F01": (START_2003, None),
    "F03": (YEAR_2020, None),
    "F06": (YEAR_2020, None),
    **{f"G{each:02}": (START_2003, None) for each in range(1, 9)},
    "G09": (YEAR_2014, None),
    "G10": (YEAR_2014, None),
    "G12": (date(2012, 1, 1), None),
    "G18": (date(2018, 1, 26), None),
    "G19": (START_2003, None),
    "P02": (YEAR_2020, None),
    "P19": (YEAR_2014, None),
}


def _line(kind: PriceLineKind) -> Callable[[date], Facts]:
    return lambda on: facts(on, price_lines=(PriceLineFact(kind),))


def _with_decision(on: date) -> Facts:
    return facts(on, decision=DECISION)


DECISION = DecisionFacts(
    authority="Kommunen",
    complaint_guidance=True,
    complaint_refused_as_late=True,
    oral_information=True,
    by_digital_post=True,
    kept_from=date(2026, 1, 1),
    destroyed_on=date(2026, 1, 1),
)
BOOKED = {"account": "5.68.90.018", "target_group": "2.1"}


CONCERNED: dict[str, Callable[[date], Facts]] = {
    "A07": lambda on: facts(on, self_supporting=True),
    "A08": lambda on: facts(on, context=Context.EDUCATION),
    "A10": lambda on: facts(on, target_group="OUTSIDE"),
    "A11": lambda on: facts(on, context=Context.PSYCHIATRIC_DISCHARGE),
    "A12": lambda on: facts(on, context=Context.PSYCHIATRIC_DISCHARGE),
    "A13": lambda on: facts(on, context=Context.EDUCATION, target_group="6.4"),
    "A14": lambda on: facts(on, context=Context.ONLY_EFFORT),
    "B04": external,
    "D02": _line(PriceLineKind.TRAINING),
    "D04": external,
    "D05": _line(PriceLineKind.PENSION),
    "D07": lambda on: facts(on, price_lines=(TRANSPORT,)),
    "A16": _with_decision,
    "A17": lambda on: facts(on, target_group="6.8"),
    "B12": lambda on: facts(on, per_place=True),
    "D10": lambda on: facts(on, **BOOKED),
    "D12": lambda on: facts(on, status_at_agreement="2.1"),
    "E01": lambda on: facts(on, right_and_duty=RightAndDutyFacts()),
    "E02": lambda on: facts(on, target_group="2.12", right_and_duty=RightAndDutyFacts()),
    "E03": lambda on: facts(on, right_and_duty=RightAndDutyFacts()),
    "E04": lambda on: facts(on, right_and_duty=RightAndDutyFacts()),
    "E05": lambda on: facts(
        on, target_group="2.3", right_and_duty=RightAndDutyFacts(ending=RightAndDutyEnd.BROKEN_OFF)
    ),
    "E06": lambda on: facts(on, right_and_duty=RightAndDutyFacts()),
    "E12": lambda on: facts(on, delivery_checked=True),
    "F06": integration_facts,
    **dict.fromkeys((f"G{each:02}" for each in range(1, 20)), _with_decision),
    "P19": lambda on: facts(on, **BOOKED),
    "F01": integration_facts,
    "F03": lambda on: integration_facts(on, context=Context.EDUCATION),
    "P02": lambda on: facts(on, previous_period=Period(date(2003, 1, 1), date(2003, 2, 1))),
}


def _answers(rule_id: str, on: date) -> bool:
    case = CONCERNED.get(rule_id, facts)(on)
    stages = [stage for stage in Stage if stage in RULES[rule_id].stages]
    found = [assess(case, stage=stage).by_rule(rule_id) for stage in stages]
    return any(each is not None and each.title == RULES[rule_id].title for each in found)


def test_every_rule_is_in_the_table() -> None:
    assert set(FIRST_AND_LAST) == set(RULES)


@pytest.mark.parametrize("rule_id", sorted(FIRST_AND_LAST))
def test_a_rule_answers_from_its_first_day_to_its_last_and_on_no_other(rule_id: str) -> None:
    first, last = FIRST_AND_LAST[rule_id]
    if first > START_2003:
        assert not _answers(rule_id, first - ONE_DAY)
    assert _answers(rule_id, first)
    assert _answers(rule_id, last or date(2026, 12, 31))
    if last:
        assert not _answers(rule_id, last + ONE_DAY)


@pytest.mark.parametrize("rule_id", sorted(FIRST_AND_LAST))
def test_the_list_of_rules_in_force_agrees(rule_id: str) -> None:
    first, last = FIRST_AND_LAST[rule_id]
    act = Act.LAB if Act.LAB in RULES[rule_id].acts else Act.INL

    def is_listed(on: date) -> bool:
        return rule_id in {each.id for each in rules_in_force(on, act)}

    assert [is_listed(first - ONE_DAY), is_listed(first), is_listed(last or date.max)] == [False, True, True]
    assert last is None or not is_listed(last + ONE_DAY)


def test_a_rule_moved_by_a_day_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: B09 begins a day late."""
    assert "B09" in {each.id for each in rules_in_force(YEAR_2014)}
    late = replace(RULES["B09"], in_force=Period(YEAR_2014 + ONE_DAY))
    monkeypatch.setattr(catalogue, "RULES", {**RULES, "B09": late})
    assert "B09" not in {each.id for each in rules_in_force(YEAR_2014)}


DATED_SOURCES = [
    (rule, start, source)
    for rule in RULES.values()
    for start, source in rule.sources
    if start > rule.in_force.start
]


@pytest.mark.parametrize(
    ("rule", "start", "source"), DATED_SOURCES, ids=lambda each: getattr(each, "id", None)
)
def test_a_finding_names_the_act_of_its_date_on_both_sides_of_a_change(
    rule: Rule, start: date, source: object
) -> None:
    assert rule.source_on(start) is source
    assert rule.source_on(start - ONE_DAY) is not source


def test_sources_are_in_order_and_lie_inside_the_rule() -> None:
    for rule in RULES.values():
        starts = [start for start, _ in rule.sources]
        assert starts == sorted(set(starts))
        assert all(start in rule.in_force or start <= rule.in_force.start for start in starts)
        assert all(source.url.startswith("http") for _, source in rule.sources)


def test_nothing_is_in_force_before_the_scheme() -> None:
    assert rules_in_force(date(2003, 6, 9)) == ()
    assert rules_in_force(date(2003, 6, 9), Act.INL) == ()
