"""How many people a lottery needs, and the smallest difference it can show. Plain numbers; words are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf, sqrt

import numpy as np
import numpy.typing as npt

from brobygger.analysis import DesignError, detectable, people_needed

POWER, LEVEL = 0.80, 0.95
CLOSE_TIMES = 1.5
"""Up to so many times the relevant difference the numbers are at the lower edge; above they are too few."""
_STEPS = 60
_MOST_UNITS = 400


class Verdict(StrEnum):
    ENOUGH = "ENOUGH"
    CLOSE = "CLOSE"
    TOO_FEW = "TOO_FEW"


@dataclass(frozen=True)
class LotteryPower:
    """``smallest`` is the least difference (0-1) found in 4 of 5 lotteries of this size; infinite where there is none.

    ``people_needed`` and ``places_needed`` are what the relevant difference takes, with as many people to a place.
    """

    base: float
    relevant: float
    people: int
    places: int
    people_needed: int
    places_needed: int
    smallest: float

    @property
    def verdict(self) -> Verdict:
        return _verdict(self.smallest, self.relevant)


def lottery_power(*, base: float, relevant: float, people: int, places: int) -> LotteryPower:
    """Shares are 0-1. Raises DesignError unless 0 < places < people and the difference fits between 0 and 1."""
    if not 0 < places < people:
        raise DesignError("Der skal være færre pladser end borgere, og mindst én.")
    ratio = (people - places) / places
    needed = people_needed(base, relevant, power=POWER, level=LEVEL, ratio=ratio)
    smallest = smallest_difference(base=base, drawn=places, others=people - places)
    return LotteryPower(base, relevant, people, places, needed + ceil(needed * ratio), needed, smallest)


def smallest_difference(*, base: float, drawn: int, others: int) -> float:
    """The rise (0-1) from ``base`` that these two groups would find; infinite where even the largest would not be."""
    reach = detectable(1.0, power=POWER, level=LEVEL)

    def lacks(rise: float) -> float:
        other = base + rise
        return reach * sqrt(max(other * (1 - other), 0.0) / drawn + base * (1 - base) / others) - rise

    low, high = 0.0, 1 - base
    if high <= 0 or lacks(high) > 0:
        return inf
    for _step in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if lacks(middle) > 0 else (low, middle)
    return high


def _verdict(smallest: float, relevant: float) -> Verdict:
    if smallest <= abs(relevant):
        return Verdict.ENOUGH
    return Verdict.CLOSE if smallest <= CLOSE_TIMES * abs(relevant) else Verdict.TOO_FEW


@dataclass(frozen=True)
class RollOutPower:
    """As ``LotteryPower`` for units that begin month by month; ``error`` is the standard error of the difference."""

    base: float
    relevant: float
    error: float

    @property
    def smallest(self) -> float:
        return detectable(self.error, power=POWER, level=LEVEL) if self.error < inf else inf

    @property
    def verdict(self) -> Verdict:
        return _verdict(self.smallest, self.relevant)


def roll_out_power(
    *, starts: npt.ArrayLike, months: int, people: float, base: float, relevant: float, between: float
) -> RollOutPower:
    """``starts`` (U,): the month (1 is the first) in which each unit begins, 0 for never; ``people`` per unit a month.

    ``between`` is the standard deviation (0-1) of the units' own shares. Raises DesignError as ``step_error``.
    """
    spread = sqrt(base * (1 - base) / people) if people > 0 else inf
    return RollOutPower(base, relevant, step_error(starts, months, within=spread, between=between))


def step_error(starts: npt.ArrayLike, months: int, *, within: float, between: float) -> float:
    """Standard error of one common difference, with an effect for each month and a random one for each unit.

    ``within`` is the standard deviation of a unit's share in one month, ``between`` that of the units' own levels.
    Infinite where no month has both units that have begun and units that have not. Source: Hussey and Hughes,
    Contemporary Clinical Trials 28 (2007), solved as generalised least squares. Raises DesignError for sizes that
    make no plan.
    """
    first = np.asarray(starts, dtype=np.int64)
    if first.ndim != 1 or not 2 <= len(first) <= _MOST_UNITS or not 2 <= months <= 120 or not within > 0:
        raise DesignError("En indfasning skal have mindst 2 enheder, 2 måneder og nogen at måle på.")
    periods = np.arange(1, months + 1)
    begun = ((first[:, None] > 0) & (periods[None, :] >= first[:, None])).astype(np.float64)
    covariance = within**2 * np.eye(months) + between**2
    weight = np.linalg.inv(covariance)
    # The months' own effects are taken out by what all units have in common, so one number is left.
    common = begun.mean(axis=0)
    information = float(np.einsum("ut,ts,us->", begun - common, weight, begun - common))
    return 1 / sqrt(information) if information > 1e-9 else inf
