"""The auditor's questions asked of very many cases, with the very answers that each case alone would get.

Most questions, and most rules of the law, look only at codes, at marks, and at whether something was written. Cases
that agree in all of that have one *shape*, and such a question is asked once for all of them. Which questions those
are is nowhere written down: each is asked of an outline that shows the shape and nothing else. One that reaches for
more, a length or an amount, is asked of every case itself. So there is one set of rules and no second to keep in
step with it.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

from brobygger.law.codes import PriceLineKind
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer as LawsAnswer
from brobygger.law.finding import Outcome
from brobygger.law.parameters import Parameters, shipped
from brobygger.law.registry import RuleOnDay
from brobygger.review.facts import CaseFacts
from brobygger.review.questions import QUESTIONS, Answer, Question, asked
from brobygger.review.the_law import (
    Law,
    LawAnswer,
    act_of,
    days_of_regime,
    facts_of,
    is_objection,
    own_law_facts,
    rated_kinds,
    rule_answer,
    rules_on,
    shared_law_facts,
)
from brobygger.values.period import ONE_DAY

SHAPE = (
    "is_given", "is_decided", "is_before_reform", "has_decider", "has_rate", "begun", "act", "target_group", "context",
    "support_type", "mentor_kind", "purpose", "tasks", "qualifications", "decisive", "beyond_normal", "not_usual_work",
    "at_school", "right_and_duty", "decision_kind", "reasons", "rules_named", "hearing", "hearing_needed",
    "fully_upheld", "reassessed", "complaint_guidance", "mentor_is_decider", "agreement_items", "agreement_written",
    "hours_reason", "price_line_kinds",
)  # fmt: skip
"""What makes the shape of a case: facts that few different values stand for, and what follows from others."""

MOST_SHAPES = 20_000
"""Shapes kept at a time; a country has some thousand."""

Outline = TypeVar("Outline")

_shape_of = attrgetter(*SHAPE)


def _facts_no_case_tells() -> dict[str, Any]:
    """Facts of the law that no case has a value for, as the law takes them then."""
    case = CaseFacts(case_code="")
    told = {*shared_law_facts(case), *own_law_facts(case, date.min)}
    return {each.name: each.default for each in fields(Facts) if each.name not in told}


_UNTOLD = _facts_no_case_tells()


class LooksFurther(Exception):
    """A rule wants a fact that the shape does not tell."""


def _looks_further(*_seen: object) -> NoReturn:
    raise LooksFurther


_WAYS_OF_LOOKING = (
    "getattr", "format", "str", "repr", "hash", "bool", "eq", "ne", "lt", "le", "gt", "ge", "add", "radd", "sub",
    "rsub", "mul", "rmul", "truediv", "rtruediv", "int", "float", "index", "len", "iter", "contains", "getitem",
)  # fmt: skip


def _opaque(outline: type[Outline]) -> type[Outline]:
    """A class of values that show what is written in it and nothing else."""
    for way in _WAYS_OF_LOOKING:
        if f"__{way}__" not in vars(outline):
            setattr(outline, f"__{way}__", _looks_further)
    return outline


@_opaque
class _Outline:
    """A case of which only the shape can be seen."""

    def __init__(self, case: CaseFacts) -> None:
        self.__dict__.update(zip(SHAPE, _shape_of(case), strict=True))


@_opaque
class _AmountOutline:
    """An amount of which only that it is above 0 can be seen."""

    def is_finite(self) -> bool:
        return True

    def __gt__(self, other: object) -> bool:
        return True if other == 0 else _looks_further()


@_opaque
class _DayOutline:
    """A day of which only what comes before and after it can be seen.

    Every day of ``[first, end)`` has compared as this one has: whoever asked nothing else has answered for them all.
    """

    def __init__(self, day: date, first: date, end: date) -> None:
        self._day, self._first, self._end = day, first, end

    def __lt__(self, other: date) -> bool:
        if self._day < other:
            self._end = min(self._end, other)
            return True
        self._first = max(self._first, other)
        return False

    def __ge__(self, other: date) -> bool:
        return not self < other

    def __le__(self, other: date) -> bool:
        return _looks_further() if other == date.max else self < other + ONE_DAY

    def __gt__(self, other: date) -> bool:
        return not self <= other

    def span(self) -> tuple[date, date]:
        """[first, end) as far as it has been asked."""
        return self._first, self._end


@_opaque
class _LineOutline:
    """A price line of which only the kind can be seen, and whether its rate is told."""

    text, per_hour = "", True

    def __init__(self, kind: PriceLineKind, has_rate: bool | None) -> None:
        self.kind, self.amount = kind, _AmountOutline() if has_rate else None


@_opaque
class _LawOutline:
    """The facts of the law of which only what follows from the shape can be seen, and the day from afar."""

    has_purpose, has_decisive_reason = Facts.has_purpose, Facts.has_decisive_reason
    has_tasks, has_qualifications = Facts.has_tasks, Facts.has_qualifications

    def __init__(self, shared: dict[str, Any], lines: tuple[_LineOutline, ...], day: _DayOutline) -> None:
        self.__dict__.update({**_UNTOLD, **shared, "price_lines": lines, "on": day})


class _Regime(NamedTuple):
    """The law from ``first`` until ``end`` as one shape meets it.

    ``rules``: those that must be asked of each case (None), and what others have against every one of them.
    """

    first: date
    end: date
    rules: tuple[tuple[RuleOnDay, LawsAnswer | None], ...]


class Shape(Law):
    """What cases of one shape share.

    ``told`` are the answers that count for each of them, ``failures`` those that fail (question, sentence and remedy),
    ``asked`` the questions that each must be asked, and ``asked_ids`` their ids.
    """

    __slots__ = (
        "_act",
        "_has_rate",
        "_lines",
        "_regimes",
        "_shared",
        "asked",
        "asked_ids",
        "failures",
        "told",
    )

    def __init__(self, case: CaseFacts, on: date, numbers: Parameters) -> None:
        super().__init__(numbers)
        self._act, self._shared, self._has_rate = act_of(case), shared_law_facts(case), case.has_rate
        self._lines = tuple(_LineOutline(kind, self._has_rate) for kind in rated_kinds(case))
        self._regimes: list[_Regime] = []
        self.told, self.asked = self._ask_outline(case, on)
        self.asked_ids = tuple(each.id for each in self.asked)
        self.failures = tuple(
            (each.id, (answer.sentence, answer.remedy))
            for each, answer in self.told
            if answer.outcome is Outcome.NOT_SATISFIED
        )

    def _ask_outline(
        self, case: CaseFacts, on: date
    ) -> tuple[tuple[tuple[Question, Answer], ...], tuple[Question, ...]]:
        outline = cast(CaseFacts, _Outline(case))
        told, further = [], []
        for each in QUESTIONS.values():
            try:
                answer = asked(each, outline, on, self)
            except LooksFurther:
                further.append(each)
            else:
                if answer is not None:
                    told.append((each, answer))
        return tuple(told), tuple(further)

    def objections(self, case: CaseFacts, day: date) -> list[LawAnswer]:
        """As of ``Law``: what the shape tells has been asked, the rest is asked of the case."""
        found: list[LawAnswer] = []
        facts: Facts | None = None
        for each, answer in self._regime_of(day).rules:
            if answer is None:
                facts = facts or facts_of(self._shared, **own_law_facts(case, day))
                answer = rule_answer(each, facts, self.numbers)
                if answer is None or not is_objection(answer):
                    continue
            found.append((each, answer))
        return found

    def _regime_of(self, day: date) -> _Regime:
        for regime in self._regimes:
            if regime.first <= day < regime.end:
                return regime
        regime = self._new_regime(day)
        self._regimes.append(regime)
        return regime

    def _new_regime(self, day: date) -> _Regime:
        seen = _DayOutline(day, *days_of_regime(day))
        outline = cast(Facts, _LawOutline(self._shared, self._lines, seen))
        rules: list[tuple[RuleOnDay, LawsAnswer | None]] = []
        for each in rules_on(day, self._act, has_rate=self._has_rate):
            try:
                answer = rule_answer(each, outline, self.numbers)
            except LooksFurther:
                rules.append((each, None))
            else:
                if answer is not None and is_objection(answer):
                    rules.append((each, answer))
        return _Regime(*seen.span(), tuple(rules))


@lru_cache(maxsize=4)
def reviewer_of(on: date, numbers: Parameters) -> Reviewer:
    """One that goes on with what it learnt in the municipality before, where the same numbers count."""
    return Reviewer(on, numbers)


class Reviewer:
    """Asks every question of many cases on one day, with the numbers that count in one municipality."""

    def __init__(self, on: date, numbers: Parameters | None = None) -> None:
        self.on, self.numbers = on, numbers or shipped()
        self._shapes: dict[tuple[Any, ...], Shape] = {}

    def shape_of(self, case: CaseFacts) -> Shape:
        """What the case shares with the others of its shape."""
        key = _shape_of(case)
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            shape = self._shapes[key] = Shape(case, self.on, self.numbers)
        return shape

    def answers(self, case: CaseFacts, shape: Shape) -> list[Answer | None]:
        """What the questions ``shape.asked`` say of the case itself, in their order."""
        on = self.on
        return [
            each.check(case, on, shape) if each.reads_law else each.check(case, on) for each in shape.asked
        ]

    def ask(self, case: CaseFacts) -> list[tuple[Question, Answer]]:
        """What every question that concerns the case says, in the order of their ids: as ``questions.review``."""
        shape = self.shape_of(case)
        own = zip(shape.asked, self.answers(case, shape), strict=True)
        found = [*shape.told, *((each, answer) for each, answer in own if answer is not None)]
        found.sort(key=_id)
        return found


def _id(pair: tuple[Question, Answer]) -> str:
    return pair[0].id
