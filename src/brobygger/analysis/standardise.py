"""98 municipalities beside each other without a league table.

Expected results come from a model of people that knows nothing of municipalities; a place is what it got over what was
expected. A funnel says which places are further out than chance, shrinkage keeps small places from the top and the
bottom, and ranks are always intervals.

Sources: Breslow and Day, Statistical Methods in Cancer Research II (1987) on indirect standardisation; Spiegelhalter,
Statistics in Medicine 24 (2005) on funnels and over-dispersion; Clayton and Kaldor, Biometrics
43 (1987) on gamma shrinkage; Morris, JASA 78 (1983) and Efron and Morris, JASA 70 (1975) on normal shrinkage;
Goldstein and Spiegelhalter, JRSS A 159 (1996) on ranks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Floats, Integers, flags, floats, numbered
from brobygger.analysis.scores import logit_score

_WINSOR = 0.10


@dataclass(frozen=True)
class Standardised:
    """Per place (G,), in the order of the sorted labels ``place``: people, observed, expected and their variance.

    ``ratio`` is observed over expected; ``difference`` is observed less expected, in people.
    """

    place: npt.NDArray[np.generic]
    people: Integers
    observed: Floats
    expected: Floats
    variance: Floats

    @property
    def ratio(self) -> Floats:
        nothing = np.full(len(self.place), np.nan)
        return np.asarray(np.divide(self.observed, self.expected, out=nothing, where=self.expected > 0))

    @property
    def difference(self) -> Floats:
        return self.observed - self.expected

    @property
    def z(self) -> Floats:
        """How many standard deviations a place is from what was expected."""
        root = np.sqrt(self.variance)
        return np.divide(self.difference, root, out=np.zeros(len(root)), where=root > 0)


@dataclass(frozen=True)
class Funnel:
    """Limits of the ratio (G,) within which chance keeps 95 and 99.8 of 100 places, and who lies outside them.

    ``dispersion`` is how much more places vary than chance alone would have them; the limits are widened by it.
    """

    low_95: Floats
    high_95: Floats
    low_998: Floats
    high_998: Floats
    dispersion: float
    outside_95: npt.NDArray[np.bool_]
    outside_998: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Shrunk:
    """Estimates (G,) drawn towards the common mean, with the standard deviation of what is left unknown.

    ``pull`` (G,) is how far each was drawn: 0 not at all, 1 all the way.
    """

    estimate: Floats
    deviation: Floats
    pull: Floats
    mean: float
    between: float


@dataclass(frozen=True)
class Ranks:
    """Where a place may stand among G, 1 = highest: the middle and 95 of 100 draws, (G,) each."""

    median: Floats
    low: Floats
    high: Floats
    seed: int


def standardise_places(
    outcome: npt.ArrayLike, covariates: npt.ArrayLike, place: npt.ArrayLike
) -> Standardised:
    """Observed and expected by place, from a logit of ``outcome`` (n,) on ``covariates`` (n, k) without the places.

    Raises DesignError when everyone or no one has the outcome.
    """
    happened = flags(outcome, "outcome")
    chance = logit_score(covariates, happened).probability
    where, count = numbered(place, len(happened), "place")
    labels = np.unique(np.asarray(place))
    parts = (happened, chance, chance * (1 - chance))
    sums = [np.bincount(where, part, minlength=count).astype(np.float64) for part in parts]
    return Standardised(labels, np.bincount(where, minlength=count), *sums)


def standardise_counts(people: npt.ArrayLike, happened: npt.ArrayLike, place: npt.ArrayLike) -> Standardised:
    """Observed and expected by place from counts alone: ``people`` (G, K) and to how many it ``happened`` (G, K).

    Each stratum has one rate, that of all places together; expected is the place's own people at those rates, and the
    variance that of so many independent people (Breslow and Day 1987; Spiegelhalter 2005). The same as
    ``standardise_places`` with a dummy for each stratum. NaN is a hidden cell: a stratum of which either number is
    hidden counts for that place neither as observed nor as expected, nor in the common rate, and its people are not
    among ``people``. ``place`` (G,) are the labels. Raises DesignError for negative numbers, more that happened than
    there are people, or a label that comes twice.
    """
    n, o = np.asarray(people, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    labels, order = np.unique(np.asarray(place), return_index=True)
    if n.ndim != 2 or n.shape != o.shape or len(labels) != len(n):
        raise DesignError("Der skal være en række for hvert sted og lige mange søjler i begge tabeller.")
    is_known = ~(np.isnan(n) | np.isnan(o))
    n, o = np.where(is_known, n, 0.0)[order], np.where(is_known, o, 0.0)[order]
    if (o < 0).any() or (o > n).any():
        raise DesignError("Det kan højst være sket for så mange, som der er, og aldrig for færre end ingen.")
    rate = np.divide(o.sum(axis=0), n.sum(axis=0), out=np.zeros(n.shape[1]), where=n.sum(axis=0) > 0)
    return Standardised(
        labels,
        n.sum(axis=1).astype(np.int64),
        o.sum(axis=1),
        np.asarray(n @ rate),
        np.asarray(n @ (rate * (1 - rate))),
    )


def funnel(data: Standardised) -> Funnel:
    """The funnel of the ratios, with over-dispersion from the middle 80 of 100 places (Spiegelhalter 2005).

    Over-dispersion only widens: a dispersion below 1 counts as 1.
    """
    z = np.sort(data.z)
    low, high = np.quantile(z, (_WINSOR, 1 - _WINSOR))
    dispersion = max(1.0, float((np.clip(data.z, low, high) ** 2).mean()))
    relative = np.divide(
        np.sqrt(data.variance), data.expected, out=np.full(len(z), np.inf), where=data.expected > 0
    ) * np.sqrt(dispersion)
    edges = [stats.norm.ppf(1 - tail / 2) * relative for tail in (0.05, 0.002)]
    away = np.abs(data.ratio - 1)
    return Funnel(
        np.maximum(1 - edges[0], 0),
        1 + edges[0],
        np.maximum(1 - edges[1], 0),
        1 + edges[1],
        dispersion,
        away > edges[0],
        away > edges[1],
    )


def shrink(estimates: npt.ArrayLike, variances: npt.ArrayLike) -> Shrunk:
    """Draws estimates (G,) towards their weighted mean, the more the less each is known (Morris 1983).

    With equal variances this is James and Stein's estimator around the mean. Raises DesignError with fewer than 4
    places or a variance that is not above 0.
    """
    y, variance = floats(estimates, "estimates"), floats(variances, "variances")
    size = len(y)
    if size < 4 or size != len(variance) or (variance <= 0).any():
        raise DesignError("Der skal være mindst fire steder, hvert med en varians over 0.")
    between = _between(y, variance)
    weight = 1 / (variance + between)
    mean = float(weight @ y / weight.sum())
    pull = (size - 3) / (size - 1) * variance / (variance + between)
    left = variance * (1 - (size - 1) / size * pull) + 2 / (size - 3) * pull**2 * (y - mean) ** 2
    return Shrunk(mean + (1 - pull) * (y - mean), np.sqrt(left), pull, mean, between)


def _between(y: Floats, variance: Floats) -> float:
    """Morris's iterated moment estimate of the variance between places, 0 at the least."""
    between = max(0.0, float(y.var(ddof=1) - variance.mean()))
    for _ in range(1000):
        weight = 1 / (variance + between)
        mean = weight @ y / weight.sum()
        raw = len(y) / (len(y) - 1) * (y - mean) ** 2 - variance
        new = max(0.0, float(weight @ raw / weight.sum()))
        if abs(new - between) <= 1e-13 * max(new, 1e-12):
            break
        between = new
    return between


