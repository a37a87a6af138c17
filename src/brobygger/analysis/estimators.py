"""The estimators behind the designs. They compute; whether what they find may be shown is the gate's to say.

Sources: Robins, Rotnitzky and Zhao, JASA 89 (1994) on AIPW, for the treated as in Sant'Anna and Zhao, J. Econometrics
219 (2020); MacKinnon and White, J. Econometrics 29 (1985) on HC2; Bell and McCaffrey, Survey Methodology 28 (2002) on
clusters; Fisher, The Design of Experiments (1935) on randomisation inference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import (
    CHUNK_ROWS,
    Any1,
    Flags,
    Floats,
    Integers,
    critical,
    flags,
    floats,
    group_sums,
    numbered,
    solve,
)

FEWEST = 5
"""An arm with fewer people than this in a week gives no number for that week."""
_CLUSTERS_WITH_OWN_FREEDOM = 300
_DRAWS_AT_A_TIME = 100
_NUMBERS_AT_A_TIME = 400_000


@dataclass(frozen=True)
class Effect:
    """A difference per outcome column (T,), with the covariance (T, T) of its errors.

    ``treated_mean`` (T,) is what happened to the treated; ``untreated_mean`` what the comparison puts in its place.
    Weeks with fewer than FEWEST people in an arm are NaN. ``place_error`` (T,) is the standard error when whole
    municipalities are what varies, None when it was not asked for.
    """

    estimate: Floats
    covariance: Floats
    treated_mean: Floats
    treated_count: Integers
    control_count: Integers
    freedom: float = np.inf
    place_error: Floats | None = None

    @property
    def standard_error(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    @property
    def untreated_mean(self) -> Floats:
        return self.treated_mean - self.estimate

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Pointwise limits (T,). Raises DesignError for a bad level."""
        reach = critical(level, self.freedom) * self.standard_error
        return self.estimate - reach, self.estimate + reach


@dataclass(frozen=True)
class _WeekModel:
    """What the untreated would have had: per stratum and week an intercept, per week slopes; and the weights' scale."""

    intercept: Floats
    slope: Floats
    scale: Floats
    usable: Floats
    treated: Integers
    controls: Integers


def aipw_for_treated(
    outcome: npt.ArrayLike,
    covariates: npt.ArrayLike,
    treated: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    place: npt.ArrayLike | None = None,
    observed: npt.ArrayLike | None = None,
) -> Effect:
    """The doubly robust difference for the treated, a column at a time, exact within strata.

    ``outcome`` (n, T), any number type; ``weights`` (n,) odds for controls (those of the treated are not used), scaled
    anew in each stratum and week; ``observed`` (n,) how many of the first columns are known for the row.
    The outcome model is linear with an intercept per stratum, so all weeks are one matrix product. Standard errors are
    clustered on ``cluster`` (n,), the person, and separately on ``place``.
    Raises DesignError when an arm is empty or shapes do not fit.
    """
    data = _Data.of(outcome, covariates, treated, weights, strata, observed)
    model = _week_model(data)
    return _summed(data, model, cluster, place)


@dataclass(frozen=True)
class _Data:
    y: Any1
    x: Floats
    arm: Flags
    weight: Floats
    stratum: Integers
    strata: int
    observed: Integers | None

    @classmethod
    def of(
        cls,
        outcome: npt.ArrayLike,
        covariates: npt.ArrayLike,
        treated: npt.ArrayLike,
        weights: npt.ArrayLike,
        strata: npt.ArrayLike | None,
        observed: npt.ArrayLike | None,
    ) -> _Data:
        y, arm = columns(outcome), flags(treated, "treated")
        x, weight = floats(covariates, "covariates", dimensions=2), floats(weights, "weights")
        if not len(y) == len(x) == len(arm) == len(weight):
            raise DesignError("Udfald, baggrund, deltagelse og vægte er ikke lige lange.")
        if not arm.any() or arm.all():
            raise DesignError("Der skal være både personer med og uden mentor for at sammenligne dem.")
        stratum, count = numbered(strata, len(arm), "strata")
        known = None if observed is None else np.minimum(np.asarray(observed, dtype=np.int64), y.shape[1])
        if known is not None and known.min() >= y.shape[1]:
            known = None
        return cls(y, x, arm, weight, stratum, count, known)

    def blocks(self) -> Iterator[tuple[slice, Integers | None]]:
        """Columns that share the rows in which they are known, and those rows (None: all)."""
        width = self.y.shape[1]
        if self.observed is None:
            yield slice(0, width), None
            return
        edges = np.unique(np.concatenate(([0], self.observed, [width])))
        for low, high in pairwise(edges.tolist()):
            yield slice(low, high), np.flatnonzero(self.observed > low)


