"""Worlds with a known truth: no estimator may be off by more than chance, and 95 of 100 intervals must hold it.

Every number here comes from fixed seeds. ``benchmarks/analysis_worlds.py`` runs them many times more.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from brobygger.analysis.designs import Entries, StartNow, compare, start_now_moments
from brobygger.analysis.estimators import (
    Effect,
    aipw_for_treated,
    lottery_effects,
    outcome_model_effect,
    randomisation_p,
    weighted_effect,
)
from brobygger.analysis.gate import CheckName, Colour, Showing
from brobygger.analysis.matching_pairs import matched_effect, nearest_controls
from brobygger.analysis.pooling import pool
from brobygger.analysis.result import Question, Word
from brobygger.analysis.rollout import by_event_time, group_time_effects
from brobygger.analysis.scores import entropy_weights, logit_score, odds_weights
from brobygger.analysis.simulate import Selection, people_world, roll_out_world, waiting_world
from brobygger.analysis.survival import aalen_johansen, cox, kaplan_meier

WORLDS = 400


def covers(estimates: np.ndarray, errors: np.ndarray, truth: float, reach: float = 1.96) -> float:
    return float((np.abs(estimates - truth) <= reach * errors).mean())


def assert_honest(estimates: np.ndarray, errors: np.ndarray, truth: float, reach: float = 1.96) -> None:
    """Bias within three Monte Carlo errors, and an interval that holds the truth 93 to 97 of 100 times."""
    noise = estimates.std(ddof=1) / np.sqrt(len(estimates))
    assert abs(estimates.mean() - truth) < 3 * noise
    assert 0.93 <= covers(estimates, errors, truth, reach) <= 0.97


def _aipw(entries: Entries, covariates: np.ndarray | None = None) -> Effect:
    x = entries.covariates if covariates is None else covariates
    score = logit_score(x, entries.treated, strata=entries.strata)
    weights = odds_weights(score, entries.treated, strata=entries.strata)
    return aipw_for_treated(entries.outcome, x, entries.treated, weights, strata=entries.strata)


def _last(effects: list[Effect]) -> tuple[np.ndarray, np.ndarray]:
    """Estimate and error at the last week of each."""
    return np.array([one.estimate[-1] for one in effects]), np.array(
        [one.standard_error[-1] for one in effects]
    )


def test_a_lottery_among_people():
    worlds = [people_world(Selection.LOT, seed=seed, people=400).entries for seed in range(WORLDS)]
    found = [
        lottery_effects(w.outcome, w.treated, covariates=w.covariates, strata=w.strata).offered
        for w in worlds
    ]
    assert_honest(*_last(found), 0.05)


def test_a_lottery_among_groups_of_people():
    """40 groups with a luck of their own. Forgetting that they were drawn together is the fault that must show."""
    worlds = [people_world(Selection.LOT, seed=seed, people=400, units=40).entries for seed in range(WORLDS)]
    found = [lottery_effects(w.outcome, w.treated, unit=w.unit).offered for w in worlds]
    reach = stats.t.ppf(0.975, [one.freedom for one in found])
    assert_honest(*_last(found), 0.05, reach)
    naive = [lottery_effects(w.outcome, w.treated).offered for w in worlds]
    assert covers(*_last(naive), 0.05) < 0.93


def test_randomisation_finds_nothing_where_nothing_is():
    """With no effect p is even: 5 of 100 below 0.05, within chance."""
    worlds = [
        people_world(Selection.LOT, seed=seed, people=80, effect=0.0, units=20).entries
        for seed in range(WORLDS)
    ]
    p = [
        randomisation_p(w.outcome[:, -1].astype(float), w.treated, unit=w.unit, draws=199, seed=seed)
        for seed, w in enumerate(worlds)
    ]
    assert 0.025 <= np.mean(np.array(p) <= 0.05) <= 0.08


@pytest.mark.parametrize("bent", [False, True])
def test_start_now_where_all_that_matters_is_seen(bent: bool):
    """``bent``: the outcome model is wrong and the score right. Doubly robust means that this does no harm."""
    worlds = [
        people_world(Selection.SEEN, seed=seed, people=1200, bent=bent).entries for seed in range(WORLDS)
    ]
    assert_honest(*_last([_aipw(world) for world in worlds]), 0.05)


def test_start_now_where_the_score_is_wrong_and_the_outcome_model_right():
    """Even weights stand for a score that knows nothing; the regression on what is seen repairs it."""
    found = []
    for seed in range(WORLDS):
        w = people_world(Selection.SEEN, seed=seed, people=1200).entries
        even = np.ones(len(w.treated))
        found.append(aipw_for_treated(w.outcome, w.covariates, w.treated, even, strata=w.strata))
    assert_honest(*_last(found), 0.05)


def test_second_opinions_find_the_truth_too():
    found = []
    for seed in range(WORLDS):
        w = people_world(Selection.SEEN, seed=seed, people=1200).entries
        y = w.outcome[:, -1].astype(float)
        even = entropy_weights(w.covariates, w.treated, strata=w.strata)
        score = logit_score(w.covariates, w.treated, strata=w.strata)
        pairs = nearest_controls(score.log_odds, w.treated, strata=w.strata, replace=True)
        found.append(
            [
                weighted_effect(y, w.treated, even.weights)[0],
                outcome_model_effect(y, w.covariates, w.treated, strata=w.strata)[0],
                matched_effect(y, pairs).estimate[0],
            ]
        )
    values = np.array(found)
    noise = values.std(axis=0, ddof=1) / np.sqrt(WORLDS)
    assert (np.abs(values.mean(axis=0) - 0.05) < 3 * noise).all()


def test_comparing_without_looking_at_the_background_is_wrong():
    """The control of the tests above: take the background away, and the same worlds give a wrong answer."""
    worlds = [people_world(Selection.SEEN, seed=seed, people=1200).entries for seed in range(100)]
    found = [_aipw(world, np.zeros((len(world.treated), 0))) for world in worlds]
    assert covers(*_last(found), 0.05) < 0.85


def test_the_same_person_in_many_rows_is_one_person():
    """Four entries each, one fate: clustered on the person the interval is right, unclustered it is far too short."""
    clustered, naive = [], []
    for seed in range(WORLDS):
        w = people_world(Selection.SEEN, seed=seed, people=400).entries
        rows = np.repeat(np.arange(400), 4)
        arm, x = w.treated[rows], w.covariates[rows]
        weights = odds_weights(logit_score(x, arm), arm)
        arguments = w.outcome[rows], x, arm, weights
        clustered.append(aipw_for_treated(*arguments, cluster=rows))
        naive.append(aipw_for_treated(*arguments))
    assert 0.93 <= covers(*_last(clustered), 0.05) <= 0.97
    assert covers(*_last(naive), 0.05) < 0.80


QUESTION = Question("i job", 52, 0.06)


def test_the_gate_turns_red_when_something_unseen_decides():
    """In at least 95 of 100 worlds where a trait no one records drives both mentor and outcome, nothing is shown."""
    red = [
        compare(people_world(Selection.UNSEEN, seed=seed, people=2000).entries, StartNow(), QUESTION).word
        for seed in range(WORLDS)
    ]
    assert np.mean([word is Word.HAPPENED for word in red]) >= 0.95


def test_without_the_gate_those_worlds_would_mislead():
    """The fault the gate is there for: the interval is sure of itself and wrong."""
    worlds = [people_world(Selection.UNSEEN, seed=seed, people=2000).entries for seed in range(100)]
    assert covers(*_last([_aipw(world) for world in worlds]), 0.05) < 0.30


def test_the_gate_lets_an_honest_comparison_through():
    """A gate that is always red is no gate. Two tests at 5 of 100 each must cost at most about that."""
    shown = [
        compare(
            people_world(Selection.SEEN, seed=seed, people=2000, effect=0.15).entries, StartNow(), QUESTION
        )
        for seed in range(150)
    ]
    broken = [one.gate.showing is Showing.DESCRIPTION_ONLY for one in shown]
    assert np.mean(broken) <= 0.20
    placebo = [one.gate[CheckName.PLACEBO].colour is Colour.RED for one in shown]
    assert np.mean(placebo) <= 0.10


def _waiting(seed: int, *, drop_later_starters: bool = False, from_first_day: bool = False) -> Effect:
    """Job within 26 weeks of the moment, in a world where a mentor changes nothing."""
    world = waiting_world(seed=seed, people=500)
    moments = start_now_moments(world.low, world.high, world.start, block=8, seed=seed)
    keep = np.ones(len(moments.spell), dtype=bool)
    if drop_later_starters:
        keep = moments.starts | (world.start[moments.spell] < 0)
    spell, week, starts = moments.spell[keep], moments.week[keep], moments.starts[keep]
    begin = np.where(starts, world.low[spell], week) if from_first_day else week
    job = (world.job[spell] > begin) & (world.job[spell] <= begin + 26)
    elapsed = np.minimum((week - world.low[spell]) // 8, 6)
    x = np.stack((world.trait[spell], world.trait[spell] ** 2), axis=1)
    score = logit_score(x, starts, strata=elapsed)
    weights = odds_weights(score, starts, strata=elapsed)
    return aipw_for_treated(job, x, starts, weights, strata=elapsed, cluster=spell)


def test_start_now_finds_nothing_where_a_mentor_changes_nothing():
    assert_honest(*_last([_waiting(seed) for seed in range(WORLDS)]), 0.0)


@pytest.mark.parametrize("trap", ["drop_later_starters", "from_first_day"])
def test_traps_of_time_make_an_effect_out_of_nothing(trap: str):
    """Controls chosen by their future, and weeks in which the treated could not fail: both must be seen to mislead."""
    estimates, errors = _last([_waiting(seed, **{trap: True}) for seed in range(60)])
    assert abs(estimates.mean()) > 5 * estimates.std(ddof=1) / np.sqrt(60)
    assert covers(estimates, errors, 0.0) < 0.90


def test_a_roll_out():
    found = [
        by_event_time(group_time_effects(roll_out_world(seed=seed).panel), draws=1) for seed in range(WORLDS)
    ]
    for time, truth in enumerate((0.02, 0.03, 0.04)):
        place = int(np.flatnonzero(found[0].label == time)[0])
        estimates = np.array([one.estimate[place] for one in found])
        errors = np.array([one.standard_error[place] for one in found])
        assert_honest(estimates, errors, truth)


def test_the_band_holds_everywhere_at_once():
    held = []
    for seed in range(WORLDS):
        world = roll_out_world(seed=seed)
        found = by_event_time(group_time_effects(world.panel), first=0, last=3, seed=seed, draws=299)
        held.append((np.abs(found.estimate - world.truth) <= found.band * found.standard_error).all())
    assert 0.92 <= np.mean(held) <= 0.98


def test_survival_curves():
    """One curve per world: share left at week 26, and the share that left by the first of two causes."""
    rng = np.random.default_rng(11)
    size, hazards = 150, np.array([0.02, 0.01])
    ends = rng.geometric(hazards, size=(1000, size, 2))
    lost = rng.integers(10, 80, size=(1000, size))
    weeks, first = ends.min(axis=2), 1 + ends.argmin(axis=2)
    cause = np.where(weeks <= lost, first, 0).ravel()
    duration, world = np.minimum(weeks, lost).ravel(), np.repeat(np.arange(1000), size)
    curves = kaplan_meier(duration, cause > 0, groups=world)
    stay = np.prod(1 - hazards)
    assert_honest(*curves.at(26), stay**26)
    causes = aalen_johansen(duration, cause, groups=world)
    place = 26
    # A tie between the causes goes to the first, as argmin has it.
    share = hazards[0] / (1 - stay) * (1 - stay**26)
    assert_honest(causes.incidence[:, 0, place], causes.standard_error[:, 0, place], share)


def test_cox():
    rng = np.random.default_rng(12)
    found = []
    for _ in range(WORLDS):
        x = rng.normal(size=(200, 2))
        weeks = np.ceil(rng.exponential(40 * np.exp(-0.5 * x[:, 0])))
        found.append(cox(np.minimum(weeks, 60).astype(int), weeks <= 60, x))
    estimates = np.array([one.coefficient[0] for one in found])
    errors = np.array([one.standard_error[0] for one in found])
    # Whole weeks blunt a hazard that is exponential in days by less than one part in a hundred.
    assert abs(estimates.mean() - 0.5) < 0.02
    assert 0.93 <= covers(estimates, errors, 0.5) <= 0.97


def test_pooling_few_places():
    """Eight places that differ: Hartung and Knapp's interval keeps its promise, the usual one does not."""
    rng = np.random.default_rng(13)
    held, usual = [], []
    for _ in range(2 * WORLDS):
        estimates, errors = _places(rng, 8)
        found = pool(estimates, errors)
        plain = pool(estimates, errors, hartung_knapp=False)
        held.append(found.low <= 0.04 <= found.high)
        usual.append(plain.low <= 0.04 <= plain.high)
    assert 0.93 <= np.mean(held) <= 0.97
    assert np.mean(usual) < 0.93


