"""Who does something far more often than others do, told apart from luck.

Everyone is compared with the same baseline, made so that a few who stand out do not move it: a mean without the
highest tenth, drawn towards what is usual elsewhere where there are few to compare with. People differ, so a share is
not binomial but beta-binomial: ``spread`` says how much honest people differ. The chance of a share as high is summed
exactly, and of all that are tested at once only so many are pointed out that about ``chance`` per cent of them are luck
(Benjamini and Hochberg).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, lgamma
from typing import TypeVar

Key = TypeVar("Key")

PRIOR_WEIGHT = 10
"""How many people the usual counts for: with ten mentors of its own a municipality is half its own baseline."""
TOP_LEFT_OUT = 0.10
LEAST_MEAN, MOST_MEAN = 0.002, 0.95
LEAST_SPREAD, MOST_SPREAD = 0.004, 0.6


@dataclass(frozen=True, slots=True)
class Baseline:
    """``mean`` share at others, and ``spread`` between people: 0 is none, 1 is all or nothing."""

    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class Demand:
    """What must be met besides being unlikely: at least ``times`` of at least ``least``, and ``share`` per cent."""

    times: int
    least: int
    share: int


def baseline(counts: Iterable[tuple[int, int]], usual: Baseline, least: int) -> Baseline:
    """The baseline of ``(count, out_of)`` pairs; those with fewer than ``least`` say too little to count."""
    shares = sorted((count / of, of) for count, of in counts if of >= max(least, 1))
    kept = shares[: max(1, round(len(shares) * (1 - TOP_LEFT_OUT)))] if shares else []
    weight = len(kept) / (len(kept) + PRIOR_WEIGHT)
    mean = usual.mean
    if kept:
        mean = weight * sum(share for share, _of in kept) / len(kept) + (1 - weight) * usual.mean
    mean = min(max(mean, LEAST_MEAN), MOST_MEAN)
    spread = weight * _spread(kept) + (1 - weight) * usual.spread
    return Baseline(mean, min(max(spread, LEAST_SPREAD), MOST_SPREAD))


def _spread(shares: list[tuple[float, int]]) -> float:
    """The part of the variance between people that chance does not explain (method of moments)."""
    if len(shares) < 3:
        return LEAST_SPREAD
    mean = sum(share for share, _of in shares) / len(shares)
    full = mean * (1 - mean)
    if full <= 0:
        return LEAST_SPREAD
    variance = sum((share - mean) ** 2 for share, _of in shares) / (len(shares) - 1)
    by_chance = sum(full / of for _share, of in shares) / len(shares)
    return max(LEAST_SPREAD, (variance - by_chance) / full)


def tail(count: int, out_of: int, base: Baseline) -> float:
    """The chance of ``count`` or more of ``out_of``: the exact upper tail of the beta-binomial, from 0 to 1."""
    if count <= 0:
        return 1.0
    strength = 1 / base.spread - 1
    a, b = base.mean * strength, (1 - base.mean) * strength
    fixed = lgamma(out_of + 1) + lgamma(a + b) - lgamma(a) - lgamma(b) - lgamma(out_of + a + b)
    total = sum(
        exp(fixed - lgamma(k + 1) - lgamma(out_of - k + 1) + lgamma(k + a) + lgamma(out_of - k + b))
        for k in range(count, out_of + 1)
    )
    return min(1.0, total)


def stand_out(
    counts: Mapping[Key, tuple[int, int]], usual: Baseline, demand: Demand, chance: int
) -> tuple[dict[Key, tuple[int, int]], Baseline]:
    """Those whose share is too high to be luck and meets the demand, with the baseline they were held against.

    ``chance`` is the per cent of those pointed out that may be luck.
    """
    tested = {key: pair for key, pair in counts.items() if pair[1] >= demand.least}
    base = baseline(tested.values(), usual, demand.least)
    candidates = {
        key: (count, of)
        for key, (count, of) in tested.items()
        if count >= demand.times and 100 * count >= demand.share * of
    }
    chances = sorted((tail(count, of, base), index) for index, (count, of) in enumerate(candidates.values()))
    keys = list(candidates)
    passed = 0
    for rank, (value, _index) in enumerate(chances, start=1):
        if value <= chance / 100 * rank / len(tested):
            passed = rank
    found = {keys[index]: candidates[keys[index]] for _value, index in chances[:passed]}
    return found, base