def columns(outcome: npt.ArrayLike) -> Any1:
    """An outcome as (n, T), in the number type it came in."""
    y = np.asarray(outcome)
    if y.ndim == 1:
        y = y[:, None]
    if y.ndim != 2 or y.dtype.kind not in "biuf":
        raise DesignError("Udfaldet skal være tal: en række for hver person og en kolonne for hver uge.")
    return y


def _week_model(data: _Data) -> _WeekModel:
    width, size = data.y.shape[1], data.strata
    model = _WeekModel(
        np.zeros((size, width)),
        np.zeros((data.x.shape[1], width)),
        np.zeros((size, width)),
        np.zeros((size, width)),
        np.zeros(width, dtype=np.int64),
        np.zeros(width, dtype=np.int64),
    )
    for block, rows in data.blocks():
        _fit_block(data, block, rows, model)
    return model


def _fit_block(data: _Data, block: slice, rows: Integers | None, into: _WeekModel) -> None:
    arm = data.arm if rows is None else data.arm[rows]
    stratum = data.stratum if rows is None else data.stratum[rows]
    weight = data.weight if rows is None else data.weight[rows]
    size = data.strata
    n1 = np.bincount(stratum[arm], minlength=size)
    n0 = np.bincount(stratum[~arm], minlength=size)
    have = np.bincount(stratum[~arm], weight[~arm], minlength=size)
    usable = (n1 > 0) & (have > 0)
    controls = np.flatnonzero(~arm) if rows is None else rows[~arm]
    intercept, slope = _least_squares(data, block, controls, np.maximum(n0, 1).astype(np.float64))
    into.intercept[:, block], into.slope[:, block] = intercept, slope
    into.scale[:, block] = (np.where(usable, n1, 0) / np.where(have > 0, have, 1.0))[:, None]
    into.usable[:, block] = usable[:, None]
    into.treated[block], into.controls[block] = n1[usable].sum(), n0[usable].sum()


def _least_squares(data: _Data, block: slice, rows: Integers, sizes: Floats) -> tuple[Floats, Floats]:
    """Regression of the controls' outcomes with an intercept per stratum: (S, T) and (k, T)."""
    width, size = data.x.shape[1], data.strata
    weeks = block.stop - block.start
    inner, right = np.zeros((width, width)), np.zeros((width, weeks))
    sum_x, sum_y = np.zeros((size, width)), np.zeros((size, weeks))
    step = _rows_at_a_time(weeks)
    for begin in range(0, len(rows), step):
        part = rows[begin : begin + step]
        x, y, group = data.x[part], data.y[part, block].astype(np.float64), data.stratum[part]
        inner += x.T @ x
        right += x.T @ y
        sum_x += group_sums(x, group, size)
        sum_y += group_sums(y, group, size)
    if not np.isfinite(sum_y).all():
        raise DesignError("Et udfald mangler i en uge, som er sagt at være kendt.")
    mean_x = sum_x / sizes[:, None]
    slope = solve(inner - sum_x.T @ mean_x, right - mean_x.T @ sum_y)
    return sum_y / sizes[:, None] - mean_x @ slope, slope


@dataclass
class _Sums:
    """What one pass over the rows adds up, before the estimate is known."""

    total: Floats
    treated: Floats
    squares: Floats
    mixed: Floats
    shares: Floats
    by_place: Floats
    share_by_place: Floats