def _places(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    errors = rng.uniform(0.01, 0.03, size=count)
    return rng.normal(0.04 + rng.normal(0, 0.03, size=count), errors), errors


def test_what_the_next_place_may_expect():
    """With 25 places. With fewer than ten the prediction interval is known to be somewhat short, and is said to be."""
    rng = np.random.default_rng(15)
    ahead = []
    for _ in range(2 * WORLDS):
        found = pool(*_places(rng, 25))
        ahead.append(found.next_low <= rng.normal(0.04, 0.03) <= found.next_high)
    assert 0.93 <= np.mean(ahead) <= 0.97


def test_weeks_that_are_not_over_yet_are_left_out():
    """Half the people are only known for the first week; counted as failures in the second they hide an effect."""
    found, trapped = [], []
    for seed in range(150):
        w = people_world(Selection.SEEN, seed=seed, people=1600, effect=0.10).entries
        known = np.where(np.arange(1600) % 2 == 0, 2, 1)
        outcome = w.outcome & (np.arange(2) < known[:, None])
        weights = odds_weights(
            logit_score(w.covariates, w.treated, strata=w.strata), w.treated, strata=w.strata
        )
        arguments = outcome, w.covariates, w.treated, weights
        found.append(aipw_for_treated(*arguments, strata=w.strata, observed=known))
        trapped.append(aipw_for_treated(*arguments, strata=w.strata))
    assert 0.92 <= covers(*_last(found), 0.10) <= 0.98
    assert covers(*_last(trapped), 0.10) < 0.75


def test_a_dip_before_the_start_is_not_an_effect():
    """Help comes after a bad spell, and bad spells pass: without the past among the covariates people just recover."""
    rng = np.random.default_rng(14)
    effects, raw = [], []
    for _ in range(100):
        steady, passing = rng.normal(size=(2, 1500))
        bad_month = steady + passing
        starts = rng.random(1500) < 1 / (1 + np.exp(1.5 + bad_month))
        later = (0.5 + 0.1 * np.clip(steady, -2, 2) > rng.random(1500)).astype(float)
        before = (0.5 + 0.1 * np.clip(bad_month, -3, 3) > rng.random(1500)).astype(float)
        x = np.stack((steady, passing), axis=1)
        weights = odds_weights(logit_score(x, starts), starts)
        effects.append(aipw_for_treated(later, x, starts, weights))
        gain = later - before
        raw.append(gain[starts].mean() - gain[~starts].mean())
    assert abs(np.mean([one.estimate[0] for one in effects])) < 0.012
    assert np.mean(raw) > 0.04  # the fault: before and after, against others' before and after


def test_weights_that_forget_the_strata_are_found_out():
    """Exact within strata means that the controls' weights sum to the treated in each of them."""
    w = people_world(Selection.SEEN, seed=3, people=1200).entries
    score = logit_score(w.covariates, w.treated, strata=w.strata)
    weights = odds_weights(score, w.treated, strata=w.strata)
    for one in range(4):
        here = w.strata == one
        assert weights[here & ~w.treated].sum() == pytest.approx((here & w.treated).sum())
    loose = odds_weights(logit_score(w.covariates, w.treated), w.treated)
    assert loose[(w.strata == 0) & ~w.treated].sum() != pytest.approx(
        ((w.strata == 0) & w.treated).sum(), rel=1e-3
    )
