"""Two-sided surveys: printed intervals, linked pairs, and those who did not answer."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from brobygger.analysis.errors import DesignError
from brobygger.analysis.surveys import (
    paired_gap,
    paired_gap_of,
    response_weights,
    unpaired_gap,
    weighted_share,
    wilson,
)


def test_two_samples_that_are_not_linked():
    """56 of 70 against 48 of 80: 0.0524 to 0.3339, Newcombe (1998) on two samples, example (a), method 10."""
    gap = unpaired_gap((56, 48), (70, 80))
    assert (round(gap.low, 4), round(gap.high, 4)) == (0.0524, 0.3339)
    assert (gap.low, gap.high) == pytest.approx(confint_proportions_2indep(56, 70, 48, 80, method="newcomb"))


def test_mentors_and_citizens_of_the_danish_survey():
    """81 of 100 among 300 mentors, 37 among 200 citizens: a gap of 44, between 36 and 52."""
    gap = unpaired_gap((243, 74), (300, 200))
    assert [round(100 * one) for one in (gap.difference, gap.low, gap.high)] == [44, 36, 52]


def test_two_ways_to_grow_the_same_sample():
    """Armitage and Berry, Statistical Methods in Medical Research (1994): 20, 12, 2, 16. Exact p 0.0129 and
    limits 0.056156 to 0.329207 as StatsDirect's help prints them."""
    found = paired_gap_of([[20, 12], [2, 16]])
    assert (round(found.gap.low, 6), round(found.gap.high, 6)) == (0.056156, 0.329207)
    assert round(found.exact_p, 4) == 0.0129
    assert found.gap.difference == pytest.approx(0.20) and found.only_mentor == pytest.approx(0.24)


def test_approval_of_a_prime_minister():
    """794, 150, 86, 570: chi-square 17.36 and kappa 0.70: Agresti, Categorical Data Analysis, 10.1 and 10.5."""
    found = paired_gap_of([[794, 150], [86, 570]])
    assert (round(found.chi_square, 2), round(found.kappa, 2)) == (17.36, 0.70)
    assert found.exact_p == pytest.approx(mcnemar([[794, 150], [86, 570]], exact=True).pvalue)


def test_forgetting_the_link_gives_another_interval():
    """The trap: the same answers, as if from strangers."""
    linked = paired_gap_of([[794, 150], [86, 570]]).gap
    strangers = unpaired_gap((944, 880), (1600, 1600))
    assert linked.difference == pytest.approx(strangers.difference)
    assert strangers.high - strangers.low > 1.5 * (linked.high - linked.low)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_mid_p_lies_between_half_the_exact_and_the_exact(b: int, c: int):
    found = paired_gap_of([[5, b], [c, 5]])
    assert found.exact_p / 2 - 1e-12 <= found.p_value <= found.exact_p + 1e-12
    mirrored = paired_gap_of([[5, c], [b, 5]])
    assert mirrored.p_value == pytest.approx(found.p_value)
    assert (mirrored.gap.low, mirrored.gap.high) == pytest.approx((-found.gap.high, -found.gap.low), abs=1e-9)
    assert found.gap.low <= found.gap.difference <= found.gap.high


def test_the_paired_interval_keeps_its_promise():
    rng = np.random.default_rng(3)
    held = []
    for table in rng.multinomial(80, [0.35, 0.30, 0.10, 0.25], size=1000):
        gap = paired_gap_of(table.reshape(2, 2)).gap
        held.append(gap.low <= 0.20 <= gap.high)
    assert 0.93 <= np.mean(held) <= 0.97


def test_answers_are_counted_as_pairs_and_few_are_not_shown():
    mentor, citizen = [1, 1, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1]
    found = paired_gap(mentor, citizen)
    assert found is not None
    assert found.table.tolist() == [[2, 2], [1, 1]] and found.pairs == 6
    assert paired_gap(mentor[:4], citizen[:4]) is None
    with pytest.raises(DesignError):
        paired_gap(mentor, citizen[:4])
    with pytest.raises(DesignError):
        paired_gap([3, 1, 1, 0, 1], [1, 0, 0, 0, 1])


def test_those_who_answered_speak_for_those_like_them():
    """The content answer more often. The plain share is too high; the weighted one finds the truth of all asked."""
    rng = np.random.default_rng(4)
    trait = rng.normal(size=20_000)
    content = rng.random(20_000) < 1 / (1 + np.exp(-trait))
    answered = rng.random(20_000) < 1 / (1 + np.exp(1 - trait))
    found = response_weights(answered, trait[:, None])
    assert found.rate == pytest.approx(answered.mean())
    assert found.weights[~answered].sum() == 0 and found.weights[answered].mean() == pytest.approx(1)
    assert content[answered].mean() - content.mean() > 0.10
    assert weighted_share(content, found.weights) == pytest.approx(content.mean(), abs=0.02)


def test_few_answers_give_no_share_and_no_answers_no_weights():
    assert isnan(weighted_share([1, 0, 1, 1], np.ones(4)))
    with pytest.raises(DesignError, match="Ingen har svaret"):
        response_weights(np.zeros(5), np.zeros((5, 1)))
    assert response_weights(np.ones(5), np.zeros((5, 1))).largest == 1


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_statsmodels(counts: tuple[int, int]):
    assert wilson(*counts) == pytest.approx(proportion_confint(*counts, method="wilson"), abs=1e-9)


@pytest.mark.parametrize("table", [[[1, 2]], [[0, 0], [0, 0]], [[1, -1], [2, 3]]])
def test_a_table_that_cannot_be_is_refused(table: list[list[int]]):
    with pytest.raises(DesignError):
        paired_gap_of(table)
