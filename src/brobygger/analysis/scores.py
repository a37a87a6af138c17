"""Who gets a mentor: the score, the weights made from it, and what they balance.

Sources: Rosenbaum and Rubin, Biometrika 70 (1983); Hainmueller, Political Analysis 20 (2012) on entropy balancing;
Kish, Survey Sampling (1965) on the effective size of a weighted sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import (
    CHUNK_ROWS,
    Flags,
    Floats,
    Integers,
    flags,
    floats,
    group_sums,
    numbered,
    solve,
)

_RIDGE = 1e-7
_MOST_ROUNDS = 60
_LONGEST_STEP = 8.0
_WARM_START_ROWS = 60_000


@dataclass(frozen=True)
class Score:
    """A fitted logit: ``coefficient`` (k,), ``intercept`` (S,) per stratum, ``log_odds`` and ``probability`` (n,).

    ``converged`` is False when the treated can be told from the rest exactly: the overlap check will then be red.
    """

    coefficient: Floats
    intercept: Floats
    log_odds: Floats
    converged: bool
    rounds: int

    @property
    def probability(self) -> Floats:
        return np.asarray(special.expit(self.log_odds))

    @property
    def odds(self) -> Floats:
        return np.asarray(np.exp(np.clip(self.log_odds, -50, 50)))


@dataclass(frozen=True)
class BalancedWeights:
    """Weights (n,) that make the controls' means those of the treated; 1 for the treated.

    ``largest_gap`` is the largest difference left, in standard deviations; ``converged`` is False when no weights can
    close it.
    """

    weights: Floats
    largest_gap: float
    converged: bool


@dataclass(frozen=True)
class Balance:
    """Standardised differences (k,) of means, before and after weighting: the love plot."""

    names: tuple[str, ...]
    before: Floats
    after: Floats

    @property
    def worst(self) -> float:
        """The largest absolute difference after weighting; 0 without covariates."""
        return float(np.abs(self.after).max(initial=0.0))


def logit_score(
    covariates: npt.ArrayLike, treated: npt.ArrayLike, *, strata: npt.ArrayLike | None = None
) -> Score:
    """The probability of being treated given ``covariates`` (n, k), with an intercept of its own per stratum.

    Newton's method in blocks of rows that fit in the cache, started on a thinned sample when there are many rows.
    Raises DesignError when everyone or no one is treated.
    """
    x, arm = floats(covariates, "covariates", dimensions=2), flags(treated, "treated")
    if not arm.any() or arm.all():
        raise DesignError("Der skal være både personer med og uden mentor for at sammenligne dem.")
    stratum, count = numbered(strata, len(arm), "strata")
    centre, scale = x.mean(axis=0), x.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    start = _warm_start(x, arm, centre, scale)
    shares = np.bincount(stratum, arm, minlength=count) + 0.5
    sizes = np.bincount(stratum, minlength=count) + 1.0
    model = _Logit(x, arm, stratum, count, centre, scale)
    slope, intercept, rounds, converged = model.fit(start, special.logit(shares / sizes))
    coefficient = slope / scale
    intercept = intercept - centre @ coefficient
    log_odds = x @ coefficient + intercept[stratum]
    return Score(coefficient, intercept, log_odds, converged, rounds)


def _warm_start(x: Floats, arm: Flags, centre: Floats, scale: Floats) -> Floats:
    """Slopes from a thinned sample, so that the whole sample needs only a few rounds."""
    step = len(x) // _WARM_START_ROWS
    if step < 2 or arm[::step].sum() < 20 * x.shape[1]:
        return np.zeros(x.shape[1])
    thin = np.ascontiguousarray(x[::step])
    model = _Logit(thin, arm[::step], np.zeros(len(thin), dtype=np.int64), 1, centre, scale)
    return model.fit(np.zeros(x.shape[1]), special.logit(np.array([arm.mean()])))[0]


@dataclass(frozen=True)
class _Logit:
    x: Floats
    arm: Flags
    stratum: Integers
    count: int
    centre: Floats
    scale: Floats

    def fit(self, slope: Floats, intercept: Floats) -> tuple[Floats, Floats, int, bool]:
        state = self._derivatives(slope, intercept)
        for rounds in range(1, _MOST_ROUNDS + 1):
            move, shift, gain = self._step(slope, intercept, state)
            if gain < 1e-9:
                return slope, intercept, rounds, bool(np.abs(slope).max(initial=0) < 30)
            for _ in range(20):
                tried = self._derivatives(slope + move, intercept + shift)
                if tried[0] >= state[0] - 1e-9 * abs(state[0]):
                    break
                move, shift = move / 2, shift / 2
            slope, intercept, state = slope + move, intercept + shift, tried
        return slope, intercept, _MOST_ROUNDS, False

    def _step(
        self, slope: Floats, intercept: Floats, state: tuple[float, Floats, Floats, Floats, Floats, Floats]
    ) -> tuple[Floats, Floats, float]:
        """Newton's step with the intercepts eliminated: their block is diagonal, however many strata there are."""
        _, gradient, hessian, own, curve, cross = state
        diagonal = curve + _RIDGE
        reduced = hessian - (cross / diagonal[:, None]).T @ cross
        move = solve(reduced, gradient - (own / diagonal) @ cross) if len(slope) else slope
        shift = (own - cross @ move) / diagonal
        gain = float(gradient @ move + own @ shift)
        longest = max(np.abs(move).max(initial=0), np.abs(shift).max(initial=0))
        short = min(1.0, _LONGEST_STEP / max(longest, 1e-300))
        return move * short, shift * short, gain

    def _derivatives(
        self, slope: Floats, intercept: Floats
    ) -> tuple[float, Floats, Floats, Floats, Floats, Floats]:
        width = self.x.shape[1]
        ridge = _RIDGE * len(self.x)
        coefficient = slope / self.scale
        likelihood, hessian = -0.5 * ridge * float(slope @ slope), np.zeros((width, width))
        gradient, curve_x = np.zeros(width), np.zeros((self.count, width))
        own, curve = np.zeros(self.count), np.zeros(self.count)
        for begin in range(0, len(self.x), CHUNK_ROWS):
            rows = slice(begin, begin + CHUNK_ROWS)
            x, group = self.x[rows], self.stratum[rows]
            linear = (x @ coefficient) + (intercept - self.centre @ coefficient)[group]
            fitted = special.expit(linear)
            left, weight = self.arm[rows] - fitted, fitted * (1 - fitted)
            likelihood += float(linear @ self.arm[rows] - np.logaddexp(0, linear).sum())
            weighted = x * weight[:, None]
            gradient += left @ x
            hessian += weighted.T @ x
            own += np.bincount(group, left, minlength=self.count)
            curve += np.bincount(group, weight, minlength=self.count)
            curve_x += group_sums(weighted, group, self.count)
        return self._standardised(likelihood, gradient, hessian, own, curve, curve_x, ridge, slope)

    def _standardised(
        self,
        likelihood: float,
        gradient: Floats,
        hessian: Floats,
        own: Floats,
        curve: Floats,
        curve_x: Floats,
        ridge: float,
        slope: Floats,
    ) -> tuple[float, Floats, Floats, Floats, Floats, Floats]:
        """From raw columns to centred and scaled ones, without ever making those."""
        c, s = self.centre, self.scale
        weighted = curve_x.sum(axis=0)
        inner = hessian - np.outer(weighted, c) - np.outer(c, weighted) + curve.sum() * np.outer(c, c)
        inner = inner / np.outer(s, s) + ridge * np.eye(len(s))
        cross = (curve_x - curve[:, None] * c) / s
        return likelihood, (gradient - own.sum() * c) / s - ridge * slope, inner, own, curve, cross