def _summed(
    data: _Data, model: _WeekModel, cluster: npt.ArrayLike | None, place: npt.ArrayLike | None
) -> Effect:
    width, size = data.y.shape[1], len(data.arm)
    where, places = numbered(place, size, "place")
    square, line, flat = np.zeros((width, width)), np.zeros(width), np.zeros((places, width))
    sums = _Sums(line, line.copy(), square, square.copy(), square.copy(), flat, flat.copy())
    people = size if cluster is None else numbered(cluster, size, "cluster")[1]
    for rows, who in _person_blocks(cluster, size, _rows_at_a_time(width)):
        _add(data, model, rows, who, None if place is None else where, sums)
    return _effect(sums, model, people, None if place is None else places)


def _rows_at_a_time(width: int) -> int:
    """So many rows that a block of them with ``width`` columns stays in the cache."""
    return int(np.clip(_NUMBERS_AT_A_TIME // max(width, 1), 256, CHUNK_ROWS))


def _person_blocks(
    cluster: npt.ArrayLike | None, size: int, rows: int
) -> Iterator[tuple[slice | Integers, Integers | None]]:
    """Rows in blocks that never cut a person in two, and which of the block's persons each row is."""
    if cluster is None:
        for begin in range(0, size, rows):
            yield slice(begin, min(begin + rows, size)), None
        return
    who, _ = numbered(cluster, size, "cluster")
    order = np.argsort(who, kind="stable")
    starts = np.flatnonzero(np.diff(who[order], prepend=-1))
    edges = np.unique(np.searchsorted(starts, np.arange(0, size, rows)))
    for low, high in pairwise([*edges.tolist(), len(starts)]):
        if low < high:
            part = order[starts[low] : starts[high] if high < len(starts) else size]
            yield part, np.cumsum(np.diff(who[part], prepend=who[part[0]]) > 0)


def _add(
    data: _Data,
    model: _WeekModel,
    rows: slice | Integers,
    people: Integers | None,
    where: Integers | None,
    sums: _Sums,
) -> None:
    """One block's influences, and what later takes the estimate out of those of the treated."""
    arm, group = data.arm[rows], data.stratum[rows]
    influence = data.y[rows].astype(np.float64)
    share = _shares(data, model, rows, arm, group)
    sums.treated += np.where(share > 0, influence[arm], 0.0).sum(axis=0)
    influence -= data.x[rows] @ model.slope
    influence -= model.intercept[group] if data.strata > 1 else model.intercept
    treated = influence[arm] * share
    influence *= -data.weight[rows, None]
    influence *= model.scale[group] if data.strata > 1 else model.scale
    influence[arm] = treated
    if data.observed is not None:
        influence[data.observed[rows, None] <= np.arange(influence.shape[1])] = 0.0
    if where is not None:
        sums.by_place += group_sums(influence, where[rows], len(sums.by_place))
        sums.share_by_place += group_sums(share, where[rows][arm], len(sums.by_place))
    sums.total += influence.sum(axis=0)
    mine = np.flatnonzero(arm)
    if people is not None:
        influence = group_sums(influence, people, int(people[-1]) + 1)
        mine, turn = np.unique(people[arm], return_inverse=True)
        share = group_sums(share, turn, max(len(mine), 1))[: len(mine)]
    sums.squares += influence.T @ influence
    sums.mixed += influence[mine].T @ share
    sums.shares += share.T @ share


def _shares(data: _Data, model: _WeekModel, rows: slice | Integers, arm: Flags, group: Integers) -> Floats:
    """1 for each treated and week that counts, (n1, T)."""
    share = model.usable[group[arm]]
    if data.observed is None:
        return share
    return np.where(data.observed[rows][arm][:, None] > np.arange(share.shape[1]), share, 0.0)


def _effect(sums: _Sums, model: _WeekModel, people: int, places: int | None) -> Effect:
    count = model.treated.astype(np.float64)
    enough = (model.treated >= FEWEST) & (model.controls >= FEWEST)
    safe = np.where(enough, count, np.nan)
    estimate = sums.total / safe
    gap = np.where(enough, estimate, 0.0)
    mixed = sums.mixed * gap
    covariance = (sums.squares - mixed - mixed.T + sums.shares * np.outer(gap, gap)) / np.outer(safe, safe)
    covariance *= people / max(people - 1, 1)
    place_error = None
    if places is not None:
        moved = (sums.by_place - sums.share_by_place * gap) / safe
        place_error = np.sqrt((moved**2).sum(axis=0) * places / max(places - 1, 1))
    return Effect(
        estimate, covariance, sums.treated / safe, model.treated, model.controls, place_error=place_error
    )


def doubly_robust(
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    probability: npt.ArrayLike,
    *,
    m0: npt.ArrayLike,
    m1: npt.ArrayLike,
) -> Effect:
    """The doubly robust difference for everyone, from a fitted probability and both arms' fitted outcomes, (n,) each.

    Kept for comparing with studies that report the whole population; the product's own question is the treated.
    Raises DesignError when a probability is 0 or 1.
    """
    y, arm, chance = floats(outcome, "outcome"), flags(treated, "treated"), floats(probability, "probability")
    if (chance <= 0).any() or (chance >= 1).any():
        raise DesignError("En sandsynlighed er 0 eller 1, så den person kan ikke sammenlignes.")
    untreated, with_mentor = floats(m0, "m0"), floats(m1, "m1")
    high = with_mentor + arm * (y - with_mentor) / chance
    low = untreated + ~arm * (y - untreated) / (1 - chance)
    gap = high - low
    variance = gap.var(ddof=1) / len(gap)
    counts = np.array([arm.sum()]), np.array([(~arm).sum()])
    return Effect(np.array([gap.mean()]), np.array([[variance]]), np.array([high.mean()]), *counts)


def weighted_effect(outcome: npt.ArrayLike, treated: npt.ArrayLike, weights: npt.ArrayLike) -> Floats:
    """Treated mean less the controls' weighted mean, (T,), with weights (n,) as from ``odds_weights``."""
    y, arm, weight = (
        columns(outcome).astype(np.float64),
        flags(treated, "treated"),
        floats(weights, "weights"),
    )
    means = [weight[side] @ y[side] / max(weight[side].sum(), 1e-300) for side in (arm, ~arm)]
    return np.asarray(means[0] - means[1])


def outcome_model_effect(
    outcome: npt.ArrayLike,
    covariates: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
) -> Floats:
    """Treated mean less what a regression on the controls predicts for them, (T,): no weights at all."""
    arm = flags(treated, "treated")
    even = np.ones(len(arm))
    data = _Data.of(outcome, covariates, arm, even, strata, None)
    model = _week_model(data)
    use = model.usable[data.stratum[arm]] > 0
    left = data.y[arm].astype(np.float64) - data.x[arm] @ model.slope - model.intercept[data.stratum[arm]]
    return np.asarray(np.where(use, left, 0.0).sum(axis=0) / np.maximum(use.sum(axis=0), 1))


# The lottery


@dataclass(frozen=True)
class LotteryEffect:
    """Intention to treat, and the effect of taking part among those the offer moved (None when it was not recorded)."""

    offered: Effect
    took_part: Effect | None


def lottery_effects(
    outcome: npt.ArrayLike,
    drawn: npt.ArrayLike,
    *,
    covariates: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    unit: npt.ArrayLike | None = None,
    observed: npt.ArrayLike | None = None,
    took_part: npt.ArrayLike | None = None,
) -> LotteryEffect:
    """A linear probability model per week with the covariates fixed before the draw and the draw's own strata.

    HC2 errors when people were drawn; Bell and McCaffrey's for clusters when whole ``unit`` s were. With at most 300
    units the degrees of freedom are theirs too. ``took_part`` (n,) gives the effect of taking part by two-stage least
    squares, with the draw as the instrument. Raises DesignError when an arm is empty or shapes do not fit.
    """
    y, arm = columns(outcome).astype(np.float64), flags(drawn, "drawn")
    if not arm.any() or arm.all():
        raise DesignError("Lodtrækningen skal have både vindere og andre.")
    x = _lottery_columns(arm, covariates, strata)
    who, count = numbered(unit, len(arm), "unit") if unit is not None else (np.arange(len(arm)), len(arm))
    known = np.full(len(arm), y.shape[1]) if observed is None else np.asarray(observed, dtype=np.int64)
    itt = _linear(y, x, arm, who, count, known)
    effect = _lottery_effect(*itt, y, arm, known)
    if took_part is None:
        return LotteryEffect(effect, None)
    taking = flags(took_part, "took_part").astype(np.float64)[:, None]
    first = _linear(taking, x, arm, who, count, np.full(len(arm), 1))
    return LotteryEffect(effect, _instrumented(itt, first, effect, y, taking[:, 0] > 0))


def _lottery_columns(arm: Flags, covariates: npt.ArrayLike | None, strata: npt.ArrayLike | None) -> Floats:
    stratum, count = numbered(strata, len(arm), "strata")
    parts = [arm[:, None].astype(np.float64), (stratum[:, None] == np.arange(count)).astype(np.float64)]
    if covariates is not None:
        x = floats(covariates, "covariates", dimensions=2)
        if len(x) != len(arm):
            raise DesignError("Baggrund og lodtrækning er ikke lige lange.")
        parts.append(x - x.mean(axis=0))
    return np.concatenate(parts, axis=1)


def _linear(
    y: Floats, x: Floats, arm: Flags, unit: Integers, count: int, known: Integers
) -> tuple[Floats, Floats, float]:
    """Coefficient (T,) of the first column, each unit's influence on it (U, T), degrees of freedom."""
    width = y.shape[1]
    estimate, influence, freedom = np.full(width, np.nan), np.zeros((count, width)), np.inf
    edges = np.unique(np.concatenate(([0], np.minimum(known, width), [width])))
    for low, high in pairwise(edges.tolist()):
        rows, block = np.flatnonzero(known > low), slice(low, high)
        if min(arm[rows].sum(), (~arm[rows]).sum()) < FEWEST:
            continue
        part = _linear_block(y[rows, block], x[rows], unit[rows], count)
        estimate[block], influence[:, block] = part[0], part[1]
        freedom = min(freedom, part[2])
    return estimate, influence, freedom


def _linear_block(y: Floats, x: Floats, unit: Integers, count: int) -> tuple[Floats, Floats, float]:
    bread = solve(x.T @ x, np.eye(x.shape[1]))
    pull = x @ bread[0]
    left = y - x @ (bread @ (x.T @ y))
    sizes = np.bincount(unit, minlength=count)
    if sizes.max() == 1:
        leverage = np.minimum(np.einsum("ij,ij->i", x @ bread, x), 1 - 1e-9)
        adjusted = left * (pull / np.sqrt(1 - leverage))[:, None]
        return pull @ y, group_sums(adjusted, unit, count), float(len(y) - np.linalg.matrix_rank(x))
    corrected = _cluster_pull(x, bread, pull, unit)
    influence = group_sums(left * corrected[:, None], unit, count)
    return pull @ y, influence, _bell_mccaffrey(x, bread, corrected, unit, int((sizes > 0).sum()))


def _cluster_pull(x: Floats, bread: Floats, pull: Floats, unit: Integers) -> Floats:
    """Each unit's pull through (I - H)^-½, so that residuals of units with much leverage count in full."""
    corrected = np.empty(len(pull))
    order = np.argsort(unit, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(unit[order])) + 1):
        values, vectors = np.linalg.eigh(np.eye(len(rows)) - x[rows] @ bread @ x[rows].T)
        root = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0.0)
        corrected[rows] = vectors @ (root * (vectors.T @ pull[rows]))
    return corrected


