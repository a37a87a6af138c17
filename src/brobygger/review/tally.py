"""Counting what the questions say of very many cases, by group, and keeping what fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

from brobygger.law.finding import Outcome
from brobygger.review.facts import CaseFacts
from brobygger.review.shapes import Reviewer, Shape

Key = TypeVar("Key", bound=Hashable)
Group = TypeVar("Group", bound=Hashable)

_FAILED = Outcome.NOT_SATISFIED
_PLACE = {Outcome.SATISFIED: 0, Outcome.NOT_SATISFIED: 1, Outcome.CANNOT_TELL: 2}


class Words(NamedTuple):
    """What fails, and what mends it."""

    sentence: str
    remedy: str


class Count(NamedTuple):
    """How one question went for the cases of a group; it was silent in the rest of them."""

    passed: int
    failed: int
    cannot_tell: int


class Tally(Generic[Key, Group]):
    """``failures``: (case, question) -> words; ``by_group``: how many cases each group has.

    Answers are counted together for cases of one group that answer alike, and not one by one.
    """

    def __init__(self, reviewer: Reviewer) -> None:
        self.failures: dict[tuple[Key, str], Words] = {}
        self.by_group: Counter[Group] = Counter()
        self._reviewer = reviewer
        self._shapes: Counter[tuple[Group, Shape]] = Counter()
        self._own: Counter[tuple[Group, tuple[str, ...], tuple[Outcome | None, ...]]] = Counter()

    @property
    def cases(self) -> int:
        return self.by_group.total()

    def add(self, key: Key, group: Group, case: CaseFacts) -> None:
        """Asks every question of one case. The key is the case's own, and no other's."""
        shape = self._reviewer.shape_of(case)
        outcomes: list[Outcome | None] = []
        for question, answer in zip(shape.asked_ids, self._reviewer.answers(case, shape), strict=True):
            if answer is None:
                outcomes.append(None)
                continue
            outcome, sentence, remedy = answer
            outcomes.append(outcome)
            if outcome is _FAILED:
                self.failures[key, question] = Words(sentence, remedy)
        for question, words in shape.failures:
            self.failures[key, question] = Words(*words)
        self.by_group[group] += 1
        self._shapes[group, shape] += 1
        self._own[group, shape.asked_ids, tuple(outcomes)] += 1

    def counts(self) -> dict[tuple[Group, str], Count]:
        """(group, question) -> how it went, of the questions that said anything."""
        found: dict[tuple[Group, str], list[int]] = {}
        for (group, shape), cases in self._shapes.items():
            for each, answer in shape.told:
                found.setdefault((group, each.id), [0, 0, 0])[_PLACE[answer.outcome]] += cases
        for (group, questions, outcomes), cases in self._own.items():
            for question, outcome in zip(questions, outcomes, strict=True):
                if outcome is not None:
                    found.setdefault((group, question), [0, 0, 0])[_PLACE[outcome]] += cases
        return {key: Count(*numbers) for key, numbers in found.items()}
