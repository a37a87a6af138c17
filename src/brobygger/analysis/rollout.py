"""Practice that changed at known dates in some places: group-time differences in differences.

Each group (the places that changed in the same period) is compared, period by period, with places that had not
changed, and only then are the differences averaged. Two-way fixed effects are not offered: they compare late changers
with early ones and can give weights below zero.

Sources: Callaway and Sant'Anna, J. Econometrics 225 (2021); Sant'Anna and Zhao, J. Econometrics 219 (2020) on the
doubly robust step and its influence function; Rambachan and Roth, Rev. Econ. Studies 90 (2023) on broken trends.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import stats

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Flags, Floats, Integers, floats, group_sums, numbered, solve
from brobygger.analysis.scores import logit_score

NEVER = 0


class Controls(StrEnum):
    """Whom a changed place is compared with."""

    NEVER = "never"
    NOT_YET = "not_yet"


class Step(StrEnum):
    """How one comparison of two groups over two periods is adjusted for background."""

    DOUBLY_ROBUST = "doubly_robust"
    OUTCOME = "outcome"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class PanelOfUnits:
    """Places or people followed over periods: ``outcome`` (U, P), ``periods`` (P,) rising, ``first`` (U,).

    ``first`` is the period in which the unit changed, NEVER (0) for those that did not. ``covariates`` (U, k) are
    known before the first period; ``cluster`` (U,) is what was decided together, a municipality for instance;
    ``negative`` (U, P) is an outcome the change cannot touch.
    Raises DesignError when shapes do not fit, an outcome is missing or no unit changes.
    """

    outcome: Floats
    periods: Integers
    first: Integers
    covariates: Floats | None = None
    cluster: npt.NDArray[np.generic] | None = None
    negative: Floats | None = None

    def __post_init__(self) -> None:
        floats(self.outcome, "outcome", dimensions=2)
        units, periods = self.outcome.shape
        if len(self.periods) != periods or (np.diff(self.periods) <= 0).any():
            raise DesignError(
                "Perioderne skal være stigende, og der skal være én for hver kolonne i udfaldet."
            )
        if len(self.first) != units or (self.covariates is not None and len(self.covariates) != units):
            raise DesignError("Udfald, ændringstidspunkt og baggrund er ikke lige lange.")
        if self.negative is not None and self.negative.shape != self.outcome.shape:
            raise DesignError("Udfaldet, som ikke kan påvirkes, skal have samme form som udfaldet.")
        if not self.groups:
            raise DesignError("Ingen ændrede praksis i den tid, der er fulgt.")

    @property
    def groups(self) -> tuple[int, ...]:
        """Periods in which someone changed and there is a period before to start from."""
        within = (self.first != NEVER) & (self.first > self.periods[0]) & (self.first <= self.periods[-1])
        return tuple(int(group) for group in np.unique(self.first[within]))


@dataclass(frozen=True)
class GroupTime:
    """ATT(g, t): one number per group and period (C,), with each unit's influence (U, C)."""

    group: Integers
    period: Integers
    estimate: Floats
    influence: Floats
    controls: Integers
    first: Integers
    cluster: npt.NDArray[np.generic] | None

    @property
    def standard_error(self) -> Floats:
        return np.sqrt(np.diag(_covariance(self.influence, self.cluster)))

    @property
    def event_time(self) -> Integers:
        return self.period - self.group


@dataclass(frozen=True)
class Averages:
    """Averages of group-time effects by ``label`` (M,) (event time, group or period), and over all of them.

    ``overall`` is the average over labels at or after the change. ``band`` is how many standard errors a band needs to
    hold everywhere at once, found by drawing ``draws`` times from the influences with ``seed``.
    """

    label: Integers
    estimate: Floats
    covariance: Floats
    overall: float
    overall_error: float
    band: float
    seed: int
    draws: int

    @property
    def standard_error(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))


def group_time_effects(
    data: PanelOfUnits, *, controls: Controls = Controls.NOT_YET, step: Step = Step.DOUBLY_ROBUST
) -> GroupTime:
    """ATT(g, t) for every group and period, each against units that had not changed by then.

    After the change the base is the period just before it; before the change each period is compared with the one
    before it, which shows whether the groups already went apart. Pairs without controls are left out.
    Raises DesignError when no group has controls.
    """
    cells = []
    for group in data.groups:
        for place in range(1, len(data.periods)):
            found = _cell(data, group, place, controls, step)
            if found is not None:
                cells.append((group, int(data.periods[place]), *found))
    if not cells:
        raise DesignError("Der er ingen at sammenligne med: alle havde ændret praksis.")
    groups, times, estimates, influences, counts = zip(*cells, strict=True)
    numbers = np.array(groups), np.array(times), np.array(estimates)
    return GroupTime(*numbers, np.stack(influences, axis=1), np.array(counts), data.first, data.cluster)


