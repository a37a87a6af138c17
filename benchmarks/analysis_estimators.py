"""The estimators at the size of the country, beside the packages that know them. Generated from fixed seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.cases import OURS, Case, Work
from brobygger.analysis.estimators import aipw_for_treated
from brobygger.analysis.matching_pairs import nearest_controls
from brobygger.analysis.scores import entropy_weights, logit_score, odds_weights
from brobygger.analysis.survival import aalen_johansen, cox, kaplan_meier, log_rank

TREATED, CONTROLS, TRAITS, WEEKS, SPELLS = 36_000, 1_000_000, 20, 157, 360_000
CURVES, PLACES, AT = 784, 98, 52

Array = npt.NDArray[np.generic]


def spells(scale: float) -> tuple[Array, Array, Array, Array]:
    """Weeks, end (0: not yet), one of 784 cells and one of 98 places."""
    rng = np.random.default_rng(1)
    size = int(SPELLS * scale)
    weeks = np.minimum(rng.geometric(0.02, size), 260).astype(np.int64)
    cause = np.where(weeks < 260, rng.integers(0, 3, size), 0)
    return weeks, cause, rng.integers(0, CURVES, size), rng.integers(0, PLACES, size)


def curves(scale: float) -> Work:
    weeks, cause, cell, _ = spells(scale)
    return lambda: kaplan_meier(weeks, cause > 0, groups=cell).at(AT)[0]


def curves_in_lifelines(scale: float) -> Work:
    import lifelines

    weeks, cause, cell, _ = spells(scale)

    def work() -> list[float]:
        found = []
        for one in range(CURVES):
            here = cell == one
            fitted = lifelines.KaplanMeierFitter().fit(weeks[here], cause[here] > 0)
            found.append(float(fitted.survival_function_at_times(AT).iloc[0]))
        return found

    return work


def groups(scale: float) -> Work:
    weeks, cause, _, place = spells(scale)
    return lambda: [log_rank(weeks, cause > 0, place).chi_square]


def groups_in_lifelines(scale: float) -> Work:
    from lifelines.statistics import multivariate_logrank_test

    weeks, cause, _, place = spells(scale)
    return lambda: [multivariate_logrank_test(weeks, place, cause > 0).test_statistic]


def many_ends(scale: float) -> Work:
    weeks, cause, cell, _ = spells(scale)
    return lambda: aalen_johansen(weeks, cause, groups=cell).incidence[:, 0, -1]


def ends(scale: float) -> Work:
    weeks, cause, _, _ = spells(scale)
    return lambda: [float(aalen_johansen(weeks, cause).incidence[0, 0, -1])]


def ends_in_lifelines(scale: float) -> Work:
    """The package moves ties apart at random, so the answer differs a little; without errors, which take longer."""
    import warnings

    import lifelines

    weeks, cause, _, _ = spells(scale)

    def work() -> list[float]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = lifelines.AalenJohansenFitter(calculate_variance=False, seed=1).fit(weeks, cause, 1)
        return [float(fitted.cumulative_density_.iloc[-1, 0])]

    return work


def hazards(scale: float) -> Work:
    weeks, cause, _, _ = spells(scale)
    x = np.random.default_rng(4).normal(size=(len(weeks), TRAITS))
    return lambda: cox(weeks, cause > 0, x).standard_error


def hazards_in_lifelines(scale: float) -> Work:
    import lifelines
    import pandas as pd

    weeks, cause, _, _ = spells(scale)
    x = np.random.default_rng(4).normal(size=(len(weeks), TRAITS))
    table = pd.DataFrame(x).assign(weeks=weeks, ended=cause > 0)
    return lambda: lifelines.CoxPHFitter().fit(table, "weeks", "ended").standard_errors_.to_list()


def people(scale: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Covariates, treated and 784 strata (8 groups x 98 places) of 1,036,000 people."""
    rng = np.random.default_rng(2)
    treated_count, size = int(TREATED * scale), int((TREATED + CONTROLS) * scale)
    x = rng.normal(size=(size, TRAITS))
    push = x[:, :5] @ np.array([0.5, -0.4, 0.3, -0.2, 0.1]) + rng.gumbel(size=size)
    treated = np.zeros(size, dtype=bool)
    treated[np.argpartition(push, -treated_count)[-treated_count:]] = True
    return x, treated, rng.integers(0, CURVES, size)


def outcome_of(
    x: npt.NDArray[np.float64], treated: npt.NDArray[np.bool_], weeks: int
) -> npt.NDArray[np.bool_]:
    """(n, weeks): two points more with a mentor, and a background that pulls the same way as the score."""
    rng = np.random.default_rng(3)
    chance = (0.3 + 0.03 * x[:, 0] - 0.03 * x[:, 1] + 0.02 * treated).astype(np.float32)
    return np.asarray(rng.random((len(x), weeks), dtype=np.float32) < chance[:, None])


def score(scale: float) -> Work:
    x, treated, _ = people(scale)
    return lambda: means(logit_score(x, treated).probability, treated)


def score_in_statsmodels(scale: float) -> Work:
    import statsmodels.api as sm

    x, treated, _ = people(scale)
    y, design = treated.astype(float), sm.add_constant(x)
    return lambda: means(sm.Logit(y, design).fit(disp=0).predict(), treated)


def score_in_sklearn(scale: float) -> Work:
    from sklearn.linear_model import LogisticRegression

    x, treated, _ = people(scale)

    def work() -> Sequence[float]:
        fitted = LogisticRegression(C=np.inf, tol=1e-6).fit(x, treated)
        return means(fitted.predict_proba(x)[:, 1], treated)

    return work


