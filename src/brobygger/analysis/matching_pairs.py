"""Nearest neighbours: for each treated the control with the nearest score in the same exact stratum.

Sources: Rubin, Biometrics 29 (1973); Abadie and Imbens, Econometrica 74 (2006) on errors with replacement; Abadie and
Spiess, JASA 117 (2022) on errors clustered by pair without; Rosenbaum, Observational Studies (2002), 4.3, on Gamma.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Flags, Floats, Integers, flags, floats, numbered

LARGEST_GAMMA = 20.0


@dataclass(frozen=True)
class Pairs:
    """Matches (m,): row numbers of ``treated`` and ``control``, their ``distance`` and ``weight``.

    ``weight`` is 1, or 1/ties when several controls were equally near and all were kept. ``unmatched`` are the rows of
    treated without a control near enough.
    """

    treated: Integers
    control: Integers
    distance: Floats
    weight: Floats
    unmatched: Integers

    @property
    def matched(self) -> int:
        """How many treated have a match."""
        return len(np.unique(self.treated))


@dataclass(frozen=True)
class MatchedEffect:
    """Mean difference (T,) between the treated and their matches, and its standard error (T,)."""

    estimate: Floats
    standard_error: Floats


@dataclass(frozen=True)
class _Line:
    """Controls in order of stratum and measure, and where each treated would stand among them."""

    order: Integers
    values: Floats
    place: Integers
    low: Integers
    high: Integers


def nearest_controls(
    measure: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
    caliper: float | None = None,
    replace: bool = False,
    ties: float | None = None,
) -> Pairs:
    """Pairs each treated with the nearest control by ``measure`` (n,), log-odds of the score as a rule.

    Without replacement the treated choose in order of falling measure, hardest to match first; the result does not
    depend on the order of the rows except among equals. ``caliper`` is the largest distance allowed. ``ties`` (only
    with replacement) shares a treated among all controls whose squared distance is at most that much above the
    nearest's.
    Raises DesignError when an arm is empty or ties are asked for without replacement.
    """
    values, arm = floats(measure, "measure"), flags(treated, "treated")
    if not arm.any() or arm.all():
        raise DesignError("Der skal være både personer med og uden mentor for at sammenligne dem.")
    if ties is not None and not replace:
        raise DesignError("Lige gode naboer kan kun deles, når den samme person må bruges flere gange.")
    rows = np.flatnonzero(arm)
    rows = rows[np.argsort(-values[rows], kind="stable")]
    line = _line(values, arm, rows, strata)
    mine = values[rows]
    if ties is not None:
        return _tied(rows, mine, line, caliper, ties)
    spot = _nearest(mine, line) if replace else _greedy(mine, line, caliper)
    return _pairs(rows, mine, line, spot, caliper)


def _line(values: Floats, arm: Flags, rows: Integers, strata: npt.ArrayLike | None) -> _Line:
    stratum, count = numbered(strata, len(arm), "strata")
    controls = np.flatnonzero(~arm)
    # One number sorts by stratum and measure: each stratum gets a stretch of its own.
    stretch = float(np.ptp(values)) * 2 + 1
    key = values + stratum * stretch if count > 1 else values
    controls = controls[np.argsort(key[controls])]
    place = np.searchsorted(key[controls], key[rows])
    edges = (
        np.searchsorted(stratum[controls], np.arange(count + 1))
        if count > 1
        else np.array([0, len(controls)])
    )
    mine = stratum[rows]
    return _Line(controls, values[controls], place, edges[mine], edges[mine + 1])


def _nearest(mine: Floats, line: _Line) -> Integers:
    left, right = line.place - 1, line.place
    last = len(line.values) - 1
    below = np.where(left >= line.low, mine - line.values[np.maximum(left, 0)], np.inf)
    above = np.where(right < line.high, line.values[np.minimum(right, last)] - mine, np.inf)
    spot = np.where(below <= above, left, right)
    return np.where(np.isinf(np.minimum(below, above)), -1, spot)


def _greedy(mine: Floats, line: _Line, caliper: float | None) -> Integers:
    """Each in turn takes the nearest control that is left. Taken controls point on to the next free one."""
    limit = np.inf if caliper is None else caliper
    values = line.values
    to_left: dict[int, int] = {}
    to_right: dict[int, int] = {}
    spots = np.full(len(mine), -1, dtype=np.int64)
    turns = zip(mine.tolist(), line.place.tolist(), line.low.tolist(), line.high.tolist(), strict=True)
    for turn, (value, place, low, high) in enumerate(turns):
        left, right = _free(to_left, place - 1), _free(to_right, place)
        below = value - float(values[left]) if left >= low else np.inf
        above = float(values[right]) - value if right < high else np.inf
        if min(below, above) > limit or (left < low and right >= high):
            continue
        spot = left if below <= above else right
        spots[turn] = spot
        to_left[spot], to_right[spot] = spot - 1, spot + 1
    return spots


def _free(onward: dict[int, int], spot: int) -> int:
    """The nearest free place, shortening the path for those who come after."""
    first = spot
    while spot in onward:
        spot = onward[spot]
    while first != spot:
        onward[first], first = spot, onward[first]
    return spot


def _pairs(rows: Integers, mine: Floats, line: _Line, spot: Integers, caliper: float | None) -> Pairs:
    found = spot >= 0
    distance = np.abs(mine - line.values[np.maximum(spot, 0)])
    if caliper is not None:
        found &= distance <= caliper
    chosen = line.order[spot[found]]
    return Pairs(rows[found], chosen, distance[found], np.ones(int(found.sum())), rows[~found])


def _tied(rows: Integers, mine: Floats, line: _Line, caliper: float | None, ties: float) -> Pairs:
    spot = _nearest(mine, line)
    distance = np.abs(mine - line.values[np.maximum(spot, 0)])
    found = (spot >= 0) & (distance <= (np.inf if caliper is None else caliper))
    reach = np.sqrt(distance**2 + ties) + 1e-12
    who, where = [], []
    for turn in np.flatnonzero(found):
        low, high = int(line.low[turn]), int(line.high[turn])
        edges = mine[turn] + np.array([-reach[turn], reach[turn]])
        first, stop = low + np.searchsorted(line.values[low:high], edges)
        who.append(np.full(stop - first, turn))
        where.append(np.arange(first, stop))
    if not who:
        nothing = np.zeros(0, dtype=np.int64)
        return Pairs(nothing, nothing, np.zeros(0), np.zeros(0), rows)
    turns, spots = np.concatenate(who), np.concatenate(where)
    weight = 1 / np.bincount(turns, minlength=len(rows))[turns]
    return Pairs(
        rows[turns], line.order[spots], np.abs(line.values[spots] - mine[turns]), weight, rows[~found]
    )


def matched_effect(outcome: npt.ArrayLike, pairs: Pairs) -> MatchedEffect:
    """The mean of treated minus match for each column of ``outcome`` (n, T).

    Standard errors: a control used several times counts as often as it is used (Abadie and Imbens with the variance
    taken from the matched differences); with every control used once that is the pair-clustered error.
    Raises DesignError when no one was matched.
    """
    if not len(pairs.treated):
        raise DesignError("Ingen med mentor har en person uden mentor, som ligner nok.")
    y = np.asarray(outcome, dtype=np.float64)
    y = y[:, None] if y.ndim == 1 else y
    who, turn = np.unique(pairs.treated, return_inverse=True)
    gap = (y[pairs.treated] - y[pairs.control]) * pairs.weight[:, None]
    size = len(who)
    estimate = gap.sum(axis=0) / size
    per_treated = np.stack([np.bincount(turn, column, minlength=size) for column in gap.T], axis=1)
    used = np.bincount(pairs.control, pairs.weight)
    noise = (per_treated - estimate).var(axis=0) / 2
    variance = noise * (size + float((used**2).sum())) / size**2
    return MatchedEffect(estimate, np.sqrt(variance))


def rosenbaum_gamma(differences: npt.ArrayLike, *, level: float = 0.05) -> float:
    """How strong something unseen must be to explain the pairs away: the odds ratio Gamma at which p reaches level.

    ``differences`` (m,) treated minus control. Only signs count when all are -1, 0 or 1 (McNemar's test), ranks
    otherwise (Wilcoxon's signed ranks). One-sided in the direction found; 1 when even Gamma 1 does not reach it.
    """
    gap = floats(differences, "differences")
    gap = gap[gap != 0]
    if not len(gap):
        return 1.0
    if gap.sum() < 0:
        gap = -gap
    if rosenbaum_p(gap, 1.0) > level:
        return 1.0
    if rosenbaum_p(gap, LARGEST_GAMMA) <= level:
        return LARGEST_GAMMA
    return float(
        optimize.brentq(lambda gamma: rosenbaum_p(gap, gamma) - level, 1.0, LARGEST_GAMMA, xtol=1e-6)
    )


def rosenbaum_p(differences: npt.ArrayLike, gamma: float) -> float:
    """The largest one-sided p for "treated have more" if one of a pair is up to ``gamma`` times likelier treated.

    Raises DesignError when gamma is below 1.
    """
    if gamma < 1:
        raise DesignError("Gamma er mindst 1.")
    gap = floats(differences, "differences")
    gap = gap[gap != 0]
    most = gamma / (1 + gamma)
    if not len(gap):
        return 1.0
    if np.isin(gap, (-1, 1)).all():
        return float(stats.binom.sf((gap > 0).sum() - 1, len(gap), most))
    ranks = stats.rankdata(np.abs(gap))
    spread = np.sqrt(most * (1 - most) * (ranks**2).sum())
    return float(stats.norm.sf((ranks[gap > 0].sum() - most * ranks.sum()) / spread))
