"""Time until something happens: Kaplan-Meier, Aalen-Johansen, log-rank and Cox.

Everything is counted per distinct time, so cost follows the number of weeks and groups once the spells are counted.
Durations may be whole weeks (fast: no sorting) or any non-negative numbers. A spell is at risk at time t when
``entry < t <= duration``; an event happens at ``duration``.

Sources: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (2002); Klein and Moeschberger,
Survival Analysis (2003); Efron, JASA 72 (1977) on ties; Lin and Wei, JASA 84 (1989) on clustered errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import (
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

MOST_WEEKS = 100_000
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class SurvivalCurves:
    """Kaplan-Meier curves: ``times`` (T,), everything else (G, T). Standard errors are Greenwood's."""

    times: Floats
    at_risk: Integers
    events: Integers
    survival: Floats
    standard_error: Floats

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Pointwise limits (G, T), log-minus-log: never outside 0 to 1. Raises DesignError for a bad level."""
        inside = (self.survival > 0) & (self.survival < 1)
        safe = np.where(inside, self.survival, 0.5)
        reach = critical(level) * self.standard_error / (safe * np.abs(np.log(safe)))
        low, high = safe ** np.exp(reach), safe ** np.exp(-reach)
        return np.where(inside, low, self.survival), np.where(inside, high, self.survival)

    def at(self, time: float) -> tuple[Floats, Floats]:
        """Survival and its standard error (G,) at a time; 1 and 0 before the first."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        if place < 0:
            return np.ones(len(self.survival)), np.zeros(len(self.survival))
        return self.survival[:, place], self.standard_error[:, place]

    def median(self) -> Floats:
        """The first time (G,) at which at most half remain; NaN where more than half always do."""
        reached = self.survival <= 0.5 + 1e-12
        first = self.times[np.argmax(reached, axis=1)]
        return np.where(reached.any(axis=1), first, np.nan)


