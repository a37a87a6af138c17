"""What both sides answered at one moment, counted. Plain Python on rows of answers; fewer than 5 answers give nothing.

A mentorship is compared where both have answered. Those who did not answer are stood for by those like them who did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from brobygger.analysis import DesignError, PairedGap, paired_gap, response_weights, weighted_share
from brobygger.analysis.surveys import FEWEST_ANSWERS
from brobygger.evaluations.surveys.items import NO, YES, Item, as_yes

Weights = tuple[np.ndarray | None, np.ndarray | None]
"""Of citizens and of mentors, in their order; None where none can be made."""


@dataclass(frozen=True)
class Asked:
    """One side of a mentorship at a moment. ``about`` is what is known of everybody asked, the same for both sides."""

    mentorship: int
    is_citizen: bool
    answers: dict[str, object] = field(default_factory=dict)
    is_answered: bool = False
    in_time: bool = False
    about: tuple[float, ...] = ()
    is_reminded: bool = False


@dataclass(frozen=True)
class Side:
    """How many of one side were asked, answered, answered late, and reminded; ``largest`` is the largest weight."""

    asked: int
    answered: int
    late: int
    largest: float | None
    reminded: int = 0

    @property
    def rate(self) -> float:
        return self.answered / self.asked if self.asked else 0.0


@dataclass(frozen=True)
class ItemGap:
    """One item. Shares (0-1) are of those who said yes or no; None with fewer than 5. ``paired`` needs 5 pairs.

    ``weighted`` are the shares with inverse-response weights. ``shows_table``: no cell of the table has 1 to 4 in it.
    """

    item: Item
    citizen: float | None
    mentor: float | None
    citizens: int
    mentors: int
    weighted: tuple[float | None, float | None]
    paired: PairedGap | None

    @property
    def shows_table(self) -> bool:
        if self.paired is None:
            return False
        return not bool(((self.paired.table > 0) & (self.paired.table < FEWEST_ANSWERS)).any())


def side_of(rows: Sequence[Asked], *, is_citizen: bool) -> Side:
    """Response of one side; the late ones count as answered and are told apart."""
    own = [row for row in rows if row.is_citizen == is_citizen]
    answered = [row for row in own if row.is_answered]
    late = sum(1 for row in answered if not row.in_time)
    weights = _weights(own)
    largest = float(weights.max()) if weights is not None and len(answered) >= FEWEST_ANSWERS else None
    return Side(len(own), len(answered), late, largest, sum(row.is_reminded for row in own))


def weights_of(rows: Sequence[Asked]) -> Weights:
    """The weights of citizens and of mentors, the same for every item."""
    citizens, mentors = ([row for row in rows if row.is_citizen is side] for side in (True, False))
    return _weights(citizens), _weights(mentors)


def _weights(own: Sequence[Asked]) -> np.ndarray | None:
    """Inverse chances of answering in time; None where too few answered or nothing is known to tell them apart."""
    here = np.array([row.is_answered and row.in_time for row in own], dtype=bool)
    if here.sum() < FEWEST_ANSWERS:
        return None
    about = np.array([row.about for row in own], dtype=np.float64).reshape(len(own), -1)
    about = about[:, about.std(axis=0) > 0] if about.size else np.zeros((len(own), 0))
    if not about.shape[1] or here.all():
        return here.astype(np.float64)
    try:
        return np.asarray(response_weights(here, about).weights, dtype=np.float64)
    except (DesignError, np.linalg.LinAlgError):
        return None


def item_gap(rows: Sequence[Asked], item: Item, weights: Weights | None = None) -> ItemGap:
    """Both shares, weighted shares, and the pairs. Only answers in time are counted. ``weights`` as ``weights_of``."""
    own = {side: [row for row in rows if row.is_citizen is side] for side in (True, False)}
    found = {side: _said(asked, item) for side, asked in own.items()}
    of_citizens, of_mentors = weights or weights_of(rows)
    shares = {side: _share(list(said.values())) for side, said in found.items()}
    both = sorted(set(found[True]) & set(found[False]))
    paired = (
        paired_gap([found[False][each] for each in both], [found[True][each] for each in both])
        if both
        else None
    )
    weighted = (_weighted(own[True], item, of_citizens), _weighted(own[False], item, of_mentors))
    return ItemGap(item, shares[True], shares[False], len(found[True]), len(found[False]), weighted, paired)


def gaps_of_files(answers: Sequence[tuple[str, int, bool, int]]) -> tuple[list[ItemGap], list[str]]:
    """Items of surveys made elsewhere from rows (item, citizen, is_citizen, answer), and those of no known scale.

    Of 1-5 a 4 or 5 is a yes, of 0 and 1 the 1; an item with any other number is left out. Nobody knows who was asked
    and did not answer, so nothing is weighted.
    """
    by_item: dict[str, list[tuple[int, bool, int]]] = {}
    for name, citizen, is_citizen, value in answers:
        by_item.setdefault(name, []).append((citizen, is_citizen, value))
    found, unknown = [], []
    for name, rows in sorted(by_item.items()):
        values = {value for _citizen, _side, value in rows}
        if not (values == {0, 1} or values == {0} or (values <= set(range(1, 6)) and values != {1})):
            unknown.append(name)
            continue
        item = Item(name, name, name, name, is_scale=0 not in values)
        asked = [
            Asked(citizen, side, {name: _as_asked(item, value)}, True, True) for citizen, side, value in rows
        ]
        found.append(replace(item_gap(asked, item), weighted=(None, None)))
    return found, unknown


def _as_asked(item: Item, value: int) -> object:
    return value if item.is_scale else YES if value else NO


def _said(own: Sequence[Asked], item: Item) -> dict[int, bool]:
    """Mentorship to yes or no, of those who answered it in time."""
    read = {row.mentorship: as_yes(item, row.answers.get(item.key)) for row in own if row.in_time}
    return {mentorship: value for mentorship, value in read.items() if value is not None}


def _share(said: Sequence[bool]) -> float | None:
    return sum(said) / len(said) if len(said) >= FEWEST_ANSWERS else None


def _weighted(own: Sequence[Asked], item: Item, weights: np.ndarray | None) -> float | None:
    if weights is None:
        return None
    said = [as_yes(item, row.answers.get(item.key)) if row.in_time else None for row in own]
    kept = np.array([0.0 if value is None else weight for value, weight in zip(said, weights, strict=True)])
    if (kept > 0).sum() < FEWEST_ANSWERS:
        return None
    return float(weighted_share(np.array([bool(value) for value in said]), kept))