def _bell_mccaffrey(x: Floats, bread: Floats, corrected: Floats, unit: Integers, units: int) -> float:
    """Degrees of freedom matched to the first two moments of the variance estimate, (Σλ)² / Σλ².

    λ are those of G'(I - X(X'X)⁻X')G, where G (n, U) holds each unit's pull in a column of its own.
    """
    if units > _CLUSTERS_WITH_OWN_FREEDOM:
        return float(units - 1)
    count = int(unit.max()) + 1
    sums = group_sums(x * corrected[:, None], unit, count)
    inner = np.diag(np.bincount(unit, corrected**2, minlength=count)) - sums @ bread @ sums.T
    return float(np.trace(inner) ** 2 / (inner**2).sum())


def _lottery_effect(
    estimate: Floats, influence: Floats, freedom: float, y: Floats, arm: Flags, known: Integers
) -> Effect:
    seen = known[:, None] > np.arange(y.shape[1])
    count = (seen & arm[:, None]).sum(axis=0)
    mean = np.where(seen & arm[:, None], y, 0.0).sum(axis=0) / np.maximum(count, 1)
    others = (seen & ~arm[:, None]).sum(axis=0)
    covariance = influence.T @ influence
    covariance[np.isnan(estimate)] = np.nan
    return Effect(estimate, covariance, np.where(np.isnan(estimate), np.nan, mean), count, others, freedom)


