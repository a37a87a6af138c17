"""What both sides answered at one moment, counted. Plain Python on rows of answers; fewer than 5 answers give nothing.

A mentorship is compared where both have answered. Those who did not answer are stood for by those like them who did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from brobygger.analysis import DesignError, PairedGap, paired_gap, response_weights, weighted_share
from brobygger.analysis.surveys import FEWEST_ANSWERS
from brobygger.evaluations.surveys.items import Item, as_yes

LARGEST_WEIGHT = 5.0
"""Above this a few speak for many."""


@dataclass(frozen=True)
class Asked:
    """One side of a mentorship at a moment. ``about`` is what is known of everybody asked, the same for both sides."""

    mentorship: int
    is_citizen: bool
    answers: dict[str, object] = field(default_factory=dict)
    is_answered: bool = False
    in_time: bool = False
    about: tuple[float, ...] = ()


@dataclass(frozen=True)
class Side:
    """How many of one side were asked, answered, and answered late; ``largest`` is the largest weight."""

    asked: int
    answered: int
    late: int
    largest: float | None

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
    return Side(len(own), len(answered), late, largest)


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


def item_gap(rows: Sequence[Asked], item: Item) -> ItemGap:
    """Both shares, weighted shares, and the pairs. Only answers in time are counted."""
    found = {side: _said([row for row in rows if row.is_citizen is side], item) for side in (True, False)}
    shares = {side: _share(list(said.values())) for side, said in found.items()}
    both = sorted(set(found[True]) & set(found[False]))
    paired = (
        paired_gap([found[False][each] for each in both], [found[True][each] for each in both])
        if both
        else None
    )
    weighted = (_weighted(rows, item, is_citizen=True), _weighted(rows, item, is_citizen=False))
    return ItemGap(item, shares[True], shares[False], len(found[True]), len(found[False]), weighted, paired)


def _said(own: Sequence[Asked], item: Item) -> dict[int, bool]:
    """Mentorship to yes or no, of those who answered it in time."""
    read = {row.mentorship: as_yes(item, row.answers.get(item.key)) for row in own if row.in_time}
    return {mentorship: value for mentorship, value in read.items() if value is not None}


def _share(said: Sequence[bool]) -> float | None:
    return sum(said) / len(said) if len(said) >= FEWEST_ANSWERS else None


def _weighted(rows: Sequence[Asked], item: Item, *, is_citizen: bool) -> float | None:
    own = [row for row in rows if row.is_citizen is is_citizen]
    weights = _weights(own)
    if weights is None:
        return None
    said = [as_yes(item, row.answers.get(item.key)) if row.in_time else None for row in own]
    kept = np.array([0.0 if value is None else weight for value, weight in zip(said, weights, strict=True)])
    if (kept > 0).sum() < FEWEST_ANSWERS:
        return None
    return float(weighted_share(np.array([bool(value) for value in said]), kept))