@dataclass(frozen=True)
class Incidence:
    """Aalen-Johansen: the share that has ended by each cause. ``incidence``, ``standard_error``: (G, K, T).

    ``causes`` (K,) are the cause numbers; ``free`` (G, T) is the share with none of them. Shares sum to 1.
    """

    times: Floats
    causes: Integers
    at_risk: Integers
    incidence: Floats
    standard_error: Floats
    free: Floats

    def at(self, time: float) -> Floats:
        """Shares (G, K) at a time; 0 before the first."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        return self.incidence[:, :, place] if place >= 0 else np.zeros(self.incidence.shape[:2])


@dataclass(frozen=True)
class LogRank:
    """Whether groups differ at all: chi-square, degrees of freedom, p; observed and expected events (G,)."""

    chi_square: float
    freedom: int
    p_value: float
    observed: Floats
    expected: Floats


@dataclass(frozen=True)
class CoxFit:
    """Log hazard ratios (k,) with covariance (k, k); clustered when a cluster was given, else from the model."""

    names: tuple[str, ...]
    coefficient: Floats
    covariance: Floats
    model_covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    iterations: int

    @property
    def standard_error(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    def hazard_ratio(self, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
        """Ratio, lower and upper limit, each (k,)."""
        reach = critical(level) * self.standard_error
        found = self.coefficient
        return np.exp(found), np.exp(found - reach), np.exp(found + reach)


@dataclass(frozen=True)
class _Counts:
    times: Floats
    at_risk: Integers
    by_cause: Integers

    @property
    def events(self) -> Integers:
        one = self.by_cause[:, 0]
        return (
            np.ascontiguousarray(one)
            if self.by_cause.shape[1] == 1
            else np.asarray(self.by_cause.sum(axis=1))
        )


def kaplan_meier(
    duration: npt.ArrayLike,
    ended: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
) -> SurvivalCurves:
    """Share still in the state by time, a curve per group (in the order of their sorted labels).

    ``duration`` (n,) weeks, ``ended`` (n,) 1 = happened, 0 = not seen to happen, ``entry`` (n,) late entry.
    Raises DesignError for negative durations, an entry at or after the duration, or columns of unequal length.
    """
    counts = _count(duration, flags(ended, "ended").astype(np.int64), groups, entry)
    at_risk, events = counts.at_risk, counts.events
    share, variance = _product_limit(at_risk, events)
    return SurvivalCurves(counts.times, at_risk, events, share, share * np.sqrt(variance))


def _product_limit(at_risk: Integers, events: Integers) -> tuple[Floats, Floats]:
    n: Floats = np.maximum(at_risk, 1).astype(np.float64)
    left: Floats = n - events
    step: Floats = events / (n * np.where(left > 0, left, np.inf))
    return np.asarray(np.cumprod(left / n, axis=1), dtype=np.float64), np.cumsum(step, axis=1)


def aalen_johansen(
    duration: npt.ArrayLike,
    cause: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
) -> Incidence:
    """Share ended by each cause. ``cause`` (n,): 0 = not seen to end, 1, 2, … = why. Ties need no jitter.

    Standard errors: the delta method on the multinomial steps (Marubini and Valsecchi 1995, 10.12).
    Raises DesignError as ``kaplan_meier``, and when a cause is negative.
    """
    why = np.asarray(cause)
    if len(why) and (why.dtype.kind not in "iub" or why.min() < 0):
        raise DesignError("En årsag skal være et helt tal: 0 for ikke set slutte, ellers 1, 2, …")
    counts = _count(duration, why.astype(np.int64), groups, entry)
    share, _ = _product_limit(counts.at_risk, counts.events)
    before = np.concatenate((np.ones((len(share), 1)), share[:, :-1]), axis=1)
    n = np.maximum(counts.at_risk, 1).astype(np.float64)
    cif = np.cumsum(before[:, None] * counts.by_cause / n[:, None], axis=2)
    variance = _incidence_variance(cif, before, n, counts.events, counts.by_cause)
    causes = np.arange(1, counts.by_cause.shape[1] + 1)
    return Incidence(counts.times, causes, counts.at_risk, cif, np.sqrt(np.maximum(variance, 0)), share)


def _incidence_variance(cif: Floats, before: Floats, n: Floats, d: Integers, by_cause: Integers) -> Floats:
    """Sums over earlier times of (F(t) - F(s))² and its fellows, written out so that one cumulation does each."""
    hazard = np.divide(d, n * (n - d), out=np.zeros(n.shape), where=n > d)[:, None]
    cross = before[:, None] * by_cause / n[:, None] ** 2
    own = before[:, None] ** 2 * by_cause * (n[:, None] - by_cause) / n[:, None] ** 3
    total = cif**2 * np.cumsum(hazard, axis=2)
    total += np.cumsum(cif**2 * hazard + own + 2 * cif * cross, axis=2)
    total -= 2 * cif * np.cumsum(cif * hazard + cross, axis=2)
    return np.asarray(total)


def log_rank(
    duration: npt.ArrayLike,
    ended: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
) -> LogRank:
    """The log-rank test over any number of groups. Raises DesignError when there is only one group."""
    counts = _count(duration, flags(ended, "ended").astype(np.int64), groups, entry)
    if len(counts.at_risk) < 2:
        raise DesignError("Log-rank sammenligner mindst to grupper.")
    events = counts.events
    n, d = counts.at_risk.sum(axis=0), events.sum(axis=0)
    share = counts.at_risk / np.maximum(n, 1)
    spread = d * (n - d) / np.maximum(n - 1, 1)
    observed, expected = events.sum(axis=1).astype(np.float64), share @ d.astype(np.float64)
    covariance = np.diag(share @ spread) - (share * spread) @ share.T
    gap = observed - expected
    freedom = int((expected > 0).sum()) - 1
    chi = float(gap @ solve(covariance, gap))
    return LogRank(chi, freedom, float(stats.chi2.sf(chi, freedom)), observed, expected)


def _count(
    duration: npt.ArrayLike, cause: Integers, groups: npt.ArrayLike | None, entry: npt.ArrayLike | None
) -> _Counts:
    """At risk (G, T) and events (G, K, T) at every time."""
    times, place = _timeline(duration)
    if cause.shape != place.shape:
        raise DesignError("Varighed og udfald er ikke lige lange.")
    group, count = numbered(groups, len(place), "groups")
    width, kinds = len(times), max(int(cause.max(initial=1)), 1)
    cell = (group * width + place) * (kinds + 1) + cause
    leaving = np.bincount(cell, minlength=count * width * (kinds + 1)).reshape(count, width, kinds + 1)
    left = leaving.sum(axis=2) if kinds > 1 else leaving[:, :, 0] + leaving[:, :, 1]
    gone = np.cumsum(left, axis=1)
    at_risk = gone[:, -1:] - gone + left
    if entry is not None:
        at_risk = at_risk - _not_yet_entered(entry, np.asarray(duration), times, group, count)
    return _Counts(times, at_risk, np.moveaxis(leaving[:, :, 1:], 2, 1))


def _timeline(duration: npt.ArrayLike) -> tuple[Floats, Integers]:
    """The times (T,) and each row's place in them. Whole weeks need no sorting."""
    array = np.asarray(duration)
    if array.ndim != 1 or not len(array):
        raise DesignError("Varigheder skal være en liste med mindst ét forløb.")
    if array.dtype.kind in "iu" and array.min() >= 0 and array.max() <= MOST_WEEKS:
        return np.arange(int(array.max()) + 1, dtype=np.float64), array.astype(np.int64, copy=False)
    exact = floats(array, "duration")
    if exact.min() < 0:
        raise DesignError("En varighed er negativ.")
    times, place = np.unique(exact, return_inverse=True)
    return times, place.astype(np.int64)


