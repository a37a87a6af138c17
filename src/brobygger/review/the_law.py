"""The law of the day a case was decided, held against the case: what question K09 rests on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from brobygger.law.catalogue import CHANGE_DAYS, RULES, Stage, rules_in_force
from brobygger.law.codes import Act, PriceLineKind
from brobygger.law.facts import Facts, PriceLineFact
from brobygger.law.finding import Answer, Outcome
from brobygger.law.parameters import Parameters
from brobygger.law.registry import RuleOnDay
from brobygger.law.target_groups import INTEGRATION
from brobygger.review.facts import CaseFacts, Documented
from brobygger.values.period import Period

LawAnswer = tuple[RuleOnDay, Answer]
Sentences = tuple[list[str], list[str], list[str]]
"""(what is broken, what is broken by law that is not confirmed, what cannot be answered)."""

RATED = (PriceLineKind.WAGE, PriceLineKind.FEE)
"""The price lines that the rate of a case is held against; what may not be paid at all has its own question (K21)."""


OF_THE_AMOUNT = frozenset({"D03", "D04"})
"""The rules that look at the rate itself; the other rules of the price look at what is paid for."""


class Law:
    """The law as a case is held against it. ``numbers`` are those that count in the municipality."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: Parameters) -> None:
        self.numbers = numbers

    def objections(self, case: CaseFacts, day: date) -> Iterable[LawAnswer]:
        """What the rules of a day do not find satisfied in the first decision, in the order of their ids."""
        facts = law_facts(case, day)
        rules = rules_on(day, facts.act, has_rate=case.has_rate)
        answers = ((each, rule_answer(each, facts, self.numbers)) for each in rules)
        return [(each, answer) for each, answer in answers if answer is not None and is_objection(answer)]


def is_objection(answer: Answer) -> bool:
    """Whether the rule is broken or cannot be answered."""
    return answer.outcome is not Outcome.SATISFIED


def rule_answer(rule: RuleOnDay, facts: Facts, numbers: Parameters) -> Answer | None:
    """What one rule says of the facts, None where it does not concern them."""
    return rule.check(facts, numbers) if rule.reads_parameters else rule.check(facts)


def law_of_the_day(case: CaseFacts, decided_on: date, law: Law) -> Sentences:
    """What the law of the first decision, and of each prolongation on its first day, has against a case."""
    found: Sentences = ([], [], [])
    for each, answer in law.objections(case, decided_on):
        _add(found, answer, is_certain=answer.confirmed and each.certain, source=each.source)
    if case.periods is not None and len(case.periods) > 1:
        _add_later_periods(case, law.numbers, found)
    return found


def _add(found: Sentences, answer: Answer, *, is_certain: bool, source: object) -> None:
    broken, unsure, open_ = found
    if answer.outcome is Outcome.CANNOT_TELL:
        open_.append(answer.sentence)
    else:
        (broken if is_certain else unsure).append(f"{answer.sentence} ({source})")


def rules_on(day: date, act: Act, *, has_rate: bool | None) -> tuple[RuleOnDay, ...]:
    """The rules of a decision on a day; what an amount must be is asked only where the amount is told.

    Asked without findings: those of a whole country that nobody reads cost more than the rules.
    """
    return _rules_from(days_of_regime(day)[0], act, has_rate is None)


def days_of_regime(day: date) -> tuple[date, date]:
    """The days between two changes of the law that ``day`` lies among, as [first, end)."""
    place = bisect_right(CHANGE_DAYS, day)
    end = CHANGE_DAYS[place] if place < len(CHANGE_DAYS) else date.max
    return (CHANGE_DAYS[place - 1] if place else date.min), end


@lru_cache(maxsize=256)
def _rules_from(first_day: date, act: Act, without_amounts: bool) -> tuple[RuleOnDay, ...]:
    """The rules of a decision from one change of the law to the next."""
    rules = (each for each in rules_in_force(first_day, act) if Stage.GRANT in each.stages)
    left_out = OF_THE_AMOUNT if without_amounts else frozenset()
    return tuple(each.on(first_day) for each in rules if each.id not in left_out)


def law_facts(case: CaseFacts, on: date) -> Facts:
    """What the law looks at for the first decision of a case."""
    return facts_of(shared_law_facts(case), **own_law_facts(case, on))


