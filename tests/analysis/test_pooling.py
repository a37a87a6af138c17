"""Adding places together: printed answers and the definitions."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from brobygger.analysis.errors import DesignError
from brobygger.analysis.pooling import Between, differ, pool
from tests.analysis.published import r_data


def _vaccine_trials() -> tuple[np.ndarray, np.ndarray]:
    data = r_data("HSAUR", "BCG")
    ratio = np.log(data.BCGTB / data.BCGVacc / (data.NoVaccTB / data.NoVacc))
    variance = 1 / data.BCGTB - 1 / data.BCGVacc + 1 / data.NoVaccTB - 1 / data.NoVacc
    return ratio.to_numpy(), np.sqrt(variance.to_numpy())


def test_the_vaccine_trials():
    """-0.7145 (0.1798), tau² 0.3132, Q 152.23, I² 92.22 %: Viechtbauer, J. Statistical Software 36(3) (2010), R's
    metafor on Colditz et al., JAMA 271 (1994). With Hartung and Knapp: 0.1808 (-1.1084 to -0.3206)."""
    y, error = _vaccine_trials()
    plain = pool(y, error, between=Between.REML, hartung_knapp=False)
    assert (round(plain.estimate, 4), round(plain.standard_error, 4)) == (-0.7145, 0.1798)
    assert (round(plain.between, 4), round(plain.q, 2)) == (0.3132, 152.23)
    assert round(100 * plain.share_between, 2) == 92.22
    knapp = pool(y, error, between=Between.REML)
    assert (round(knapp.standard_error, 4), round(knapp.low, 4), round(knapp.high, 4)) == (
        0.1808,
        -1.1084,
        -0.3206,
    )
    assert differ(plain, 13) < 0.0001


@pytest.mark.parametrize(
    ("ours", "theirs"), [(Between.PAULE_MANDEL, "iterated"), (Between.DERSIMONIAN_LAIRD, "dl")]
)
def test_statsmodels_finds_the_same_variance_between(ours: Between, theirs: str):
    y, error = _vaccine_trials()
    other = combine_effects(y, error**2, method_re=theirs)
    found = pool(y, error, between=ours)
    assert found.between == pytest.approx(other.tau2, rel=1e-4)
    assert found.estimate == pytest.approx(other.mean_effect_re, rel=1e-4)
    assert found.standard_error == pytest.approx(other.sd_eff_w_re_hksj, rel=1e-4)


@pytest.mark.parametrize("between", Between)
def test_places_that_agree_have_nothing_between_them(between: Between):
    found = pool([0.04, 0.05, 0.045, 0.047], [0.02, 0.03, 0.02, 0.025], between=between, hartung_knapp=False)
    assert found.between == 0 and found.share_between == 0
    weight = 1 / np.array([0.02, 0.03, 0.02, 0.025]) ** 2
    assert found.estimate == pytest.approx(weight @ [0.04, 0.05, 0.045, 0.047] / weight.sum())


def test_the_next_place_is_less_certain_than_the_mean():
    found = pool(*_vaccine_trials())
    assert found.next_low < found.low < found.high < found.next_high
    assert found.weights.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("y", "error"),
    [([1, 2], [1, 1]), ([1, 2, 3], [1, 0, 1]), ([1, 2, 3], [1, 1]), ([1, 2, float("nan")], [1, 1, 1])],
)
def test_what_cannot_be_pooled_is_refused(y: list[float], error: list[float]):
    with pytest.raises(DesignError):
        pool(y, error)
