"""Drawing a sample that anybody can draw again: from a seed, by strata, oftener where the weight is higher.

Every case gets a number from SHA-256 of the seed and its own reference, so that neither the order of the cases nor
the machine decides. Within a stratum the cases with the highest ``u ** (1 / weight)`` are taken (Efraimidis and
Spirakis 2006). The chance of each is told with the first key not drawn held fixed (Cohen and Kaplan 2007), so that
``stands_for`` adds up to the population on average.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST_PER_STRATUM = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that can be drawn. ``weight`` above 0: 2 is drawn about twice as often as 1 while few are drawn."""

    ref: str
    stratum: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case that was drawn. ``inclusion`` in (0, 1] is the chance it had."""

    ref: str
    stratum: str
    weight: float
    inclusion: float

    @property
    def stands_for(self) -> float:
        """How many cases of its stratum it stands for, itself among them."""
        return 1 / self.inclusion


def draw(
    cases: Sequence[Candidate], *, size: int, seed: str, least: int = LEAST_PER_STRATUM
) -> tuple[Drawn, ...]:
    """``size`` cases, or all where there are fewer, by stratum and then in the order they were drawn.

    The same cases, size and seed give the same sample. Every stratum gives at least ``least`` cases while ``size``
    reaches. Raises ValueError for a size below 1, a weight that is not above 0, and a reference given twice.
    """
    _require_sensible(cases, size)
    strata = _by_stratum(cases)
    places = allocate(_sizes_and_weights(strata), size=size, least=least)
    return tuple(each for name in sorted(strata) for each in _draw_from(strata[name], places[name], seed))


def allocate(
    strata: Mapping[str, tuple[int, float]], *, size: int, least: int = LEAST_PER_STRATUM
) -> dict[str, int]:
    """How many cases each stratum gives; ``strata`` holds the number of cases and the sum of their weights.

    First ``least`` each (fewer where ``size`` does not reach), then the rest by weight with the largest remainders,
    never more than a stratum holds.
    """
    size = min(size, sum(count for count, _weight in strata.values()))
    least = min(least, size // len(strata)) if strata else 0
    given = {name: min(least, count) for name, (count, _weight) in strata.items()}
    while (left := size - sum(given.values())) > 0:
        open_ = {
            name: (count - given[name], weight)
            for name, (count, weight) in strata.items()
            if count > given[name]
        }
        for name, more in _largest_remainders(open_, left).items():
            given[name] += more
    return given


def strata_of(cases: Iterable[Candidate]) -> dict[str, tuple[int, float]]:
    """Number of cases and sum of weights by stratum, by name: what ``allocate`` needs."""
    return _sizes_and_weights(_by_stratum(cases))


def _require_sensible(cases: Sequence[Candidate], size: int) -> None:
    if size < 1:
        raise ValueError("A sample has at least one case.")
    if any(not 0 < each.weight < math.inf for each in cases):
        raise ValueError("A weight is a number above 0.")
    if len({each.ref for each in cases}) != len(cases):
        raise ValueError("A reference stands twice.")


def _by_stratum(cases: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    for each in cases:
        found[each.stratum].append(each)
    return dict(sorted(found.items()))


def _sizes_and_weights(strata: Mapping[str, list[Candidate]]) -> dict[str, tuple[int, float]]:
    # fsum rounds once, so that the order of the cases cannot move the sum.
    return {name: (len(cases), math.fsum(each.weight for each in cases)) for name, cases in strata.items()}


def _largest_remainders(strata: Mapping[str, tuple[int, float]], left: int) -> dict[str, int]:
    """``left`` places by weight, no stratum above its room. At least one place is given."""
    whole = math.fsum(weight for _room, weight in strata.values())
    shares = {name: left * weight / whole for name, (_room, weight) in strata.items()}
    given = {name: min(int(share), strata[name][0]) for name, share in shares.items()}
    for name in sorted(shares, key=lambda each: (int(shares[each]) - shares[each], each)):
        if sum(given.values()) >= left:
            break
        if given[name] < strata[name][0]:
            given[name] += 1
    return given


def _draw_from(cases: Sequence[Candidate], places: int, seed: str) -> list[Drawn]:
    if not places:
        return []
    ranked = sorted(((_key(each, seed), each.ref, each) for each in cases), key=lambda row: (-row[0], row[1]))
    limit = ranked[places][0] if places < len(ranked) else -math.inf
    return [
        Drawn(each.ref, each.stratum, each.weight, _chance(each.weight, limit))
        for _number, _ref, each in ranked[:places]
    ]


def _key(case: Candidate, seed: str) -> float:
    """The logarithm of ``u ** (1 / weight)``, which keeps its order where the power would round to 1."""
    return math.log(_uniform(case.ref, seed)) / case.weight


def _uniform(ref: str, seed: str) -> float:
    """A number strictly between 0 and 1: the first 52 bits of the hash."""
    digest = hashlib.sha256(f"{len(seed)}:{seed}|{ref}".encode()).digest()
    return ((int.from_bytes(digest[:8], "big") >> 12) + 0.5) / 2**52


def _chance(weight: float, limit: float) -> float:
    """The chance that a case of this weight gets a key above ``limit``; 1 where all were taken."""
    return -math.expm1(weight * limit)
