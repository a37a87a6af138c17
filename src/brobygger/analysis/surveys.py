"""What mentor and citizen answered about the same mentorship, and how far apart they are.

Sources: McNemar, Psychometrika 12 (1947); Newcombe, Statistics in Medicine 17 (1998), one paper on two samples
and one on pairs, method 10 in both; Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91 (2013)
on the mid-p; Cohen, Educational and Psychological Measurement 20 (1960) on kappa.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Floats, critical, flags, floats
from brobygger.analysis.scores import logit_score

FEWEST_ANSWERS = 5
"""With fewer answers nothing is shown."""


@dataclass(frozen=True)
class Gap:
    """A difference between two shares with its limits, and both shares."""

    first: float
    second: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        return self.first - self.second


@dataclass(frozen=True)
class PairedGap:
    """Linked answers: ``table`` (2, 2), rows mentor yes/no, columns citizen yes/no.

    ``p_value`` is McNemar's mid-p, ``exact_p`` its exact one, ``chi_square`` without correction. ``kappa`` is for a
    footnote only: it falls when nearly everyone says yes.
    """

    table: npt.NDArray[np.int64]
    gap: Gap
    p_value: float
    exact_p: float
    chi_square: float
    only_mentor: float
    kappa: float

    @property
    def pairs(self) -> int:
        return int(self.table.sum())


def wilson(yes: int, asked: int, *, level: float = 0.95) -> tuple[float, float]:
    """Wilson's limits for a share. Raises DesignError unless 0 <= yes <= asked and someone was asked."""
    if asked <= 0 or not 0 <= yes <= asked:
        raise DesignError("Antallet af ja skal ligge mellem 0 og antallet af svar.")
    z, share = critical(level), yes / asked
    middle = (share + z**2 / (2 * asked)) / (1 + z**2 / asked)
    reach = z / (1 + z**2 / asked) * sqrt(share * (1 - share) / asked + z**2 / (4 * asked**2))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def unpaired_gap(yes: tuple[int, int], asked: tuple[int, int], *, level: float = 0.95) -> Gap:
    """The gap between two samples that are not linked (Newcombe's method 10, without correction).

    >>> gap = unpaired_gap((243, 74), (300, 200))
    >>> [round(100 * value) for value in (gap.difference, gap.low, gap.high)]
    [44, 36, 52]
    """
    first, second = yes[0] / max(asked[0], 1), yes[1] / max(asked[1], 1)
    (low1, high1), (low2, high2) = (wilson(y, n, level=level) for y, n in zip(yes, asked, strict=True))
    down = sqrt((first - low1) ** 2 + (high2 - second) ** 2)
    up = sqrt((high1 - first) ** 2 + (second - low2) ** 2)
    return Gap(first, second, first - second - down, first - second + up)


def paired_gap(mentor: npt.ArrayLike, citizen: npt.ArrayLike, *, level: float = 0.95) -> PairedGap | None:
    """Both sides' answers to the same question about the same mentorship, (n,) each, 1 = yes.

    None with fewer than 5 pairs. Raises DesignError for answers that are not 0 or 1, or of unequal length.
    """
    one, other = flags(mentor, "mentor"), flags(citizen, "citizen")
    if one.shape != other.shape:
        raise DesignError("Der skal være et svar fra begge sider i hvert par.")
    if len(one) < FEWEST_ANSWERS:
        return None
    table = np.array(
        [[(one & other).sum(), (one & ~other).sum()], [(~one & other).sum(), (~one & ~other).sum()]]
    )
    return paired_gap_of(table, level=level)


def paired_gap_of(table: npt.ArrayLike, *, level: float = 0.95) -> PairedGap:
    """The same from a 2 x 2 table of counts. Raises DesignError for another shape, counts below 0 or no pairs."""
    counts = np.asarray(table, dtype=np.int64)
    if counts.shape != (2, 2) or (counts < 0).any() or not counts.sum():
        raise DesignError("Tabellen skal have to rækker og to kolonner med antal.")
    b, c, total = int(counts[0, 1]), int(counts[1, 0]), int(counts.sum())
    exact, middle = _mcnemar(b, c)
    chi = (b - c) ** 2 / (b + c) if b + c else 0.0
    return PairedGap(counts, _newcombe_paired(counts, level), middle, exact, chi, b / total, _kappa(counts))


def _mcnemar(b: int, c: int) -> tuple[float, float]:
    """Exact and mid-p, two-sided, from the pairs that disagree."""
    if b + c == 0:
        return 1.0, 1.0
    point = float(stats.binom.pmf(b, b + c, 0.5))
    if b == c:
        return 1.0, 1 - 0.5 * point
    exact = 2 * float(stats.binom.cdf(min(b, c), b + c, 0.5))
    return exact, exact - point


def _newcombe_paired(table: npt.NDArray[np.int64], level: float) -> Gap:
    (a, b), (c, d) = table.tolist()
    n = a + b + c + d
    first, second = (a + b) / n, (a + c) / n
    (low1, high1), (low2, high2) = wilson(a + b, n, level=level), wilson(a + c, n, level=level)
    product = float((a + b) * (c + d) * (a + c) * (b + d))
    tie = 0.0
    if product > 0:
        cross = a * d - b * c
        # Newcombe shrinks a positive correlation by half a person so that it is not overstated.
        tie = (max(cross - n / 2, 0.0) if cross > 0 else cross) / sqrt(product)
    down, rise = (first - low1, high2 - second), (high1 - first, second - low2)
    below = sqrt(max(down[0] ** 2 - 2 * tie * down[0] * down[1] + down[1] ** 2, 0.0))
    above = sqrt(max(rise[0] ** 2 - 2 * tie * rise[0] * rise[1] + rise[1] ** 2, 0.0))
    return Gap(first, second, first - second - below, first - second + above)


def _kappa(table: npt.NDArray[np.int64]) -> float:
    shares = table / table.sum()
    chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return (float(np.trace(shares)) - chance) / (1 - chance) if chance < 1 else nan


@dataclass(frozen=True)
class ResponseWeights:
    """How many answered, and weights (n,) that let those who did stand for those like them who did not.

    Weights of non-responders are 0; those of responders have mean 1. ``largest`` above about 5 says that few speak for
    many.
    """

    rate: float
    weights: Floats
    largest: float


def response_weights(answered: npt.ArrayLike, covariates: npt.ArrayLike) -> ResponseWeights:
    """Inverse chances of answering from what is known of everyone asked, ``covariates`` (n, k).

    Raises DesignError when no one answered. When everyone did, all weights are 1.
    """
    here = flags(answered, "answered")
    if not here.any():
        raise DesignError("Ingen har svaret.")
    if here.all():
        return ResponseWeights(1.0, np.ones(len(here)), 1.0)
    chance = logit_score(covariates, here).probability
    raw = np.where(here, 1 / np.maximum(chance, 1e-6), 0.0)
    weights = raw * here.sum() / raw.sum()
    return ResponseWeights(float(here.mean()), weights, float(weights.max()))


def weighted_share(answers: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """The share of yes among those who answered, weighted; NaN with fewer than 5 answers.

    ``answers`` (n,) 0 or 1; those with weight 0 did not answer and are not read.
    """
    weight = floats(weights, "weights")
    here = weight > 0
    if here.sum() < FEWEST_ANSWERS:
        return nan
    return float(weight[here] @ flags(np.asarray(answers)[here], "answers") / weight[here].sum())
