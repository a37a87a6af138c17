"""What a rule says about the facts of a case, fit to be shown and to be stored with a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from brobygger.law.codes import Labelled
from brobygger.law.parameters import ParameterValue
from brobygger.law.wording import number
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

FIELDS = (
    "target_group",
    "context",
    "purpose",
    "decisive_reason",
    "beyond_normal_reason",
    "tasks",
    "qualifications",
    "mentor",
    "starts_on",
    "ends_on",
    "phases",
    "price_lines",
    "organisation",
    "agreement",
)
"""The form fields that a finding can concern."""


class Outcome(Labelled):
    SATISFIED = "SATISFIED", "Opfyldt"
    NOT_SATISFIED = "NOT_SATISFIED", "Ikke opfyldt"
    CANNOT_TELL = "CANNOT_TELL", "Kan ikke afgøres endnu"


@dataclass(frozen=True)
class ParameterUse:
    """A number of the law as it was when a rule used it; ``local_source`` names an administrator's source."""

    id: str
    amount: str
    unit: str
    start: date
    local_source: str = ""

    @classmethod
    def of(cls, value: ParameterValue) -> ParameterUse:
        amount = value.text if value.amount is None else number(value.amount)
        return cls(value.id, amount, value.unit, value.start, str(value.source) if value.is_local else "")

    def to_dict(self) -> dict[str, str]:
        data = {"id": self.id, "amount": self.amount, "unit": self.unit, "start": self.start.isoformat()}
        return {**data, "local_source": self.local_source} if self.local_source else data

    @classmethod
    def from_dict(cls, data: Mapping[str, str]) -> ParameterUse:
        return cls(
            data["id"],
            data["amount"],
            data["unit"],
            date.fromisoformat(data["start"]),
            data.get("local_source", ""),
        )


class Answer(NamedTuple):
    """What the check of a rule returns; the catalogue adds which rule it was."""

    outcome: Outcome
    sentence: str
    remedy: str = ""
    used: tuple[tuple[str, str], ...] = ()
    field: str = ""
    parameters: tuple[ParameterValue, ...] = ()
    confirmed: bool = True


def satisfied(
    sentence: str,
    *,
    field: str = "",
    used: tuple[tuple[str, str], ...] = (),
    parameters: tuple[ParameterValue, ...] = (),
    confirmed: bool = True,
) -> Answer:
    return Answer(Outcome.SATISFIED, sentence, "", used, field, parameters, confirmed)


def not_satisfied(
    sentence: str,
    remedy: str,
    *,
    field: str = "",
    used: tuple[tuple[str, str], ...] = (),
    parameters: tuple[ParameterValue, ...] = (),
    confirmed: bool = True,
) -> Answer:
    return Answer(Outcome.NOT_SATISFIED, sentence, remedy, used, field, parameters, confirmed)


def cannot_tell(
    sentence: str,
    remedy: str,
    *,
    field: str = "",
    used: tuple[tuple[str, str], ...] = (),
    parameters: tuple[ParameterValue, ...] = (),
    confirmed: bool = True,
) -> Answer:
    return Answer(Outcome.CANNOT_TELL, sentence, remedy, used, field, parameters, confirmed)


@dataclass(frozen=True)
class Finding:
    """One rule's answer. ``field`` is '' or the form field it concerns; ``remedy`` is '' when satisfied.

    ``confirmed`` is False where the rule, or what is concluded from it, is not certain; a screen must say so.
    ``in_force`` is the period of the rule's wording, so that an old decision can be explained.
    """

    rule_id: str
    outcome: Outcome
    sentence: str
    remedy: str
    facts_used: tuple[tuple[str, str], ...]
    source: Source
    confirmed: bool
    field: str
    title: str
    in_force: Period
    parameters: tuple[ParameterUse, ...] = ()

    @property
    def is_satisfied(self) -> bool:
        return self.outcome is Outcome.SATISFIED

    @property
    def blocks(self) -> bool:
        return self.outcome is Outcome.NOT_SATISFIED

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; ``from_dict`` gives the same finding back."""
        return {
            "rule_id": self.rule_id,
            "title": self.title,
            "outcome": self.outcome.value,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "facts_used": [list(pair) for pair in self.facts_used],
            "source": {
                "act": self.source.act,
                "paragraph": self.source.paragraph,
                "url": self.source.url,
                "confidence": self.source.confidence.value,
            },
            "confirmed": self.confirmed,
            "field": self.field,
            "in_force": {
                "from": self.in_force.start.isoformat(),
                "to": self.in_force.end.isoformat() if self.in_force.end else None,
            },
            "parameters": [each.to_dict() for each in self.parameters],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """Raises KeyError and ValueError for what ``to_dict`` did not write."""
        source, in_force = data["source"], data["in_force"]
        return cls(
            rule_id=data["rule_id"],
            outcome=Outcome(data["outcome"]),
            sentence=data["sentence"],
            remedy=data["remedy"],
            facts_used=tuple((label, value) for label, value in data["facts_used"]),
            source=Source(
                source["act"], source["paragraph"], source["url"], Confidence(source["confidence"])
            ),
            confirmed=data["confirmed"],
            field=data["field"],
            title=data["title"],
            in_force=Period(
                date.fromisoformat(in_force["from"]),
                date.fromisoformat(in_force["to"]) if in_force["to"] else None,
            ),
            parameters=tuple(ParameterUse.from_dict(each) for each in data["parameters"]),
        )
