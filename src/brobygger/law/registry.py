"""How a rule is written down: a function with an id, a sentence, sources and the days it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from brobygger.law.codes import Act, Labelled
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, Finding, ParameterUse
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source


class Stage(Labelled):
    """The step a case is at; a rule answers only at its own steps."""

    APPLICATION = "APPLICATION", "Ansøgning"
    GRANT = "GRANT", "Bevilling"
    START = "START", "Start"
    PAYMENT = "PAYMENT", "Betaling"


ASSESSMENT_STAGES = frozenset({Stage.APPLICATION, Stage.GRANT})
DECISION_STAGES = frozenset({Stage.GRANT})
START_STAGES = frozenset({Stage.START})
PRICE_STAGES = frozenset({Stage.APPLICATION, Stage.GRANT, Stage.PAYMENT})

ONLY_LAB = frozenset({Act.LAB})
ONLY_INL = frozenset({Act.INL})
BOTH_ACTS = frozenset({Act.LAB, Act.INL})

Check = Callable[[Facts], Answer | None]
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
    check: Check
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

    def assess(self, facts: Facts) -> Finding | None:
        """What the rule says about the facts, None where it does not concern them.

        Call it only for a date the rule is in force.
        """
        answer = self.check(facts)
        if answer is None:
            return None
        source = self.source_on(facts.on)
        return Finding(
            rule_id=self.id,
            outcome=answer.outcome,
            sentence=answer.sentence,
            remedy=answer.remedy,
            facts_used=answer.used,
            source=source,
            confirmed=answer.confirmed and source.confidence in _CERTAIN,
            field=answer.field,
            title=self.title,
            in_force=self.in_force,
            parameters=tuple(ParameterUse.of(each) for each in answer.parameters),
        )


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
) -> Callable[[Check], Check]:
    """Registers a rule's check. Raises ValueError for an id used twice or a first day without source."""
    dated = ((in_force.start, sources),) if isinstance(sources, Source) else tuple(sources)
    if rule_id in registered:
        raise ValueError(f"Reglen {rule_id} er allerede skrevet.")
    if dated[0][0] > in_force.start:
        raise ValueError(f"Reglen {rule_id} mangler en kilde for sin første dag.")

    def register(check: Check) -> Check:
        registered[rule_id] = Rule(rule_id, title, text, in_force, dated, check, acts, stages, note)
        return check

    return register
