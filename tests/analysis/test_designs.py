"""The parts of a comparison: who is compared, exactness within strata, and that fast and slow ways agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from brobygger.analysis.designs import (
    Entries,
    Lottery,
    RollOut,
    StartNow,
    compare,
    compare_groups,
    share_effects,
    start_now_moments,
)
from brobygger.analysis.errors import DesignError
from brobygger.analysis.estimators import FEWEST, aipw_for_treated, lottery_effects, randomisation_p
from brobygger.analysis.gate import CheckName, Colour, Showing
from brobygger.analysis.matching_pairs import nearest_controls, rosenbaum_gamma, rosenbaum_p
from brobygger.analysis.result import Question
from brobygger.analysis.rollout import NEVER, Controls, PanelOfUnits, by_event_time, group_time_effects
from brobygger.analysis.scores import (
    effective_size,
    entropy_weights,
    exact_strata,
    inside_support,
    logit_score,
    odds_weights,
)
from brobygger.analysis.simulate import Selection, people_world, roll_out_world

ASKED = Question("i job", 52, 0.06)
WORLD = people_world(Selection.SEEN, seed=5, people=900).entries


# Scores and weights


def test_the_logit_is_the_one_statsmodels_finds():
    dummies = (WORLD.strata[:, None] == np.arange(4)).astype(float)
    theirs = sm.Logit(WORLD.treated.astype(float), np.column_stack((WORLD.covariates, dummies))).fit(disp=0)
    ours = logit_score(WORLD.covariates, WORLD.treated, strata=WORLD.strata)
    assert ours.coefficient == pytest.approx(theirs.params[:3], abs=1e-4)
    assert ours.intercept == pytest.approx(theirs.params[3:], abs=1e-4)
    assert ours.converged


def test_a_thinned_start_ends_in_the_same_place():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(150_000, 4)) * [1, 100, 0.01, 1] + [0, 5000, 0, 0]
    arm = rng.random(150_000) < 1 / (1 + np.exp(2 - x[:, 0] - (x[:, 1] - 5000) / 200))
    ours = logit_score(x, arm)
    theirs = sm.Logit(arm.astype(float), sm.add_constant(x)).fit(disp=0)
    assert ours.log_odds[:50] == pytest.approx(
        np.log(theirs.predict()[:50] / (1 - theirs.predict()[:50])), abs=1e-3
    )


def test_when_the_treated_can_be_told_exactly_the_overlap_is_red_not_a_crash():
    x = np.linspace(-1, 1, 400)[:, None]
    entries = Entries(x[:, 0] > 0.2, np.ones((400, 1)), np.array([52]), x, past=np.ones((400, 1)))
    found = compare(entries, StartNow(), ASKED)
    assert found.gate[CheckName.OVERLAP].colour is Colour.RED
    assert found.hidden


def test_entropy_weights_solve_the_dual_as_scipy_does():
    x, arm = WORLD.covariates, WORLD.treated
    target = x[arm].mean(axis=0)
    dual = optimize.minimize(lambda b: np.log(np.exp((x[~arm] - target) @ b).sum()), np.zeros(3), tol=1e-12).x
    slow = np.exp((x[~arm] - target) @ dual)
    ours = entropy_weights(x, arm).weights[~arm]
    assert ours / ours.sum() == pytest.approx(slow / slow.sum(), rel=1e-4)
    assert ours.sum() == pytest.approx(arm.sum())


def test_entropy_weights_that_cannot_exist_are_said_not_to():
    x = np.concatenate((np.full((20, 1), 5.0), np.linspace(-1, 1, 80)[:, None]))
    assert not entropy_weights(x, np.arange(100) < 20).converged


def test_entropy_weights_are_exact_in_each_stratum():
    found = entropy_weights(WORLD.covariates, WORLD.treated, strata=WORLD.strata)
    assert found.converged and found.largest_gap < 1e-8
    for one in range(4):
        here = WORLD.strata == one
        assert found.weights[here & ~WORLD.treated].sum() == pytest.approx((here & WORLD.treated).sum())


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_the_effective_size_is_at_most_the_number(weights: list[float]):
    assert 1 - 1e-9 <= effective_size(weights) <= len(weights) + 1e-9


def test_support_is_judged_in_each_stratum():
    odds = np.array([0.0, 1.0, 0.5, 3.0, 4.0, 0.5])
    arm = np.array([False, False, True, False, False, True])
    strata = np.array([0, 0, 0, 1, 1, 1])
    assert inside_support(odds, arm, strata=strata).tolist() == [True, False]
    assert inside_support(odds, arm).tolist() == [True, True]


def test_strata_are_combinations_that_occur():
    found = exact_strata(np.array(["a", "b", "a", "a"]), np.array([1, 1, 2, 1]))
    assert len(set(found.tolist())) == 3 and found[0] == found[3]


# AIPW


def _slow_aipw(world: Entries) -> tuple[float, float]:
    """The same estimator written out: a regression with dummies, weights scaled in each stratum, one psi a person."""
    dummies = (world.strata[:, None] == np.arange(4)).astype(float)
    x = np.column_stack((world.covariates, dummies))
    y, arm = world.outcome[:, -1].astype(float), world.treated
    left = y - x @ np.linalg.lstsq(x[~arm], y[~arm], rcond=None)[0]
    odds = logit_score(world.covariates, arm, strata=world.strata).odds
    weight = np.zeros(len(y))
    for one in range(4):
        here = world.strata == one
        weight[here & ~arm] = odds[here & ~arm] * (here & arm).sum() / odds[here & ~arm].sum()
    estimate = (left[arm].sum() - weight @ left) / arm.sum()
    psi = np.where(arm, left - estimate, -weight * left) / arm.mean()
    return estimate, psi.std(ddof=1) / np.sqrt(len(y))


def test_aipw_agrees_with_the_formula_written_out():
    score = logit_score(WORLD.covariates, WORLD.treated, strata=WORLD.strata)
    found = aipw_for_treated(WORLD.outcome, WORLD.covariates, WORLD.treated, score.odds, strata=WORLD.strata)
    estimate, error = _slow_aipw(WORLD)
    assert found.estimate[-1] == pytest.approx(estimate, abs=1e-9)
    assert found.standard_error[-1] == pytest.approx(error, rel=1e-6)


def test_clusters_and_places_are_summed_before_they_are_squared():
    score = logit_score(WORLD.covariates, WORLD.treated, strata=WORLD.strata)
    arguments = WORLD.outcome, WORLD.covariates, WORLD.treated, score.odds
    by_place = aipw_for_treated(*arguments, strata=WORLD.strata, place=WORLD.place)
    as_cluster = aipw_for_treated(*arguments, strata=WORLD.strata, cluster=WORLD.place)
    assert by_place.place_error == pytest.approx(as_cluster.standard_error)
    assert by_place.standard_error != pytest.approx(as_cluster.standard_error, rel=1e-3)


def test_weeks_known_for_some_are_the_answer_of_those():
    """Column 2 is known for two thirds: the answer there is that of a sample of them alone, column 1 is untouched."""
    known = np.where(np.arange(900) % 3 == 0, 1, 2)
    score = logit_score(WORLD.covariates, WORLD.treated, strata=WORLD.strata)
    arguments = WORLD.outcome, WORLD.covariates, WORLD.treated, score.odds
    whole = aipw_for_treated(*arguments, strata=WORLD.strata)
    found = aipw_for_treated(*arguments, strata=WORLD.strata, observed=known)
    part = aipw_for_treated(*(one[known == 2] for one in arguments), strata=WORLD.strata[known == 2])
    assert found.estimate == pytest.approx([whole.estimate[0], part.estimate[1]])
    assert found.treated_mean == pytest.approx([whole.treated_mean[0], part.treated_mean[1]])
    assert found.standard_error[1] == pytest.approx(part.standard_error[1], rel=1e-3)
    assert found.treated_count.tolist() == [whole.treated_count[0], part.treated_count[1]]


def test_a_week_with_fewer_than_five_gives_no_number():
    few = np.flatnonzero(WORLD.treated)[: FEWEST - 1]
    rows = np.concatenate((few, np.flatnonzero(~WORLD.treated)))
    entries = replace(WORLD.take(rows), strata=None)
    found = compare(entries, StartNow(), ASKED)
    assert np.isnan(found._effect.estimate).all() and np.isnan(found.happened).all()
    assert found.hidden and found.in_words() == "Der er for få personer til at vise tal."
    assert found.to_record()["happened"] == [None, None]


def test_shares_of_all_statuses_move_by_nothing_in_all():
    world = people_world(Selection.SEEN, seed=6, people=3000, effect=0.15).entries
    status = world.outcome.astype(int) + (np.arange(3000)[:, None] % 5 == 0)
    found = share_effects(compare(world, StartNow(), ASKED), world, status, ("a", "b", "c"))
    assert found.estimate.shape == (3, 2)
    assert found.estimate.sum(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert found.covariance.sum() == pytest.approx(0, abs=1e-12)
    with pytest.raises(DesignError, match="listen"):
        share_effects(found.comparison, world, status, ("a", "b"))


def test_treated_whom_no_one_resembles_are_counted_not_dropped_quietly():
    strata = np.where(WORLD.treated & (np.arange(900) % 4 == 0), 9, WORLD.strata)
    found = compare(replace(WORLD, strata=strata), StartNow(), ASKED)
    alone = int((strata == 9).sum())
    assert found.sample.dropped == alone and found.sample.outside >= alone
    assert found.gate[CheckName.OVERLAP].colour is Colour.RED


# Who is compared


def test_a_person_cannot_be_in_both_arms_at_one_moment():
    arm, x = np.array([True, False, False]), np.zeros((3, 1))
    rows = {"treated": arm, "outcome": np.zeros((3, 1)), "weeks": np.array([1]), "covariates": x}
    with pytest.raises(DesignError, match="to gange på samme tidspunkt"):
        Entries(**rows, person=np.array([7, 7, 8]), moment=np.array([30, 30, 30]))
    with pytest.raises(DesignError, match="Angiv tidspunktet"):
        Entries(**rows, person=np.array([7, 7, 8]))
    assert Entries(**rows, person=np.array([7, 7, 8]), moment=np.array([30, 20, 30])).labels == ("x0",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": np.zeros((3, 2))},
        {"covariates": np.array([[np.nan], [0], [0]])},
        {"treated": np.array([2, 0, 1])},
        {"place": np.zeros(2)},
        {"known_before_past": np.array([True, False])},
        {"names": ("a", "b")},
    ],
)
def test_columns_that_do_not_fit_are_refused(wrong: dict[str, np.ndarray]):
    rows = {
        "treated": np.array([True, False, False]),
        "outcome": np.zeros((3, 1)),
        "weeks": np.array([1]),
        "covariates": np.zeros((3, 1)),
    }
    with pytest.raises(DesignError):
        Entries(**(rows | wrong))


def test_a_week_that_was_not_measured_cannot_be_asked_about():
    with pytest.raises(DesignError, match="Uge 13"):
        compare(WORLD, StartNow(), replace(ASKED, headline=13))


def test_design_and_data_must_belong_together():
    with pytest.raises(DesignError, match="indfasning"):
        compare(WORLD, RollOut(), ASKED)
    with pytest.raises(DesignError, match="over 0"):
        Question("i job", 52, 0.0)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9))
def test_moments_are_eligible_and_know_nothing_of_what_comes(seed: int, block: int):
    """Everyone is eligible at their moment; the treated start then; controls have not started, whatever they do later:
    moving every later start further away changes nothing before it."""
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 40, size=60)
    high = low + rng.integers(1, 60, size=60)
    start = np.where(rng.random(60) < 0.5, rng.integers(0, 100, size=60), -1)
    found = start_now_moments(low, high, start, block=block, seed=seed)
    spell, week, begun = found.spell, found.week, start[found.spell]
    assert ((week >= low[spell]) & (week < high[spell])).all()
    assert (begun[found.starts] == week[found.starts]).all()
    controls = ~found.starts
    assert ((begun[controls] < 0) | (begun[controls] > week[controls])).all()
    assert (found.elapsed == week - low[spell]).all()
    assert found.starts.sum() == ((start >= low) & (start < high)).sum()
    later = np.unique(np.stack((spell[controls], week[controls] // block)), axis=1)
    assert later.shape[1] == controls.sum()


def test_one_who_starts_the_week_after_is_a_control_until_then():
    found = start_now_moments([0, 0], [10, 10], [4, 5], block=1, seed=1)
    pairs = set(zip(found.spell.tolist(), found.week.tolist(), found.starts.tolist(), strict=True))
    assert (1, 4, False) in pairs and (0, 4, True) in pairs and (1, 5, True) in pairs
    assert (1, 6, False) not in pairs


# Subgroups


def test_groups_not_declared_get_no_verdict_and_p_is_adjusted():
    world = people_world(Selection.SEEN, seed=8, people=3000, effect=0.15).entries
    young = world.covariates[:, 2] < 0
    found = compare_groups(
        world, StartNow(), ASKED, {"unge": young, "ældre": ~young}, declared=frozenset({"unge"})
    )
    assert found["ældre"].gate.showing is not Showing.EFFECT and found["ældre"].verdict is None
    looks = found["unge"].gate[CheckName.MANY_LOOKS]
    assert (
        looks.colour is Colour.GREEN and looks.values["looks"] == 2 and 0 <= looks.values["adjusted_p"] <= 1
    )


# The lottery


def test_the_linear_model_and_its_errors_are_statsmodels():
    world = people_world(Selection.LOT, seed=9, people=300).entries
    x = np.column_stack((world.treated, world.strata[:, None] == np.arange(4), world.covariates)).astype(
        float
    )
    theirs = sm.OLS(world.outcome[:, -1].astype(float), x).fit(cov_type="HC2")
    ours = lottery_effects(
        world.outcome, world.treated, covariates=world.covariates, strata=world.strata
    ).offered
    assert ours.estimate[-1] == pytest.approx(theirs.params[0])
    assert ours.standard_error[-1] == pytest.approx(theirs.bse[0])


def test_cluster_errors_are_exact_when_the_model_is():
    """Bell and McCaffrey's correction is exact for equal variances: the mean of the estimate is the truth, computed."""
    rng = np.random.default_rng(3)
    unit, arm = np.repeat(np.arange(8), 5), np.repeat(np.arange(8) < 3, 5)
    x = np.column_stack((arm, np.ones(40)))
    truth = np.linalg.inv(x.T @ x)[0, 0]
    draws = rng.normal(size=(4000, 40)).T
    found = lottery_effects(draws, arm, unit=unit).offered
    assert np.diag(found.covariance).mean() == pytest.approx(truth, rel=0.02)
    assert 3 < found.freedom < 7