def facts_of(shared: Mapping[str, Any], **own: Any) -> Facts:
    """Facts with these values and else none.

    Written past the frozen class's initialiser, which costs more than most rules when a whole country is asked.
    """
    facts = object.__new__(Facts)
    facts.__dict__.update(shared, **own)
    return facts


def shared_law_facts(case: CaseFacts) -> dict[str, Any]:
    """Those of the facts that have few values: codes, marks, and whether something was written."""
    return {
        "act": act_of(case),
        "target_group": case.target_group,
        "context": case.context,
        "support_type": case.support_type,
        "self_supporting": None if case.target_group is None else case.target_group == "SELF",
        "purpose": _words(case.purpose),
        "decisive_reason": _words(case.decisive),
        "beyond_normal_reason": _words(case.beyond_normal),
        "tasks": (_words(case.tasks),),
        "qualifications": _words(case.qualifications),
        "mentor_kind": case.mentor_kind,
        "mentor_decides_case": False,  # K13 asks
        "not_usual_work": case.not_usual_work,
        "at_school": case.at_school,
        "hours_reason": _words(case.hours_reason),
        "decided_by_municipality": True if case.has_decider else None,
    }


def own_law_facts(case: CaseFacts, on: date) -> dict[str, Any]:
    """Those of the facts that differ from case to case: days, lengths, numbers."""
    return {
        "on": on,
        "age": case.age,
        "organisation_employees": case.employees,
        "period": _period(*case.periods[0]) if case.periods else None,
        "minutes_total": case.granted_minutes,
        "price_lines": _price_lines(case),
        "discharge_on": case.discharge_on,
        "education_admission_on": case.education_admission_on,
        "in_group_since": case.in_group_since,
    }


def act_of(case: CaseFacts) -> Act:
    """The act of the case; where it is not told, the one that its target group belongs to."""
    return case.act or (Act.INL if case.target_group == INTEGRATION else Act.LAB)


def _words(value: Documented) -> str:
    if isinstance(value, str):
        return value
    return "Skrevet i sagen." if value else ""


@lru_cache(maxsize=65_536)
def _period(start: date, end: date | None) -> Period | None:
    return None if end is not None and end <= start else Period(start, end)


def rated_kinds(case: CaseFacts) -> tuple[PriceLineKind, ...]:
    """Wage and fee where the case has them, and its price for the hour is not known to be nothing."""
    if not case.price_line_kinds or case.has_rate is False:
        return ()
    return tuple(kind for kind in RATED if kind in case.price_line_kinds)


def _price_lines(case: CaseFacts) -> tuple[PriceLineFact, ...]:
    kinds, rate = rated_kinds(case), case.hourly_rate
    return _lines(kinds, None if rate is None else str(rate)) if kinds else ()


@lru_cache(maxsize=8_192)
def _lines(kinds: tuple[PriceLineKind, ...], rate: str | None) -> tuple[PriceLineFact, ...]:
    """The rate as it is written: 250 and 250.00 are equal and not the same."""
    amount = None if rate is None else Decimal(rate)
    return tuple(PriceLineFact(kind, amount) for kind in kinds)


def _add_later_periods(case: CaseFacts, numbers: Parameters, found: Sentences) -> None:
    """Holds each prolongation against the rules of length and of a new assessment, on its first day."""
    assert case.periods is not None
    shared = {"act": act_of(case), "reassessed": case.reassessed}
    previous = _period(*case.periods[0])
    for start, end_before in case.periods[1:]:
        period = _period(start, end_before)
        facts = facts_of(shared, on=start, period=period, previous_period=previous)
        for rule_id in ("B09", "P02"):
            _ask_of_prolongation(rule_id, facts, numbers, found)
        previous = period


def _ask_of_prolongation(rule_id: str, facts: Facts, numbers: Parameters, found: Sentences) -> None:
    rule = RULES[rule_id]
    if facts.act not in rule.acts or facts.on not in rule.in_force:
        return
    answer = rule.answer(facts, numbers)
    if answer is not None and is_objection(answer):
        _add(found, answer, is_certain=answer.confirmed, source=rule.source_on(facts.on))
