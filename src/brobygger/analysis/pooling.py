"""Several municipalities, one answer: random effects with an honest interval, and what the next place may expect.

Sources: DerSimonian and Laird, Controlled Clinical Trials 7 (1986); Paule and Mandel, J. Res. NBS 87 (1982); Hartung
and Knapp, Statistics in Medicine 20 (2001); Higgins, Thompson and Spiegelhalter, JRSS A 172 (2009) on prediction.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Floats, critical, floats


class Between(StrEnum):
    """How the variance between places is estimated."""

    PAULE_MANDEL = "paule_mandel"
    DERSIMONIAN_LAIRD = "dersimonian_laird"
    REML = "reml"


@dataclass(frozen=True)
class Pooled:
    """The mean over places, its interval, and the interval for one more place like these.

    ``between`` is the variance between places (tau²), ``q`` Cochran's, ``share_between`` I² (0 to 1), ``weights`` (k,)
    sum to 1.
    """

    estimate: float
    standard_error: float
    low: float
    high: float
    next_low: float
    next_high: float
    between: float
    q: float
    share_between: float
    weights: Floats
    level: float


def pool(
    estimates: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    *,
    between: Between = Between.PAULE_MANDEL,
    hartung_knapp: bool = True,
    level: float = 0.95,
) -> Pooled:
    """Pools one estimate per place (k,) with its standard error (k,).

    With Hartung and Knapp's error and k - 1 degrees of freedom the interval keeps its promise with few places. The
    prediction interval has k - 2. Raises DesignError with fewer than 3 places or an error that is not above 0.
    """
    y, error = floats(estimates, "estimates"), floats(standard_errors, "standard_errors")
    if len(y) < 3 or len(y) != len(error):
        raise DesignError(
            "Der skal være mindst tre steder for at lægge dem sammen, og en usikkerhed for hvert."
        )
    if (error <= 0).any():
        raise DesignError("Usikkerheden skal være over 0 for hvert sted.")
    fixed = 1 / error**2
    q = _spread(y, fixed)
    tau = _ESTIMATORS[between](y, error**2)
    weight = 1 / (error**2 + tau)
    mean = float(weight @ y / weight.sum())
    own, freedom = _own_error(y, weight, mean, hartung_knapp)
    reach = critical(level, freedom) * own
    ahead = critical(level, len(y) - 2) * float(np.sqrt(tau + own**2))
    typical = (len(y) - 1) * fixed.sum() / (fixed.sum() ** 2 - (fixed**2).sum())
    return Pooled(
        mean,
        own,
        mean - reach,
        mean + reach,
        mean - ahead,
        mean + ahead,
        tau,
        q,
        float(tau / (tau + typical)),
        weight / weight.sum(),
        level,
    )


def _spread(y: Floats, weight: Floats) -> float:
    """Weighted squares around the weighted mean; with weights of one over the variance it is Cochran's Q."""
    return float(weight @ (y - weight @ y / weight.sum()) ** 2)


def _own_error(y: Floats, weight: Floats, mean: float, hartung_knapp: bool) -> tuple[float, float]:
    if not hartung_knapp:
        return float(1 / np.sqrt(weight.sum())), np.inf
    spread = float(weight @ (y - mean) ** 2) / (len(y) - 1)
    return float(np.sqrt(spread / weight.sum())), float(len(y) - 1)


def _dersimonian_laird(y: Floats, variance: Floats) -> float:
    w = 1 / variance
    return max(0.0, (_spread(y, w) - (len(y) - 1)) / float(w.sum() - (w**2).sum() / w.sum()))


def _paule_mandel(y: Floats, variance: Floats) -> float:
    """The variance at which the weighted squares are as large as they should be."""

    def surplus(tau: float) -> float:
        return _spread(y, 1 / (variance + tau)) - (len(y) - 1)

    if surplus(0.0) <= 0:
        return 0.0
    top = float(y.var(ddof=1)) + 1e-12
    while surplus(top) > 0:
        top *= 2
    return float(optimize.brentq(surplus, 0.0, top, xtol=1e-14 * max(top, 1.0), rtol=1e-12))


def _reml(y: Floats, variance: Floats) -> float:
    def loss(tau: float) -> float:
        w = 1 / (variance + tau)
        left = y - w @ y / w.sum()
        return 0.5 * float(-np.log(w).sum() + np.log(w.sum()) + w @ left**2)

    top = 10 * float(y.var(ddof=1)) + 1e-12
    found = optimize.minimize_scalar(
        loss, bounds=(0.0, top), method="bounded", options={"xatol": 1e-10 * top}
    )
    return 0.0 if loss(0.0) <= float(found.fun) else float(found.x)


_ESTIMATORS = {
    Between.PAULE_MANDEL: _paule_mandel,
    Between.DERSIMONIAN_LAIRD: _dersimonian_laird,
    Between.REML: _reml,
}


def differ(pooled: Pooled, places: int) -> float:
    """The p of Cochran's Q: how likely places that do not differ would look at least this different."""
    return float(stats.chi2.sf(pooled.q, places - 1))