def _not_yet_entered(
    entry: npt.ArrayLike, duration: npt.NDArray[np.generic], times: Floats, group: Integers, count: int
) -> Integers:
    begins = floats(entry, "entry")
    if begins.shape != duration.shape or (begins >= duration.astype(np.float64)).any():
        raise DesignError("Et forløb skal begynde at blive fulgt, før det slutter.")
    # At risk from the first time after entry: until then it must be taken out again.
    first = np.searchsorted(times, begins, side="right")
    width = len(times) + 1
    opened = np.bincount(group * width + first, minlength=count * width).reshape(count, width)
    return np.asarray(np.cumsum(opened[:, ::-1], axis=1)[:, ::-1][:, 1:])


# Cox


@dataclass(frozen=True)
class _RiskSets:
    """One stratum, sorted by duration: what every Newton step needs again."""

    x: Floats
    ended: Flags
    place: Integers
    entered: Integers | None
    by_entry: Integers | None
    edges: Integers
    entry_edges: Integers | None
    dead_x: Floats
    deaths: Integers


def cox(
    duration: npt.ArrayLike,
    ended: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    names: Sequence[str] = (),
    entry: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    breslow: bool = False,
) -> CoxFit:
    """Cox regression with Efron's handling of ties (Breslow's on request).

    ``covariates`` (n, k). Rows with ``entry`` follow a person over part of the time: that is how a mentor's start
    enters as something that changes, never as "ever had a mentor". ``strata`` get baselines of their own;
    ``cluster`` (n,) makes the covariance robust to several rows per person.
    Raises DesignError when nothing ends, or the columns do not fit.
    """
    x = floats(covariates, "covariates", dimensions=2)
    middle = x.mean(axis=0)
    sets = list(_risk_sets(np.asarray(duration), flags(ended, "ended"), x - middle, entry, strata))
    if not any(one.ended.any() for one, _ in sets):
        raise DesignError("Ingen forløb er set slutte, så der er intet at beregne.")
    beta, information, likelihood, null, rounds = _newton([one for one, _ in sets], x.shape[1], breslow)
    model = solve(information, np.eye(len(beta)))
    covariance = model if cluster is None else _clustered(sets, beta, model, cluster, len(x), breslow)
    labels = tuple(names) or tuple(f"x{index}" for index in range(x.shape[1]))
    return CoxFit(labels, beta, covariance, model, likelihood, null, rounds)