def means(chance: npt.NDArray[np.float64], treated: npt.NDArray[np.bool_]) -> list[float]:
    """Of the treated and of the others."""
    return [float(chance[treated].mean()), float(chance[~treated].mean())]


def one_outcome(scale: float) -> Work:
    """Score and doubly robust difference with its error, from nothing."""
    x, treated, _ = people(scale)
    outcome = outcome_of(x, treated, 1)

    def work() -> list[float]:
        weights = odds_weights(logit_score(x, treated), treated)
        found = aipw_for_treated(outcome, x, treated, weights)
        return [float(found.estimate[0]), float(found.standard_error[0])]

    return work


def one_outcome_in_doubleml(scale: float) -> Work:
    """The same with cross-fitting in five parts: the answer differs within a small part of its error."""
    import warnings

    import doubleml
    from sklearn.linear_model import LinearRegression, LogisticRegression

    warnings.simplefilter("ignore")
    x, treated, _ = people(scale)
    data = doubleml.DoubleMLData.from_arrays(
        x, outcome_of(x, treated, 1)[:, 0].astype(float), treated.astype(float)
    )

    def work() -> list[float]:
        np.random.seed(1)  # the package draws its parts from numpy's own
        learners = LinearRegression(), LogisticRegression(C=np.inf)
        found = doubleml.DoubleMLIRM(data, *learners, score="ATTE").fit()
        return [float(found.coef[0]), float(found.se[0])]

    return work


def all_weeks(scale: float, *, exact: bool = False) -> Work:
    """After the score. ``exact``: within 784 strata, and clustered on person."""
    x, treated, strata = people(scale)
    outcome = outcome_of(x, treated, WEEKS)
    person = np.random.default_rng(5).integers(0, int(0.8 * len(x)), len(treated))
    within = {"strata": strata} if exact else {}
    weights = odds_weights(logit_score(x, treated, **within), treated, **within)
    cluster = person if exact else None
    return lambda: aipw_for_treated(outcome, x, treated, weights, cluster=cluster, **within).estimate[:3]


def all_weeks_exact(scale: float) -> Work:
    return all_weeks(scale, exact=True)


def balance(scale: float) -> Work:
    x, treated, _ = people(scale)
    return lambda: [entropy_weights(x, treated).weights.max()]


def neighbours(scale: float) -> Work:
    x, treated, _ = people(scale)
    odds = logit_score(x, treated).log_odds
    return lambda: [len(nearest_controls(odds, treated).treated)]


def neighbours_exact(scale: float) -> Work:
    x, treated, strata = people(scale)
    odds = logit_score(x, treated).log_odds
    return lambda: [len(nearest_controls(odds, treated, strata=strata).treated)]


def neighbours_again(scale: float) -> Work:
    """With replacement: the sum of distances."""
    x, treated, _ = people(scale)
    odds = logit_score(x, treated).log_odds

    def work() -> list[float]:
        pairs = nearest_controls(odds, treated, replace=True)
        return [float(np.abs(odds[pairs.treated] - odds[pairs.control]).sum())]

    return work


def neighbours_in_sklearn(scale: float) -> Work:
    from sklearn.neighbors import NearestNeighbors

    x, treated, _ = people(scale)
    odds = logit_score(x, treated).log_odds[:, None]
    return lambda: [
        float(NearestNeighbors(n_neighbors=1).fit(odds[~treated]).kneighbors(odds[treated])[0].sum())
    ]


CASES = (
    Case(
        "curves",
        "784 Kaplan-Meier curves with errors, 360,000 spells",
        {OURS: curves, "lifelines": curves_in_lifelines},
        seconds=0.02,
    ),
    Case(
        "log-rank",
        "Log-rank over 98 groups, 360,000 spells",
        {OURS: groups, "lifelines": groups_in_lifelines},
        seconds=0.01,
    ),
    Case(
        "ends",
        "One Aalen-Johansen curve, two ends, 360,000 spells (lifelines: without errors)",
        {OURS: ends, "lifelines": ends_in_lifelines},
        same=0.01,
    ),
    Case("many ends", "784 Aalen-Johansen curves, two ends, with errors", {OURS: many_ends}),
    Case(
        "hazards",
        "Cox (Efron), 20 covariates, 360,000 spells",
        {OURS: hazards, "lifelines": hazards_in_lifelines},
        same=1e-5,
    ),
    Case(
        "score",
        "Logit score, 1,036,000 x 20",
        {OURS: score, "statsmodels": score_in_statsmodels, "scikit-learn": score_in_sklearn},
        seconds=2.0,
        same=1e-3,
    ),
    Case(
        "one outcome",
        "Score and doubly robust difference for the treated, one outcome, 1,036,000 x 20",
        {OURS: one_outcome, "DoubleML": one_outcome_in_doubleml},
        same=0.05,
    ),
    Case(
        "weeks",
        "Doubly robust, 157 weekly outcomes, after the score",
        {OURS: all_weeks},
        seconds=15.0,
        once=True,
    ),
    Case(
        "weeks exact",
        "The same within 784 exact strata, clustered on person",
        {OURS: all_weeks_exact},
        seconds=15.0,
        once=True,
    ),
    Case("balance", "Entropy balancing, 1,036,000 x 20", {OURS: balance}),
    Case(
        "neighbours", "Nearest of 1,000,000 to 36,000, without replacement", {OURS: neighbours}, seconds=0.5
    ),
    Case("neighbours exact", "The same within 784 exact strata", {OURS: neighbours_exact}, seconds=0.5),
    Case(
        "neighbours again",
        "Nearest of 1,000,000 to 36,000, with replacement",
        {OURS: neighbours_again, "scikit-learn": neighbours_in_sklearn},
        same=1e-6,
    ),
)
