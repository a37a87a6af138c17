"""Every rule, which of them hold on a date, and what they say about a case."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

# The chapters register their rules when they are imported.
from brobygger.law import (  # noqa: F401
    agreement,
    conditions,
    decision,
    delivery,
    eligibility,
    integration,
    mentor,
    payment,
    periods,
    reimbursement,
    right_and_duty,
    rights,
)
from brobygger.law.codes import Act
from brobygger.law.facts import Facts
from brobygger.law.finding import Finding, Outcome
from brobygger.law.information import INFORMATION, Information, information_in_force
from brobygger.law.parameters import Parameters, shipped
from brobygger.law.registry import Rule, RuleOnDay, Stage, registered, rule
from brobygger.law.target_groups import SCHEME_START
from brobygger.law.wording import danish_date
from brobygger.values.period import Period

__all__ = [
    "INFORMATION",
    "RULES",
    "Assessment",
    "Information",
    "Rule",
    "Stage",
    "assess",
    "assess_many",
    "information_in_force",
    "rule",
    "rules_in_force",
]

RULES: Mapping[str, Rule] = MappingProxyType(dict(sorted(registered.items())))
"""The rules by id, in the order of their ids."""


@dataclass(frozen=True)
class Assessment:
    """What the law of the date says about the facts."""

    findings: tuple[Finding, ...]
    on: date
    act: Act = Act.LAB
    stage: Stage = Stage.GRANT

    @property
    def allows(self) -> bool:
        """Whether no rule is broken."""
        return not self.blocking

    @property
    def complete(self) -> bool:
        """Whether every rule could be answered."""
        return not self.unanswered

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return self._with(Outcome.NOT_SATISFIED)

    @property
    def unanswered(self) -> tuple[Finding, ...]:
        return self._with(Outcome.CANNOT_TELL)

    def _with(self, outcome: Outcome) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.outcome is outcome)

    def for_field(self, name: str) -> tuple[Finding, ...]:
        """The findings that concern a form field."""
        return tuple(each for each in self.findings if each.field == name)

    def by_rule(self, rule_id: str) -> Finding | None:
        return next((each for each in self.findings if each.rule_id == rule_id), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, to be stored with a decision."""
        return {
            "on": self.on.isoformat(),
            "act": self.act.value,
            "stage": self.stage.value,
            "findings": [each.to_dict() for each in self.findings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Assessment:
        """Raises KeyError and ValueError for what ``to_dict`` did not write."""
        return cls(
            findings=tuple(Finding.from_dict(each) for each in data["findings"]),
            on=date.fromisoformat(data["on"]),
            act=Act(data["act"]),
            stage=Stage(data["stage"]),
        )


def rules_in_force(on: date, act: Act = Act.LAB) -> tuple[Rule, ...]:
    """The rules of an act on a date, in the order of their ids; none before the scheme began."""
    return tuple(each for each in RULES.values() if act in each.acts and on in each.in_force)


CHANGE_DAYS = sorted(
    {each.in_force.start for each in RULES.values()}
    | {each.in_force.end for each in RULES.values() if each.in_force.end}
    | {start for each in RULES.values() for start, _ in each.sources}
)
"""The days on which a rule begins, ends or moves; between two of them the same rules answer."""


@lru_cache(maxsize=1024)
def _asked(first_day: date, act: Act, stage: Stage) -> tuple[RuleOnDay, ...]:
    return tuple(each.on(first_day) for each in rules_in_force(first_day, act) if stage in each.stages)


def _relevant(on: date, act: Act, stage: Stage) -> tuple[RuleOnDay, ...]:
    return _asked(CHANGE_DAYS[bisect_right(CHANGE_DAYS, on) - 1], act, stage)


def assess(facts: Facts, *, stage: Stage = Stage.GRANT, parameters: Parameters | None = None) -> Assessment:
    """What each rule in force on ``facts.on`` says at a stage; rules that do not concern it are silent.

    START asks only about the agreement (C01, C02); PAYMENT about price, account and reimbursement; DECISION about
    the letter. ``parameters`` are the numbers with an administrator's rows, the shipped ones unless given. Never
    raises for any facts.
    """
    on = facts.on
    if on < SCHEME_START:
        return Assessment((_before_the_scheme(on),), on, facts.act, stage)
    numbers = parameters or shipped()
    findings = []
    for each in _relevant(on, facts.act, stage):
        answer = each.check(facts, numbers) if each.reads_parameters else each.check(facts)
        if answer is not None:
            findings.append(each.finding(answer))
    return Assessment(tuple(findings), on, facts.act, stage)


def assess_many(
    cases: Iterable[Facts], *, stage: Stage = Stage.GRANT, parameters: Parameters | None = None
) -> Iterator[Assessment]:
    """``assess`` of each case, in their order and one at a time, so that a whole country needs no memory."""
    numbers = parameters or shipped()
    for facts in cases:
        yield assess(facts, stage=stage, parameters=numbers)


def _before_the_scheme(on: date) -> Finding:
    first = RULES["A01"]
    return Finding(
        rule_id=first.id,
        outcome=Outcome.NOT_SATISFIED,
        sentence=f"Mentorordningen fandtes ikke den {danish_date(on)}; den kom i 2003.",
        remedy="Ret datoen.",
        facts_used=(("Dato", danish_date(on)),),
        source=first.source,
        confirmed=True,
        field="starts_on",
        title=first.title,
        in_force=Period(SCHEME_START, first.in_force.end),
    )