def _risk_sets(
    duration: npt.NDArray[np.generic],
    ended: Flags,
    x: Floats,
    entry: npt.ArrayLike | None,
    strata: npt.ArrayLike | None,
) -> Iterator[tuple[_RiskSets, Integers]]:
    if len(duration) != len(x) or len(ended) != len(x):
        raise DesignError("Varighed, udfald og baggrund er ikke lige lange.")
    stratum, count = numbered(strata, len(x), "strata")
    begins = None if entry is None else floats(entry, "entry")
    for one in range(count):
        rows = np.flatnonzero(stratum == one)
        rows = rows[np.argsort(duration[rows], kind="stable")]
        yield _one_set(duration[rows], ended[rows], x[rows], None if begins is None else begins[rows]), rows


def _one_set(duration: npt.NDArray[np.generic], ended: Flags, x: Floats, entry: Floats | None) -> _RiskSets:
    times = np.unique(duration[ended])
    place = np.searchsorted(times, duration, side="right") - 1  # the last event time at or before leaving
    edges = np.searchsorted(place, np.arange(len(times) + 1))
    at = place[ended]
    dead_x = group_sums(x[ended], at, max(len(times), 1)) if len(at) else np.zeros((0, x.shape[1]))
    deaths = np.bincount(at, minlength=len(times))
    if entry is None:
        return _RiskSets(x, ended, place, None, None, edges, None, dead_x, deaths)
    if (entry >= np.asarray(duration, dtype=np.float64)).any():
        raise DesignError("Et forløb skal begynde at blive fulgt, før det slutter.")
    entered = np.searchsorted(np.asarray(times, dtype=np.float64), entry, side="right")
    by_entry = np.argsort(entered, kind="stable")
    entry_edges = np.searchsorted(entered[by_entry], np.arange(len(times) + 2))
    return _RiskSets(x, ended, place, entered, by_entry, edges, entry_edges, dead_x, deaths)


def _moments(x: Floats, risk: Floats, edges: Integers) -> tuple[Floats, Floats, Floats]:
    """Sums of risk, risk·x and risk·x·x' over the rows of each time, (T,), (T, k), (T, k, k)."""
    size, width = len(edges) - 1, x.shape[1]
    zero, one, two = np.zeros(size), np.zeros((size, width)), np.zeros((size, width, width))
    for time in range(size):
        rows = slice(edges[time], edges[time + 1])
        weighted = x[rows] * risk[rows, None]
        zero[time], one[time], two[time] = risk[rows].sum(), weighted.sum(axis=0), weighted.T @ x[rows]
    return zero, one, two


def _at_risk_moments(sets: _RiskSets, risk: Floats) -> tuple[Floats, Floats, Floats]:
    leaving = _moments(sets.x, risk, sets.edges)
    s0, s1, s2 = (np.cumsum(part[::-1], axis=0)[::-1] for part in leaving)
    if sets.by_entry is None or sets.entry_edges is None:
        return s0, s1, s2
    opening = _moments(sets.x[sets.by_entry], risk[sets.by_entry], sets.entry_edges)
    late = [np.cumsum(part[::-1], axis=0)[::-1][1:] for part in opening]
    return s0 - late[0], s1 - late[1], s2 - late[2]


def _tie_sums(s0: Floats, d0: Floats, deaths: Integers, breslow: bool) -> list[Floats]:
    """For each time Σ cᵃ/(S0 - c·D0)ᵇ over c = 0, 1/d, …: (1/φ, c/φ, 1/φ², c/φ², c²/φ²) and Σ log φ, each (T,)."""
    owner = np.repeat(np.arange(len(deaths)), deaths)
    order = np.arange(len(owner)) - np.repeat(np.cumsum(deaths) - deaths, deaths)
    share = np.zeros(len(owner)) if breslow else order / deaths[owner]
    left = s0[owner] - share * d0[owner]
    parts = (1 / left, share / left, 1 / left**2, share / left**2, share**2 / left**2, np.log(left))
    return [np.bincount(owner, part, minlength=len(deaths)).astype(np.float64) for part in parts]