def shrink_ratios(observed: npt.ArrayLike, expected: npt.ArrayLike) -> Shrunk:
    """Draws observed/expected (G,) towards the common ratio: counts are Poisson, ratios gamma between places.

    The gamma's two numbers are those that make the counts likeliest (a negative binomial). ``deviation`` is that of the
    gamma left when a place's own count is known. Raises DesignError for counts below 0 or nothing expected.
    """
    o, e = floats(observed, "observed"), floats(expected, "expected")
    if len(o) != len(e) or len(o) < 4 or (o < 0).any() or (e <= 0).any():
        raise DesignError("Der skal være mindst fire steder med et forventet antal over 0.")

    def loss(log_numbers: Floats) -> float:
        shape, rate = np.exp(log_numbers)
        terms = special.gammaln(o + shape) - special.gammaln(shape)
        terms = terms + shape * np.log(rate / (rate + e)) - o * np.log(rate + e)
        return -float(terms.sum())

    start = np.log([10.0, 10.0 * e.sum() / max(o.sum(), 1e-9)])
    found = optimize.minimize(loss, start, method="L-BFGS-B", bounds=[(-5, 16), (-5, 16)])
    shape, rate = np.exp(found.x)
    estimate = (o + shape) / (e + rate)
    deviation = np.sqrt(o + shape) / (e + rate)
    return Shrunk(estimate, deviation, rate / (e + rate), float(shape / rate), float(shape / rate**2))


def rank_intervals(shrunk: Shrunk, *, seed: int, draws: int = 4000) -> Ranks:
    """Ranks among all places, as intervals: a bare rank says more than the figures know."""
    rng = np.random.default_rng(seed)
    values = rng.normal(shrunk.estimate, shrunk.deviation, size=(draws, len(shrunk.estimate)))
    ranks = len(shrunk.estimate) - np.argsort(np.argsort(values, axis=1), axis=1)
    low, middle, high = np.quantile(ranks, (0.025, 0.5, 0.975), axis=0)
    return Ranks(middle, np.floor(low), np.ceil(high), seed)


def alike(conditions: npt.ArrayLike, *, count: int = 8) -> Integers:
    """The ``count`` places (G, count) whose conditions (G, k) are nearest each place's own, nearest first, not itself.

    Distances are taken after the conditions are standardised and their correlation removed (Mahalanobis), so that two
    measures of the same thing do not count twice. Raises DesignError with too few places.
    """
    x = floats(conditions, "conditions", dimensions=2)
    if len(x) <= count:
        raise DesignError(f"Der skal være flere end {count} steder for at finde de {count}, der ligner mest.")
    centred = x - x.mean(axis=0)
    root = np.linalg.pinv(np.cov(centred, rowvar=False).reshape(x.shape[1], x.shape[1]), hermitian=True)
    gap = centred[:, None] - centred[None]
    distance = np.einsum("ijk,kl,ijl->ij", gap, root, gap)
    np.fill_diagonal(distance, np.inf)
    return np.asarray(np.argsort(distance, axis=1, kind="stable")[:, :count])