def odds_weights(score: Score, treated: npt.ArrayLike, *, strata: npt.ArrayLike | None = None) -> Floats:
    """Weights (n,) that make controls like the treated: 1 for the treated, odds for the rest.

    The controls' weights sum to the number of treated in every stratum. A stratum without one of the arms gets 0.
    """
    arm = flags(treated, "treated")
    stratum, count = numbered(strata, len(arm), "strata")
    return scaled_within(np.where(arm, 1.0, score.odds), arm, stratum, count)


def scaled_within(weights: Floats, arm: Flags, stratum: Integers, count: int) -> Floats:
    """Controls' weights scaled to sum to the treated's in each stratum; 0 where an arm is missing."""
    wanted = np.bincount(stratum, np.where(arm, weights, 0.0), minlength=count)
    have = np.bincount(stratum, np.where(arm, 0.0, weights), minlength=count)
    factor = np.divide(wanted, have, out=np.zeros(count), where=have > 0)
    usable = (wanted > 0) & (have > 0)
    return np.where(usable[stratum], np.where(arm, weights, weights * factor[stratum]), 0.0)


def entropy_weights(
    covariates: npt.ArrayLike, treated: npt.ArrayLike, *, strata: npt.ArrayLike | None = None
) -> BalancedWeights:
    """The most even weights of the controls that give them exactly the treated's means, overall, and the treated's
    number in each stratum. Found by Newton's method on the dual (Hainmueller 2012).
    """
    x, arm = floats(covariates, "covariates", dimensions=2), flags(treated, "treated")
    stratum, count = numbered(strata, len(arm), "strata")
    spread = x.std(axis=0)
    z = (x - x[arm].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    per_stratum = np.bincount(stratum[arm], minlength=count).astype(np.float64)
    present = np.bincount(stratum[~arm], minlength=count) > 0
    kept = arm & present[stratum]
    target = z[kept].sum(axis=0)
    dual, converged = _balance(z[~arm], stratum[~arm], np.where(present, per_stratum, 0.0), target, count)
    weights = arm.astype(np.float64)
    weights[~arm] = np.exp(np.clip(z[~arm] @ dual, -300, 300))
    weights = scaled_within(weights, arm, stratum, count)
    gap = np.abs(weights[~arm] @ z[~arm] - target).max(initial=0.0) / max(kept.sum(), 1)
    return BalancedWeights(weights, float(gap), converged and gap < 1e-4)


def _balance(z: Floats, stratum: Integers, wanted: Floats, target: Floats, count: int) -> tuple[Floats, bool]:
    dual = np.zeros(z.shape[1])
    value, share = _dual(z, stratum, wanted, target, dual, count)
    for _ in range(_MOST_ROUNDS):
        weighted = z * share[:, None]
        gradient = weighted.sum(axis=0) - target
        if np.abs(gradient).max(initial=0.0) < 1e-9 * max(wanted.sum(), 1):
            return dual, True
        means = group_sums(weighted, stratum, count)
        inner = weighted.T @ z - (means / np.maximum(wanted, 1e-300)[:, None]).T @ means
        step = -solve(inner, gradient)
        for _ in range(40):
            new_value, new_share = _dual(z, stratum, wanted, target, dual + step, count)
            if new_value <= value + 1e-4 * float(gradient @ step):
                break
            step = step / 2
        dual, value, share = dual + step, new_value, new_share
    return dual, False


def _dual(
    z: Floats, stratum: Integers, wanted: Floats, target: Floats, dual: Floats, count: int
) -> tuple[float, Floats]:
    linear = z @ dual
    top = np.full(count, -np.inf)
    np.maximum.at(top, stratum, linear) if count > 1 else top.fill(linear.max(initial=0.0))
    top = np.where(np.isfinite(top), top, 0.0)
    raised = np.exp(linear - top[stratum])
    total = np.bincount(stratum, raised, minlength=count)
    safe = np.maximum(total, 1e-300)
    value = float(wanted @ (np.log(safe) + top) - target @ dual)
    return value, raised * (wanted / safe)[stratum]


def standardised_differences(
    covariates: npt.ArrayLike,
    treated: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    names: tuple[str, ...] = (),
) -> Balance:
    """Difference of means over the standard deviation, before and after weighting, (k,).

    The deviation is the root of the mean of both arms' variances before weighting (Austin 2009), the same in both, so
    that weighting cannot make a difference look smaller by making the spread larger.
    """
    x, arm = floats(covariates, "covariates", dimensions=2), flags(treated, "treated")
    weight = floats(weights, "weights")
    deviation = np.sqrt((x[arm].var(axis=0) + x[~arm].var(axis=0)) / 2)
    safe = np.where(deviation > 0, deviation, 1.0)
    before = (x[arm].mean(axis=0) - x[~arm].mean(axis=0)) / safe
    means = [weight[side] @ x[side] / max(weight[side].sum(), 1e-300) for side in (arm, ~arm)]
    labels = names or tuple(f"x{index}" for index in range(x.shape[1]))
    return Balance(labels, before, (means[0] - means[1]) / safe)


def effective_size(weights: npt.ArrayLike) -> float:
    """How many equally weighted people a weighted sample is worth: (Σw)² / Σw²; 0 for none."""
    weight = floats(weights, "weights")
    squares = float(weight @ weight)
    return float(weight.sum() ** 2 / squares) if squares > 0 else 0.0


def inside_support(
    measure: npt.ArrayLike, treated: npt.ArrayLike, *, strata: npt.ArrayLike | None = None
) -> Flags:
    """Which treated (n1,) have controls both above and below, or level with, them in their stratum's range, give or
    take a quarter of a standard deviation of the log-odds.
    """
    odds, arm = floats(measure, "measure"), flags(treated, "treated")
    stratum, count = numbered(strata, len(arm), "strata")
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, stratum[~arm], odds[~arm])
    np.maximum.at(high, stratum[~arm], odds[~arm])
    slack = 0.25 * float(odds.std())
    mine = stratum[arm]
    return np.asarray((odds[arm] >= low[mine] - slack) & (odds[arm] <= high[mine] + slack))


def exact_strata(*columns: npt.ArrayLike) -> Integers:
    """One stratum number (n,) per combination that occurs: target group x quarter x elapsed duration, for example."""
    if not columns:
        raise DesignError("Vælg mindst én egenskab at dele op efter.")
    size = len(np.asarray(columns[0]))
    found = np.zeros(size, dtype=np.int64)
    for column in columns:
        index, count = numbered(column, size, "strata")
        found = found * count + index
        found = np.unique(found, return_inverse=True)[1].astype(np.int64)
    return found
