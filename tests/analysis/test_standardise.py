"""Municipalities beside each other: shrinkage as printed, funnels that hold, ranks that admit what they do not know."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from brobygger.analysis.errors import DesignError
from brobygger.analysis.standardise import (
    Standardised,
    alike,
    funnel,
    rank_intervals,
    shrink,
    shrink_ratios,
    standardise_places,
)
from tests.analysis.published import r_data


def test_eighteen_batters():
    """James and Stein's estimates: Efron and Morris, Scientific American 236 (1977), the table of 18 players."""
    data = r_data("pscl", "EfronMorris")
    mean = data.y.mean()
    found = shrink(data.y, np.full(18, mean * (1 - mean) / 45))
    assert np.round(found.estimate[:5], 3).tolist() == [0.294, 0.289, 0.285, 0.280, 0.275]
    assert 1 - found.pull[0] == pytest.approx(0.212, abs=0.001)
    assert ((found.estimate - data.p) ** 2).sum() < ((data.y - data.p) ** 2).sum() / 3


def test_shrinking_brings_places_nearer_the_truth():
    """Half the places are small. Their own figures are far out; shrunk ones are nearer, and cover the truth."""
    rng = np.random.default_rng(4)
    gained, held = [], []
    for _ in range(200):
        variance = np.where(np.arange(98) % 2, 0.03, 0.005) ** 2
        truth = rng.normal(0.1, 0.015, size=98)
        raw = rng.normal(truth, np.sqrt(variance))
        found = shrink(raw, variance)
        gained.append(((raw - truth) ** 2).mean() / ((found.estimate - truth) ** 2).mean())
        held.append((np.abs(found.estimate - truth) <= 1.96 * found.deviation).mean())
    assert np.mean(gained) > 2
    assert 0.93 <= np.mean(held) <= 0.97


def test_ratios_shrink_to_the_common_one():
    rng = np.random.default_rng(5)
    expected = rng.uniform(2, 200, size=400)
    truth = rng.gamma(25, 1 / 25, size=400)
    observed = rng.poisson(truth * expected)
    found = shrink_ratios(observed, expected)
    assert found.mean == pytest.approx(1, abs=0.03) and found.between == pytest.approx(1 / 25, rel=0.35)
    assert ((found.estimate - truth) ** 2).mean() < 0.5 * ((observed / expected - truth) ** 2).mean()
    small, large = expected < 10, expected > 150
    assert found.pull[small].min() > found.pull[large].max()


def test_places_that_are_all_alike_are_drawn_together():
    rng = np.random.default_rng(6)
    observed = rng.poisson(40, size=400)
    found = shrink_ratios(observed, np.full(400, 40.0))
    assert np.ptp(found.estimate) < 0.2 * np.ptp(observed / 40)


def _places(rng: np.random.Generator, spread: float) -> Standardised:
    x = rng.normal(size=(20_000, 2))
    place = rng.integers(0, 50, size=20_000)
    luck = rng.normal(0, spread, size=50)
    happened = rng.random(20_000) < 1 / (1 + np.exp(1 - 0.5 * x[:, 0] - luck[place]))
    return standardise_places(happened, x, place)


def test_expected_sums_to_observed_and_background_is_taken_out():
    found = _places(np.random.default_rng(7), 0.0)
    assert found.expected.sum() == pytest.approx(found.observed.sum(), rel=1e-6)
    assert found.people.sum() == 20_000 and len(found.place) == 50
    assert found.ratio == pytest.approx(found.observed / found.expected)
    assert found.difference.sum() == pytest.approx(0, abs=0.1)
    assert 0.8 < found.z.std() < 1.2


def test_a_place_with_harder_people_is_not_worse():
    """Everyone in place 0 has a hard start and gets what such people get. Raw it is last; standardised it is not."""
    rng = np.random.default_rng(8)
    place = rng.integers(0, 20, size=20_000)
    x = np.where(place == 0, -2.0, 0.2) + rng.normal(size=20_000)
    happened = rng.random(20_000) < 1 / (1 + np.exp(1 - x))
    found = standardise_places(happened, x[:, None], place)
    raw = found.observed / found.people
    assert raw.argmin() == 0 and abs(found.z[0]) < 2


def test_the_funnel_holds_chance_and_widens_when_places_differ():
    even, uneven = (funnel(_places(np.random.default_rng(9), spread)) for spread in (0.0, 0.6))
    assert even.dispersion < 1.6 < 3 < uneven.dispersion
    assert even.outside_998.sum() <= 1
    assert (even.low_998 <= even.low_95).all() and (even.high_95 <= even.high_998).all()
    unadjusted = (np.abs(_places(np.random.default_rng(9), 0.6).z) > stats.norm.ppf(0.999)).sum()
    assert unadjusted > 10 > uneven.outside_998.sum()


def test_ranks_are_intervals():
    found = shrink([0.10, 0.11, 0.12, 0.30], [0.0004] * 4)
    ranks = rank_intervals(found, seed=1)
    assert ranks.median[3] == 1 and ranks.high[3] == 1
    assert (ranks.low[:3] < ranks.high[:3]).all()
    assert (rank_intervals(found, seed=1).low == ranks.low).all()


def test_the_eight_most_alike_do_not_count_the_same_thing_twice():
    rng = np.random.default_rng(10)
    conditions = rng.normal(size=(98, 3))
    doubled = np.column_stack((conditions, conditions[:, 0] + conditions[:, 1]))
    assert alike(conditions).shape == (98, 8)
    assert (alike(doubled) == alike(conditions)).mean() > 0.99
    assert all(one not in row for one, row in enumerate(alike(conditions)))
    with pytest.raises(DesignError, match="flere end 8"):
        alike(conditions[:8])


def test_too_few_places_are_refused():
    with pytest.raises(DesignError):
        shrink([1, 2, 3], [1, 1, 1])
    with pytest.raises(DesignError):
        shrink_ratios([1, 2, 3, 4], [1, 1, 1, 0])