def test_taking_part_is_the_offer_over_what_the_offer_moved():
    world = people_world(Selection.LOT, seed=10, people=2000, effect=0.10).entries
    took = world.treated & (np.arange(2000) % 4 > 0)
    found = lottery_effects(world.outcome, world.treated, took_part=took)
    moved = took[world.treated].mean()
    assert found.took_part is not None
    assert found.took_part.estimate == pytest.approx(found.offered.estimate / moved)
    assert found.took_part.standard_error[0] == pytest.approx(
        found.offered.standard_error[0] / moved, rel=0.05
    )
    with pytest.raises(DesignError, match="ændrede ikke"):
        lottery_effects(world.outcome, world.treated, took_part=np.zeros(2000, dtype=bool))


def test_randomisation_counts_every_lottery_when_there_are_few():
    """Eight people, four drawn, the four highest: 2 of the 70 lotteries are as extreme, so p is near 2/70."""
    outcome, drawn = np.arange(8.0), np.arange(8) > 3
    p = randomisation_p(outcome, drawn, draws=9999, seed=1)
    assert p == pytest.approx(2 / 70, abs=0.005)


def test_redrawing_keeps_units_and_strata():
    with pytest.raises(DesignError, match="enhed"):
        randomisation_p(np.zeros(4), np.array([1, 0, 1, 0]), unit=np.array([0, 0, 1, 1]), draws=99, seed=1)
    with pytest.raises(DesignError, match="99"):
        randomisation_p(np.zeros(4), np.array([1, 0, 1, 0]), draws=10, seed=1)