def _instrumented(
    itt: tuple[Floats, Floats, float],
    first: tuple[Floats, Floats, float],
    offered: Effect,
    y: Floats,
    taking: Flags,
) -> Effect:
    moved = float(first[0][0])
    if abs(moved) < 1e-9:
        raise DesignError(
            "Tilbuddet ændrede ikke, hvem der deltog, så virkningen af at deltage kan ikke beregnes."
        )
    estimate = itt[0] / moved
    influence = (itt[1] - np.nan_to_num(estimate) * first[1]) / moved
    mean = y[taking].mean(axis=0)
    return Effect(
        estimate, influence.T @ influence, mean, offered.treated_count, offered.control_count, itt[2]
    )


def randomisation_p(
    outcome: npt.ArrayLike,
    drawn: npt.ArrayLike,
    *,
    covariates: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    unit: npt.ArrayLike | None = None,
    draws: int = 2000,
    seed: int,
) -> float:
    """How often a redrawn lottery would give a difference at least as large if the mentor made none, two-sided.

    Draws are made as the lottery was: among units, in strata, with as many winners. ``outcome`` (n,). The seed is
    stored with the result. Raises DesignError for fewer than 99 draws, or a unit that is in both arms or two strata.
    """
    y, arm = floats(outcome, "outcome"), flags(drawn, "drawn")
    if draws < 99:
        raise DesignError("Træk lod mindst 99 gange.")
    rest = _lottery_columns(arm, covariates, strata)[:, 1:]
    basis = np.linalg.qr(rest)[0]
    left = y - basis @ (basis.T @ y)
    found = abs(_slopes(arm[None].astype(np.float64), left, basis)[0])
    rng = np.random.default_rng(seed)
    hits = 0
    for begin in range(0, draws, _DRAWS_AT_A_TIME):
        redrawn = _redraw(arm, strata, unit, min(_DRAWS_AT_A_TIME, draws - begin), rng)
        hits += int((np.abs(_slopes(redrawn, left, basis)) >= found - 1e-12).sum())
    return (1 + hits) / (1 + draws)