def _derivatives(sets: _RiskSets, beta: Floats, breslow: bool) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, its gradient (k,) and information (k, k) of one stratum."""
    if not len(sets.deaths):
        return 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    linear = sets.x @ beta
    shift = linear.max()
    risk = np.exp(linear - shift)
    s0, s1, s2 = _at_risk_moments(sets, risk)
    d0, d1, d2 = _dead_moments(sets, risk)
    a, b, aa, ab, bb, logs = _tie_sums(s0, d0, sets.deaths, breslow)
    likelihood = float(linear[sets.ended].sum() - logs.sum() - shift * sets.deaths.sum())
    gradient = sets.dead_x.sum(axis=0) - a @ s1 + b @ d1
    information = np.tensordot(a, s2, 1) - np.tensordot(b, d2, 1)
    information -= (s1 * aa[:, None]).T @ s1 + (d1 * bb[:, None]).T @ d1
    mixed = (s1 * ab[:, None]).T @ d1
    return likelihood, gradient, information + mixed + mixed.T


def _dead_moments(sets: _RiskSets, risk: Floats) -> tuple[Floats, Floats, Floats]:
    dead = np.flatnonzero(sets.ended)
    edges = np.searchsorted(sets.place[dead], np.arange(len(sets.deaths) + 1))
    return _moments(sets.x[dead], risk[dead], edges)


def _newton(sets: list[_RiskSets], width: int, breslow: bool) -> tuple[Floats, Floats, float, float, int]:
    beta = np.zeros(width)
    likelihood, gradient, information = _total(sets, beta, breslow)
    null = likelihood
    for rounds in range(1, 51):
        step = solve(information, gradient)
        if float(gradient @ step) < _TOLERANCE:
            return beta, information, likelihood, null, rounds
        for _ in range(30):
            tried = _total(sets, beta + step, breslow)
            if tried[0] >= likelihood - 1e-9:
                break
            step = step / 2
        beta = beta + step
        likelihood, gradient, information = tried
    raise DesignError(
        "Cox-modellen fandt ikke en løsning. En baggrundsvariabel forudsiger måske udfaldet fuldt ud."
    )


def _total(sets: list[_RiskSets], beta: Floats, breslow: bool) -> tuple[float, Floats, Floats]:
    parts = [_derivatives(one, beta, breslow) for one in sets]
    gradient = np.asarray(sum(part[1] for part in parts))
    return sum(part[0] for part in parts), gradient, np.asarray(sum(part[2] for part in parts))


def _clustered(
    sets: list[tuple[_RiskSets, Integers]],
    beta: Floats,
    model: Floats,
    cluster: npt.ArrayLike,
    size: int,
    breslow: bool,
) -> Floats:
    who, count = numbered(cluster, size, "cluster")
    residual = np.zeros((size, len(beta)))
    for one, rows in sets:
        residual[rows] = _score_residuals(one, beta, breslow)
    moved = group_sums(residual, who, count) @ model
    return np.asarray(moved.T @ moved)


def _score_residuals(sets: _RiskSets, beta: Floats, breslow: bool) -> Floats:
    """What each row adds to the score, (n, k): its event less what was expected of it while at risk."""
    linear = sets.x @ beta
    risk = np.exp(linear - linear.max())
    s0, s1, _ = _at_risk_moments(sets, risk)
    d0, d1, _ = _dead_moments(sets, risk)
    a, b, aa, ab, bb, _ = _tie_sums(s0, d0, sets.deaths, breslow)
    mean_hazard = s1 * aa[:, None] - d1 * ab[:, None]
    hazard = np.concatenate(([0.0], np.cumsum(a)))
    drift = np.concatenate((np.zeros((1, len(beta))), np.cumsum(mean_hazard, axis=0)))
    begin = sets.entered if sets.entered is not None else np.zeros(len(risk), dtype=np.int64)
    stop = sets.place + 1
    found = -risk[:, None] * (sets.x * (hazard[stop] - hazard[begin])[:, None] - (drift[stop] - drift[begin]))
    at = sets.place[sets.ended]
    centre = (s1 * a[:, None] - d1 * b[:, None]) / sets.deaths[:, None]
    tied = sets.x[sets.ended] * b[at, None] - (s1 * ab[:, None] - d1 * bb[:, None])[at]
    found[sets.ended] += sets.x[sets.ended] - centre[at] + risk[sets.ended, None] * tied
    return np.asarray(found)