def test_a_draw_that_was_not_fair_is_seen():
    fair = people_world(Selection.LOT, seed=11, people=2000).entries
    unfair = people_world(Selection.SEEN, seed=11, people=2000).entries
    colours = [
        compare(one, Lottery(draws=99), ASKED).gate[CheckName.BALANCE].colour for one in (fair, unfair)
    ]
    assert colours == [Colour.GREEN, Colour.RED]


def test_the_same_seed_gives_the_same_result_and_is_kept():
    world = people_world(Selection.LOT, seed=12, people=500).entries
    one, other = (compare(world, Lottery(draws=199, seed=7), ASKED) for _ in range(2))
    assert one.to_record() == other.to_record() and one.to_record()["seed"] == 7


# Neighbours


def _slow_greedy(values: np.ndarray, arm: np.ndarray, strata: np.ndarray, caliper: float) -> dict[int, float]:
    """Each treated, highest first, looks through everyone left. Distances, since equals may be chosen either way."""
    free, found = set(np.flatnonzero(~arm).tolist()), {}
    for row in sorted(np.flatnonzero(arm).tolist(), key=lambda one: -values[one]):
        near = [(abs(values[row] - values[one]), one) for one in free if strata[one] == strata[row]]
        if near and min(near)[0] <= caliper:
            free.remove(min(near)[1])
            found[row] = min(near)[0]
    return found


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 60), st.sampled_from([0.05, 0.5, 10.0]))
def test_neighbours_without_replacement_agree_with_looking_through_everyone(
    seed: int, size: int, caliper: float
):
    rng = np.random.default_rng(seed)
    values, strata = rng.normal(size=size), rng.integers(0, 3, size=size)
    arm = rng.permutation(size) < max(1, size // 3)
    pairs = nearest_controls(values, arm, strata=strata, caliper=caliper)
    assert dict(zip(pairs.treated.tolist(), pairs.distance.tolist(), strict=True)) == pytest.approx(
        _slow_greedy(values, arm, strata, caliper)
    )
    assert len(set(pairs.control.tolist())) == len(pairs.control)
    assert (strata[pairs.treated] == strata[pairs.control]).all()
    assert sorted([*pairs.treated.tolist(), *pairs.unmatched.tolist()]) == np.flatnonzero(arm).tolist()


def test_neighbours_with_replacement_are_the_nearest():
    rng = np.random.default_rng(2)
    values, arm, strata = rng.normal(size=300), rng.random(300) < 0.4, rng.integers(0, 4, size=300)
    pairs = nearest_controls(values, arm, strata=strata, replace=True)
    for row, distance in zip(pairs.treated, pairs.distance, strict=True):
        same = (strata == strata[row]) & ~arm
        assert distance == pytest.approx(np.abs(values[same] - values[row]).min())


def test_gamma_is_where_p_reaches_the_level():
    for gap in (np.concatenate((np.ones(60), -np.ones(25))), np.random.default_rng(1).normal(0.6, 1, 80)):
        gamma = rosenbaum_gamma(gap)
        assert gamma > 1 and rosenbaum_p(gap, gamma) == pytest.approx(0.05, abs=0.002)
    assert rosenbaum_gamma(np.array([1.0, -1, 1, -1])) == 1
    assert rosenbaum_gamma(-np.ones(60)) == rosenbaum_gamma(np.ones(60)) > 5


# Roll-outs


def test_two_groups_and_two_periods_are_the_textbook():
    outcome = np.array([[1.0, 4.0], [2.0, 4.0], [1.0, 2.0], [3.0, 3.5]])
    panel = PanelOfUnits(outcome, np.array([1, 2]), np.array([2, 2, NEVER, NEVER]))
    effects = group_time_effects(panel)
    assert effects.estimate == pytest.approx([2.5 - 0.75])
    assert by_event_time(effects).overall == pytest.approx(1.75)


def test_early_changers_are_never_controls_for_late_ones():
    """Two-way fixed effects would use them: an effect that grows then counts against the late ones. Here everyone
    changes at last, the effect is the same growing one for all, and the answer is still it."""
    time = np.arange(1, 7)
    first = np.repeat([3, 5, 6], 4)
    since = time - first[:, None]
    outcome = np.where(since >= 0, 1.0 + since, 0.0) + 0.1 * time
    effects = group_time_effects(PanelOfUnits(outcome, time, first), controls=Controls.NOT_YET)
    after = effects.event_time >= 0
    assert effects.estimate[after] == pytest.approx(1.0 + effects.event_time[after])
    assert effects.estimate[~after] == pytest.approx(0, abs=1e-12)
    units = np.column_stack(
        (np.repeat(np.eye(12), 6, axis=0), np.tile(np.eye(6), (12, 1)), (since >= 0).ravel())
    )
    two_way = np.linalg.lstsq(units, outcome.ravel(), rcond=None)[0][-1]
    assert two_way < 1.0  # below even the smallest true effect: the trap


def test_a_panel_that_cannot_be_is_refused():
    good = roll_out_world(seed=1, units=12).panel
    for wrong in (
        {"periods": np.arange(8)[::-1]},
        {"first": np.zeros(12, dtype=int)},
        {"first": np.zeros(3, dtype=int)},
        {"outcome": np.full((12, 8), np.nan)},
        {"covariates": np.zeros((5, 1))},
    ):
        with pytest.raises(DesignError):
            replace(good, **wrong)


def test_cluster_of_one_unit_each_is_no_cluster():
    panel = roll_out_world(seed=2).panel
    plain = by_event_time(group_time_effects(panel))
    each = by_event_time(group_time_effects(replace(panel, cluster=np.arange(90))))
    assert each.standard_error == pytest.approx(plain.standard_error * np.sqrt(90 / 89))
    together = by_event_time(group_time_effects(replace(panel, cluster=np.arange(90) // 3)))
    assert together.standard_error != pytest.approx(plain.standard_error, rel=1e-3)


def test_weights_are_odds_scaled_to_the_treated():
    score = logit_score(WORLD.covariates, WORLD.treated)
    weights = odds_weights(score, WORLD.treated)
    assert weights[~WORLD.treated].sum() == pytest.approx(WORLD.treated.sum())
    ratio = weights[~WORLD.treated] / score.odds[~WORLD.treated]
    assert ratio == pytest.approx(np.full(len(ratio), ratio[0]))