def _cell(
    data: PanelOfUnits, group: int, place: int, controls: Controls, step: Step
) -> tuple[float, Floats, int] | None:
    period = int(data.periods[place])
    before = int(np.searchsorted(data.periods, group)) - 1 if period >= group else place - 1
    treated = data.first == group
    never = (data.first == NEVER) | (data.first > data.periods[-1])
    later = data.first > max(period, int(data.periods[before]))
    others = never if controls is Controls.NEVER else (never | later) & ~treated
    rows = treated | others
    if not others.any():
        return None
    change = data.outcome[rows, place] - data.outcome[rows, before]
    x = None if data.covariates is None else data.covariates[rows]
    estimate, part = two_by_two(change, treated[rows], covariates=x, step=step)
    influence = np.zeros(len(rows))
    influence[rows] = part * len(rows) / rows.sum()
    return estimate, influence, int(others.sum())


def two_by_two(
    change: npt.ArrayLike,
    treated: npt.ArrayLike,
    *,
    covariates: npt.ArrayLike | None = None,
    step: Step = Step.DOUBLY_ROBUST,
) -> tuple[float, Floats]:
    """One difference in differences for the treated and each unit's influence on it (n,); s.e. = sd / √n.

    ``change`` (n,) is the outcome after less before. The influence counts the estimation of score and regression too
    (Sant'Anna and Zhao 2020).
    """
    gap, arm = floats(change, "change"), np.asarray(treated).astype(np.bool_)
    x = np.ones((len(gap), 1))
    if covariates is not None:
        x = np.column_stack((x, floats(covariates, "covariates", dimensions=2)))
    odds, by_score = _odds(x, arm) if step is not Step.OUTCOME else ((~arm).astype(np.float64), None)
    slope, by_regression = (
        _regression(gap, x, arm) if step is not Step.WEIGHTS else (np.zeros(x.shape[1]), None)
    )
    left = gap - x @ slope
    if step is Step.OUTCOME:
        return _by_outcome(left, x, arm, by_regression)
    treated_part = _arm_part(left, x, arm.astype(np.float64), by_regression, None)
    control_part = _arm_part(left, x, odds, by_regression, by_score)
    return treated_part[0] - control_part[0], treated_part[1] - control_part[1]


def _odds(x: Floats, arm: Flags) -> tuple[Floats, Floats]:
    """Controls' odds (n,), and each unit's influence on the logit's coefficients (n, k)."""
    if x.shape[1] == 1:
        chance = np.full(len(arm), arm.mean())
    else:
        chance = np.minimum(logit_score(x[:, 1:], arm).probability, 1 - 1e-6)
    weight = chance * (1 - chance)
    bread = solve((x * weight[:, None]).T @ x, np.eye(x.shape[1])) * len(arm)
    return np.where(arm, 0.0, chance / (1 - chance)), ((arm - chance)[:, None] * x) @ bread


def _regression(gap: Floats, x: Floats, arm: Flags) -> tuple[Floats, Floats]:
    control = (~arm).astype(np.float64)
    bread = solve((x * control[:, None]).T @ x, np.eye(x.shape[1]))
    slope = bread @ (x.T @ (control * gap))
    return slope, (control * (gap - x @ slope))[:, None] * x @ (bread * len(arm))


def _by_outcome(left: Floats, x: Floats, arm: Flags, by_regression: Floats | None) -> tuple[float, Floats]:
    estimate, influence = _arm_part(left, x, arm.astype(np.float64), by_regression, None)
    return estimate, influence


def _arm_part(
    left: Floats, x: Floats, weight: Floats, by_regression: Floats | None, by_score: Floats | None
) -> tuple[float, Floats]:
    """A weighted mean of what the regression leaves, and each unit's influence on it."""
    total = float(weight.mean())
    mean = float(weight @ left) / len(left) / total
    influence = weight * (left - mean)
    if by_score is not None:
        influence = influence + by_score @ ((weight * (left - mean)) @ x / len(left))
    if by_regression is not None:
        influence = influence - by_regression @ (weight @ x / len(left))
    return mean, influence / total


def by_event_time(
    effects: GroupTime, *, first: int | None = None, last: int | None = None, seed: int = 1, draws: int = 999
) -> Averages:
    """Averages by periods since the change, groups weighted by size; negative ones are the look at the past."""
    times = np.unique(effects.event_time)
    times = times[(times >= (times.min() if first is None else first))]
    times = times[(times <= (times.max() if last is None else last))]
    picked = [_mean(effects, effects.event_time == time) for time in times]
    return _averages(effects, times, picked, times >= 0, None, seed, draws)