def _slopes(arms: Floats, left: Floats, basis: Floats) -> Floats:
    spread = arms.sum(axis=1) - ((arms @ basis) ** 2).sum(axis=1)
    return np.asarray((arms @ left) / np.maximum(spread, 1e-12))


def _redraw(
    arm: Flags, strata: npt.ArrayLike | None, unit: npt.ArrayLike | None, draws: int, rng: np.random.Generator
) -> Floats:
    """``draws`` new lotteries (draws, n), with as many winning units in each stratum as there were."""
    size = len(arm)
    who, count = numbered(unit, size, "unit") if unit is not None else (np.arange(size), size)
    stratum, strata_count = numbered(strata, size, "strata")
    won, group = np.zeros(count, dtype=bool), np.zeros(count, dtype=np.int64)
    won[who], group[who] = arm, stratum
    if (won[who] != arm).any() or (group[who] != stratum).any():
        raise DesignError(
            "En enhed i lodtrækningen er både trukket og ikke trukket, eller står i to grupper."
        )
    sizes = np.bincount(group, minlength=strata_count)
    winners = np.bincount(group, won, minlength=strata_count)
    first = np.cumsum(sizes) - sizes
    by_group = np.sort(group)
    template = (np.arange(count) - first[by_group]) < winners[by_group]
    order = np.argsort(rng.random((draws, count)) + group, axis=1)
    redrawn = np.zeros((draws, count))
    np.put_along_axis(redrawn, order, np.broadcast_to(template.astype(np.float64), order.shape), axis=1)
    return redrawn[:, who]
