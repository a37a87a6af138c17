"""How a rule is written down: a function with an id, a sentence, sources and the days it holds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from brobygger.law.codes import Act, Labelled
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, Finding, ParameterUse
from brobygger.law.parameters import Parameters, shipped
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source


class Stage(Labelled):
    """The step a case is at; a rule answers only at its own steps."""

    APPLICATION = "APPLICATION", "Ansøgning"
    GRANT = "GRANT", "Bevilling"
    START = "START", "Start"
    PAYMENT = "PAYMENT", "Betaling"
    DECISION = "DECISION", "Afgørelse"


ASSESSMENT_STAGES = frozenset({Stage.APPLICATION, Stage.GRANT})
DECISION_STAGES = frozenset({Stage.GRANT})
START_STAGES = frozenset({Stage.START})
PRICE_STAGES = frozenset({Stage.APPLICATION, Stage.GRANT, Stage.PAYMENT})
PAYMENT_STAGES = frozenset({Stage.PAYMENT})
LETTER_STAGES = frozenset({Stage.DECISION})

ONLY_LAB = frozenset({Act.LAB})
ONLY_INL = frozenset({Act.INL})
BOTH_ACTS = frozenset({Act.LAB, Act.INL})

AnyCheck = TypeVar("AnyCheck", bound=Callable[..., Answer | None])
"""A check of the facts alone, or of the facts and the numbers that count."""
_CERTAIN = (Confidence.HIGH, Confidence.MEDIUM)


@dataclass(frozen=True)
class Rule:
    """A sentence of the law (``text``, Danish) and the function that holds it against the facts of a case.

    ``sources`` are dated, oldest first: the same sentence may have stood in several acts.
    ``note`` says what is uncertain about the dates or the wording.
    """

    id: str
    title: str
    text: str
    in_force: Period
    sources: tuple[tuple[date, Source], ...]
    check: Callable[..., Answer | None]
    acts: frozenset[Act] = ONLY_LAB
    stages: frozenset[Stage] = ASSESSMENT_STAGES
    note: str = ""

    @property
    def source(self) -> Source:
        """Where the sentence stands now, or stood last."""
        return self.sources[-1][1]

    @property
    def confidence(self) -> Confidence:
        return self.source.confidence

    @property
    def chapter(self) -> str:
        return self.id[0]

    def source_on(self, day: date) -> Source:
        """Where the sentence stood on a day it was in force."""
        return [source for start, source in self.sources if start <= day][-1]

    @cached_property
    def reads_parameters(self) -> bool:
        """Whether the check takes the numbers beside the facts."""
        return len(inspect.signature(self.check).parameters) == 2

    def answer(self, facts: Facts, parameters: Parameters) -> Answer | None:
        return self.check(facts, parameters) if self.reads_parameters else self.check(facts)

    def assess(self, facts: Facts, parameters: Parameters | None = None) -> Finding | None:
        """What the rule says about the facts, None where it does not concern them.

        Call it only for a date the rule is in force.
        """
        answer = self.answer(facts, parameters or shipped())
        return None if answer is None else self.on(facts.on).finding(answer)

    def on(self, day: date) -> RuleOnDay:
        """The rule with the source of a day it is in force."""
        source = self.source_on(day)
        return RuleOnDay(self, source, source.confidence in _CERTAIN)


class RuleOnDay:
    """A rule between two changes of the law: what every finding of those days shares."""

    __slots__ = ("_shared", "certain", "check", "reads_parameters", "rule", "source")

    def __init__(self, rule: Rule, source: Source, certain: bool) -> None:
        self.rule, self.source, self.certain = rule, source, certain
        self.check, self.reads_parameters = rule.check, rule.reads_parameters
        self._shared = {
            "rule_id": rule.id,
            "source": source,
            "title": rule.title,
            "in_force": rule.in_force,
            "parameters": (),
        }

    def finding(self, answer: Answer) -> Finding:
        """The answer as a finding.

        Written past the frozen class's initialiser, which costs more than most checks when a whole country is read.
        """
        found = _new(Finding)
        outcome, sentence, remedy, used, field, parameters, confirmed = answer
        found.__dict__.update(
            self._shared,
            outcome=outcome,
            sentence=sentence,
            remedy=remedy,
            facts_used=used,
            field=field,
            confirmed=confirmed and self.certain,
        )
        if parameters:
            found.__dict__["parameters"] = tuple(ParameterUse.of(each) for each in parameters)
            if any(each.is_local and each.source.confidence not in _CERTAIN for each in parameters):
                found.__dict__["confirmed"] = False
        return found


_new = object.__new__

registered: dict[str, Rule] = {}


def rule(
    rule_id: str,
    *,
    title: str,
    text: str,
    in_force: Period,
    sources: Iterable[tuple[date, Source]] | Source,
    acts: frozenset[Act] = ONLY_LAB,
    stages: frozenset[Stage] = ASSESSMENT_STAGES,
    note: str = "",
) -> Callable[[AnyCheck], AnyCheck]:
    """Registers a rule's check. Raises ValueError for an id used twice or a first day without source."""
    dated = ((in_force.start, sources),) if isinstance(sources, Source) else tuple(sources)
    if rule_id in registered:
        raise ValueError(f"Reglen {rule_id} er allerede skrevet.")
    if dated[0][0] > in_force.start:
        raise ValueError(f"Reglen {rule_id} mangler en kilde for sin første dag.")

    def register(check: AnyCheck) -> AnyCheck:
        registered[rule_id] = Rule(rule_id, title, text, in_force, dated, check, acts, stages, note)
        return check

    return register