def by_group(effects: GroupTime, *, seed: int = 1, draws: int = 999) -> Averages:
    """Averages over the periods after the change for each group; overall weights groups by size."""
    groups = np.unique(effects.group)
    picked = []
    for group in groups:
        cells = (effects.group == group) & (effects.event_time >= 0)
        even = cells / cells.sum()
        picked.append((float(effects.estimate @ even), effects.influence @ even))
    return _averages(effects, groups, picked, np.ones(len(groups), dtype=bool), groups, seed, draws)


def simple_average(effects: GroupTime) -> tuple[float, float]:
    """One average over all cells after the change, weighted by group size, and its standard error."""
    estimate, influence = _mean(effects, effects.event_time >= 0)
    return estimate, float(np.sqrt(_covariance(influence[:, None], effects.cluster)[0, 0]))


def _mean(effects: GroupTime, cells: Flags) -> tuple[float, Floats]:
    """Cells weighted by their group's share of units; the shares are estimated too, and say so in the influence."""
    values = effects.estimate[cells]
    member = (effects.first[:, None] == effects.group[cells]).astype(np.float64)
    share = member.mean(axis=0)
    weight = share / share.sum()
    moved = (member - share) / share.sum() - np.outer((member - share).sum(axis=1), weight) / share.sum()
    return float(values @ weight), effects.influence[:, cells] @ weight + moved @ values


def _averages(
    effects: GroupTime,
    labels: Integers,
    picked: list[tuple[float, Floats]],
    after: Flags,
    weigh_by: Integers | None,
    seed: int,
    draws: int,
) -> Averages:
    estimate = np.array([one[0] for one in picked])
    influence = np.stack([one[1] for one in picked], axis=1)
    overall, own = _overall(effects, estimate, influence, after, weigh_by)
    covariance = _covariance(influence, effects.cluster)
    error = float(np.sqrt(_covariance(own[:, None], effects.cluster)[0, 0]))
    band = _simultaneous(influence, effects.cluster, seed, draws)
    return Averages(labels, estimate, covariance, overall, error, band, seed, draws)


def _overall(
    effects: GroupTime, estimate: Floats, influence: Floats, after: Flags, groups: Integers | None
) -> tuple[float, Floats]:
    if groups is None:
        even = after / max(after.sum(), 1)
        return float(estimate @ even), influence @ even
    member = (effects.first[:, None] == groups).astype(np.float64)
    share = member.mean(axis=0)
    weight = share / share.sum()
    moved = (member - share) / share.sum() - np.outer((member - share).sum(axis=1), weight) / share.sum()
    return float(estimate @ weight), influence @ weight + moved @ estimate


def _clustered(influence: Floats, cluster: npt.NDArray[np.generic] | None) -> Floats:
    if cluster is None:
        return influence
    who, count = numbered(cluster, len(influence), "cluster")
    return group_sums(influence, who, count)


def _covariance(influence: Floats, cluster: npt.NDArray[np.generic] | None) -> Floats:
    """Covariance (M, M) of means with these influences (U, M)."""
    summed = _clustered(influence, cluster)
    if cluster is None:
        return np.asarray(summed.T @ summed / len(influence) ** 2)
    count = len(summed)
    return np.asarray(summed.T @ summed / len(influence) ** 2 * count / max(count - 1, 1))


def _simultaneous(
    influence: Floats, cluster: npt.NDArray[np.generic] | None, seed: int, draws: int, level: float = 0.95
) -> float:
    """The multiplier bootstrap: how many standard errors the largest of all the errors reaches."""
    summed = _clustered(influence, cluster) / len(influence)
    error = np.sqrt((summed**2).sum(axis=0))
    sure = error > 1e-12
    if not sure.any():
        return float(stats.norm.ppf((1 + level) / 2))
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, len(summed)))
    largest = np.abs(signs @ summed[:, sure] / error[sure]).max(axis=1)
    return float(np.quantile(largest, level))


def breakdown(averages: Averages, event_time: int, *, level: float = 0.95) -> float:
    """How many times worse the trends may part after the change than they did before, until nothing is left.

    The bound lets each period after the change add at most M times the largest step seen before it; the answer is the
    M that takes the near end of the interval to 0 (Rambachan and Roth's relative size, without their refinements).
    0 when the interval holds 0 from the start; infinite when the past shows no step at all.
    """
    place = int(np.searchsorted(averages.label, event_time))
    reach = float(stats.norm.ppf((1 + level) / 2)) * averages.standard_error[place]
    near = abs(averages.estimate[place]) - reach
    past = np.abs(averages.estimate[averages.label < 0])
    if near <= 0 or not len(past):
        return 0.0
    worst = float(past.max()) * (event_time + 1)
    return float(near / worst) if worst > 0 else float("inf")
